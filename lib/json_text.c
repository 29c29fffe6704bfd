/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json_text.c: text as JSON has it. */
#include "lib/json.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { PIECE = 1024 };

static bool
is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* Writes the escape of ${c}; returns its end. */
static char *
escape(char *at, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *special = c != '\0' ? strchr(from, c) : NULL;

	*at++ = '\\';
	if (special != NULL) {
		*at++ = to[special - from];
		return at;
	}
	memcpy(at, "u00", 3);
	at[3] = (char)('0' + (c >> 4)); /* it is below 0x20 */
	at[4] = "0123456789abcdef"[c & 15];
	return at + 5;
}

/* Copies eight bytes; true if all are plain. A byte lower than what is taken
 * from it borrows, which shows in its highest bit, unless that was set before.
 * Only one that is not plain borrows from its neighbour. */
static bool
copy_eight(char *at, const char *text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t v, quote, back;

	memcpy(&v, text, sizeof v);
	memcpy(at, &v, sizeof v);
	quote = v ^ (ones * '"');
	back = v ^ (ones * '\\');
	return ((((v - ones * 0x20) & ~v) | ((quote - ones) & ~quote) |
		 ((back - ones) & ~back)) &
		(ones * 0x80)) == 0;
}

char *
json_write(char *at, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		while (end - text >= 8 && copy_eight(at, text))
			at += 8, text += 8;
		while (text < end && is_plain(*text))
			*at++ = *text++;
		if (text < end)
			at = escape(at, (unsigned char)*text++);
	}
	return at;
}

void
json_text(struct buf *out, const char *text, size_t len)
{
	size_t n;

	buf_putc(out, '"');
	for (; len > 0; text += n, len -= n) {
		n = len < PIECE ? len : PIECE;
		buf_close(out, json_write(buf_open(out, JSON_MOST * n), text,
					  n));
	}
	buf_putc(out, '"');
}
