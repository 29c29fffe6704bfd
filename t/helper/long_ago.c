/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* long_ago.c: makes the code that was last given in each session an hour old,
 * as the bank itself would have written it.
 * The settings file is CLICKNET_CONF. */
#include <stdio.h>
#include <stdlib.h>

#include "bank/session.h"
#include "lib/clock.h"
#include "lib/settings.h"

static void
need(enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "long_ago: %s: %s\n", what, err_code(e));
	exit(1);
}

static enum err
age_work(struct db *db, void *pool)
{
	struct stmt *q = db_sql(db, "UPDATE session SET "
				    "confirmed_at = confirmed_at - :hour");
	enum err e;

	db_put_int(q, "hour", 60 * CLOCK_MINUTE);
	e = db_done(q);
	return e != OK ? e : session_seal_all(db, pool);
}

int
main(void)
{
	struct pool *pool = pool_new();
	const char *why = "";
	struct store *store;
	struct db *db;

	need(settings_start(pool, settings_path(), &why), why);
	secret_start();
	need(secret_keys(settings_beside(pool, settings()->KEY_FILE)), "keys");
	need(store_open(settings_beside(pool, settings()->DATABASE), 1, false,
			&store), "database");
	db = db_new(store);
	need(db_write(db, age_work, pool), "sessions");
	db_free(db);
	store_close(store);
	pool_free(pool);
	return 0;
}
