/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* qr.c: the only includer of libqrencode. */
#include "lib/qr.h"

#include <qrencode.h>
#include <string.h>

#include "lib/log.h"
#include "lib/page.h"

enum { QUIET = 4 };

/* One stroke for each run of dark modules in a row. */
static void
draw_row(struct buf *b, const unsigned char *row, int width, int y)
{
	int x, from;

	for (x = 0; x < width; x++) {
		from = x;
		while (x < width && (row[x] & 1) != 0)
			x++;
		if (x > from)
			buf_printf(b, "M%d %dh%dv1h-%dz", from + QUIET,
				   y + QUIET, x - from, x - from);
	}
}

static void
draw(struct buf *b, const QRcode *q, const char *title)
{
	int side = q->width + 2 * QUIET, y;

	buf_printf(b,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
		   "%d %d\" role=\"img\" shape-rendering=\"crispEdges\">"
		   "<title>",
		   side, side);
	page_escape(b, title, strlen(title));
	buf_printf(b,
		   "</title><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
		   "<path fill=\"#000\" d=\"",
		   side, side);
	for (y = 0; y < q->width; y++)
		draw_row(b, q->data + y * q->width, q->width, y);
	buf_puts(b, "\"/></svg>\n");
}

enum err
qr_svg(struct pool *pool, const char *text, const char *title,
       const char **svg)
{
	struct buf b = {.pool = pool};
	size_t len = strlen(text);
	QRcode *q;

	if (len == 0)
		return ERR_INPUT;
	if (len > QR_TEXT_MAX)
		return ERR_TOO_BIG;
	q = QRcode_encodeData((int)len, (const unsigned char *)text, 0,
			      QR_ECLEVEL_M);
	if (q == NULL)
		log_bug("out of memory");
	draw(&b, q, title);
	QRcode_free(q);
	*svg = b.data;
	return OK;
}
