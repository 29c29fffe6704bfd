/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db.h: the only way to the book. Statements are literals, values are bound
 * by name, errors stick, and writing happens in db_write alone. */
#ifndef CLICKNET_DB_H
#define CLICKNET_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/err.h"
#include "lib/pool.h"

struct store; /* a database file as one process has it open */
struct db;    /* one thread's or request's view of it */
struct stmt;  /* a statement in use */

/* Opens the file at ${path}, which must exist unless ${create}, with up to
 * ${readers} read connections and one write connection. The lock file
 * ${path}.lock is made beside it. A process has a file open once: closing it
 * drops all locks that the process has on it. ERR_INTERNAL (logged) if it
 * cannot be. store_close(NULL) does nothing; every db must be freed before
 * it. */
enum err store_open(const char *path, int readers, bool create,
		    struct store **out);
void store_close(struct store *);

/* A view. Cheap: it borrows a read connection at its first statement and
 * gives it back in db_rest, db_write and db_free. Between, all it reads is
 * one snapshot. */
struct db *db_new(struct store *);
void db_rest(struct db *);
void db_free(struct db *);
struct store *db_store(struct db *);

/* Prepares (once per connection) a statement. ${sql} must be a literal. */
#define db_sql(db, sql) db_prepare((db), "" sql "")
struct stmt *db_prepare(struct db *, const char *sql);

/* Bind :name. Text and blobs are copied; NULL text binds NULL. Names, here and
 * below, are literals: one is known again by its address. */
void db_put_int(struct stmt *, const char *name, int64_t);
void db_put_text(struct stmt *, const char *name, const char *);
void db_put_blob(struct stmt *, const char *name, const void *, size_t);

/* The next row, or false: at the end, or on the first error, which sticks. */
bool db_row(struct stmt *);

/* A column of the row by its name. Text and blobs live until the next db_row
 * or db_done of the statement; copy what must last. A NULL column is 0, NULL
 * and length 0. */
int64_t db_int(struct stmt *, const char *column);
const char *db_text(struct stmt *, const char *column);
const void *db_blob(struct stmt *, const char *column, size_t *len);
bool db_null(struct stmt *, const char *column);

/* A blob of exactly ${size} bytes into ${out}. False, and zeros, if it is not
 * that long. */
bool db_copy(struct stmt *, const char *column, void *out, size_t size);

/* Ends the use of a statement; runs it first if no row was asked for. OK, or
 * what went wrong: ERR_CONFLICT (a constraint said no), ERR_BUSY (disk full,
 * lock), ERR_INTERNAL (logged). Must be called for every db_sql. */
enum err db_done(struct stmt *);

/* For "at most one row": true with the row standing; db_done still follows.
 * db_changes: rows the last INSERT, UPDATE or DELETE on this view changed. */
int64_t db_changes(struct db *);

/* The only way to write. Runs work(db, arg) in a transaction together with
 * whatever other threads are waiting (group commit), one commit, one fsync;
 * returns when it is on disk. If work does not return OK its changes are
 * undone, nobody else's are, and its error is returned. Work must have no side
 * effect but its SQL and *arg. ERR_BUSY if the commit could not be made
 * durable: then nothing of it is. The view's own snapshot ends. */
typedef enum err db_work(struct db *, void *arg);
enum err db_write(struct db *, db_work *work, void *arg);

/* db_write for work that is asked for most: it costs less where whatever waits
 * is such work, and it may be run more than once, so it must set all of *arg
 * anew each time. */
enum err db_write_rerunnable(struct db *, db_work *work, void *arg);

/* Inside db_write: runs work so that if it does not return OK its own changes
 * are undone and what was written before it stands; for a refusal that is
 * itself a fact to be kept. ERR_BUSY must be passed on. */
enum err db_try(struct db *, db_work *work, void *arg);

/* Runs statements from a trusted file or string, for schema and migrations.
 * Inside db_write only. */
enum err db_script(struct db *, const char *sql);

/* Copies the whole database, one consistent state, to a new file, fsynced.
 * ${progress} (may be NULL) hears pages done and pages in all. */
enum err db_backup(struct db *, const char *path,
		   void (*progress)(int done, int all));

/* Moves what the write-ahead log holds into the database file. */
enum err db_checkpoint(struct db *);

/* What the engine finds wrong with the whole file: *why (pool memory) is its
 * first complaint, NULL if there is none. Reads every page. */
enum err db_integrity(struct db *, struct pool *, const char **why);

/* The text a table, index or trigger (${kind}) was made with, in pool memory;
 * NULL if there is none of that name. */
enum err db_defined(struct db *, struct pool *, const char *kind,
		    const char *name, const char **text);

/* A process (not this one) that has the database at ${path} open; 0 if none
 * has. Only while this process has it not open: asking would drop its own
 * locks. */
long db_holder(const char *path);

/* The engine's version, for doctor. Static. */
const char *db_version(void);

/* The last error's text on this view, for the operator's eyes. */
const char *db_error(struct db *);

#endif
