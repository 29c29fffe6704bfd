/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* draft.h: what somebody had written into a form when something came between.
 */
#ifndef CLICKNET_DRAFT_H
#define CLICKNET_DRAFT_H

#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* How many a user has, how long they last, and how much one may hold. */
enum { DRAFT_COUNT = 10, DRAFT_HOURS = 24, DRAFT_BYTES = 8192 };

struct draft {
	uint8_t id[SECRET_ID];
	const char *fields; /* JSON object of texts */
	int64_t saved_at;
};

/* Keeps ${fields} for the form at ${path}, in place of what was kept for it;
 * the oldest beyond DRAFT_COUNT goes. ERR_TOO_BIG. Calls db_write. */
enum err draft_save(struct db *, struct pool *, int64_t user,
		    const char *path, const char *fields);

/* ERR_MISSING: there is none, or none that is young enough. */
enum err draft_get(struct db *, struct pool *, int64_t user, const char *path,
		   struct draft *out);

/* Forgets it, if there is one. Calls db_write only then. */
enum err draft_drop(struct db *, int64_t user, const char *path);

#endif
