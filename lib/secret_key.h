/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_key.h: the keys as secret.c takes them; for secret*.c alone. */
#ifndef CLICKNET_SECRET_KEY_H
#define CLICKNET_SECRET_KEY_H

#include "lib/secret.h"

enum { SECRET_KEY = 32 };

/* The key of ${use} under the first and the current master key; aborts if no
 * key file was read. Under the master key ${id}; NULL if there is none. */
const uint8_t *secret_key_first(enum secret_use);
const uint8_t *secret_key_current(enum secret_use, uint8_t *id);
const uint8_t *secret_key_by_id(enum secret_use, uint8_t id);

/* Changes whenever a key file has been read. */
unsigned secret_key_round(void);

#endif
