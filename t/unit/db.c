/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db.c: tests of statements, binds, rows, snapshots and copies. */
#include "lib/db.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t/lib/bank.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static const struct {
	int64_t n;
	const char *text;
	size_t len;
} rows[] = {{1, "one", 3}, {-1, "", 0}, {INT64_MAX, NULL, 2},
	    {INT64_MIN, "ünï", 5}};
enum { ROWS = sizeof rows / sizeof *rows };

static enum err
fill_work(struct db *db, void *arg)
{
	struct stmt *q;
	enum err e;
	int i;

	(void)arg;
	if ((e = db_script(db, "CREATE TABLE thing (n INTEGER, word TEXT, "
			       "bytes BLOB) STRICT")) != OK)
		return e;
	for (i = 0; i < ROWS; i++) {
		q = db_sql(db, "INSERT INTO thing (n, word, bytes) "
			       "VALUES (:n, :word, :bytes)");
		db_put_int(q, "n", rows[i].n);
		db_put_text(q, "word", rows[i].text);
		db_put_blob(q, "bytes", rows[i].text != NULL ? "a\0b\0c" : NULL,
			    rows[i].len);
		if ((e = db_done(q)) != OK)
			return e;
	}
	return OK;
}

static void
test_values(struct bank *b)
{
	const void *bytes;
	struct stmt *q;
	size_t len;
	int i = 0;

	is_int(db_write(b->db, fill_work, NULL), OK, "rows are written");
	q = db_sql(b->db, "SELECT n, word, bytes FROM thing ORDER BY rowid");
	for (; db_row(q); i++) {
		is_int(db_int(q, "n"), rows[i].n, "a number comes back");
		if (rows[i].text == NULL) {
			ok(db_null(q, "word") && db_text(q, "word") == NULL,
			   "so does no text");
			bytes = db_blob(q, "bytes", &len);
			ok(bytes == NULL && len == 0 && db_null(q, "bytes"),
			   "and no bytes");
			continue;
		}
		is_text(db_text(q, "word"), rows[i].text, "and a text");
		bytes = db_blob(q, "bytes", &len);
		ok(len == rows[i].len &&
			   (len == 0 || memcmp(bytes, "a\0b\0c", len) == 0),
		   "and bytes with what lies between");
	}
	ok(!db_row(q), "after the last row there is none");
	is_int(db_done(q), OK, "all is well");
	is_int(i, ROWS, "each row came once");
	db_rest(b->db);
}

static void
test_copy(struct bank *b)
{
	struct stmt *q = db_sql(b->db, "SELECT x'0102' AS full, x'' AS empty, "
				       "NULL AS absent");
	char out[2] = {9, 9};

	ok(db_row(q) && db_copy(q, "full", out, 2) && out[0] == 1,
	   "bytes of the right length are copied");
	ok(!db_copy(q, "full", out, 1) && out[0] == 0, "longer ones are not");
	out[0] = 9;
	ok(!db_copy(q, "empty", out, 2) && out[0] == 0, "nor are shorter ones");
	ok(!db_copy(q, "absent", out, 2), "nor what is not there");
	db_done(q);
	db_rest(b->db);
}

static enum err
change_work(struct db *db, void *arg)
{
	struct stmt *q = db_sql(db, "UPDATE thing SET n = 5 WHERE n > 0");
	enum err e = db_done(q);

	*(int64_t *)arg = db_changes(db);
	return e;
}

static enum err
bad_work(struct db *db, void *arg)
{
	struct stmt *q = db_sql(db, "SELEKT nonsense");

	(void)arg;
	db_put_int(q, "n", 1);
	db_put_text(q, "t", "");
	db_put_blob(q, "b", "", 0);
	if (db_row(q))
		return OK;
	return db_done(q);
}

static enum err
strict_work(struct db *db, void *arg)
{
	(void)arg;
	return db_done(db_sql(db, "INSERT INTO thing (n) VALUES ('word')"));
}

static void
test_errors(struct bank *b)
{
	int64_t changed = 0;

	is_int(db_write(b->db, change_work, &changed), OK, "rows change");
	is_int(changed, 2, "and are counted");
	is_int(db_write(b->db, bad_work, NULL), ERR_INTERNAL,
	       "what is no SQL is our own fault");
	is_int(db_write(b->db, strict_work, NULL), ERR_CONFLICT,
	       "a word is no number");
	is_int(bank_tamper(b, "INSERT INTO nowhere VALUES (1)"), ERR_INTERNAL,
	       "there is no such table");
	is_int(db_write(b->db, change_work, &changed), OK,
	       "and the bank goes on");
}

