/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify.c: tests that no change of the book goes unseen: each column of each
 * row, each row gone, each row more. */
#include "bank/verify.h"

#include <string.h>

#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

struct look {
	const char *sql;
	struct pool *pool;
	struct verify v;
	enum err tampered;
};

/* Changes, looks, and changes nothing: the write is refused in the end. */
static enum err
look_work(struct db *db, void *arg)
{
	struct look *l = arg;

	l->tampered = db_script(db, l->sql);
	if (l->tampered == OK)
		verify_bank(db, l->pool, NULL, &l->v);
	return ERR_FUNDS;
}

/* Behind the triggers and checks that would refuse it. */
static const char unguarded[] =
	"PRAGMA defer_foreign_keys = 1; PRAGMA ignore_check_constraints = 1;"
	"DROP TRIGGER posting_is_final_update;"
	"DROP TRIGGER posting_is_final_delete;"
	"DROP TRIGGER transfer_is_final_update;"
	"DROP TRIGGER transfer_is_final_delete;"
	"DROP TRIGGER audit_is_final_update;"
	"DROP TRIGGER audit_is_final_delete;";

static struct look
look(struct bank *b, const char *sql)
{
	struct look l = {.pool = b->pool};

	l.sql = pool_printf(b->pool,
			    "%s%s;PRAGMA ignore_check_constraints = 0",
			    unguarded, sql);
	db_write(b->db, look_work, &l);
	return l;
}

/* Which checks say that something is wrong, besides the guards. */
static int
complaints(const struct look *l)
{
	int i, n = 0;

	for (i = 0; i < VERIFY_CHECKS; i++)
		n += i != VERIFY_GUARDS && !l->v.checks[i].ok;
	return n;
}

/* Each column of each row of a table, changed to something else. */
static void
each_column(struct bank *b, const char *table, const char *const *columns)
{
	struct stmt *q = db_prepare(b->db,
		pool_printf(b->pool, "SELECT count(*) AS n FROM %s", table));
	int64_t rows = db_row(q) ? db_int(q, "n") : 0, row;
	int looks = 0, seen = 0, step = tap_step(15);
	struct look l;

	db_done(q);
	db_rest(b->db);
	for (; *columns != NULL; columns++) {
		for (row = 0; row < rows; row += step) {
			l = look(b, pool_printf(b->pool,
				"UPDATE %s SET %s = CASE typeof(%s) "
				"WHEN 'integer' THEN %s + 1 "
				"WHEN 'text' THEN %s || 'x' "
				"WHEN 'null' THEN 1 "
				"ELSE zeroblob(length(%s)) END WHERE "
				"(SELECT count(*) FROM %s k WHERE k.hash < "
				"%s.hash) = %d",
				table, *columns, *columns, *columns, *columns,
				*columns, table, table, (int)row));
			looks += l.tampered == OK;
			seen += l.tampered == OK && complaints(&l) > 0;
			if (l.tampered == OK && complaints(&l) == 0)
				printf("# %s.%s of row %d\n", table, *columns,
				       (int)row);
		}
	}
	ok(looks > 3 * rows / step, "%s: columns are changed", table);
	is_int(seen, looks, "%s: each of %d changes is seen", table, looks);
}

static void
test_columns(struct bank *b)
{
	static const char *const posting[] = {
		"account", "seq", "transfer", "amount", "balance_after",
		"booked_at", "hash", NULL};
	static const char *const audit[] = {
		"subject", "seq", "at", "actor_user", "act", "detail",
		"address", "device", "hash", NULL};
	static const char *const account[] = {
		"id", "number", "currency", "seq", "balance", "held", "hash",
		"used_amount", "used_count", NULL};

	each_column(b, "posting", posting);
	each_column(b, "audit", audit);
	bank_tamper(b, "UPDATE account SET used_on = 1 WHERE used_on = 0");
	each_column(b, "account", account);
}

