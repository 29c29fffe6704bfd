/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cookies.c: any bytes as a Cookie header; what is read is text. */
#include "lib/http.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pool *pool = pool_new();
	struct pairs out = {0};
	const struct pair *p;

	if (http_cookies(pool, pool_strndup(pool, (const char *)data, len),
			 &out) == OK)
		for (p = out.first; p != NULL; p = p->next)
			if (*p->name == '\0' || strchr(p->value, ';') != NULL ||
			    !http_utf8(p->value, p->len))
				abort();
	pool_free(pool);
	return 0;
}
