/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* challenge.c: tests of codes: one use, five tries, a few minutes. */
#include "bank/challenge.h"

#include <pthread.h>
#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/tap.h"

enum { THREADS = 64 };

static const uint8_t mine[SECRET_HASH] = {7}, others[SECRET_HASH] = {8};

struct try {
	struct challenge c;
	char code[CHALLENGE_CODE];
	const uint8_t *session;
	const char *guess;
	enum err verdict, broken;
};

static enum err
open_work(struct db *db, void *arg)
{
	struct try *t = arg;
	struct pool *pool = pool_new();
	enum err e = challenge_open(db, pool, &t->c, t->code);

	pool_free(pool);
	return e;
}

static enum err
try_work(struct db *db, void *arg)
{
	struct try *t = arg;
	struct pool *pool = pool_new();
	struct attempt a = {.id = t->c.id, .session = t->session,
			    .code = t->guess};

	t->verdict = challenge_try(db, pool, &a, &t->c, &t->broken);
	t->c.data = t->c.purpose = t->c.channel = t->c.sent_to = t->c.state = "";
	pool_free(pool);
	return t->broken;
}

static enum err
renew_work(struct db *db, void *arg)
{
	struct try *t = arg;

	return challenge_renew(db, &t->c, t->code);
}

static struct try
open_one(struct bank *b, bool bound)
{
	struct try t = {
		.c = {.purpose = "login", .user = b->anna_user,
		      .customer = b->anna, .has_session = bound,
		      .channel = "email", .sent_to = "a"},
		.session = bound ? mine : NULL};

	memcpy(t.c.session, mine, sizeof mine);
	t.broken = db_write(b->db, open_work, &t);
	return t;
}

static enum err
guess(struct bank *b, struct try *t, const char *code)
{
	enum err e;

	t->guess = code;
	e = db_write(b->db, try_work, t);
	return e != OK ? e : t->verdict;
}

static void
test_once(struct bank *b)
{
	struct try t = open_one(b, false);

	is_int(t.broken, OK, "a challenge is opened");
	is_int((int)strlen(t.code), 6, "its code has six digits");
	is_int((int)strspn(t.code, "0123456789"), 6, "and digits only");
	is_int(guess(b, &t, t.code), OK, "the right code is accepted");
	is_int(guess(b, &t, t.code), ERR_EXPIRED, "once");
	is_int(bank_count(b, "SELECT count(*) AS n FROM challenge "
			     "WHERE state = 'used'"),
	       1, "and is then used");
	memset(t.c.id, 3, sizeof t.c.id);
	is_int(guess(b, &t, t.code), ERR_MISSING,
	       "a challenge that is not there has no code");
	is_int(challenge_get(b->db, b->pool, t.c.id, &t.c), ERR_MISSING,
	       "and cannot be looked at");
	db_rest(b->db);
}

static void
test_five(struct bank *b)
{
	struct try t = open_one(b, false);
	const char *wrong = deal_wrong(b, t.code);
	int i;

	for (i = 4; i > 0; i--) {
		is_int(guess(b, &t, wrong), ERR_OTP, "a wrong code is refused");
		is_int(t.c.tries_left, i, "and %d tries are left", i);
	}
	is_int(guess(b, &t, wrong), ERR_OTP, "the fifth is as wrong");
	is_int(t.c.tries_left, 0, "and the last");
	is_int(guess(b, &t, t.code), ERR_EXPIRED,
	       "after five not even the right one is accepted");
	is_int(bank_count(b, "SELECT count(*) AS n FROM challenge "
			     "WHERE state = 'dead'"),
	       1, "the challenge is dead");
}

static void
test_shapes(struct bank *b)
{
	static const char *const codes[] = {
		"", "1", "12345", "1234567", "123456789012345678901234567890",
		"abcdef", "\xff\xfe"};
	struct try t;
	size_t i;

	for (i = 0; i < sizeof codes / sizeof *codes; i++) {
		t = open_one(b, false);
		is_int(guess(b, &t, codes[i]), ERR_OTP,
		       "\"%.8s\" is no right code", codes[i]);
	}
	t = open_one(b, false);
	is_int(guess(b, &t, pool_printf(b->pool, "%s0", t.code)), ERR_OTP,
	       "nor is a right one with a digit more");
	is_int(guess(b, &t, pool_strndup(b->pool, t.code, 5)), ERR_OTP,
	       "or less");
}

/* Ten digits fill the room there is. */
static void
test_length(struct bank *b)
{
	struct try t;

	bank_set(b, "OTP_LENGTH", "10");
	t = open_one(b, false);
	is_int((int)strlen(t.code), 10, "the operator may want longer codes");
	is_int(guess(b, &t, deal_wrong(b, t.code)), ERR_OTP,
	       "wrong is wrong");
	is_int(guess(b, &t, t.code), OK, "and right is right");
	bank_set(b, "OTP_LENGTH", "6");
}

static void
test_expiry(struct bank *b)
{
	struct try t = open_one(b, false);
	int64_t end = clock_now() + 5 * CLOCK_MINUTE;

	is_int(t.c.expires_at, end, "a code lives five minutes");
	clock_freeze(end - 1);
	is_int(guess(b, &t, deal_wrong(b, t.code)), ERR_OTP,
	       "in their last millisecond it can still be tried");
	clock_freeze(end);
	is_int(guess(b, &t, t.code), ERR_EXPIRED, "and then no more");
	is_int(t.c.tries_left, 4, "which uses no try");
	clock_freeze(end - 1);
	is_int(guess(b, &t, t.code), OK, "a millisecond before it was good");
}

