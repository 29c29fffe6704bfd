/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* event.h: news, written with the fact; and the chained record of who did
 * what. */
#ifndef CLICKNET_EVENT_H
#define CLICKNET_EVENT_H

#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* All inside db_write. */

/* News for a customer (0: for nobody in particular). ${data} is JSON text. */
enum err event_add(struct db *, const char *type, int64_t customer,
		   const char *data);

/* Who acts, from where; in pool memory or static. */
struct actor {
	const char *kind;   /* customer, staff, operator, system, stranger */
	int64_t user;       /* 0: none */
	const char *address, *device;
};
extern const struct actor actor_operator, actor_system;

/* One row of the record about ${subject} (a customer, 0 for the bank), on
 * that subject's chain. ${detail} says what words need: never a secret, never
 * a name beside an amount. */
enum err audit_add(struct db *, int64_t subject, const struct actor *,
		   const char *act, const char *detail);

/* The canonical SHA-256 of an audit row, over the one before. */
struct audit {
	int64_t subject, seq, at, actor_user;
	const char *actor, *act, *detail, *address, *device;
};
void audit_hash(const struct audit *, const uint8_t previous[SECRET_HASH],
		uint8_t hash[SECRET_HASH]);

#endif
