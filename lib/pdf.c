/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pdf.c: the only includer of libharu. */
#include "lib/pdf.h"

#include <hpdf.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"

/* Points. A line of text is as high as its size and half of that. */
enum {
	WIDTH = 595, HEIGHT = 842, MARGIN = 56, INNER = WIDTH - 2 * MARGIN,
	TITLE = 20, HEADING = 13, BODY = 10, NOTE = 8, NAME = 150, GAP = 6,
	RULE = 80 /* gray, percent of white */
};

struct pdf {
	struct pool *pool;
	HPDF_Doc doc;
	HPDF_Page page;
	HPDF_Font font;
	const char *title;
	int y;               /* below it is free */
	int pages;
	bool table;          /* its head is to be repeated */
	bool broken;         /* something could not be put in */
	struct pdf_row head;
};

/* The library keeps the first error and does nothing from then on. */
static bool
well(const struct pdf *p)
{
	return p->doc != NULL && p->font != NULL && !p->broken &&
	       HPDF_GetError(p->doc) == HPDF_OK;
}

/* Writes ${text} (${len} bytes) at a place; gray in percent of white. */
static void
put(struct pdf *p, int x, int y, int size, int gray, const char *text,
    size_t len)
{
	char *line = pool_strndup(p->pool, text, len);
	HPDF_REAL white = gray;

	white /= 100;
	HPDF_Page_SetFontAndSize(p->page, p->font, size);
	HPDF_Page_SetRGBFill(p->page, white, white, white);
	HPDF_Page_BeginText(p->page);
	HPDF_Page_TextOut(p->page, x, y, line);
	HPDF_Page_EndText(p->page);
}

static void
foot(struct pdf *p)
{
	const char *text = pool_printf(p->pool, "%s · %d", p->title, p->pages);

	put(p, MARGIN, MARGIN / 2, NOTE, 40, text, strlen(text));
}

static void
page_begin(struct pdf *p)
{
	p->page = HPDF_AddPage(p->doc);
	HPDF_Page_SetSize(p->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
	p->y = HEIGHT - MARGIN;
	p->pages++;
	foot(p);
}

/* Room for ${height} more, on this page or the next. True if that is new. */
static bool
room(struct pdf *p, int height)
{
	if (p->page != NULL && p->y - height >= MARGIN)
		return false;
	page_begin(p);
	return true;
}

/* How many bytes of a text stand on one line: up to the last blank that fits,
 * or as many letters as fit. */
static size_t
line_fit(struct pdf *p, int size, int width, const char *text)
{
	size_t end = strcspn(text, "\n"), fit;
	char *line = pool_strndup(p->pool, text, end);

	HPDF_Page_SetFontAndSize(p->page, p->font, size);
	fit = HPDF_Page_MeasureText(p->page, line, width, HPDF_TRUE, NULL);
	if (fit == 0)
		fit = HPDF_Page_MeasureText(p->page, line, width, HPDF_FALSE,
					    NULL);
	return fit == 0 ? end : fit;
}

/* The lines of a text in a column; the next ones begin below the last. */
static int
lines_count(struct pdf *p, int size, int width, const char *text)
{
	int n = 0;

	for (; *text != '\0' && well(p); n++) {
		text += line_fit(p, size, width, text);
		text += *text == '\n';
	}
	return n > 0 ? n : 1;
}

static void
lines_put(struct pdf *p, int x, int size, int width, int gray, const char *text)
{
	int y = p->y - size;
	size_t fit;

	for (; *text != '\0' && well(p); y -= size * 3 / 2) {
		fit = line_fit(p, size, width, text);
		put(p, x, y, size, gray, text, fit);
		text += fit;
		text += *text == '\n';
	}
}

/* A paragraph over the whole width; a long one goes on on the next page. */
static void
block(struct pdf *p, int size, int gray, const char *text)
{
	size_t fit;

	for (; *text != '\0' && well(p); p->y -= size * 3 / 2) {
		room(p, size * 3 / 2);
		fit = line_fit(p, size, INNER, text);
		put(p, MARGIN, p->y - size, size, gray, text, fit);
		text += fit;
		text += *text == '\n';
	}
	p->y -= GAP;
}

struct pdf *
pdf_new(struct pool *pool, const char *font, const char *title,
	int64_t made_at)
{
	struct pdf *p = pool_alloc(pool, sizeof *p);
	HPDF_Date date = {.ind = 'Z'};
	const char *name;
	int weekday;

	memset(p, 0, sizeof *p);
	p->pool = pool;
	p->title = title;
	if ((p->doc = HPDF_New(NULL, NULL)) == NULL)
		return p;
	HPDF_SetCompressionMode(p->doc, HPDF_COMP_ALL);
	HPDF_UseUTFEncodings(p->doc);
	HPDF_SetCurrentEncoder(p->doc, "UTF-8");
	clock_split(clock_day(made_at), &date.year, &date.month, &date.day,
		    &weekday);
	HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_CREATION_DATE, date);
	HPDF_SetInfoAttr(p->doc, HPDF_INFO_TITLE, title);
	name = HPDF_LoadTTFontFromFile(p->doc, font, HPDF_TRUE);
	if (name != NULL)
		p->font = HPDF_GetFont(p->doc, name, "UTF-8");
	if (well(p))
		page_begin(p);
	return p;
}

