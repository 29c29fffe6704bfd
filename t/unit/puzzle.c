/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* puzzle.c: tests of proofs of work: ours, in time, unchanged. */
#include "lib/puzzle.h"

#include <stdlib.h>
#include <string.h>

#include "t/lib/solve.h"
#include "t/tap.h"

static const int64_t NOW = 1795168800000;
static const int64_t LATER = 1795168800000 + 600000;

static enum err
check(struct pool *pool, const char *solution, int64_t now)
{
	uint8_t id[SECRET_HASH];
	int64_t expires_at;

	return puzzle_check(pool, solution, now, &expires_at, id);
}

static void
test_right(struct pool *pool)
{
	uint8_t id[SECRET_HASH], again[SECRET_HASH], other[SECRET_HASH];
	struct puzzle p, q;
	int64_t expires_at = 0;

	puzzle_make(&p, 1000, LATER);
	puzzle_make(&q, 1000, LATER);
	ok(strcmp(p.challenge, q.challenge) != 0 && strcmp(p.salt, q.salt) != 0,
	   "no two puzzles are the same");
	ok(strstr(p.salt, "?expires=1795169400&") != NULL,
	   "a puzzle says until when it is good");
	is_int(puzzle_check(pool, solve(pool, &p), NOW, &expires_at, id), OK,
	       "who tried every number is right");
	is_int(expires_at, LATER, "and good until then");
	puzzle_check(pool, solve(pool, &p), NOW, &expires_at, again);
	puzzle_check(pool, solve(pool, &q), NOW, &expires_at, other);
	ok(memcmp(id, again, sizeof id) == 0 && memcmp(id, other, sizeof id),
	   "a puzzle is known again, and no other taken for it");
	is_int(check(pool, solve(pool, &p), LATER - 1), OK,
	       "to the last moment");
	is_int(check(pool, solve(pool, &p), LATER), ERR_EXPIRED, "then not");
	puzzle_make(&p, 0, LATER);
	is_int(solve_number(&p), 0, "the easiest has one answer");
}

/* Every byte of what was signed is. */
static void
test_changed(struct pool *pool)
{
	struct puzzle p, q;
	long n, wrong = 0;
	size_t i;

	puzzle_make(&p, 1000, LATER);
	n = solve_number(&p);
	for (i = 0; i < 200; i++)
		wrong += check(pool, solve_with(pool, &p, n + 1 + (long)i),
			       NOW) == ERR_INPUT;
	is_int(wrong, 200, "another number is wrong");
	for (i = 0, wrong = 0; i < PUZZLE_HEX - 1; i++) {
		q = p;
		q.challenge[i] = q.challenge[i] == 'a' ? 'b' : 'a';
		wrong += check(pool, solve_with(pool, &q, n), NOW) ==
			 ERR_INPUT;
		q = p;
		q.signature[i] = q.signature[i] == 'a' ? 'b' : 'a';
		wrong += check(pool, solve_with(pool, &q, n), NOW) ==
			 ERR_INPUT;
	}
	is_int(wrong, 2 * (PUZZLE_HEX - 1),
	       "no sign of challenge and signature can be changed");
	for (i = 0, wrong = 0; i < strlen(p.salt); i++) {
		q = p;
		q.salt[i] = q.salt[i] == '1' ? '2' : '1';
		wrong += check(pool, solve_with(pool, &q, n), NOW) ==
			 ERR_INPUT;
	}
	is_int(wrong, (int64_t)strlen(p.salt), "nor of the salt");
	q = p;
	snprintf(q.signature, sizeof q.signature, "%s", "abc");
	is_int(check(pool, solve_with(pool, &q, n), NOW), ERR_INPUT,
	       "a short signature is none");
}

/* A digit of the number moved to the end of the time would give a puzzle ten
 * times as long to live, were there nothing between them. */
static void
test_moved(struct pool *pool)
{
	struct puzzle p, q;
	char digits[24];
	long n;

	do
		puzzle_make(&p, 1000, LATER);
	while ((n = solve_number(&p)) < 100);
	snprintf(digits, sizeof digits, "%ld", n);
	q = p;
	q.salt[strlen(q.salt) - 1] = digits[0];
	is_int(check(pool, solve_with(pool, &q, strtol(digits + 1, NULL, 10)),
		     NOW),
	       ERR_INPUT, "no digit moves from the number to the time");
	q = p;
	snprintf(q.salt + strlen(q.salt), 2, "%c", digits[0]);
	is_int(check(pool, solve_with(pool, &q, strtol(digits + 1, NULL, 10)),
		     NOW),
	       ERR_INPUT, "nor behind it");
}

static void
test_form(struct pool *pool)
{
	static const char *const none[] = {
		"", "x", "{}", "[]", "null", "{\"algorithm\":\"SHA-256\"}",
		"{\"algorithm\":\"SHA-1\",\"challenge\":\"a\",\"number\":1,"
		"\"salt\":\"a\",\"signature\":\"a\"}",
		"{\"algorithm\":\"SHA-256\",\"challenge\":\"a\","
		"\"number\":\"1\",\"salt\":\"a\",\"signature\":\"a\"}"};
	static const char *const numbers[] = {"-1", "1.0", "1e2", "01",
					      "12345678901"};
	struct puzzle p;
	const char *right;
	size_t i;

	for (i = 0; i < sizeof none / sizeof *none; i++)
		is_int(check(pool, solve_base64(pool, none[i]), NOW),
		       ERR_INPUT, "%s is no solution", none[i]);
	puzzle_make(&p, 1000, LATER);
	right = solve(pool, &p);
	is_int(check(pool, pool_printf(pool, "%s!", right), NOW), ERR_INPUT,
	       "what is no base64 is none");
	is_int(check(pool, pool_printf(pool, "%s-", right), NOW), ERR_INPUT,
	       "nor its other alphabet");
	is_int(check(pool, pool_strndup(pool, right, strlen(right) - 8), NOW),
	       ERR_INPUT, "nor half of one");
	is_int(check(pool, pool_printf(pool, "%02500d", 0), NOW), ERR_INPUT,
	       "nor what is far too long");
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		is_int(check(pool,
			     solve_base64(pool,
				pool_printf(pool,
					"{\"algorithm\":\"SHA-256\","
					"\"challenge\":\"%s\",\"number\":%s,"
					"\"salt\":\"%s\","
					"\"signature\":\"%s\"}",
					p.challenge, numbers[i], p.salt,
					p.signature)),
			     NOW),
		       ERR_INPUT, "%s is not a number of it", numbers[i]);
}

static void
test_salt(struct pool *pool)
{
	static const char *const salts[] = {
		"", "?expires=1795169400&", "0123456789abcdef?expires=1&",
		"0123456789abcdef01234567?expires=&",
		"0123456789abcdef01234567?expires=12345678901&",
		"0123456789abcdef01234567?expires=1795169400",
		"0123456789abcdef01234567?until=1795169400&",
		"0123456789abcdef01234567"};
	struct puzzle p;
	size_t i;

	puzzle_make(&p, 1000, LATER);
	for (i = 0; i < sizeof salts / sizeof *salts; i++) {
		snprintf(p.salt, sizeof p.salt, "%s", salts[i]);
		is_int(check(pool, solve_with(pool, &p, 1), NOW), ERR_INPUT,
		       "[%s] is not a salt of ours", salts[i]);
	}
}

int
main(void)
{
	struct bank b;

	bank_open(&b); /* for its keys */
	test_right(b.pool);
	test_changed(b.pool);
	test_moved(b.pool);
	test_form(b.pool);
	test_salt(b.pool);
	bank_close(&b);
	return tap_done();
}
