/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* branch.h: the bank's branches. */
#ifndef CLICKNET_BRANCH_H
#define CLICKNET_BRANCH_H

#include "lib/db.h"
#include "lib/pool.h"

/* In pool memory; absent texts are "". Places in millionths of a degree. */
struct branch {
	struct branch *next;
	const char *code, *name, *region, *address, *hours;
	bool placed; /* lat_e6 and lon_e6 are known */
	int64_t lat_e6, lon_e6;
};

/* Adds one; inside db_write. ERR_CONFLICT if the code is taken. */
enum err branch_add(struct db *, const struct branch *);

/* All of them in order of their codes; one by its code, or ERR_MISSING. */
enum err branch_list(struct db *, struct pool *, struct branch **list);
enum err branch_get(struct db *, struct pool *, const char *code,
		    struct branch *out);

#endif
