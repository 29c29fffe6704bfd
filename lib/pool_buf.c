/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pool_buf.c: byte strings that grow in pool memory. */
#include "lib/pool_impl.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"

static void
buf_grow(struct buf *b, size_t more)
{
	size_t room = b->room != 0 ? b->room : 256;
	char *data;

	while (room - b->len <= more) {
		if (room > SIZE_MAX / 4)
			log_bug("a text without measure");
		room *= 2;
	}
	if (b->data == NULL ||
	    !pool_grow(b->pool, b->data, b->room, room - b->room)) {
		data = pool_take(b->pool, room);
		if (b->len != 0)
			memcpy(data, b->data, b->len);
		b->data = data;
	}
	b->room = room;
}

static inline void
buf_need(struct buf *b, size_t more)
{
	if (b->data == NULL || b->room - b->len <= more)
		buf_grow(b, more);
}

void
buf_put(struct buf *b, const void *data, size_t len)
{
	buf_need(b, len);
	if (len != 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

char *
buf_open(struct buf *b, size_t most)
{
	buf_need(b, most);
	return b->data + b->len;
}

void
buf_close(struct buf *b, char *end)
{
	b->len = (size_t)(end - b->data);
	*end = '\0';
}

void
buf_puts(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

void
buf_putc(struct buf *b, char c)
{
	buf_need(b, 1);
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = pool_vprintf(b->pool, format, args);
	va_end(args);
	buf_puts(b, text);
}