/* What no posting tells is seen by its seal. */
static void
test_master(struct bank *b)
{
	static const struct {
		const char *edit, *said;
	} cases[] = {
		{"UPDATE product SET name = name || 'x' WHERE code = 'BANK'",
		 "Product BANK"},
		{"UPDATE product SET transfer_fee = 0", "Product "},
		{"UPDATE product SET per_transfer_max = NULL", "Product "},
		{"UPDATE product SET per_transfer_min = 7", "Product "},
		{"UPDATE product SET daily_amount = 99999999", "Product "},
		{"UPDATE product SET daily_count = 99", "Product "},
		{"UPDATE product SET interest_bp = interest_bp + 1",
		 "Product "},
		{"UPDATE product SET category = 'loan'", "Product "},
		{"UPDATE account SET overdraft_limit = 100000 WHERE number = "
		 "'" ANNA_CURRENT "'", "Account " ANNA_CURRENT},
		{"UPDATE account SET status = 'closed' WHERE number = '"
		 ANNA_CURRENT "'", "Account " ANNA_CURRENT},
		{"UPDATE account SET title = 'x' WHERE number = '"
		 ANNA_CURRENT "'", "Account " ANNA_CURRENT},
		{"UPDATE account SET product = 'BANK' WHERE number = '"
		 ANNA_CURRENT "'", "Account " ANNA_CURRENT},
		{"UPDATE account SET opened_on = 1 WHERE number = '"
		 ANNA_CURRENT "'", "Account " ANNA_CURRENT},
		{"UPDATE account SET seal = x'' WHERE number = '"
		 ANNA_CURRENT "'", "Account " ANNA_CURRENT},
		{"UPDATE holder SET role = 'user'", "Account "},
		{"INSERT INTO holder (customer, account, role, seal) SELECT "
		 "(SELECT id FROM customer WHERE id <> h.customer LIMIT 1), "
		 "account, 'user', seal FROM holder h LIMIT 1", "Account "},
	};
	struct look l;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		l = look(b, cases[i].edit);
		is_int(l.tampered, OK, "%.60s", cases[i].edit);
		ok(strncmp(l.v.checks[VERIFY_MASTER].detail, cases[i].said,
			   strlen(cases[i].said)) == 0, "is seen (%s)",
		   l.v.checks[VERIFY_MASTER].detail);
	}
	bank_arrange(b, "UPDATE product SET interest_bp = interest_bp + 1");
	l = look(b, "SELECT 1");
	for (i = 0; i < VERIFY_CHECKS; i++)
		if (!l.v.checks[i].ok)
			printf("# %s: %s\n", l.v.checks[i].name,
			       l.v.checks[i].detail);
	is_int(complaints(&l), 0, "not what the bank itself writes "
				  "(negative control)");
}

static void
test_transfers(struct bank *b)
{
	static const char *const columns[] = {
		"kind", "from_account", "to_account", "from_seq", "to_seq",
		"amount", "purpose", "counterparty_bank",
		"counterparty_account", "reference", "value_date",
		"booked_at", "ordered_by", "address"};
	int looks = 0, seen = 0;
	struct look l;
	size_t i;

	for (i = 0; i < sizeof columns / sizeof *columns; i++) {
		l = look(b, pool_printf(b->pool,
			"UPDATE transfer SET %s = CASE typeof(%s) WHEN 'text' "
			"THEN %s || 'x' ELSE coalesce(%s, 0) + 1 END "
			"WHERE kind = 'transfer' OR kind = 'fee'",
			columns[i], columns[i], columns[i], columns[i]));
		looks += l.tampered == OK;
		seen += l.tampered == OK && complaints(&l) > 0;
	}
	is_int(looks, 14, "transfers are changed");
	is_int(seen, 14, "and each change is seen");
}

static void
seen(struct bank *b, const char *sql, enum verify_name check,
     const char *words)
{
	struct look l = look(b, sql);

	is_int(l.tampered, OK, "%.60s", sql);
	if (l.tampered != OK)
		return;
	ok(!l.v.ok && !l.v.checks[check].ok &&
		   strstr(l.v.checks[check].detail, words) != NULL,
	   "is seen as: %s", words);
	if (strstr(l.v.checks[check].detail, words) == NULL)
		printf("# said: %s\n", l.v.checks[check].detail);
}

