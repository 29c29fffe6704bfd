/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_impl.h: what the courier's didit*.c files share; nobody else includes
 * it. */
#ifndef CLICKNET_COURIER_DIDIT_IMPL_H
#define CLICKNET_COURIER_DIDIT_IMPL_H

#include "daemons/courier/courier.h"

/* Does what stands in for Didit on this machine's loopback? Then its pictures
 * are there too, and nowhere else. */
bool didit_near(void);

/* After a try that failed: may the next one pass? When is it? */
bool didit_may_pass(const struct fetch *, bool answered);
int64_t didit_retry(int64_t tries, const struct fetch *);

/* How long what was taken is nobody else's. */
int64_t didit_lease(void);

/* Fetches one picture that is due; ERR_MISSING: none is. */
enum err didit_picture_run(struct db *, struct pool *);

#endif
