/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo.c: tests that the demonstration bank is a believable one, whatever the
 * day it is made on. */
#include "bank/demo.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/schema.h"
#include "bank/user.h"
#include "bank/verify.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/settings.h"
#include "t/tap.h"

static char dir[] = "/tmp/demo.XXXXXX";
static char *source; /* the tree */
static struct pool *pool;
static int made;

static const char *
beside(const char *name)
{
	return pool_printf(pool, "%s/%s", dir, name);
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		log_bug("a test file cannot be written");
}

static void
start(void)
{
	const char *tree = getenv("CLICKNET_SRC"), *why = "";

	pool = pool_new();
	source = realpath(tree != NULL ? tree : ".", NULL);
	if (mkdtemp(dir) == NULL || source == NULL)
		log_bug("no place for the test");
	log_open("demo", beside("log"));
	write_file(beside("clicknet.conf"),
		   pool_printf(pool, "SHARE_DIR = %s/share\n"
				     "PASSWORD_HASH_PASSES = 1\n"
				     "PASSWORD_HASH_KIB = 1024\n", source));
	is_int(settings_start(pool, beside("clicknet.conf"), &why), OK,
	       "a settings file of three lines%s", why);
	secret_start();
	if (secret_make_keys(beside("keys")) != OK ||
	    secret_keys(beside("keys")) != OK)
		log_bug("no keys");
}

static void
finish(void)
{
	DIR *d = opendir(dir);
	struct dirent *f;

	while (d != NULL && (f = readdir(d)) != NULL)
		unlink(beside(f->d_name));
	if (d != NULL)
		closedir(d);
	rmdir(dir);
	free(source);
	pool_free(pool);
}

struct bank {
	struct store *store;
	struct db *db;
	char *signins;
	size_t len;
};

/* A demonstration as if today were another day. */
static enum err
bank_make(struct bank *b, const char *today)
{
	const char *why = "", *path;
	int32_t day;
	FILE *f;
	enum err e;

	memset(b, 0, sizeof *b);
	if (!clock_parse_date(today, &day))
		log_bug("no day");
	clock_freeze(clock_day_start(day) + 9 * 60 * CLOCK_MINUTE);
	path = beside(pool_printf(pool, "bank%d.db", made++));
	if (store_open(path, 2, true, &b->store) != OK)
		log_bug("no database");
	b->db = db_new(b->store);
	if (schema_create(b->db, pool, &why) != OK)
		log_bug(why);
	f = open_memstream(&b->signins, &b->len);
	if (f == NULL)
		log_bug("no memory");
	e = demo_make(b->db, pool, f);
	fclose(f);
	return e;
}

static void
bank_end(struct bank *b)
{
	db_free(b->db);
	store_close(b->store);
	free(b->signins);
}

static int64_t
number(struct stmt *q)
{
	int64_t n = db_row(q) ? db_int(q, "n") : -1;

	return db_done(q) == OK ? n : -1;
}
#define count(b, sql) number(db_sql((b)->db, sql))

/* Everything booked, without ids, sealed texts and hashes. */
static const char *
digest(struct bank *b)
{
	struct stmt *q = db_sql(b->db,
		"SELECT f.number AS payer, o.number AS payee, t.from_seq, "
		"t.kind, t.amount, t.purpose, t.booked_at, t.value_date, "
		"CASE WHEN t.kind = 'fee' THEN '' ELSE t.reference END AS "
		"reference FROM transfer t "
		"JOIN account f ON f.id = t.from_account "
		"JOIN account o ON o.id = t.to_account "
		"ORDER BY f.number, t.from_seq");
	struct buf text = {.pool = pool};
	uint8_t hash[SECRET_HASH];
	char hex[2 * SECRET_HASH + 1];

	while (db_row(q))
		buf_printf(&text, "%s %s %s %s %s %lld %lld %lld\n",
			   db_text(q, "payer"), db_text(q, "payee"),
			   db_text(q, "kind"), db_text(q, "purpose"),
			   db_text(q, "reference"),
			   (long long)db_int(q, "amount"),
			   (long long)db_int(q, "booked_at"),
			   (long long)db_int(q, "value_date"));
	is_int(db_done(q), OK, "the book can be read");
	secret_hash(hash, text.data, text.len);
	return pool_strdup(pool, secret_hex(hex, hash, sizeof hash));
}

