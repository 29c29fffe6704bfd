/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_store.c: opening, closing and copying a database file. */
#include "lib/db_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/db_log.h"
#include "lib/log.h"

enum { WRITER_KIB = 6144, READER_KIB = 192, BACKUP_PAGES = 2000 };

static pthread_once_t engine_once = PTHREAD_ONCE_INIT;
static const char *engine_layer;

/* No statistics and no locks inside a connection: one thread at a time uses
 * each. A program that set the engine up before us (a fault test with its own
 * VFS) keeps what it set. */
static void
engine_start(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_initialize();
	engine_layer = db_log_layer();
}

/* synchronous=FULL always: with NORMAL a power cut loses acknowledged
 * transfers. Checkpoints are the turnstile's business, not the engine's. */
static const char conn_common[] =
	"PRAGMA busy_timeout=10000;"
	"PRAGMA trusted_schema=OFF;"
	"PRAGMA foreign_keys=ON;"
	"PRAGMA temp_store=MEMORY;"
	"PRAGMA mmap_size=0;"
	"PRAGMA wal_autocheckpoint=0;";
static const char conn_writes[] =
	"PRAGMA journal_mode=WAL;"
	"PRAGMA synchronous=FULL;";
static const char conn_reads[] = "PRAGMA query_only=ON;";

static int
conn_setup(struct conn *c, bool writer)
{
	char cache[40];
	int rc;

	snprintf(cache, sizeof cache, "PRAGMA cache_size=-%d",
		 writer ? WRITER_KIB : READER_KIB);
	rc = sqlite3_exec(c->handle, conn_common, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c->handle, writer ? conn_writes : conn_reads,
				  NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c->handle, cache, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(c->handle,
				       SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
				       NULL);
	return rc;
}

struct conn *
conn_open(const char *path, bool create, bool writer)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
	struct conn *c = calloc(1, sizeof *c);
	int rc;

	if (c == NULL)
		log_bug("out of memory");
	pthread_once(&engine_once, engine_start);
	rc = sqlite3_open_v2(path, &c->handle, flags, engine_layer);
	if (rc == SQLITE_OK)
		rc = conn_setup(c, writer);
	if (rc == SQLITE_OK)
		return c;
	log_event("error", "db.open", "path", path, "error",
		  c->handle ? sqlite3_errmsg(c->handle) : "no memory", NULL);
	conn_close(c);
	return NULL;
}

void
conn_close(struct conn *c)
{
	int i;

	if (c == NULL)
		return;
	for (i = 0; i < DB_CACHE; i++)
		stmt_end(&c->cache[i]);
	sqlite3_close(c->handle);
	free(c);
}

/* Counts the pages of the write-ahead log after each commit. */
static int
wal_grew(void *store, sqlite3 *handle, const char *name, int pages)
{
	(void)handle;
	(void)name;
	((struct store *)store)->wal_pages = pages;
	return SQLITE_OK;
}

static int
lock_open(const char *path)
{
	char name[4096];

	if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name)
		return -1;
	return open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
}

/* Sends the log to the disk, whoever reads in it just now. */
static void
log_sync(struct store *st)
{
	sqlite3_file *log = NULL;
	int rc = sqlite3_file_control(st->writer->handle, "main",
				      SQLITE_FCNTL_JOURNAL_POINTER, &log);

	if (rc == SQLITE_OK && log != NULL && log->pMethods != NULL)
		rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
	if (rc != SQLITE_OK)
		log_bug("the log cannot be synced: what is on disk is unknown");
}

/* A program that died between writing a commit and syncing it leaves a log
 * that the engine takes for committed. Before anybody is told of what stands
 * there it must be on disk. A checkpoint syncs the log first, but does nothing
 * at all while another program's reader stands in its way. */
static enum err
store_settle(struct store *st, struct store **out)
{
	struct db *db = db_new(st);
	enum err e = db_checkpoint(db);

	db_free(db);
	if (e != OK) {
		store_close(st);
		return e;
	}
	log_sync(st);
	*out = st;
	return OK;
}

enum err
store_open(const char *path, int readers, bool create, struct store **out)
{
	struct store *st;
	int fd;

	if (create) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
		if (fd >= 0)
			close(fd);
	}
	if ((st = calloc(1, sizeof *st)) == NULL ||
	    (st->path = strdup(path)) == NULL)
		log_bug("out of memory");
	st->readers = readers;
	st->last = &st->first;
	pthread_mutex_init(&st->readers_lock, NULL);
	pthread_mutex_init(&st->turns_lock, NULL);
	pthread_cond_init(&st->reader_free, NULL);
	st->lock_fd = lock_open(path);
	st->file_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (st->lock_fd >= 0)
		st->writer = conn_open(path, create, true);
	/* The engine reads what it may not write, and begins empty
	 * transactions on it. */
	if (st->writer != NULL &&
	    sqlite3_db_readonly(st->writer->handle, "main") != 0) {
		conn_close(st->writer);
		st->writer = NULL;
	}
	if (st->writer == NULL) {
		log_event("error", "store.open", "path", path, NULL);
		store_close(st);
		return ERR_INTERNAL;
	}
	sqlite3_wal_hook(st->writer->handle, wal_grew, st);
	st->writer_view = (struct db){
		.store = st, .conn = st->writer, .writing = true};
	return store_settle(st, out);
}

void
store_close(struct store *st)
{
	struct conn *c;

	if (st == NULL)
		return;
	while ((c = st->idle) != NULL) {
		st->idle = c->next;
		conn_close(c);
	}
	conn_close(st->writer);
	if (st->file_fd >= 0)
		close(st->file_fd);
	if (st->lock_fd >= 0)
		close(st->lock_fd);
	pthread_mutex_destroy(&st->readers_lock);
	pthread_mutex_destroy(&st->turns_lock);
	pthread_cond_destroy(&st->reader_free);
	free(st->path);
	free(st);
}

struct db *
db_new(struct store *st)
{
	struct db *db = calloc(1, sizeof *db);

	if (db == NULL)
		log_bug("out of memory");
	db->store = st;
	return db;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	db_rest(db);
	free(db);
}

struct store *
db_store(struct db *db)
{
	return db->store;
}

/* Copies page by page while the source's snapshot stands still. */
static int
backup_pages(struct conn *from, sqlite3 *to, void (*progress)(int, int))
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from->handle,
						"main");
	int rc, all;

	if (b == NULL)
		return sqlite3_errcode(to);
	do {
		rc = sqlite3_backup_step(b, BACKUP_PAGES);
		all = sqlite3_backup_pagecount(b);
		if (progress != NULL)
			progress(all - sqlite3_backup_remaining(b), all);
	} while (rc == SQLITE_OK);
	return sqlite3_backup_finish(b);
}

static enum err
sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	return rc == 0 ? OK : ERR_BUSY;
}

enum err
db_backup(struct db *db, const char *path, void (*progress)(int, int))
{
	struct stmt *q = db_sql(db, "SELECT value FROM meta");
	sqlite3 *to = NULL;
	enum err e;
	int rc;

	db_row(q); /* the snapshot begins with the first read */
	if ((e = db_done(q)) != OK)
		return e;
	rc = sqlite3_open_v2(path, &to,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (rc == SQLITE_OK)
		rc = backup_pages(db->conn, to, progress);
	if (rc != SQLITE_OK)
		snprintf(db->error, sizeof db->error, "%s: %s", path,
			 sqlite3_errstr(rc));
	sqlite3_close(to);
	db_rest(db);
	return rc == SQLITE_OK ? sync_file(path) : ERR_BUSY;
}
