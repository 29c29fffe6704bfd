/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json.c: tests of JSON bodies. */
#include "lib/http.h"
#include "lib/json.h"
#include "t/tap.h"

#include <stdlib.h>

static struct pool *pool;

static enum err
json(const char *text, struct pairs *out, json_object **object)
{
	*out = (struct pairs){0};
	*object = NULL;
	return http_json(pool, text, strlen(text), out, object);
}

static void
test_members(void)
{
	struct pairs out;
	json_object *object, *part;

	is_int(json(" {\"to\":\"Z\\u00fcrich \\ud83c\\udfe6\\n\\/\", \"amount\""
		    ": -12.50e+1,\"yes\":true,\"none\":null,\t\"tags\""
		    ":[1, {\"a\":\"]\"}]}\r\n ",
		    &out, &object),
	       OK, "an object is read");
	is_int(out.count, 5, "its members become parameters");
	is_text(pairs_get(&out, "to"), "Z\u00fcrich \U0001f3e6\n/",
		"escapes are characters");
	is_text(pairs_get(&out, "amount"), "-12.50e+1",
		"a number is as it was written");
	is_int(pairs_find(&out, "amount")->kind, PAIR_NUMBER,
	       "and known as a number");
	is_int(pairs_find(&out, "yes")->kind, PAIR_BOOL, "a truth is known");
	is_text(pairs_get(&out, "yes"), "true", "and reads true");
	is_int(pairs_find(&out, "none")->kind, PAIR_NULL, "a null is known");
	is_text(pairs_get(&out, "none"), "", "and reads empty");
	is_int(pairs_find(&out, "tags")->kind, PAIR_NESTED, "a list is known");
	is_text(pairs_get(&out, "tags"), "[1, {\"a\":\"]\"}]",
		"and reads as it was written");
	ok(json_object_object_get_ex(object, "tags", &part) &&
	       json_object_array_length(part) == 2,
	   "the whole is kept");
	is_int(json("{}", &out, &object), OK, "an object may be empty");
	is_int(json("{\"\":0}", &out, &object), OK, "a name may be empty");
}

/* Characters beyond U+FFFF, escaped, in a name and in a text. */
static void
test_beyond(void)
{
	static const struct {
		const char *escaped, *plain;
	} row[] = {{"\\ud83c\\udfe6", "\U0001f3e6"},
		   {"\\uD836\\uDFE6", "\U0001dbe6"},
		   {"\\ud876\\udfe6", "\U0002dbe6"},
		   {"\\ud800\\udc00", "\U00010000"},
		   {"\\udbff\\udfff", "\U0010ffff"},
		   {"x\\\\ud836\\\\udfe6", "x\\ud836\\udfe6"},
		   {"\\u15e4\\ud836\\udfe6\\n", "\u15e4\U0001dbe6\n"}};
	struct pairs out;
	json_object *object, *member;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const char *text = pool_printf(pool, "{\"%s\":\"%s\"}",
					       row[i].escaped, row[i].escaped);

		is_int(json(text, &out, &object), OK, "%s is read",
		       row[i].escaped);
		is_text(pairs_get(&out, row[i].plain), row[i].plain,
			"as the character it is");
		ok(json_object_object_get_ex(object, row[i].plain, &member) &&
		       strcmp(json_object_get_string(member), row[i].plain) == 0,
		   "in the whole too");
	}
}

static void
test_written(void)
{
	static const char text[] = "\"a\\b\"\r\n\x01\x7f/\u00e9\U0002dbe6";
	struct buf b = {.pool = pool};
	struct pairs out;
	json_object *object;

	json_text(&b, text, strlen(text));
	is_text(b.data, "\"\\\"a\\\\b\\\"\\r\\n\\u0001\x7f/\u00e9\U0002dbe6\"",
		"only what must be is escaped");
	is_int(json(pool_printf(pool, "{\"a\":%s}", b.data), &out, &object),
	       OK, "what was written is read");
	is_text(pairs_get(&out, "a"), text, "as it was");
	b = (struct buf){.pool = pool};
	json_text(&b, "", 0);
	is_text(b.data, "\"\"", "nothing too");
}

