/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* schema.h: making the bank's tables, and moving them on to a newer form. */
#ifndef CLICKNET_SCHEMA_H
#define CLICKNET_SCHEMA_H

#include "lib/db.h"
#include "lib/pool.h"

/* The form of the tables this program knows. */
enum { SCHEMA_VERSION = 4 };

/* The directory db/ of schema.sql, migrations and the demonstration's books:
 * beside SHARE_DIR if that is set, else beside the running program (a build
 * tree), else where it was installed. NULL if schema.sql is in none of them.
 * Pool memory. */
const char *schema_dir(struct pool *);

/* Makes all tables from db/schema.sql in an empty database and notes the day;
 * calls db_write. ERR_CONFLICT: there are tables already. ERR_MISSING, or
 * ERR_INTERNAL: *why says what failed. */
enum err schema_create(struct db *, struct pool *, const char **why);

/* The version of an open bank's tables; ERR_MISSING if it has none. */
enum err schema_version(struct db *, int *version);

/* NULL if the bank's tables are those this program knows; else what to do. */
const char *schema_fault(struct db *, struct pool *);

/* Runs db/migration/NNNN.sql for every version above the bank's own, each
 * with its new version in one commit, audited; what it brings to be sealed is
 * sealed as it stands. *from, *to: versions before and
 * after. ERR_CONFLICT: the bank is newer than this program. Calls db_write. */
enum err schema_migrate(struct db *, struct pool *, int *from, int *to,
			const char **why);

/* The triggers that make the book final. NULL if each stands as it was made;
 * else which one does not, in words; pool memory. */
const char *schema_guards(struct db *, struct pool *, int *count);

#endif
