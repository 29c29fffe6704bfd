/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* long_ago.c: makes the code that was last given in each session an hour old,
 * as the bank itself would have written it.
 * The settings file is CLICKNET_CONF. */
#include "bank/session.h"
#include "lib/clock.h"
#include "t/lib/helper.h"

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
	struct db *db = helper_open(pool, false);

	need(db_write(db, age_work, pool), "sessions");
	helper_close(db);
	pool_free(pool);
	return 0;
}
