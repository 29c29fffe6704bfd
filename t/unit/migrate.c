/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* migrate.c: a bank made by an earlier version is moved on with all that is in
 * it, and has then what a new one has. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bank/idem.h"
#include "bank/ledger.h"
#include "bank/master.h"
#include "bank/schema.h"
#include "bank/user.h"
#include "t/lib/bank.h"
#include "t/tap.h"

/* People, a message that waits and one that went, a session, a code, and what
 * a payment leaves. */
static const char old_rows[] =
	"INSERT INTO customer (id, code, name, created_at) VALUES "
	"(1, 'C1', x'00', 5);"
	"INSERT INTO bank_user (id, user_id, customer, password, created_at) "
	"VALUES (1, 'ada', 1, 'argon', 77);"
	"INSERT INTO session (token_hash, id, bank_user, role, user_id, "
	"language, kind, device, address, created_at, last_seen, expires_at) "
	"VALUES (randomblob(32), randomblob(16), 1, 'customer', 'ada', 'en', 'token', '', '', "
	"1, 1, 9);"
	"INSERT INTO challenge (id, purpose, bank_user, bound, code_hash, "
	"channel, sent_to, sent_at, expires_at, tries_left, resends_left, "
	"state) VALUES (x'03', 'login', 1, x'04', x'05', 'email', 'a', 1, 2, "
	"5, 3, 'open');"
	"INSERT INTO outbox (id, customer, channel, template, language, "
	"recipient, data, state, due_at, created_at, expires_at) VALUES "
	"(x'06', 1, 'email', 'locked', 'en', x'00', x'07', 'queued', 1, 1, 9),"
	"(x'08', 1, 'sms', 'locked', 'en', x'00', NULL, 'failed', 1, 1, 9);"
	"INSERT INTO product (code, name, category) VALUES "
	"('P', 'P', 'current');"
	"INSERT INTO account (id, number, title, product, currency, "
	"opened_on, seq, hash) VALUES (7, 'A7', '', 'P', 'EUR', 1, 2, x'01'), "
	"(8, 'A8', '', 'P', 'EUR', 1, 1, x'02'), "
	"(9, 'A9', '', 'P', 'EUR', 1, 0, x'00');"
	"INSERT INTO transfer (id, kind, from_account, to_account, from_seq, "
	"to_seq, amount, currency, value_date, booked_at) VALUES "
	"(x'0a', 'transfer', 7, 8, 2, 1, 5, 'EUR', 1, 40);"
	"INSERT INTO posting (account, seq, transfer, amount, balance_after, "
	"booked_at, hash, kind, value_date, purpose, reference, other) VALUES "
	"(8, 1, x'0a', 5, 5, 40, x'00', '', 1, '', '', ''),"
	"(7, 2, x'0a', -5, 0, 40, x'00', '', 1, '', '', ''),"
	"(7, 1, x'0a', 5, 5, 30, x'00', '', 1, '', '', '');"
	"INSERT INTO idempotency (bank_user, key, request, result, subject, "
	"created_at) VALUES (1, 'k', zeroblob(32), 'payment', zeroblob(16), 6);";

static struct bank fresh;
static const char *path;

static enum err
old_work(struct db *db, void *arg)
{
	enum err e = db_script(db, arg);

	return e != OK ? e : db_script(db, old_rows);
}

static char *
script(const char *name)
{
	const char *src = getenv("CLICKNET_SRC");
	const char *file = pool_printf(fresh.pool, "%s/%s",
				       src != NULL ? src : ".", name);
	struct buf b = {.pool = fresh.pool};
	char block[4096];
	ssize_t n;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (n = read(fd, block, sizeof block)) > 0)
		buf_put(&b, block, (size_t)n);
	close(fd);
	buf_puts(&b, "");
	return b.data;
}

/* Every column with its kind, every index, every trigger: a line each. */
#define SHAPE                                                                \
	"SELECT m.name || ' ' || p.name || ' ' || p.type || ' ' || "         \
	"p.\"notnull\" || ' ' || p.pk || ' ' || coalesce(p.dflt_value, '') " \
	"AS line FROM sqlite_master m, pragma_table_xinfo(m.name) p "        \
	"WHERE m.type = 'table' UNION ALL "                                  \
	"SELECT m.type || ' ' || m.name || ' ' || m.tbl_name || ' ' || "     \
	"coalesce(replace(replace(m.sql, char(10), ' '), char(9), ''), '') " \
	"FROM sqlite_master m WHERE m.type <> 'table' ORDER BY line"

