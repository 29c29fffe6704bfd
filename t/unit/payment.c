/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* payment.c: tests of ordering: what is booked, what waits, what is refused. */
#include "bank/payment.h"

#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static void
refused(struct bank *b, struct order o, enum err want, const char *field,
	const char *why)
{
	uint64_t before = fault_digest(b);
	struct preview p;

	is_int(deal_give(b, &o), want, "%s", why);
	is_text(o.why, why, "and the person is told so");
	is_text(o.field, field, "beside the field");
	is_int(payment_preview(b->db, &o, &p), want,
	       "the page before says the same");
	is_text(o.why, why, "in the same words");
	db_rest(b->db);
	ok(fault_digest(b) == before, "and nothing was changed");
}

static struct order
euros(struct bank *b, const char *from, const char *to, int64_t minor)
{
	return deal_order(b, from, to, money_of(minor, "EUR"));
}

static void
test_ends(struct bank *b)
{
	refused(b, euros(b, BEN_CURRENT, ANNA_CURRENT, 1), ERR_MISSING, "from",
		"You have no such account.");
	refused(b, euros(b, "T99999999999", ANNA_CURRENT, 1), ERR_MISSING,
		"from", "You have no such account.");
	refused(b, euros(b, ANNA_CURRENT, "T99999999999", 1), ERR_MISSING,
		"to", "There is no such account.");
	refused(b, euros(b, ANNA_CURRENT, "BANK-OPENING-EUR", 1), ERR_INPUT,
		"to", "There is a typing error in this number.");
	refused(b, euros(b, ANNA_CURRENT, "DE00 1234 5678 9012 3456 78", 1),
		ERR_INPUT, "to", "There is a typing error in this number.");
	refused(b, euros(b, ANNA_CURRENT, ANNA_CURRENT, 1), ERR_INPUT, "to",
		"This is the account the money comes from.");
	refused(b, euros(b, ANNA_CURRENT, ANNA_YEN, 1), ERR_INPUT, "to",
		"The two accounts have different currencies.");
	refused(b, euros(b, ANNA_CURRENT, BEN_CURRENT, 100001), ERR_LIMIT,
		"amount", "This is above the largest single payment.");
	refused(b, euros(b, ANNA_SAVINGS, BEN_CURRENT, 50001), ERR_FUNDS,
		"amount", "The available balance is too low.");
	refused(b, euros(b, ANNA_SAVINGS, BEN_CURRENT, INT64_MAX), ERR_FUNDS,
		"amount", "The available balance is too low.");
}

static void
test_money(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(100, "USD"));

	is_int(deal_give(b, &o), ERR_INPUT, "an account pays its own money");
	is_text(o.why, "The account has another currency.", "for that reason");
	bank_tamper(b, "UPDATE product SET category = 'loan'");
	o = deal_order(b, ANNA_CURRENT, BEN_CURRENT, money_of(100, "EUR"));
	is_int(deal_give(b, &o), ERR_CONFLICT, "no loan is paid from");
	bank_tamper(b, "UPDATE product SET category = 'current', "
		       "per_transfer_max = NULL, daily_amount = NULL, "
		       "transfer_fee = 1");
	o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
		       money_of(INT64_MAX, "EUR"));
	is_int(deal_give(b, &o), ERR_FUNDS, "nor all the money there can be");
}

static void
test_status(struct bank *b)
{
	bank_tamper(b, "UPDATE account SET status = 'frozen' "
		       "WHERE number = '" ANNA_CURRENT "'");
	refused(b, euros(b, ANNA_CURRENT, BEN_CURRENT, 1), ERR_CONFLICT,
		"from", "This account cannot pay at present.");
	bank_tamper(b, "UPDATE account SET status = 'closed' "
		       "WHERE number = '" ANNA_CURRENT "'");
	refused(b, euros(b, ANNA_CURRENT, BEN_CURRENT, 1), ERR_CONFLICT,
		"from", "This account cannot pay at present.");
	refused(b, euros(b, ANNA_SAVINGS, ANNA_CURRENT, 1), ERR_CONFLICT, "to",
		"This account is closed.");
	bank_tamper(b, "UPDATE account SET status = 'active'");
}

static void
test_own(struct bank *b)
{
	struct order o = euros(b, "t0000 0000 001", ANNA_SAVINGS, 1234);
	int64_t messages = bank_count(b, "SELECT count(*) AS n FROM outbox");

	is_int(deal_give(b, &o), OK, "money moves between own accounts");
	is_int(o.result, IDEM_TRANSFER, "at once");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), messages,
	       "with no code");
	is_int(deal_look(b, b->anna_current).balance, 98766, "from here");
	is_int(deal_look(b, b->anna_savings).balance, 51234, "to there");
	is_int(bank_count(b, "SELECT count(*) AS n FROM event "
			     "WHERE type = 'transfer.posted'"),
	       1, "one piece of news is written with it");
	is_int(bank_count(b, "SELECT count(*) AS n FROM event "
			     "WHERE type = 'transfer.received'"),
	       0, "and no second one for the same person");
	is_int(deal_pay(b, ANNA_SAVINGS, ANNA_CURRENT, 1234), OK, "and back");
}

