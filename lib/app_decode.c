/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_decode.c: the only reader of what a web server says of a request. */
#include "lib/app_impl.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/utf8.h"

enum { DEVICE_MAX = 200, LENGTH_DIGITS = 18 };

#define NAME(name) {#name, sizeof #name - 1},
static const struct {
	const char *text;
	size_t len;
} names[APP_PARAMS] = {APP_PARAM_LIST(NAME)};

/* One pass over the list: it is long and most of it is not for us. */
static void
take_params(struct call *c)
{
	const char *equals;
	char **env;
	size_t len;
	int i;

	for (i = 0; i < APP_PARAMS; i++)
		c->param[i] = "";
	for (env = c->env; *env != NULL; env++) {
		if ((equals = strchr(*env, '=')) == NULL)
			continue;
		len = (size_t)(equals - *env);
		for (i = 0; i < APP_PARAMS; i++)
			if (names[i].len == len &&
			    memcmp(names[i].text, *env, len) == 0)
				c->param[i] = equals + 1;
	}
}

/* 0 for a method no route can have. */
static enum method
read_method(const char *name, bool *head)
{
	static const struct {
		const char *name;
		enum method method;
	} methods[] = {{"GET", GET}, {"POST", POST}, {"PUT", PUT},
		       {"DELETE", DELETE}, {"HEAD", GET}};
	size_t i;

	*head = strcmp(name, "HEAD") == 0;
	for (i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(methods[i].name, name) == 0)
			return methods[i].method;
	return 0;
}

/* Thousandths of a media range's parameters: ";q=0.8" is 800. */
static int
read_weight(const char *at, const char *end)
{
	int weight = 0, unit = 1000;

	while (at < end && (at = memchr(at, ';', (size_t)(end - at))) != NULL) {
		at += 1 + strspn(at + 1, " \t");
		if (strncasecmp(at, "q=", 2) != 0)
			continue;
		for (at += 2; at < end && unit > 0; at++) {
			if (*at == '.')
				continue;
			if (*at < '0' || *at > '9')
				break;
			weight += (*at - '0') * unit;
			unit /= 10;
		}
		return weight;
	}
	return 1000;
}

/* A heavier range ranks higher, of equal ones the first. */
static bool
read_accept(const char *at, bool otherwise)
{
	int json = 0, html = 0, rank, place = 0;
	const char *end;
	size_t len;

	while (*(at += strspn(at, ", \t")) != '\0') {
		end = at + strcspn(at, ",");
		len = strcspn(at, "; \t,");
		rank = read_weight(at + len, end) * 1000 - place++;
		if (app_is_type(at, len, "application/json") ||
		    app_is_type(at, len, "application/problem+json"))
			json = rank > json ? rank : json;
		else if (app_is_type(at, len, "text/html") ||
			 app_is_type(at, len, "application/xhtml+xml"))
			html = rank > html ? rank : html;
		at = end;
	}
	return json != html ? json > html : otherwise;
}

/* A device's name is only a label: nothing hidden, not long. */
static const char *
read_device(struct pool *pool, const char *text)
{
	struct buf b = {.pool = pool};
	const char *end, *at, *from;
	int32_t c;

	for (at = text; *at >= ' ' && *at <= '~'; at++)
		;
	if (*at == '\0' && at - text <= DEVICE_MAX)
		return text;
	end = text + strlen(text);
	buf_put(&b, "", 0);
	for (at = from = text; at < end && b.len <= DEVICE_MAX - 4; from = at) {
		c = utf8_next(&at, end);
		if (c < 0)
			at++;
		else if (!utf8_hidden(c))
			buf_put(&b, from, (size_t)(at - from));
	}
	return b.data;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The path of a request line; NULL if an escape is bad. */
static const char *
unescape(struct pool *pool, const char *uri)
{
	size_t len = strcspn(uri, "?");
	char *out = pool_alloc(pool, len + 1), *to = out;
	const char *end = uri + len;

	for (; uri < end; uri++) {
		if (*uri != '%') {
			*to++ = *uri;
			continue;
		}
		if (end - uri < 3 || hex_digit(uri[1]) < 0 ||
		    hex_digit(uri[2]) < 0)
			return NULL;
		*to = (char)(hex_digit(uri[1]) << 4 | hex_digit(uri[2]));
		if (*to++ == '\0')
			return NULL;
		uri += 2;
	}
	return out;
}

static enum err
read_path(struct call *c)
{
	struct pool *pool = c->rq.pool;
	const char *path = c->param[APP_DOCUMENT_URI];

	if (*path == '\0' && *c->param[APP_SCRIPT_NAME] == '\0')
		path = c->param[APP_PATH_INFO];
	else if (*path == '\0')
		path = pool_printf(pool, "%s%s", c->param[APP_SCRIPT_NAME],
				   c->param[APP_PATH_INFO]);
	if (*path == '\0')
		path = unescape(pool, c->param[APP_REQUEST_URI]);
	if (path == NULL || *path != '/' || !http_utf8(path, strlen(path)))
		return ERR_BAD;
	c->rq.path = path;
	return OK;
}

/* More digits than any body has bytes are too big, not nonsense. */
static enum err
read_length(struct call *c)
{
	const char *text = c->param[APP_CONTENT_LENGTH];
	size_t digits = strspn(text, "0123456789");

	c->left = SIZE_MAX;
	if (text[digits] != '\0')
		return ERR_BAD;
	if (digits <= LENGTH_DIGITS)
		c->left = strtoul(text, NULL, 10);
	return OK;
}

#define HOOK(name) c->rq.hook[HOOK_##name] = c->param[APP_##name];
static void
read_hooks(struct call *c)
{
	HTTP_HOOK_LIST(HOOK)
}

static void
read_words(struct call *c)
{
	struct req *rq = &c->rq;
	const char *https = c->param[APP_HTTPS];

	rq->path = "";
	rq->query = c->param[APP_QUERY_STRING];
	rq->host = c->param[APP_HTTP_HOST];
	rq->address = c->param[APP_REMOTE_ADDR];
	rq->device = read_device(rq->pool, c->param[APP_HTTP_USER_AGENT]);
	rq->accept_language = c->param[APP_HTTP_ACCEPT_LANGUAGE];
	rq->content_type = c->param[APP_CONTENT_TYPE];
	rq->authorization = c->param[APP_HTTP_AUTHORIZATION];
	rq->origin = c->param[APP_HTTP_ORIGIN];
	rq->fetch_site = c->param[APP_HTTP_SEC_FETCH_SITE];
	rq->if_none_match = c->param[APP_HTTP_IF_NONE_MATCH];
	rq->idempotency_key = "";
	rq->secure = *https != '\0' && strcasecmp(https, "off") != 0;
	/* Who names neither is a program if it speaks like one. */
	rq->wants_json = read_accept(c->param[APP_HTTP_ACCEPT],
				     *rq->authorization != '\0' ||
					     app_is_json(rq->content_type));
}

enum err
app_decode(struct call *c)
{
	struct req *rq = &c->rq;
	enum err e;

	take_params(c);
	read_words(c);
	read_hooks(c);
	rq->method = read_method(c->param[APP_REQUEST_METHOD], &rq->head);
	if ((e = read_length(c)) != OK)
		return e;
	if ((e = read_path(c)) != OK)
		return e;
	if (strlen(rq->query) > HTTP_QUERY_MAX)
		return ERR_TOO_BIG;
	return http_cookies(rq->pool, c->param[APP_HTTP_COOKIE], &rq->cookies);
}
