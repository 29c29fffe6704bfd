/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http.c: tests of parameters, cookies and see-others. */
#include "lib/http.h"
#include "t/tap.h"

static struct pool *pool;

static enum err
form(const char *text, struct pairs *out)
{
	*out = (struct pairs){0};
	return http_urlencoded(pool, text, strlen(text), out);
}

/* ${text}, ${n} times. */
static const char *
repeat(const char *text, int n)
{
	struct buf b = {.pool = pool};

	while (n-- > 0)
		buf_puts(&b, text);
	return b.data;
}

static void
test_urlencoded(void)
{
	struct pairs out;

	is_int(form("a=1&b=two+words&c=%C3%A4%2b", &out), OK, "a form is read");
	is_text(pairs_get(&out, "b"), "two words", "a plus is a space");
	is_text(pairs_get(&out, "c"), "\u00e4+", "escapes are UTF-8 bytes");
	is_int((int64_t)pairs_find(&out, "c")->len, 3, "len counts bytes");
	ok(pairs_get(&out, "d") == NULL, "what was not sent is not there");
	is_int(form("&&a&=x&b=1=2&", &out), OK, "empty pieces are passed over");
	is_int(out.count, 3, "and are no parameters");
	is_text(pairs_get(&out, "a"), "", "a name alone has an empty value");
	is_text(pairs_get(&out, "b"), "1=2", "a value may hold an equals sign");
	is_int(form("a=1&a=2", &out), OK, "a name may come twice");
	is_text(pairs_get(&out, "a"), "1", "the first one is found");
	is_int(form("", &out), OK, "nothing is a form without fields");
	is_int(http_urlencoded(pool, NULL, 0, &out), OK, "so is no body");
}

static void
test_urlencoded_refused(void)
{
	static const char *const bad[] = {"a=%",    "a=%4",	     "a=%zz",
					  "%4=1",   "a=%00",	     "a=%FF",
					  "a=%C3",  "a=%ED%A0%80",   "a=%C0%AF",
					  "a=\xff", "a=%F4%90%80%80"};
	struct pairs out;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_int(form(bad[i], &out), ERR_BAD, "\"%s\" is refused",
		       http_utf8(bad[i], strlen(bad[i])) ? bad[i] : "raw byte");
	is_int(http_urlencoded(pool, "a=\0b", 4, &out), ERR_BAD,
	       "a NUL is refused");
	is_int(form(repeat("n", HTTP_NAME_MAX), &out), OK,
	       "a name may be long");
	is_int(form(repeat("n", HTTP_NAME_MAX + 1), &out), ERR_TOO_BIG,
	       "but not too long");
	is_int(form(repeat("a=&", HTTP_PAIRS_MAX), &out), OK,
	       "fields may be many");
	is_int(form(repeat("a=&", HTTP_PAIRS_MAX + 1), &out), ERR_TOO_BIG,
	       "but not too many");
	is_int(form(repeat("&", HTTP_FORM_MAX + 1), &out), ERR_TOO_BIG,
	       "a long form is too big");
}

static void
test_cookies(void)
{
	struct pairs out = {0};

	is_int(http_cookies(pool, NULL, &out), OK, "no cookies are fine");
	is_int(
	    http_cookies(
		pool, ";; a=1;b=\"two\" ; =x; junk;c=%41; bad=\xff; d=", &out),
	    OK, "cookies of any program are read");
	is_int(out.count, 4, "what is no cookie of ours is passed over");
	is_text(pairs_get(&out, "a"), "1", "a cookie without a space before");
	is_text(pairs_get(&out, "b"), "two", "a quoted cookie");
	is_text(pairs_get(&out, "c"), "%41", "a cookie is not unescaped");
	is_text(pairs_get(&out, "d"), "", "an empty cookie");
	out = (struct pairs){0};
	is_int(http_cookies(pool, repeat("a=1;", HTTP_PAIRS_MAX + 1), &out),
	       ERR_TOO_BIG, "too many cookies are refused");
}

static void
test_utf8(void)
{
	ok(http_utf8("Z\u00fcrich \u20ac \U0001f3e6", 16),
	   "letters, signs and pictures are text");
	ok(http_utf8("", 0), "nothing is text");
	ok(!http_utf8("\xed\xa0\x80", 3), "a surrogate is not");
	ok(!http_utf8("\xe0\x80\xaf", 3), "an overlong form is not");
	ok(!http_utf8("\xf4\x90\x80\x80", 4), "beyond U+10FFFF is not");
	ok(!http_utf8("\xe2\x82", 2), "a torn character is not");
	ok(!http_utf8("a\0b", 3), "a NUL is not");
}

static void
test_answers(void)
{
	struct req rq = {.pool = pool};
	struct resp rs = {0};

	is_int(req_note(&rq, "amount", "Please fill this in."), ERR_INPUT,
	       "a complaint is an input error");
	req_note(&rq, "to", "This is too long.");
	is_text(rq.notes->next->field, "to", "complaints keep their order");
	is_text(req_param(&rq, "x"), "", "an absent parameter is empty");
	resp_page(&rs, "login", NULL);
	is_int(rs.status, 200, "a page is 200");
	resp_see(&rq, &rs, 201, NULL, "/transfers/%s", "a b\r\nX: y/\u00e4");
	is_int(rs.status, 303, "a page's see-other is 303");
	is_text(rs.location, "/transfers/a%20b%0D%0AX:%20y/%C3%A4",
		"a location cannot end its header");
	ok(rs.page == NULL, "a see-other shows no page");
	rq.wants_json = true;
	resp_see(&rq, &rs, 201, NULL, "/transfers/%d?a=%%41", 7);
	is_int(rs.status, 201, "a program's see-other has its own status");
	is_text(rs.location, "/transfers/7?a=%41", "escapes are kept");
	resp_header(&rq, &rs, "X-Name", "a\r\nSet-Cookie: b");
	is_text(rs.headers.first->value, "a  Set-Cookie: b",
		"a header cannot start another");
}

int
main(void)
{
	pool = pool_new();
	test_urlencoded();
	test_urlencoded_refused();
	test_cookies();
	test_utf8();
	test_answers();
	pool_free(pool);
	return tap_done();
}
