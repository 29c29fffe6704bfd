/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* confirm.c: tests of what a code's message says and what a code does. */
#include "bank/confirm.h"

#include <string.h>

#include "bank/message.h"
#include "bank/seal.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static struct order
wait(struct bank *b, int64_t minor)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(minor, "EUR"));

	bank_tamper(b, "UPDATE account SET used_amount = 0, used_count = 0");
	is_int(deal_give(b, &o), OK, "a payment waits for its code");
	return o;
}

/* A word of the newest message. */
static const char *
said(struct bank *b, const char *name)
{
	struct stmt *q = db_sql(b->db, "SELECT id, data FROM outbox "
				       "ORDER BY id DESC LIMIT 1");
	const char *data = "", *text = "";
	json_object *o, *v;
	size_t len;

	if (db_row(q))
		seal_get(q, b->pool, "data", "outbox.data",
			 seal_row(db_blob(q, "id", &len)), &data);
	db_done(q);
	db_rest(b->db);
	o = json_tokener_parse(data);
	if (json_object_object_get_ex(o, name, &v))
		text = pool_strdup(b->pool, json_object_get_string(v));
	json_object_put(o);
	return text;
}

static enum err
resend(struct bank *b, const uint8_t *id, const uint8_t *session,
       const char *channel, struct challenge *c)
{
	struct resend r = {.pool = b->pool, .id = id, .session = session,
			   .channel = channel};
	enum err e = confirm_resend(b->db, &r);

	*c = r.challenge;
	return e;
}

static void
test_message(struct bank *b)
{
	wait(b, 12345);
	is_text(said(b, "amount"), "123.45", "the message names the amount");
	is_text(said(b, "currency"), "EUR", "its currency");
	is_text(said(b, "to"), BEN_CURRENT, "the account it goes to");
	is_text(said(b, "payee_name"), "Ben Okoye", "and whom it is for");
	is_text(said(b, "name"), "Anna Müller", "it greets by name");
	is_int((int)strlen(said(b, "code")), 6, "and has the code");
}

static void
test_session(struct bank *b)
{
	static const uint8_t other[SECRET_HASH] = {66};
	struct order o = wait(b, 100);
	struct confirm x = {.pool = b->pool, .id = deal_challenge(b, &o),
			    .code = bank_code(b), .session = other,
			    .who = &deal_actor};
	struct challenge c;

	is_int(confirm_code(b->db, &x), ERR_MISSING,
	       "another session cannot give the code");
	x.session = NULL;
	is_int(confirm_code(b->db, &x), ERR_MISSING, "nor can nobody");
	clock_freeze(clock_now() + CLOCK_MINUTE);
	is_int(resend(b, x.id, other, "", &c), ERR_MISSING,
	       "nor have it sent again");
	is_int(resend(b, x.id, NULL, "", &c), ERR_MISSING, "nor can nobody");
	is_int(deal_confirm(b, x.id, x.code).verdict, OK,
	       "who ordered it can");
	is_int(deal_confirm(b, x.id, x.code).verdict, ERR_EXPIRED, "once");
}

static void
test_five(struct bank *b)
{
	struct order o = wait(b, 100);
	const uint8_t *id = deal_challenge(b, &o);
	const char *code = bank_code(b), *wrong = deal_wrong(b, code);
	struct deal_row before = deal_look(b, b->anna_current), after;
	int i;

	for (i = 0; i < 4; i++)
		deal_confirm(b, id, wrong);
	is_int(deal_look(b, b->anna_current).held, before.held,
	       "four wrong codes leave the money held");
	is_int(deal_confirm(b, id, wrong).verdict, ERR_OTP, "the fifth");
	after = deal_look(b, b->anna_current);
	is_int(after.held, before.held - 100, "releases it");
	is_int(after.used_amount, before.used_amount - 100,
	       "and gives the day's limit back");
	is_int(after.balance, before.balance, "and nothing moved");
	is_int(deal_confirm(b, id, code).verdict, ERR_EXPIRED,
	       "the right code comes too late");
	is_int(bank_count(b, "SELECT count(*) AS n FROM payment "
			     "WHERE state = 'refused'"),
	       1, "the payment is refused");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit "
			     "WHERE act = 'code.wrong'"),
	       5, "each wrong code is on record");
}

/* The row says something else than what the code was sent for. */
static void
tampered(struct bank *b, const char *sql, const char *what)
{
	struct order o = wait(b, 100);
	const uint8_t *id = deal_challenge(b, &o);
	uint64_t before;

	bank_tamper(b, sql);
	before = fault_digest(b);
	is_int(deal_confirm(b, id, bank_code(b)).verdict, ERR_INTERNAL,
	       "a payment whose %s was changed is not booked", what);
	ok(fault_digest(b) == before, "and nothing is");
	clock_freeze(clock_now() + 6 * CLOCK_MINUTE);
	is_int(deal_confirm(b, id, bank_code(b)).verdict, ERR_EXPIRED,
	       "it waits until it is over");
	bank_tamper(b, "UPDATE payment SET state = 'expired'");
}

