/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* status.h: what is in the bank, in a few figures. */
#ifndef CLICKNET_STATUS_H
#define CLICKNET_STATUS_H

#include "lib/db.h"
#include "lib/money.h"
#include "lib/pool.h"

/* What customers have in one currency, and how much of it is promised. */
struct status_total {
	struct status_total *next;
	struct money balance, held;
	int64_t accounts;
};

struct status {
	int64_t customers, accounts, users, sessions, transfers;
	int64_t payments_waiting, messages_queued, messages_failed;
	int64_t queued_since; /* the oldest message that is due; 0: none */
	int64_t last_booked;  /* 0: nothing yet */
	const char *made_on;
	struct status_total *totals;
};

/* One snapshot, in pool memory; no table of history is walked through. */
enum err status_read(struct db *, struct pool *, struct status *);

/* How many messages to ${to} ("": to anybody) wait to be sent. */
enum err status_queued(struct db *, struct pool *, const char *to,
		       int64_t *count);

#endif
