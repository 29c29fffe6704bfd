/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* begin.c: settings, log, keys and book of a daemon. */
#include "daemons/begin.h"

#include <stdio.h>

#include "bank/schema.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/settings.h"

/* NULL, or why the keys are of no use. */
static const char *
keys_open(struct pool *pool)
{
	const char *path = settings_beside(pool, settings()->KEY_FILE);
	enum err e = secret_keys(path);

	if (e == OK)
		return NULL;
	return pool_printf(pool, "%s: %s", path,
			   e == ERR_FORBIDDEN
				   ? "the keys must be the bank's user's, and "
				     "nobody else's to read; chmod 0400"
			   : e == ERR_MISSING ? "the key file cannot be read"
					      : "the key file is damaged");
}

/* NULL, or why the book cannot be worked on. */
static const char *
book_open(struct pool *pool, int readers, struct store **store)
{
	const char *path = settings_beside(pool, settings()->DATABASE), *why;
	struct db *db;

	if (store_open(path, readers, false, store) != OK)
		return pool_printf(pool, "%s: the database cannot be opened",
				   path);
	db = db_new(*store);
	why = schema_fault(db, pool);
	db_free(db);
	if (why == NULL)
		return NULL;
	store_close(*store);
	return pool_printf(pool, "%s: %s", path, why);
}

struct store *
daemon_begin(struct pool *pool, const char *name, int readers)
{
	const char *why = settings_path(), *log = NULL;
	const struct settings *s;
	struct store *store;

	if (settings_start(pool, settings_path(), &why) != OK) {
		fprintf(stderr, "clicknet-%s: %s\n", name, why);
		return NULL;
	}
	s = settings();
	if (*s->LOG_DIR != '\0')
		log = pool_printf(pool, "%s/%s.log",
				  settings_beside(pool, s->LOG_DIR), name);
	log_open(name, log);
	clock_zone(s->BANK_TIMEZONE);
	secret_start();
	if ((why = keys_open(pool)) == NULL &&
	    (why = book_open(pool, readers, &store)) == NULL)
		return store;
	log_event("error", "start", "why", why, NULL);
	fprintf(stderr, "clicknet-%s: %s\n", name, why);
	return NULL;
}
