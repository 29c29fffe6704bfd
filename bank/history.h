/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* history.h: what happened on an account, newest first, a page at a time. */
#ifndef CLICKNET_HISTORY_H
#define CLICKNET_HISTORY_H

#include "bank/chain.h"
#include "lib/db.h"
#include "lib/money.h"
#include "lib/pool.h"

/* One posting with the other side named as a person recognises it. */
struct movement {
	struct movement *next;
	uint8_t transfer[SECRET_ID];
	int64_t seq, booked_at;
	int32_t value_date;
	struct money amount, balance_after; /* amount: + in, − out */
	const char *kind, *purpose, *reference;
	const char *name, *account; /* the other side; "" if unknown */
};

/* Which ones. The days from and to are part of it; 0 and HISTORY_EVER: no
 * bound. min and max bound the amount without its sign; 0: no bound. q is
 * looked for in names, purpose, reference and account, case and accents of
 * Latin letters forgiven. before: only postings with a smaller sequence; 0:
 * from the newest. */
enum { HISTORY_EVER = INT32_MAX };
struct history {
	int64_t account;
	const char *currency;
	int32_t from, to;
	int64_t min, max, before;
	int sign;       /* 1: in, −1: out, 0: both */
	const char *q;
	int limit;
	/* out */
	struct movement *list;
	int count;
	int64_t next;   /* the "before" of the next page; 0: no more */
};

/* At most HISTORY_SCAN postings are looked at for one page: a search that
 * finds little gives short pages and a next. */
enum { HISTORY_SCAN = 5000 };
enum err history_list(struct db *, struct pool *, struct history *);

/* The last sequence booked before an instant: 0 if none. For the opening
 * balance of a day and for from and to. */
enum err history_seq_at(struct db *, int64_t account, int64_t instant,
			int64_t *seq);

/* The balance at the end of each of ${days} days from ${first} on, in minor
 * units. */
enum err history_balances(struct db *, int64_t account, int32_t first,
			  int days, int64_t *balances);

#endif
