/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* utf8.c: the only reader of UTF-8 bytes. */
#include "lib/utf8.h"

#include <string.h>

/* How many bytes follow a first byte; −1 if it is none. */
static int
followers(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first < 0xc2 || first > 0xf4)
		return -1;
	return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

int32_t
utf8_next(const char **at, const char *end)
{
	static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)*at;
	int more = followers(s[0]), i;
	int32_t c;

	if (more < 0 || end - *at <= more)
		return -1;
	c = more == 0 ? s[0] : s[0] & (0x3f >> more);
	for (i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return -1;
	*at += more + 1;
	return c;
}

size_t
utf8_put(char *out, int32_t c)
{
	size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3, i;
	static const int32_t lead[] = {0, 0xc0, 0xe0, 0xf0};

	for (i = more; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(lead[more] | c);
	return more + 1;
}

long
utf8_length(const char *text)
{
	long n = 0;

	for (; *text != '\0'; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

bool
utf8_space(int32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 ||
	       c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
	       c == 0x3000;
}

bool
utf8_hidden(int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool
utf8_hides(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end)
		if (utf8_hidden(utf8_next(&text, end)))
			return true;
	return false;
}
