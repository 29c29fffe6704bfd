/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* product.h: what an account costs, earns and allows. */
#ifndef CLICKNET_PRODUCT_H
#define CLICKNET_PRODUCT_H

#include "lib/db.h"
#include "lib/pool.h"

/* In pool memory. Amounts are minor units of the currency of the account that
 * has the product; a bound of 0 does not bind. Interest in hundredths of a
 * percent a year. */
struct product {
	struct product *next;
	const char *code, *name;
	const char *category; /* current, savings, loan, internal */
	int64_t interest_bp, per_transfer_min, per_transfer_max;
	int64_t daily_amount, daily_count, transfer_fee;
};

/* Adds one; inside db_write. ERR_CONFLICT if the code is taken or a value is
 * none the schema takes. */
enum err product_add(struct db *, const struct product *);

/* All of them in order of their codes; one by its code, or ERR_MISSING. */
enum err product_list(struct db *, struct pool *, struct product **list);
enum err product_get(struct db *, struct pool *, const char *code,
		     struct product *out);

#endif