static void
is_verified(struct bank *b, const char *today)
{
	struct verify v;
	int i;

	verify_bank(b->db, pool, NULL, &v);
	ok(v.ok, "%s: the book verifies", today);
	for (i = 0; i < VERIFY_CHECKS; i++)
		if (!v.checks[i].ok)
			printf("# %s: %s\n", v.checks[i].name,
			       v.checks[i].detail);
}

/* What holds on any day. */
static void
is_plausible(struct bank *b, const char *today)
{
	int64_t begins = clock_day_start(clock_day(clock_now()));
	int64_t last = count(b, "SELECT max(booked_at) AS n FROM posting");

	ok(last < begins && last >= begins - CLOCK_DAY_MS,
	   "%s: the story ends yesterday", today);
	ok(count(b, "SELECT count(*) AS n FROM transfer") > 4000,
	   "%s: there is something to look at", today);
	is_int(count(b, "SELECT count(*) AS n FROM account a WHERE a.customer "
			"IS NOT NULL AND NOT EXISTS (SELECT 1 FROM posting p "
			"WHERE p.account = a.id)"), 0,
	       "%s: every account has movements", today);
	is_int(count(b, "SELECT count(*) AS n FROM posting p JOIN account a "
			"ON a.id = p.account WHERE a.customer IS NOT NULL AND "
			"p.balance_after + a.overdraft_limit < 0"), 0,
	       "%s: nobody was ever beyond their overdraft", today);
	is_int(count(b, "SELECT count(*) AS n FROM transfer WHERE kind IN "
			"('standing-order', 'direct-debit') AND "
			"(purpose LIKE 'Rent % Chandler%' OR purpose LIKE "
			"'Zimmermiete%' OR purpose LIKE 'Mortgage%')"), 3 * 24,
	       "%s: rents and the mortgage were never missed", today);
	ok(count(b, "SELECT count(*) AS n FROM transfer WHERE kind = "
		    "'transfer' AND purpose LIKE 'Salary%'") >= 25,
	   "%s: salaries came", today);
	is_int(count(b, "SELECT count(*) AS n FROM account WHERE customer IS "
			"NOT NULL AND number NOT LIKE 'IE__MRWB990042%'"), 0,
	       "%s: account numbers are the bank's", today);
	is_verified(b, today);
}

static void
test_any_day(void)
{
	static const char *const days[] = {"2028-02-29", "2027-01-01",
					   "2026-03-30", "2026-11-01"};
	struct bank b;
	size_t i;

	if (tap_left_out("demonstrations of other days"))
		return;
	for (i = 0; i < sizeof days / sizeof *days; i++) {
		is_int(bank_make(&b, days[i]), OK, "%s: it is made", days[i]);
		is_plausible(&b, days[i]);
		bank_end(&b);
	}
}

static void
test_people(struct bank *b)
{
	static const char amina[] =
		"amina\tLantern-Copper-Ferry-27\tAmina Halloran\n";
	static const char ingrid[] =
		"\ningrid\tHarvest-Signal-Birch-55\tIngrid Vale\tadmin\n";
	struct user u;
	int lines = 0;
	size_t i;

	for (i = 0; i < b->len; i++)
		lines += b->signins[i] == '\n';
	is_int(lines, 9, "nine people can sign in");
	ok(strstr(b->signins, ingrid) != NULL, "of staff the line says as what");
	is_int(count(b, "SELECT count(*) AS n FROM bank_user u WHERE "
			"role = 'compliance' AND NOT EXISTS (SELECT 1 FROM "
			"holder h WHERE h.customer = u.customer)"), 2,
	       "two look at applications, and have no money here");
	ok(strncmp(b->signins, amina, strlen(amina)) == 0,
	   "a line says user id, password and name");
	is_int(user_find(b->db, pool, "amina", &u), OK, "Amina is there");
	is_int(secret_password_check(u.password, "Lantern-Copper-Ferry-27",
				     (struct secret_cost){1, 1024, 1, 0}, NULL),
	       OK, "her password is the one that was printed");
	is_int(count(b, "SELECT count(*) AS n FROM customer WHERE "
			"language = 'de'"), 1, "one of them speaks German");
	is_int(count(b, "SELECT count(*) AS n FROM holder WHERE "
			"role = 'user'"), 1, "one may use another's account");
	is_int(count(b, "SELECT count(*) AS n FROM branch WHERE "
			"lat_e6 IS NOT NULL"), 5, "five branches have a place");
}

