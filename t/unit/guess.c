/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* guess.c: tests of guessing codes: over all challenges there is an end. */
#include "bank/guess.h"

#include <pthread.h>

#include "bank/confirm.h"
#include "bank/signin.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"

enum { THREADS = 64, KEPT = 12 };

static enum err
sign(struct bank *b, const char *user_id, struct challenge *c)
{
	return deal_signin(b, user_id, "correct horse", c);
}

/* A challenge that dies of wrong codes. */
static enum err
waste(struct bank *b, const char *user_id)
{
	struct challenge c;
	enum err e = sign(b, user_id, &c);
	int i;

	for (i = 0; e == OK && i < CHALLENGE_TRIES; i++)
		if (deal_confirm(b, c.id, "none").verdict != ERR_OTP)
			e = ERR_INTERNAL;
	return e;
}

static void
unlock(struct bank *b)
{
	signin_unlock(b->db, "anna", &actor_operator);
	bank_tamper(b, "DELETE FROM challenge WHERE state = 'open'");
}

static void
test_lock(struct bank *b)
{
	struct challenge first, c;
	const char *code;
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(100, "EUR"));
	int64_t now = clock_now();
	int i;

	is_int(sign(b, "anna", &first), OK, "a code that stays unused");
	code = bank_code(b);
	for (i = 1; i <= 3; i++)
		is_int(waste(b, "anna"), OK, "challenge %d dies of guesses",
		       i);
	is_int(sign(b, "anna", &c), ERR_LOCKED,
	       "then there is no new one, even with the password");
	is_int(deal_confirm(b, first.id, code).verdict, ERR_OTP,
	       "and no code counts that is still on its way");
	is_int(deal_give(b, &o), ERR_LOCKED, "nor is one sent for a payment");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'codes-locked'"),
	       2, "the person is told over every way there is");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'code.locked' AND actor = 'stranger'"),
	       1, "and it is on record, once");
	is_int(waste(b, "ben"), OK, "others are not locked");
	clock_freeze(now + CLOCK_DAY_MS - 1);
	is_int(sign(b, "anna", &c), ERR_LOCKED, "it stays for a day");
	clock_freeze(now + CLOCK_DAY_MS);
	is_int(sign(b, "anna", &c), OK, "and no longer");
	is_int(deal_confirm(b, c.id, bank_code(b)).verdict, OK,
	       "then a code is right again");
	clock_freeze(now);
	unlock(b);
}

static void
test_unlock(struct bank *b)
{
	struct challenge c;
	int i;

	for (i = 0; i < 3; i++)
		waste(b, "anna");
	is_int(sign(b, "anna", &c), ERR_LOCKED, "who is locked");
	unlock(b);
	is_int(sign(b, "anna", &c), OK, "can be unlocked by the bank");
	unlock(b);
}

/* Fifteen a day, for a week. */
static void
test_hundred(struct bank *b)
{
	int64_t now = clock_now();
	struct challenge c;
	int day, i, dead = 0;

	for (day = 0; day < 10; day++) {
		clock_freeze(now + (int64_t)day * CLOCK_DAY_MS);
		for (i = 0; i < 3; i++)
			dead += waste(b, "anna") == OK;
	}
	is_int(dead, 20, "a hundred wrong codes without a right one");
	clock_freeze(now + 400ll * CLOCK_DAY_MS);
	is_int(sign(b, "anna", &c), ERR_LOCKED, "lock until the bank unlocks");
	unlock(b);
	for (day = 0; day < 8; day++) {
		clock_freeze(now + (500ll + day) * CLOCK_DAY_MS);
		waste(b, "anna");
		waste(b, "anna");
		waste(b, "anna");
		clock_freeze(now + (500ll + day + 1) * CLOCK_DAY_MS);
		dead = deal_browser(b, "anna").verdict;
	}
	is_int(dead, OK, "a right one in between begins from nothing");
	clock_freeze(now);
	unlock(b);
}

struct guesser {
	struct bank *bank;
	const uint8_t *id;
	enum err verdict;
};

static void *
guess_thread(void *arg)
{
	struct guesser *g = arg;
	struct db *db = db_new(g->bank->store);
	struct confirm x = {.pool = pool_new(), .id = g->id, .code = "none",
			    .who = &deal_actor};

	g->verdict = confirm_code(db, &x);
	db_free(db);
	pool_free(x.pool);
	return NULL;
}

