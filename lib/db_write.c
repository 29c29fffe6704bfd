/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_write.c: group commit and the turnstile; the only way into the book. */
#include "lib/db_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>

#include "lib/log.h"

/* How much one commit may carry, and how long (in pages) the write-ahead log
 * grows before the one at the turnstile moves it into the file. */
enum { TURNS_MAX = 256, ROUNDS_MAX = 4, CHECKPOINT_PAGES = 4000 };

/* One thread's wish to write. It lies on that thread's stack; the leader
 * works on it while the thread sleeps. */
struct turn {
	struct turn *next;
	db_work *work;
	void *arg;
	enum err result;
	bool done;
	pthread_cond_t wake;
};

/* Between processes: every commit and every checkpoint happens under this
 * lock. SQLite 3.7.0 to 3.51.2 can corrupt the file when a checkpoint races a
 * commit of another process; and waiting here is fair and silent. */
static void
turnstile(struct store *st, int operation)
{
	while (flock(st->lock_fd, operation) != 0)
		if (errno != EINTR)
			log_bug("the lock file cannot be locked");
}

static struct turn *
turns_take(struct store *st)
{
	struct turn *list;

	pthread_mutex_lock(&st->turns_lock);
	list = st->first;
	st->first = NULL;
	st->last = &st->first;
	pthread_mutex_unlock(&st->turns_lock);
	return list;
}

/* Runs one piece of work in a savepoint of its own. */
static enum err
turn_run(struct store *st, struct turn *t)
{
	struct db *db = &st->writer_view;
	enum err e;
	int rc;

	rc = conn_run(st->writer, "SAVEPOINT piece");
	if (rc != SQLITE_OK)
		return db_result(db, st->writer, rc, "SAVEPOINT");
	e = t->work(db, t->arg);
	if (db->in_use != 0)
		log_bug("a statement was not done in db_write");
	if (sqlite3_get_autocommit(st->writer->handle))
		return ERR_BUSY; /* the engine has undone the whole batch */
	if (e != OK)
		conn_run(st->writer, "ROLLBACK TO piece");
	rc = conn_run(st->writer, "RELEASE piece");
	if (rc != SQLITE_OK)
		return db_result(db, st->writer, rc, "RELEASE");
	return e;
}

/* Runs what waits, looks again for what came meanwhile, up to a bound.
 * Returns all that was run, newest batch first. */
static struct turn *
batch_run(struct store *st, bool *broken)
{
	struct turn *all = NULL, *list, *t;
	int rounds, count = 0;

	for (rounds = 0; rounds < ROUNDS_MAX && count < TURNS_MAX; rounds++) {
		if ((list = turns_take(st)) == NULL)
			break;
		while ((t = list) != NULL) {
			list = t->next;
			t->next = all;
			all = t;
			count++;
			if (*broken)
				continue;
			t->result = turn_run(st, t);
			*broken =
				sqlite3_get_autocommit(st->writer->handle) != 0;
		}
	}
	return all;
}

static void
checkpoint_when_long(struct store *st)
{
	if (st->wal_pages < st->checkpoint_at - CHECKPOINT_PAGES)
		st->checkpoint_at = CHECKPOINT_PAGES; /* the log began anew */
	if (st->checkpoint_at == 0)
		st->checkpoint_at = CHECKPOINT_PAGES;
	if (st->wal_pages < st->checkpoint_at && !st->checkpoint_now)
		return;
	st->checkpoint_now = false;
	sqlite3_wal_checkpoint_v2(st->writer->handle, NULL,
				  SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	st->checkpoint_at = st->wal_pages + CHECKPOINT_PAGES;
}

/* One transaction, one fsync, for all that wait. */
static struct turn *
lead(struct store *st)
{
	struct turn *all, *t;
	bool broken = false;
	int rc;

	turnstile(st, LOCK_EX);
	rc = conn_run(st->writer, "BEGIN IMMEDIATE");
	broken = rc != SQLITE_OK;
	all = batch_run(st, &broken);
	if (!broken) {
		rc = conn_run(st->writer, "COMMIT");
		broken = rc != SQLITE_OK;
	}
	if (broken) {
		db_result(&st->writer_view, st->writer, rc, "COMMIT");
		if (!sqlite3_get_autocommit(st->writer->handle))
			conn_run(st->writer, "ROLLBACK");
		for (t = all; t != NULL; t = t->next)
			t->result = ERR_BUSY;
	}
	checkpoint_when_long(st);
	turnstile(st, LOCK_UN);
	return all;
}

/* Ends the lead: everyone served wakes up, and the first who waits leads. A
 * turn belongs to its thread again as soon as it is marked done. */
static void
lead_end(struct store *st, struct turn *all)
{
	struct turn *t;

	pthread_mutex_lock(&st->turns_lock);
	st->leading = false;
	while ((t = all) != NULL) {
		all = t->next;
		t->done = true;
		pthread_cond_signal(&t->wake);
	}
	if (st->first != NULL)
		pthread_cond_signal(&st->first->wake);
	pthread_mutex_unlock(&st->turns_lock);
}

enum err
db_write(struct db *db, db_work *work, void *arg)
{
	struct store *st = db->store;
	struct turn t = {.work = work, .arg = arg, .result = ERR_BUSY};

	if (db->writing)
		log_bug("db_write inside db_write");
	db_rest(db);
	pthread_cond_init(&t.wake, NULL);
	pthread_mutex_lock(&st->turns_lock);
	*st->last = &t;
	st->last = &t.next;
	while (!t.done && st->leading)
		pthread_cond_wait(&t.wake, &st->turns_lock);
	if (!t.done)
		st->leading = true;
	pthread_mutex_unlock(&st->turns_lock);
	if (!t.done)
		lead_end(st, lead(st));
	pthread_cond_destroy(&t.wake);
	return t.result;
}

/* The checkpoint is the leader's: asked for in its own turn. */
static enum err
checkpoint_ask(struct db *db, void *arg)
{
	(void)arg;
	db->store->checkpoint_now = true;
	return OK;
}

enum err
db_checkpoint(struct db *db)
{
	return db_write(db, checkpoint_ask, NULL);
}