static void
test_rows(struct bank *b)
{
	seen(b, "DELETE FROM posting WHERE seq = 1 AND account = (SELECT "
		"min(account) FROM posting)", VERIFY_POSTINGS, "is missing");
	seen(b, "DELETE FROM posting WHERE (account, seq) IN (SELECT id, seq "
		"FROM account)", VERIFY_POSTINGS, "is missing");
	seen(b, "DELETE FROM posting", VERIFY_TRANSFERS, "is not there");
	seen(b, "DELETE FROM transfer WHERE kind = 'transfer'",
	     VERIFY_POSTINGS, "there is no such transfer");
	seen(b, "INSERT INTO posting SELECT id + 1, transfer, "
		"amount, balance_after, booked_at, hash, kind, value_date, "
		"purpose, reference, other, name FROM posting WHERE "
		"(account, seq) IN (SELECT id, seq FROM account)",
	     VERIFY_POSTINGS, "posting");
	seen(b, "INSERT INTO posting SELECT 999 * 4294967296 + seq, transfer, "
		"amount, balance_after, booked_at, hash, kind, value_date, purpose, "
		"reference, other, name FROM posting WHERE seq = 1 LIMIT 1",
	     VERIFY_POSTINGS, "no such account");
	seen(b, "UPDATE posting SET id = id + 1000 WHERE seq IN (1, 2); UPDATE "
		"posting SET id = id - 2 * seq + 1003 WHERE seq > 1000",
	     VERIFY_POSTINGS, "posting");
	seen(b, "UPDATE account SET last_at = last_at + 1 WHERE seq > 0",
	     VERIFY_POSTINGS, "was not booked when");
	seen(b, "UPDATE posting SET purpose = 'x' WHERE seq = 1",
	     VERIFY_POSTINGS, "what it shows of the transfer");
	seen(b, "UPDATE posting SET other = 'x' WHERE seq = 1",
	     VERIFY_POSTINGS, "what it shows of the transfer");
	seen(b, "UPDATE posting SET name = x'01' WHERE seq = 1",
	     VERIFY_POSTINGS, "the other side's name does not open");
	seen(b, "UPDATE posting SET name = NULL WHERE kind = 'transfer' AND "
		"amount < 0", VERIFY_POSTINGS, "the other side's name");
	seen(b, "UPDATE posting SET name = NULL WHERE kind = 'transfer' AND "
		"amount > 0", VERIFY_POSTINGS, "the other side's name");
	seen(b, "DELETE FROM account WHERE number = '" BEN_CURRENT "'",
	     VERIFY_POSTINGS, "");
	seen(b, "UPDATE transfer SET currency = 'USD'", VERIFY_POSTINGS,
	     "the transfer is in USD, the account in");
	seen(b, "UPDATE transfer SET payee_name = x'00' WHERE payee_name "
		"IS NOT NULL", VERIFY_TRANSFERS, "does not open");
	seen(b, "DROP TABLE posting; CREATE TABLE posting (x)",
	     VERIFY_POSTINGS, "");
}

/* What waits for its code, changed behind the bank's back. */
static void
test_payments(struct bank *b)
{
	static const char *const another[] = {
		"UPDATE payment SET amount = amount + 1",
		"UPDATE payment SET fee = 0",
		"UPDATE payment SET to_account = (SELECT id FROM account "
		"WHERE number = '" ANNA_SAVINGS "')",
		"UPDATE payment SET purpose = 'x'",
		"UPDATE payment SET challenge = (SELECT id FROM challenge "
		"WHERE id <> payment.challenge)",
		"UPDATE challenge SET bound = zeroblob(32)"};
	struct look forgotten = look(b, "DELETE FROM challenge");
	size_t i;

	for (i = 0; i < sizeof another / sizeof *another; i++)
		seen(b, another[i], VERIFY_PAYMENTS,
		     "not what its code was asked for");
	seen(b, "UPDATE payment SET payee_name = x'00'", VERIFY_PAYMENTS,
	     "cannot be read");
	seen(b, "UPDATE payment SET currency = 'XXY'", VERIFY_PAYMENTS,
	     "cannot be read");
	seen(b, "DELETE FROM hold; UPDATE account SET held = 0",
	     VERIFY_PAYMENTS, "is not held");
	seen(b, "UPDATE hold SET account = account + 1", VERIFY_PAYMENTS,
	     "is not held");
	ok(forgotten.tampered == OK &&
		   forgotten.v.checks[VERIFY_PAYMENTS].ok &&
		   forgotten.v.checks[VERIFY_PAYMENTS].count == 1,
	   "a code that was forgotten says nothing against its payment");
}

