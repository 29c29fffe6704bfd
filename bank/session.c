/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session.c: sessions are found and used; session_begin.c begins and
 * session_end.c ends them. Nobody else reads or writes them. */
#include "bank/session_impl.h"

#include <string.h>

#include "bank/seal.h"
#include "bank/seen.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/settings.h"

/* Between two notes of use in the database. */
enum { BROWSER_PAUSE = CLOCK_MINUTE, PROGRAM_PAUSE = 60 * CLOCK_MINUTE };

bool
session_hash(const char *token, uint8_t hash[SECRET_HASH])
{
	size_t len = strlen(token);

	secret_mac(hash, SECRET_TOKEN, token, len);
	return len == SESSION_TOKEN - 1;
}

void
session_chain(const struct session *s, struct chain *c)
{
	chain_begin(c, "session");
	chain_bytes(c, s->token_hash, SECRET_HASH);
	chain_bytes(c, s->id, SECRET_ID);
	chain_int(c, s->user);
	chain_int(c, s->customer);
	chain_text(c, s->role);
	chain_text(c, s->user_id);
	chain_int(c, s->browser);
	chain_int(c, s->read_only);
	chain_int(c, s->password_old);
	chain_int(c, s->created_at);
	chain_int(c, s->expires_at);
	chain_int(c, s->confirmed_at);
}

/* False: it was changed by another. */
static bool
session_read(struct stmt *q, struct pool *pool, struct session *s)
{
	struct chain c;

	db_copy(q, "token_hash", s->token_hash, SECRET_HASH);
	db_copy(q, "id", s->id, SECRET_ID);
	s->user = db_int(q, "bank_user");
	s->customer = db_int(q, "customer");
	s->created_at = db_int(q, "created_at");
	s->last_seen = db_int(q, "last_seen");
	s->expires_at = db_int(q, "expires_at");
	s->confirmed_at = db_int(q, "confirmed_at");
	s->read_only = db_int(q, "read_only") != 0;
	s->password_old = db_int(q, "password_old") != 0;
	s->browser = strcmp(db_text(q, "kind"), "browser") == 0;
	s->role = pool_strdup(pool, db_text(q, "role"));
	s->device = pool_strdup(pool, db_text(q, "device"));
	s->address = pool_strdup(pool, db_text(q, "address"));
	s->user_id = pool_strdup(pool, db_text(q, "user_id"));
	s->language = pool_strdup(pool, db_text(q, "language"));
	session_chain(s, &c);
	return seal_fits(q, &c);
}

#define SESSION_SEEN                                                         \
	"SELECT token_hash, id, bank_user, customer, created_at, "           \
	"last_seen, expires_at, confirmed_at, read_only, password_old, "     \
	"kind, role, device, address, user_id, language, seal FROM session "

/* At the end of its life, or when a browser was left alone. */
int64_t
session_ends_at(const struct session *s)
{
	int64_t idle = settings()->SESSION_IDLE_MINUTES * CLOCK_MINUTE;
	int64_t seen = seen_last(s->token_hash);

	if (seen < s->last_seen)
		seen = s->last_seen;
	return s->browser && seen + idle < s->expires_at ? seen + idle
							 : s->expires_at;
}

static bool
session_over(const struct session *s, int64_t now)
{
	return now >= session_ends_at(s);
}

enum err
session_load(struct db *db, struct pool *pool,
	     const uint8_t hash[SECRET_HASH], struct session *out)
{
	struct stmt *q = db_sql(db, SESSION_SEEN
				"WHERE token_hash = :token_hash");
	bool found, sound;
	enum err e;

	db_put_blob(q, "token_hash", hash, SECRET_HASH);
	found = db_row(q);
	sound = found && session_read(q, pool, out);
	if (found && !sound)
		log_event("error", "changed by another", "table", "session",
			  "user_id", out->user_id, NULL);
	e = db_done(q);
	return e == OK && !sound ? ERR_MISSING : e;
}

enum err
session_get(struct db *db, struct pool *pool, const uint8_t hash[SECRET_HASH],
	    struct session *out)
{
	struct session s = {.idled = false};
	int64_t now = clock_now();
	enum err e = session_load(db, pool, hash, &s);

