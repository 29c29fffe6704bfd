/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_session.c: the only reader and writer of application_session. */
#include "bank/application_session.h"

#include <string.h>

#include "bank/application_impl.h"
#include "bank/seen.h"
#include "lib/clock.h"
#include "lib/settings.h"

static void
token_hash(const char *token, uint8_t hash[SECRET_HASH])
{
	secret_mac(hash, SECRET_TOKEN, token, strlen(token));
}

static void
token_make(char token[SESSION_TOKEN], uint8_t hash[SECRET_HASH])
{
	uint8_t random[32];

	secret_random(random, sizeof random);
	secret_base64url(token, random, sizeof random);
	token_hash(token, hash);
}

static void
session_read(struct stmt *q, struct pool *pool, struct application_session *s)
{
	db_copy(q, "token_hash", s->token_hash, SECRET_HASH);
	s->application = db_int(q, "application");
	s->created_at = db_int(q, "created_at");
	s->last_seen = db_int(q, "last_seen");
	s->expires_at = db_int(q, "expires_at");
	s->idled = false;
	s->address = pool_strdup(pool, db_text(q, "address"));
	s->device = pool_strdup(pool, db_text(q, "device"));
}

int64_t
application_session_ends_at(const struct application_session *s)
{
	int64_t idle = settings()->KYC_SESSION_MINUTES * CLOCK_MINUTE;
	int64_t seen = seen_last(s->token_hash);

	if (seen < s->last_seen)
		seen = s->last_seen;
	return seen + idle < s->expires_at ? seen + idle : s->expires_at;
}

/* Of the wanted kind: a link is no session, nor the other way round. */
static enum err
token_find(struct db *db, struct pool *pool, const char *kind,
	   const uint8_t hash[SECRET_HASH], struct application_session *out)
{
	struct stmt *q = db_sql(db,
		"SELECT token_hash, application, address, device, created_at, "
		"last_seen, expires_at FROM application_session WHERE "
		"token_hash = :token_hash AND kind = :kind");
	enum err e;
	bool found;

	db_put_blob(q, "token_hash", hash, SECRET_HASH);
	db_put_text(q, "kind", kind);
	if ((found = db_row(q)))
		session_read(q, pool, out);
	if ((e = db_done(q)) != OK)
		return e;
	return found ? OK : ERR_MISSING;
}

enum err
application_session_get(struct db *db, struct pool *pool,
			const uint8_t hash[SECRET_HASH],
			struct application_session *out)
{
	enum err e = token_find(db, pool, "browser", hash, out);

	if (e != OK)
		return e == ERR_MISSING ? ERR_LOGIN : e;
	if (clock_now() < application_session_ends_at(out))
		return OK;
	out->idled = clock_now() < out->expires_at;
	return ERR_LOGIN;
}

enum err
application_session_find(struct db *db, struct pool *pool, const char *token,
			 struct application_session *out)
{
	uint8_t hash[SECRET_HASH];

	if (strlen(token) != SESSION_TOKEN - 1)
		return ERR_LOGIN;
	token_hash(token, hash);
	return application_session_get(db, pool, hash, out);
}

static enum err
touch_work(struct db *db, void *arg)
{
	const struct application_session *s = arg;
	struct stmt *q = db_sql(db,
		"UPDATE application_session SET last_seen = :now WHERE "
		"token_hash = :token_hash AND last_seen < :now");

	db_put_int(q, "now", clock_now());
	db_put_blob(q, "token_hash", s->token_hash, SECRET_HASH);
	return db_done(q);
}

enum err
application_session_touch(struct db *db, const struct application_session *s)
{
	seen_note(s->token_hash, clock_now());
	if (clock_now() - s->last_seen < CLOCK_MINUTE)
		return OK;
	return db_write(db, touch_work, (void *)(uintptr_t)s);
}

