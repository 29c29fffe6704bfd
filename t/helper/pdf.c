/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pdf.c: a document of several pages, with a table and a picture, on standard
 * output, for t/pdf.t. */
#include "lib/pdf.h"

#include <stdio.h>

#include "t/lib/paint.h"

static const char font[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

static void
table(struct pdf *p, struct pool *pool)
{
	struct pdf_row head = {3, {2, 5, 1}, {"Number", "What", "Sum"}};
	struct pdf_row row = {3, {2, 5, 1}, {"", "", "1.00"}};
	int i;

	pdf_heading(p, "A long table");
	pdf_head(p, &head);
	for (i = 1; i <= 120; i++) {
		row.cells[0] = pool_printf(pool, "row %d", i);
		row.cells[1] = i % 10 == 0
				       ? "A cell with more words than one line "
					 "of it can hold, so that there are "
					 "several of them below each other"
				       : "one line";
		pdf_row(p, &row);
	}
}

int
main(void)
{
	char jpeg[] = "jpeg", size[] = "800x600", *words[] = {jpeg, size};
	struct pool *pool = pool_new();
	struct pdf *p = pdf_new(pool, font, "Proof", 1700000000000);
	struct painted picture;
	const void *bytes;
	size_t len;

	pdf_title(p, "A document");
	pdf_text(p, "Straße, žluťoučký kůň, Ελληνικά, Кириллица, 12,34 €");
	pdf_pair(p, "Name", "Anna Müller");
	table(p, pool);
	pdf_heading(p, "After the table");
	if (!paint_words(pool, 2, words, &picture))
		return 64;
	pdf_picture(p, picture.data, picture.len, 200, "The picture");
	if (pdf_end(p, &bytes, &len) != OK)
		return 1;
	fwrite(bytes, 1, len, stdout);
	pool_free(pool);
	return 0;
}
