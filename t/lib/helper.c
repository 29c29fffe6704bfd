/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* helper.c: the beginning and the end of the programs in t/helper. */
#include "t/lib/helper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/secret.h"
#include "lib/settings.h"

void
need(enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		err_code(e));
	exit(1);
}

struct db *
helper_open(struct pool *pool, bool init)
{
	const char *why = "", *keys;
	struct store *store;

	need(settings_start(pool, settings_path(), &why), why);
	secret_start();
	keys = settings_beside(pool, settings()->KEY_FILE);
	if (init)
		need(secret_make_keys(keys), "keys");
	need(secret_keys(keys), "keys");
	need(store_open(settings_beside(pool, settings()->DATABASE), 1, init,
			&store), "database");
	return db_new(store);
}

void
helper_close(struct db *db)
{
	struct store *store = db_store(db);

	db_free(db);
	store_close(store);
}
