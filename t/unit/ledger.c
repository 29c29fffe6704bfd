/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ledger.c: tests of the only writer of the book. */
#include "bank/ledger.h"

#include <string.h>

#include "bank/account.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static enum err
post_work(struct db *db, void *arg)
{
	struct entry *t = arg;
	struct pool *pool = pool_new();
	enum err e = ledger_post(db, pool, t);

	pool_free(pool);
	return e;
}

static struct entry
entry_of(int64_t from, int64_t to, struct money amount)
{
	return (struct entry){
		.kind = "transfer", .from_account = from, .to_account = to,
		.amount = amount, .purpose = "rent", .counterparty_bank = "",
		.counterparty_account = "", .reference = "",
		.address = "192.0.2.7", .payee_name = "Ben",
		.value_date = 20777, .booked_at = clock_now()};
}

static enum err
post(struct bank *b, int64_t from, int64_t to, int64_t minor)
{
	struct entry t = entry_of(from, to, money_of(minor, "EUR"));

	return db_write(b->db, post_work, &t);
}

static void
test_sides(struct bank *b)
{
	struct entry t = entry_of(b->anna_current, b->ben_current,
				  money_of(1, "EUR"));

	is_int(db_write(b->db, post_work, &t), OK, "a cent moves");
	is_int(deal_look(b, b->anna_current).balance, 99999,
	       "it is gone on one side");
	is_int(deal_look(b, b->ben_current).balance, 2001,
	       "and there on the other");
	ok(t.from_seq == 2 && t.to_seq == 2,
	   "each account counts its own postings");
	is_int(bank_count(b, "SELECT sum(amount) AS n FROM posting"), 0,
	       "all postings sum to zero");
	is_int(bank_count(b, "SELECT count(*) AS n FROM account a JOIN "
			     "posting p ON p.account = a.id AND p.seq = a.seq "
			     "WHERE p.balance_after = a.balance AND "
			     "p.hash = a.hash"),
	       bank_count(b, "SELECT count(*) AS n FROM account"),
	       "every head is what its last posting says");
}

static void
test_refusals(struct bank *b)
{
	uint64_t before = fault_digest(b);

	is_int(post(b, 999, b->ben_current, 1), ERR_MISSING,
	       "nobody pays from an account that is not there");
	is_int(post(b, b->anna_current, 999, 1), ERR_MISSING,
	       "nobody pays to an account that is not there");
	is_int(post(b, b->anna_current, b->anna_current, 1), ERR_INPUT,
	       "an account does not pay itself");
	is_int(post(b, b->anna_current, b->ben_current, 0), ERR_INPUT,
	       "nothing is not an amount");
	is_int(post(b, b->anna_current, b->ben_current, -1), ERR_INPUT,
	       "nobody takes by paying less than nothing");
	is_int(post(b, b->anna_current, b->ben_current, INT64_MIN), ERR_INPUT,
	       "nor the least number there is");
	is_int(post(b, b->anna_yen, b->ben_current, 1), ERR_INPUT,
	       "euros do not come from a yen account");
	is_int(post(b, b->anna_current, b->anna_yen, 1), ERR_INPUT,
	       "euros do not go to a yen account");
	is_int(post(b, b->anna_current, b->ben_current, 100000), ERR_FUNDS,
	       "a cent more than there is is refused");
	is_int(post(b, b->anna_current, b->ben_current, INT64_MAX), ERR_FUNDS,
	       "so is the largest number there is");
	ok(fault_digest(b) == before, "what is refused leaves nothing behind");
	is_int(post(b, b->anna_current, b->ben_current, 99999), OK,
	       "all there is can be paid");
	is_int(post(b, b->anna_current, b->ben_current, 1), ERR_FUNDS,
	       "and then no cent more");
	is_int(post(b, b->ben_current, b->anna_current, 99999), OK,
	       "it comes back");
}

static void
test_status(struct bank *b)
{
	bank_tamper(b, "UPDATE account SET status = 'frozen' "
		       "WHERE number = '" BEN_CURRENT "'");
	is_int(post(b, b->ben_current, b->anna_current, 1), ERR_CONFLICT,
	       "a frozen account does not pay");
	is_int(post(b, b->anna_current, b->ben_current, 1), OK,
	       "but can be paid");
	bank_tamper(b, "UPDATE account SET status = 'closed' "
		       "WHERE number = '" BEN_CURRENT "'");
	is_int(post(b, b->ben_current, b->anna_current, 1), ERR_CONFLICT,
	       "a closed account does not pay");
	is_int(post(b, b->anna_current, b->ben_current, 1), ERR_CONFLICT,
	       "and cannot be paid");
	bank_tamper(b, "UPDATE account SET status = 'active' "
		       "WHERE number = '" BEN_CURRENT "'");
	is_int(post(b, b->ben_current, b->anna_current, 1), OK,
	       "until it is open again");
}

static void
test_overdraft(struct bank *b)
{
	int64_t all = deal_look(b, b->anna_current).balance;

	bank_tamper(b, "UPDATE account SET overdraft_limit = 5000 "
		       "WHERE number = '" ANNA_CURRENT "'");
	is_int(post(b, b->anna_current, b->ben_current, all + 5001),
	       ERR_FUNDS, "a cent beyond the overdraft is refused");
	is_int(post(b, b->anna_current, b->ben_current, all + 5000), OK,
	       "the overdraft can be used to the cent");
	is_int(deal_look(b, b->anna_current).balance, -5000,
	       "the balance is then below zero by it");
	is_int(bank_tamper(b, "UPDATE account SET balance = -5001 "
			      "WHERE number = '" ANNA_CURRENT "'"),
	       ERR_CONFLICT, "the tables refuse what the code would not do");
	is_int(post(b, b->ben_current, b->anna_current, all + 5000), OK,
	       "it comes back");
	bank_tamper(b, "UPDATE account SET overdraft_limit = 0");
}

