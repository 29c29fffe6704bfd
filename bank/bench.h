/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bench.h: a bank full of strangers with money, for load tests. */
#ifndef CLICKNET_BENCH_H
#define CLICKNET_BENCH_H

#include <stdio.h>
#include "lib/db.h"
#include "lib/pool.h"

#define BENCH_PASSWORD "bench-password"

/* Opens ${accounts} accounts of the product BENCH, which has no limits, in the
 * bank's currency, two to a customer, with a million in each from the bank's
 * own account "opening", and a user bench1, bench2, ... for each customer, all
 * with BENCH_PASSWORD. In steps of BENCH_STEP accounts, each a db_write, so
 * what stands when it is cut off is whole. With ${tokens} (NULL: none) a line
 * for each user with two accounts: "user_id token from_number to_number".
 * ERR_CONFLICT: the bank has customers already. */
enum { BENCH_STEP = 5000 };
enum err bench_fill(struct db *, struct pool *, int64_t accounts, FILE *tokens,
		    void (*progress)(int64_t done, int64_t all));

#endif
