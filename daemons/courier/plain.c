/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* plain.c: reads an HTML letter as plain text. */
#include <string.h>

#include "daemons/courier/courier.h"
#include "daemons/courier/plain_impl.h"
#include "lib/utf8.h"

/* What an element does to the text around it. */
enum element { INLINE, CELL, LINE, PARAGRAPH, ITEM, LINK, UNSEEN };

static const struct {
	char name[PLAIN_NAME];
	enum element is;
} elements[] = {
    {"a", LINK},
    {"address", LINE}, {"br", LINE}, {"dd", LINE}, {"div", LINE},
    {"dt", LINE}, {"main", LINE}, {"tr", LINE},
    {"blockquote", PARAGRAPH}, {"dl", PARAGRAPH}, {"footer", PARAGRAPH},
    {"h1", PARAGRAPH}, {"h2", PARAGRAPH}, {"h3", PARAGRAPH},
    {"header", PARAGRAPH}, {"hr", PARAGRAPH}, {"ol", PARAGRAPH},
    {"p", PARAGRAPH}, {"pre", PARAGRAPH}, {"section", PARAGRAPH},
    {"table", PARAGRAPH}, {"ul", PARAGRAPH},
    {"li", ITEM},
    {"td", CELL}, {"th", CELL},
    {"head", UNSEEN}, {"script", UNSEEN}, {"style", UNSEEN},
    {"title", UNSEEN},
};

/* ${gap} line ends and ${blank} wait for the next word; a word ends at white
 * space and at blocks, not at inline elements. */
struct plain {
	struct pool *pool;
	struct buf out, word, link;
	long width, column;
	int gap;
	bool blank, in_link;
	const char *href;
};

static long
columns(const char *text, size_t len)
{
	long n = 0;

	for (; len > 0; len--)
		n += ((unsigned char)*text++ & 0xc0) != 0x80;
	return n;
}

static void
word_end(struct plain *p)
{
	long wide = columns(p->word.data, p->word.len);

	if (p->word.len == 0)
		return;
	for (; p->gap > 0 && p->out.len != 0; p->gap--) {
		buf_putc(&p->out, '\n');
		p->column = 0;
	}
	if (p->column != 0 && p->blank) {
		if (p->width != 0 && p->column + 1 + wide > p->width) {
			buf_putc(&p->out, '\n');
			p->column = 0;
		} else {
			buf_putc(&p->out, ' ');
			p->column++;
		}
	}
	buf_put(&p->out, p->word.data, p->word.len);
	p->column += wide;
	p->word.len = 0;
	p->gap = 0;
	p->blank = false;
}

static void
space(struct plain *p)
{
	word_end(p);
	p->blank = true;
}

/* At least ${lines} line ends before the next word; one line has none. */
static void
block(struct plain *p, int lines)
{
	space(p);
	if (p->gap < lines && p->width != 0)
		p->gap = lines;
}

/* A blank that does not break is a plain one in the end: a program that reads
 * the letter finds "1 234.50 EUR" as a person sees it. */
static void
character(struct plain *p, const char *bytes, size_t len)
{
	bool hard = (len == 2 && memcmp(bytes, "\xc2\xa0", 2) == 0) ||
		    (len == 3 && memcmp(bytes, "\xe2\x80\xaf", 3) == 0);

	if (hard) {
		bytes = " ";
		len = 1;
	} else if (len == 1 && plain_space(*bytes)) {
		space(p);
		return;
	}
	buf_put(&p->word, bytes, len);
	if (p->in_link)
		buf_put(&p->link, bytes, len);
}

/* An ampersand and what it means; returns what stands behind it. */
static const char *
entity_put(struct plain *p, const char *at, const char *end)
{
	size_t left = (size_t)(end - at);
	const char *stop = memchr(at, ';',
				  left < PLAIN_NAME ? left : PLAIN_NAME);
	char name[PLAIN_NAME] = "", bytes[4];
	int32_t c = 0;

	if (stop != NULL) {
		memcpy(name, at + 1, (size_t)(stop - at - 1));
		c = plain_entity(name);
	}
	if (c == 0) {
		character(p, "&", 1);
		return at + 1;
	}
	character(p, bytes, utf8_put(bytes, c));
	return stop + 1;
}

static enum element
element_of(const struct plain_tag *t)
{
	size_t i;

	for (i = 0; i < sizeof elements / sizeof *elements; i++)
		if (strcmp(elements[i].name, t->name) == 0)
			return elements[i].is;
	return INLINE;
}

static void
link_put(struct plain *p, const struct plain_tag *t)
{
	const char *shown = p->link.len == 0 ? "" : p->link.data;
	const char *href = p->href;

	if (!t->closes) {
		p->link.len = 0;
		p->in_link = true;
		p->href = t->href == NULL
			? NULL : plain_line(p->pool, t->href, t->href_len);
		return;
	}
	p->in_link = false;
	p->href = NULL;
	if (href == NULL || *href == '\0' || *href == '#' ||
	    strcmp(href, shown) == 0 ||
	    (strncmp(href, "mailto:", 7) == 0 && strcmp(href + 7, shown) == 0))
		return;
	space(p);
	buf_printf(&p->word, "(%s)", href);
}

/* Past the end of an element nobody sees. */
static const char *
unseen_end(const char *at, const char *end, const char *name)
{
	struct plain_tag t;
	const char *p;

	while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
		p = plain_tag(at, end, &t);
		if (p != NULL && t.closes && strcmp(t.name, name) == 0)
			return p;
		at++;
	}
	return end;
}

static const char *
tag_put(struct plain *p, const char *at, const char *end)
{
	struct plain_tag t;
	const char *next = plain_tag(at, end, &t);

	if (next == NULL) {
		character(p, "<", 1);
		return at + 1;
	}
	switch (element_of(&t)) {
	case INLINE:
		break;
	case CELL:
		space(p);
		break;
	case LINE:
		block(p, 1);
		break;
	case PARAGRAPH:
		block(p, 2);
		break;
	case ITEM:
		block(p, 1);
		if (!t.closes) {
			buf_putc(&p->word, '-');
			space(p);
		}
		break;
	case LINK:
		link_put(p, &t);
		break;
	case UNSEEN:
		return t.closes ? next : unseen_end(next, end, t.name);
	}
	return next;
}

static char *
read_all(struct pool *pool, const char *html, size_t len, long width)
{
	struct plain p = {pool, {.pool = pool}, {.pool = pool}, {.pool = pool},
			  .width = width};
	const char *end = html + len, *next;

	buf_puts(&p.out, "");
	while (html < end) {
		if (*html == '<') {
			html = tag_put(&p, html, end);
		} else if (*html == '&') {
			html = entity_put(&p, html, end);
		} else {
			for (next = html + 1; next < end &&
			     ((unsigned char)*next & 0xc0) == 0x80; next++)
				;
			character(&p, html, (size_t)(next - html));
			html = next;
		}
	}
	word_end(&p);
	if (width != 0 && p.out.len != 0)
		buf_putc(&p.out, '\n');
	return p.out.data;
}

char *
plain_text(struct pool *pool, const char *html, size_t len)
{
	return read_all(pool, html, len, PLAIN_WIDTH);
}

char *
plain_line(struct pool *pool, const char *html, size_t len)
{
	return read_all(pool, html, len, 0);
}