static enum err
session_write(struct db *db, const char *kind,
	      const struct application_session *s)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO application_session (token_hash, application, "
		"kind, address, device, created_at, last_seen, expires_at) "
		"VALUES (:token_hash, :application, :kind, :address, :device, "
		":created_at, :created_at, :expires_at)");

	db_put_blob(q, "token_hash", s->token_hash, SECRET_HASH);
	db_put_int(q, "application", s->application);
	db_put_text(q, "kind", kind);
	db_put_text(q, "address", s->address);
	db_put_text(q, "device", s->device);
	db_put_int(q, "created_at", s->created_at);
	db_put_int(q, "expires_at", s->expires_at);
	return db_done(q);
}

enum err
application_session_new(struct db *db, int64_t application,
			const struct actor *who,
			struct application_session *s,
			char token[SESSION_TOKEN])
{
	*s = (struct application_session){
		.application = application, .address = who->address,
		.device = who->device, .created_at = clock_now(),
		.last_seen = clock_now()};
	s->expires_at = s->created_at +
			settings()->SESSION_MAX_HOURS * 60 * CLOCK_MINUTE;
	token_make(token, s->token_hash);
	return session_write(db, "browser", s);
}

enum err
application_links_end(struct db *db, int64_t application)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM application_session WHERE "
		"application = :application AND kind = 'link'");

	db_put_int(q, "application", application);
	return db_done(q);
}

enum err
application_link_new(struct db *db, const struct application *a,
		     char token[SESSION_TOKEN])
{
	struct application_session s = {
		.application = a->id, .address = "", .device = "",
		.created_at = clock_now()};
	enum err e = application_links_end(db, a->id);

	s.expires_at = s.created_at +
		       APPLICATION_LINK_DAYS * (int64_t)CLOCK_DAY_MS;
	token_make(token, s.token_hash);
	return e != OK ? e : session_write(db, "link", &s);
}

enum err
application_link_find(struct db *db, struct pool *pool, const char *token,
		      struct application *out)
{
	struct application_session s;
	uint8_t hash[SECRET_HASH];
	enum err e;

	if (strlen(token) != SESSION_TOKEN - 1)
		return ERR_MISSING;
	token_hash(token, hash);
	if ((e = token_find(db, pool, "link", hash, &s)) != OK)
		return e;
	if (clock_now() >= s.expires_at)
		return ERR_MISSING;
	return application_get(db, pool, s.application, out);
}

static enum err
take_work(struct db *db, void *arg)
{
	struct application_link *l = arg;
	struct application *a = &l->application;
	enum err e;

	if ((e = application_link_find(db, l->pool, l->token, a)) != OK ||
	    (e = application_links_end(db, a->id)) != OK)
		return e;
	e = application_session_new(db, a->id, l->who, &l->session,
				    l->session_token);
	return e != OK ? e
		       : application_audit(db, a, l->who,
					   "application.resume", "");
}

enum err
application_link_take(struct db *db, struct application_link *l)
{
	return db_write(db, take_work, l);
}

enum err
application_session_end_all(struct db *db, int64_t application,
			    const uint8_t *keep)
{
	static const uint8_t nobody[SECRET_HASH];
	struct stmt *q = db_sql(db,
		"DELETE FROM application_session WHERE "
		"application = :application AND token_hash <> :keep");

	db_put_int(q, "application", application);
	db_put_blob(q, "keep", keep != NULL ? keep : nobody, SECRET_HASH);
	return db_done(q);
}

struct closing {
	const struct application *application;
	const uint8_t *hash;
	const struct actor *who;
};

static enum err
close_work(struct db *db, void *arg)
{
	const struct closing *x = arg;
	struct stmt *q = db_sql(db, "DELETE FROM application_session WHERE "
				    "token_hash = :token_hash");
	enum err e;

	db_put_blob(q, "token_hash", x->hash, SECRET_HASH);
	if ((e = db_done(q)) != OK)
		return e;
	return application_audit(db, x->application, x->who,
				 "application.leave", "");
}

enum err
application_session_close(struct db *db, const struct application *a,
			  const uint8_t hash[SECRET_HASH],
			  const struct actor *who)
{
	struct closing x = {a, hash, who};

	return db_write(db, close_work, &x);
}
