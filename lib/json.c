/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json.c: the only reader of JSON bodies. json-c builds the object; the scan
 * before it refuses what json-c would let pass (doubled keys, above all) and
 * keeps numbers as they were written. */
#include "lib/http.h"

#include <string.h>

#include "lib/json.h"
#include "lib/utf8.h"

struct scan {
	struct pool *pool;
	const char *at, *end;
};

static enum err
read_value(struct scan *, int depth, struct pair *);

static void
skip_space(struct scan *s)
{
	while (s->at < s->end && strchr(" \t\r\n", *s->at) != NULL)
		s->at++;
}

static bool
take(struct scan *s, char c)
{
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

/* Four hex digits; −1 if they are not. */
static int32_t
read_hex(struct scan *s)
{
	static const char digits[] = "0123456789abcdef";
	const char *d;
	int32_t c = 0;
	int i;

	if (s->end - s->at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		d = memchr(digits, *s->at >= 'A' ? *s->at | 0x20 : *s->at, 16);
		if (d == NULL)
			return -1;
		c = c << 4 | (int32_t)(d - digits);
		s->at++;
	}
	return c;
}

/* Behind a "\u": the character, which may need a second escape. */
static int32_t
read_unicode(struct scan *s)
{
	const char *from = s->at - 2;
	int32_t c = read_hex(s);

	if (c < 0xd800 || c >= 0xe000)
		return c == 0 ? -1 : c;
	if ((c = json_pair(from, s->end)) >= 0)
		s->at = from + 12;
	return c;
}

/* Behind a backslash. */
static int32_t
read_escape(struct scan *s)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *f;

	if (take(s, 'u'))
		return read_unicode(s);
	if (s->at == s->end || (f = strchr(from, *s->at)) == NULL)
		return -1;
	s->at++;
	return to[f - from];
}

/* Behind the opening quote. No escape is shorter than what it stands for. */
static enum err
read_string(struct scan *s, struct pair *p)
{
	const char *quote = s->at;
	char *out, *to;
	int32_t c;

	for (; quote < s->end && *quote != '"'; quote++)
		if (*quote == '\\' && ++quote == s->end)
			return ERR_BAD;
	out = to = pool_alloc(s->pool, (size_t)(quote - s->at) + 1);
	while (s->at < s->end && *s->at != '"') {
		c = take(s, '\\') ? read_escape(s) : utf8_next(&s->at, s->end);
		if (c < 0 || (c < 0x20 && s->at[-1] == c))
			return ERR_BAD;
		to += utf8_put(to, c);
	}
	p->kind = PAIR_TEXT;
	p->value = out;
	p->len = (size_t)(to - out);
	return take(s, '"') ? OK : ERR_BAD;
}

static bool
read_digits(struct scan *s)
{
	const char *from = s->at;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return s->at > from;
}

static enum err
read_number(struct scan *s)
{
	take(s, '-');
	if (!take(s, '0') && !read_digits(s))
		return ERR_BAD;
	if (take(s, '.') && !read_digits(s))
		return ERR_BAD;
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+'))
			take(s, '-');
		if (!read_digits(s))
			return ERR_BAD;
	}
	return OK;
}

static enum err
read_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
		return ERR_BAD;
	s->at += n;
	return OK;
}

static enum err
read_member(struct scan *s, int depth, struct pairs *members)
{
	struct pair name = {0};
	enum err e;

	if (!take(s, '"'))
		return ERR_BAD;
	if ((e = read_string(s, &name)) != OK)
		return e;
	if (name.len > HTTP_NAME_MAX || members->count >= HTTP_PAIRS_MAX)
		return ERR_TOO_BIG;
	if (pairs_find(members, name.value) != NULL)
		return ERR_BAD;
	skip_space(s);
	if (!take(s, ':'))
		return ERR_BAD;
	return read_value(s, depth,
			  pairs_add(s->pool, members, name.value, ""));
}

/* Behind the brace. */
static enum err
read_object(struct scan *s, int depth, struct pairs *members)
{
	enum err e;

	if (depth > HTTP_JSON_DEPTH)
		return ERR_BAD;
	skip_space(s);
	if (take(s, '}'))
		return OK;
	do {
		skip_space(s);
		if ((e = read_member(s, depth, members)) != OK)
			return e;
		skip_space(s);
	} while (take(s, ','));
	return take(s, '}') ? OK : ERR_BAD;
}

/* Behind the bracket. */
static enum err
read_array(struct scan *s, int depth)
{
	struct pair element;
	enum err e;

	if (depth > HTTP_JSON_DEPTH)
		return ERR_BAD;
	skip_space(s);
	if (take(s, ']'))
		return OK;
	do {
		if ((e = read_value(s, depth, &element)) != OK)
			return e;
		skip_space(s);
	} while (take(s, ','));
	return take(s, ']') ? OK : ERR_BAD;
}

/* What is no string: p->kind, and the place moves behind it. */
static enum err
read_other(struct scan *s, int depth, struct pair *p)
{
	struct pairs inner = {0};

	p->kind = PAIR_NESTED;
	if (take(s, '{'))
		return read_object(s, depth + 1, &inner);
	if (take(s, '['))
		return read_array(s, depth + 1);
	p->kind = PAIR_BOOL;
	if (s->at < s->end && *s->at == 't')
		return read_word(s, "true");
	if (s->at < s->end && *s->at == 'f')
		return read_word(s, "false");
	p->kind = PAIR_NULL;
	if (s->at < s->end && *s->at == 'n')
		return read_word(s, "null");
	p->kind = PAIR_NUMBER;
	return read_number(s);
}

static enum err
read_value(struct scan *s, int depth, struct pair *p)
{
	const char *from;
	enum err e;

	skip_space(s);
	if (take(s, '"'))
		return read_string(s, p);
	from = s->at;
	if ((e = read_other(s, depth, p)) != OK)
		return e;
	p->value = from;
	p->len = p->kind == PAIR_NULL ? 0 : (size_t)(s->at - from);
	return OK;
}

enum err
http_json(struct pool *pool, const char *text, size_t len, struct pairs *out,
	  json_object **object)
{
	struct scan s = {.pool = pool};
	struct pairs members = {0};
	struct pair *p, *copy;
	const char *from;
	enum err e;

	if (len > HTTP_RAW_MAX)
		return ERR_TOO_BIG;
	if (len == 0 || !http_utf8(text, len))
		return ERR_BAD;
	s.at = text;
	s.end = text + len;
	skip_space(&s);
	from = s.at;
	if (!take(&s, '{'))
		return ERR_BAD;
	if ((e = read_object(&s, 1, &members)) != OK)
		return e;
	*object = json_read(pool, from, (size_t)(s.at - from), HTTP_JSON_DEPTH);
	skip_space(&s);
	if (*object == NULL || s.at != s.end)
		return ERR_BAD;
	if (out->count + members.count > HTTP_PAIRS_MAX)
		return ERR_TOO_BIG;
	for (p = members.first; p != NULL; p = p->next) {
		copy = pairs_add(pool, out, p->name,
				 pool_strndup(pool, p->value, p->len));
		copy->kind = p->kind;
	}
	return OK;
}