static void
test_lives(struct bank *b)
{
	ok(count(b, "SELECT count(*) AS n FROM posting p JOIN account a ON "
		    "a.id = p.account WHERE a.title = 'Girokonto' AND "
		    "p.balance_after < 0") > 50, "a student runs low");
	ok(count(b, "SELECT balance AS n FROM account WHERE "
		    "title = 'Car loan'") < 0, "a car is being paid off");
	is_int(count(b, "SELECT count(*) AS n FROM transfer t JOIN account a "
			"ON a.id = t.from_account WHERE a.title = 'Car loan' "
			"AND t.kind = 'loan'"), 1, "the loan was paid out once");
	ok(count(b, "SELECT count(*) AS n FROM transfer WHERE kind = 'fee' "
		    "AND amount = 20") > 100, "payments of a firm cost a fee");
	ok(count(b, "SELECT count(*) AS n FROM transfer WHERE kind = "
		    "'interest'") > 100, "savings bear interest");
	ok(count(b, "SELECT count(DISTINCT payee_name) AS n FROM transfer "
		    "WHERE kind = 'card'") > 1000, "shops have names");
	ok(count(b, "SELECT count(*) AS n FROM transfer t "
		    "JOIN account f ON f.id = t.from_account "
		    "JOIN account o ON o.id = t.to_account WHERE "
		    "f.customer <> o.customer") > 100, "they pay each other");
	is_int(count(b, "SELECT min(opened_on) AS n FROM account WHERE title "
			"= 'Sailing boat'"), clock_day(clock_now()) - 12,
	       "one came only lately");
}

static void
test_one(void)
{
	struct bank b;

	is_int(bank_make(&b, "2026-11-22"), OK, "it is made");
	is_plausible(&b, "2026-11-22");
	test_people(&b);
	test_lives(&b);
	is_int(demo_make(b.db, pool, stdout), ERR_CONFLICT,
	       "a bank with customers is left alone");
	bank_end(&b);
}

static const char *
digest_of_day(const char *today)
{
	struct bank b;
	const char *made_of;

	is_int(bank_make(&b, today), OK, "%s: it is made", today);
	made_of = digest(&b);
	bank_end(&b);
	return made_of;
}

static void
test_same_day(void)
{
	const char *first;

	if (tap_left_out("a demonstration of the same day and of the next"))
		return;
	first = digest_of_day("2026-11-22");
	is_text(digest_of_day("2026-11-22"), first,
		"two made on a day are the same");
	ok(strcmp(digest_of_day("2026-11-23"), first) != 0,
	   "the day after is another day");
}

static void
test_settings(void)
{
	const char *why = "";

	is_int(demo_settings(pool, &why), OK, "settings are written%s",
	       why != NULL ? why : "");
	is_text(settings()->BANK_NAME, "Merrow Bay Credit Union",
		"the bank has a name");
	is_text(settings()->MESSAGE_DELIVERY, "inbox",
		"its messages stay at home");
	is_text(settings()->BANK_CODE, "MRWB990042",
		"its accounts have a bank code");
	is_int(clock_hour(1784894400000), 13, "its days are Dublin's");
}

/* A copy of the files by links, with one changed. */
static void
copy_begin(const char *name, const char *text)
{
	const char *from = pool_printf(pool, "%s/db/demo", source);
	struct dirent *f;
	DIR *d = opendir(from);

	mkdir(beside("tree"), 0700);
	mkdir(beside("tree/share"), 0700);
	mkdir(beside("tree/db"), 0700);
	mkdir(beside("tree/db/demo"), 0700);
	if (symlink(pool_printf(pool, "%s/db/schema.sql", source),
		    beside("tree/db/schema.sql")) != 0 || d == NULL)
		log_bug("no copy");
	while ((f = readdir(d)) != NULL)
		if (*f->d_name != '.' && strcmp(f->d_name, name) != 0 &&
		    symlink(pool_printf(pool, "%s/%s", from, f->d_name),
			    beside(pool_printf(pool, "tree/db/demo/%s",
					       f->d_name))) != 0)
			log_bug("no link");
	closedir(d);
	if (text != NULL)
		write_file(beside(pool_printf(pool, "tree/db/demo/%s", name)),
			   text);
}

