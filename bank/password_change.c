/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* password_change.c: how a person comes to a new password: by the present one
 * and a code, or by a code alone when it was forgotten. */
#include <json-c/json.h>
#include <string.h>

#include "bank/password.h"
#include "bank/seal.h"
#include "bank/signin.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "lib/log.h"

struct beginning {
	struct password_change *p;
	const char *encoded;
};

static enum err
change_work(struct db *db, void *arg)
{
	struct beginning *b = arg;
	struct password_change *p = b->p;
	struct challenge *c = &p->challenge;
	json_object *data = pool_json(p->pool, json_object_new_object());

	json_object_object_add(data, "password",
			       json_object_new_string(b->encoded));
	*c = (struct challenge){.purpose = "password", .user = p->user,
				.customer = p->customer, .has_session = true};
	c->data = json_object_to_json_string_ext(data, JSON_C_TO_STRING_PLAIN);
	memcpy(c->session, p->session, SECRET_HASH);
	secret_hash(c->bound, b->encoded, strlen(b->encoded));
	return confirm_begin(db, p->pool, c, NULL);
}

enum err
password_change(struct db *db, struct password_change *p)
{
	struct signin s = {.pool = p->pool, .user_id = p->user_id,
			   .password = p->password, .who = p->who};
	struct beginning b = {.p = p};
	enum err e;

	p->used = false;
	e = signin_again(db, &s);
	p->network = s.network;
	p->wait_ms = s.wait_ms;
	if (e != OK ||
	    (e = password_used(db, p->pool, p->user, p->password_new,
			       &p->used)) != OK)
		return e;
	if (p->used)
		return ERR_CONFLICT;
	b.encoded = password_encode(p->pool, p->password_new);
	return db_write(db, change_work, &b);
}

/* The hash that was asked to be set. */
static const char *
encoded_of(struct confirm *x)
{
	json_object *data = json_tokener_parse(x->challenge.data), *encoded;
	const char *text = NULL;

	if (json_object_object_get_ex(data, "password", &encoded))
		text = pool_strdup(x->pool, json_object_get_string(encoded));
	json_object_put(data);
	return text;
}

enum err
password_confirm(struct db *db, struct confirm *x)
{
	struct challenge *c = &x->challenge;
	struct actor who = {"customer", c->user, x->who->address,
			    x->who->device};
	const char *encoded = encoded_of(x);
	enum err e;

	if (encoded == NULL)
		return ERR_INTERNAL;
	if ((e = password_set(db, x->pool, c->user, encoded, &who)) != OK ||
	    (e = session_end_user(db, c->user, x->session,
				  "password")) != OK)
		return e;
	return session_renew(db, x->pool, x->session, true, &x->session_new,
			     x->token);
}

static void
token_hash(const char *token, uint8_t hash[SECRET_HASH])
{
	secret_mac(hash, SECRET_TOKEN, token, strlen(token));
}

/* A token is for one user, until one moment. */
static void
reset_chain(struct chain *c, const uint8_t hash[SECRET_HASH], int64_t user,
	    int64_t expires_at)
{
	chain_begin(c, "password_reset");
	chain_bytes(c, hash, SECRET_HASH);
	chain_int(c, user);
	chain_int(c, expires_at);
}

enum err
password_allow(struct db *db, struct confirm *x)
{
	struct actor who = {"stranger", 0, x->who->address, x->who->device};
	uint8_t random[32], hash[SECRET_HASH];
	struct stmt *q = db_sql(db,
		"INSERT INTO password_reset (token_hash, bank_user, "
		"expires_at, seal) VALUES (:token_hash, :bank_user, "
		":expires_at, :seal)");
	struct chain c;
	enum err e;

	secret_random(random, sizeof random);
	secret_base64url(x->token, random, sizeof random);
	token_hash(x->token, hash);
	x->expires_at = clock_now() + PASSWORD_RESET_MINUTES * CLOCK_MINUTE;
	db_put_blob(q, "token_hash", hash, sizeof hash);
	db_put_int(q, "bank_user", x->challenge.user);
	db_put_int(q, "expires_at", x->expires_at);
	reset_chain(&c, hash, x->challenge.user, x->expires_at);
	seal_bind(q, &c);
	if ((e = db_done(q)) != OK)
		return e;
	return audit_add(db, x->challenge.customer, &who, "password.allow",
			 "");
}

