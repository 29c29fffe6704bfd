/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json.c: any bytes as a JSON body; the parameters agree with the object. */
#include "lib/http.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
compare(const struct pair *p, json_object *object)
{
	json_object *member;

	if (!json_object_object_get_ex(object, p->name, &member) ||
	    !http_utf8(p->value, p->len) || strlen(p->value) != p->len)
		abort();
	if (p->kind == PAIR_TEXT &&
	    (!json_object_is_type(member, json_type_string) ||
	     strcmp(json_object_get_string(member), p->value) != 0))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pool *pool = pool_new();
	struct pairs out = {0};
	const struct pair *p;
	json_object *object;

	if (http_json(pool, (const char *)data, len, &out, &object) == OK) {
		for (p = out.first; p != NULL; p = p->next)
			compare(p, object);
		if (json_object_object_length(object) != out.count)
			abort();
	}
	pool_free(pool);
	return 0;
}