/* Eight bytes are looked at together: each byte at each place among them. */
static void
test_written_anywhere(void)
{
	char text[20], want[12], have[19 * JSON_MOST + 1];
	int wrong = 0;

	for (int c = 1; c < 256; c++)
		for (int at = 0; at < 19; at++) {
			memset(text, c >= 0x80 ? 'x' : 0xff, 19);
			text[19] = '\0';
			text[at] = (char)c;
			snprintf(want, sizeof want,
				 c == '"' || c == '\\' ? "\\%c"
				 : c == '\b'		 ? "\\b"
				 : c == '\f'		 ? "\\f"
				 : c == '\n'		 ? "\\n"
				 : c == '\r'		 ? "\\r"
				 : c == '\t'		 ? "\\t"
				 : c < 0x20		 ? "\\u%04x"
							 : "%c",
				 c);
			*json_write(have, text, 19) = '\0';
			wrong += strlen(have) != 18 + strlen(want) ||
				 memcmp(have, text, (size_t)at) != 0 ||
				 strncmp(have + at, want, strlen(want)) != 0 ||
				 strcmp(have + at + strlen(want),
					text + at + 1) != 0;
		}
	is_int(wrong, 0, "any byte at any place is escaped if it must be");
}

/* Texts longer than what is written in one go, and as long as they can get. */
static void
test_written_long(void)
{
	enum { LONG = 5000 };
	char *text = pool_alloc(pool, LONG + 1);
	struct buf b = {.pool = pool}, want = {.pool = pool};

	memset(text, '\x1f', LONG);
	buf_putc(&want, '"');
	for (int i = 0; i < LONG; i++)
		buf_puts(&want, "\\u001f");
	buf_putc(&want, '"');
	json_text(&b, text, LONG);
	ok(strcmp(b.data, want.data) == 0,
	   "a long text of nothing but escapes is written whole");
	is_int((long long)b.len, JSON_MOST * LONG + 2,
	       "as much longer as is said");
}

static void
test_refused(void)
{
	static const char *const bad[] = {"",
					  " ",
					  "[]",
					  "1",
					  "\"a\"",
					  "null",
					  "{",
					  "}",
					  "{]",
					  "{}{}",
					  "{} x",
					  "{\"a\":1,}",
					  "{,}",
					  "{\"a\" 1}",
					  "{\"a\":}",
					  "{a:1}",
					  "{'a':1}",
					  "{\"a\":'b'}",
					  "{\"a\":[1,]}",
					  "{\"a\":[1 2]}",
					  "{\"a\":01}",
					  "{\"a\":-}",
					  "{\"a\":+1}",
					  "{\"a\":1.}",
					  "{\"a\":.5}",
					  "{\"a\":1e}",
					  "{\"a\":0x10}",
					  "{\"a\":NaN}",
					  "{\"a\":Infinity}",
					  "{\"a\":-Infinity}",
					  "{\"a\":True}",
					  "{\"a\":nul}",
					  "{\"a\":1}//",
					  "/**/{\"a\":1}",
					  "{\"a\":1/**/}",
					  "{\"a\":\"\\u0000\"}",
					  "{\"\\u0000\":1}",
					  "{\"a\":\"\\ud800\"}",
					  "{\"a\":\"\\ud800x\"}",
					  "{\"a\":\"\\udc00\"}",
					  "{\"a\":\"\\ud800\\ud800\"}",
					  "{\"a\":\"\\x41\"}",
					  "{\"a\":\"\\u12g4\"}",
					  "{\"a\":\"\\u12\"}",
					  "{\"a\":\"b}",
					  "{\"a\":\"\\\"}",
					  "{\"a\":\"\n\"}",
					  "{\"a\":\"\t\"}",
					  "{\"a\":1,\"a\":2}",
					  "{\"a\":1,\"\\u0061\":2}",
					  "{\"x\":{\"a\":1,\"b\":[],\"a\":1}}",
					  "{\"x\":[{\"a\":1,\"\\u0061\":1}]}",
					  "{\"a\":\"\xff\"}",
					  "{\"a\":\"\xed\xa0\x80\"}",
					  "\xef\xbb\xbf{}",
					  "{\"a\":1}\f"};
	struct pairs out;
	json_object *object;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(json(bad[i], &out, &object) == ERR_BAD && out.count == 0,
		   "bad object %zu is refused, nothing of it is read", i);
	is_int(http_json(pool, "{\"a\":\"\0\"}", 9, &out, &object), ERR_BAD,
	       "a NUL is refused");
	is_int(http_json(pool, "{}\0", 3, &out, &object), ERR_BAD,
	       "a NUL behind is refused");
	is_int(json("{\"x\":{\"a\":1},\"y\":{\"a\":1},\"a\":[{\"a\":1}]}", &out,
		    &object),
	       OK, "unlike objects may use the same key");
}

