/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front_rate.h: how often something may be asked, and telling who asks: in the
 * fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-
 * 10) of every answer, and Retry-After when it was too often. */
#ifndef CLICKNET_FRONT_RATE_H
#define CLICKNET_FRONT_RATE_H

#include "bank/rate.h"
#include "lib/app.h"

/* Counts one more try from the asking address's network, and tells how many
 * are left. ERR_RATE if there were too many. Calls db_write. */
enum err front_rate(struct req *, struct resp *, enum rate_of);

/* Tells of a count that somebody else keeps. Without a window it does not say
 * when there are more. */
void front_rate_tell(struct req *, struct resp *, const struct rate_limit *,
		     const struct rate *);

/* How long to wait: whole seconds, and the moment after them. */
void front_rate_wait(struct resp *, int64_t wait_ms);

#endif
