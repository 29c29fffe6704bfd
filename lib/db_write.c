/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_write.c: group commit and the turnstile; the only way into the book. */
#include "lib/db_impl.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/file.h>

#include "lib/log.h"

/* How much one commit may carry, and how long (in pages) the write-ahead log
 * grows before the one at the turnstile moves it into the file. */
enum { TURNS_MAX = 256, ROUNDS_MAX = 4, CHECKPOINT_PAGES = 64000 };

/* Commits one thread makes for others before it goes on with its own request:
 * waking another leader takes longer than a payment. */
enum { LEADS_MAX = 4 };

/* One thread's wish to write. It lies on that thread's stack; the leader
 * works on it while the thread sleeps. */
struct turn {
	struct turn *next;
	db_work *work;
	void *arg;
	enum err result;
	bool rerunnable;
	bool lead;  /* woken to lead, not because it is done */
	struct turn *others; /* done as well: this thread wakes them */
	sem_t wake;
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

static void
checkpoint_when_long(struct store *st)
{
	int rc;

	if (st->wal_pages < st->checkpoint_at - CHECKPOINT_PAGES)
		st->checkpoint_at = CHECKPOINT_PAGES; /* the log began anew */
	if (st->checkpoint_at == 0)
		st->checkpoint_at = CHECKPOINT_PAGES;
	if (st->wal_pages < st->checkpoint_at && !st->checkpoint_now)
		return;
	st->checkpoint_now = false;
	rc = sqlite3_wal_checkpoint_v2(st->writer->handle, NULL,
				       SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if ((rc & 0xff) != SQLITE_BUSY) /* a reader stands in the way */
		db_result(&st->writer_view, st->writer, rc, "checkpoint");
	st->checkpoint_at = st->wal_pages + CHECKPOINT_PAGES;
}

/* One transaction, one fsync, for all that wait. */
static struct turn *
lead(struct store *st)
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

/* Wakes all of a list of those served, two of them at once, who wake half of
 * the others each: a thread is not woken in less time than a statement takes,
 * and the next commit need not wait for that. A turn is its thread's again as
 * soon as it is posted. */
static void
turns_wake(struct turn *list)
{
	struct turn *head[2] = {NULL, NULL}, *t;
	int side = 0;

	while ((t = list) != NULL) {
		list = t->next;
		if (head[side] == NULL) {
			t->others = NULL;
			head[side] = t;
		} else {
			t->next = head[side]->others;
			head[side]->others = t;
		}
		side = !side;
	}
	for (side = 0; side < 2 && head[side] != NULL; side++)
		sem_post(&head[side]->wake);
}

/* All but the leader's own turn. */
static struct turn *
turns_without(struct turn *all, const struct turn *own)
{
	struct turn **at = &all;

	while (*at != NULL && *at != own)
		at = &(*at)->next;
	if (*at != NULL)
		*at = (*at)->next;
	return all;
}

/* Ends a commit: everyone served wakes up. True if somebody waits and we stay
 * to lead again; else the first who waits does. */
static bool
lead_end(struct store *st, struct turn *all, const struct turn *own, bool stay)
{
	struct turn *next;

	pthread_mutex_lock(&st->turns_lock);
	next = st->first;
	st->leading = next != NULL;
	pthread_mutex_unlock(&st->turns_lock);
	stay = stay && next != NULL;
	if (next != NULL && !stay) {
		next->lead = true;
		sem_post(&next->wake);
	}
	turns_wake(turns_without(all, own));
	return stay;
}

/* True if nobody leads: then it is us. */
static bool
turn_queue(struct store *st, struct turn *t)
{
	bool lead;

	pthread_mutex_lock(&st->turns_lock);
	*st->last = t;
	st->last = &t->next;
	lead = !st->leading;
	st->leading = true;
	pthread_mutex_unlock(&st->turns_lock);
	return lead;
}

static enum err
turn_wait(struct db *db, struct turn t)
{
	struct store *st = db->store;
	bool leads;
	int led = 0;

	if (db->writing)
		log_bug("db_write inside db_write");
	db_rest(db);
	sem_init(&t.wake, 0, 0);
	leads = turn_queue(st, &t); /* from here on t is others' too */
	if (!leads) {
		while (sem_wait(&t.wake) != 0)
			continue; /* a signal */
		leads = t.lead;
		turns_wake(t.others);
	}
	while (leads)
		leads = lead_end(st, lead(st), &t, ++led < LEADS_MAX);
	sem_destroy(&t.wake);
	return t.result;
}

enum err
db_write(struct db *db, db_work *work, void *arg)
{
	return turn_wait(db, (struct turn){
		.work = work, .arg = arg, .result = ERR_BUSY});
}

enum err
db_write_rerunnable(struct db *db, db_work *work, void *arg)
{
	return turn_wait(db, (struct turn){
		.work = work, .arg = arg, .result = ERR_BUSY,
		.rerunnable = true});
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
