/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* schema.c: tests of making the tables and looking after them. */
#include "bank/schema.h"

#include <string.h>

#include "lib/settings.h"
#include "t/lib/bank.h"
#include "t/tap.h"

static bool
says(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static void
test_there(struct bank *b)
{
	const char *why = "";
	int version, from, to;

	is_int(schema_create(b->db, b->pool, &why), ERR_CONFLICT,
	       "a bank is not made over another");
	ok(says(why, "already"), "and the operator is told");
	is_int(schema_version(b->db, &version), OK, "its version");
	is_int(version, SCHEMA_VERSION, "is this program's");
	ok(schema_fault(b->db, b->pool) == NULL, "and no fault");
	db_rest(b->db);
	is_int(schema_migrate(b->db, b->pool, &from, &to, &why), OK,
	       "there is nothing to migrate");
	ok(from == SCHEMA_VERSION && to == from, "nothing changes");
	is_int(bank_count(b, "SELECT count(*) AS n FROM meta "
			     "WHERE name = 'made_on' AND "
			     "value = '2026-11-20'"),
	       1, "the day it was made is on record");
}

static void
test_newer(struct bank *b)
{
	const char *why = "";
	int from, to;

	bank_tamper(b, "UPDATE meta SET value = '99' WHERE name = 'schema'");
	ok(says(schema_fault(b->db, b->pool), "too old"),
	   "an old program says so of itself");
	db_rest(b->db);
	is_int(schema_migrate(b->db, b->pool, &from, &to, &why), ERR_CONFLICT,
	       "and migrates nothing back");
	bank_tamper(b, "UPDATE meta SET value = '0' WHERE name = 'schema'");
	ok(says(schema_fault(b->db, b->pool), "no bank"),
	   "a bank without a version is none");
	db_rest(b->db);
	bank_tamper(b, "UPDATE meta SET value = '1' WHERE name = 'schema'");
}

static void
guard(struct bank *b, const char *sql, const char *word, const char *what)
{
	int n;

	bank_tamper(b, sql);
	ok(says(schema_guards(b->db, b->pool, &n), word), "%s", what);
	db_rest(b->db);
}

static void
test_guards(struct bank *b)
{
	int n;

	ok(schema_guards(b->db, b->pool, &n) == NULL && n == 10,
	   "ten triggers keep final rows final");
	db_rest(b->db);
	guard(b, "DROP TRIGGER audit_is_final_delete", "audit_is_final_delete",
	      "one that is missing is named");
	guard(b, "CREATE TRIGGER audit_is_final_delete BEFORE DELETE ON audit "
		 "BEGIN SELECT 1; END", "was changed",
	      "one that does nothing is not taken for it");
	bank_tamper(b, "DROP TRIGGER audit_is_final_delete;"
		       "CREATE TRIGGER audit_is_final_delete\n BEFORE DELETE "
		       "ON audit BEGIN\tSELECT RAISE(ABORT, "
		       "'an audit row is final');END");
	ok(schema_guards(b->db, b->pool, &n) == NULL,
	   "one that is written otherwise is");
	db_rest(b->db);
}

static void
test_dir(struct bank *b)
{
	char here[200];
	const char *dir = schema_dir(b->pool), *why = "";

	ok(dir != NULL && says(dir, "/db"), "the schema lies beside the pages");
	bank_set(b, "SHARE_DIR", "/nowhere");
	snprintf(here, sizeof here, "%s",
		 schema_dir(b->pool) != NULL ? schema_dir(b->pool) : "");
	bank_set(b, "SHARE_DIR", "");
	dir = schema_dir(b->pool);
	is_text(dir != NULL ? dir : "", here,
		"else where the program is, or nowhere");
	if (dir == NULL)
		is_int(schema_create(b->db, b->pool, &why), ERR_MISSING,
		       "without it no bank is made");
	db_rest(b->db);
}

static void
test_none(struct bank *b)
{
	const char *why = "";
	int from, to;

	bank_tamper(b, "DROP TABLE meta");
	ok(says(schema_fault(b->db, b->pool), "no bank"),
	   "a database without tables has no bank");
	db_rest(b->db);
	is_int(schema_migrate(b->db, b->pool, &from, &to, &why), ERR_MISSING,
	       "to migrate");
	ok(says(why, "clicknet init"), "but one can be made");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_there(&b);
	test_newer(&b);
	test_guards(&b);
	test_dir(&b);
	test_none(&b);
	bank_close(&b);
	return tap_done();
}
