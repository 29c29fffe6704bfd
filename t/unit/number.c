/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* number.c: tests of account numbers and their check digits. */
#include "bank/number.h"
#include "t/tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/secret.h"
#include "lib/settings.h"

static struct pool *pool;
static char conf[] = "/tmp/number.XXXXXX";

static void
bank_is(const char *country, const char *code)
{
	const char *why = NULL;

	if (settings_set(pool, "BANK_COUNTRY", country, &why) != OK ||
	    settings_set(pool, "BANK_CODE", code, &why) != OK)
		printf("# %s\n", why);
}

static void
test_checking(void)
{
	ok(number_valid("DE89370400440532013000"), "an IBAN is right");
	ok(number_valid("gb82 west 1234 5698 7654 32"),
	   "spaces and case are forgiven");
	ok(!number_valid("DE89370400440532013001"), "a wrong digit is seen");
	ok(!number_valid("DE89370400440532010300"),
	   "so are two digits the wrong way round");
	ok(!number_valid("GB82WEST12345698765423"), "in any country");
	ok(number_valid("CZ0000000002"),
	   "a number of a form without check digits has none that are wrong");
	ok(number_valid("DE8937040044053201300"),
	   "a length no IBAN has is no IBAN");
	ok(!number_valid(""), "nothing is no number");
	ok(!number_valid("12"), "nor is next to nothing");
	ok(!number_valid("DE89-3704"), "nor are other signs");
	ok(!number_valid("DE893704004405320130003704004405320130"),
	   "nor is more than an IBAN can have");
}

static void
test_own(void)
{
	const char *n = number_of(pool, 42);
	char other[40];
	int i, d, seen = 0, all = 0;

	is_int((int64_t)strlen(n), 16, "an own number has 16 characters");
	ok(strncmp(n, "CN", 2) == 0 && strcmp(n + 4, "000000000042") == 0,
	   "it is CN, check digits, and the serial");
	ok(number_valid(n), "and its check digits are right");
	for (i = 2; i < 16; i++)
		for (d = '0'; d <= '9'; d++) {
			snprintf(other, sizeof other, "%s", n);
			other[i] = (char)d;
			all += other[i] != n[i];
			seen += other[i] != n[i] && !number_valid(other);
		}
	is_int(seen, all, "every single wrong digit is seen");
	ok(number_of(pool, INT64_C(999999999999)) != NULL,
	   "twelve digits fit");
	ok(number_of(pool, INT64_C(1000000000000)) == NULL,
	   "thirteen do not");
	ok(number_of(pool, -1) == NULL, "nor do fewer than none");
}

static void
test_iban(void)
{
	bank_is("DE", "37040044");
	is_text(number_of(pool, 532013000), "DE89370400440532013000",
		"with country and bank code a number is an IBAN");
	bank_is("GB", "WEST123456");
	is_text(number_of(pool, 98765432), "GB82WEST12345698765432",
		"whose bank code may have letters");
	bank_is("NO", "8601");
	is_text(number_of(pool, 1117947), "NO9386011117947",
		"however short the country likes it");
	ok(number_of(pool, 11117947) == NULL, "a serial must fit");
}

static void
test_settings(void)
{
	is_text(number_fault("DE", ""),
		"BANK_COUNTRY and BANK_CODE go together.",
		"one without the other is no bank");
	is_text(number_fault("US", "1234"),
		"BANK_COUNTRY is no country with IBANs.",
		"not every country has IBANs");
	is_text(number_fault("NO", "86011117"),
		"BANK_CODE leaves no four digits for the account.",
		"the account needs digits too");
	is_text(number_fault("DE", "3704-044"),
		"BANK_CODE has other than letters and digits.",
		"a bank code is letters and digits");
	ok(number_fault("", "") == NULL, "none of both is good");
	ok(number_fault("de", "37040044") == NULL, "so are both");
}

static enum err
make_work(struct db *db, void *arg)
{
	enum err e = db_script(db, "CREATE TABLE account (number TEXT)");

	return e != OK ? e : number_make(db, pool, arg);
}

static void
test_making(void)
{
	char path[] = "/tmp/number.db.XXXXXX";
	int fd = mkstemp(path);
	const char *number = NULL;
	struct store *st;
	struct db *db;

	close(fd);
	bank_is("", "");
	is_int(store_open(path, 1, true, &st), OK, "a bank is opened");
	db = db_new(st);
	is_int(db_write(db, make_work, &number), OK, "a number is made");
	ok(number != NULL && number_valid(number), "and is right");
	db_free(db);
	store_close(st);
	unlink(path);
	unlink(pool_printf(pool, "%s-wal", path));
	unlink(pool_printf(pool, "%s-shm", path));
	unlink(pool_printf(pool, "%s.lock", path));
}

int
main(void)
{
	const char *why = NULL;
	int fd = mkstemp(conf);

	close(fd);
	secret_start();
	pool = pool_new();
	if (settings_start(pool, conf, &why) != OK)
		printf("# %s\n", why);
	test_checking();
	test_own();
	test_iban();
	test_settings();
	test_making();
	unlink(conf);
	unlink(pool_printf(pool, "%s.lock", conf));
	pool_free(pool);
	return tap_done();
}
