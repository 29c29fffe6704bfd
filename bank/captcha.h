/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* captcha.h: when a stranger must show that they are a person, and what shows
 * it: a solved puzzle, a waited ticket, or a pass for one of them. */
#ifndef CLICKNET_CAPTCHA_H
#define CLICKNET_CAPTCHA_H

#include <stdbool.h>
#include "bank/rate.h"
#include "lib/db.h"
#include "lib/pool.h"
#include "lib/puzzle.h"
#include "lib/ticket.h"

enum { CAPTCHA_MINUTES = 10 }; /* a puzzle, a ticket and a pass are good */

/* Is one asked for on public forms (CAPTCHA)? */
bool captcha_on(void);

/* And of who signs in: after two failures of the user id (as typed, existing
 * or not; "" for nobody yet) or from the address's network within an hour, or
 * always. */
enum err captcha_wanted(struct db *, struct pool *, const char *user_id,
			const char *address, bool *wanted);

/* A failed sign-in is counted for both; inside db_write. *net is the network's
 * count then. */
enum err captcha_failed(struct db *, struct pool *, const char *user_id,
			const char *address, struct rate *net);

/* A puzzle to be solved; a ticket that is good for the address's network after
 * CAPTCHA_WAIT_SECONDS; a pass, which is one that is good at once. */
void captcha_puzzle(struct puzzle *);
char *captcha_ticket(struct pool *, const char *address);
char *captcha_pass(struct pool *, const char *address);

/* What has been shown: a solution, a ticket or a pass. OK; ERR_CAPTCHA: none
 * of them, used, too old, or from elsewhere; ERR_RATE: a ticket too early,
 * or one of more than sixty an hour from a network.
 * captcha_spend uses it up and calls db_write; captcha_good only looks. */
enum err captcha_good(struct db *, struct pool *, const char *proof,
		      const char *address);
enum err captcha_spend(struct db *, struct pool *, const char *proof,
		       const char *address);

#endif
