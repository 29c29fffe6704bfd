/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_check.c: what the engine itself says about a database file. */
#include "lib/db_impl.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Where the engine locks its file: the byte for who wants to write, and the
 * range for who reads. */
enum { PENDING_BYTE = 0x40000000, LOCKED_BYTES = 512 };

/* The first line that is not "ok". */
static enum err
pages_check(struct db *db, struct pool *pool, const char **why)
{
	struct stmt *q = db_sql(db, "PRAGMA integrity_check(1)");
	const char *said = "ok";

	if (db_row(q))
		said = pool_strdup(pool, db_text(q, "integrity_check"));
	if (strcmp(said, "ok") != 0)
		*why = said;
	return db_done(q);
}

static enum err
keys_check(struct db *db, struct pool *pool, const char **why)
{
	struct stmt *q = db_sql(db, "PRAGMA foreign_key_check");

	if (db_row(q))
		*why = pool_printf(pool,
				   "A row of %s refers to a row of %s that "
				   "does not exist.",
				   db_text(q, "table"), db_text(q, "parent"));
	return db_done(q);
}

enum err
db_integrity(struct db *db, struct pool *pool, const char **why)
{
	enum err e;

	*why = NULL;
	if ((e = pages_check(db, pool, why)) == OK && *why == NULL)
		e = keys_check(db, pool, why);
	return e;
}

enum err
db_defined(struct db *db, struct pool *pool, const char *kind,
	   const char *name, const char **text)
{
	struct stmt *q = db_sql(db, "SELECT sql FROM sqlite_master "
				    "WHERE type = :kind AND name = :name");

	*text = NULL;
	db_put_text(q, "kind", kind);
	db_put_text(q, "name", name);
	if (db_row(q))
		*text = pool_strdup(pool, db_null(q, "sql")
						  ? ""
						  : db_text(q, "sql"));
	return db_done(q);
}

/* A connection in WAL mode keeps its reader's lock for as long as it is open,
 * so asking who stands in the way of a writer finds idle ones too. */
long
db_holder(const char *path)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET,
			  .l_start = PENDING_BYTE, .l_len = LOCKED_BYTES};
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool asked = fd >= 0 && fcntl(fd, F_GETLK, &l) == 0;

	if (fd >= 0)
		close(fd);
	return asked && l.l_type != F_UNLCK ? (long)l.l_pid : 0;
}
