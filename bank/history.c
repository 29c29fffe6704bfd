/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* history.c: reading postings back: ranges, filters and balances by day. */
#include "bank/history.h"

#include <string.h>

#include "bank/ledger.h"
#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/words.h"

/* The time of one posting: booked_at never sinks along a chain, so that a
 * date is found by halving, without an index of its own. */
static enum err
booked_at(struct db *db, int64_t account, int64_t seq, int64_t *at)
{
	struct stmt *q = db_sql(db, "SELECT booked_at FROM posting "
				    "WHERE id = " POSTING_ID(":account",
							     ":seq"));

	db_put_int(q, "account", account);
	db_put_int(q, "seq", seq);
	*at = db_row(q) ? db_int(q, "booked_at") : 0;
	return db_done(q);
}

static enum err
last_seq(struct db *db, int64_t account, int64_t *seq)
{
	struct stmt *q = db_sql(db, "SELECT seq FROM account "
				    "WHERE id = :account");

	db_put_int(q, "account", account);
	*seq = db_row(q) ? db_int(q, "seq") : 0;
	return db_done(q);
}

enum err
history_seq_at(struct db *db, int64_t account, int64_t instant, int64_t *seq)
{
	int64_t low = 0, high, middle, at;
	enum err e;

	if ((e = last_seq(db, account, &high)) != OK)
		return e;
	while (low < high) { /* low was before the instant, high may be */
		middle = low + (high - low + 1) / 2;
		if ((e = booked_at(db, account, middle, &at)) != OK)
			return e;
		if (at < instant)
			low = middle;
		else
			high = middle - 1;
	}
	*seq = low;
	return OK;
}

static enum err
movement_read(struct stmt *q, struct pool *pool, const struct history *h,
	      struct movement *m)
{
	db_copy(q, "transfer", m->transfer, SECRET_ID);
	m->amount = money_of(db_int(q, "amount"), h->currency);
	m->balance_after = money_of(db_int(q, "balance_after"), h->currency);
	m->booked_at = db_int(q, "booked_at");
	m->kind = pool_strdup(pool, db_text(q, "kind"));
	m->value_date = (int32_t)db_int(q, "value_date");
	m->purpose = pool_strdup(pool, db_text(q, "purpose"));
	m->reference = pool_strdup(pool, db_text(q, "reference"));
	m->account = pool_strdup(pool, db_text(q, "other"));
	return seal_get(q, pool, "name", "posting.name",
			seal_row(m->transfer) ^ h->account, &m->name);
}

static bool
movement_fits(const struct history *h, const struct movement *m)
{
	int64_t amount = money_minor(m->amount);
	int64_t size = amount < 0 ? -amount : amount;

	if ((h->sign > 0 && amount < 0) || (h->sign < 0 && amount > 0) ||
	    (h->min > 0 && size < h->min) || (h->max > 0 && size > h->max))
		return false;
	return *h->q == '\0' || words_contain(m->name, h->q) ||
	       words_contain(m->purpose, h->q) ||
	       words_contain(m->reference, h->q) ||
	       words_contain(m->account, h->q);
}

/* Takes rows until the page is full; one more row than fits tells that there
 * is a next page. */
static enum err
history_fill(struct stmt *q, struct pool *pool, struct history *h)
{
	struct movement **last = &h->list, m;
	int scanned = 0;
	enum err e;

	while (db_row(q)) {
		memset(&m, 0, sizeof m);
		m.seq = posting_seq(db_int(q, "id"));
		if (h->count == h->limit || scanned++ == HISTORY_SCAN) {
			h->next = m.seq + 1;
			return OK;
		}
		if ((e = movement_read(q, pool, h, &m)) != OK)
			return e;
		if (!movement_fits(h, &m))
			continue;
		*last = pool_alloc(pool, sizeof m);
		**last = m;
		last = &(*last)->next;
		h->count++;
	}
	return OK;
}

static enum err
history_range(struct db *db, struct history *h, int64_t *low, int64_t *high)
{
	int64_t end;
	enum err e;

	*low = 0;
	*high = h->before > 0 && h->before < POSTING_SEQ_MAX ? h->before
							     : POSTING_SEQ_MAX;
	if (h->from != 0 &&
	    (e = history_seq_at(db, h->account, clock_day_start(h->from),
				low)) != OK)
		return e;
	if (h->to == HISTORY_EVER)
		return OK;
	if ((e = history_seq_at(db, h->account, clock_day_start(h->to + 1),
				&end)) != OK)
		return e;
	if (end + 1 < *high)
		*high = end + 1;
	return OK;
}

enum err
history_list(struct db *db, struct pool *pool, struct history *h)
{
	struct stmt *q;
	int64_t low, high;
	enum err e, done;

	h->list = NULL;
	h->count = 0;
	h->next = 0;
	if ((e = history_range(db, h, &low, &high)) != OK)
		return e;
	q = db_sql(db,
		"SELECT id, transfer, amount, balance_after, booked_at, kind, "
		"value_date, purpose, reference, other, name FROM posting "
		"WHERE id > " POSTING_ID(":account", ":low") " AND id < "
		POSTING_ID(":account", ":high") " ORDER BY id DESC");
	db_put_int(q, "account", h->account);
	db_put_int(q, "low", low);
	db_put_int(q, "high", high);
	e = history_fill(q, pool, h);
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
history_balances(struct db *db, int64_t account, int32_t first, int days,
		 int64_t *balances)
{
	struct stmt *q;
	int64_t low, balance = 0;
	int32_t day, at = first;
	enum err e;

	e = history_seq_at(db, account, clock_day_start(first), &low);
	if (e != OK)
		return e;
	q = db_sql(db, "SELECT seq, balance_after, booked_at FROM posting "
		       "WHERE id" POSTINGS_OF(":account") "AND id >= "
		       POSTING_ID(":account", ":low") " ORDER BY id");
	db_put_int(q, "account", account);
	db_put_int(q, "low", low);
	while (db_row(q)) {
		day = db_int(q, "seq") <= low
			      ? first
			      : clock_day(db_int(q, "booked_at"));
		for (; at < day && at < first + days; at++)
			balances[at - first] = balance;
		balance = db_int(q, "balance_after");
	}
	for (; at < first + days; at++)
		balances[at - first] = balance;
	return db_done(q);
}
