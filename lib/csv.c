/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv.c: a table from a file or from bytes, row by row. */
#include "lib/csv_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
mark_skip(struct csv *c)
{
	if (csv_peek(c) >= 0 && c->len - c->used >= 3 &&
	    memcmp(c->block + c->used, "\xef\xbb\xbf", 3) == 0)
		c->used += 3;
}

static enum err
header_read(struct csv *c)
{
	const struct csv_field *f;
	enum err e;
	int i;

	mark_skip(c);
	if ((e = csv_fields(c)) == ERR_MISSING)
		return csv_fault(c, 1, 1, "The header line is missing.");
	if (e != OK)
		return e;
	for (i = 0; i < c->count; i++) {
		f = &c->fields[i];
		if (csv_column(c, c->text + f->at) >= 0)
			return csv_fault(c, f->line, f->character,
				     "There are two columns \"%s\".",
				     c->text + f->at);
		c->names[i] = pool_strdup(c->pool, c->text + f->at);
		c->columns++;
	}
	return OK;
}

enum err
csv_row(struct csv *c, const char **why)
{
	const struct csv_field *f;
	enum err e = ERR_INPUT;

	if (c->fault == NULL)
		e = csv_fields(c);
	if (e == OK && c->count != c->columns) {
		f = &c->fields[c->count > c->columns ? c->columns
						     : c->count - 1];
		e = csv_fault(c, f->line, f->character,
			  "This row has %d fields, the header has %d.",
			  c->count, c->columns);
	}
	if (e != OK)
		c->count = 0;
	*why = c->fault;
	return e;
}

static void
file_close(void *arg)
{
	close(((struct csv *)arg)->fd);
}

static struct csv *
csv_new(struct pool *pool, const char *name)
{
	struct csv *c = pool_alloc(pool, sizeof *c);

	c->pool = pool;
	c->name = pool_strdup(pool, name);
	c->fd = -1;
	c->line = c->character = 1;
	return c;
}

enum err
csv_bytes(struct pool *pool, const char *name, const void *data, size_t len,
	  struct csv **out, const char **why)
{
	struct csv *c = csv_new(pool, name);
	enum err e;

	c->block = data;
	c->len = len;
	c->size = (int64_t)len;
	e = header_read(c);
	*why = c->fault;
	*out = c;
	return e;
}

enum err
csv_open(struct pool *pool, const char *path, struct csv **out,
	 const char **why)
{
	struct csv *c = csv_new(pool, path);
	struct stat st;
	enum err e;

	*out = c;
	if ((c->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0) {
		*why = pool_printf(pool, "%s: %s", path, strerror(errno));
		return errno == ENOENT ? ERR_MISSING : ERR_INPUT;
	}
	pool_defer(pool, file_close, c);
	if (fstat(c->fd, &st) == 0 && S_ISREG(st.st_mode))
		c->size = st.st_size;
	c->block = c->room = pool_alloc(pool, CSV_BLOCK);
	e = header_read(c);
	*why = c->fault;
	return e;
}

int
csv_column(const struct csv *c, const char *name)
{
	int i;

	for (i = 0; i < c->columns; i++)
		if (strcmp(c->names[i], name) == 0)
			return i;
	return -1;
}

const char *
csv_name(const struct csv *c, int column)
{
	return column >= 0 && column < c->columns ? c->names[column] : NULL;
}

const char *
csv_text(const struct csv *c, int column)
{
	if (column < 0 || column >= c->count)
		return "";
	return c->text + c->fields[column].at;
}

/* A column that is not there is where the row begins. */
static const struct csv_field *
place(const struct csv *c, int column)
{
	return &c->fields[column < 0 || column >= c->count ? 0 : column];
}

long
csv_line(const struct csv *c, int column)
{
	return place(c, column)->line;
}

long
csv_character(const struct csv *c, int column)
{
	return place(c, column)->character;
}

const char *
csv_file(const struct csv *c)
{
	return c->name;
}

int64_t
csv_done(const struct csv *c)
{
	return c->before + (int64_t)c->used;
}

int64_t
csv_size(const struct csv *c)
{
	return c->size;
}
