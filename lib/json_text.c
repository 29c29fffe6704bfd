/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json_text.c: text as JSON has it. */
#include "lib/json.h"

#include <stdbool.h>
#include <stdint.h>
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

/* True if all of eight bytes are plain: a byte lower than what is taken from it
 * borrows, which shows in its highest bit, unless that was set before. Only one
 * that is not plain borrows from its neighbour. */
static bool
eight_plain(const char *text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t v, quote, back;

	memcpy(&v, text, sizeof v);
	quote = v ^ (ones * '"');
	back = v ^ (ones * '\\');
	return ((((v - ones * 0x20) & ~v) | ((quote - ones) & ~quote) |
		 ((back - ones) & ~back)) &
		(ones * 0x80)) == 0;
}

/* Where the first byte is that is not plain, or ${end}. */
static const char *
after_plain(const char *text, const char *end)
{
	if (end - text >= 8) {
		while (end - text > 8 && eight_plain(text))
			text += 8;
		if (end - text <= 8 && eight_plain(end - 8))
			return end;
	}
	while (text < end && is_plain(*text))
		text++;
	return text;
}

void
json_inside(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len, *plain = text;

	while ((text = after_plain(text, end)) < end) {
		buf_put(out, plain, (size_t)(text - plain));
		escape_put(out, *text++);
		plain = text;
	}
	buf_put(out, plain, (size_t)(end - plain));
}

void
json_text(struct buf *out, const char *text, size_t len)
{
	buf_putc(out, '"');
	json_inside(out, text, len);
	buf_putc(out, '"');
}