void
pdf_title(struct pdf *p, const char *text)
{
	block(p, TITLE, 10, text);
}

/* Never alone at the foot of a page. */
void
pdf_heading(struct pdf *p, const char *text)
{
	p->table = false;
	if (!well(p))
		return;
	if (!room(p, 6 * HEADING))
		p->y -= HEADING;
	block(p, HEADING, 10, text);
}

void
pdf_text(struct pdf *p, const char *text)
{
	block(p, BODY, 10, text);
}

void
pdf_note(struct pdf *p, const char *text)
{
	block(p, NOTE, 40, text);
}

void
pdf_pair(struct pdf *p, const char *name, const char *value)
{
	int high, names;

	if (*value == '\0' || !well(p))
		return;
	high = lines_count(p, BODY, INNER - NAME, value);
	names = lines_count(p, BODY, NAME - GAP, name);
	high = (high > names ? high : names) * BODY * 3 / 2;
	room(p, high);
	lines_put(p, MARGIN, BODY, NAME - GAP, 40, name);
	lines_put(p, MARGIN + NAME, BODY, INNER - NAME, 10, value);
	p->y -= high;
}

static int
parts_all(const struct pdf_row *r)
{
	int i, all = 0;

	for (i = 0; i < r->count; i++)
		all += r->parts[i];
	return all > 0 ? all : 1;
}

static int
row_height(struct pdf *p, const struct pdf_row *r)
{
	int i, n, most = 1, all = parts_all(r);

	for (i = 0; i < r->count; i++) {
		n = lines_count(p, NOTE, INNER * r->parts[i] / all - GAP,
				r->cells[i]);
		most = n > most ? n : most;
	}
	return most * NOTE * 3 / 2 + GAP;
}

static void
row_put(struct pdf *p, const struct pdf_row *r, int height, int gray)
{
	int i, x = MARGIN, all = parts_all(r), width;
	HPDF_REAL rule = RULE;

	for (i = 0; i < r->count; i++) {
		width = INNER * r->parts[i] / all;
		lines_put(p, x, NOTE, width - GAP, gray, r->cells[i]);
		x += width;
	}
	p->y -= height;
	rule /= 100;
	HPDF_Page_SetRGBStroke(p->page, rule, rule, rule);
	HPDF_Page_SetLineWidth(p->page, 1);
	HPDF_Page_MoveTo(p->page, MARGIN, p->y + GAP / 2);
	HPDF_Page_LineTo(p->page, MARGIN + INNER, p->y + GAP / 2);
	HPDF_Page_Stroke(p->page);
}

void
pdf_head(struct pdf *p, const struct pdf_row *r)
{
	int height;

	if (!well(p))
		return;
	height = row_height(p, r);
	room(p, 3 * height);
	row_put(p, r, height, 40);
	p->head = *r;
	p->table = true;
}

void
pdf_row(struct pdf *p, const struct pdf_row *r)
{
	int height;

	if (!well(p))
		return;
	height = row_height(p, r);
	if (room(p, height) && p->table)
		row_put(p, &p->head, row_height(p, &p->head), 40);
	row_put(p, r, height, 10);
}

void
pdf_picture(struct pdf *p, const void *jpeg, size_t len, int height,
	    const char *caption)
{
	HPDF_Image image;
	int wide, high;

	if (!well(p))
		return;
	image = HPDF_LoadJpegImageFromMem(p->doc, jpeg, (HPDF_UINT)len);
	if ((p->broken = image == NULL))
		return;
	wide = (int)HPDF_Image_GetWidth(image);
	high = (int)HPDF_Image_GetHeight(image);
	height = wide * height > high * INNER ? INNER * high / wide : height;
	wide = height * wide / high;
	room(p, height + 3 * NOTE);
	HPDF_Page_DrawImage(p->page, image, MARGIN, p->y - height, wide,
			    height);
	p->y -= height + GAP;
	pdf_note(p, caption);
}

static bool
save(struct pdf *p, const void **bytes, size_t *len)
{
	HPDF_UINT32 size;
	void *out;

	if (!well(p) || HPDF_SaveToStream(p->doc) != HPDF_OK)
		return false;
	HPDF_ResetStream(p->doc);
	size = HPDF_GetStreamSize(p->doc);
	out = pool_alloc(p->pool, size);
	HPDF_ReadFromStream(p->doc, out, &size);
	*bytes = out;
	*len = size;
	return true;
}

enum err
pdf_end(struct pdf *p, const void **bytes, size_t *len)
{
	bool saved = save(p, bytes, len);

	if (!saved)
		log_event("error", "pdf", "error",
			  p->font == NULL ? "the font cannot be read"
					  : "the document cannot be made",
			  NULL);
	if (p->doc != NULL)
		HPDF_Free(p->doc);
	return saved ? OK : ERR_INTERNAL;
}
