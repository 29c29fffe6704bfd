/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pdf.h: a document of headings, lines, tables and pictures as PDF, A4. */
#ifndef CLICKNET_PDF_H
#define CLICKNET_PDF_H

#include <stddef.h>
#include <stdint.h>
#include "lib/err.h"
#include "lib/pool.h"

struct pdf;

/* Begins one, to be ended by pdf_end whatever happens between. ${font} is a
 * TrueType file; without it the end is ERR_INTERNAL, logged. ${made_at} is
 * what the document says of itself; ${title} stands at the foot of each page.
 * Text is UTF-8; what the font has no picture of is shown as a box, and
 * scripts that join their letters are not joined. */
struct pdf *pdf_new(struct pool *, const char *font, const char *title,
		    int64_t made_at);

/* A title, a heading within, a paragraph (broken into lines), a small one. */
void pdf_title(struct pdf *, const char *text);
void pdf_heading(struct pdf *, const char *text);
void pdf_text(struct pdf *, const char *text);
void pdf_note(struct pdf *, const char *text);

/* A name and what it is, side by side. Nothing if ${value} is "". */
void pdf_pair(struct pdf *, const char *name, const char *value);

/* A row of a table: ${count} cells, at most PDF_COLUMNS, whose widths are
 * parts of the whole. The head is repeated where a page begins, until the
 * next head or heading. */
enum { PDF_COLUMNS = 8 };
struct pdf_row {
	int count, parts[PDF_COLUMNS];
	const char *cells[PDF_COLUMNS];
};
void pdf_head(struct pdf *, const struct pdf_row *);
void pdf_row(struct pdf *, const struct pdf_row *);

/* A JPEG as wide as it may be and at most ${height} points (72 an inch) high,
 * with a line of text below. */
void pdf_picture(struct pdf *, const void *jpeg, size_t len, int height,
		 const char *caption);

/* The whole, in pool memory. ERR_INTERNAL, logged: the library or the font
 * failed. Frees it in any case. */
enum err pdf_end(struct pdf *, const void **bytes, size_t *len);

#endif
