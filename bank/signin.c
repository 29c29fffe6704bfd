/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signin.c: the only reader and writer of signin. */
#include "bank/signin.h"

#include <string.h>

#include "bank/captcha.h"
#include "bank/confirm.h"
#include "bank/guess.h"
#include "bank/message.h"
#include "bank/password.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum { HASH_WAIT_MS = 2000 }; /* the queue is shorter by then */

struct try {
	struct signin *s;
	const char *user_id;       /* normal form */
	uint8_t index[SECRET_HASH];
	bool known, right;
	struct user user;
	const char *password_new;  /* rehashed with today's cost, or NULL */
	bool again;                /* is in already: no code */
	enum err verdict;
};

static void
user_index(const char *user_id, uint8_t index[SECRET_HASH])
{
	secret_mac(index, SECRET_INDEX, user_id, strlen(user_id));
}

static enum err
lock_read(struct db *db, const uint8_t index[SECRET_HASH], bool *locked)
{
	struct stmt *q = db_sql(db, "SELECT locked_at FROM signin "
				    "WHERE user_index = :user_index");

	db_put_blob(q, "user_index", index, SECRET_HASH);
	*locked = db_row(q) && !db_null(q, "locked_at");
	return db_done(q);
}

static enum err
failure_count(struct db *db, const uint8_t index[SECRET_HASH],
	      int64_t *failures)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO signin (user_index, failures, last_at) VALUES "
		"(:user_index, 1, :now) ON CONFLICT (user_index) DO UPDATE "
		"SET failures = signin.failures + 1, last_at = :now "
		"RETURNING failures");

	db_put_blob(q, "user_index", index, SECRET_HASH);
	db_put_int(q, "now", clock_now());
	*failures = db_row(q) ? db_int(q, "failures") : 0;
	return db_done(q);
}

static enum err
lock_write(struct db *db, const uint8_t index[SECRET_HASH])
{
	struct stmt *q = db_sql(db, "UPDATE signin SET locked_at = :now "
				    "WHERE user_index = :user_index");

	db_put_int(q, "now", clock_now());
	db_put_blob(q, "user_index", index, SECRET_HASH);
	return db_done(q);
}

static enum err
failures_clear(struct db *db, const uint8_t index[SECRET_HASH])
{
	struct stmt *q = db_sql(db, "DELETE FROM signin "
				    "WHERE user_index = :user_index");

	db_put_blob(q, "user_index", index, SECRET_HASH);
	return db_done(q);
}

/* The person whose user id was locked hears of it. */
static enum err
lock_tell(struct db *db, struct try *t)
{
	struct pool *pool = t->s->pool;
	json_object *data = pool_json(pool, json_object_new_object());
	struct route_to ways[MESSAGE_WAYS];
	char at[CLOCK_RFC3339];
	enum err e;
	int n;

	if (t->user.customer == 0)
		return OK;
	e = message_ways(db, pool, t->user.customer, ways, &n);
	if (e != OK || n == 0)
		return e;
	json_object_object_add(data, "bank",
		json_object_new_string(settings()->BANK_NAME));
	json_object_object_add(data, "at",
		json_object_new_string(clock_rfc3339(at, clock_now())));
	json_object_object_add(data, "address",
		json_object_new_string(t->s->who->address));
	return message_queue(db, pool, t->user.customer, &ways[0], "locked",
			     data, clock_now() + CLOCK_DAY_MS);
}

static enum err
wrong_password(struct db *db, struct try *t)
{
	struct actor who = {"stranger", 0, t->s->who->address,
			    t->s->who->device};
	bool lock;
	int64_t failures;
	enum err e;

	if ((e = failure_count(db, t->index, &failures)) != OK ||
	    (e = captcha_failed(db, t->s->pool, t->user_id,
				t->s->who->address,
				&t->s->network)) != OK)
		return e;
	lock = failures >= settings()->LOGIN_WRONG_PASSWORD_ATTEMPT_LIMIT;
	t->verdict = lock ? ERR_LOCKED : ERR_CREDENTIALS;
	if (lock && (e = lock_write(db, t->index)) != OK)
		return e;
	/* Nobody's is on the bank's own record: as much work, as long. */
	e = audit_add(db, t->known ? t->user.customer : 0, &who,
		      lock ? "signin.locked" : t->known && t->user.changed
			   ? "signin.changed" : "signin.wrong", "");
	return e == OK && lock && t->known ? lock_tell(db, t) : e;
}

/* Is what was compared still the password? One that was replaced meanwhile is
 * wrong, and must not come back by being hashed anew; so is one of a user that
 * another hand changed. */
static enum err
right_still(struct db *db, const struct try *t, struct user *now, bool *right)
{
	enum err e;

	*right = false;
	if (!t->right)
		return OK;
	e = user_get(db, t->s->pool, t->user.id, now);
	*right = e == OK && now->password_set_at == t->user.password_set_at;
	return e == ERR_CONFLICT ? OK : e;
}

