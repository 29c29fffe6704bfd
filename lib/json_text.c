/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json_text.c: text as JSON has it. */
#include "lib/json.h"

#include <stdbool.h>
#include <string.h>

static bool
is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static void
escape_put(struct buf *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *special = c != '\0' ? strchr(from, c) : NULL;

	if (special != NULL)
		buf_printf(out, "\\%c", to[special - from]);
	else
		buf_printf(out, "\\u%04x", (unsigned)c);
}

void
json_text(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len, *plain = text;

	buf_putc(out, '"');
	for (; text < end; text++) {
		if (is_plain(*text))
			continue;
		buf_put(out, plain, (size_t)(text - plain));
		escape_put(out, *text);
		plain = text + 1;
	}
	buf_put(out, plain, (size_t)(end - plain));
	buf_putc(out, '"');
}
