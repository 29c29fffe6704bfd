/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rate.h: how often something may be tried: counted in the database, so that
 * no restart and no second program forgets it. */
#ifndef CLICKNET_RATE_H
#define CLICKNET_RATE_H

#include <stdbool.h>
#include "lib/db.h"
#include "lib/pool.h"

/* What is counted, and for whom. */
enum rate_of {
	RATE_SIGNIN_USER,    /* failed sign-ins; a user id as typed */
	RATE_SIGNIN_ADDRESS, /* failed sign-ins; an address */
	RATE_CODE_DEAD,      /* challenges that died of guesses; a person */
	RATE_CODE_WRONG,     /* wrong codes since the last right; a person */
	RATE_RESEND,         /* codes sent again; a person */
	RATE_WAITED,         /* captchas passed by waiting; an address */
	RATE_USER_ID,        /* asking whether a user id is free; an address */
	RATE_EMERGENCY,      /* emergency codes tried; an address */
	RATE_APPLY_NEW,      /* applications begun; an address */
	RATE_APPLY_CODE,     /* codes and links of applications; an address */
	RATE_APPLY_TO,       /* the same; the number or mail they go to */
	RATE_APPLY_OWN,      /* codes sent for one application */
	RATE_PICTURE,        /* files that were no picture; an application */
	RATES
};

/* What is allowed: ${max} (INT64_MAX: any number) within ${window_ms}, under a
 * name that strangers may read. */
struct rate_limit {
	const char *name;
	int64_t window_ms, max;
};
struct rate_limit rate_limit(enum rate_of);

/* A count as it stands: it is full when no more are allowed until ${wait_ms}
 * have passed. */
struct rate {
	int64_t count, wait_ms;
	bool full;
};

/* One more of ${who}; inside db_write. *out (may be NULL) is as after it. The
 * first one opens the time in which they are counted together. */
enum err rate_count(struct db *, enum rate_of, const char *who,
		    struct rate *out);

/* Reads only. */
enum err rate_look(struct db *, enum rate_of, const char *who,
		   struct rate *out);

/* Looks, and counts if it is not full; inside db_write. ERR_RATE if it is:
 * out->wait_ms says how long. */
enum err rate_take(struct db *, enum rate_of, const char *who,
		   struct rate *out);

/* From nothing again; inside db_write. */
enum err rate_forget(struct db *, enum rate_of, const char *who);

/* An address as it is counted: its /24, or its /64 in IPv6, for one person has
 * all of that. Pool memory, or ${address} if it is none. */
const char *rate_address(struct pool *, const char *address);

#endif
