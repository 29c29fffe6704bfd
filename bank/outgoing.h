/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* outgoing.h: stopping what leaves a person's accounts, and releasing it. */
#ifndef CLICKNET_OUTGOING_H
#define CLICKNET_OUTGOING_H

#include "bank/event.h"

/* What a stopped person is told when they pay. */
#define OUTGOING_STOPPED                                                     \
	"Outgoing payments are stopped. The bank must release them."

/* May nothing leave? Between own accounts money still moves. */
enum err outgoing_stopped(struct db *, int64_t customer, bool *stopped);

/* The same of whoever signs in as this user. */
enum err outgoing_stopped_user(struct db *, int64_t user, bool *stopped);

/* Stops it, and refuses the payments that wait for a code; inside db_write. */
enum err outgoing_stop(struct db *, struct pool *, int64_t customer);

/* Lets it flow again and tells the person. ERR_MISSING: there is no such
 * user; ERR_CONFLICT: nothing is stopped. Calls db_write, audited. */
enum err outgoing_release(struct db *, const char *user_id,
			  const struct actor *);

#endif
