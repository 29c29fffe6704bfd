/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv.h: tables as comma-separated values (RFC 4180), read strictly with the
 * place of every field, and written so that no spreadsheet runs them. */
#ifndef CLICKNET_CSV_H
#define CLICKNET_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/err.h"
#include "lib/pool.h"

/* What is read: UTF-8 without NUL, a byte order mark passed over; a header
 * line of unlike names; rows of as many fields, ended by LF or CRLF; quotes
 * around a field that holds commas, quotes (doubled) or line ends. Empty lines
 * are passed over. A row may have CSV_ROW_MAX bytes, CSV_FIELDS_MAX fields. */
enum { CSV_ROW_MAX = 64 * 1024, CSV_FIELDS_MAX = 64 };

struct csv;

/* Opens a file, or takes bytes that the caller keeps, and reads the header.
 * ERR_MISSING: no such file. ERR_INPUT: *why (pool memory) says what is wrong
 * as "NAME:LINE:COLUMN: sentence". Ends with the pool. */
enum err csv_open(struct pool *, const char *path, struct csv **out,
		  const char **why);
enum err csv_bytes(struct pool *, const char *name, const void *data,
		   size_t len, struct csv **out, const char **why);

/* The number of a column, from 0; −1 if the header has none of that name.
 * The name of a column; NULL beyond the last. */
int csv_column(const struct csv *, const char *name);
const char *csv_name(const struct csv *, int column);

/* The next row. ERR_MISSING: there is none. ERR_INPUT: malformed, *why as
 * above; nothing can be read behind it. */
enum err csv_row(struct csv *, const char **why);

/* A field of the row, until the next csv_row; column −1 is "". Where it
 * begins: line and column (in characters) count from 1. */
const char *csv_text(const struct csv *, int column);
long csv_line(const struct csv *, int column);
long csv_character(const struct csv *, int column);

/* What the table is called in complaints: its path or name. */
const char *csv_file(const struct csv *);

/* Bytes read so far, and in all (0 if that is not known). */
int64_t csv_done(const struct csv *);
int64_t csv_size(const struct csv *);

/* Appends a field, quoted where it must be. A text that a spreadsheet would
 * take for a formula gets an apostrophe in front; plain numbers do not. */
void csv_put(struct buf *, const char *text);

#endif