static void
test_rest(struct bank *b)
{
	seen(b, "UPDATE account SET balance = balance + 1 WHERE "
		"number = '" BEN_CURRENT "'", VERIFY_SUMS,
	     "add up to 0.01 EUR instead of zero");
	seen(b, "UPDATE account SET balance = 9223372036854775807 WHERE "
		"currency = 'EUR'", VERIFY_SUMS, "more than can be counted");
	seen(b, "UPDATE account SET currency = 'XXY'", VERIFY_POSTINGS,
	     "is no currency");
	seen(b, "UPDATE account SET hash = x'00'", VERIFY_POSTINGS,
	     "its hash is none");
	seen(b, "UPDATE account SET held = held + 1 WHERE number = '"
		ANNA_CURRENT "'", VERIFY_HOLDS, "its holds add up to");
	seen(b, "UPDATE hold SET amount = amount + 1", VERIFY_HOLDS,
	     "the hash is not that");
	seen(b, "UPDATE hold SET expires_at = expires_at + 1", VERIFY_HOLDS,
	     "the hash is not that");
	seen(b, "UPDATE hold SET hash = x'00'", VERIFY_HOLDS,
	     "the hash is not that");
	seen(b, "UPDATE hold SET account = 999", VERIFY_HOLDS,
	     "of no account");
	seen(b, "DELETE FROM hold", VERIFY_HOLDS, "add up to");
	seen(b, "INSERT INTO hold SELECT x'00', account, amount, reason, "
		"created_at, expires_at, hash FROM hold; UPDATE hold SET "
		"amount = 9223372036854775807", VERIFY_HOLDS, "");
	seen(b, "UPDATE account SET used_count = used_count + 1 WHERE "
		"number = '" ANNA_CURRENT "'", VERIFY_LIMITS,
	     "ordered were");
	seen(b, "DELETE FROM audit WHERE subject = 1 AND seq = 1",
	     VERIFY_AUDIT, "is missing");
	seen(b, "DELETE FROM audit WHERE subject = 1", VERIFY_AUDIT,
	     "all of its rows are gone");
	seen(b, "DELETE FROM audit_head WHERE subject = 1", VERIFY_AUDIT,
	     "its head is missing");
	seen(b, "UPDATE audit_head SET seq = seq + 1", VERIFY_AUDIT,
	     "its head says");
	seen(b, "UPDATE audit_head SET hash = zeroblob(32)", VERIFY_AUDIT,
	     "its head's hash is not");
	seen(b, "UPDATE audit SET hash = x'00'", VERIFY_AUDIT,
	     "its hash is not");
	seen(b, "UPDATE customer SET email = x'00' WHERE code = 'C2'",
	     VERIFY_PEOPLE, "does not open");
	seen(b, "UPDATE account SET customer = 2 WHERE number = '" ANNA_YEN
		"'", VERIFY_PEOPLE, ANNA_YEN ": who holds it is not who owns");
	seen(b, "UPDATE account SET customer = NULL WHERE number = '" ANNA_YEN
		"'", VERIFY_PEOPLE, ANNA_YEN ": who holds it is not who owns");
	seen(b, "UPDATE holder SET customer = 2 WHERE account = (SELECT id "
		"FROM account WHERE number = '" ANNA_YEN "')", VERIFY_PEOPLE,
	     ANNA_YEN ": who holds it is not who owns");
	seen(b, "UPDATE application SET mobile = email", VERIFY_PEOPLE,
	     "does not open");
	seen(b, "DELETE FROM application", VERIFY_AUDIT,
	     "no such application");
	seen(b, "DELETE FROM audit WHERE subject = -1", VERIFY_AUDIT,
	     "all of its rows are gone");
	seen(b, "SELECT 1", VERIFY_GUARDS, "is missing");
	seen(b, "UPDATE holder SET account = 999 WHERE customer = 2",
	     VERIFY_ENGINE, "does not exist");
}

