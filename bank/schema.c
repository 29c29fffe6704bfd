/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* schema.c: the only one who makes or changes tables. */
#include "bank/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/customer.h"
#include "bank/details.h"
#include "bank/event.h"
#include "bank/idem.h"
#include "bank/master.h"
#include "bank/passkey.h"
#include "bank/session.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "lib/settings.h"

#ifndef CLICKNET_DATADIR
#define CLICKNET_DATADIR "/usr/share/clicknet"
#endif

enum { SCRIPT_MAX = 1024 * 1024 };

/* ${base}/${below}/db if a schema is there. */
static const char *
dir_below(struct pool *pool, const char *base, const char *below)
{
	const char *dir = pool_printf(pool, "%s%s/db", base, below);

	if (access(pool_printf(pool, "%s/schema.sql", dir), R_OK) != 0)
		return NULL;
	return dir;
}

const char *
schema_dir(struct pool *pool)
{
	const char *share = settings()->SHARE_DIR, *dir = NULL;
	char *self, *slash;

	if (*share != '\0')
		dir = dir_below(pool, settings_beside(pool, share), "/..");
	if (dir != NULL)
		return dir;
	if ((self = realpath("/proc/self/exe", NULL)) != NULL) {
		if ((slash = strrchr(self, '/')) != NULL)
			*slash = '\0';
		dir = dir_below(pool, self, "");
		if (dir == NULL) /* a driver in bench/ */
			dir = dir_below(pool, self, "/..");
		free(self);
	}
	return dir != NULL ? dir : dir_below(pool, CLICKNET_DATADIR, "");
}

/* A script as one text; NULL with *why if it cannot be had. */
static const char *
script_read(struct pool *pool, const char *path, const char **why)
{
	struct buf b = {.pool = pool};
	char block[8192];
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (n = read(fd, block, sizeof block)) > 0 &&
	       b.len < SCRIPT_MAX)
		buf_put(&b, block, (size_t)n);
	if (n != 0)
		*why = pool_printf(pool, "%s: %s", path,
				   n > 0 ? "too long" : strerror(errno));
	if (fd >= 0)
		close(fd);
	if (n == 0)
		buf_puts(&b, "");
	return n == 0 ? b.data : NULL;
}

struct making {
	struct pool *pool;
	const char *script, *detail, *why;
	int version; /* 0: schema.sql says so itself */
};

static enum err
meta_put(struct db *db, const char *name, const char *value)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO meta (name, value) VALUES (:name, :value) "
		"ON CONFLICT (name) DO UPDATE SET value = excluded.value");

	db_put_text(q, "name", name);
	db_put_text(q, "value", value);
	return db_done(q);
}

static enum err
create_work(struct db *db, void *arg)
{
	struct making *m = arg;
	char day[CLOCK_DATE];
	enum err e;

	if ((e = db_script(db, m->script)) == OK &&
	    (e = meta_put(db, "made_on",
			  clock_date(day, clock_day(clock_now())))) == OK)
		e = audit_add(db, 0, &actor_operator, "bank.init", "");
	m->why = pool_strdup(m->pool, db_error(db));
	return e;
}

enum err
schema_create(struct db *db, struct pool *pool, const char **why)
{
	struct making m = {.pool = pool};
	const char *dir = schema_dir(pool), *there;
	enum err e;

	*why = "db/schema.sql is not to be found; is SHARE_DIR right?";
	if (dir == NULL)
		return ERR_MISSING;
	m.script = script_read(pool, pool_printf(pool, "%s/schema.sql", dir),
			       why);
	if (m.script == NULL)
		return ERR_MISSING;
	e = db_defined(db, pool, "table", "meta", &there);
	db_rest(db);
	*why = "There is a bank in this database already.";
	if (e == OK && there != NULL)
		return ERR_CONFLICT;
	if (e == OK)
		e = db_write(db, create_work, &m);
	*why = e == OK ? NULL : m.why != NULL ? m.why : db_error(db);
	return e;
}

