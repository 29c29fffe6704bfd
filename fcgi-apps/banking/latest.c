/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* latest.c: the newest movements of several accounts as one list. */
#include <stdlib.h>

#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/view.h"

enum { LATEST_ACCOUNTS = 16 };

static enum err
read_one(struct req *rq, const struct account *a, int count,
	 struct history *h)
{
	*h = (struct history){.account = a->id, .to = HISTORY_EVER, .q = "",
			      .limit = count,
			      .currency = a->balance.currency};
	return history_list(rq->db, rq->pool, h);
}

/* Newest first; of the same instant the higher sequence first. */
static int
newer(const void *x, const void *y)
{
	const struct movement *a = ((const struct seen *)x)->movement;
	const struct movement *b = ((const struct seen *)y)->movement;

	if (a->booked_at != b->booked_at)
		return a->booked_at < b->booked_at ? 1 : -1;
	return a->seq < b->seq ? 1 : a->seq > b->seq ? -1 : 0;
}

enum err
latest_add(struct req *rq, json_object *view, const struct account *list,
	   int count)
{
	struct seen *seen = pool_alloc(
		rq->pool,
		sizeof *seen * (size_t)count * LATEST_ACCOUNTS);
	const struct account *a;
	struct movement *m;
	struct history h;
	int n = 0, used = 0;
	enum err e;

	for (a = list; a != NULL && used < LATEST_ACCOUNTS; a = a->next) {
		if ((e = read_one(rq, a, count, &h)) != OK)
			return e;
		for (m = h.list; m != NULL; m = m->next)
			seen[n++] = (struct seen){a, m};
		used++;
	}
	qsort(seen, (size_t)n, sizeof *seen, newer);
	json_object_object_add(view, "days",
			       view_days(rq, seen, n < count ? n : count));
	return OK;
}
