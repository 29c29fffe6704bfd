/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* body_edges.c: tests of forms with files and JSON bodies that break off or
 * say things twice. */
#include "lib/http.h"

#include <stdlib.h>

#include "t/tap.h"

#define PART(headers) "--b\r\n" headers "\r\n\r\nx\r\n--b--"
#define FORM "Content-Disposition: form-data; name=f"

static struct pool *pool;

static char *
copied(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	/* The exact size, so that reading behind it is noticed. */
	if (copy == NULL)
		abort();
	pool_defer(pool, free, copy);
	memcpy(copy, text, len);
	return copy;
}

static enum err
form(const char *type, const char *body)
{
	struct pairs out = {0};
	size_t len = strlen(body);

	return http_multipart(pool, type, copied(body, len), len, &out);
}

static void
test_types(void)
{
	static const char *const bad[] = {
		"multipart/form-data", "multipart/form-data;",
		"multipart/form-data x", "multipart/form-data; boundary",
		"multipart/form-data; boundary=", "multipart/form-data; =b",
		"multipart/form-data; boundary=\"b",
		"multipart/form-data; boundary=\"\"",
		"multipart/form-data; boundary=\"b \"",
		"multipart/form-data; boundary=\"b\\\"",
		"multipart/form-data; boundary=\"b\\\\\"",
		"multipart/form-data; boundary=b; boundary=b",
		"multipart/form-data; (x)=b", "multipart/mixed; boundary=b",
		"multipart/form-data; boundary=12345678901234567890123456789"
		"012345678901234567890123456789012345678901234567890"};
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(form(bad[i], PART(FORM)) != OK, "%s is refused", bad[i]);
	ok(form(NULL, PART(FORM)) != OK, "no type is refused");
	is_int(form("multipart/form-data ;\tcharset=utf-8 ; Boundary=\"b\" ; ",
		    PART(FORM)), OK, "what else stands there does not matter");
}

static void
test_headers(void)
{
	static const struct {
		const char *name, *body;
		bool good;
	} rows[] = {
		{"a part without headers", "--b\r\n\r\nx\r\n--b--", false},
		{"one without a name",
		 PART("Content-Disposition: form-data"), false},
		{"one with two names", PART(FORM "; name=g"), false},
		{"one with two files", PART(FORM "; filename=a; filename=b"),
		 false},
		{"one that is described twice", PART(FORM "\r\n" FORM), false},
		{"one that is no part of a form",
		 PART("Content-Disposition: attachment; name=f"), false},
		{"one that is nothing", PART("Content-Disposition:"), false},
		{"a header without a colon", PART(FORM "\r\nX-Other"), false},
		{"a header without a name", PART(FORM "\r\n: x"), false},
		{"a header of other bytes", PART(FORM "\r\nX: \xff"), false},
		{"a parameter without a value", PART(FORM "; filename="),
		 false},
		{"a part in another coding",
		 PART(FORM "\r\nContent-Transfer-Encoding: base64"), false},
		{"a part as 8bit",
		 PART(FORM "\r\nContent-Transfer-Encoding: 8bit"), true},
		{"a part as 7bit",
		 PART(FORM "\r\nContent-Transfer-Encoding: 7bit"), true},
		{"a part as binary",
		 PART(FORM "\r\nContent-Transfer-Encoding: binary"), true},
		{"a file with a coded name", PART(FORM "; filename*=UTF-8''x"),
		 true},
		{"a name with a path", PART(FORM "; filename=\"c:\\a/b\""),
		 true},
		{"a name of points", PART(FORM "; filename=\"...\""), true},
		{"a name with a quote", PART(FORM "; filename=\"a\\\"b\\c\""),
		 true},
		{"another header", PART(FORM "\r\nX-Other: x"), true},
		{"another parameter", PART(FORM "; other=x"), true}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		ok((form("multipart/form-data; boundary=b", rows[i].body) ==
		    OK) == rows[i].good, "%s is %s", rows[i].name,
		   rows[i].good ? "taken" : "refused");
}

/* A form cut off anywhere is never read as whole. */
static void
test_cut(void)
{
	static const char body[] = PART(FORM "; filename=\"a\\\"\"\r\n"
					"Content-Type: text/plain");
	bool good = true;
	size_t n;

	for (n = 0; n < sizeof body - 5; n++) {
		struct pairs out = {0};

		good = good && http_multipart(pool,
					      "multipart/form-data; boundary=b",
					      copied(body, n), n, &out) != OK;
	}
	ok(good, "a form that breaks off anywhere is refused");
}

static enum err
json(const char *text, size_t len, int had)
{
	struct pairs out = {0};
	json_object *object = NULL;
	int i;

	for (i = 0; i < had; i++)
		pairs_add(pool, &out, pool_printf(pool, "n%d", i), "");
	return http_json(pool, copied(text, len), len, &out, &object);
}

static void
test_json(void)
{
	static const char *const bad[] = {
		"", " ", "[", "{", "{\"", "{\"a", "{\"a\\", "{\"a\"", "{\"a\":",
		"{\"a\":\"", "{\"a\":1", "{\"a\":1,", "{\"a\":1}x",
		"{\"a\":[", "{\"a\":[1", "{\"a\":[1,", "{\"a\":[1 2]}",
		"{\"a\":{}", "{\"a\":{\"b\"}}", "{\"a\":t}", "{\"a\":tru",
		"{\"a\":falsy}", "{\"a\":nul", "{\"a\":-}", "{\"a\":01}",
		"{\"a\":1.}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":.5}",
		"{\"a\":\"\\u12\"}", "{\"a\":\"\\u00g0\"}",
		"{\"a\":\"\\u0000\"}", "{\"a\":\"\\udc00\"}",
		"{\"a\":\"\\ud83c\"}", "{\"a\":\"\\ud83c\\n\"}",
		"{\"a\":\"\\ud83c\\u0041\"}", "{\"a\":\"\\ud83c\\uffff\"}",
		"{\"a\":\"\\x\"}", "{\"a\":\"\t\"}", "{\"a\":1,\"a\":2}",
		"{a:1}", "{\"a\" 1}", "{\"a\":1;}", "\xff", "{\"a\":\xff}"};
	static const char *const good[] = {
		"{}", " {\"a\":0} ", "{\"a\":-0.5E-7}", "{\"a\":1e5}",
		"{\"a\":[]}", "{\"a\":[ {} , [] ]}", "{\"a\":false}",
		"{\"a\":\"\\uD83C\\uDFE6\\u00E4\\b\\f\\t\"}"};
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(json(bad[i], strlen(bad[i]), 0) != OK, "[%s] is refused",
		   bad[i]);
	for (i = 0; i < sizeof good / sizeof *good; i++)
		is_int(json(good[i], strlen(good[i]), 0), OK, "%s is read",
		       good[i]);
	is_int(json("{\"a\":1}", 7, HTTP_PAIRS_MAX), ERR_TOO_BIG,
	       "a body adds no more than a request may have");
}

int
main(void)
{
	pool = pool_new();
	test_types();
	test_headers();
	test_cut();
	test_json();
	pool_free(pool);
	return tap_done();
}
