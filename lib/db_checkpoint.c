/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_checkpoint.c: moves a long write-ahead log into the database file, by the
 * one at the turnstile while all others wait. */
#include "lib/db_impl.h"

#include <fcntl.h>
#include <time.h>

/* How long the log grows, in pages, and how few are not worth a thread. */
enum { LOG_PAGES = 32000, FEW_PAGES = 4000 };

/* Sends what is copied on to the disk while the next is copied. A hint, no
 * more: the engine syncs the file at the end, and then waits for less. */
static void *
send_thread(void *arg)
{
	static const struct timespec rest = {.tv_nsec = 2000000};
	struct store *st = arg;

	while (!atomic_load(&st->copied)) {
		sync_file_range(st->file_fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		nanosleep(&rest, NULL);
	}
	return NULL;
}

static void
copy(struct store *st)
{
	int rc = sqlite3_wal_checkpoint_v2(st->writer->handle, NULL,
					   SQLITE_CHECKPOINT_PASSIVE, NULL,
					   NULL);

	if ((rc & 0xff) != SQLITE_BUSY) /* a reader stands in the way */
		db_result(&st->writer_view, st->writer, rc, "checkpoint");
	st->checkpoint_at = st->wal_pages + LOG_PAGES;
}

void
checkpoint_when_long(struct store *st)
{
	pthread_t sender;
	bool sends;

	if (st->wal_pages < st->checkpoint_at - LOG_PAGES ||
	    st->checkpoint_at == 0)
		st->checkpoint_at = LOG_PAGES; /* the log began anew */
	if (st->wal_pages < st->checkpoint_at && !st->checkpoint_now)
		return;
	st->checkpoint_now = false;
	atomic_store(&st->copied, false);
	sends = st->wal_pages > FEW_PAGES &&
		pthread_create(&sender, NULL, send_thread, st) == 0;
	copy(st);
	atomic_store(&st->copied, true);
	if (sends)
		pthread_join(sender, NULL);
}