static void
counters_hold(struct bank *b, const char *why)
{
	struct verify v;

	verify_bank(b->db, b->pool, NULL, &v);
	db_rest(b->db);
	is_text(v.checks[VERIFY_LIMITS].detail, "", "%s", why);
}

/* What was counted on a day stays counted on it. */
static void
test_days(struct bank *b)
{
	int64_t now = clock_now();
	int32_t day = clock_day(now) + 1;
	int64_t midnight = clock_day_start(day + 1);

	clock_freeze(midnight - CLOCK_MINUTE);
	is_int(deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, 100), OK,
	       "a payment late in the evening");
	clock_zone("Asia/Dhaka");
	counters_hold(b, "is where it was in another zone");
	clock_zone("Europe/Berlin");
	clock_freeze(midnight + CLOCK_MINUTE);
	is_int(deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, 200), OK,
	       "a payment after midnight");
	clock_freeze(midnight - CLOCK_MINUTE);
	counters_hold(b, "is counted where the clock is set back");
	is_int(deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, 300), OK,
	       "and one before midnight again");
	counters_hold(b, "begins that day anew");
	is_int(deal_pay(b, ANNA_CURRENT, BEN_CURRENT, 100), OK,
	       "and one that waits");
	counters_hold(b, "counts with it");
	clock_freeze(now);
}

/* An account may have no title; then there is none to be gone. */
static void
test_untitled(struct bank *b)
{
	struct verify v;

	bank_arrange(b, "UPDATE account SET title = '' "
		       "WHERE number = '" ANNA_SAVINGS "'");
	is_int(deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, 100), OK,
	       "a payment to an account without a title");
	verify_bank(b->db, b->pool, NULL, &v);
	db_rest(b->db);
	is_text(v.checks[VERIFY_POSTINGS].detail, "", "holds");
}

static void
heard(int64_t done, int64_t all)
{
	(void)done;
	(void)all;
}

static enum err
verify_work(struct bank *b, struct pool *pool, void *arg)
{
	struct verify v;

	(void)arg;
	verify_bank(b->db, pool, heard, &v);
	return v.ok ? OK : ERR_INTERNAL;
}

int
main(void)
{
	struct order o;
	struct bank b;
	struct verify v;
	int i;

	bank_open(&b);
	bank_arrange(&b, "UPDATE product SET transfer_fee = 5");
	apply_bank(&b);
	apply_begin(&b);
	deal_browser(&b, "anna");
	deal_pay(&b, ANNA_CURRENT, ANNA_SAVINGS, 100);
	o = deal_order(&b, ANNA_CURRENT, BEN_CURRENT, money_of(200, "EUR"));
	deal_give(&b, &o);
	deal_confirm(&b, deal_challenge(&b, &o), bank_code(&b));
	deal_pay(&b, ANNA_CURRENT, BEN_CURRENT, 300);
	verify_bank(b.db, b.pool, heard, &v);
	db_rest(b.db);
	for (i = 0; i < VERIFY_CHECKS; i++)
		is_text(v.checks[i].detail, "", "%s hold", v.checks[i].name);
	ok(v.ok, "the book is right");
	test_columns(&b);
	test_master(&b);
	test_transfers(&b);
	test_rows(&b);
	test_payments(&b);
	test_rest(&b);
	test_days(&b);
	test_untitled(&b);
	fault_loop(&b, "a look over the whole book", verify_work, NULL, OK);
	bank_close(&b);
	return tap_done();
}
