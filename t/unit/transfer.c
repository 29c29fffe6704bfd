/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* transfer.c: tests of receipts: who sees what of a transfer. */
#include "bank/transfer.h"

#include <string.h>

#include "bank/account.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/tap.h"

static enum err
get(struct bank *b, int64_t customer, const uint8_t *id, struct transfer *t)
{
	enum err e = transfer_get(b->db, b->pool, customer, id, t);

	db_rest(b->db);
	return e;
}

static struct order
paid(struct bank *b, const char *to, int64_t minor)
{
	struct order o = deal_order(b, ANNA_CURRENT, to,
				    money_of(minor, "EUR"));

	is_int(deal_give(b, &o), OK, "a payment");
	if (o.result == IDEM_PAYMENT)
		is_int(deal_confirm(b, deal_challenge(b, &o),
				    bank_code(b)).verdict,
		       OK, "with its code");
	return o;
}

static void
test_sides(struct bank *b)
{
	struct order o = paid(b, BEN_CURRENT, 1234);
	struct transfer t;

	is_int(get(b, b->anna, o.id, &t), OK, "who paid has a receipt");
	ok(!t.incoming && !t.own && t.viewer == b->anna_current &&
		   strcmp(t.from_title, "Everyday") == 0 &&
		   strcmp(t.to_title, "") == 0 &&
		   strcmp(t.from_name, "") == 0 &&
		   strcmp(t.entry.payee_name, "Ben Okoye") == 0 &&
		   money_minor(t.balance_after) == 98766 &&
		   money_minor(t.fee) == 0,
	   "of their own side");
	is_int(get(b, b->ben, o.id, &t), OK, "who was paid has one too");
	ok(t.incoming && !t.own && t.viewer == b->ben_current &&
		   strcmp(t.from_title, "") == 0 &&
		   strcmp(t.to_title, "Main") == 0 &&
		   strcmp(t.from_name, "Anna Müller") == 0 &&
		   money_minor(t.balance_after) == 3234,
	   "of theirs, and who it was");
	is_int(get(b, 99, o.id, &t), ERR_MISSING, "nobody else has one");
	is_int(get(b, b->anna, (const uint8_t *)"0123456789abcdef", &t),
	       ERR_MISSING, "nor is there one of what never was");
}

static void
test_own(struct bank *b)
{
	struct order o = paid(b, ANNA_SAVINGS, 100);
	struct transfer t;

	is_int(get(b, b->anna, o.id, &t), OK, "between own accounts");
	ok(t.own && !t.incoming && t.viewer == b->anna_current &&
		   strcmp(t.to_title, "Rainy days") == 0,
	   "the paying side is shown");
}

static void
test_fee(struct bank *b)
{
	struct order o;
	struct transfer t;

	bank_tamper(b, "UPDATE product SET transfer_fee = 20");
	o = paid(b, BEN_CURRENT, 500);
	get(b, b->anna, o.id, &t);
	is_int(money_minor(t.fee), 20, "who paid sees the fee");
	get(b, b->ben, o.id, &t);
	is_int(money_minor(t.fee), 0, "who was paid does not");
	bank_tamper(b, "UPDATE product SET transfer_fee = 0");
}

static uint8_t interest_id[SECRET_ID];

/* The bank's own accounts pay and are paid too. */
static enum err
bank_pays(struct db *db, void *arg)
{
	struct bank *b = arg;
	struct entry t = {
		.kind = "interest", .to_account = b->anna_current,
		.amount = money_of(77, "EUR"), .purpose = "Interest",
		.counterparty_bank = "", .counterparty_account = "",
		.reference = "", .address = "", .payee_name = "The bank",
		.value_date = 20777, .booked_at = clock_now()};
	struct entry fee = {
		.kind = "fee", .from_account = b->anna_current,
		.amount = money_of(5, "EUR"), .purpose = "Fee",
		.counterparty_bank = "", .counterparty_account = "",
		.reference = "", .address = "", .value_date = 20777,
		.booked_at = clock_now()};
	enum err e = account_own(db, "interest-paid", "EUR", &t.from_account);

	fee.to_account = t.from_account;
	if (e == OK)
		e = transfer_book(db, b->pool, &t, money_of(0, "EUR"));
	if (e == OK)
		e = transfer_book(db, b->pool, &fee, money_of(0, "EUR"));
	memcpy(interest_id, t.id, SECRET_ID);
	return e;
}

static void
test_bank(struct bank *b)
{
	struct transfer t;

	is_int(db_write(b->db, bank_pays, b), OK, "the bank pays interest");
	is_int(get(b, b->anna, interest_id, &t), OK,
	       "who gets it has a receipt");
	is_text(t.from_name, "The bank", "from the name it was booked with");
	is_int(bank_count(b, "SELECT count(*) AS n FROM event "
			     "WHERE customer IS NULL"),
	       0, "the bank tells itself no news");
}

static void
test_broken(struct bank *b)
{
	struct order o = paid(b, BEN_CURRENT, 10);
	struct transfer t;

	bank_tamper(b, "UPDATE customer SET name = x'00' WHERE code = 'C1'");
	is_int(get(b, b->ben, o.id, &t), ERR_INTERNAL,
	       "a payer whose name was tampered with is not shown");
	bank_tamper(b, "DROP TRIGGER transfer_is_final_update;"
		       "UPDATE transfer SET payee_name = x'00'");
	is_int(get(b, b->anna, o.id, &t), ERR_INTERNAL,
	       "nor a payee's whose was");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_sides(&b);
	test_own(&b);
	test_fee(&b);
	test_bank(&b);
	test_broken(&b);
	bank_close(&b);
	return tap_done();
}
