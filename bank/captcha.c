/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* captcha.c: the only reader and writer of captcha_used. */
#include "bank/captcha.h"

#include <string.h>

#include "bank/user.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum { FREE_FAILURES = 2 };

static bool
setting_is(const char *word)
{
	return strcmp(settings()->CAPTCHA, word) == 0;
}

bool
captcha_on(void)
{
	return !setting_is("off");
}

enum err
captcha_wanted(struct db *db, struct pool *pool, const char *user_id,
	       const char *address, bool *wanted)
{
	struct rate user = {0}, net = {0};
	enum err e = OK;

	*wanted = setting_is("always");
	if (*wanted || !captcha_on())
		return OK;
	if (*user_id != '\0')
		e = rate_look(db, RATE_SIGNIN_USER, user_normal(pool, user_id),
			      &user);
	if (e == OK)
		e = rate_look(db, RATE_SIGNIN_ADDRESS,
			      rate_address(pool, address), &net);
	*wanted = user.count >= FREE_FAILURES || net.count >= FREE_FAILURES;
	return e;
}

enum err
captcha_failed(struct db *db, struct pool *pool, const char *user_id,
	       const char *address, struct rate *net)
{
	enum err e = rate_count(db, RATE_SIGNIN_USER,
				user_normal(pool, user_id), NULL);

	return e != OK ? e
		       : rate_count(db, RATE_SIGNIN_ADDRESS,
				    rate_address(pool, address), net);
}

static int64_t
expiry(void)
{
	return clock_now() + CAPTCHA_MINUTES * CLOCK_MINUTE;
}

void
captcha_puzzle(struct puzzle *p)
{
	puzzle_make(p, settings()->CAPTCHA_NUMBER, expiry());
}

/* What a ticket is good for: having waited, or having shown another proof. */
static const char *
scope(struct pool *pool, const char *kind, const char *address)
{
	return pool_printf(pool, "%s %s", kind, rate_address(pool, address));
}

char *
captcha_ticket(struct pool *pool, const char *address)
{
	int64_t wait = settings()->CAPTCHA_WAIT_SECONDS * CLOCK_SECOND;

	return ticket_make(pool_alloc(pool, TICKET),
			   scope(pool, "wait", address), clock_now() + wait,
			   expiry());
}

char *
captcha_pass(struct pool *pool, const char *address)
{
	return ticket_make(pool_alloc(pool, TICKET),
			   scope(pool, "pass", address), clock_now(),
			   expiry());
}

struct spending {
	uint8_t id[SECRET_HASH];
	int64_t expires_at;
	const char *waited; /* the network that did; NULL: none */
};

/* Its signature and time; not whether it was used. */
static enum err
proof_read(struct pool *pool, const char *proof, const char *address,
	   struct spending *s)
{
	struct ticket t;
	enum err e;

	if (!ticket_looks(proof)) {
		e = puzzle_check(pool, proof, clock_now(), &s->expires_at,
				 s->id);
		return e == OK ? OK : ERR_CAPTCHA;
	}
	e = ticket_check(proof, scope(pool, "pass", address), clock_now(), &t);
	if (e == ERR_INPUT) {
		s->waited = rate_address(pool, address);
		e = ticket_check(proof, scope(pool, "wait", address),
				 clock_now(), &t);
	}
	if (e != OK)
		return e == ERR_RATE ? e : ERR_CAPTCHA;
	s->expires_at = t.until;
	memcpy(s->id, t.id, sizeof s->id);
	return OK;
}

enum err
captcha_good(struct db *db, struct pool *pool, const char *proof,
	     const char *address)
{
	struct spending s = {.waited = NULL};
	struct stmt *q;
	enum err e;
	bool used;

	if ((e = proof_read(pool, proof, address, &s)) != OK)
		return e;
	q = db_sql(db, "SELECT 1 AS used FROM captcha_used WHERE "
		       "proof = :proof");
	db_put_blob(q, "proof", s.id, sizeof s.id);
	used = db_row(q);
	e = db_done(q);
	return e == OK && used ? ERR_CAPTCHA : e;
}

/* Waiting costs a machine nothing: it can wait for a thousand at once. So a
 * network passes by that way only so often. */
static enum err
spend_work(struct db *db, void *arg)
{
	const struct spending *s = arg;
	struct rate waited;
	struct stmt *q = db_sql(db,
		"INSERT INTO captcha_used (proof, expires_at) VALUES "
		"(:proof, :expires_at) ON CONFLICT (proof) DO NOTHING");
	enum err e;

	db_put_blob(q, "proof", s->id, sizeof s->id);
	db_put_int(q, "expires_at", s->expires_at);
	e = db_done(q);
	if (e == OK && db_changes(db) == 0)
		e = ERR_CAPTCHA;
	if (e == OK && s->waited != NULL)
		e = rate_take(db, RATE_WAITED, s->waited, &waited);
	return e;
}

enum err
captcha_spend(struct db *db, struct pool *pool, const char *proof,
	      const char *address)
{
	struct spending s = {.waited = NULL};
	enum err e = proof_read(pool, proof, address, &s);

	return e != OK ? e : db_write(db, spend_work, &s);
}
