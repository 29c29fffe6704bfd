/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv_read.c: the only reader of comma-separated values, byte by byte. */
#include "lib/csv_impl.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "lib/utf8.h"

enum { CSV_END = -1, CSV_BROKEN = -2 };

enum err
csv_fault(struct csv *c, long line, long character, const char *format, ...)
{
	va_list args;

	if (c->fault != NULL)
		return ERR_INPUT;
	va_start(args, format);
	c->fault = pool_printf(c->pool, "%s:%ld:%ld: %s", c->name, line,
			       character,
			       pool_vprintf(c->pool, format, args));
	va_end(args);
	return ERR_INPUT;
}

static bool
block_next(struct csv *c)
{
	ssize_t n;

	if (c->fd < 0)
		return false;
	c->before += (int64_t)c->len;
	c->used = c->len = 0;
	do
		n = read(c->fd, c->room, CSV_BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		csv_fault(c, c->line, c->character,
			  "The file cannot be read: %s.", strerror(errno));
	c->len = n > 0 ? (size_t)n : 0;
	return n > 0;
}

int
csv_peek(struct csv *c)
{
	if (c->used == c->len && !block_next(c))
		return c->fault != NULL ? CSV_BROKEN : CSV_END;
	return c->block[c->used];
}

/* Moves behind a byte: a line feed begins a line, and a byte that continues a
 * character is none of its own. */
static void
step(struct csv *c, int byte)
{
	c->used++;
	if (byte == '\n') {
		c->line++;
		c->character = 1;
	} else if ((byte & 0xc0) != 0x80) {
		c->character++;
	}
}

static bool
keep(struct csv *c, int byte)
{
	/* One byte stays free for the NUL. */
	if (c->text_len + 1 >= CSV_ROW_MAX) {
		csv_fault(c, c->line, c->character,
			  "A row is longer than %d bytes.", CSV_ROW_MAX);
		return false;
	}
	c->text[c->text_len++] = (char)byte;
	return true;
}

/* A line end, LF or CRLF, is passed over. A CR alone is a fault. */
static bool
line_end(struct csv *c, int byte)
{
	if (byte == '\r') {
		step(c, byte);
		if ((byte = csv_peek(c)) != '\n') {
			csv_fault(c, c->line, c->character - 1,
				  "A carriage return stands alone.");
			return false;
		}
	}
	if (byte == '\n')
		step(c, byte);
	return true;
}

/* Behind the opening quote, up to and behind the closing one. */
static bool
quoted(struct csv *c, const struct csv_field *f)
{
	int byte;

	for (;;) {
		if ((byte = csv_peek(c)) < 0) {
			csv_fault(c, f->line, f->character,
				  "This quote is never closed.");
			return false;
		}
		step(c, byte);
		if (byte == '"') {
			if (csv_peek(c) != '"')
				break;
			step(c, '"');
		}
		if (!keep(c, byte))
			return false;
	}
	byte = csv_peek(c);
	if (byte < 0 || byte == ',' || byte == '\n' || byte == '\r')
		return true;
	csv_fault(c, c->line, c->character,
		  "A quoted field goes on behind its closing quote.");
	return false;
}

static bool
plain(struct csv *c)
{
	int byte;

	while ((byte = csv_peek(c)) >= 0 && byte != ',' && byte != '\n' &&
	       byte != '\r') {
		if (byte == '"') {
			csv_fault(c, c->line, c->character,
				  "A quote stands inside an unquoted field.");
			return false;
		}
		if (!keep(c, byte))
			return false;
		step(c, byte);
	}
	return true;
}

/* Well-formed, and a NUL would hide what is behind it. */
static bool
characters(struct csv *c, const struct csv_field *f)
{
	const char *at = c->text + f->at, *end = c->text + c->text_len;
	long line = f->line, character = f->character;
	int32_t letter;

	while (at < end) {
		if ((letter = utf8_next(&at, end)) <= 0) {
			csv_fault(c, line, character,
				  letter == 0 ? "There is a NUL byte here."
					  : "This is not UTF-8.");
			return false;
		}
		character++;
		if (letter == '\n') {
			line++;
			character = 1;
		}
	}
	return true;
}

static bool
field_read(struct csv *c)
{
	struct csv_field *f = &c->fields[c->count];
	bool good;

	if (c->count == CSV_FIELDS_MAX) {
		csv_fault(c, c->line, c->character,
			  "A row has more than %d fields.", CSV_FIELDS_MAX);
		return false;
	}
	*f = (struct csv_field){c->text_len, c->line, c->character};
	if (csv_peek(c) == '"') {
		step(c, '"');
		good = quoted(c, f);
	} else {
		good = plain(c);
	}
	if (!good || c->fault != NULL || !characters(c, f))
		return false;
	c->text[c->text_len] = '\0';
	if (++c->text_len == CSV_ROW_MAX)
		c->text_len--; /* full: the next byte is refused */
	c->count++;
	return true;
}

enum err
csv_fields(struct csv *c)
{
	int byte;

	c->count = 0;
	c->text_len = 0;
	while ((byte = csv_peek(c)) == '\n' || byte == '\r')
		if (!line_end(c, byte))
			return ERR_INPUT;
	if (byte < 0)
		return byte == CSV_END ? ERR_MISSING : ERR_INPUT;
	while (field_read(c)) {
		if ((byte = csv_peek(c)) == ',') {
			step(c, byte);
			continue;
		}
		return byte != CSV_BROKEN && line_end(c, byte) ? OK : ERR_INPUT;
	}
	return ERR_INPUT;
}