static enum err
own_work(struct db *db, void *arg)
{
	return account_own(db, "clearing", "EUR", arg);
}

static void
test_own_accounts(struct bank *b)
{
	int64_t clearing = 0;

	is_int(db_write(b->db, own_work, &clearing), OK,
	       "the bank opens an account of its own");
	is_int(post(b, clearing, b->ben_current, 700), OK,
	       "which may go below zero");
	is_int(deal_look(b, clearing).balance, -700, "by what it paid");
	is_int(post(b, b->ben_current, clearing, 700), OK, "and back");
}

static void
test_time(struct bank *b)
{
	int64_t now = clock_now();
	struct entry t = entry_of(b->anna_savings, b->ben_current,
				  money_of(1, "EUR"));

	clock_freeze(now + CLOCK_DAY_MS);
	is_int(post(b, b->anna_current, b->ben_current, 1), OK,
	       "something is booked tomorrow");
	clock_freeze(now);
	is_int(db_write(b->db, post_work, &t), OK, "the clock jumps back");
	is_int(t.booked_at, now + CLOCK_DAY_MS,
	       "time on the payee's chain stands still instead");
	t = entry_of(b->anna_current, b->anna_savings, money_of(1, "EUR"));
	t.booked_at = now + 5;
	is_int(db_write(b->db, post_work, &t), OK, "it pays a third account");
	is_int(t.booked_at, now + CLOCK_DAY_MS, "time on the payer's too");
	is_int(bank_count(b, "SELECT count(*) AS n FROM posting p JOIN "
			     "posting q ON q.account = p.account AND "
			     "q.seq = p.seq + 1 WHERE "
			     "q.booked_at < p.booked_at"),
	       0, "no posting lies before the one before it");
}

static void
test_ids(struct bank *b)
{
	struct entry t = entry_of(b->anna_current, b->anna_savings,
				  money_of(1, "EUR"));
	struct entry twice;

	memset(t.id, 7, sizeof t.id);
	twice = t;
	is_int(db_write(b->db, post_work, &t), OK, "a transfer with its id");
	ok(t.id[0] == 7 && t.id[15] == 7, "keeps it");
	is_int(db_write(b->db, post_work, &twice), ERR_CONFLICT,
	       "the same id is not booked twice");
	is_int(bank_tamper(b, "UPDATE posting SET amount = 2"), ERR_CONFLICT,
	       "a posting is final");
	is_int(bank_tamper(b, "DELETE FROM posting"), ERR_CONFLICT,
	       "and stays");
	is_int(bank_tamper(b, "UPDATE transfer SET amount = 2"), ERR_CONFLICT,
	       "a transfer is final");
	is_int(bank_tamper(b, "DELETE FROM transfer"), ERR_CONFLICT,
	       "and stays");
}

/* Balances the rules would never let be, at the edge of the numbers. */
static void
test_edges(struct bank *b)
{
	uint64_t before;

	bank_tamper(b, "UPDATE account SET overdraft_limit = "
		       "9223372036854775807 WHERE number = '" ANNA_CURRENT
		       "'");
	before = fault_digest(b);
	is_int(post(b, b->anna_current, b->ben_current, 1), ERR_INPUT,
	       "what is available does not overflow");
	ok(fault_digest(b) == before, "and nothing was booked");
	bank_tamper(b, "PRAGMA ignore_check_constraints = 1;"
		       "UPDATE account SET balance = -9223372036854775807, "
		       "held = 2 WHERE number = '" ANNA_CURRENT "'");
	is_int(post(b, b->anna_current, b->ben_current, 1), ERR_INPUT,
	       "nor does the balance without what is held");
	bank_tamper(b, "UPDATE account SET held = 1, overdraft_limit = 0 "
		       "WHERE number = '" ANNA_CURRENT "'");
	is_int(post(b, b->anna_current, b->ben_current, 1), ERR_INPUT,
	       "nor what is left after a payment");
	bank_tamper(b, "UPDATE account SET balance = 100000, held = 0 WHERE "
		       "number = '" ANNA_CURRENT "';"
		       "UPDATE account SET balance = 9223372036854775807 "
		       "WHERE number = '" BEN_CURRENT "';"
		       "PRAGMA ignore_check_constraints = 0");
	before = fault_digest(b);
	is_int(post(b, b->anna_current, b->ben_current, 1), ERR_INPUT,
	       "the richest account there can be takes no cent more");
	ok(fault_digest(b) == before, "and the payer keeps it");
	bank_tamper(b, "UPDATE account SET hash = x'00'");
	is_int(post(b, b->ben_current, b->anna_current, 1), OK,
	       "a head that was cut short is no reason to stop");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_sides(&b);
	test_refusals(&b);
	test_status(&b);
	test_overdraft(&b);
	test_own_accounts(&b);
	test_time(&b);
	test_ids(&b);
	test_edges(&b);
	bank_close(&b);
	return tap_done();
}
