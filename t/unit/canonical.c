/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* canonical.c: tests of JSON that everybody writes with the same bytes. */
#include "lib/canonical.h"

#include <string.h>

#include "t/tap.h"

static const char *
canonical(struct pool *pool, const char *text)
{
	json_tokener *t = json_tokener_new_ex(40);
	json_object *o = json_tokener_parse_ex(t, text, (int)strlen(text) + 1);
	struct buf b = {.pool = pool};

	if (o != NULL)
		pool_json(pool, o);
	canonical_put(&b, o);
	json_tokener_free(t);
	return b.data;
}

static void
test_rows(struct pool *pool)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"{ \"b\" : 1 , \"a\" : [ 2 , true , null ] }",
		 "{\"a\":[2,true,null],\"b\":1}"},
		{"{\"a\":{\"z\":{\"y\":1,\"x\":2},\"b\":3}}",
		 "{\"a\":{\"b\":3,\"z\":{\"x\":2,\"y\":1}}}"},
		{"[{\"b\":1,\"a\":2},[],{}]", "[{\"a\":2,\"b\":1},[],{}]"},
		{"\"a\\/b\\u00e9\\ud83d\\ude00\"", "\"a/b\xc3\xa9"
						   "\xf0\x9f\x98\x80\""},
		{"\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\"",
		 "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\""},
		{"{\"\\n\":\"\"}", "{\"\\n\":\"\"}"},
		{"{\"B\":1,\"a\":2,\"\\u00e9\":3,\"aa\":4}",
		 "{\"B\":1,\"a\":2,\"aa\":4,\"\xc3\xa9\":3}"},
		{"[5.0,-5.0,5.10,0.50,-0.25,0.0,-0.0,10.0,100.0]",
		 "[5,-5,5.1,0.5,-0.25,0,0,10,100]"},
		{"[1e3,1E+3,1.5e1,25e-1,1e-3,12.34e0,0e5,100e-2]",
		 "[1000,1000,15,2.5,0.001,12.34,0,1]"},
		{"[0.0001,0.00001,1e-7,1e21,1e200]",
		 "[0.0001,0.00001,1e-7,1e21,1e200]"},
		{"[1e20,98.12345678901234,0.12345678901234567890]",
		 "[100000000000000000000,98.12345678901234,"
		 "0.12345678901234567890]"},
		{"[0,-1,9007199254740993,9223372036854775807]",
		 "[0,-1,9007199254740993,9223372036854775807]"},
		{"null", "null"},
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		is_text(canonical(pool, rows[i].text), rows[i].want,
			"row %zu is written in the one way", i);
}

/* What is canonical stays as it is. */
static void
test_again(struct pool *pool)
{
	const char *once = canonical(pool,
		"{\"z\":[1.50,{\"k\":\"\\u00fc\\/\"}],\"a\":-0.10}");

	is_text(canonical(pool, once), once, "written again it is the same");
}

int
main(void)
{
	struct pool *pool = pool_new();

	test_rows(pool);
	test_again(pool);
	pool_free(pool);
	return tap_done();
}
