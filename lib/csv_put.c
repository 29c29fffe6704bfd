/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv_put.c: the only writer of comma-separated values. */
#include <stdbool.h>
#include <string.h>

#include "lib/csv.h"

/* "-12.34" is no formula; "-12+cmd" might be one. */
static bool
number(const char *text)
{
	if (*text == '-')
		text++;
	return *text != '\0' && *text != '.' &&
	       text[strspn(text, "0123456789.")] == '\0';
}

static bool
formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r\n", *text) != NULL &&
	       !number(text);
}

void
csv_put(struct buf *out, const char *text)
{
	bool guard = formula(text);

	if (!guard && strpbrk(text, ",\"\r\n") == NULL) {
		buf_puts(out, text);
		return;
	}
	buf_puts(out, guard ? "\"'" : "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_putc(out, '"');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}
