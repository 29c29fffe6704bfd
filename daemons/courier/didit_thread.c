/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_thread.c: where Didit is waited for: a thread of its own, so that no
 * message waits with it. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "daemons/courier/courier.h"
#include "lib/log.h"

enum { LOOK_NS = 200000000, TROUBLE_LOOKS = 10 };

static pthread_t thread;
static atomic_bool stopping;

static void
wait_looks(int n)
{
	struct timespec look = {0, LOOK_NS};

	while (n-- > 0 && !atomic_load(&stopping))
		nanosleep(&look, NULL);
}

static void *
run(void *arg)
{
	struct pool *pool = pool_new();
	struct db *db = db_new(arg);
	enum err e;

	net_open();
	while (!atomic_load(&stopping)) {
		e = didit_run(db, pool);
		db_rest(db);
		pool_reset(pool);
		if (e != OK && e != ERR_MISSING)
			log_event("error", "didit", "code", err_code(e), NULL);
		if (e != OK)
			wait_looks(e == ERR_MISSING ? 1 : TROUBLE_LOOKS);
	}
	net_close();
	db_free(db);
	pool_free(pool);
	return NULL;
}

void
didit_start(struct store *store)
{
	atomic_store(&stopping, false);
	if (pthread_create(&thread, NULL, run, store) != 0)
		log_bug("no thread for Didit");
}

void
didit_stop(void)
{
	atomic_store(&stopping, true);
	pthread_join(thread, NULL);
}
