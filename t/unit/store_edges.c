/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store_edges.c: tests of databases that cannot be opened, copied or asked. */
#include "lib/db.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t/lib/bank.h"
#include "t/tap.h"

static const char *
in_bank(struct bank *b, const char *name)
{
	return pool_printf(b->pool, "%s/%s", b->dir, name);
}

static void
refused(const char *path, bool create, const char *name)
{
	struct store *store = NULL;

	is_int(store_open(path, 1, create, &store), ERR_INTERNAL, "%s", name);
}

static void
file_put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		ok(false, "%s can be written", path);
}

static void
test_open(struct bank *b)
{
	const char *path = in_bank(b, "other");
	const char *lock = in_bank(b, "other.lock");
	char *long_path = pool_alloc(b->pool, 5000);

	memset(long_path, 'a', 4999);
	long_path[4999] = '\0';
	refused("/nowhere/bank.db", true, "no database is made in no folder");
	refused(path, false, "none is opened that is not there");
	refused(long_path, true, "none has a name too long");
	unlink(lock);
	mkdir(path, 0700);
	refused(path, true, "a folder is none");
	rmdir(path);
	file_put(path, "this is a letter to the bank, and it is no book of "
		       "the bank at all, however long it may be; it is long "
		       "enough for a first look");
	refused(path, false, "a letter is none");
	unlink(lock);
	mkdir(lock, 0700);
	refused(path, false, "none is opened without its lock");
	rmdir(lock);
	unlink(path);
	unlink(in_bank(b, "other-wal"));
	unlink(in_bank(b, "other-shm"));
	store_close(NULL);
	db_free(NULL);
}

static void
heard(int done, int all)
{
	if (done > all)
		ok(false, "a copy has no more pages than there are");
}

static void
test_backup(struct bank *b)
{
	const char *path = in_bank(b, "copy.db");

	is_int(db_backup(b->db, "/nowhere/copy.db", heard), ERR_BUSY,
	       "a copy into no folder is told");
	ok(strstr(db_error(b->db), "/nowhere/copy.db") != NULL,
	   "by its name");
	is_int(db_backup(b->db, b->dir, NULL), ERR_BUSY,
	       "a folder is no place for one");
	file_put(path, "this is a letter to the bank, and it is no book of "
		       "the bank at all, however long it may be; it is long "
		       "enough for a first look");
	ok(db_backup(b->db, path, heard) != OK,
	   "a copy does not go over a letter");
	unlink(path);
	is_int(db_backup(b->db, path, NULL), OK, "a new name is good");
	is_int(db_backup(b->db, path, heard), OK, "so is an older copy");
	unlink(path);
	bank_tamper(b, "ALTER TABLE meta RENAME TO hidden");
	is_int(db_backup(b->db, path, NULL), ERR_INTERNAL,
	       "what is no bank is not copied");
	db_rest(b->db);
	bank_tamper(b, "ALTER TABLE hidden RENAME TO meta");
	ok(access(path, F_OK) != 0, "and nothing is made");
}

static void
test_broken(struct bank *b)
{
	struct stmt *q = db_sql(b->db, "SELECT :a FROM nowhere WHERE x = :b");

	db_put_int(q, "a", 1);
	db_put_text(q, "b", "x");
	db_put_blob(q, "c", "x", 1);
	ok(!db_row(q) && !db_row(q), "a broken question has no answer");
	is_int(db_done(q), ERR_INTERNAL, "and says so at its end");
	ok(strstr(db_error(b->db), "nowhere") != NULL, "with what was wrong");
	db_rest(b->db);
	db_rest(b->db);
	q = db_sql(b->db, "DELETE FROM customer");
	is_int(db_done(q), ERR_BUSY, "a reader cannot write");
	db_rest(b->db);
	q = db_sql(b->db, "SELECT abs(:n) AS n");
	db_put_int(q, "n", INT64_MIN);
	ok(!db_row(q) && db_done(q) == ERR_INTERNAL,
	   "an answer may fail on the way");
	db_rest(b->db);
	ok(bank_tamper(b, "INSERT INTO meta (name, value) VALUES "
			  "('schema', '2')") == ERR_CONFLICT,
	   "a name that is taken is a conflict");
	ok(bank_tamper(b, "nonsense") == ERR_INTERNAL, "nonsense is ours");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_open(&b);
	test_backup(&b);
	test_broken(&b);
	bank_close(&b);
	return tap_done();
}
