/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* recovery.h: codes on paper, for when phone and mailbox are out of reach. */
#ifndef CLICKNET_RECOVERY_H
#define CLICKNET_RECOVERY_H

#include "bank/factor.h"

enum { RECOVERY_CODES = 10, RECOVERY_TEXT = 12 }; /* "ABCDE-FGHJK" */

/* Ten new codes, to be shown once: only hashes are kept. All older ones are
 * void, and the person is told. Calls db_write. */
enum err recovery_make(struct db *, const struct factor_owner *,
		       char codes[RECOVERY_CODES][RECOVERY_TEXT]);

/* How many are unused. */
enum err recovery_left(struct db *, int64_t user, int64_t *left);

/* Is ${code}, whatever its case and dashes, an unused one? Then it is used
 * now, and the person is told. Inside db_write; the writing must be kept. */
enum err recovery_try(struct db *, const struct factor_owner *,
		      const char *code, bool *right);

#endif
