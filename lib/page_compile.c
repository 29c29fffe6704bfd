/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_compile.c: makes the nodes of a template from its text. */
#include "lib/page_impl.h"

#include <string.h>

/* A section that was opened and is not yet closed. */
struct open {
	struct page_node *node, **slot; /* and where it hangs */
	const char *name, *tag, *inside;
	size_t len;
};

struct compile {
	struct pool *pool;
	struct page_source source;
	const char *at;          /* read so far */
	struct page_node **tail; /* where the next node hangs */
	struct open open[PAGE_NESTING];
	int depth;
};

static const char *const functions[PAGE_FUNCTIONS] = {
	[PAGE_T] = "t",		  [PAGE_MONEY] = "money",
	[PAGE_SIGNED] = "signed", [PAGE_DATE] = "date",
	[PAGE_DAY] = "day",	  [PAGE_TIME] = "time",
	[PAGE_IBAN] = "iban",
};

static struct page_node *
node_new(struct compile *c, enum page_kind kind)
{
	struct page_node *n = pool_alloc(c->pool, sizeof *n);

	n->kind = kind;
	return n;
}

static void
node_add(struct compile *c, struct page_node *n)
{
	*c->tail = n;
	c->tail = &n->next;
}

static struct page_node *
text_new(struct compile *c, const char *from, size_t len, bool line)
{
	struct page_node *n = node_new(c, PAGE_TEXT);

	n->text = from;
	n->len = len;
	n->line = line;
	return n;
}

static void
text_add(struct compile *c, const char *to)
{
	size_t len = (size_t)(to - c->at);

	if (len != 0)
		node_add(c, text_new(c, c->at, len,
				     page_tag_line(&c->source, c->at)));
}

static void
name_set(struct compile *c, struct page_node *n, const struct page_tag *t)
{
	char *name = pool_strndup(c->pool, t->name, t->len);
	char *p;

	n->name = name;
	if (strcmp(name, ".") == 0)
		return;
	n->parts = 1;
	for (p = name; *p != '\0'; p++)
		if (*p == '.') {
			*p = '\0';
			n->parts++;
		}
}

static enum err
section_open(struct compile *c, const struct page_tag *t)
{
	struct page_node *n;
	int i;

	if (c->depth == PAGE_NESTING)
		return page_tag_refuse(&c->source, t->start,
				       "sections nested too deep");
	n = node_new(c, t->sigil == '#' ? PAGE_SECTION : PAGE_INVERTED);
	name_set(c, n, t);
	for (i = 0; i < PAGE_FUNCTIONS && t->sigil == '#'; i++)
		if (n->parts == 1 && strcmp(n->name, functions[i]) == 0) {
			n->kind = PAGE_FUNCTION;
			n->function = (enum page_function)i;
		}
	c->open[c->depth++] = (struct open){n,	      c->tail, t->name,
					    t->start, t->end,  t->len};
	node_add(c, n);
	c->tail = &n->inside;
	return OK;
}

/* The text as written, each run of white space as one blank. */
static const char *
key_of(struct compile *c, const char *from, const char *to)
{
	char *key = pool_alloc(c->pool, (size_t)(to - from) + 1), *p = key;

	for (; from < to; from++)
		if (!page_tag_space(*from))
			*p++ = *from;
		else if (p > key && p[-1] != ' ')
			*p++ = ' ';
	if (p > key && p[-1] == ' ')
		p--;
	*p = '\0';
	return key;
}

/* White space around a sentence moves out of {{#t}}, so that it stays what it
 * is in every language. */
static void
sentence_trim(struct compile *c, const struct open *o)
{
	struct page_node *first = o->node->inside, *last = first, *moved;
	size_t n = 0;

	if (first == NULL)
		return;
	if (first->kind == PAGE_TEXT)
		while (n < first->len && page_tag_space(first->text[n]))
			n++;
	if (n != 0) {
		moved = text_new(c, first->text, n, first->line);
		first->line = first->text[n - 1] == '\n' && n < first->len;
		first->text += n;
		first->len -= n;
		moved->next = o->node;
		*o->slot = moved;
	}
	while (last->next != NULL)
		last = last->next;
	n = last->kind == PAGE_TEXT ? last->len : 0;
	while (n > 0 && page_tag_space(last->text[n - 1]))
		n--;
	if (last->kind == PAGE_TEXT && n < last->len) {
		node_add(c, text_new(c, last->text + n, last->len - n,
				     n == 0 && last->line));
		last->line = last->line && n != 0;
		last->len = n;
	}
}

static enum err
section_close(struct compile *c, const struct page_tag *t)
{
	struct open *o;

	if (c->depth == 0)
		return page_tag_refuse(&c->source, t->start,
				       "nothing is open here");
	o = &c->open[--c->depth];
	if (o->len != t->len || memcmp(o->name, t->name, t->len) != 0)
		return page_tag_refuse(&c->source, t->start,
				       "another section is open here");
	c->tail = &o->node->next;
	if (o->node->kind == PAGE_FUNCTION && o->node->function == PAGE_T) {
		o->node->name = key_of(c, o->inside, t->start);
		sentence_trim(c, o);
	}
	return OK;
}

static enum err
tag_add(struct compile *c, const struct page_tag *t)
{
	struct page_node *n;

	switch (t->sigil) {
	case '!':
		return OK;
	case '#':
	case '^':
		return section_open(c, t);
	case '/':
		return section_close(c, t);
	case '>':
		n = node_new(c, PAGE_PARTIAL);
		n->name = pool_strndup(c->pool, t->name, t->len);
		n->text = t->from;
		n->len = (size_t)(t->start - t->from);
		n->line = t->alone;
		break;
	default:
		n = node_new(c, PAGE_VALUE);
		name_set(c, n, t);
		break;
	}
	node_add(c, n);
	return OK;
}

static enum err
tag_next(struct compile *c, const char *start)
{
	struct page_tag t;
	enum err e;

	if ((e = page_tag_read(&c->source, start, &t)) != OK)
		return e;
	text_add(c, t.from);
	/* A line that begins with a tag is indented before the tag. */
	if (!t.alone && page_tag_line(&c->source, t.from))
		node_add(c, text_new(c, t.from, 0, true));
	c->at = t.to;
	return tag_add(c, &t);
}

enum err
page_compile(struct pool *pool, const char *file, const char *text, size_t len,
	     struct page_node **out)
{
	struct compile c = {pool, {file, text, text + len}, .at = text};
	const struct page_source *src = &c.source;
	const char *p;
	enum err e;

	*out = NULL;
	c.tail = out;
	if (len > PAGE_MAX)
		return page_tag_refuse(src, text,
				       "larger than a template may be");
	if (len != 0 && (p = memchr(text, '\0', len)) != NULL)
		return page_tag_refuse(src, p, "a zero byte");
	while ((p = page_tag_find(src, c.at)) != NULL)
		if ((e = tag_next(&c, p)) != OK)
			return e;
	text_add(&c, src->end);
	if (c.depth != 0)
		return page_tag_refuse(src, c.open[c.depth - 1].tag,
				       "a section without an end");
	return OK;
}