	out->idled = false;
	if (e != OK)
		return e == ERR_MISSING ? ERR_LOGIN : e;
	*out = s;
	if (!session_over(out, now))
		return OK;
	out->idled = now < out->expires_at;
	return ERR_LOGIN;
}

enum err
session_find(struct db *db, struct pool *pool, const char *token,
	     struct session *out)
{
	uint8_t hash[SECRET_HASH];

	if (!session_hash(token, hash))
		return ERR_LOGIN;
	return session_get(db, pool, hash, out);
}

/* The database may be a pause behind with a browser's use. */
enum err
session_watch(struct db *db, struct pool *pool,
	      const uint8_t hash[SECRET_HASH], struct session *out)
{
	enum err e = session_get(db, pool, hash, out);

	if (e == ERR_LOGIN && out->idled &&
	    clock_now() < session_ends_at(out) + BROWSER_PAUSE)
		return OK;
	return e;
}

static enum err
touch_work(struct db *db, void *arg)
{
	const struct session *s = arg;
	struct stmt *q = db_sql(db, "UPDATE session SET last_seen = :now "
				    "WHERE token_hash = :token_hash "
				    "AND last_seen < :now");

	db_put_int(q, "now", clock_now());
	db_put_blob(q, "token_hash", s->token_hash, SECRET_HASH);
	return db_done(q);
}

enum err
session_touch(struct db *db, const struct session *s)
{
	int64_t pause = s->browser ? BROWSER_PAUSE : PROGRAM_PAUSE;

	seen_note(s->token_hash, clock_now());
	if (clock_now() - s->last_seen < pause)
		return OK;
	return db_write(db, touch_work, (void *)(uintptr_t)s);
}

enum err
session_list(struct db *db, struct pool *pool, int64_t user,
	     struct session **list)
{
	struct stmt *q = db_sql(db, SESSION_SEEN
				"WHERE bank_user = :bank_user "
				"ORDER BY created_at DESC LIMIT 200");
	struct session *s;

	*list = NULL;
	db_put_int(q, "bank_user", user);
	while (db_row(q)) {
		s = pool_alloc(pool, sizeof *s);
		if (!session_read(q, pool, s) || session_over(s, clock_now()))
			continue;
		*list = s;
		list = &s->next;
	}
	return db_done(q);
}

enum err
session_check(struct db *db, int64_t *count,
	      void (*tell)(void *arg, const char *user_id), void *arg)
{
	struct stmt *q = db_sql(db, SESSION_SEEN "ORDER BY token_hash");
	struct pool *pool = pool_new();
	struct session s;

	for (*count = 0; db_row(q); ++*count) {
		if (!session_read(q, pool, &s))
			tell(arg, s.user_id);
		pool_reset(pool);
	}
	pool_free(pool);
	return db_done(q);
}

/* The next row after its token's hash, whatever its seal; ERR_MISSING. */
static enum err
session_next(struct db *db, struct pool *pool, struct session *s)
{
	struct stmt *q = db_sql(db, SESSION_SEEN "WHERE token_hash > :after "
				    "ORDER BY token_hash LIMIT 1");
	struct session last = *s;
	bool found;
	enum err e;

	db_put_blob(q, "after", s->token_hash, SECRET_HASH);
	if ((found = db_row(q)))
		session_read(q, pool, s);
	if ((e = db_done(q)) != OK)
		return e;
	if (!found)
		return ERR_MISSING;
	/* A hash of another length would be met again and again. */
	return memcmp(s->token_hash, last.token_hash, SECRET_HASH) > 0
		       ? OK
		       : ERR_INTERNAL;
}

enum err
session_seal_all(struct db *db, struct pool *pool)
{
	struct session s = {.next = NULL};
	struct chain c;
	struct stmt *q;
	enum err e;

	while ((e = session_next(db, pool, &s)) == OK) {
		q = db_sql(db, "UPDATE session SET seal = :seal "
			       "WHERE token_hash = :token_hash");
		session_chain(&s, &c);
		seal_bind(q, &c);
		db_put_blob(q, "token_hash", s.token_hash, SECRET_HASH);
		if ((e = db_done(q)) != OK)
			break;
	}
	return e == ERR_MISSING ? OK : e;
}
