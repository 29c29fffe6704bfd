/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_tag.c: the only file that knows how a Mustache tag is written. */
#include "lib/page_impl.h"

#include <stdio.h>
#include <string.h>

#include "lib/log.h"

bool
page_tag_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Words with one ${between} between any two. */
static bool
is_path(const char *name, size_t len, char between)
{
	bool in_word = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (is_word(name[i]))
			in_word = true;
		else if (name[i] == between && in_word)
			in_word = false;
		else
			return false;
	}
	return in_word;
}

bool
page_name_ok(const char *name, size_t len)
{
	return len <= 100 && is_path(name, len, '/');
}

/* Lines are counted in lines, columns in characters, from 1. */
enum err
page_tag_refuse(const struct page_source *s, const char *at, const char *why)
{
	char line[24], column[24];
	long lines = 1, columns = 1;
	const char *p;

	for (p = s->text; p < at; p++) {
		if (*p == '\n') {
			lines++;
			columns = 1;
		} else if (((unsigned char)*p & 0xc0) != 0x80) {
			columns++;
		}
	}
	snprintf(line, sizeof line, "%ld", lines);
	snprintf(column, sizeof column, "%ld", columns);
	log_event("error", "template", "file", s->file, "line", line, "column",
		  column, "why", why, NULL);
	return ERR_INTERNAL;
}

const char *
page_tag_find(const struct page_source *s, const char *at)
{
	return at == s->end ? NULL : memmem(at, (size_t)(s->end - at), "{{", 2);
}

bool
page_tag_line(const struct page_source *s, const char *at)
{
	return at == s->text || at[-1] == '\n';
}

/* The name of a tag and its end, for every tag but a comment. */
static enum err
name_read(const struct page_source *s, const char *p, struct page_tag *t)
{
	bool good;

	while (p < s->end && page_tag_space(*p))
		p++;
	t->name = p;
	while (p < s->end && !page_tag_space(*p) && *p != '}' && *p != '{')
		p++;
	t->len = (size_t)(p - t->name);
	while (p < s->end && page_tag_space(*p))
		p++;
	if (s->end - p < 2 || p[0] != '}' || p[1] != '}')
		return page_tag_refuse(s, t->start, "a tag without an end");
	t->end = p + 2;
	if (t->sigil == '>')
		good = page_name_ok(t->name, t->len);
	else
		good = is_path(t->name, t->len, '.') ||
		       (t->len == 1 && *t->name == '.');
	return good ? OK
		    : page_tag_refuse(s, t->start, "a tag without a good name");
}

static enum err
comment_read(const struct page_source *s, struct page_tag *t)
{
	const char *end;

	end = memmem(t->start, (size_t)(s->end - t->start), "}}", 2);
	if (end == NULL)
		return page_tag_refuse(s, t->start, "a comment without an end");
	t->end = end + 2;
	return OK;
}

static enum err
tag_read(const struct page_source *s, const char *start, struct page_tag *t)
{
	const char *p = start + 2;

	*t = (struct page_tag){.start = start};
	switch (p < s->end ? *p : '\0') {
	case '{':
	case '&':
		return page_tag_refuse(s, start, "there is no unescaped form");
	case '=':
		return page_tag_refuse(s, start, "delimiters do not change");
	case '!':
		t->sigil = '!';
		return comment_read(s, t);
	case '#':
	case '^':
	case '/':
	case '>':
		t->sigil = *p++;
		break;
	default:
		break;
	}
	return name_read(s, p, t);
}

/* Only blanks around the tag on its line: the line goes with it. */
static bool
stands_alone(const struct page_source *s, struct page_tag *t)
{
	const char *from = t->start, *to = t->end;

	if (t->sigil == '\0')
		return false;
	while (from > s->text && (from[-1] == ' ' || from[-1] == '\t'))
		from--;
	while (to < s->end && (*to == ' ' || *to == '\t'))
		to++;
	if (s->end - to >= 2 && *to == '\r' && to[1] == '\n')
		to++;
	if (!page_tag_line(s, from) || (to < s->end && *to != '\n'))
		return false;
	t->from = from;
	t->to = to < s->end ? to + 1 : to;
	return true;
}

enum err
page_tag_read(const struct page_source *s, const char *start,
	      struct page_tag *t)
{
	enum err e;

	if ((e = tag_read(s, start, t)) != OK)
		return e;
	t->from = t->start;
	t->to = t->end;
	t->alone = stands_alone(s, t);
	return OK;
}
