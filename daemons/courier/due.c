/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* due.c: the bank's clockwork: at once what strangers ask for, every second
 * what is due, every hour the housekeeping. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "bank/housekeeping.h"
#include "bank/intake.h"
#include "bank/message.h"
#include "bank/payment.h"
#include "daemons/courier/courier.h"
#include "lib/clock.h"
#include "lib/log.h"

enum { SLICE_NS = 200000000, SLICES = 5, TROUBLE_SLICES = 50 };

static const int64_t HOUR_NS = 3600LL * 1000000000;

static pthread_t thread;
static atomic_bool stopping;

static bool
done(const char *what, enum err e)
{
	if (e != OK)
		log_event("error", "due", "what", what, "code", err_code(e),
			  NULL);
	return e == OK;
}

/* In slices, so that the end does not wait for a second to pass, nor who
 * waits for a code. */
static void
wait_slices(struct db *db, int n)
{
	struct timespec slice = {0, SLICE_NS};
	bool good = true;

	while (n-- > 0 && !atomic_load(&stopping)) {
		if (good)
			good = done("intake", intake_run_due(db));
		db_rest(db);
		nanosleep(&slice, NULL);
	}
}

static void *
run(void *arg)
{
	struct db *db = db_new(arg);
	int64_t next_hour = clock_mono();
	bool good;

	while (!atomic_load(&stopping)) {
		good = done("payments", payment_expire_due(db));
		good = done("messages", message_wipe_due(db)) && good;
		db_rest(db);
		if (clock_mono() >= next_hour) {
			next_hour = clock_mono() + HOUR_NS;
			done("housekeeping", housekeeping(db));
			db_rest(db);
		}
		wait_slices(db, good ? SLICES : TROUBLE_SLICES);
	}
	db_free(db);
	return NULL;
}

void
due_start(struct store *store)
{
	atomic_store(&stopping, false);
	if (pthread_create(&thread, NULL, run, store) != 0)
		log_bug("no thread for what is due");
}

void
due_stop(void)
{
	atomic_store(&stopping, true);
	pthread_join(thread, NULL);
}
