/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_text.c: bytes as text: hex and base64url. */
#include "lib/secret.h"

#include <endian.h>
#include <string.h>

#include "lib/secret_bits.h"

static const char hex[] = "0123456789abcdef";
static const char base64url[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Four bytes' eight digits: each byte is spread over two, half in each, and
 * what is above 9 goes on from 'a' rather than behind '9'. */
static void
hex_four(char out[8], const uint8_t four[4])
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t v = (uint64_t)four[0] | (uint64_t)four[1] << 16 |
		     (uint64_t)four[2] << 32 | (uint64_t)four[3] << 48;

	v = ((v >> 4) | (v << 8)) & (ones * 0x0f);
	v += ones * '0' + (((v + ones * 6) >> 4) & ones) * ('a' - '9' - 1);
	v = htole64(v);
	memcpy(out, &v, sizeof v);
}

char *
secret_hex(char *out, const void *data, size_t len)
{
	const uint8_t *s = data;
	char *at = out;

	for (; len >= 4; len -= 4, s += 4, at += 8)
		hex_four(at, s);
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

bool
secret_bits_put(struct secret_bits *b, unsigned value)
{
	b->bits = b->bits << b->width | value;
	if ((b->held += b->width) < 8)
		return true;
	if (b->len == b->room)
		return false;
	b->held -= 8;
	b->out[b->len++] = (uint8_t)(b->bits >> b->held);
	return true;
}

long
secret_bits_end(const struct secret_bits *b)
{
	return b->held >= b->width || (b->bits & ((1u << b->held) - 1)) != 0
		       ? -1
		       : (long)b->len;
}

/* One form per value: no padding, no odd character, no stray bits. */
long
secret_unbase64url(void *out, size_t room, const char *text)
{
	struct secret_bits b = {.out = out, .room = room, .width = 6};
	const char *found;

	for (; *text != '\0'; text++) {
		found = strchr(base64url, *text);
		if (found == NULL ||
		    !secret_bits_put(&b, (unsigned)(found - base64url)))
			return -1;
	}
	return secret_bits_end(&b);
}
