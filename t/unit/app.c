/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app.c: tests of the way a request takes, with a toy bank of a few routes. */
#include "lib/app.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/form.h"
#include "lib/page.h"
#include "lib/secret.h"
#include "lib/settings.h"
#include "t/tap.h"

static struct pool *pool;
static struct store *store;
static const char *dir;
static int runs, runs_seen;
static uint8_t hash[32];

/* The toy bank. */

struct order {
	const char *to, *purpose;
};
static const struct field fields[] = {
	FORM_TEXT(struct order, to, 2, 10),
	FORM_TEXT(struct order, purpose, 0, 20),
};

static enum err
show(struct req *rq, struct resp *rs)
{
	json_object *v = pool_json(rq->pool, json_object_new_object());

	runs++;
	json_object_object_add(
		v, "id", json_object_new_string(req_param(rq, "id")));
	return resp_page(rs, "show", v);
}

static enum err
form(struct req *rq, struct resp *rs)
{
	json_object *v = pool_json(rq->pool, json_object_new_object());

	json_object_object_add(v, "limit", json_object_new_string("500.00"));
	json_object_object_add(v, "to", json_object_new_string("nobody"));
	return resp_page(rs, "form", v);
}

static enum err
pay(struct req *rq, struct resp *rs)
{
	struct order o = {"", ""};
	enum err e = form_read(rq, fields, FORM_COUNT(fields), &o);

	runs++;
	memcpy(hash, rq->body_hash, sizeof hash);
	if (e != OK)
		return e;
	if (strcmp(o.to, "poor") == 0)
		return ERR_FUNDS;
	if (strcmp(o.to, "twice") == 0)
		return ERR_KEY_REUSED;
	if (strcmp(o.to, "code") == 0) {
		rs->view = pool_json(rq->pool, json_object_new_object());
		json_object_object_add(rs->view, "tries_left",
				       json_object_new_int(4));
		return ERR_OTP;
	}
	return resp_see(rq, rs, 201, NULL, "/show/%s", o.to);
}

static enum err
end(struct req *rq, struct resp *rs)
{
	(void)rq;
	runs++;
	rs->status = 204;
	return OK;
}

static enum err
hurry(struct req *rq, struct resp *rs)
{
	(void)rq;
	rs->retry_after = 7;
	return ERR_RATE;
}

static enum err
asset(struct req *rq, struct resp *rs)
{
	rs->body = "a,b\n";
	rs->body_len = 4;
	rs->type = "text/csv";
	rs->cacheable = true;
	rs->replayed = true;
	resp_header(rq, rs, "Content-Security-Policy", "default-src 'self'");
	return OK;
}

static enum err
broken(struct req *rq, struct resp *rs)
{
	(void)rq;
	return resp_page(rs, "no-such-page", NULL);
}

static const struct route routes[] = {
	{GET, "/", show, GUEST},
	{GET, "/show/{id}", show, GUEST},
	{GET, "/own", show, 0},
	{GET, "/pay", form, 0},
	{POST, "/pay", pay, MONEY},
	{POST, "/login", end, GUEST},
	{POST, "/quote", end, READ},
	{DELETE, "/show/{id}", end, 0},
	{POST, "/photo", end, UPLOAD},
	{GET, "/hurry", hurry, GUEST},
	{GET, "/asset", asset, GUEST},
	{GET, "/broken", broken, GUEST},
	{GET, "/notice", show, GUEST | OPEN},
};

static enum err
ask(struct req *rq)
{
	const char *cookie = pairs_get(&rq->cookies, "s");
	const char *token = rq->authorization;

	if (cookie == NULL && *token == '\0')
		return ERR_LOGIN;
	rq->who.signed_in = true;
	rq->who.customer = 1;
	rq->who.by_cookie = cookie != NULL;
	rq->who.read_only = strcmp(token, "Bearer read") == 0;
	rq->who.language = cookie != NULL && *cookie == 'd' ? "de" : NULL;
	memset(rq->who.session, cookie != NULL ? *cookie : 'p', 32);
	return OK;
}

