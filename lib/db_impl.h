/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_impl.h: what the files of the SQLite driver share; nobody else's. */
#ifndef CLICKNET_DB_IMPL_H
#define CLICKNET_DB_IMPL_H

#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include "lib/db.h"

enum { DB_CACHE = 256, DB_ERROR = 300, DB_BOUND = 2048 };

/* The names of a statement's columns or parameters, copies: the engine's own
 * go when it prepares anew. */
struct names {
	int count, at; /* at: where the next one is looked for first */
	struct name {
		char *spelled;
		const char *asked; /* the caller's literal for it */
	} *list;
};

/* A prepared statement, kept with its connection. */
struct stmt {
	const char *sql; /* the literal: its address is the key */
	sqlite3_stmt *s;
	struct db *view; /* who uses it now; NULL: nobody */
	enum err e;
	bool ran, row;
	struct names column, param;
};

struct conn {
	sqlite3 *handle;
	struct conn *next; /* in the list of idle readers */
	struct stmt cache[DB_CACHE];
	int cached;
};

struct db {
	struct store *store;
	struct conn *conn; /* borrowed; NULL while at rest */
	int in_use;        /* statements not yet done */
	bool writing;
	bool broken;   /* the batch cannot be committed */
	bool stained;  /* ...as it is: what failed in it had written */
	bool scripted; /* a script ran: what it changed is not counted */
	int64_t changes;
	size_t bound_len; /* what statements in use have bound */
	char bound[DB_BOUND];
	char error[DB_ERROR];
};

/* One thread's wish to write. It lies on that thread's stack; the leader
 * works on it while the thread sleeps. */
struct turn {
	struct turn *next;
	db_work *work;
	void *arg;
	enum err result;
	bool rerunnable;
	bool leads;          /* woken to lead, not because it is served */
	struct turn *others; /* served as well: this thread wakes them */
	sem_t wake;
};

struct store {
	char *path;
	int lock_fd;

	pthread_mutex_t readers_lock;
	pthread_cond_t reader_free;
	struct conn *idle;
	int opened, readers, wanting;

	pthread_mutex_t turns_lock;
	struct turn *first, **last;
	bool leading;
	struct conn *writer; /* used by the leader only */
	struct db writer_view;
	int wal_pages, checkpoint_at;
	bool checkpoint_now;
	atomic_bool copied;  /* a checkpoint's copying has ended */
	int file_fd;         /* the database file, to be sent to the disk only:
			      * closed after all of the engine's, whose locks
			      * would go with it */
};

/* Opens one connection with everything a bank wants set. NULL: logged. */
struct conn *conn_open(const char *path, bool create, bool writer);
void conn_close(struct conn *);

/* Ends a prepared statement and its names. */
void stmt_end(struct stmt *);

/* Turns the engine's result into ours; logs what is not the caller's doing.
 * A failed fsync ends the process: what is on disk is unknown then. */
enum err db_result(struct db *, struct conn *, int rc, const char *sql);

/* One commit, one fsync, for all that wait; their turns. */
struct turn *batch_commit(struct store *);

/* At the turnstile: moves the log into the database file if it is long, or if
 * somebody asked for it. */
void checkpoint_when_long(struct store *);

/* Runs one of the driver's own statements ("BEGIN"), kept prepared. */
int conn_run(struct conn *, const char *sql);

#endif
