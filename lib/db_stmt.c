/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_stmt.c: what goes into a statement and the rows that come out of it. */
#include "lib/db_impl.h"

#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

/* Where ${name} stands, from ${at} on and around: as the literal it was asked
 * for with before, or spelled the same. */
static int
name_at(const struct names *names, const char *name, bool spelled)
{
	int i = names->at, n;

	for (n = 0; n < names->count; n++, i++) {
		if (i >= names->count)
			i = 0;
		if (spelled ? strcmp(names->list[i].spelled, name) == 0
			    : names->list[i].asked == name)
			return i;
	}
	return -1;
}

static int
name_search(struct names *names, const char *name)
{
	int i = name_at(names, name, false);

	if (i < 0 && (i = name_at(names, name, true)) < 0)
		log_bug(name);
	return i;
}

/* Names are asked for in the order they stand in, nearly always, and with the
 * same literals. */
static int
name_find(struct names *names, const char *name)
{
	int i = names->at;

	if (i >= names->count || names->list[i].asked != name)
		i = name_search(names, name);
#ifdef __SANITIZE_ADDRESS__
	if (strcmp(names->list[i].spelled, name) != 0)
		log_bug("a name that is no literal");
#endif
	names->list[i].asked = name;
	names->at = i + 1;
	return i;
}

static int
stmt_param(struct stmt *q, const char *name)
{
	if (q->s == NULL)
		return 0;
	return name_find(&q->param, name) + 1;
}

static void
stmt_note(struct stmt *q, int rc)
{
	if (rc != SQLITE_OK && q->e == OK)
		q->e = db_result(q->view, q->view->conn, rc, q->sql);
}

void
db_put_int(struct stmt *q, const char *name, int64_t value)
{
	int i = stmt_param(q, name);

	if (i != 0)
		stmt_note(q, sqlite3_bind_int64(q->s, i, value));
}

/* A copy that lives until db_done, in the view's own room while there is some:
 * NULL if not. */
static const void *
bound_copy(struct db *db, const void *data, size_t len)
{
	char *copy = db->bound + db->bound_len;

	if (data == NULL || len > sizeof db->bound - db->bound_len)
		return NULL;
	db->bound_len += len;
	return memcpy(copy, data, len);
}

void
db_put_text(struct stmt *q, const char *name, const char *text)
{
	int i = stmt_param(q, name);
	size_t len = text != NULL ? strlen(text) : 0;
	const void *copy;

	if (i == 0)
		return;
	copy = bound_copy(q->view, text, len);
	stmt_note(q, sqlite3_bind_text64(q->s, i, copy != NULL ? copy : text,
					 len, copy != NULL ? SQLITE_STATIC
							   : SQLITE_TRANSIENT,
					 SQLITE_UTF8));
}

void
db_put_blob(struct stmt *q, const char *name, const void *data, size_t len)
{
	int i = stmt_param(q, name);
	const void *copy;

	if (i == 0)
		return;
	copy = bound_copy(q->view, data, len);
	stmt_note(q, sqlite3_bind_blob64(q->s, i, copy != NULL ? copy : data,
					 len, copy != NULL ? SQLITE_STATIC
							   : SQLITE_TRANSIENT));
}

bool
db_row(struct stmt *q)
{
	int rc;

	if (q->e != OK || (q->ran && !q->row))
		return false;
	q->ran = true;
	rc = sqlite3_step(q->s);
	q->row = rc == SQLITE_ROW;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		stmt_note(q, rc);
	return q->row;
}

static int
stmt_column(struct stmt *q, const char *name)
{
	if (!q->row)
		log_bug(name); /* asked without a row */
	return name_find(&q->column, name);
}

int64_t
db_int(struct stmt *q, const char *column)
{
	return sqlite3_column_int64(q->s, stmt_column(q, column));
}

const char *
db_text(struct stmt *q, const char *column)
{
	return (const char *)sqlite3_column_text(q->s, stmt_column(q, column));
}

const void *
db_blob(struct stmt *q, const char *column, size_t *len)
{
	int i = stmt_column(q, column);
	const void *data = sqlite3_column_blob(q->s, i);

	*len = (size_t)sqlite3_column_bytes(q->s, i);
	return data;
}

bool
db_null(struct stmt *q, const char *column)
{
	return sqlite3_column_type(q->s, stmt_column(q, column)) ==
	       SQLITE_NULL;
}

bool
db_copy(struct stmt *q, const char *column, void *out, size_t size)
{
	size_t len;
	const void *data = db_blob(q, column, &len);
	bool fits = data != NULL && len == size;

	if (fits)
		memcpy(out, data, size);
	else
		memset(out, 0, size);
	return fits;
}

enum err
db_done(struct stmt *q)
{
	struct db *db = q->view;
	enum err e;

	if (!q->ran)
		while (db_row(q))
			continue;
	e = q->e;
	db->in_use--;
	if (q->s == NULL) {
		free(q);
		return e;
	}
	db->changes = sqlite3_changes64(db->conn->handle);
	sqlite3_reset(q->s);
	sqlite3_clear_bindings(q->s);
	if (db->in_use == 0)
		db->bound_len = 0;
	q->view = NULL;
	return e;
}
