/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* header.c: texts, names, addresses and times as mail headers have them. */
#include <string.h>

#include "daemons/courier/courier.h"
#include "lib/clock.h"

/* 39 bytes are 52 in base64, a word of 64 characters: a line with one stays
 * below the 76 it may have, "Subject: " included. */
enum { WORD = 39, PLAIN_MAX = 66, ADDRESS_MAX = 254 };

bool
header_safe(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

bool
header_address(const char *address)
{
	const char *at = strchr(address, '@'), *p;

	if (at == NULL || at == address || at[1] == '\0' ||
	    strlen(address) > ADDRESS_MAX)
		return false;
	for (p = address; p < at; p++)
		if (!is_alnum(*p) && strchr("!#$%&'*+-/=?^_`{|}~.", *p) == NULL)
			return false;
	for (p = at + 1; *p != '\0'; p++)
		if (!is_alnum(*p) && *p != '-' && *p != '.')
			return false;
	return true;
}

static void
base64_put(struct buf *b, const unsigned char *s, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				     "nopqrstuvwxyz0123456789+/";
	uint32_t v;
	size_t n, i;

	for (; len > 0; len -= n, s += n) {
		n = len < 3 ? len : 3;
		for (v = 0, i = 0; i < 3; i++)
			v = v << 8 | (i < n ? s[i] : 0);
		for (i = 0; i < 4; i++)
			buf_putc(b, i > n ? '=' : digits[v >> (18 - 6 * i) &
							 63]);
	}
}

/* Words are cut between characters: each must be readable alone. */
static char *
encoded(struct pool *pool, const char *text)
{
	struct buf b = {.pool = pool};
	size_t left = strlen(text), n;

	while (left > 0) {
		n = left < WORD ? left : WORD;
		while (n > 1 && n < left && (text[n] & 0xc0) == 0x80)
			n--;
		buf_puts(&b, b.len == 0 ? "=?utf-8?B?" : "\r\n =?utf-8?B?");
		base64_put(&b, (const unsigned char *)text, n);
		buf_puts(&b, "?=");
		text += n;
		left -= n;
	}
	return b.data;
}

static bool
is_plain(const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			return false;
	return *text != '\0' && p - text <= PLAIN_MAX && *text != ' ' &&
	       p[-1] != ' ' && strstr(text, "=?") == NULL;
}

char *
header_subject(struct pool *pool, const char *text)
{
	return is_plain(text) ? pool_strdup(pool, text) : encoded(pool, text);
}

char *
header_phrase(struct pool *pool, const char *name)
{
	if (is_plain(name) && strpbrk(name, "\"\\") == NULL)
		return pool_printf(pool, "\"%s\"", name);
	return encoded(pool, name);
}

char *
header_date(struct pool *pool, int64_t instant)
{
	static const char days[7][4] = {"Mon", "Tue", "Wed", "Thu",
					"Fri", "Sat", "Sun"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr",
					   "May", "Jun", "Jul", "Aug",
					   "Sep", "Oct", "Nov", "Dec"};
	int32_t day = (int32_t)(instant / CLOCK_DAY_MS);
	int s = (int)(instant % CLOCK_DAY_MS / CLOCK_SECOND);
	int y, m, d, weekday;

	clock_split(day, &y, &m, &d, &weekday);
	return pool_printf(pool, "%s, %d %s %d %02d:%02d:%02d +0000",
			   days[weekday], d, months[m - 1], y, s / 3600,
			   s / 60 % 60, s % 60);
}
