/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* urlencoded.c: the only reader of "a=1&b=2" and of Cookie headers, and the
 * only writer of such values. */
#include "lib/http.h"

#include <string.h>

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* NULL if an escape is bad or the result is no text. */
static char *
unescape(struct pool *pool, const char *text, size_t len)
{
	char *out = pool_alloc(pool, len + 1), *to = out;
	const char *end = text + len;

	for (; text < end; text++) {
		if (*text != '%') {
			*to++ = (char)(*text == '+' ? ' ' : *text);
			continue;
		}
		if (end - text < 3 || hex_digit(text[1]) < 0 ||
		    hex_digit(text[2]) < 0)
			return NULL;
		*to++ = (char)(hex_digit(text[1]) << 4 | hex_digit(text[2]));
		text += 2;
	}
	return http_utf8(out, (size_t)(to - out)) ? out : NULL;
}

static enum err
read_pair(struct pool *pool, const char *text, size_t len, struct pairs *out)
{
	const char *equals = memchr(text, '=', len);
	size_t name_len = equals == NULL ? len : (size_t)(equals - text);
	size_t skip = equals == NULL ? len : name_len + 1;
	char *name = unescape(pool, text, name_len);
	char *value = unescape(pool, text + skip, len - skip);

	if (name == NULL || value == NULL)
		return ERR_BAD;
	if (strlen(name) > HTTP_NAME_MAX || out->count >= HTTP_PAIRS_MAX)
		return ERR_TOO_BIG;
	pairs_add(pool, out, name, value);
	return OK;
}

const char *
http_escape(struct pool *pool, const char *text)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-._~/";
	struct buf b = {.pool = pool};

	buf_puts(&b, "");
	for (; *text != '\0'; text++)
		if (strchr(plain, *text) != NULL)
			buf_putc(&b, *text);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*text);
	return b.data;
}

enum err
http_urlencoded(struct pool *pool, const char *text, size_t len,
		struct pairs *out)
{
	const char *end, *stop;
	enum err e;

	if (len == 0)
		return OK;
	if (len > HTTP_FORM_MAX)
		return ERR_TOO_BIG;
	for (end = text + len; text < end; text = stop + 1) {
		if ((stop = memchr(text, '&', (size_t)(end - text))) == NULL)
			stop = end;
		if (stop == text)
			continue;
		if ((e = read_pair(pool, text, (size_t)(stop - text), out)) !=
		    OK)
			return e;
	}
	return OK;
}

/* A cookie may be another program's on the same host: what we could not have
 * set is passed over, so that it locks nobody out. */
static void
read_cookie(struct pool *pool, const char *text, size_t len, struct pairs *out)
{
	const char *equals, *end;

	for (; len > 0 && strchr(" \t", text[len - 1]) != NULL; len--)
		;
	if ((equals = memchr(text, '=', len)) == NULL || equals == text ||
	    equals - text > HTTP_NAME_MAX || !http_utf8(text, len))
		return;
	end = text + len;
	len = (size_t)(equals - text);
	if (end - equals > 2 && equals[1] == '"' && end[-1] == '"') {
		equals++;
		end--;
	}
	pairs_add(pool, out, pool_strndup(pool, text, len),
		  pool_strndup(pool, equals + 1, (size_t)(end - equals - 1)));
}

enum err
http_cookies(struct pool *pool, const char *header, struct pairs *out)
{
	size_t n;

	if (header == NULL)
		return OK;
	if (strlen(header) > HTTP_FORM_MAX)
		return ERR_TOO_BIG;
	while (*(header += strspn(header, "; \t")) != '\0') {
		if (out->count >= HTTP_PAIRS_MAX)
			return ERR_TOO_BIG;
		n = strcspn(header, ";");
		read_cookie(pool, header, n, out);
		header += n;
	}
	return OK;
}
