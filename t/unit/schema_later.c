/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* schema_later.c: tests of the migrations of a program two versions on. */
#include "bank/schema.h"

/* The migrations there will be, before there are any. */
#define SCHEMA_VERSION 6
#include "bank/schema.c"

#include <stdio.h>
#include <sys/stat.h>

#include "t/lib/bank.h"
#include "t/tap.h"

static bool
says(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static const char *
in_bank(struct bank *b, const char *name)
{
	return pool_printf(b->pool, "%s/%s", b->dir, name);
}

static void
file_put(struct bank *b, const char *name, const char *text, size_t len)
{
	FILE *f = fopen(in_bank(b, name), "w");

	if (f == NULL || fwrite(text, 1, len, f) != len || fclose(f) != 0)
		ok(false, "%s can be written", name);
}

static enum err
migrate(struct bank *b, int *to, const char **why)
{
	int from;
	enum err e = schema_migrate(b->db, b->pool, &from, to, why);

	db_rest(b->db);
	return e;
}

/* The later program's own folder of tables, without the migrations. */
static void
folder_make(struct bank *b)
{
	mkdir(in_bank(b, "share"), 0700);
	mkdir(in_bank(b, "db"), 0700);
	mkdir(in_bank(b, "db/migration"), 0700);
	file_put(b, "db/schema.sql", "", 0);
	bank_set(b, "SHARE_DIR", in_bank(b, "share"));
}

static void
folder_end(struct bank *b)
{
	static const char *const names[] = {
		"db/migration/0005.sql", "db/migration/0006.sql",
		"db/migration", "db/schema.sql", "db", "share"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		remove(in_bank(b, names[i]));
}

static void
test_refused(struct bank *b)
{
	const char *why = "";
	int to;

	ok(says(schema_fault(b->db, b->pool), "clicknet migrate"),
	   "an older bank is told to migrate");
	db_rest(b->db);
	is_int(migrate(b, &to, &why), ERR_MISSING,
	       "a migration must be there");
	ok(says(why, "0005.sql") && to == 4, "the one that is not is named");
	mkdir(in_bank(b, "db/migration/0005.sql"), 0700);
	is_int(migrate(b, &to, &why), ERR_MISSING, "a folder is none");
	ok(says(why, "directory"), "and the reason is told");
	rmdir(in_bank(b, "db/migration/0005.sql"));
	file_put(b, "db/migration/0005.sql", "CREATE TABLE nonsense", 21);
	ok(migrate(b, &to, &why) != OK && says(why, "version 5") && to == 4,
	   "one that is no SQL leaves the version");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'bank.migrate'"),
	       0, "and no trace in the audit trail");
}

static void
test_too_long(struct bank *b)
{
	size_t len = SCRIPT_MAX + 20000;
	char *text = pool_alloc(b->pool, len);
	const char *why = "";
	int to;

	memset(text, '\n', len);
	file_put(b, "db/migration/0005.sql", text, len);
	is_int(migrate(b, &to, &why), ERR_MISSING,
	       "a migration of more than a megabyte is refused");
	ok(says(why, "too long"), "as too long");
}

static void
test_done(struct bank *b)
{
	static const char two[] = "CREATE TABLE later (n INTEGER) STRICT;",
			  bad[] = "INSERT INTO later (n) VALUES ('x');",
			  three[] = "INSERT INTO later (n) VALUES (7);";
	const char *why = "";
	int to;

	file_put(b, "db/migration/0005.sql", two, sizeof two - 1);
	file_put(b, "db/migration/0006.sql", bad, sizeof bad - 1);
	ok(migrate(b, &to, &why) != OK && says(why, "version 6") && to == 5,
	   "of two migrations the first may stand alone");
	file_put(b, "db/migration/0006.sql", three, sizeof three - 1);
	is_int(migrate(b, &to, &why), OK, "the second goes on from there");
	ok(to == 6 && why == NULL, "to this program's version");
	ok(schema_fault(b->db, b->pool) == NULL, "then there is no fault");
	db_rest(b->db);
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'bank.migrate'"),
	       2, "each migration is in the audit trail");
	is_int(migrate(b, &to, &why), OK, "once more does nothing");
}

static void
test_broken(struct bank *b)
{
	const char *why = "";
	int version, to;

	bank_tamper(b, "DROP TABLE meta; CREATE TABLE meta (x INTEGER)");
	ok(schema_version(b->db, &version) == ERR_INTERNAL && version == 0,
	   "a table of other columns has no version");
	ok(says(schema_fault(b->db, b->pool), "cannot be read"),
	   "the operator is told what cannot be read");
	db_rest(b->db);
	is_int(migrate(b, &to, &why), ERR_INTERNAL, "and nothing is migrated");
}

/* In a database without tables. */
static void
test_create(struct bank *b)
{
	static const char bad[] = "CREATE TABLE meta (name TEXT PRIMARY KEY, "
				  "value TEXT) STRICT; nonsense;";
	const char *why = "", *path = in_bank(b, "other.db");
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
	struct store *store = NULL;
	struct db *db;
	size_t i;

	is_int(store_open(path, 1, true, &store), OK, "a database is made");
	db = db_new(store);
	file_put(b, "db/schema.sql", bad, sizeof bad - 1);
	ok(schema_create(db, b->pool, &why) != OK && why != NULL,
	   "tables that are no SQL are refused with a reason");
	file_put(b, "db/schema.sql", "", 0);
	ok(schema_create(db, b->pool, &why) != OK && why != NULL,
	   "and so are none at all");
	remove(in_bank(b, "db/schema.sql"));
	mkdir(in_bank(b, "db/schema.sql"), 0700);
	is_int(schema_create(db, b->pool, &why), ERR_MISSING,
	       "a folder is no schema");
	db_free(db);
	store_close(store);
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		remove(pool_printf(b->pool, "%s%s", path, ends[i]));
}

int
main(void)
{
	struct bank b;
	const char *why = "";
	int to;

	bank_open(&b);
	folder_make(&b);
	test_refused(&b);
	test_too_long(&b);
	test_done(&b);
	test_create(&b);
	test_broken(&b);
	bank_tamper(&b, "DROP TABLE meta");
	is_int(migrate(&b, &to, &why), ERR_MISSING,
	       "a database without tables has nothing to migrate");
	folder_end(&b);
	bank_close(&b);
	return tap_done();
}