static enum err
right_password(struct db *db, struct try *t, const struct user *now)
{
	struct challenge *c = &t->s->challenge;
	enum err e;

	*c = (struct challenge){.purpose = "login", .user = t->user.id,
				.customer = t->user.customer};
	secret_hash(c->bound, "login", 5);
	if ((e = failures_clear(db, t->index)) != OK ||
	    (e = rate_forget(db, RATE_SIGNIN_USER, t->user_id)) != OK)
		return e;
	if (t->password_new != NULL &&
	    (e = user_password_again(db, now, t->password_new)) != OK)
		return e;
	if (t->again)
		return OK;
	return confirm_begin(db, t->s->pool, c, NULL);
}

/* From one network only so many failures are listened to. */
static enum err
network_check(struct db *db, struct signin *s)
{
	struct rate *r = &s->network;
	enum err e = rate_look(db, RATE_SIGNIN_ADDRESS,
			       rate_address(s->pool, s->who->address), r);

	s->wait_ms = r->wait_ms;
	return e == OK && r->full ? ERR_RATE : e;
}

/* Has its network had too many failures, or is it locked? */
static enum err
door_check(struct db *db, struct try *t)
{
	bool locked;
	enum err e;

	if ((e = network_check(db, t->s)) != OK ||
	    (e = lock_read(db, t->index, &locked)) != OK)
		return e;
	return locked ? ERR_LOCKED : OK;
}

/* The door is looked at again: other tries may have closed it meanwhile. */
static enum err
signin_work(struct db *db, void *arg)
{
	struct try *t = arg;
	struct user now;
	bool right;
	enum err e;

	t->verdict = e = door_check(db, t);
	if (e == ERR_LOCKED || e == ERR_RATE)
		return OK;
	if (e != OK || (e = right_still(db, t, &now, &right)) != OK)
		return e;
	return right ? right_password(db, t, &now) : wrong_password(db, t);
}

/* Takes as long for nobody as for somebody. */
static enum err
password_try(struct try *t)
{
	struct secret_cost cost = password_cost();
	bool stale = false;
	enum err e;

	e = secret_password_check(t->user.password, t->s->password, cost,
				  &stale);
	if (e == ERR_RATE)
		return e;
	t->right = t->known && e == OK && !t->user.changed;
	if (t->right && stale)
		t->password_new =
			secret_password(t->s->pool, t->s->password, cost);
	return OK;
}

static enum err
signin_try(struct db *db, struct signin *s, bool again)
{
	struct try t = {.s = s, .again = again};
	uint64_t chance;
	enum err e;

	t.user_id = user_normal(s->pool, s->user_id);
	user_index(t.user_id, t.index);
	if ((e = door_check(db, &t)) != OK)
		return e;
	memcpy(&chance, t.index, sizeof chance);
	e = user_or_other(db, s->pool, t.user_id, chance, &t.user, &t.known);
	if (e != OK)
		return e;
	db_rest(db); /* no snapshot is held while hashing */
	if ((e = password_try(&t)) != OK) {
		s->wait_ms = HASH_WAIT_MS;
		return e;
	}
	e = db_write(db, signin_work, &t);
	return e != OK ? e : t.verdict;
}

enum err
signin_password(struct db *db, struct signin *s)
{
	return signin_try(db, s, false);
}

enum err
signin_again(struct db *db, struct signin *s)
{
	return signin_try(db, s, true);
}

enum err
signin_clear(struct db *db, const char *user_id)
{
	uint8_t index[SECRET_HASH];

	user_index(user_id, index);
	return failures_clear(db, index);
}

enum err
signin_open(struct db *db, struct pool *pool, const char *user_id)
{
	uint8_t index[SECRET_HASH];
	bool locked;
	enum err e;

	user_index(user_normal(pool, user_id), index);
	if ((e = lock_read(db, index, &locked)) != OK)
		return e;
	return locked ? ERR_LOCKED : OK;
}

struct unlocking {
	const char *user_id;
	const struct actor *who;
	int64_t user, customer;
};

static enum err
unlock_work(struct db *db, void *arg)
{
	struct unlocking *u = arg;
	enum err e;

	if ((e = signin_clear(db, u->user_id)) != OK ||
	    (e = rate_forget(db, RATE_SIGNIN_USER, u->user_id)) != OK ||
	    (e = guess_forget(db, u->user, u->customer)) != OK)
		return e;
	return audit_add(db, u->customer, u->who, "user.unlock", u->user_id);
}

enum err
signin_unlock(struct db *db, const char *user_id, const struct actor *who)
{
	struct pool *pool = pool_new();
	struct unlocking u = {.who = who};
	struct user user;
	enum err e;

	u.user_id = user_normal(pool, user_id);
	if ((e = user_find(db, pool, u.user_id, &user)) == OK) {
		u.user = user.id;
		u.customer = user.customer;
		e = db_write(db, unlock_work, &u);
	}
	pool_free(pool);
	return e;
}