/* ${levels} of objects and arrays in turn, the object outside. */
static const char *
nested(int levels)
{
	struct buf b = {.pool = pool};
	int i;

	for (i = 0; i < levels; i++)
		buf_puts(&b, i % 2 == 0 ? "{\"a\":" : "[");
	buf_puts(&b, "\"x\"");
	while (i-- > 0)
		buf_puts(&b, i % 2 == 0 ? "}" : "]");
	return b.data;
}

static const char *
members(int count)
{
	struct buf b = {.pool = pool};
	int i;

	for (i = 0; i < count; i++)
		buf_printf(&b, "%s\"m%d\":%d", i == 0 ? "{" : ",", i, i);
	buf_puts(&b, "}");
	return b.data;
}

static void
test_limits(void)
{
	struct pairs out;
	json_object *object;
	char *big = malloc(2 * HTTP_RAW_MAX);

	is_int(json(nested(HTTP_JSON_DEPTH), &out, &object), OK,
	       "sixteen levels are read");
	is_int(json(nested(HTTP_JSON_DEPTH + 1), &out, &object), ERR_BAD,
	       "seventeen are refused");
	is_int(json(members(HTTP_PAIRS_MAX), &out, &object), OK,
	       "members may be many");
	is_int(json(members(HTTP_PAIRS_MAX + 1), &out, &object), ERR_TOO_BIG,
	       "but not too many");
	memset(big, '[', 2 * HTTP_RAW_MAX);
	is_int(http_json(pool, big, 2 * HTTP_RAW_MAX, &out, &object),
	       ERR_TOO_BIG, "two megabytes of brackets are refused");
	memcpy(big, "{\"a\":", 5);
	is_int(http_json(pool, big, HTTP_RAW_MAX, &out, &object), ERR_BAD,
	       "so are as many as a body may have");
	memset(big, ' ', HTTP_RAW_MAX);
	memcpy(big, "{}", 2);
	is_int(http_json(pool, big, HTTP_RAW_MAX, &out, &object), OK,
	       "the largest body is read");
	is_int(http_json(pool, big, HTTP_RAW_MAX + 1, &out, &object),
	       ERR_TOO_BIG, "one byte more is too big");
	memset(big, 'k', 200);
	memcpy(big, "{\"", 2);
	memcpy(big + 2 + HTTP_NAME_MAX, "\":1}", 5);
	is_int(json(big, &out, &object), OK, "a name may be long");
	memcpy(big + 2 + HTTP_NAME_MAX, "k\":1}", 6);
	is_int(json(big, &out, &object), ERR_TOO_BIG, "but not too long");
	is_int(json("{\"a\":99999999999999999999999999,\"b\":1e999}", &out,
		    &object),
	       OK, "a number beyond the machine's is read");
	is_text(pairs_get(&out, "a"), "99999999999999999999999999",
		"with all its digits");
	free(big);
}

int
main(void)
{
	pool = pool_new();
	test_members();
	test_beyond();
	test_written();
	test_written_anywhere();
	test_written_long();
	test_refused();
	test_limits();
	pool_free(pool);
	return tap_done();
}
