/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* books.c: tests of the book given out, of what the operator is told, and of
 * a bank filled for load tests. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/bench.h"
#include "bank/export.h"
#include "bank/schema.h"
#include "bank/status.h"
#include "bank/verify.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static enum err
export_to(struct bank *b, struct pool *pool, enum export_format format,
	  const char *number, const char **text)
{
	char *data = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&data, &len);
	enum err e = export_book(b->db, format, number, f);

	fclose(f);
	*text = pool_strndup(pool, data, len);
	free(data);
	return e;
}

static bool
has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void
test_journal(struct bank *b)
{
	const char *text;

	is_int(export_to(b, b->pool, EXPORT_HLEDGER, NULL, &text), OK,
	       "the book as a journal");
	ok(has(text, "decimal-mark .") &&
		   has(text, "assets:customers:" ANNA_CURRENT) &&
		   has(text, "-12.34 EUR") &&
		   has(text, "equity:bank:opening") &&
		   has(text, "expenses:bank:fees") &&
		   has(text, "10000 JPY"),
	   "has every account and amount");
	ok(has(text, "2026-11-20 (") && has(text, "rent, and, more  x\n"),
	   "days, and words that end no line");
	ok(has(text, " = 987.60 EUR"), "and asserts the balances");
	is_int(export_to(b, b->pool, EXPORT_LEDGER, ANNA_YEN, &text), OK,
	       "one account");
	ok(!has(text, "decimal-mark") && !has(text, BEN_CURRENT) &&
		   has(text, ANNA_YEN),
	   "has its own alone");
	is_int(export_to(b, b->pool, EXPORT_LEDGER, "T9", &text), ERR_MISSING,
	       "one that is not there has none");
}

static void
test_table(struct bank *b)
{
	const char *text;

	is_int(export_to(b, b->pool, EXPORT_CSV, NULL, &text), OK,
	       "the book as a table");
	ok(strncmp(text, "account_number,booked_on,", 25) == 0 &&
		   has(text, "," BEN_CURRENT ",") &&
		   has(text, ",opening,") && has(text, ",-12.34,"),
	   "has a row for each posting, and with whom");
	ok(has(text, "'=1+1"), "in which no cell is a formula");
	is_int(export_to(b, b->pool, EXPORT_CSV, BEN_CURRENT, &text), OK,
	       "one account");
	ok(!has(text, ANNA_YEN), "has its own alone");
	is_int(export_to(b, b->pool, EXPORT_CSV, "BANK-OPENING-EUR", &text),
	       OK, "one of the bank's own");
	ok(has(text, "\nBANK-OPENING-EUR,") && has(text, "," BEN_CURRENT ","),
	   "has its rows too");
}

static enum err
export_work(struct bank *b, struct pool *pool, void *arg)
{
	const char *text;

	return export_to(b, pool, EXPORT_HLEDGER, arg, &text);
}

static enum err
table_work(struct bank *b, struct pool *pool, void *arg)
{
	const char *text;

	(void)arg;
	return export_to(b, pool, EXPORT_CSV, NULL, &text);
}

static void
test_export_faults(struct bank *b)
{
	static char number[] = ANNA_CURRENT;
	FILE *full = fopen("/dev/full", "w");

	fault_loop(b, "a journal", export_work, NULL, OK);
	fault_loop(b, "an account's journal", export_work, number, OK);
	fault_loop(b, "a table", table_work, NULL, OK);
	is_int(export_book(b->db, EXPORT_CSV, NULL, full), ERR_BUSY,
	       "a disk that is full is told");
	fclose(full);
}

static enum err
status_work(struct bank *b, struct pool *pool, void *arg)
{
	int64_t n;
	enum err e = status_read(b->db, pool, arg);

	return e != OK ? e : status_queued(b->db, pool, "", &n);
}

static void
test_status(struct bank *b)
{
	struct status s;
	int64_t n;

	fault_loop(b, "figures", status_work, &s, OK);
	is_int(status_read(b->db, b->pool, &s), OK, "figures of the bank");
	ok(s.customers == 2 && s.accounts == 4 && s.users == 2 &&
		   s.payments_waiting == 1 && s.transfers > 4,
	   "are right");
	is_text(s.made_on, "2026-11-20", "with the day it was made");
	ok(s.last_booked == clock_now() && s.queued_since == clock_now() &&
		   s.messages_queued >= 2 && s.messages_failed == 0,
	   "and what was last");
	ok(s.totals != NULL && s.totals->next != NULL &&
		   s.totals->next->next == NULL,
	   "what there is in each currency");
	is_int(status_queued(b->db, b->pool, "SOMEONE@bank.example", &n), OK,
	       "messages to somebody");
	is_int(n, s.messages_queued, "in any case of their address");
	is_int(status_queued(b->db, b->pool, "nobody", &n), OK, "to nobody");
	is_int(n, 0, "there are none");
	db_rest(b->db);
	bank_tamper(b, "UPDATE outbox SET recipient = x'00'");
	ok(status_queued(b->db, b->pool, "x", &n) != OK || n == 0,
	   "what was tampered with is nobody's");
	db_rest(b->db);
}

static void
heard(int64_t done, int64_t all)
{
	ok(done <= all, "%d of %d accounts", (int)done, (int)all);
}

static int
lines(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* In a bank of its own. */
static void
test_bench(struct bank *b)
{
	const char *path = pool_printf(b->pool, "%s/second.db", b->dir);
	struct bank other = *b;
	const char *why = "";
	struct verify v;
	char *text = NULL;
	size_t len = 0;
	FILE *tokens = open_memstream(&text, &len);

	is_int(bench_fill(b->db, b->pool, 4, NULL, NULL), ERR_CONFLICT,
	       "a bank with people is not filled with strangers");
	is_int(store_open(path, 2, true, &other.store), OK, "an empty bank");
	other.db = db_new(other.store);
	is_int(schema_create(other.db, b->pool, &why), OK, "has tables");
	is_int(bench_fill(other.db, b->pool, 7, tokens, heard), OK,
	       "it is filled");
	fclose(tokens);
	is_int(lines(text), 3, "with a token for each who has two accounts");
	free(text);
	is_int(bank_count(&other, "SELECT count(*) AS n FROM account WHERE "
				  "balance = 100000000"),
	       7, "a million in each");
	verify_bank(other.db, b->pool, NULL, &v);
	db_rest(other.db);
	ok(v.ok, "and the book is right");
	db_free(other.db);
	store_close(other.store);
	unlink(path);
	unlink(pool_printf(b->pool, "%s-wal", path));
	unlink(pool_printf(b->pool, "%s-shm", path));
	unlink(pool_printf(b->pool, "%s.lock", path));
}

int
main(void)
{
	struct order o;
	struct bank b;

	bank_open(&b);
	bank_tamper(&b, "UPDATE product SET transfer_fee = 5");
	o = deal_order(&b, ANNA_CURRENT, BEN_CURRENT, money_of(1234, "EUR"));
	o.purpose = "rent; and| more\n\tx";
	deal_give(&b, &o);
	deal_confirm(&b, deal_challenge(&b, &o), bank_code(&b));
	o = deal_order(&b, ANNA_CURRENT, ANNA_SAVINGS, money_of(1, "EUR"));
	o.purpose = "=1+1";
	deal_give(&b, &o);
	deal_pay(&b, ANNA_CURRENT, BEN_CURRENT, 300);
	test_journal(&b);
	test_table(&b);
	test_export_faults(&b);
	test_status(&b);
	test_bench(&b);
	bank_close(&b);
	return tap_done();
}
