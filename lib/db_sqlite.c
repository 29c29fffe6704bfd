/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_sqlite.c: views of db.h on SQLite, and the statements they have. */
#include "lib/db_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

const char *
db_version(void)
{
	return sqlite3_libversion();
}

const char *
db_error(struct db *db)
{
	return db->error;
}

enum err
db_result(struct db *db, struct conn *c, int rc, const char *sql)
{
	int extended = sqlite3_extended_errcode(c->handle);

	if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
		return OK;
	snprintf(db->error, sizeof db->error, "%s (%d)",
		 sqlite3_errmsg(c->handle), extended);
	if (extended == SQLITE_IOERR_FSYNC ||
	    extended == SQLITE_IOERR_DIR_FSYNC)
		log_bug("fsync failed: what is on disk is unknown");
	if ((rc & 0xff) == SQLITE_NOMEM)
		log_bug("out of memory");
	if ((rc & 0xff) == SQLITE_CONSTRAINT)
		return ERR_CONFLICT;
	log_event("error", "db", "error", db->error, "sql", sql, NULL);
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_PROTOCOL:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		return ERR_BUSY;
	}
	return ERR_INTERNAL;
}

static void
names_free(struct names *names)
{
	while (names->count > 0)
		free(names->list[--names->count].spelled);
	free(names->list);
}

void
stmt_end(struct stmt *q)
{
	sqlite3_finalize(q->s);
	names_free(&q->column);
	names_free(&q->param);
}

static const char *
param_name(sqlite3_stmt *s, int i)
{
	return sqlite3_bind_parameter_name(s, i + 1) + 1;
}

static void
names_learn(struct names *names, sqlite3_stmt *s, int count,
	    const char *(*name)(sqlite3_stmt *, int))
{
	struct name *n = calloc((size_t)count + 1, sizeof *n);

	if ((names->list = n) == NULL)
		log_bug("out of memory");
	for (; names->count < count; names->count++, n++)
		if ((n->spelled = strdup(name(s, names->count))) == NULL)
			log_bug("out of memory");
}

static void
stmt_learn(struct stmt *q, const char *sql, sqlite3_stmt *s)
{
	q->sql = sql;
	q->s = s;
	names_learn(&q->column, s, sqlite3_column_count(s),
		    sqlite3_column_name);
	names_learn(&q->param, s, sqlite3_bind_parameter_count(s), param_name);
}

/* The statement for a literal: found by its address, else prepared. */
static struct stmt *
conn_stmt(struct conn *c, const char *sql, int *rc)
{
	size_t at = ((uintptr_t)sql >> 3) * 0x9e3779b97f4a7c15u >> 56;
	sqlite3_stmt *s = NULL;
	struct stmt *q;

	*rc = SQLITE_OK;
	for (;; at = (at + 1) % DB_CACHE) {
		q = &c->cache[at];
		if (q->sql == sql)
			return q;
		if (q->sql == NULL)
			break;
	}
	if (c->cached == DB_CACHE - 1)
		log_bug("more statements than a connection keeps");
	*rc = sqlite3_prepare_v3(c->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
				 &s, NULL);
	if (s != NULL) {
		c->cached++;
		stmt_learn(q, sql, s);
	}
	return q;
}

int
conn_run(struct conn *c, const char *sql)
{
	int rc;
	struct stmt *q = conn_stmt(c, sql, &rc);

	if (q->s == NULL)
		return rc;
	rc = sqlite3_step(q->s);
	sqlite3_reset(q->s);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* Borrows a read connection and begins its snapshot. */
static void
db_attach(struct db *db)
{
	struct store *st = db->store;
	struct conn *c;

	pthread_mutex_lock(&st->readers_lock);
	while (st->idle == NULL && st->opened >= st->readers) {
		st->wanting++;
		pthread_cond_wait(&st->reader_free, &st->readers_lock);
		st->wanting--;
	}
	if ((c = st->idle) != NULL)
		st->idle = c->next;
	else
		st->opened++;
	pthread_mutex_unlock(&st->readers_lock);
	if (c == NULL && (c = conn_open(st->path, false, false)) == NULL)
		log_bug("the database cannot be opened any more");
	db->conn = c;
	conn_run(c, "BEGIN");
}

void
db_rest(struct db *db)
{
	struct store *st = db->store;
	bool wanted;

	if (db->writing || db->conn == NULL)
		return;
	if (db->in_use != 0)
		log_bug("a statement was not done");
	conn_run(db->conn, "ROLLBACK");
	pthread_mutex_lock(&st->readers_lock);
	db->conn->next = st->idle;
	st->idle = db->conn;
	db->conn = NULL;
	wanted = st->wanting > 0;
	pthread_mutex_unlock(&st->readers_lock);
	if (wanted)
		pthread_cond_signal(&st->reader_free);
}

/* A statement that could not be prepared: only its error is of use. */
static struct stmt *
stmt_broken(struct db *db, int rc, const char *sql)
{
	struct stmt *q = calloc(1, sizeof *q);

	if (q == NULL)
		log_bug("out of memory");
	q->view = db;
	q->e = db_result(db, db->conn, rc, sql);
	if (q->e == OK)
		q->e = ERR_INTERNAL;
	return q;
}

struct stmt *
db_prepare(struct db *db, const char *sql)
{
	struct stmt *q;
	int rc;

	if (db->conn == NULL)
		db_attach(db);
	q = conn_stmt(db->conn, sql, &rc);
	if (q->s == NULL)
		q = stmt_broken(db, rc, sql);
	else if (q->view != NULL)
		log_bug(sql); /* used inside its own rows */
	else
		q->e = OK;
	q->view = db;
	q->ran = q->row = false;
	db->in_use++;
	return q;
}

int64_t
db_changes(struct db *db)
{
	return db->changes;
}

enum err
db_script(struct db *db, const char *sql)
{
	if (!db->writing)
		log_bug("a script outside db_write");
	db->scripted = true;
	return db_result(db, db->conn,
			 sqlite3_exec(db->conn->handle, sql, NULL, NULL, NULL),
			 "script");
}