struct resetting {
	struct password_reset *r;
	uint8_t hash[SECRET_HASH];
	const char *encoded;
	struct user user;
};

/* Whose token it is; nobody's, if somebody changed its row. */
static enum err
reset_find(struct db *db, struct resetting *t)
{
	struct stmt *q = db_sql(db,
		"SELECT bank_user, expires_at, seal FROM password_reset WHERE "
		"token_hash = :token_hash AND expires_at > :now");
	int64_t user = 0;
	struct chain c;
	enum err e;

	db_put_blob(q, "token_hash", t->hash, SECRET_HASH);
	db_put_int(q, "now", clock_now());
	if (db_row(q)) {
		user = db_int(q, "bank_user");
		reset_chain(&c, t->hash, user, db_int(q, "expires_at"));
		if (!seal_fits(q, &c)) {
			log_event("error", "changed by another", "table",
				  "password_reset", NULL);
			user = 0;
		}
	}
	if ((e = db_done(q)) != OK)
		return e;
	return user == 0 ? ERR_EXPIRED
			 : user_get(db, t->r->pool, user, &t->user);
}

/* The token is looked at again: it may have been used meanwhile. Setting the
 * password ends it. */
static enum err
reset_work(struct db *db, void *arg)
{
	struct resetting *t = arg;
	struct actor who = {"customer", 0, t->r->who->address,
			    t->r->who->device};
	enum err e;

	if ((e = reset_find(db, t)) != OK)
		return e;
	who.user = t->user.id;
	if ((e = password_set(db, t->r->pool, t->user.id, t->encoded,
			      &who)) != OK ||
	    (e = session_end_user(db, t->user.id, NULL, "password")) != OK)
		return e;
	return signin_clear(db, t->user.user_id);
}

enum err
password_reset(struct db *db, struct password_reset *r)
{
	struct resetting t = {.r = r};
	bool used;
	enum err e;

	token_hash(r->token, t.hash);
	if ((e = reset_find(db, &t)) != OK ||
	    (e = password_used(db, r->pool, t.user.id, r->password_new,
			       &used)) != OK)
		return e;
	if (used)
		return ERR_CONFLICT;
	t.encoded = password_encode(r->pool, r->password_new);
	return db_write(db, reset_work, &t);
}

enum err
password_check(struct db *db, int64_t *count,
	       void (*tell)(void *arg, const char *user_id), void *arg)
{
	struct stmt *q = db_sql(db,
		"SELECT p.token_hash, p.bank_user, p.expires_at, p.seal, "
		"u.user_id FROM password_reset p "
		"JOIN bank_user u ON u.id = p.bank_user ORDER BY p.token_hash");
	uint8_t hash[SECRET_HASH];
	struct chain c;

	for (*count = 0; db_row(q); ++*count) {
		db_copy(q, "token_hash", hash, sizeof hash);
		reset_chain(&c, hash, db_int(q, "bank_user"),
			    db_int(q, "expires_at"));
		if (!seal_fits(q, &c))
			tell(arg, db_text(q, "user_id"));
	}
	return db_done(q);
}

enum err
password_end_person(struct db *db, int64_t user, int64_t customer)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM password_reset WHERE bank_user = :bank_user OR "
		"bank_user IN (SELECT id FROM bank_user "
		"WHERE customer = :customer)");

	db_put_int(q, "bank_user", user);
	db_put_int(q, "customer", customer);
	return db_done(q);
}

enum err
password_end_all(struct db *db)
{
	return db_done(db_sql(db, "DELETE FROM password_reset"));
}
