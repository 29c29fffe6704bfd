/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* urlencoded.c: any bytes as a query or a form; what is read is text. */
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

	if (http_urlencoded(pool, (const char *)data, len, &out) == OK)
		for (p = out.first; p != NULL; p = p->next)
			if (strlen(p->value) != p->len ||
			    !http_utf8(p->value, p->len) ||
			    strlen(p->name) > HTTP_NAME_MAX)
				abort();
	pool_free(pool);
	return 0;
}
