/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fill_faults.c: tests that a bank half filled, with a demonstration or with
 * strangers, is told as such. */
#include "bank/bench.h"
#include "bank/demo.h"

#include <string.h>
#include <unistd.h>

#include "bank/number.h"
#include "bank/schema.h"
#include "lib/settings.h"
#include "t/lib/bank.h"
#include "t/lib/fault.h"
#include "t/tap.h"

enum { RUNS = 200 };

static const char *
other_path(struct bank *b)
{
	return pool_printf(b->pool, "%s/other.db", b->dir);
}

/* A bank without people, beside the small one. */
static struct bank
other_open(struct bank *b)
{
	struct bank other = *b;
	const char *why = "";

	if (store_open(other_path(b), 2, true, &other.store) != OK)
		ok(false, "an empty bank can be made");
	other.db = db_new(other.store);
	if (schema_create(other.db, b->pool, &why) != OK)
		ok(false, "it has tables");
	return other;
}

static void
other_close(struct bank *b, struct bank *other)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
	size_t i;

	db_free(other->db);
	store_close(other->store);
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		unlink(pool_printf(b->pool, "%s%s", other_path(b), ends[i]));
}

/* Three accounts, with one statement failing in each run. */
static void
test_bench(struct bank *b)
{
	bool told = true, failed = true;
	struct bank other;
	char text[4096];
	FILE *tokens;
	enum err e;
	int n;

	for (n = 1; n < RUNS && failed && told; n += tap_step(20)) {
		other = other_open(b);
		tokens = fmemopen(text, sizeof text, "w");
		fault_arm(n);
		e = bench_fill(other.db, b->pool, 3, tokens, NULL);
		failed = fault_disarm();
		told = (e != OK) == failed;
		fclose(tokens);
		other_close(b, &other);
	}
	ok(told && n > 10 && n < RUNS,
	   "whatever fails while strangers are made is told (%d times)", n);
}

static void
test_tokens(struct bank *b)
{
	FILE *full = fopen("/dev/full", "w");
	struct bank other = other_open(b);

	setvbuf(full, NULL, _IONBF, 0);
	is_int(bench_fill(other.db, b->pool, 2, full, NULL), ERR_BUSY,
	       "tokens that cannot be kept are told");
	fclose(full);
	other_close(b, &other);
	other = other_open(b);
	full = fopen("/dev/null", "w");
	is_int(bench_fill(other.db, b->pool, 1, full, NULL), OK,
	       "one account alone has no token");
	fclose(full);
	other_close(b, &other);
}

static void
test_demo(struct bank *b)
{
	static const char *const sql[] = {
		"INSERT INTO product", "INSERT INTO branch",
		"INSERT INTO customer", "INSERT INTO account",
		"INSERT INTO holder", "INSERT INTO user",
		"SELECT id FROM customer", "SELECT count(*) AS customers"};
	FILE *out = fopen("/dev/null", "w");
	struct bank other;
	size_t i;
	enum err e;

	for (i = 0; i < sizeof sql / sizeof *sql; i += (size_t)tap_step(3)) {
		other = other_open(b);
		fault_arm_on(sql[i], 1);
		e = demo_make(other.db, b->pool, out);
		if (fault_disarm())
			ok(e != OK, "a demonstration is told to fail at %s",
			   sql[i]);
		ok(e == OK || bank_count(&other, "SELECT count(*) AS n "
						 "FROM customer") == 0,
		   "and then has nobody");
		other_close(b, &other);
	}
	fclose(out);
}

static void
test_numbers(struct bank *b)
{
	const char *number = NULL;

	ok(number_fault("DE", "") != NULL && number_fault("", "1") != NULL,
	   "country and bank code go together");
	ok(number_fault("D", "1234") != NULL && number_fault("QQ", "1") != NULL,
	   "a country must have account numbers");
	ok(number_fault("NO", "12345678") != NULL,
	   "a code must leave room for accounts");
	ok(number_fault("DE", "12-45") != NULL && number_fault("DE", "1\xe4")
		   != NULL, "a code is of letters and digits");
	ok(!number_valid("") && !number_valid("DE89") && !number_valid("D!E89x")
	   && !number_valid("DE00 3704 0044 0532 0130 00")
	   && !number_valid("1234567890123456789012345678901234567890"),
	   "what is too short, too long or wrong is no account number");
	ok(number_valid("de89 3704 0044 0532 0130 00") &&
	   number_valid("DEX9 1234") && number_valid("DE89 1234 5"),
	   "another's own form of a number is taken as it is");
	ok(number_of(b->pool, -1) == NULL &&
		   number_of(b->pool, INT64_MAX) == NULL,
	   "there are no more numbers than digits");
	bank_set(b, "BANK_COUNTRY", "DE");
	ok(number_of(b->pool, 1) == NULL, "half a setting makes no number");
	is_int(number_make(b->db, b->pool, &number), ERR_INTERNAL,
	       "nor a new one");
	bank_set(b, "BANK_CODE", "370400440");
	ok(number_of(b->pool, 1) != NULL, "a whole one does");
	is_int(number_make(b->db, b->pool, &number), OK, "also a new one");
	db_rest(b->db);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_bench(&b);
	test_tokens(&b);
	test_demo(&b);
	test_numbers(&b);
	bank_close(&b);
	return tap_done();
}
