/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http.c: what a handler asks of a request and says into an answer. */
#include "lib/http.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "lib/settings.h"
#include "lib/utf8.h"

const struct pair *
pairs_find(const struct pairs *list, const char *name)
{
	const struct pair *p;

	for (p = list->first; p != NULL; p = p->next)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

const char *
pairs_get(const struct pairs *list, const char *name)
{
	const struct pair *p = pairs_find(list, name);

	return p == NULL || p->kind == PAIR_FILE ? NULL : p->value;
}

struct pair *
pairs_add(struct pool *pool, struct pairs *list, const char *name,
	  const char *value)
{
	struct pair *p = pool_alloc(pool, sizeof *p);

	p->name = pool_strdup(pool, name);
	p->value = pool_strdup(pool, value);
	p->len = strlen(value);
	if (list->last != NULL)
		list->last->next = p;
	else
		list->first = p;
	list->last = p;
	list->count++;
	return p;
}

const char *
req_param(const struct req *rq, const char *name)
{
	const char *value = pairs_get(&rq->params, name);

	return value == NULL ? "" : value;
}

enum err
req_note(struct req *rq, const char *field, const char *message)
{
	struct note *n = pool_alloc(rq->pool, sizeof *n);

	n->field = pool_strdup(rq->pool, field);
	n->message = pool_strdup(rq->pool, message);
	if (rq->last_note != NULL)
		rq->last_note->next = n;
	else
		rq->notes = n;
	rq->last_note = n;
	return ERR_INPUT;
}

enum err
resp_page(struct resp *rs, const char *page, json_object *view)
{
	rs->status = 200;
	rs->page = page;
	rs->view = view;
	return OK;
}

/* A value from a stranger must not end the header it stands in. */
static char *
as_uri(struct pool *pool, const char *text)
{
	struct buf b = {.pool = pool};

	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~' || strchr("\"<>\\^`{|}", *text))
			buf_printf(&b, "%%%02X", (unsigned char)*text);
		else
			buf_putc(&b, *text);
	buf_put(&b, "", 0);
	return b.data;
}

enum err
resp_see(struct req *rq, struct resp *rs, int status, json_object *view,
	 const char *location, ...)
{
	va_list args;

	va_start(args, location);
	rs->location = as_uri(rq->pool, pool_vprintf(rq->pool, location, args));
	va_end(args);
	rs->status = rq->wants_json ? status : 303;
	rs->view = rq->wants_json ? view : NULL;
	rs->page = NULL;
	return OK;
}

void
resp_header(struct req *rq, struct resp *rs, const char *name,
	    const char *value)
{
	char *clean = pool_strdup(rq->pool, value), *c;

	for (c = clean; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	pairs_add(rq->pool, &rs->headers, name, clean);
}

bool
http_utf8(const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end)
		if (utf8_next(&text, end) <= 0)
			return false;
	return true;
}

/* ${base} may have a path, an origin has none. */
static bool
is_origin_of(const char *origin, const char *base)
{
	size_t n = strlen(origin);

	return strncasecmp(base, origin, n) == 0 &&
	       (base[n] == '\0' || base[n] == '/');
}

bool
http_origin_ours(const char *origin, const char *host, bool secure)
{
	const char *public = settings()->PUBLIC_BASE_URL;
	const char *scheme = secure ? "https://" : "http://";
	size_t n = strlen(scheme);

	if (*origin == '\0')
		return false;
	if (*public != '\0' && is_origin_of(origin, public))
		return true;
	return *host != '\0' && strncasecmp(origin, scheme, n) == 0 &&
	       strcasecmp(origin + n, host) == 0;
}
