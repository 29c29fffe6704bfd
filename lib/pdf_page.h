/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pdf_page.h: a view as a PDF, by a template of its own: share/html/pdf.
 *
 * A template says a line at a time what stands there; parts of a line are
 * separated by tabs. What is filled in cannot make lines or parts.
 *	# title                    ## heading
 *	> paragraph                ! small print
 *	:	name	value      left out if the value is empty
 *	*	2	5	1  how wide the cells of a table are
 *	+	head	head	head    -	cell	cell	cell
 *	%	name	caption	   a picture
 * Empty lines say nothing. */
#ifndef CLICKNET_PDF_PAGE_H
#define CLICKNET_PDF_PAGE_H

#include <json-c/json.h>
#include "lib/pdf.h"

/* The JPEG of a name in the view; pool memory. ERR_MISSING: the caption stands
 * alone. */
typedef enum err pdf_picture_of(void *arg, const char *name,
				const void **jpeg, size_t *len);

struct pdf_page {
	const char *template; /* without "pdf/" and ".html" */
	json_object *view;    /* is changed */
	const char *language, *title, *font;
	int64_t made_at;
	pdf_picture_of *picture; /* NULL: there are none */
	void *arg;
};

/* The document, in pool memory. ERR_INTERNAL, logged; or what the picture
 * returns. */
enum err pdf_page(struct pool *, const struct pdf_page *, const void **bytes,
		  size_t *len);

#endif
