/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* races.c: what another does between the looking and the doing. */
#include <string.h>

#include "bank/message.h"
#include "bank/signin.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

/* The reader's snapshot ends with this just before a write begins. */
static const char between[] = "ROLLBACK";

static void
expire_all(void *arg)
{
	struct bank *b = arg;
	struct db *db = db_new(b->store);

	is_int(payment_expire_due(db), OK, "another ends it in between");
	db_free(db);
}

static void
test_expiry(struct bank *b)
{
	struct deal_row before = deal_look(b, b->anna_current);

	is_int(deal_pay(b, ANNA_CURRENT, BEN_CURRENT, 100), OK,
	       "a payment waits");
	clock_freeze(clock_now() + 5 * CLOCK_MINUTE);
	fault_between(between, expire_all, b);
	is_int(payment_expire_due(b->db), OK, "two look for what is over");
	ok(!fault_disarm(), "nothing failed");
	ok(deal_look(b, b->anna_current).held == before.held &&
		   deal_look(b, b->anna_current).used_count ==
			   before.used_count,
	   "it ends once");
}

static void
lock_anna(void *arg)
{
	struct bank *b = arg;
	struct db *db = db_new(b->store);
	struct signin s = {.pool = b->pool, .user_id = "anna",
			   .password = "wrong", .who = &deal_actor};
	int i;

	for (i = 0; i < 5; i++)
		signin_password(db, &s);
	db_free(db);
}

static void
test_lock(struct bank *b)
{
	struct signin s = {.pool = b->pool, .user_id = "anna",
			   .password = "correct horse", .who = &deal_actor};
	int64_t codes = bank_count(b, "SELECT count(*) AS n FROM challenge");

	fault_between(between, lock_anna, b);
	is_int(signin_password(b->db, &s), ERR_LOCKED,
	       "who is locked while the password is looked at stays out");
	fault_disarm();
	is_int(bank_count(b, "SELECT count(*) AS n FROM challenge"), codes,
	       "and gets no code");
	is_int(signin_unlock(b->db, "anna", &actor_operator), OK, "unlocked");
}

static void
take_first(void *arg)
{
	struct bank *b = arg;
	struct db *db = db_new(b->store);
	struct message m;

	while (message_take(db, b->pool, 1000, &m) == OK)
		continue;
	db_free(db);
}

static void
test_courier(struct bank *b)
{
	struct message m;

	fault_between(between, take_first, b);
	is_int(message_take(b->db, b->pool, 1000, &m), ERR_MISSING,
	       "a message another courier took in between is theirs");
	fault_disarm();
}

static void
close_ben(void *arg)
{
	struct bank other = *(struct bank *)arg;

	other.db = db_new(other.store);
	bank_tamper(&other, "UPDATE account SET status = 'closed' "
			    "WHERE number = '" BEN_CURRENT "'");
	db_free(other.db);
}

/* Looked at on the page before, closed when it is ordered. */
static void
test_close(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(1, "EUR"));
	struct preview p;

	is_int(payment_preview(b->db, &o, &p), OK, "the page before says yes");
	fault_between(between, close_ben, b);
	is_int(payment_order(b->db, &o), ERR_CONFLICT,
	       "what counts is what is when it is ordered");
	fault_disarm();
	bank_tamper(b, "UPDATE account SET status = 'active'");
}

/* A payment that ended while its challenge is still open. */
static void
test_ended(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(1, "EUR"));
	const uint8_t *id;
	int i;

	is_int(deal_give(b, &o), OK, "a payment waits");
	id = deal_challenge(b, &o);
	bank_tamper(b, "UPDATE payment SET expires_at = 0 "
		       "WHERE state = 'waiting'");
	is_int(payment_expire_due(b->db), OK, "and ends before its code");
	for (i = 0; i < 5; i++)
		deal_confirm(b, id, "x");
	is_int(bank_count(b, "SELECT count(*) AS n FROM payment "
			     "WHERE state = 'refused'"),
	       0, "wrong codes do not end it again");
	is_int(deal_give(b, &o), OK, "the same key");
	is_int(o.result, IDEM_PAYMENT, "is the same payment still");
	o = deal_order(b, ANNA_CURRENT, BEN_CURRENT, money_of(1, "EUR"));
	deal_give(b, &o);
	id = deal_challenge(b, &o);
	bank_tamper(b, "UPDATE payment SET expires_at = 0 "
		       "WHERE state = 'waiting'");
	payment_expire_due(b->db);
	is_int(deal_confirm(b, id, bank_code(b)).verdict, ERR_EXPIRED,
	       "nor does the right code make it happen");
	is_int(deal_look(b, b->ben_current).balance, 2000, "nothing moved");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_expiry(&b);
	test_lock(&b);
	test_courier(&b);
	test_close(&b);
	test_ended(&b);
	bank_close(&b);
	return tap_done();
}
