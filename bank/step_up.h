/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* step_up.h: asking a signed-in person for a code once more. */
#ifndef CLICKNET_STEP_UP_H
#define CLICKNET_STEP_UP_H

#include "bank/challenge.h"

/* Opens a challenge for the asking session; its right code gives that session
 * a new token and says that its person is here. ERR_CONFLICT: there is no way
 * to reach the person. Calls db_write. */
struct step_up {
	struct pool *pool;
	int64_t user, customer;
	const uint8_t *session;     /* hash of its token */
	struct challenge challenge; /* out */
};
enum err step_up_begin(struct db *, struct step_up *);

#endif
