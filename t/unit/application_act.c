/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_act.c: tests of what a person does to their application, at once,
 * half-way and too late. */
#include "bank/application_act.h"

#include <pthread.h>
#include <string.h>

#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/fault.h"

enum { HANDS = 8 };

static struct application_act
act(struct pool *pool, const struct application *a)
{
	return (struct application_act){pool, &apply_actor, *a};
}

static enum err
submit(struct bank *b, struct pool *pool, void *arg)
{
	struct application_submit s = {.act = act(pool, arg),
				       .product = "Daily"};

	return application_submit(b->db, &s);
}

static enum err
change(struct bank *b, struct pool *pool, void *arg)
{
	struct application_change c = {
		.act = act(pool, arg), .offer = "SAVE", .branch = "SOUTH",
		.name = "Nora Alt", .email = "alt@new.example",
		.mobile = "+4915100000001"};

	return application_change(b->db, &c);
}

static enum err
details(struct bank *b, struct pool *pool, void *arg)
{
	struct application_details d = {.act = act(pool, arg),
					.details = apply_good()};

	return application_details(b->db, &d);
}

static enum err
expire(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return application_expire_due(b->db);
}

struct hand {
	struct bank *bank;
	struct application *a;
	enum err e;
};

static void *
submit_hand(void *arg)
{
	struct hand *h = arg;
	struct pool *pool = pool_new();
	struct bank own = {.pool = pool, .store = h->bank->store,
			   .db = db_new(h->bank->store)};

	h->e = submit(&own, pool, h->a);
	db_free(own.db);
	pool_free(pool);
	return NULL;
}

static void
test_at_once(struct bank *b)
{
	struct application a = apply_ready(b);
	struct hand hands[HANDS];
	pthread_t threads[HANDS];
	int i, good = 0;

	bank_tamper(b, "DELETE FROM outbox");
	for (i = 0; i < HANDS; i++) {
		hands[i] = (struct hand){.bank = b, .a = &a};
		pthread_create(&threads[i], NULL, submit_hand, &hands[i]);
	}
	for (i = 0; i < HANDS; i++) {
		pthread_join(threads[i], NULL);
		good += hands[i].e == OK;
	}
	is_int(good, HANDS, "eight times at once it is sent");
	is_int(apply_acts(b, &a, "application.send"), 1, "once");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'apply-sent'"),
	       1, "with one letter");
	db_rest(b->db);
}

static void
test_late(struct bank *b)
{
	struct application a = apply_ready(b), seen = a, c;

	submit(b, b->pool, &a);
	is_int(change(b, b->pool, &seen), ERR_CONFLICT,
	       "what another page has sent cannot be changed");
	is_int(details(b, b->pool, &seen), ERR_CONFLICT, "nor said otherwise");
	application_get(b->db, b->pool, a.id, &c);
	db_rest(b->db);
	ok(strcmp(c.name, "Nora Neu") == 0 && strcmp(c.offer, "DAILY") == 0,
	   "it stands as it was sent");
}

static void
test_nothing(struct bank *b)
{
	struct application a = apply_ready(b);
	struct application_change c = {.act = act(b->pool, &a)};

	is_int(application_change(b->db, &c), OK, "no change");
	c.offer = "DAILY";
	c.branch = "NORTH";
	c.name = "Nora Neu";
	c.email = "nora@new.example";
	c.mobile = "+4915112345678";
	is_int(application_change(b->db, &c), OK, "or the same once more");
	ok(apply_acts(b, &a, "application.contact") == 0 &&
		   apply_acts(b, &a, "application.product") == 0 &&
		   c.act.application.mobile_at != 0,
	   "is none");
	db_rest(b->db);
	a = apply_begin(b);
	is_int(details(b, b->pool, &a), ERR_CONFLICT,
	       "details come after the codes");
	is_int(submit(b, b->pool, &a), ERR_CONFLICT, "and sending at the end");
	a.id = 999;
	is_int(submit(b, b->pool, &a), ERR_MISSING,
	       "what is not there is not sent");
}

/* Nora is a child in what she says, which two pages may say at once. */
static void
test_young(struct bank *b)
{
	struct application a = apply_begin(b), seen;
	struct application_details d = {.details = apply_good()};
	struct application_change c = {.offer = "DAILY"};

	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	d.details.birth_date = "2012-02-28";
	d.act = act(b->pool, &a);
	is_int(application_details(b->db, &d), ERR_INPUT,
	       "who is too young for what is chosen by now cannot say so");
	apply_do(b, apply_product, &a);
	d.act = act(b->pool, &a);
	is_int(application_details(b->db, &d), OK,
	       "for another account they are old enough");
	c.act = act(b->pool, &a);
	is_int(application_change(b->db, &c), ERR_INPUT,
	       "and cannot choose the first afterwards");
	application_get(b->db, b->pool, a.id, &seen);
	db_rest(b->db);
	is_text(seen.offer, "SAVE", "which is not chosen then");
	d.details.birth_date = "1994-02-28";
	d.act = act(b->pool, &a);
	application_details(b->db, &d);
	is_int(application_change(b->db, &c), OK, "a grown-up can");
}

static void
test_faults(struct bank *b)
{
	struct application a = apply_ready(b);

	fault_loop(b, "details", details, &a, OK);
	fault_loop(b, "a change", change, &a, OK);
	a = apply_ready(b);
	fault_loop(b, "sending", submit, &a, OK);
	apply_begin(b);
	clock_freeze(a.expires_at);
	fault_loop(b, "expiring", expire, NULL, OK);
	clock_freeze(BANK_NOW);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_at_once(&b);
	test_late(&b);
	test_nothing(&b);
	test_young(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
