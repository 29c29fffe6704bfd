/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session_begin.c: sessions begin, and go on under another token. */
#include "bank/session_impl.h"

#include "bank/seal.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "lib/settings.h"

static bool
password_is_old(const struct session *s, const struct user *u)
{
	long days = settings()->PASSWORD_EXPIRY_DAYS;

	return s->browser && days > 0 &&
	       u->password_set_at < s->created_at - days * CLOCK_DAY_MS;
}

static enum err
session_write(struct db *db, const struct session *s)
{
	struct chain c;
	struct stmt *q = db_sql(db,
		"INSERT INTO session (token_hash, id, bank_user, customer, "
		"role, user_id, language, kind, read_only, password_old, "
		"device, address, created_at, last_seen, expires_at, "
		"confirmed_at, seal) VALUES (:token_hash, :id, :bank_user, "
		"nullif(:customer, 0), :role, :user_id, coalesce((SELECT "
		"language FROM customer WHERE id = :customer), 'en'), :kind, "
		":read_only, :password_old, :device, :address, :created_at, "
		":created_at, :expires_at, nullif(:confirmed_at, 0), :seal)");

	session_chain(s, &c);
	db_put_blob(q, "token_hash", s->token_hash, SECRET_HASH);
	db_put_blob(q, "id", s->id, SECRET_ID);
	db_put_int(q, "bank_user", s->user);
	db_put_int(q, "customer", s->customer);
	db_put_text(q, "role", s->role);
	db_put_text(q, "user_id", s->user_id);
	db_put_text(q, "kind", s->browser ? "browser" : "token");
	db_put_int(q, "read_only", s->read_only);
	db_put_int(q, "password_old", s->password_old);
	db_put_text(q, "device", s->device);
	db_put_text(q, "address", s->address);
	db_put_int(q, "created_at", s->created_at);
	db_put_int(q, "expires_at", s->expires_at);
	db_put_int(q, "confirmed_at", s->confirmed_at);
	seal_bind(q, &c);
	return db_done(q);
}

/* As their row says who they are, if nobody changed it. */
static enum err
session_of_user(struct db *db, struct session *s)
{
	struct pool *pool = pool_new();
	struct user u;
	enum err e = user_get(db, pool, s->user, &u);

	if (e == OK) {
		s->customer = u.customer;
		s->role = u.role;
		s->user_id = u.user_id;
		s->password_old = password_is_old(s, &u);
		e = session_write(db, s);
	}
	s->role = s->user_id = NULL;
	pool_free(pool);
	return e;
}

static void
token_make(struct session *s, char token[SESSION_TOKEN])
{
	uint8_t random[32];

	secret_random(random, sizeof random);
	secret_base64url(token, random, sizeof random);
	session_hash(token, s->token_hash);
}

enum err
session_new(struct db *db, struct session *s, char token[SESSION_TOKEN])
{
	token_make(s, token);
	secret_id(s->id);
	s->created_at = s->last_seen = clock_now();
	s->confirmed_at = s->browser ? s->created_at : 0;
	if (s->browser)
		s->expires_at = s->created_at + settings()->SESSION_MAX_HOURS *
						60 * CLOCK_MINUTE;
	return session_of_user(db, s);
}

static enum err
renew_write(struct db *db, const uint8_t old[SECRET_HASH],
	    const struct session *s)
{
	struct chain c;
	struct stmt *q = db_sql(db,
		"UPDATE session SET token_hash = :token_hash, "
		"password_old = :password_old, last_seen = :now, "
		"confirmed_at = :now, seal = :seal WHERE token_hash = :old");

	session_chain(s, &c);
	db_put_blob(q, "token_hash", s->token_hash, SECRET_HASH);
	db_put_int(q, "password_old", s->password_old);
	db_put_int(q, "now", s->confirmed_at);
	seal_bind(q, &c);
	db_put_blob(q, "old", old, SECRET_HASH);
	return db_done(q);
}

enum err
session_renew(struct db *db, struct pool *pool,
	      const uint8_t old[SECRET_HASH], bool password_new,
	      struct session *out, char token[SESSION_TOKEN])
{
	enum err e = session_load(db, pool, old, out);

	if (e != OK)
		return e;
	token_make(out, token);
	out->password_old = out->password_old && !password_new;
	out->last_seen = out->confirmed_at = clock_now();
	return renew_write(db, old, out);
}

struct tokening {
	struct session s;
	char *token;
};

static enum err
token_work(struct db *db, void *arg)
{
	struct tokening *t = arg;
	enum err e;

	if ((e = session_new(db, &t->s, t->token)) != OK)
		return e;
	return audit_add(db, t->s.customer, &actor_operator, "token.new",
			 t->s.read_only ? "read-only" : "");
}

enum err
session_token(struct db *db, struct pool *pool, const char *user_id,
	      bool read_only, char token[SESSION_TOKEN])
{
	struct tokening t = {.token = token};
	struct user u;
	enum err e;

	if ((e = user_find(db, pool, user_id, &u)) != OK)
		return e;
	t.s = (struct session){
		.user = u.id, .customer = u.customer, .read_only = read_only,
		.device = "bearer token", .address = "",
		.expires_at = clock_now() +
			      settings()->TOKEN_DAYS * (int64_t)CLOCK_DAY_MS};
	return db_write(db, token_work, &t);
}