/* To others: held with its fee until the code is given. */
static void
test_other(struct bank *b)
{
	struct order o = euros(b, ANNA_CURRENT, BEN_CURRENT, 10000);
	struct confirm x;

	bank_tamper(b, "UPDATE product SET transfer_fee = 20 "
		       "WHERE code = 'DAILY'");
	is_int(deal_give(b, &o), OK, "a payment to others");
	is_int(o.result, IDEM_PAYMENT, "waits");
	is_int(deal_look(b, b->anna_current).held, 10020,
	       "amount and fee are held");
	is_int(deal_look(b, b->anna_current).balance, 100000,
	       "and nothing has moved");
	x = deal_confirm(b, deal_challenge(b, &o), bank_code(b));
	is_int(x.verdict, OK, "the right code");
	is_int(deal_look(b, b->anna_current).held, 0, "ends the hold");
	is_int(deal_look(b, b->anna_current).balance, 89980,
	       "takes amount and fee");
	is_int(deal_look(b, b->ben_current).balance, 12000,
	       "and gives the amount");
	is_int(bank_count(b, "SELECT balance AS n FROM account "
			     "WHERE number = 'BANK-FEES-EUR'"),
	       20, "the bank has its fee");
	is_int(bank_count(b, "SELECT count(*) AS n FROM event "
			     "WHERE type = 'transfer.received'"),
	       1, "the payee hears of it");
	is_int(deal_look(b, b->anna_current).used_count, 2,
	       "it counts once, beside the one before");
	is_int(deal_look(b, b->anna_current).used_amount, 11234,
	       "without its fee");
}

static void
test_fee(struct bank *b)
{
	struct order o = euros(b, ANNA_CURRENT, BEN_CURRENT, 89980);
	struct preview p;

	bank_tamper(b, "UPDATE product SET per_transfer_max = NULL, "
		       "daily_amount = NULL WHERE code = 'DAILY'");
	refused(b, o, ERR_FUNDS, "amount",
		"The available balance is too low.");
	o.amount = money_of(89960, "EUR");
	is_int(payment_preview(b->db, &o, &p), OK,
	       "amount and fee together may take all there is");
	is_int(money_minor(p.fee), 20, "and the fee is shown before");
	ok(!p.has_left, "without a daily limit nothing is left of it");
	bank_tamper(b, "UPDATE product SET daily_amount = 100000 "
		       "WHERE code = 'DAILY'");
	o.amount = money_of(1, "EUR");
	is_int(payment_preview(b->db, &o, &p), OK, "with one");
	is_int(money_minor(p.left_today), 100000 - 11234 - 1,
	       "what will be left of it is shown");
	o = euros(b, ANNA_CURRENT, ANNA_SAVINGS, 88000);
	is_int(payment_preview(b->db, &o, &p), OK, "between own accounts");
	is_int(money_minor(p.fee), 0, "there is no fee");
	db_rest(b->db);
}

static void
test_match(struct bank *b)
{
	static const char *const names[][2] = {
		{"Ben Okoye", "match"}, {"okoye, ben", "match"},
		{"B. Okoye", "close"}, {"Ben Okoje", "close"},
		{"Anna Müller", "no_match"}, {"", "unknown"}};
	struct order o = euros(b, ANNA_CURRENT, BEN_CURRENT, 1);
	struct preview p;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		o.payee_name = names[i][0];
		payment_preview(b->db, &o, &p);
		is_text(p.payee_match, names[i][1], "\"%s\" for Ben Okoye",
			names[i][0]);
	}
	db_rest(b->db);
}

/* Who may use another's account pays with it, but is not its owner. */
static void
test_delegate(struct bank *b)
{
	struct order o = euros(b, ANNA_CURRENT, BEN_CURRENT, 100);
	struct preview p;

	bank_tamper(b, "INSERT INTO holder (customer, account, role) SELECT "
		       "c.id, a.id, 'user' FROM customer c, account a WHERE "
		       "c.code = 'C2' AND a.number = '" ANNA_CURRENT "'");
	o.customer = b->ben;
	o.user = b->ben_user;
	is_int(payment_preview(b->db, &o, &p), OK,
	       "who may use an account pays from it");
	ok(!p.own, "money of another's is not moved without a code, "
			  "not even to oneself");
	db_rest(b->db);
	is_int(deal_give(b, &o), OK, "ordered");
	is_int(o.result, IDEM_PAYMENT, "it waits for the code");
	bank_tamper(b, "DELETE FROM holder WHERE role = 'user'");
}

static void
test_unreachable(struct bank *b)
{
	struct order o = euros(b, ANNA_CURRENT, BEN_CURRENT, 100);
	uint64_t before;

	bank_tamper(b, "UPDATE customer SET mobile = NULL, email = NULL");
	before = fault_digest(b);
	is_int(deal_give(b, &o), ERR_CONFLICT,
	       "whom no code can reach, pays nobody else");
	ok(fault_digest(b) == before, "and nothing is held");
	bank_tamper(b, "UPDATE customer SET name = x'00' WHERE code = 'C2'");
	is_int(deal_give(b, &o), ERR_INTERNAL,
	       "a payee whose name was tampered with is not paid");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_ends(&b);
	test_status(&b);
	test_own(&b);
	test_other(&b);
	test_fee(&b);
	test_match(&b);
	test_delegate(&b);
	test_unreachable(&b);
	test_money(&b);
	bank_close(&b);
	return tap_done();
}