static void
frame(struct req *rq, json_object *view)
{
	json_object_object_add(view, "bank", json_object_new_string("Toy"));
	json_object_object_add(view, "csrf",
			       json_object_new_string(app_csrf(rq)));
}

static enum err
not_ready(struct req *rq)
{
	return *rq->origin != '\0' ? ERR_BUSY : OK;
}

static const struct app app = {
	.name = "toy", APP_ROUTES(routes), .ask = ask, .frame = frame,
	.ready = not_ready};

/* Asking it. ${env} is lines of "NAME=value"; a line that begins with '/' is
 * the path. */

static const char *
call_raw(const char *env, const char *body, size_t len)
{
	struct buf out = {.pool = pool};
	char *list[40], *line, *rest, *copy = pool_strdup(pool, env);
	int n = 0;

	for (line = strtok_r(copy, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		list[n++] = *line == '/'
				    ? pool_printf(pool, "DOCUMENT_URI=%s", line)
				    : line;
	list[n] = NULL;
	app_call(&app, store, list, body, len, &out);
	return out.data;
}

#define JSON "HTTP_ACCEPT=application/json\n"
#define FORM "CONTENT_TYPE=application/x-www-form-urlencoded\n"
#define COOKIE "HTTP_COOKIE=s=a\n"
#define TOKEN "HTTP_AUTHORIZATION=Bearer x\n"

static const char *
get(const char *env)
{
	return call_raw(pool_printf(pool, "REQUEST_METHOD=GET\n%s", env), "",
			0);
}

static const char *
post(const char *env, const char *body)
{
	return call_raw(pool_printf(pool,
				    "REQUEST_METHOD=POST\nCONTENT_LENGTH=%zu\n"
				    "%s",
				    strlen(body), env),
			body, strlen(body));
}

static int
status(const char *answer)
{
	return strncmp(answer, "Status: ", 8) == 0
		       ? (int)strtol(answer + 8, NULL, 10)
		       : -1;
}

static const char *
body_of(const char *answer)
{
	const char *blank = strstr(answer, "\r\n\r\n");

	return blank == NULL ? "no body" : blank + 4;
}

/* A header's value, or "" if there is none. */
static const char *
header(const char *answer, const char *name)
{
	const char *line = pool_printf(pool, "\r\n%s: ", name);
	const char *at = strstr(answer, line);

	if (at == NULL || at > body_of(answer))
		return "";
	at += strlen(line);
	return pool_strndup(pool, at, strcspn(at, "\r\n"));
}

static bool
has(const char *answer, const char *text)
{
	bool found = strstr(answer, text) != NULL;

	if (!found)
		printf("# no [%s] in\n# %s\n", text, body_of(answer));
	return found;
}

/* How often a handler ran since the last question. */
static int
ran(void)
{
	int n = runs - runs_seen;

	runs_seen = runs;
	return n;
}

static const char *
csrf_of(const char *cookie)
{
	const char *a = get(pool_printf(pool, "/pay\nHTTP_COOKIE=s=%s\n",
					cookie));
	const char *at = strstr(a, "csrf=");

	return at == NULL ? "" : pool_strndup(pool, at + 5, 32);
}

static void
test_routes(void)
{
	const char *a = get("/show/abc\n" JSON);

	is_int(status(a), 200, "a known path is answered");
	is_text(body_of(a), "{\"id\":\"abc\"}", "a part of it is a parameter");
	is_text(header(a, "Content-Type"), "application/json",
		"a program gets JSON");
	is_text(body_of(get("/show/abc\n")), "abc Toy",
		"a person gets the page, with the frame");
	is_text(header(get("/show/abc\n"), "Content-Type"),
		"text/html; charset=utf-8", "as HTML");
	is_int(status(get("/show/\n" JSON)), 404, "no part may be empty");
	is_int(status(get("/show/a/b\n" JSON)), 404, "nor have two levels");
	is_int(status(get("/own/\n" JSON)), 404,
	       "a slash at the end is another path");
	is_int(status(get("/\n")), 200, "the root is a path");
	a = post("/own\n" JSON TOKEN, "");
	is_int(status(a), 405, "another method is refused");
	is_text(header(a, "Allow"), "GET, HEAD", "saying which there are");
	a = call_raw("REQUEST_METHOD=PATCH\n/show/x\n" JSON, "", 0);
	is_int(status(a), 405, "so is a method nobody knows");
	is_text(header(a, "Allow"), "GET, HEAD, DELETE",
		"each method is listed once");
	is_int(status(post("/nowhere\n", "")), 404, "a page that is not");
	ok(has(post("/nowhere\n", ""), "404 There is nothing here."),
	   "and says so");
}

static void
test_paths(void)
{
	is_text(body_of(get("SCRIPT_NAME=/show\nPATH_INFO=/x\n" JSON)),
		"{\"id\":\"x\"}", "a path may come in two pieces");
	is_text(body_of(get("REQUEST_URI=/show/%c3%A4?q=1\n" JSON)),
		"{\"id\":\"\u00e4\"}", "or as it was asked for");
	is_int(status(get("REQUEST_URI=/show/%00\n")), 400,
	       "a NUL in a path is refused");
	is_int(status(get("REQUEST_URI=/show/%f\n")), 400,
	       "half an escape is refused");
	is_int(status(get("/show/\xff\n")), 400, "what is no text is refused");
	is_int(status(get("DOCUMENT_URI=show\n")), 400,
	       "a path begins with a slash");
	is_int(status(get("/show/x\nQUERY_STRING=a=%zz\n")), 400,
	       "a bad query is refused");
	is_text(body_of(get("/show/x\nQUERY_STRING=id=y\n" JSON)),
		"{\"id\":\"x\"}", "the path goes before the query");
}

static void
test_head(void)
{
	const char *a = call_raw("REQUEST_METHOD=HEAD\n/show/abc\n" JSON, "",
				 0);

	is_int(status(a), 200, "HEAD is answered like GET");
	is_text(header(a, "Content-Length"), "12", "with the same length");
	is_text(body_of(a), "", "and no body");
}

static void
test_headers(void)
{
	const char *a = get("/show/abc\nHTTPS=on\n");

	is_text(header(a, "X-Content-Type-Options"), "nosniff",
		"nothing is to be guessed");
	ok(has(header(a, "Content-Security-Policy"), "default-src 'none'"),
	   "a page may load nothing but ours");
	ok(has(header(a, "Strict-Transport-Security"), "max-age"),
	   "over TLS, TLS is to stay");
	is_text(header(get("/show/abc\n"), "Strict-Transport-Security"), "",
		"without, it is not promised");
	is_text(header(a, "Cache-Control"), "no-store",
		"a private page is not kept");
	is_int((int64_t)strlen(header(a, "X-Request-Id")), 36,
	       "every answer has a number to ask about");
	a = get("/asset\n");
	is_text(header(a, "Content-Type"), "text/csv", "a file has its type");
	is_text(body_of(a), "a,b\n", "and its bytes");
	is_text(header(a, "Cache-Control"), "private, no-cache",
		"what may be kept is asked for again");
	is_text(header(a, "Content-Security-Policy"), "default-src 'self'",
		"a handler's own policy goes before ours");
	is_text(header(a, "Idempotent-Replay"), "true",
		"an answer given again says so");
}

static void
test_tags(void)
{
	const char *tag = header(get("/show/abc\n" JSON), "ETag"), *a;

	is_int((int64_t)strlen(tag), 34, "a view has a tag");
	a = get(pool_printf(pool, "/show/abc\n" JSON
				  "HTTP_IF_NONE_MATCH=\"x\", W/%s\n", tag));
	is_int(status(a), 304, "who has it already gets nothing new");
	is_text(body_of(a), "", "not even a body");
	is_text(header(a, "ETag"), tag, "but the tag");
	is_int(status(get(pool_printf(pool, "/show/abd\n" JSON
					    "HTTP_IF_NONE_MATCH=%s\n", tag))),
	       200, "another view has another tag");
	is_text(header(get("/show/abc\n"), "ETag"), "",
		"a page that is not to be kept has none");
	ok(*header(get("/asset\n"), "ETag") == '"', "a file to be kept has");
}

static void
test_accept(void)
{
	static const struct {
		const char *accept;
		bool json;
	} rows[] = {
		{"application/json", true},
		{"application/problem+json", true},
		{"text/html,application/xhtml+xml,*/*;q=0.8", false},
		{"application/json, text/html", true},
		{"text/html, application/json", false},
		{"text/html;q=0.5, application/json;q=0.9", true},
		{"application/json;q=0.1,text/html", false},
		{"APPLICATION/JSON ; q=1.000", true},
		{"*/*", false},
		{";;,,;q=,/", false},
		{"application/json;q=0", false},
		{"", false}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *a = get(pool_printf(pool, "/show/abc\n"
						      "HTTP_ACCEPT=%s\n",
						rows[i].accept));

		is_int(*body_of(a) == '{', rows[i].json,
		       "Accept \"%s\" means %s", rows[i].accept,
		       rows[i].json ? "a program" : "a person");
	}
	ok(*body_of(get("/show/abc\nHTTP_ACCEPT=*/*\n" TOKEN)) == '{',
	   "who takes all and has a token is a program");
}

static void
test_nothing_given(void)
{
	static const char *const names[] = {
		"REQUEST_METHOD=GET", "DOCUMENT_URI=/show/abc",
		"QUERY_STRING=a=1", "CONTENT_TYPE=", "CONTENT_LENGTH=",
		"REMOTE_ADDR=::1", "HTTP_ACCEPT=text/html", "HTTP_HOST=h",
		"HTTP_USER_AGENT=\xff\x01x", "HTTP_COOKIE=s=a",
		"HTTP_ORIGIN=null", "HTTPS=", "HTTP_ACCEPT_LANGUAGE=,;q"};
	enum { COUNT = sizeof names / sizeof *names };
	struct buf b;
	int i, j;

	for (i = 0; i < COUNT; i++) {
		b = (struct buf){.pool = pool};
		for (j = 0; j < COUNT; j++)
			if (j != i)
				buf_printf(&b, "%s\n", names[j]);
		is_int(status(call_raw(b.data, "", 0)),
		       i == 0 ? 405 : i == 1 ? 400 : 200,
		       "without %.*s there is an answer",
		       (int)strcspn(names[i], "="), names[i]);
	}
	is_int(status(call_raw("", "", 0)), 400, "so is without anything");
	is_int(status(call_raw("REQUEST_METHOD\n=\n=x", "", 0)), 400,
	       "or with what is no name");
}

static void
test_bodies(void)
{
	const char *big = memset(pool_alloc(pool, HTTP_FORM_MAX + 2), 'a',
				 HTTP_FORM_MAX + 1);

	ran();
	is_int(status(post("/login\n" JSON "CONTENT_TYPE=application/json\n",
			   "{\"a\":1}")),
	       204, "a JSON body is read");
	is_int(status(post("/login\n" JSON
			   "CONTENT_TYPE=application/json; charset=utf-8\n",
			   "{\"a\":")),
	       400, "a torn one is refused");
	is_int(status(post("/login\n" JSON "CONTENT_TYPE=text/plain\n", "{}")),
	       400, "JSON that says it is text is refused");
	is_int(status(post("/login\n" JSON, "a=1")), 400,
	       "so is a body of no type");
	is_int(status(post("/login\n" JSON "CONTENT_TYPE=application/json\n",
			   "")),
	       204, "no body needs no type");
	is_int(status(post("/login\n" JSON FORM, big)), 413,
	       "a large form is refused");
	is_int(status(call_raw("REQUEST_METHOD=POST\n/login\n" JSON FORM
			       "CONTENT_LENGTH=99999999999999999999999\n",
			       "", 0)),
	       413, "so is one beyond all measure");
	is_int(status(call_raw("REQUEST_METHOD=POST\n/login\n" JSON FORM
			       "CONTENT_LENGTH=-1\n", "", 0)),
	       400, "a length that is no number is refused");
	is_int(status(call_raw("REQUEST_METHOD=POST\n/login\n" JSON FORM
			       "CONTENT_LENGTH=10\n", "a=1", 3)),
	       400, "half a body is refused");
	is_int(ran(), 2, "the handler saw the good ones only");
}

static void
test_uploads(void)
{
	static const char type[] =
		"CONTENT_TYPE=multipart/form-data; boundary=x\n";
	struct buf b = {.pool = pool};
	char *file = pool_alloc(pool, HTTP_FORM_MAX * 2);

	memset(file, 'f', HTTP_FORM_MAX * 2);
	buf_puts(&b, "--x\r\nContent-Disposition: form-data; name=\"f\"; "
		     "filename=\"f\"\r\n\r\n");
	buf_put(&b, file, HTTP_FORM_MAX * 2);
	buf_puts(&b, "\r\n--x--\r\n");
	is_int(status(post(pool_printf(pool, "/photo\n" TOKEN "%s", type),
			   b.data)),
	       204, "a file may be large where files are expected");
	is_int(status(post(pool_printf(pool, "/quote\n" TOKEN "%s", type),
			   b.data)),
	       413, "but nowhere else");
}

static void
test_who(void)
{
	const char *a = get("/own\n" JSON);

	is_int(status(a), 401, "a stranger's program is told to sign in");
	is_text(header(a, "WWW-Authenticate"), "Bearer", "and how");
	is_text(header(a, "Content-Type"), "application/problem+json",
		"as a problem document");
	a = get("/own\nQUERY_STRING=a=1&b\n");
	is_int(status(a), 303, "a stranger's browser is led to the sign-in");
	is_text(header(a, "Location"), "/login?next=/own%3Fa%3D1%26b",
		"and back later");
	is_text(header(post("/pay\n", ""), "Location"), "/login",
		"what was sent is not sent again");
	is_int(status(get("/own\n" COOKIE)), 200, "a known cookie is let in");
	is_int(status(get("/own\n" TOKEN)), 200, "so is a known token");
	is_int(status(post("/quote\n" JSON "HTTP_AUTHORIZATION=Bearer read\n",
			   "")),
	       204, "a token to read may ask");
	is_int(status(post("/photo\n" JSON "HTTP_AUTHORIZATION=Bearer read\n",
			   "")),
	       403, "but do nothing");
}

static int
quote_with(const char *env, const char *csrf)
{
	return status(post(pool_printf(pool, "/quote\n" JSON COOKIE FORM "%s",
				       env),
			   pool_printf(pool, "csrf=%s", csrf)));
}

static void
test_csrf(void)
{
	const char *token = csrf_of("a");

	is_int((int64_t)strlen(token), 32, "a form has a token");
	ok(strcmp(token, csrf_of("b")) != 0, "each session has its own");
	is_int(quote_with("", token), 204, "with it a browser may act");
	is_int(quote_with("", ""), 403, "not without it");
	is_int(quote_with("", csrf_of("b")), 403, "nor with another's");
	is_int(quote_with("", "x"), 403, "nor with a wrong one");
	is_int(quote_with(pool_printf(pool, "HTTP_X_CSRF_TOKEN=%s\n", token),
			  ""),
	       204, "a script may send it as a header");
	is_int(status(post("/quote\n" JSON TOKEN, "")), 204,
	       "a program needs none");
	is_int(status(get("/own\n" JSON COOKIE)), 200, "nor does reading");
}

static void
test_origin(void)
{
	const char *token = csrf_of("a"), *why;

	is_int(quote_with("HTTP_SEC_FETCH_SITE=same-origin\n"
			  "HTTP_HOST=bank:1\nHTTP_ORIGIN=http://bank:1\n",
			  token),
	       204, "our own page may act");
	is_int(quote_with("HTTP_SEC_FETCH_SITE=cross-site\n", token), 403,
	       "another's may not, even with the token");
	is_int(quote_with("HTTP_SEC_FETCH_SITE=same-site\n", token), 403,
	       "nor may a neighbour's");
	is_int(quote_with("HTTP_HOST=bank\nHTTP_ORIGIN=http://evil\n", token),
	       403, "nor one of another origin");
	is_int(quote_with("HTTP_HOST=bank\nHTTP_ORIGIN=null\n", token), 403,
	       "nor one without an origin");
	is_int(quote_with("HTTPS=on\nHTTP_HOST=bank\n"
			  "HTTP_ORIGIN=http://bank\n", token),
	       403, "nor ours without TLS where there is TLS");
	is_int(settings_set(pool, "PUBLIC_BASE_URL", "https://bank.example",
			    &why),
	       OK, "the bank has an address");
	is_int(quote_with("HTTP_HOST=inside\n"
			  "HTTP_ORIGIN=https://bank.example\n", token),
	       204, "its pages may act");
	is_int(quote_with("HTTP_HOST=inside\n"
			  "HTTP_ORIGIN=https://bank.example.evil\n", token),
	       403, "not those that look like it");
	is_int(status(post("/login\nHTTP_SEC_FETCH_SITE=cross-site\n", "")),
	       403, "nobody signs you in from another page");
	is_int(status(post("/login\nHTTP_ORIGIN=http://evil\n", "")), 403,
	       "whatever the browser says of it");
	is_int(status(post("/login\n", "")), 204, "you may");
}

static void
test_keys(void)
{
	const char *long_key = memset(pool_alloc(pool, 202), 'k', 201), *a;
	uint8_t first[32];

	ran();
	a = post("/pay\n" JSON TOKEN FORM, "to=ann");
	is_int(status(a), 400, "money needs a key");
	is_int(ran(), 0, "without one nothing is asked of it");
	is_int(status(post(pool_printf(pool, "/pay\n" JSON TOKEN FORM
					     "HTTP_IDEMPOTENCY_KEY=%s\n",
				       long_key),
			   "to=ann")),
	       400, "a key has at most 200 characters");
	is_int(status(post("/pay\n" JSON TOKEN FORM
			   "HTTP_IDEMPOTENCY_KEY=a b\n", "to=ann")),
	       400, "and no blanks");
	a = post("/pay\n" JSON TOKEN FORM "HTTP_IDEMPOTENCY_KEY=k1\n",
		 "to=ann");
	is_int(status(a), 201, "with a key it is done");
	is_text(header(a, "Location"), "/show/ann", "and where it is");
	memcpy(first, hash, sizeof first);
	post("/pay\n" JSON TOKEN FORM, "to=ann&idempotency_key=k2&csrf=x");
	ok(memcmp(first, hash, sizeof first) == 0,
	   "the same order has the same hash, whatever its key");
	post("/pay\n" JSON TOKEN "CONTENT_TYPE=application/json\n",
	     "{\"to\":\"ann\",\"idempotency_key\":\"k3\"}");
	ok(memcmp(first, hash, sizeof first) == 0, "however it was written");
	post("/pay\n" JSON TOKEN FORM, "to=bob&idempotency_key=k2");
	ok(memcmp(first, hash, sizeof first) != 0,
	   "another order has another");
	post("/pay\n" JSON TOKEN FORM, "to=an&n=&idempotency_key=k2");
	ok(memcmp(first, hash, sizeof first) != 0,
	   "fields do not run together");
}

/* The form of /pay, sent with ${words}. */
static const char *
pay_page(const char *words)
{
	return post("/pay\n" COOKIE FORM,
		    pool_printf(pool, "csrf=%s&idempotency_key=k7&%s",
				csrf_of("a"), words));
}

static void
test_form_again(void)
{
	const char *a = pay_page("to=poor&purpose=<b>%26&password=hush");

	is_int(status(a), 409, "a form that failed has its status");
	ok(has(a, "to=poor"), "and the person's own words");
	ok(has(a, "purpose=&lt;b&gt;&amp;"), "escaped");
	ok(has(a, "problem=The available balance is too low."),
	   "and what was wrong");
	ok(has(a, "limit=500.00"), "and what the form itself says");
	ok(has(a, "key=k7"), "and the same key");
	ok(strstr(a, "hush") == NULL, "but no password");
	ok(has(a, pool_printf(pool, "csrf=%s", csrf_of("a"))),
	   "and its token");
	a = pay_page("to=x");
	is_int(status(a), 422, "a field that is wrong");
	ok(has(a, "error_to=This is too short."),
	   "has its complaint beside it");
	ok(strstr(pay_page("to=twice"), "key=k7") == NULL,
	   "a key that was used is not shown again");
	ok(has(pay_page("to=code"), "tries=4"),
	   "what the handler says is shown");
	a = post("/pay\n" COOKIE FORM, "to=poor&csrf=wrong");
	is_int(status(a), 403, "a page of another's making");
	ok(strstr(a, "poor") == NULL, "puts no words into our form");
	is_int(status(pay_page("to=ann")), 303, "a good form leads on");
	is_text(header(pay_page("to=ann"), "Location"), "/show/ann",
		"to what came of it");
}

static json_object *
problem(const char *answer)
{
	return pool_json(pool, json_tokener_parse(body_of(answer)));
}

static const char *
member(json_object *o, const char *name)
{
	json_object *v = NULL;

	json_object_object_get_ex(o, name, &v);
	return v == NULL ? "" : json_object_get_string(v);
}

static void
test_problems(void)
{
	const char *a = post("/pay\n" JSON TOKEN FORM, "to=x&"
			     "idempotency_key=k&purpose=a%01");
	json_object *p = problem(a);

	is_int(status(a), 422, "a program hears what was wrong");
	is_text(member(p, "type"), "/problems/input", "by a type");
	is_text(member(p, "code"), "input", "a code");
	is_text(member(p, "status"), "422", "a status");
	is_text(member(p, "title"), "Please check the marked fields.",
		"a sentence");
	is_text(member(p, "request_id"), header(a, "X-Request-Id"),
		"and the number to ask about");
	ok(has(member(p, "errors"), "\"field\": \"to\", \"message\": "
				    "\"This is too short.\""),
	   "each field has its complaint");
	ok(has(member(p, "errors"), "purpose"), "all of them at once");
	a = post("/pay\n" JSON TOKEN FORM, "to=code&idempotency_key=k");
	is_int(status(a), 401, "a wrong code");
	is_text(member(problem(a), "tries_left"), "4",
		"says how many tries are left");
	a = get("/hurry\n" JSON);
	is_int(status(a), 429, "who hurries too much");
	is_text(header(a, "Retry-After"), "7", "hears how long to wait");
	a = get("/broken\n");
	is_int(status(a), 500, "a page that cannot be shown is our fault");
	ok(has(a, "500 Something went wrong on our side."), "and says so");
}

static void
test_languages(void)
{
	const char *a;

	ok(has(get("/nowhere\nHTTP_ACCEPT_LANGUAGE=de-AT,en;q=0.5\n"),
	       "404 Hier ist nichts."), "people hear their language");
	a = get("/nowhere\n" JSON "HTTP_ACCEPT_LANGUAGE=de\n");
	is_text(member(problem(a), "detail"), "Hier ist nichts.",
		"so do programs");
	is_text(header(a, "Content-Language"), "de", "and are told which");
	a = post("/pay\n" FORM "HTTP_COOKIE=s=d\n",
		 pool_printf(pool, "csrf=%s&idempotency_key=k&to=x",
			     csrf_of("d")));
	ok(has(a, "error_to=Zu kurz."), "complaints too");
}

static void
test_health(void)
{
	static const char fine[] =
		"{\"status\":\"ok\",\"program\":\"toy\",\"version\":";

	is_int(status(get("/health\n")), 200, "every program is well");
	ok(has(body_of(get("/health\n")), fine), "and says who it is");
	is_int(status(get("/health/toy\n")), 200, "when asked by name");
	is_int(status(get("/health/other\n" JSON)), 404,
	       "not when another is meant");
	is_int(status(get("/readyz\n")), 200, "the book can be written");
	ok(has(body_of(get("/readyz/toy\n")), fine), "and that is said");
	is_int(status(get("/readyz\nHTTP_ORIGIN=x\n")), 503,
	       "a program that is not ready says so");
	ok(has(get("/readyz\nHTTP_ORIGIN=x\n"), "\"reason\":\"The bank is"),
	   "and why");
	is_int(status(post("/health\n", "")), 405, "health is only read");
}

static void
test_down(void)
{
	const char *why, *a;

	ran();
	settings_set(pool, "SYSTEM_DOWN_MSG", "Back at noon.", &why);
	is_int(settings_set(pool, "SYSTEM_DOWN", "yes", &why), OK,
	       "the bank closes");
	a = get("/show/a\n" JSON TOKEN);
	is_int(status(a), 503, "then nothing is done");
	is_text(member(problem(a), "detail"), "Back at noon.",
		"the operator's sentence is told");
	is_text(member(problem(a), "code"), "down", "with its code");
	ok(*header(a, "Retry-After") != '\0', "and when to come back");
	ok(has(get("/show/a\n" COOKIE), "Back at noon."), "to people too");
	is_int(ran(), 0, "no handler ran");
	is_int(status(get("/notice\n")), 200, "what is open stays open");
	is_int(status(get("/health\n")), 200, "health is still told");
	settings_set(pool, "SYSTEM_DOWN", "no", &why);
	is_int(status(get("/show/a\n")), 200, "the bank opens again");
}

/* A home for the toy bank. */

static const char *
put_file(const char *name, const char *text)
{
	const char *path = pool_printf(pool, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		ok(false, "%s can be written", path);
	return path;
}

static void
open_toy(void)
{
	char name[] = "/tmp/clicknet-app-XXXXXX";
	const char *conf, *why = "";

	dir = pool_strdup(pool, mkdtemp(name));
	mkdir(pool_printf(pool, "%s/html", dir), 0700);
	mkdir(pool_printf(pool, "%s/locale", dir), 0700);
	conf = put_file("clicknet.conf", "");
	put_file("html/show.html", "{{id}} {{bank}}");
	put_file("html/error.html", "{{status}} {{title}} {{detail}}");
	put_file("html/form.html",
		 "to={{to}} purpose={{purpose}} limit={{limit}} "
		 "problem={{problem}} error_to={{error_to}} "
		 "tries={{tries_left}} key={{idempotency_key}} "
		 "password={{password}} csrf={{csrf}}");
	put_file("locale/en.json", "{\"words\":{}}");
	put_file("locale/de.json",
		 "{\"words\":{\"There is nothing here.\":"
		 "\"Hier ist nichts.\",\"This is too short.\":\"Zu kurz.\"}}");
	is_int(settings_start(pool, conf, &why), OK, "settings are read");
	secret_start();
	is_int(secret_make_keys(settings_beside(pool, "k")), OK,
	       "keys are made");
	secret_keys(settings_beside(pool, "k"));
	page_start(dir);
	is_int(store_open(settings_beside(pool, "b.db"), 2, true, &store), OK,
	       "a book is opened");
}

static void
close_toy(void)
{
	static const char *const names[] = {
		"html/show.html", "html/error.html", "html/form.html",
		"locale/en.json", "locale/de.json", "html", "locale",
		"clicknet.conf", "clicknet.conf.lock", "k", "b.db",
		"b.db-wal", "b.db-shm", "b.db.lock"};
	size_t i;

	store_close(store);
	for (i = 0; i < sizeof names / sizeof *names; i++)
		remove(pool_printf(pool, "%s/%s", dir, names[i]));
	rmdir(dir);
}

int
main(void)
{
	pool = pool_new();
	clock_freeze(1795334400000);
	open_toy();
	test_routes();
	test_paths();
	test_head();
	test_headers();
	test_tags();
	test_accept();
	test_nothing_given();
	test_bodies();
	test_uploads();
	test_who();
	test_csrf();
	test_origin();
	test_keys();
	test_form_again();
	test_problems();
	test_languages();
	test_health();
	test_down();
	close_toy();
	pool_free(pool);
	return tap_done();
}
