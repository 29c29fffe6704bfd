/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* customer.h: the people and firms of the bank; their data is sealed. */
#ifndef CLICKNET_CUSTOMER_H
#define CLICKNET_CUSTOMER_H

#include <stdbool.h>
#include "lib/db.h"
#include "lib/pool.h"

enum { CUSTOMER_SAME = 20 };

/* In pool memory; absent texts are "". */
struct customer {
	int64_t id;
	const char *code, *name, *birth_date, *tax_id, *mobile, *email;
	const char *branch, *language;
	bool closed;
};

/* Adds one; inside db_write. Fills ${id}. ERR_CONFLICT if the code is taken. */
enum err customer_add(struct db *, struct customer *);

enum err customer_get(struct db *, struct pool *, int64_t id,
		      struct customer *out);
enum err customer_name(struct db *, struct pool *, int64_t id,
		       const char **name);
/* By the code the person knows: "C000002". ERR_MISSING. */
enum err customer_find(struct db *, const char *code, int64_t *id);

/* Who is reached at a mobile number (or, ${by_mail}, a mail address): the
 * first ${CUSTOMER_SAME} of them. */
enum err customer_reached(struct db *, bool by_mail, const char *address,
			  int64_t ids[CUSTOMER_SAME], int *count);

/* Writes the index of every customer's tax id anew, for a bank of an earlier
 * version; inside db_write. */
enum err customer_index_all(struct db *, struct pool *);

#endif
