/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_text.c: bytes as text: hex and base64url. */
#include "lib/secret.h"

#include <string.h>

static const char hex[] = "0123456789abcdef";
static const char base64url[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *
secret_hex(char *out, const void *data, size_t len)
{
	const uint8_t *s = data;
	char *at = out;

	for (; len > 0; len--, s++) {
		*at++ = hex[*s >> 4];
		*at++ = hex[*s & 15];
	}
	*at = '\0';
	return out;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

long
secret_unhex(void *out, size_t room, const char *text)
{
	size_t len = strlen(text) / 2, i;
	uint8_t *at = out;
	int high, low;

	if (text[len * 2] != '\0' || len > room)
		return -1;
	for (i = 0; i < len; i++) {
		high = hex_value(text[2 * i]);
		low = hex_value(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		at[i] = (uint8_t)(high << 4 | low);
	}
	return (long)len;
}

char *
secret_base64url(char *out, const void *data, size_t len)
{
	const uint8_t *s = data;
	unsigned bits = 0;
	char *at = out;
	int held = 0;

	for (; len > 0; len--) {
		bits = bits << 8 | *s++;
		for (held += 8; held >= 6; held -= 6)
			*at++ = base64url[bits >> (held - 6) & 63];
	}
	if (held > 0)
		*at++ = base64url[bits << (6 - held) & 63];
	*at = '\0';
	return out;
}

/* One form per value: no padding, no odd character, no stray bits. */
long
secret_unbase64url(void *out, size_t room, const char *text)
{
	size_t len = 0;
	unsigned bits = 0;
	uint8_t *at = out;
	const char *found;
	int held = 0;

	for (; *text != '\0'; text++) {
		if ((found = strchr(base64url, *text)) == NULL)
			return -1;
		bits = bits << 6 | (unsigned)(found - base64url);
		held += 6;
		if (held < 8)
			continue;
		if (len == room)
			return -1;
		held -= 8;
		at[len++] = (uint8_t)(bits >> held);
	}
	if (held >= 6 || (bits & ((1u << held) - 1)) != 0)
		return -1;
	return (long)len;
}