/* What a view reads is one moment, until it rests. */
static void
test_snapshot(struct bank *b)
{
	struct db *reader = db_new(b->store);
	struct stmt *q;
	int64_t n[3];
	int i;

	for (i = 0; i < 3; i++) {
		q = db_sql(reader, "SELECT count(*) AS n FROM thing");
		n[i] = db_row(q) ? db_int(q, "n") : -1;
		db_done(q);
		if (i == 0)
			bank_tamper(b, "DELETE FROM thing");
		if (i == 1)
			db_rest(reader);
	}
	is_int(n[0], ROWS, "a reader sees what was there");
	is_int(n[1], ROWS, "and goes on seeing it");
	is_int(n[2], 0, "until it rests");
	q = db_sql(reader, "DELETE FROM meta");
	ok(db_done(q) != OK, "a reader writes nothing");
	db_free(reader);
	db_free(NULL);
}

static void
count(int done, int all)
{
	ok(done >= 0 && done <= all && all > 0, "pages are counted");
}

static void
test_backup(struct bank *b)
{
	const char *path = pool_printf(b->pool, "%s/copy.db", b->dir);
	struct store *copy;
	struct db *db;
	const char *why;

	is_int(db_backup(b->db, path, count), OK, "the bank is copied");
	is_int(store_open(path, 1, false, &copy), OK, "the copy opens");
	db = db_new(copy);
	is_int(db_integrity(db, b->pool, &why), OK, "its pages are read");
	ok(why == NULL, "and nothing is wrong with them");
	db_free(db);
	store_close(copy);
	is_int(db_backup(b->db, "/nowhere/copy.db", NULL), ERR_BUSY,
	       "where nothing can be written there is no copy");
	ok(strstr(db_error(b->db), "/nowhere") != NULL,
	   "and the operator is told where");
	unlink(path);
	unlink(pool_printf(b->pool, "%s-wal", path));
	unlink(pool_printf(b->pool, "%s-shm", path));
	unlink(pool_printf(b->pool, "%s.lock", path));
}

static void
test_integrity(struct bank *b)
{
	const char *why, *text;

	is_int(db_integrity(b->db, b->pool, &why), OK, "all pages are read");
	ok(why == NULL, "and all is well");
	db_rest(b->db);
	is_int(db_defined(b->db, b->pool, "table", "thing", &text), OK,
	       "how a table was made");
	ok(text != NULL && strstr(text, "STRICT") != NULL, "is known");
	is_int(db_defined(b->db, b->pool, "table", "nowhere", &text), OK,
	       "how one was that is not");
	ok(text == NULL, "is not");
	db_defined(b->db, b->pool, "index", "sqlite_autoindex_customer_1",
		   &text);
	is_text(text, "", "the engine's own indexes have no text");
	db_rest(b->db);
	ok(*db_version() == '3', "the engine says its version");
}

static void
test_open(struct bank *b)
{
	const char *path = pool_printf(b->pool, "%s/junk.db", b->dir);
	char name[5000];
	struct store *st = NULL;
	FILE *f = fopen(path, "w");

	is_int(store_open("/nowhere/bank.db", 1, false, &st), ERR_INTERNAL,
	       "a file that is not there does not open");
	is_int(store_open("/nowhere/bank.db", 1, true, &st), ERR_INTERNAL,
	       "nor is one made where nothing can be");
	fputs("This is no database, but it is long enough to look like "
	      "a file that somebody might take for one.", f);
	fclose(f);
	is_int(store_open(path, 1, false, &st), ERR_INTERNAL,
	       "what is no database does not open");
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	is_int(store_open(name, 1, false, &st), ERR_INTERNAL,
	       "nor does what has too long a name");
	store_close(NULL);
	unlink(path);
	unlink(pool_printf(b->pool, "%s.lock", path));
}

static enum err
inner_work(struct db *db, void *arg)
{
	enum err e = db_script(db, "INSERT INTO thing (n) VALUES (2)");

	return e != OK ? e : *(enum err *)arg;
}

static enum err
outer_work(struct db *db, void *arg)
{
	enum err e = db_script(db, "INSERT INTO thing (n) VALUES (1)");

	if (e == OK)
		db_try(db, inner_work, arg);
	return e;
}

static void
test_try(struct bank *b)
{
	enum err e = ERR_FUNDS;

	bank_tamper(b, "DELETE FROM thing");
	is_int(db_write(b->db, outer_work, &e), OK, "a try that is refused");
	is_int(bank_count(b, "SELECT sum(n) AS n FROM thing"), 1,
	       "is undone, and what was before it stands");
	e = OK;
	is_int(db_write(b->db, outer_work, &e), OK, "one that is not");
	is_int(bank_count(b, "SELECT sum(n) AS n FROM thing"), 4, "stands");
	e = ERR_FUNDS;
	fault_arm_on("ROLLBACK TO", 1);
	is_int(db_write(b->db, outer_work, &e), ERR_BUSY,
	       "when it cannot be undone alone");
	fault_disarm();
	is_int(bank_count(b, "SELECT sum(n) AS n FROM thing"), 4,
	       "nothing stands");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_values(&b);
	test_copy(&b);
	test_errors(&b);
	test_snapshot(&b);
	test_backup(&b);
	test_integrity(&b);
	test_open(&b);
	test_try(&b);
	bank_close(&b);
	return tap_done();
}