static void
test_session(struct bank *b)
{
	struct try t = open_one(b, true);

	t.session = others;
	is_int(guess(b, &t, t.code), ERR_MISSING,
	       "another session's challenge looks like none");
	t.session = NULL;
	is_int(guess(b, &t, t.code), ERR_MISSING, "so it does to nobody");
	is_int(guess(b, &t, "000000"), ERR_MISSING,
	       "and they cannot use up its tries");
	t.session = mine;
	is_int(guess(b, &t, t.code), OK, "its own session's code is accepted");
	is_int(t.c.tries_left, 5, "at the first try");
	t = open_one(b, false);
	t.session = others;
	is_int(guess(b, &t, t.code), OK,
	       "a sign-in's challenge has no session yet");
}

/* Whoever moves a code to another row, or changes what it confirms, has
 * nothing. */
static void
test_bound(struct bank *b)
{
	struct try one = open_one(b, false), two = open_one(b, false);

	is_int(guess(b, &two, one.code), ERR_OTP,
	       "a code is right for its own challenge only");
	bank_tamper(b, "UPDATE challenge SET code_hash = (SELECT code_hash "
		       "FROM challenge WHERE tries_left = 5 AND "
		       "state = 'open' ORDER BY id DESC LIMIT 1) "
		       "WHERE tries_left = 4 AND state = 'open'");
	is_int(guess(b, &two, one.code), ERR_OTP,
	       "even when its hash is moved there");
	bank_tamper(b, "UPDATE challenge SET bound = code_hash "
		       "WHERE tries_left = 5 AND state = 'open'");
	is_int(guess(b, &one, one.code), ERR_INTERNAL,
	       "nor when what it confirms is changed");
	bank_tamper(b, "UPDATE challenge SET code_hash = x'00', "
		       "session = x'', subject = NULL");
	is_int(guess(b, &one, one.code), ERR_INTERNAL,
	       "a damaged row opens nothing");
	bank_tamper(b, "UPDATE challenge SET data = NULL");
	is_int(guess(b, &one, one.code), ERR_INTERNAL,
	       "nor one whose seal is gone");
}

static void
test_resend(struct bank *b)
{
	struct try t = open_one(b, false);
	char first[CHALLENGE_CODE];
	int64_t now = clock_now();
	int i;

	memcpy(first, t.code, sizeof first);
	guess(b, &t, deal_wrong(b, t.code));
	t.c.state = "open";
	t.c.channel = t.c.sent_to = "x";
	clock_freeze(now + 30 * CLOCK_SECOND - 1);
	is_int(db_write(b->db, renew_work, &t), ERR_RATE,
	       "nobody gets a second code within 30 seconds");
	for (i = 1; i <= 3; i++) {
		clock_freeze(now + i * 30 * CLOCK_SECOND);
		is_int(db_write(b->db, renew_work, &t), OK,
		       "a new code after 30 seconds");
	}
	is_int(t.c.expires_at, clock_now() + 5 * CLOCK_MINUTE,
	       "lives as long as the first");
	clock_freeze(now + 120 * CLOCK_SECOND);
	is_int(db_write(b->db, renew_work, &t), ERR_RATE,
	       "a fourth is not sent");
	is_int(t.c.tries_left, 4, "the tries stay used");
	if (strcmp(first, t.code) != 0)
		is_int(guess(b, &t, first), ERR_OTP,
		       "the first code is right no more");
	is_int(guess(b, &t, t.code), OK, "the last one is");
	t.c.state = "used";
	is_int(db_write(b->db, renew_work, &t), ERR_EXPIRED,
	       "a used one is not sent again");
	t = open_one(b, false);
	clock_freeze(t.c.expires_at);
	is_int(db_write(b->db, renew_work, &t), ERR_EXPIRED,
	       "nor one that is over");
}

struct guesser {
	pthread_t thread;
	struct store *store;
	struct try t;
	enum err e;
};

static void *
guess_thread(void *arg)
{
	struct guesser *g = arg;
	struct db *db = db_new(g->store);

	g->e = db_write(db, try_work, &g->t);
	if (g->e == OK)
		g->e = g->t.verdict;
	db_free(db);
	return NULL;
}

static void
test_parallel(struct bank *b)
{
	struct guesser *g = pool_alloc(b->pool, THREADS * sizeof *g);
	struct try t = open_one(b, false);
	int i, wrong = 0, over = 0;

	t.guess = deal_wrong(b, t.code);
	for (i = 0; i < THREADS; i++) {
		g[i] = (struct guesser){.store = b->store, .t = t};
		pthread_create(&g[i].thread, NULL, guess_thread, &g[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(g[i].thread, NULL);
		wrong += g[i].e == ERR_OTP;
		over += g[i].e == ERR_EXPIRED;
	}
	is_int(wrong, 5, "of 64 guesses at once five are looked at");
	is_int(over, THREADS - 5, "and the rest come too late");
	is_int(guess(b, &t, t.code), ERR_EXPIRED, "as does the right one");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_once(&b);
	test_five(&b);
	test_shapes(&b);
	test_length(&b);
	test_expiry(&b);
	test_session(&b);
	test_resend(&b);
	test_parallel(&b);
	test_bound(&b);
	bank_close(&b);
	return tap_done();
}
