/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hold.c: tests of money promised and not yet moved. */
#include <string.h>

#include "bank/ledger.h"
#include "bank/promise.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static enum err
hold_work(struct db *db, void *arg)
{
	return ledger_hold(db, arg);
}

static enum err
release_work(struct db *db, void *arg)
{
	return ledger_release(db, arg);
}

static struct hold
hold_of(int64_t account, struct money amount)
{
	struct hold h = {.account = account, .amount = amount,
			 .reason = "payment", .created_at = 1,
			 .expires_at = 2};

	secret_id(h.id);
	return h;
}

static enum err
promise(struct bank *b, int64_t account, int64_t minor)
{
	struct hold h = hold_of(account, money_of(minor, "EUR"));

	return db_write(b->db, hold_work, &h);
}

static void
test_refusals(struct bank *b)
{
	struct hold yen = hold_of(b->anna_current, money_of(1, "JPY"));
	uint64_t before = fault_digest(b);
	uint8_t none[SECRET_ID] = {9};

	is_int(promise(b, 999, 1), ERR_MISSING,
	       "nothing is promised of an account that is not there");
	is_int(promise(b, b->anna_current, 100001), ERR_FUNDS,
	       "nobody promises a cent more than there is");
	is_int(db_write(b->db, hold_work, &yen), ERR_INPUT,
	       "nor another currency");
	is_int(promise(b, b->anna_current, -1), ERR_CONFLICT,
	       "nor less than nothing");
	is_int(db_write(b->db, release_work, none), ERR_MISSING,
	       "a promise that was not made does not end");
	ok(fault_digest(b) == before, "what is refused leaves nothing behind");
	bank_tamper(b, "UPDATE account SET status = 'frozen'");
	is_int(promise(b, b->anna_current, 1), ERR_CONFLICT,
	       "a frozen account promises nothing");
	bank_tamper(b, "UPDATE account SET status = 'active'");
}

static void
test_available(struct bank *b)
{
	struct hold h = hold_of(b->anna_current, money_of(60000, "EUR"));
	struct hold again;

	is_int(db_write(b->db, hold_work, &h), OK, "600.00 are promised");
	is_int(deal_look(b, b->anna_current).held, 60000, "and held");
	is_int(deal_look(b, b->anna_current).balance, 100000,
	       "the balance is as before");
	is_int(promise(b, b->anna_current, 40001), ERR_FUNDS,
	       "the same money is not promised twice");
	is_int(deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, 40001), ERR_FUNDS,
	       "nor spent");
	again = h;
	again.amount = money_of(1, "EUR");
	is_int(db_write(b->db, hold_work, &again), ERR_CONFLICT,
	       "a promise is made once");
	is_int(deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, 40000), OK,
	       "what is left is free to the cent");
	is_int(db_write(b->db, release_work, h.id), OK, "the promise ends");
	is_int(deal_look(b, b->anna_current).held, 0, "nothing is held");
	is_int(db_write(b->db, release_work, h.id), ERR_MISSING,
	       "and it ends once");
	is_int(deal_pay(b, ANNA_SAVINGS, ANNA_CURRENT, 40000), OK,
	       "the money comes back");
}

static void
test_overdraft(struct bank *b)
{
	struct hold h = hold_of(b->anna_current, money_of(105000, "EUR"));

	bank_tamper(b, "UPDATE account SET overdraft_limit = 5000 "
		       "WHERE number = '" ANNA_CURRENT "'");
	is_int(promise(b, b->anna_current, 105001), ERR_FUNDS,
	       "nobody promises beyond the overdraft");
	is_int(db_write(b->db, hold_work, &h), OK,
	       "the overdraft can be promised to the cent");
	is_int(promise(b, b->anna_current, 1), ERR_FUNDS,
	       "and then nothing more");
	is_int(db_write(b->db, release_work, h.id), OK, "it ends");
	bank_tamper(b, "UPDATE account SET overdraft_limit = 0");
}

static void
test_hash(void)
{
	struct hold h = {.account = 4, .amount = money_of(5, "EUR"),
			 .reason = "payment", .created_at = 6,
			 .expires_at = 7};
	uint8_t have[SECRET_HASH], want[SECRET_HASH];
	char bytes[100];
	int n;

	memset(h.id, 'i', sizeof h.id);
	n = snprintf(bytes, sizeof bytes,
		     "15:clicknet hold 1,16:iiiiiiiiiiiiiiii,1:4,1:5,"
		     "7:payment,1:6,1:7,");
	secret_hash(want, bytes, (size_t)n);
	ledger_hold_hash(&h, have);
	ok(memcmp(have, want, sizeof have) == 0,
	   "a hold's hash is that of its netstrings");
	h.expires_at++;
	ledger_hold_hash(&h, have);
	ok(memcmp(have, want, sizeof have) != 0,
	   "a hold that was made longer has another");
}

static void
test_list(struct bank *b)
{
	struct promise *list;

	is_int(promise_list(b->db, b->pool, b->anna, &list), OK,
	       "promises are listed");
	ok(list == NULL, "there are none at first");
	is_int(deal_pay(b, ANNA_CURRENT, BEN_CURRENT, 1000), OK,
	       "a payment waits");
	clock_freeze(BANK_NOW + 1000);
	is_int(deal_pay(b, ANNA_CURRENT, BEN_CURRENT, 2000), OK,
	       "and another");
	promise_list(b->db, b->pool, b->anna, &list);
	ok(list != NULL && list->next != NULL && list->next->next == NULL &&
		   money_minor(list->amount) == 1000 &&
		   strcmp(list->payee_name, "Ben Okoye") == 0 &&
		   strcmp(list->account, ANNA_CURRENT) == 0 &&
		   strcmp(list->purpose, "rent") == 0,
	   "the payer sees both, the first to end first");
	promise_list(b->db, b->pool, b->ben, &list);
	ok(list == NULL, "the payee sees nothing of it");
	db_rest(b->db);
	bank_tamper(b, "UPDATE payment SET payee_name = x'00'");
	is_int(promise_list(b->db, b->pool, b->anna, &list), ERR_INTERNAL,
	       "a name that was tampered with is not shown");
	db_rest(b->db);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_refusals(&b);
	test_available(&b);
	test_overdraft(&b);
	test_hash();
	test_list(&b);
	bank_close(&b);
	return tap_done();
}
