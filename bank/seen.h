/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seen.h: when this process last saw a session, to the millisecond. */
#ifndef CLICKNET_SEEN_H
#define CLICKNET_SEEN_H

#include <stdint.h>
#include "lib/secret.h"

/* The database hears of a session's use once a minute only; what came after
 * is remembered here, as far as there is room. 0: not seen, or forgotten. */
void seen_note(const uint8_t token_hash[SECRET_HASH], int64_t now);
int64_t seen_last(const uint8_t token_hash[SECRET_HASH]);

#endif
