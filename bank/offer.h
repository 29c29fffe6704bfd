/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* offer.h: what the bank offers to strangers. */
#ifndef CLICKNET_OFFER_H
#define CLICKNET_OFFER_H

#include "bank/product.h"

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

/* Offers a product that is there; inside db_write. ERR_CONFLICT if it is not,
 * if it is offered already, or a value is none the schema takes. */
enum err offer_add(struct db *, const struct offer *);

/* What is offered, deposits first, then loans, then cards, each kind in its
 * order; of one category, or of all (""). One by its product's code, or
 * ERR_MISSING. */
enum err offer_list(struct db *, struct pool *, const char *category,
		    struct offer **list);
enum err offer_get(struct db *, struct pool *, const char *code,
		   struct offer *out);

#endif
