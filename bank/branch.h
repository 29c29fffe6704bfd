/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* branch.h: the bank's branches. */
#ifndef CLICKNET_BRANCH_H
#define CLICKNET_BRANCH_H

#include "lib/db.h"
#include "lib/geo.h"
#include "lib/pool.h"

/* In pool memory; absent texts are "". */
struct branch {
	struct branch *next;
	const char *code, *name, *region, *address, *hours;
	const char *services; /* with commas between them */
	bool placed; /* where it is is known: */
	struct place place;
	int64_t distance; /* metres; of branch_near, −1 if not placed */
};

/* Adds one; inside db_write. ERR_CONFLICT if the code is taken. */
enum err branch_add(struct db *, const struct branch *);

/* All of them in order of their codes; one by its code, or ERR_MISSING. */
enum err branch_list(struct db *, struct pool *, struct branch **list);
enum err branch_get(struct db *, struct pool *, const char *code,
		    struct branch *out);

/* All of them, the nearest first, those without a place last. */
enum err branch_near(struct db *, struct pool *, struct place from,
		     struct branch **list);

#endif
