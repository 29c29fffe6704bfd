/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rate.c: tests of counting tries: every one, for as long as it says. */
#include "bank/rate.h"

#include <pthread.h>

#include "lib/clock.h"
#include "t/lib/fault.h"

enum { THREADS = 64, MINUTE = CLOCK_MINUTE };

struct counting {
	enum rate_of of;
	const char *who;
	struct rate rate;
};

static enum err
count_work(struct db *db, void *arg)
{
	struct counting *c = arg;

	return rate_count(db, c->of, c->who, &c->rate);
}

static enum err
take_work(struct db *db, void *arg)
{
	struct counting *c = arg;

	return rate_take(db, c->of, c->who, &c->rate);
}

static enum err
forget_work(struct db *db, void *arg)
{
	struct counting *c = arg;

	return rate_forget(db, c->of, c->who);
}

static int64_t
look(struct bank *b, enum rate_of of, const char *who)
{
	struct rate r;

	rate_look(b->db, of, who, &r);
	db_rest(b->db);
	return r.count;
}

static void
test_counts(struct bank *b)
{
	struct counting c = {.of = RATE_CODE_DEAD, .who = "anna"};
	struct counting other = {.of = RATE_CODE_DEAD, .who = "ben"};
	int i;

	is_int(look(b, RATE_CODE_DEAD, "anna"), 0, "who never tried has none");
	for (i = 1; i <= 3; i++) {
		is_int(db_write(b->db, take_work, &c), OK, "try %d", i);
		is_int(c.rate.count, i, "is counted");
	}
	ok(c.rate.full, "then it is full");
	is_int(db_write(b->db, take_work, &c), ERR_RATE, "and no more taken");
	ok(c.rate.wait_ms == CLOCK_DAY_MS, "and it says for how long");
	is_int(look(b, RATE_CODE_DEAD, "anna"), 3, "nor counted");
	is_int(db_write(b->db, take_work, &other), OK, "others may");
	is_int(look(b, RATE_CODE_WRONG, "anna"), 0,
	       "and it is another count for another thing");
	db_write(b->db, forget_work, &c);
	is_int(look(b, RATE_CODE_DEAD, "anna"), 0, "what is forgotten is none");
	is_int(look(b, RATE_CODE_DEAD, "ben"), 1, "others stay");
}

static void
test_time(struct bank *b)
{
	struct counting c = {.of = RATE_SIGNIN_USER, .who = "zoe"};
	int64_t now = clock_now();

	db_write(b->db, count_work, &c);
	clock_freeze(now + 59 * MINUTE);
	db_write(b->db, count_work, &c);
	is_int(c.rate.count, 2, "within the hour they are counted together");
	is_int(c.rate.wait_ms, MINUTE, "from the first one on");
	ok(!c.rate.full, "a count without a bound is never full");
	clock_freeze(now + 60 * MINUTE);
	is_int(look(b, RATE_SIGNIN_USER, "zoe"), 0, "then it is over");
	db_write(b->db, count_work, &c);
	is_int(c.rate.count, 1, "and begins again");
	clock_freeze(now);
}

static void
test_setting(struct bank *b)
{
	struct counting c = {.of = RATE_SIGNIN_ADDRESS, .who = "net"};
	int i;

	bank_set(b, "LOGIN_ADDRESS_LIMIT", "10");
	for (i = 0; i < 10; i++)
		db_write(b->db, take_work, &c);
	is_int(db_write(b->db, take_work, &c), ERR_RATE,
	       "the operator says how many from one network");
	bank_set(b, "LOGIN_ADDRESS_LIMIT", "300");
	is_int(db_write(b->db, take_work, &c), OK, "at any time");
}

static void *
count_thread(void *arg)
{
	struct bank *b = arg;
	struct counting c = {.of = RATE_SIGNIN_USER, .who = "crowd"};
	struct db *db = db_new(b->store);

	db_write(db, count_work, &c);
	db_free(db);
	return NULL;
}

static void
test_crowd(struct bank *b)
{
	pthread_t t[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, count_thread, b);
	for (i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	is_int(look(b, RATE_SIGNIN_USER, "crowd"), THREADS,
	       "64 at once count as 64");
}

static void
test_address(struct pool *pool)
{
	static const char *const rows[][2] = {
		{"192.0.2.7", "192.0.2.0/24"},
		{"192.0.2.255", "192.0.2.0/24"},
		{"192.0.3.7", "192.0.3.0/24"},
		{"2001:db8:1:2::7", "2001:db8:1:2::/64"},
		{"2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"},
		{"2001:db8:1:3::7", "2001:db8:1:3::/64"},
		{"::ffff:192.0.2.7", "192.0.2.0/24"},
		{"::1", "::/64"},
		{"", ""},
		{"unix:", "unix:"}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		is_text(rate_address(pool, rows[i][0]), rows[i][1],
			"[%s] is counted as its network", rows[i][0]);
}

static enum err
faulty(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return db_write(b->db, arg == NULL ? take_work : forget_work,
			&(struct counting){.of = RATE_RESEND, .who = "f"});
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_counts(&b);
	test_time(&b);
	test_setting(&b);
	test_crowd(&b);
	test_address(b.pool);
	is_int(bank_count(&b, "SELECT count(*) AS n FROM rate WHERE "
			      "length(rate_key) = 32"),
	       bank_count(&b, "SELECT count(*) AS n FROM rate"),
	       "who was counted is not to be read from the table");
	fault_loop(&b, "counting", faulty, NULL, OK);
	fault_loop(&b, "forgetting", faulty, &b, OK);
	bank_close(&b);
	return tap_done();
}
