/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json_read.c: json-c, strict, and right about every character. */
#include "lib/json.h"

#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "lib/utf8.h"

enum { PAIR_LENGTH = 12 };

/* No more than twelve bytes are looked at, so four digits each are needed to
 * get as far as a surrogate: nothing that sscanf lets pass besides fits. */
int32_t
json_pair(const char *at, const char *end)
{
	char pair[PAIR_LENGTH + 1] = "";
	unsigned high, low;

	if (end - at < PAIR_LENGTH)
		return -1;
	memcpy(pair, at, PAIR_LENGTH);
	if (sscanf(pair, "\\u%4x\\u%4x", &high, &low) != 2 ||
	    high >> 10 != 0xd800 >> 10 || low >> 10 != 0xdc00 >> 10)
		return -1;
	return (int32_t)(0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff));
}

static size_t
without_space_behind(const char *text, size_t len)
{
	while (len > 0 && memchr(" \t\r\n", text[len - 1], 4) != NULL)
		len--;
	return len;
}

/* ${text} with its pairs as the characters they stand for. json-c 0.16 reads a
 * pair, looks at the last sixteen bits of what it got, and takes U+1D8xx to
 * U+1DFxx, U+2D8xx and so on (rare ideographs, which people are called by) for
 * half a pair once more. */
static struct buf
spell_out(struct pool *pool, const char *text, size_t len)
{
	const char *at, *end = text + len;
	struct buf out = {.pool = pool};
	char bytes[4];
	int32_t c;

	while ((at = memchr(text, '\\', (size_t)(end - text))) != NULL) {
		buf_put(&out, text, (size_t)(at - text));
		if ((c = json_pair(at, end)) >= 0) {
			buf_put(&out, bytes, utf8_put(bytes, c));
			text = at + PAIR_LENGTH;
		} else {
			text = end - at < 2 ? end : at + 2;
			buf_put(&out, at, (size_t)(text - at));
		}
	}
	buf_put(&out, text, (size_t)(end - text));
	return out;
}

json_object *
json_read(struct pool *pool, const char *text, size_t len, int depth)
{
	/* json-c counts the innermost value as a level of its own. */
	json_tokener *t = json_tokener_new_ex(depth + 1);
	struct buf plain =
		spell_out(pool, text, without_space_behind(text, len));
	json_object *o;

	if (t == NULL)
		log_bug("out of memory");
	json_tokener_set_flags(t, JSON_TOKENER_STRICT |
					  JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(t, plain.data, (int)plain.len);
	if (o != NULL)
		pool_json(pool, o);
	if (json_tokener_get_error(t) != json_tokener_success ||
	    json_tokener_get_parse_end(t) != plain.len)
		o = NULL;
	json_tokener_free(t);
	return o;
}
