/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv.c: any bytes as a table; what was read is read again when written. */
#include "lib/csv.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
columns(const struct csv *c)
{
	int n = 0;

	while (csv_name(c, n) != NULL)
		n++;
	return n;
}

/* The row written with a header of its own must read back the same, but for
 * the apostrophe that disarms a formula. */
static void
again(struct pool *pool, const struct csv *c, int n)
{
	struct buf b = {.pool = pool};
	struct csv *d;
	const char *why, *was, *is;
	int i;

	for (i = 0; i < n; i++)
		buf_printf(&b, "%sc%d", i > 0 ? "," : "", i);
	buf_puts(&b, "\r\n");
	for (i = 0; i < n; i++) {
		buf_puts(&b, i > 0 ? "," : "");
		csv_put(&b, csv_text(c, i));
	}
	buf_puts(&b, "\r\n");
	if (csv_bytes(pool, "again", b.data, b.len, &d, &why) != OK)
		abort();
	if (csv_row(d, &why) != OK) {
		if (n > 1 || *csv_text(c, 0) != '\0')
			abort();
		return; /* one empty field is an empty line */
	}
	for (i = 0; i < n; i++) {
		was = csv_text(c, i);
		is = csv_text(d, i);
		if (strcmp(was, is) != 0 &&
		    (*is != '\'' || strcmp(was, is + 1) != 0))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pool *pool = pool_new();
	struct csv *c;
	const char *why;
	enum err e = csv_bytes(pool, "fuzz", data, len, &c, &why);
	int rows = 0;

	while (e == OK && rows++ < 100 && (e = csv_row(c, &why)) == OK)
		if (len < CSV_ROW_MAX / 4)
			again(pool, c, columns(c));
	if (e == ERR_INPUT && (why == NULL || strncmp(why, "fuzz:", 5) != 0))
		abort();
	pool_free(pool);
	return 0;
}