/* All at once; returns how many were counted. */
static int
guess_together(struct bank *b, const struct challenge *c, int challenges)
{
	struct guesser g[THREADS];
	pthread_t t[THREADS];
	int i, counted = 0;

	for (i = 0; i < THREADS; i++) {
		g[i] = (struct guesser){b, c[i % challenges].id, OK};
		pthread_create(&t[i], NULL, guess_thread, &g[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		counted += g[i].verdict == ERR_OTP;
	}
	return counted;
}

static void
test_crowd(struct bank *b)
{
	struct challenge c[KEPT];
	const char *codes[KEPT];
	int i, right = 0;

	sign(b, "anna", &c[0]);
	is_int(guess_together(b, c, 1), CHALLENGE_TRIES,
	       "of 64 guesses at once five count, and the challenge is dead");
	unlock(b);
	for (i = 0; i < KEPT; i++) {
		sign(b, "anna", &c[i]);
		codes[i] = bank_code(b);
	}
	is_int(guess_together(b, c, KEPT), KEPT * CHALLENGE_TRIES,
	       "and over twelve challenges five of each");
	is_int(bank_count(b, "SELECT count(*) AS n FROM challenge WHERE "
			     "state = 'open'"),
	       0, "which all are dead then");
	unlock(b);
	for (i = 0; i < KEPT; i++) {
		sign(b, "anna", &c[i]);
		codes[i] = bank_code(b);
	}
	for (i = 0; i < 3; i++)
		guess_together(b, &c[i], 1);
	for (i = 3; i < KEPT; i++)
		right += deal_confirm(b, c[i].id, codes[i]).verdict == OK;
	is_int(right, 0, "challenges kept in store are no way past the lock");
	unlock(b);
}

static void
test_resends(struct bank *b)
{
	int64_t now = clock_now();
	struct resend r = {.pool = b->pool, .channel = ""};
	struct challenge c;
	int i, sent = 0;

	for (i = 0; i < 15; i++) {
		if (i % 3 == 0)
			sign(b, "anna", &c);
		clock_freeze(clock_now() + 31 * CLOCK_SECOND);
		r.id = c.id;
		sent += confirm_resend(b->db, &r) == OK;
	}
	is_int(sent, 10, "ten codes an hour are sent again, over all");
	clock_freeze(now + 60 * CLOCK_MINUTE + 31 * CLOCK_SECOND);
	sign(b, "anna", &c);
	clock_freeze(clock_now() + 31 * CLOCK_SECOND);
	r.id = c.id;
	is_int(confirm_resend(b->db, &r), OK, "and more in the next");
	clock_freeze(now);
}

static enum err
last_guess(struct bank *b, struct pool *pool, void *arg)
{
	struct confirm x = {.pool = pool, .id = arg, .code = "none",
			    .who = &deal_actor};
	enum err e = confirm_code(b->db, &x);

	return e == ERR_OTP ? OK : e;
}

/* Nobody's code, and a member of staff who is no customer. */
struct nobody {
	struct challenge c;
	int times;
};

static enum err
nobody_work(struct db *db, void *arg)
{
	struct nobody *n = arg;
	struct pool *pool = pool_new();
	struct rate resent;
	enum err e = OK;
	int i;

	for (i = 0; e == OK && i < n->times; i++)
		e = guess_wrong(db, pool, &n->c, &deal_actor);
	if (e == OK)
		e = guess_resent(db, &n->c, &resent);
	if (e == OK)
		e = guess_right(db, &n->c);
	pool_free(pool);
	return e;
}

static enum err
forget_nobody(struct db *db, void *arg)
{
	(void)arg;
	return guess_forget(db, 0, 0);
}

static void
test_nobody(struct bank *b)
{
	struct nobody n = {.c = {.purpose = "reset"}, .times = 1};

	is_int(db_write(b->db, nobody_work, &n), OK,
	       "whoever is nobody is counted");
	is_int(guess_allowed(b->db, &n.c), OK, "for one challenge alone");
	is_int(db_write(b->db, forget_nobody, NULL), OK,
	       "and there is nothing to forget of nobody");
	n.times = 5;
	n.c.user = 77;
	is_int(db_write(b->db, nobody_work, &n), OK,
	       "staff who is no customer is");
	is_int(guess_allowed(b->db, &n.c), ERR_LOCKED, "and locked");
	n.c.user = 0;
	n.c.customer = b->ben;
	is_int(db_write(b->db, nobody_work, &n), OK,
	       "a customer who is no user yet is, too");
	is_int(guess_allowed(b->db, &n.c), ERR_LOCKED, "and locked as well");
	db_rest(b->db);
	signin_unlock(b->db, "ben", &actor_operator);
	is_int(guess_allowed(b->db, &n.c), OK,
	       "until the user there is now is unlocked");
	db_rest(b->db);
}

int
main(void)
{
	struct challenge c;
	struct bank b;
	int i;

	bank_open(&b);
	test_lock(&b);
	test_unlock(&b);
	test_hundred(&b);
	test_crowd(&b);
	test_resends(&b);
	for (i = 0; i < 2; i++)
		waste(&b, "anna");
	sign(&b, "anna", &c);
	for (i = 0; i < 4; i++)
		deal_confirm(&b, c.id, "none");
	fault_loop(&b, "the guess that locks", last_guess, c.id, OK);
	test_nobody(&b);
	bank_close(&b);
	return tap_done();
}
