/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv_impl.h: what csv.c and csv_read.c share; nobody else's. */
#ifndef CLICKNET_CSV_IMPL_H
#define CLICKNET_CSV_IMPL_H

#include "lib/csv.h"

enum { CSV_BLOCK = 64 * 1024 };

struct csv_field {
	size_t at; /* in text, NUL-ended there */
	long line, character;
};

struct csv {
	struct pool *pool;
	const char *name;
	int fd; /* −1: all bytes are in block */
	const unsigned char *block;
	unsigned char *room; /* what block is read into */
	size_t used, len;
	int64_t before, size; /* bytes in earlier blocks, and in all */

	long line, character; /* of the byte to be read next */
	struct csv_field fields[CSV_FIELDS_MAX];
	int count, columns; /* fields in this row; names in the header */
	const char *names[CSV_FIELDS_MAX];
	char text[CSV_ROW_MAX];
	size_t text_len;
	const char *fault; /* the first; nothing is read behind it */
};

/* Remembers the first fault; returns ERR_INPUT. */
enum err csv_fault(struct csv *, long line, long character,
		   const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The byte to be read next; negative at the end. */
int csv_peek(struct csv *);

/* One line's fields, whatever their number. ERR_MISSING: there is none. */
enum err csv_fields(struct csv *);

#endif