static void
copy_end(void)
{
	struct dirent *f;
	DIR *d = opendir(beside("tree/db/demo"));

	while (d != NULL && (f = readdir(d)) != NULL)
		unlink(beside(pool_printf(pool, "tree/db/demo/%s",
					  f->d_name)));
	if (d != NULL)
		closedir(d);
	unlink(beside("tree/db/schema.sql"));
	rmdir(beside("tree/db/demo"));
	rmdir(beside("tree/db"));
	rmdir(beside("tree/share"));
	rmdir(beside("tree"));
}

#define RHYTHM "account,kind,every,on,chance,low,high,step,season,hours,"    \
	       "other,party,purpose,keep,from,until\n"

static void
test_bad_files(void)
{
	static const struct {
		const char *name, *text, *what;
		enum err e;
	} bad[] = {
		{"rhythm.csv", RHYTHM "nobody,card,week,mon,,-1.00,,,,,cards,"
				      "x,x,,,\n",
		 "an unknown account", ERR_INPUT},
		{"rhythm.csv", RHYTHM "amina.rainy,card,week,moon,,-1.00,,,,,"
				      "cards,x,x,,,\n",
		 "an unknown weekday", ERR_INPUT},
		{"rhythm.csv", RHYTHM "amina.rainy,card,daily,1,,-1.00,,,,,"
				      "cards,x,x,,,\n",
		 "an unknown rhythm", ERR_INPUT},
		{"rhythm.csv", RHYTHM "amina.rainy,card,year,1-1,,-1.00,,,,,"
				      "cards,x,x,,,\n",
		 "a day that is none", ERR_INPUT},
		{"rhythm.csv", RHYTHM "amina.rainy,card,month,1,,-1.005,,,,,"
				      "cards,x,x,,,\n",
		 "an amount that is none", ERR_INPUT},
		{"rhythm.csv", RHYTHM "amina.rainy,card,month,1,,-5.00,-4.00,"
				      ",,,cards,x,x,,,\n",
		 "amounts the wrong way round", ERR_INPUT},
		{"rhythm.csv", RHYTHM "amina.rainy,card,month,1,,-1.00,,,war,"
				      ",cards,x,x,,,\n",
		 "an unknown season", ERR_INPUT},
		{"rhythm.csv", RHYTHM "amina.rainy,card,month,1,,-1.00,,,,"
				      "20-19,cards,x,x,,,\n",
		 "hours the wrong way round", ERR_INPUT},
		{"rhythm.csv", RHYTHM "amina.rainy,card,month,x,,-1.00,,,,,"
				      "cards,x,x,,,\n",
		 "a number that is none", ERR_INPUT},
		{"users.csv", "user_id,password\n", "a missing column",
		 ERR_INPUT},
		{"users.csv", "user_id,customer_id,password\nx\n",
		 "a short row", ERR_INPUT},
		{"holders.csv", NULL, "a missing file", ERR_MISSING},
		{"holders.csv", "account,customer_id,role\nx,C000101,user\n",
		 "an account nobody has", ERR_INPUT},
	};
	const char *why;
	struct bank b;
	size_t i;

	settings_set(pool, "SHARE_DIR", beside("tree/share"), &why);
	for (i = 0; i < sizeof bad / sizeof *bad;
	     i += (size_t)tap_step(4)) {
		copy_begin(bad[i].name, bad[i].text);
		is_int(bank_make(&b, "2026-11-22"), bad[i].e, "%s is refused",
		       bad[i].what);
		is_int(count(&b, "SELECT count(*) AS n FROM account"), 0,
		       "and nothing is left behind");
		is_int((int64_t)b.len, 0, "and nobody is told to sign in");
		bank_end(&b);
		copy_end();
	}
}

int
main(void)
{
	start();
	test_settings();
	test_one();
	test_same_day();
	test_any_day();
	test_bad_files();
	finish();
	return tap_done();
}
