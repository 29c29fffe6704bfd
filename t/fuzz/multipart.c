/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* multipart.c: a first line as content type, the rest as a body; files lie
 * inside the body, texts are text. */
#include "lib/http.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct pair *p, const char *body, size_t len)
{
	if (p->kind == PAIR_FILE) {
		if (p->value < body || p->len > len ||
		    p->value + p->len > body + len ||
		    strchr(p->file_name, '/') != NULL || p->type == NULL)
			abort();
	} else if (!http_utf8(p->value, p->len)) {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data, *line, *type, *body;
	struct pool *pool = pool_new();
	struct pairs out = {0};
	const struct pair *p;

	line = len == 0 ? NULL : memchr(text, '\n', len);
	if (line != NULL) {
		type = pool_strndup(pool, text, (size_t)(line - text));
		body = line + 1;
		len -= (size_t)(body - text);
		if (http_multipart(pool, type, body, len, &out) == OK)
			for (p = out.first; p != NULL; p = p->next)
				check(p, body, len);
	}
	pool_free(pool);
	return 0;
}
