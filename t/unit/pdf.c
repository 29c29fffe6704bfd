/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pdf.c: tests of documents as PDF; what is in them t/pdf.t reads. */
#include "lib/pdf.h"

#include <string.h>

#include "t/tap.h"

static const char font[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

static void
test_plain(struct pool *pool)
{
	struct pdf *p = pdf_new(pool, font, "A report", 1700000000000);
	const void *a = NULL, *b = NULL;
	size_t la = 0, lb = 0;

	pdf_title(p, "A report");
	pdf_pair(p, "Name", "Anna");
	pdf_pair(p, "Nothing", "");
	is_int(pdf_end(p, &a, &la), OK, "a document can be made");
	ok(la > 1000 && memcmp(a, "%PDF-1.", 7) == 0, "and is a PDF");
	p = pdf_new(pool, font, "A report", 1700000000000);
	pdf_title(p, "A report");
	pdf_pair(p, "Name", "Anna");
	is_int(pdf_end(p, &b, &lb), OK, "and made again");
	ok(la == lb && memcmp(a, b, la) == 0, "is the same, byte for byte");
}

static void
test_no_font(struct pool *pool)
{
	static const char *const fonts[] = {"/nowhere/font.ttf", "/dev/null"};
	struct pdf_row row = {1, {1}, {"cell"}};
	const void *bytes;
	size_t len, i;

	for (i = 0; i < 2; i++) {
		struct pdf *p = pdf_new(pool, fonts[i], "A report", 0);

		pdf_title(p, "A report");
		pdf_heading(p, "Heading");
		pdf_text(p, "Text");
		pdf_note(p, "Note");
		pdf_pair(p, "Name", "Value");
		pdf_head(p, &row);
		pdf_row(p, &row);
		pdf_picture(p, "x", 1, 100, "none");
		is_int(pdf_end(p, &bytes, &len), ERR_INTERNAL,
		       "without a font there is none, and nothing breaks");
	}
}

static void
test_broken_picture(struct pool *pool)
{
	struct pdf *p = pdf_new(pool, font, "A report", 0);
	const void *bytes;
	size_t len;

	pdf_picture(p, "no jpeg", 7, 100, "none");
	is_int(pdf_end(p, &bytes, &len), ERR_INTERNAL,
	       "with a picture that is none there is no document");
}

/* Texts of any kind, none of which may take for ever. */
static void
test_texts(struct pool *pool)
{
	static const char *const texts[] = {
		"", "\n", "\n\n\n", " ", "a\nb",
		"ÄÖÜ ß € žluťoučký Ελληνικά Кириллица",
		"\xf0\x9f\x98\x80 beyond the plane", "\xe4\xb8\xad\xe6\x96\x87",
		"oneverylongwordoneverylongwordoneverylongwordoneverylongword"
		"oneverylongwordoneverylongwordoneverylongwordoneverylongword"};
	struct pdf *p = pdf_new(pool, font, "A report", 0);
	struct pdf_row row = {3, {1, 20, 0}, {"", "", ""}};
	const void *bytes;
	size_t len, i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		row.cells[0] = row.cells[1] = row.cells[2] = texts[i];
		pdf_text(p, texts[i]);
		pdf_pair(p, texts[i], texts[i]);
		pdf_head(p, &row);
		pdf_row(p, &row);
	}
	is_int(pdf_end(p, &bytes, &len), OK, "whatever the texts are");
}

int
main(void)
{
	struct pool *pool = pool_new();

	test_plain(pool);
	test_no_font(pool);
	test_broken_picture(pool);
	test_texts(pool);
	pool_free(pool);
	return tap_done();
}
