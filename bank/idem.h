/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* idem.h: the same key pays once. The answer and the fact are one commit, so
 * nobody ever sees a key whose work is half done. */
#ifndef CLICKNET_IDEM_H
#define CLICKNET_IDEM_H

#include "lib/db.h"
#include "lib/secret.h"

enum idem_result { IDEM_NONE, IDEM_TRANSFER, IDEM_PAYMENT };

struct idem {
	int64_t user;
	const char *key;
	const uint8_t *request; /* hash of what was asked; NULL: any */
	enum idem_result result;
	uint8_t subject[SECRET_ID];
};

/* What a key did: result and subject filled, IDEM_NONE if it is new.
 * ERR_KEY_REUSED if it was used for another request. */
enum err idem_find(struct db *, struct idem *);

/* Moves the keys of a bank of before version 3 over, whose table was put aside
 * as idempotency_before; inside db_write. */
enum err idem_hash_all(struct db *);

/* Remembers; inside db_write, with the fact. */
enum err idem_keep(struct db *, const struct idem *);

#endif
