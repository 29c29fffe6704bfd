/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* offer.c: tests of what the bank offers, and of what an offer comes to. */
#include "bank/offer.h"

#include <string.h>

#include "t/lib/bank.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static enum err
set_work(struct db *db, void *arg)
{
	return offer_set(db, arg);
}

static struct offer
offer_of(const char *code, const char *category, int64_t position)
{
	return (struct offer){
		.product.code = code, .category = category, .currency = "EUR",
		.position = position, .summary = "A sentence.",
		.features = "One\nTwo", .terms = "Three", .monthly_fee = 150,
		.opening_min = 1000, .age_min = 18};
}

static enum err
set(struct bank *b, const char *code, const char *category, int64_t position)
{
	struct offer o = offer_of(code, category, position);

	return db_write(b->db, set_work, &o);
}

static const char *
codes(struct bank *b, const char *category)
{
	struct buf out = {.pool = b->pool};
	struct offer *o;

	buf_puts(&out, "");
	if (offer_list(b->db, b->pool, category, &o) != OK)
		return "an error";
	for (; o != NULL; o = o->next)
		buf_printf(&out, "%s ", o->product.code);
	db_rest(b->db);
	return out.data;
}

static void
test_list(struct bank *b)
{
	struct offer o, *list;

	is_text(codes(b, ""), "", "at first nothing is offered");
	is_int(set(b, "NONE", "card", 0), ERR_CONFLICT,
	       "what is no product cannot be");
	is_int(set(b, "DAILY", "gift", 0), ERR_CONFLICT, "nor a gift");
	is_int(set(b, "SAVE", "card", 0), OK, "a card is");
	is_int(set(b, "DAILY", "deposit", 2), OK, "and a deposit");
	is_int(set(b, "FEE", "deposit", 1), OK, "and another before it");
	is_text(codes(b, ""), "FEE DAILY SAVE ",
		"deposits come first, each kind in its order");
	is_text(codes(b, "deposit"), "FEE DAILY ", "a kind can be asked for");
	is_text(codes(b, "loan"), "", "one of which there is none too");
	is_int(set(b, "SAVE", "loan", 0), OK, "what is said last");
	is_text(codes(b, "loan"), "SAVE ", "is so");
	is_int(offer_get(b->db, b->pool, "DAILY", &o), OK, "one is found");
	ok(strcmp(o.features, "One\nTwo") == 0 && o.monthly_fee == 150 &&
		   o.product.per_transfer_max == 50000 &&
		   strcmp(o.product.category, "current") == 0,
	   "with what its product allows");
	is_int(offer_get(b->db, b->pool, "NONE", &o), ERR_MISSING,
	       "none is not");
	is_int(offer_list(b->db, b->pool, "x", &list), OK, "no kind");
	ok(list == NULL, "has none");
	db_rest(b->db);
}

static struct offer_example
example_of(const char *category, const char *currency, int64_t bp)
{
	struct offer o = offer_of("X", category, 0);
	struct offer_example e = {.months = -1};

	o.currency = currency;
	o.product.interest_bp = bp;
	if (!offer_example(&o, &e))
		e.months = -1;
	return e;
}

static bool
loan_is(int64_t bp, int64_t payment, int64_t total)
{
	struct offer_example e = example_of("loan", "EUR", bp);

	printf("# %lld: %lld a month, %lld in all\n", (long long)bp,
	       (long long)money_minor(e.payment),
	       (long long)money_minor(e.total));
	return e.months == 48 && money_minor(e.amount) == 1000000 &&
	       money_minor(e.payment) == payment &&
	       money_minor(e.total) == total &&
	       money_minor(e.interest) == total - 1000000;
}

static void
test_example(void)
{
	struct offer_example e = example_of("deposit", "EUR", 210);

	ok(e.months == 0 && money_minor(e.amount) == 100000 &&
		   money_minor(e.interest) == 2100,
	   "a thousand earn twenty-one in a year at 2.10 percent");
	e = example_of("deposit", "JPY", 5);
	ok(money_minor(e.amount) == 1000 && money_minor(e.interest) == 0,
	   "less than a yen is none");
	e = example_of("deposit", "KWD", 1);
	ok(money_minor(e.amount) == 1000000 && money_minor(e.interest) == 100,
	   "three decimals are kept");
	ok(loan_is(590, 23440, 1125081),
	   "a car of ten thousand is paid in 48 parts");
	ok(loan_is(1, 20838, 1000204),
	   "a rate of a hundredth of a percent is one");
	ok(loan_is(10000, 85160, 4087660),
	   "so is a hundred percent");
	ok(loan_is(790, 24366, 1169563),
	   "by the textbook's annuity, to the cent");
	e = example_of("loan", "JPY", 590);
	ok(money_minor(e.payment) > 0 && money_minor(e.amount) == 10000,
	   "so it is in yen");
	is_int(example_of("loan", "EUR", 0).months, -1,
	       "without interest there is nothing to show");
	is_int(example_of("card", "EUR", 1590).months, -1, "nor for a card");
	is_int(example_of("deposit", "EUR", 10001).months, -1,
	       "nor beyond all sense");
}

static enum err
see_offers(struct bank *b, struct pool *pool, void *arg)
{
	struct offer o, *list;
	enum err e;

	(void)arg;
	if ((e = offer_list(b->db, pool, "", &list)) != OK)
		return e;
	return offer_get(b->db, pool, "DAILY", &o);
}

static enum err
set_again(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return set(b, "DAILY", "deposit", 5);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_list(&b);
	test_example();
	fault_loop(&b, "looking at offers", see_offers, NULL, OK);
	fault_loop(&b, "changing an offer", set_again, NULL, OK);
	bank_close(&b);
	return tap_done();
}
