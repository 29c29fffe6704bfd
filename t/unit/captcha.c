/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* captcha.c: tests of when a captcha is asked for, and what counts as one. */
#include "bank/captcha.h"

#include <pthread.h>

#include "lib/clock.h"
#include "lib/settings.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/solve.h"

enum { THREADS = 16 };

static const char home[] = "192.0.2.7", near[] = "192.0.2.200";
static const char away[] = "198.51.100.1";

static bool
wanted(struct bank *b, const char *user_id, const char *address)
{
	bool yes = false;

	is_int(captcha_wanted(b->db, b->pool, user_id, address, &yes), OK,
	       "asked about [%s]", user_id);
	db_rest(b->db);
	return yes;
}

static enum err
sign(struct bank *b, const char *user_id, const char *password)
{
	struct challenge c;

	return deal_signin(b, user_id, password, &c);
}

static void
test_wanted(struct bank *b)
{
	int64_t now = clock_now();

	bank_set(b, "CAPTCHA", "auto");
	ok(captcha_on() && !wanted(b, "anna", home),
	   "who did not fail is not asked");
	sign(b, "nobody", "wrong");
	ok(!wanted(b, "nobody", home), "nor after one failure");
	sign(b, "nobody", "wrong");
	ok(wanted(b, " NoBody ", away), "after two the user id is asked");
	ok(wanted(b, "anna", near) && wanted(b, "", home),
	   "and whoever comes from that network");
	ok(!wanted(b, "anna", away), "others elsewhere are not");
	clock_freeze(now + 60 * CLOCK_MINUTE);
	ok(!wanted(b, "nobody", home), "nor anybody an hour later");
	sign(b, "anna", "wrong");
	sign(b, "anna", "wrong");
	ok(wanted(b, "anna", away), "a customer is asked as a stranger is");
	sign(b, "anna", "correct horse");
	ok(!wanted(b, "anna", away), "until the password is right");
	ok(wanted(b, "anna", home), "which clears no network");
	clock_freeze(now);
	bank_set(b, "CAPTCHA", "always");
	ok(wanted(b, "", away), "the operator may ask always");
	bank_set(b, "CAPTCHA", "off");
	ok(!captcha_on() && !wanted(b, "nobody", home), "or never");
	bank_set(b, "CAPTCHA", "auto");
}

static enum err
spend(struct bank *b, const char *proof, const char *address)
{
	return captcha_spend(b->db, b->pool, proof, address);
}

static enum err
good(struct bank *b, const char *proof, const char *address)
{
	enum err e = captcha_good(b->db, b->pool, proof, address);

	db_rest(b->db);
	return e;
}

static void
test_puzzle(struct bank *b)
{
	int64_t now = clock_now();
	const char *solution;
	struct puzzle p;

	bank_set(b, "CAPTCHA_NUMBER", "1000");
	captcha_puzzle(&p);
	is_int(p.max, 1000, "how hard it is is a setting");
	solution = solve(b->pool, &p);
	is_int(good(b, solution, home), OK, "a solved puzzle is good");
	is_int(good(b, solution, home), OK, "looking at it spends nothing");
	is_int(spend(b, solution, home), OK, "it can be spent");
	is_int(spend(b, solution, home), ERR_CAPTCHA, "once");
	is_int(good(b, solution, home), ERR_CAPTCHA, "and is good no more");
	is_int(spend(b, solve_with(b->pool, &p, 1001), home), ERR_CAPTCHA,
	       "an unsolved one is none");
	is_int(spend(b, "", home), ERR_CAPTCHA, "nor is nothing");
	captcha_puzzle(&p);
	solution = solve(b->pool, &p);
	clock_freeze(now + CAPTCHA_MINUTES * CLOCK_MINUTE);
	is_int(spend(b, solution, home), ERR_CAPTCHA, "nor an old one");
	clock_freeze(now);
}

