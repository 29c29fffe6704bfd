/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pdf_page.c: reads a filled template line by line and puts it on pages. */
#include "lib/pdf_page.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/page.h"

struct reading {
	struct pool *pool;
	const struct pdf_page *page;
	struct pdf *pdf;
	struct pdf_row row; /* the widths of the table's cells */
	enum err e;
};

/* Line ends and tabs are the template's own; a text's stand for blanks. */
static const char *
one_line(struct pool *pool, const char *text)
{
	char *line = pool_strdup(pool, text), *c;

	for (c = line; *c != '\0'; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return line;
}

static void
tame(struct pool *pool, json_object *o)
{
	struct json_object_iterator i, end;
	json_object *value;
	size_t n;

	if (json_object_is_type(o, json_type_string)) {
		json_object_set_string(
			o, one_line(pool, json_object_get_string(o)));
	} else if (json_object_is_type(o, json_type_array)) {
		for (n = 0; n < json_object_array_length(o); n++)
			tame(pool, json_object_array_get_idx(o, n));
	} else if (json_object_is_type(o, json_type_object)) {
		end = json_object_iter_end(o);
		for (i = json_object_iter_begin(o);
		     !json_object_iter_equal(&i, &end);
		     json_object_iter_next(&i)) {
			value = json_object_iter_peek_value(&i);
			tame(pool, value);
		}
	}
}

/* As page_escape wrote it. */
static void
unescape(char *text)
{
	static const struct {
		const char *word;
		char is;
	} words[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'},
		     {"&quot;", '"'}, {"&#39;", '\''}};
	char *out = text;
	size_t i, len;

	while (*text != '\0') {
		for (i = 0; i < sizeof words / sizeof *words; i++)
			if (strncmp(text, words[i].word,
				    len = strlen(words[i].word)) == 0)
				break;
		if (i == sizeof words / sizeof *words) {
			*out++ = *text++;
			continue;
		}
		*out++ = words[i].is;
		text += len;
	}
	*out = '\0';
}

/* The parts behind the mark of a line; at most PDF_COLUMNS. */
static int
parts_of(char *line, const char *parts[PDF_COLUMNS])
{
	int n = 0;

	while ((line = strchr(line, '\t')) != NULL && n < PDF_COLUMNS) {
		*line++ = '\0';
		parts[n++] = line;
	}
	for (int i = n; i < PDF_COLUMNS; i++)
		parts[i] = "";
	return n;
}

static void
widths(struct reading *r, const char *const parts[], int n)
{
	int i;

	r->row.count = n;
	for (i = 0; i < n; i++)
		r->row.parts[i] = (int)strtol(parts[i], NULL, 10);
}

static void
row(struct reading *r, const char *const parts[], bool head)
{
	int i;

	for (i = 0; i < PDF_COLUMNS; i++)
		r->row.cells[i] = parts[i];
	if (head)
		pdf_head(r->pdf, &r->row);
	else
		pdf_row(r->pdf, &r->row);
}

static void
picture(struct reading *r, const char *name, const char *caption)
{
	const void *jpeg;
	size_t len;
	enum err e = ERR_MISSING;

	if (r->page->picture != NULL)
		e = r->page->picture(r->page->arg, name, &jpeg, &len);
	if (e == OK)
		pdf_picture(r->pdf, jpeg, len, 260, caption);
	else if (e == ERR_MISSING)
		pdf_note(r->pdf, caption);
	else
		r->e = e;
}

/* A line of parts; its mark is one letter. */
static void
parted(struct reading *r, char *line)
{
	const char *parts[PDF_COLUMNS];
	int n = parts_of(line, parts);

	if (*line == ':')
		pdf_pair(r->pdf, parts[0], parts[1]);
	else if (*line == '*')
		widths(r, parts, n);
	else if (*line == '+' || *line == '-')
		row(r, parts, *line == '+');
	else
		picture(r, parts[0], parts[1]);
}

static void
line_put(struct reading *r, char *line)
{
	unescape(line);
	if (strncmp(line, "# ", 2) == 0)
		pdf_title(r->pdf, line + 2);
	else if (strncmp(line, "## ", 3) == 0)
		pdf_heading(r->pdf, line + 3);
	else if (strncmp(line, "> ", 2) == 0)
		pdf_text(r->pdf, line + 2);
	else if (strncmp(line, "! ", 2) == 0)
		pdf_note(r->pdf, line + 2);
	else if (*line != '\0' && strchr(":*+-%", *line) != NULL &&
		 line[1] == '\t')
		parted(r, line);
	else if (*line != '\0')
		log_event("error", "pdf_template", "template",
			  r->page->template, NULL);
}

static void
lines_put(struct reading *r, char *text)
{
	char *end;

	for (; text != NULL; text = end) {
		if ((end = strchr(text, '\n')) != NULL)
			*end++ = '\0';
		line_put(r, text);
	}
}

enum err
pdf_page(struct pool *pool, const struct pdf_page *page, const void **bytes,
	 size_t *len)
{
	struct reading r = {.pool = pool, .page = page};
	struct buf out = {.pool = pool};
	enum err e;

	tame(pool, page->view);
	buf_puts(&out, "");
	e = page_render(pool, pool_printf(pool, "pdf/%s", page->template),
			page->view, page->language, &out);
	if (e != OK)
		return ERR_INTERNAL;
	r.pdf = pdf_new(pool, page->font, page->title, page->made_at);
	lines_put(&r, out.data);
	e = pdf_end(r.pdf, bytes, len);
	return r.e != OK ? r.e : e;
}