static const char *
shape(struct db *db, int *lines)
{
	struct buf b = {.pool = fresh.pool};
	struct stmt *q = db_sql(db, SHAPE);

	buf_puts(&b, "");
	for (*lines = 0; db_row(q); ++*lines)
		buf_printf(&b, "%s\n", db_text(q, "line"));
	is_int(db_done(q), OK, "the shape of a bank can be read");
	db_rest(db);
	return b.data;
}

static void
test_shape(struct db *db)
{
	int new_lines, old_lines;
	const char *want = shape(fresh.db, &new_lines);
	const char *have = shape(db, &old_lines);

	ok(new_lines > 200, "which is of many lines");
	is_int(old_lines, new_lines, "an old bank has as many then");
	is_text(have, want, "and the same");
}

static int64_t
count_of(struct stmt *q)
{
	int64_t n = db_row(q) ? db_int(q, "n") : -1;

	db_done(q);
	return n;
}

static void
unsealed(void *arg, const char *row)
{
	++*(int *)arg;
	printf("# %s\n", row);
}

static void
test_master(struct db *db)
{
	int64_t rows, all = 0;
	int kind, wrong = 0;

	for (kind = 0; kind < MASTER_KINDS; kind++) {
		is_int(master_check(db, (enum master)kind, &rows, unsealed,
				    &wrong), OK, "master data is looked at");
		all += rows;
	}
	db_rest(db);
	ok(all == 4 && wrong == 0, "a product and three accounts are sealed");
}

static void
test_rows(struct db *db)
{
	struct idem key = {.user = 1, .key = "k"};
	struct user ada;

	is_int(count_of(db_sql(db, "SELECT count(*) AS n FROM outbox WHERE "
				   "state IN ('queued', 'failed')")),
	       2, "messages stay");
	is_int(count_of(db_sql(db, "SELECT count(*) AS n FROM outbox WHERE "
				   "data = x'07' AND state = 'queued'")),
	       1, "with what they say");
	is_int(count_of(db_sql(db, "SELECT password_set_at AS n "
				   "FROM bank_user")),
	       77, "a password is as old as its user");
	is_int(count_of(db_sql(db, "SELECT count(*) AS n FROM session WHERE "
				   "confirmed_at IS NULL")),
	       1, "who is signed in stays so, and gave no code yet");
	is_int(count_of(db_sql(db, "SELECT count(*) AS n FROM session s, "
				   "bank_user u WHERE length(s.seal) = 32 "
				   "AND length(u.seal) = 32")),
	       1, "what lets people in is sealed");
	is_int(user_get(db, fresh.pool, 1, &ada), OK, "and believed");
	is_int(count_of(db_sql(db, "SELECT count(*) AS n FROM challenge")), 0,
	       "open codes end");
	is_int(idem_find(db, &key), OK, "a key that was used");
	is_int(key.result, IDEM_PAYMENT, "stays so");
	db_rest(db);
}

static void
test_book(struct db *db)
{
	is_int(count_of(db_sql(db, "SELECT count(*) AS n FROM posting")), 3,
	       "postings stay");
	is_int(count_of(db_sql(db, "SELECT balance_after AS n FROM posting "
				   "WHERE account = 7 AND seq = 1")),
	       5, "where they were");
	is_int(count_of(db_sql(db, "SELECT booked_at AS n FROM posting WHERE "
				   "id = " POSTING_ID("7", "2"))),
	       40, "and by their keys");
	is_int(count_of(db_sql(db, "SELECT sum(last_at) AS n FROM account")),
	       80, "each account knows its last one's time");
	is_int(count_of(db_sql(db, "SELECT last_at AS n FROM account "
				   "WHERE id = 9")),
	       0, "one without has none");
	db_rest(db);
}

static void
test_migrate(struct db *db)
{
	const char *why = "";
	int from = 0, to = 0;

	ok(schema_fault(db, fresh.pool) != NULL, "an old bank is not opened");
	db_rest(db);
	is_int(schema_migrate(db, fresh.pool, &from, &to, &why), OK,
	       "it is moved on");
	ok(from == 1 && to == SCHEMA_VERSION, "to this version");
	ok(schema_fault(db, fresh.pool) == NULL, "and opens then");
	db_rest(db);
}

int
main(void)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
	struct store *store;
	struct db *db;
	size_t i;

	bank_open(&fresh);
	path = pool_printf(fresh.pool, "%s/old.db", fresh.dir);
	is_int(store_open(path, 1, true, &store), OK, "a database");
	db = db_new(store);
	is_int(db_write(db, old_work, script("t/fixture/schema-1.sql")), OK,
	       "of the first version");
	test_migrate(db);
	test_rows(db);
	test_master(db);
	test_book(db);
	test_shape(db);
	db_free(db);
	store_close(store);
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		remove(pool_printf(fresh.pool, "%s%s", path, ends[i]));
	bank_close(&fresh);
	return tap_done();
}