static void
test_ticket(struct bank *b)
{
	const char *ticket = captcha_ticket(b->pool, home);
	int64_t now = clock_now(), wait = settings()->CAPTCHA_WAIT_SECONDS;

	is_int(spend(b, ticket, home), ERR_RATE, "who waits must wait");
	clock_freeze(now + wait * CLOCK_SECOND - 1);
	is_int(spend(b, ticket, home), ERR_RATE, "to the end");
	clock_freeze(now + wait * CLOCK_SECOND);
	is_int(spend(b, ticket, away), ERR_CAPTCHA,
	       "and is not waited for by others");
	is_int(spend(b, ticket, near), OK, "then it is good in that network");
	is_int(spend(b, ticket, home), ERR_CAPTCHA, "once");
	ticket = captcha_pass(b->pool, home);
	is_int(spend(b, ticket, home), OK, "a pass is good at once");
	is_int(spend(b, ticket, home), ERR_CAPTCHA, "and once");
	ticket = captcha_pass(b->pool, home);
	clock_freeze(now + (wait + 600) * CLOCK_SECOND);
	is_int(spend(b, ticket, home), ERR_CAPTCHA, "and not for ever");
	clock_freeze(now);
}

/* A machine that waits for many tickets at once. */
static void
test_tickets(struct bank *b)
{
	const char *tickets[70];
	int64_t now = clock_now();
	int i, taken = 0;

	bank_tamper(b, "DELETE FROM rate");
	for (i = 0; i < 70; i++)
		tickets[i] = captcha_ticket(b->pool, home);
	clock_freeze(now + settings()->CAPTCHA_WAIT_SECONDS * CLOCK_SECOND);
	for (i = 0; i < 70; i++)
		taken += spend(b, tickets[i], i % 2 == 0 ? home : near) == OK;
	is_int(taken, 60, "sixty an hour wait from one network");
	is_int(spend(b, tickets[69], home), ERR_RATE, "more are asked to wait");
	is_int(spend(b, captcha_pass(b->pool, home), home), OK,
	       "who worked for it is not");
	is_int(spend(b, tickets[0], home), ERR_CAPTCHA,
	       "what was spent stays spent");
	clock_freeze(now);
	bank_tamper(b, "DELETE FROM rate");
}

struct race {
	struct bank *bank;
	const char *proof;
	enum err verdict;
};

static void *
spend_thread(void *arg)
{
	struct race *r = arg;
	struct pool *pool = pool_new();
	struct db *db = db_new(r->bank->store);

	r->verdict = captcha_spend(db, pool, r->proof, home);
	db_free(db);
	pool_free(pool);
	return NULL;
}

static void
test_race(struct bank *b)
{
	const char *pass = captcha_pass(b->pool, home);
	struct race r[THREADS];
	pthread_t t[THREADS];
	int i, won = 0;

	for (i = 0; i < THREADS; i++) {
		r[i] = (struct race){b, pass, OK};
		pthread_create(&t[i], NULL, spend_thread, &r[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		won += r[i].verdict == OK;
	}
	is_int(won, 1, "of sixteen at once one spends it");
}

static enum err
spending(struct bank *b, struct pool *pool, void *arg)
{
	return captcha_spend(b->db, pool, arg, home);
}

static enum err
asking(struct bank *b, struct pool *pool, void *arg)
{
	bool yes;
	enum err e = captcha_wanted(b->db, pool, "anna", home, &yes);

	(void)arg;
	return e != OK ? e : captcha_good(b->db, pool,
					  captcha_pass(pool, home), home);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_wanted(&b);
	test_puzzle(&b);
	test_ticket(&b);
	test_tickets(&b);
	test_race(&b);
	fault_loop(&b, "spending a captcha", spending,
		   captcha_pass(b.pool, home), OK);
	fault_loop(&b, "asking whether one is wanted", asking, NULL, OK);
	bank_close(&b);
	return tap_done();
}
