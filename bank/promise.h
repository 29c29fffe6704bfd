/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* promise.h: money a customer has promised and not yet spent. */
#ifndef CLICKNET_PROMISE_H
#define CLICKNET_PROMISE_H

#include "lib/db.h"
#include "lib/money.h"
#include "lib/pool.h"

struct promise {
	struct promise *next;
	const char *account, *payee_name, *purpose; /* account: its number */
	struct money amount;                        /* with its fee */
	int64_t expires_at;
};

/* What is held on the accounts a customer holds, soonest end first. */
enum err promise_list(struct db *, struct pool *, int64_t customer,
		      struct promise **list);

#endif
