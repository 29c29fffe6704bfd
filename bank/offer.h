/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* offer.h: what the bank offers to strangers. */
#ifndef CLICKNET_OFFER_H
#define CLICKNET_OFFER_H

#include "bank/product.h"
#include "lib/money.h"

/* In pool memory; absent texts are "". Amounts are minor units of
 * ${currency}; so are those of the product. */
struct offer {
	struct offer *next;
	struct product product; /* rate, limits and fees */
	const char *category;   /* deposit, loan, card */
	const char *currency;
	int64_t position;       /* order among its kind */
	const char *summary;    /* one sentence */
	const char *features;   /* a line each */
	const char *terms;      /* a paragraph a line */
	int64_t monthly_fee, opening_min, age_min;
};

/* Is this one of the categories? */
bool offer_category(const char *);

/* Offers a product that is there, instead of what was said of it before; inside
 * db_write. ERR_CONFLICT if it is not there or a value is none the schema
 * takes. */
enum err offer_set(struct db *, const struct offer *);

/* What is offered, deposits first, then loans, then cards, each kind in its
 * order; of one category, or of all (""). One by its product's code, or
 * ERR_MISSING. */
enum err offer_list(struct db *, struct pool *, const char *category,
		    struct offer **list);
enum err offer_get(struct db *, struct pool *, const char *code,
		   struct offer *out);

/* What it comes to, worked out with the product's rate on a round sum: the
 * interest of a year for savings; for a loan, equal payments at the end of
 * each month, the last the rest, interest by twelfths of the rate, rounded to
 * the minor unit each month. */
struct offer_example {
	struct money amount, interest; /* of a year, or of all months */
	int64_t months;                /* of a loan */
	struct money payment, total;   /* of a loan: a month, in all */
};

/* False if there is none: no interest, a card, or a rate beyond all sense. */
bool offer_example(const struct offer *, struct offer_example *out);

#endif
