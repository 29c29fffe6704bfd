/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* transfer.h: what was booked, as a receipt shows it. */
#ifndef CLICKNET_TRANSFER_H
#define CLICKNET_TRANSFER_H

#include "bank/ledger.h"

/* A booked transfer as one of its sides sees it; pool memory. */
struct transfer {
	struct entry entry;
	int64_t viewer;             /* the account it is seen from */
	bool incoming, own;         /* own: the person holds both sides */
	const char *from_title, *to_title, *from_name; /* "" if not theirs */
	struct money balance_after, fee;
	uint8_t hash[SECRET_HASH];  /* of the viewer's posting */
};

/* Booked in db_write: a transfer between accounts with its fee, the counters
 * and the news. ${fee} zero: none. */
enum err transfer_book(struct db *, struct pool *, struct entry *,
		       struct money fee);

/* One the customer is a side of: ERR_MISSING otherwise. The paying side is
 * preferred when both are theirs. */
enum err transfer_get(struct db *, struct pool *, int64_t customer,
		      const uint8_t id[SECRET_ID], struct transfer *out);

#endif
