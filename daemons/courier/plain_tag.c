/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* plain_tag.c: takes the tags and entities of HTML apart. */
#include <stdlib.h>
#include <string.h>

#include "daemons/courier/plain_impl.h"

static const struct {
	char name[PLAIN_NAME];
	int32_t c;
} entities[] = {
    {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''},
    {"nbsp", 0xa0}, {"middot", 0xb7}, {"ndash", 0x2013}, {"mdash", 0x2014},
    {"hellip", 0x2026}, {"euro", 0x20ac}, {"minus", 0x2212},
};

bool
plain_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

int32_t
plain_entity(const char *name)
{
	size_t i;
	long c;
	char *end;

	if (*name == '#') {
		bool hex = lower(name[1]) == 'x';

		c = strtol(name + 1 + hex, &end, hex ? 16 : 10);
		if (*end != '\0' || end == name + 1 + hex)
			return 0;
		return c < 1 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)
			? 0xfffd : (int32_t)c;
	}
	for (i = 0; i < sizeof entities / sizeof *entities; i++)
		if (strcmp(entities[i].name, name) == 0)
			return entities[i].c;
	return 0;
}

/* An attribute's value, quoted or not; returns what stands behind it. */
static const char *
attribute_read(const char *at, const char *end, struct plain_tag *t)
{
	const char *name = at, *value;
	size_t name_len;
	char quote = ' ';

	while (at < end && *at != '=' && *at != '>' && !plain_space(*at))
		at++;
	name_len = (size_t)(at - name);
	if (at == end || *at != '=')
		return at == name ? at + 1 : at;
	if (++at < end && (*at == '"' || *at == '\''))
		quote = *at++;
	value = at;
	while (at < end && (quote == ' ' ? *at != '>' && !plain_space(*at)
					 : *at != quote))
		at++;
	if (name_len == 4 && strncasecmp(name, "href", 4) == 0) {
		t->href = value;
		t->href_len = (size_t)(at - value);
	}
	return at < end && quote != ' ' ? at + 1 : at;
}

const char *
plain_tag(const char *at, const char *end, struct plain_tag *t)
{
	const char *p = at + 1;
	size_t n = 0;

	memset(t, 0, sizeof *t);
	if (end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
		p = memmem(at + 4, (size_t)(end - at - 4), "-->", 3);
		return p == NULL ? end : p + 3;
	}
	if (p < end && *p == '/') {
		t->closes = true;
		p++;
	}
	if (p == end || !(is_letter(*p) || *p == '!'))
		return NULL;
	for (; p < end && *p != '>' && *p != '/' && !plain_space(*p); p++)
		if (n < PLAIN_NAME - 1)
			t->name[n++] = lower(*p);
	while (p < end && *p != '>')
		p = plain_space(*p) || *p == '/' ? p + 1
					      : attribute_read(p, end, t);
	return p < end ? p + 1 : end;
}

