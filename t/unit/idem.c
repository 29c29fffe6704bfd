/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* idem.c: tests that the same key pays once. */
#include "bank/idem.h"

#include <pthread.h>
#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

enum { THREADS = 64 };

static void
test_same(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, ANNA_SAVINGS,
				    money_of(100, "EUR"));
	struct order again = o;
	uint64_t before;

	is_int(deal_give(b, &o), OK, "a payment with a key");
	ok(!o.replayed, "is new");
	before = fault_digest(b);
	is_int(deal_give(b, &again), OK, "the same key and body");
	ok(again.replayed && memcmp(o.id, again.id, SECRET_ID) == 0 &&
		   again.result == IDEM_TRANSFER,
	   "gives the same answer again");
	ok(fault_digest(b) == before, "and changes nothing");
	bank_tamper(b, "UPDATE account SET status = 'frozen'");
	is_int(deal_give(b, &again), OK,
	       "whatever has become of the account meanwhile");
	bank_tamper(b, "UPDATE account SET status = 'active'");
}

static void
test_other(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(100, "EUR"));
	struct order again = o;
	uint8_t other[SECRET_HASH] = {4};
	uint64_t before;

	is_int(deal_give(b, &o), OK, "a payment that waits");
	before = fault_digest(b);
	is_int(deal_give(b, &again), OK, "the same again");
	ok(again.replayed && again.result == IDEM_PAYMENT &&
		   memcmp(o.id, again.id, SECRET_ID) == 0,
	   "is the same payment");
	again.request = other;
	is_int(deal_give(b, &again), ERR_KEY_REUSED,
	       "the same key with another body is refused");
	ok(fault_digest(b) == before, "and nothing is held twice");
}

static void
test_users(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, ANNA_SAVINGS,
				    money_of(100, "EUR"));
	struct order bens = o;

	deal_give(b, &o);
	bens.customer = b->ben;
	bens.user = b->ben_user;
	bens.from = BEN_CURRENT;
	bens.to = ANNA_CURRENT;
	is_int(deal_give(b, &bens), OK, "another person may have the same key");
	ok(!bens.replayed && memcmp(bens.id, o.id, SECRET_ID) != 0,
	   "and it is another payment");
}

static void
test_refused(struct bank *b)
{
	struct order o = deal_order(b, ANNA_SAVINGS, ANNA_CURRENT,
				    money_of(90000, "EUR"));

	is_int(deal_give(b, &o), ERR_FUNDS, "a refused payment");
	bank_tamper(b, "UPDATE account SET balance = 99000 WHERE "
		       "number = '" ANNA_SAVINGS "'");
	is_int(deal_give(b, &o), OK, "leaves its key free");
	ok(!o.replayed, "for another try");
}

static void
test_find(struct bank *b)
{
	struct idem i = {.user = b->anna_user, .key = "never"};
	struct order o = deal_order(b, ANNA_SAVINGS, ANNA_CURRENT,
				    money_of(1, "EUR"));

	is_int(idem_find(b->db, &i), OK, "a key that was never used");
	is_int(i.result, IDEM_NONE, "did nothing");
	db_rest(b->db);
	deal_give(b, &o);
	i.key = o.key;
	is_int(idem_find(b->db, &i), OK, "one that was");
	ok(i.result == IDEM_TRANSFER &&
		   memcmp(i.subject, o.id, SECRET_ID) == 0,
	   "tells what it did to whoever does not know the body");
	db_rest(b->db);
}

struct racer {
	pthread_t thread;
	struct store *store;
	struct order order;
	enum err e;
};

static void *
race(void *arg)
{
	struct racer *r = arg;
	struct db *db = db_new(r->store);

	r->order.pool = pool_new();
	r->e = payment_order(db, &r->order);
	pool_free(r->order.pool);
	db_free(db);
	return NULL;
}

/* All at once, as an impatient browser would. */
static void
test_race(struct bank *b)
{
	struct racer *r = pool_alloc(b->pool, THREADS * sizeof *r);
	struct order o = deal_order(b, ANNA_SAVINGS, ANNA_CURRENT,
				    money_of(7, "EUR"));
	int64_t before = deal_look(b, b->anna_savings).balance;
	int i, fresh = 0, good = 0, same = 0;

	for (i = 0; i < THREADS; i++) {
		r[i] = (struct racer){.store = b->store, .order = o};
		pthread_create(&r[i].thread, NULL, race, &r[i]);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(r[i].thread, NULL);
	for (i = 0; i < THREADS; i++) {
		good += r[i].e == OK;
		fresh += !r[i].order.replayed;
		same += memcmp(r[i].order.id, r[0].order.id, SECRET_ID) == 0;
	}
	is_int(good, THREADS, "64 at once with one key are all answered");
	is_int(fresh, 1, "one of them paid");
	is_int(same, THREADS, "and all have the same answer");
	is_int(deal_look(b, b->anna_savings).balance, before - 7,
	       "the money moved once");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_same(&b);
	test_other(&b);
	test_users(&b);
	test_refused(&b);
	test_find(&b);
	test_race(&b);
	bank_close(&b);
	return tap_done();
}
