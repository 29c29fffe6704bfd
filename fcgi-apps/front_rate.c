/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front_rate.c: counts who asks by their network, and tells them. */
#include "fcgi-apps/front_rate.h"

#include <inttypes.h>

#include "lib/clock.h"

struct trying {
	enum rate_of of;
	const char *who;
	struct rate rate;
};

static enum err
rate_work(struct db *db, void *arg)
{
	struct trying *t = arg;

	return rate_take(db, t->of, t->who, &t->rate);
}

void
front_rate_wait(struct resp *rs, int64_t wait_ms)
{
	rs->retry_after = (int)(wait_ms / CLOCK_SECOND) + 1;
}

/* ";NAME=NUMBER" of a structured field (RFC 9651), if there is one. */
static const char *
part(struct req *rq, char name, bool is, int64_t number)
{
	return is ? pool_printf(rq->pool, ";%c=%" PRId64, name, number) : "";
}

void
front_rate_tell(struct req *rq, struct resp *rs,
		const struct rate_limit *limit, const struct rate *rate)
{
	int64_t left = limit->max - rate->count;
	bool timed = limit->window_ms > 0;

	resp_header(rq, rs, "RateLimit-Policy",
		    pool_printf(rq->pool, "\"%s\"%s%s", limit->name,
				part(rq, 'q', true, limit->max),
				part(rq, 'w', timed,
				     limit->window_ms / CLOCK_SECOND)));
	resp_header(rq, rs, "RateLimit",
		    pool_printf(rq->pool, "\"%s\"%s%s", limit->name,
				part(rq, 'r', true, left > 0 ? left : 0),
				part(rq, 't', timed && rate->wait_ms > 0,
				     (rate->wait_ms + CLOCK_SECOND - 1) /
					     CLOCK_SECOND)));
}

enum err
front_rate(struct req *rq, struct resp *rs, enum rate_of of)
{
	const struct rate_limit limit = rate_limit(of);
	struct trying t = {.of = of};
	enum err e;

	t.who = rate_address(rq->pool, rq->address);
	e = db_write(rq->db, rate_work, &t);
	if (e != OK && e != ERR_RATE)
		return e;
	front_rate_tell(rq, rs, &limit, &t.rate);
	if (e == ERR_RATE)
		front_rate_wait(rs, t.rate.wait_ms);
	return e;
}