enum err
schema_version(struct db *db, int *version)
{
	struct pool *pool = pool_new();
	const char *there;
	struct stmt *q;
	enum err e = db_defined(db, pool, "table", "meta", &there);
	bool found = e == OK && there != NULL;

	pool_free(pool);
	*version = 0;
	if (!found)
		return e != OK ? e : ERR_MISSING;
	q = db_sql(db, "SELECT CAST(value AS INTEGER) AS version FROM meta "
		       "WHERE name = 'schema'");
	if (db_row(q))
		*version = (int)db_int(q, "version");
	e = db_done(q);
	return e == OK && *version <= 0 ? ERR_MISSING : e;
}

const char *
schema_fault(struct db *db, struct pool *pool)
{
	int version;
	enum err e = schema_version(db, &version);

	if (e == ERR_MISSING)
		return "There is no bank in this database: clicknet init.";
	if (e != OK)
		return pool_printf(pool, "The database cannot be read: %s",
				   db_error(db));
	if (version < SCHEMA_VERSION)
		return pool_printf(pool,
				   "The bank's tables have version %d, this "
				   "program needs %d: clicknet migrate.",
				   version, SCHEMA_VERSION);
	if (version > SCHEMA_VERSION)
		return pool_printf(pool,
				   "The bank's tables have version %d, this "
				   "program knows %d only: it is too old.",
				   version, SCHEMA_VERSION);
	return NULL;
}

static enum err
keys_hash(struct db *db, struct pool *pool)
{
	(void)pool;
	return idem_hash_all(db);
}

/* What takes more than SQL: rows that have seals from a version on have to be
 * believed as they stand. */
static const struct {
	int version;
	enum err (*work)(struct db *, struct pool *);
} rows[] = {
	{3, user_seal_all}, {3, passkey_seal_all}, {3, keys_hash},
	{4, master_seal_all}, {4, session_seal_all}, {4, customer_index_all},
	{4, details_index_all}};

static enum err
migrate_rows(struct db *db, const struct making *m)
{
	enum err e = OK;
	size_t i;

	for (i = 0; e == OK && i < sizeof rows / sizeof *rows; i++)
		if (rows[i].version == m->version)
			e = rows[i].work(db, m->pool);
	return e;
}

static enum err
migrate_work(struct db *db, void *arg)
{
	struct making *m = arg;
	enum err e;

	if ((e = db_script(db, m->script)) == OK &&
	    (e = migrate_rows(db, m)) == OK &&
	    (e = meta_put(db, "schema",
			  pool_printf(m->pool, "%d", m->version))) == OK)
		e = audit_add(db, 0, &actor_operator, "bank.migrate",
			      m->detail);
	m->why = pool_strdup(m->pool, db_error(db));
	return e;
}

static enum err
migrate_one(struct db *db, struct pool *pool, const char *dir, int version,
	    const char **why)
{
	struct making m = {.pool = pool, .version = version};
	enum err e;

	m.detail = pool_printf(pool, "version %d", version);
	m.script = script_read(pool,
			       pool_printf(pool, "%s/migration/%04d.sql", dir,
					   version),
			       why);
	if (m.script == NULL)
		return ERR_MISSING;
	if ((e = db_write(db, migrate_work, &m)) != OK)
		*why = pool_printf(pool, "version %d: %s", version,
				   m.why != NULL ? m.why : err_sentence(e));
	return e;
}

enum err
schema_migrate(struct db *db, struct pool *pool, int *from, int *to,
	       const char **why)
{
	const char *dir = schema_dir(pool);
	enum err e;

	*why = "There is no bank in this database: clicknet init.";
	if ((e = schema_version(db, from)) != OK)
		return e;
	db_rest(db);
	*to = *from;
	*why = "The bank is newer than this program.";
	if (*from > SCHEMA_VERSION)
		return ERR_CONFLICT;
	*why = "db/schema.sql is not to be found; is SHARE_DIR right?";
	if (dir == NULL)
		return ERR_MISSING;
	for (; *to < SCHEMA_VERSION; ++*to)
		if ((e = migrate_one(db, pool, dir, *to + 1, why)) != OK)
			return e;
	*why = NULL;
	return OK;
}
