/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_batch.c: one transaction for all who wait, under the turnstile. */
#include "lib/db_impl.h"

#include <errno.h>
#include <sys/file.h>

#include "lib/log.h"

/* How much one commit may carry. */
enum { TURNS_MAX = 256, ROUNDS_MAX = 4 };

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

/* Those who wait: first what may be run again, then the rest. */
static struct turn *
turns_take(struct store *st)
{
	struct turn *list, *rest = NULL, **from = &list, **to = &rest, *t;

	pthread_mutex_lock(&st->turns_lock);
	list = st->first;
	st->first = NULL;
	st->last = &st->first;
	pthread_mutex_unlock(&st->turns_lock);
	while ((t = *from) != NULL) {
		if (t->rerunnable) {
			from = &t->next;
			continue;
		}
		*from = t->next;
		t->next = NULL;
		*to = t;
		to = &t->next;
	}
	*from = rest;
	return list;
}

/* What a piece did: if the engine has undone the whole transaction by itself,
 * nothing of the batch can be kept. */
static enum err
piece_end(struct db *db, int in_use, enum err e)
{
	if (db->in_use != in_use)
		log_bug("a statement was not done in db_write");
	if (!sqlite3_get_autocommit(db->conn->handle))
		return e;
	db->broken = true;
	return ERR_BUSY;
}

/* Runs work in a savepoint of its own. Where the engine can no longer keep its
 * changes apart from the others', the whole batch is undone. */
static enum err
piece_apart(struct db *db, db_work *work, void *arg)
{
	struct conn *c = db->conn;
	int in_use = db->in_use, rc;
	enum err e = ERR_BUSY;

	if ((rc = conn_run(c, "SAVEPOINT piece")) == SQLITE_OK) {
		e = piece_end(db, in_use, work(db, arg));
		if (db->broken)
			return e;
		if (e != OK)
			rc = conn_run(c, "ROLLBACK TO piece");
		if (rc == SQLITE_OK)
			rc = conn_run(c, "RELEASE piece");
	}
	if (rc == SQLITE_OK)
		return e;
	db->broken = true;
	db_result(db, c, rc, "SAVEPOINT");
	return ERR_BUSY;
}

/* A savepoint keeps a copy of every page that is changed, and what fails has
 * nearly always changed nothing. So work that may be run again runs without
 * one, as long as there is only such work; if it fails and has written, the
 * batch is stained: undone, and run once more with each piece apart. */
static enum err
piece_run(struct db *db, db_work *work, void *arg)
{
	sqlite3 *handle = db->conn->handle;
	sqlite3_int64 changes = sqlite3_total_changes64(handle);
	enum err e;

	db->scripted = false;
	e = piece_end(db, db->in_use, work(db, arg));
	if (e != OK &&
	    (db->scripted || sqlite3_total_changes64(handle) != changes))
		db->stained = true;
	return e;
}

enum err
db_try(struct db *db, db_work *work, void *arg)
{
	if (!db->writing)
		log_bug("db_try outside db_write");
	return piece_apart(db, work, arg);
}

/* Runs what waits, looks again for what came meanwhile, up to a bound. Returns
 * all that was taken, in its order. */
static struct turn *
batch_run(struct store *st)
{
	struct db *db = &st->writer_view;
	struct turn *all = NULL, **end = &all, *t;
	int rounds, count = 0;
	bool apart = false;

	for (rounds = 0; rounds < ROUNDS_MAX && count < TURNS_MAX; rounds++) {
		if ((*end = turns_take(st)) == NULL)
			break;
		for (; (t = *end) != NULL; end = &t->next, count++) {
			apart = apart || !t->rerunnable;
			if (!db->broken)
				t->result = (apart ? piece_apart : piece_run)(
					db, t->work, t->arg);
			if (db->stained)
				return all;
		}
	}
	return all;
}

/* Undoes a stained batch and runs it once more, each piece apart. */
static int
batch_again(struct store *st, struct turn *all)
{
	struct db *db = &st->writer_view;
	struct turn *t;
	int rc = conn_run(st->writer, "ROLLBACK");

	if (rc == SQLITE_OK)
		rc = conn_run(st->writer, "BEGIN IMMEDIATE");
	db->broken = rc != SQLITE_OK;
	for (t = all; t != NULL && !db->broken; t = t->next)
		t->result = piece_apart(db, t->work, t->arg);
	return rc;
}

struct turn *
batch_commit(struct store *st)
{
	struct db *db = &st->writer_view;
	struct turn *all, *t;
	int rc;

	turnstile(st, LOCK_EX);
	rc = conn_run(st->writer, "BEGIN IMMEDIATE");
	db->broken = rc != SQLITE_OK;
	db->stained = false;
	all = batch_run(st);
	if (db->stained && !db->broken)
		rc = batch_again(st, all);
	if (!db->broken) {
		rc = conn_run(st->writer, "COMMIT");
		db->broken = rc != SQLITE_OK;
	}
	if (db->broken) {
		db_result(db, st->writer, rc, "COMMIT");
		if (!sqlite3_get_autocommit(st->writer->handle))
			conn_run(st->writer, "ROLLBACK");
		for (t = all; t != NULL; t = t->next)
			t->result = ERR_BUSY;
	}
	checkpoint_when_long(st);
	turnstile(st, LOCK_UN);
	return all;
}