static void
test_tampered(struct bank *b)
{
	tampered(b, "UPDATE payment SET amount = 99 WHERE state = 'waiting'",
		 "amount");
	tampered(b, "UPDATE payment SET currency = 'USD' "
		    "WHERE state = 'waiting'", "currency");
	tampered(b, "UPDATE payment SET to_account = (SELECT id FROM account "
		    "WHERE number = '" ANNA_SAVINGS "') "
		    "WHERE state = 'waiting'", "payee");
	tampered(b, "UPDATE payment SET from_account = (SELECT id FROM "
		    "account WHERE number = '" ANNA_SAVINGS "') "
		    "WHERE state = 'waiting'", "payer");
	tampered(b, "UPDATE payment SET payee_name = x'00' "
		    "WHERE state = 'waiting'", "payee's name");
	tampered(b, "UPDATE challenge SET subject = (SELECT id FROM payment "
		    "ORDER BY id LIMIT 1), bound = zeroblob(32) "
		    "WHERE state = 'nothing';"
		    "UPDATE payment SET amount = 1 WHERE state = 'waiting'",
		 "amount, made less,");
	bank_tamper(b, "DELETE FROM hold; UPDATE account SET held = 0");
}

static void
test_resend(struct bank *b)
{
	struct order o = wait(b, 100);
	const uint8_t *id = deal_challenge(b, &o);
	const char *first = bank_code(b);
	int64_t began = clock_now();
	struct challenge c;
	struct payment p;

	is_int(resend(b, id, o.session, "", &c), ERR_RATE,
	       "no second message within 30 seconds");
	clock_freeze(began + 30 * CLOCK_SECOND);
	is_int(resend(b, id, o.session, "pigeon", &c), ERR_INPUT,
	       "a channel the person does not have is refused");
	is_int(resend(b, id, o.session, "sms", &c), OK,
	       "the other channel is not");
	is_text(c.channel, "sms", "it says which one");
	is_text(c.sent_to, "··· 01", "and where, masked");
	is_text(said(b, "amount"), "1.00", "the new message says what for");
	payment_get(b->db, b->pool, o.id, &p);
	db_rest(b->db);
	is_int(p.expires_at, clock_now() + 5 * CLOCK_MINUTE,
	       "the payment waits as long as its code");
	clock_freeze(began + 5 * CLOCK_MINUTE + 1);
	is_int(payment_expire_due(b->db), OK, "when the first would be over");
	if (strcmp(first, bank_code(b)) != 0)
		is_int(deal_confirm(b, id, first).verdict, ERR_OTP,
		       "it is wrong");
	is_int(deal_confirm(b, id, bank_code(b)).verdict, OK,
	       "and the new one right");
	is_int(resend(b, id, o.session, "", &c), ERR_EXPIRED,
	       "what is confirmed is not sent again");
	is_int(resend(b, o.id, o.session, "", &c), ERR_MISSING,
	       "nor what never was");
}

/* The code is right, but the bank cannot do it any more. */
static void
too_late(struct bank *b, const char *sql, enum err want, const char *why)
{
	struct order o = wait(b, 100);
	const uint8_t *id = deal_challenge(b, &o);
	struct deal_row before, after;

	bank_tamper(b, sql);
	before = deal_look(b, b->anna_current);
	is_int(deal_confirm(b, id, bank_code(b)).verdict, want, "%s", why);
	after = deal_look(b, b->anna_current);
	ok(after.held == before.held - 100 && after.balance == before.balance,
	   "nothing is held any more and nothing moved");
	is_int(bank_count(b, "SELECT (SELECT count(*) FROM transfer) * 2 - "
			     "(SELECT count(*) FROM posting) AS n"),
	       0, "every transfer still has two postings");
	is_int(deal_confirm(b, id, bank_code(b)).verdict, ERR_EXPIRED,
	       "the code is used");
	bank_tamper(b, "UPDATE account SET status = 'active'");
}

static void
test_too_late(struct bank *b)
{
	too_late(b, "UPDATE account SET status = 'frozen' "
		    "WHERE number = '" ANNA_CURRENT "'", ERR_CONFLICT,
		 "a frozen account pays nothing that waits");
	too_late(b, "UPDATE account SET status = 'closed' "
		    "WHERE number = '" BEN_CURRENT "'", ERR_CONFLICT,
		 "a closed account is not paid what waits");
	too_late(b, "PRAGMA ignore_check_constraints = 1; UPDATE account SET "
		    "balance = 50 WHERE number = '" ANNA_CURRENT "';"
		    "PRAGMA ignore_check_constraints = 0", ERR_FUNDS,
		 "money that is gone does not move");
	bank_tamper(b, "UPDATE account SET balance = 50000 "
		       "WHERE number = '" ANNA_CURRENT "';"
		       "UPDATE account SET balance = 9223372036854775807 "
		       "WHERE number = '" BEN_CURRENT "'");
	too_late(b, "UPDATE account SET title = title", ERR_INPUT,
		 "an account that is full to the brim takes nothing");
	bank_tamper(b, "UPDATE account SET balance = 2000 "
		       "WHERE number = '" BEN_CURRENT "';"
		       "UPDATE product SET transfer_fee = 5");
	is_int(deal_pay(b, ANNA_CURRENT, BEN_CURRENT, 1), OK, "with a fee");
	deal_confirm(b, deal_challenge(b, &(struct order){.id = {0}}), "");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_message(&b);
	test_session(&b);
	test_five(&b);
	test_tampered(&b);
	test_resend(&b);
	test_too_late(&b);
	bank_close(&b);
	return tap_done();
}
