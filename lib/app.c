/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app.c: the way of one request: decoded, routed, guarded, run, answered. */
#include "lib/app_impl.h"

#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/page.h"
#include "lib/secret.h"
#include "lib/settings.h"

enum { SLOW_MS = 500, DROP = 4096 };

const char *
app_language(const struct req *rq)
{
	if (rq->who.language != NULL && *rq->who.language != '\0')
		return rq->who.language;
	return page_language(rq->accept_language);
}

/* Does the path fit "/accounts/{id}"? With ${take}, what stands for {id}
 * becomes a parameter. */
static bool
path_fits(struct req *rq, const char *pattern, bool take)
{
	const char *path = rq->path;
	size_t part, name;

	while (*pattern != '\0') {
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		part = strcspn(path, "/");
		name = strcspn(pattern, "}") - 1;
		if (part == 0)
			return false;
		if (take)
			pairs_add(rq->pool, &rq->params,
				  pool_strndup(rq->pool, pattern + 1, name),
				  pool_strndup(rq->pool, path, part));
		path += part;
		pattern += name + 2;
	}
	return *path == '\0';
}

static const struct route *
find_in(struct call *c, const struct route *r, int count)
{
	for (; count > 0; count--, r++) {
		if (!path_fits(&c->rq, r->path, false))
			continue;
		if (r->method == c->rq.method)
			return r;
		c->allowed |= r->method;
	}
	return NULL;
}

static enum err
find_route(struct call *c)
{
	c->route = find_in(c, app_own, app_own_count);
	if (c->route == NULL)
		c->route = find_in(c, c->app->routes, c->app->count);
	if (c->route != NULL) {
		path_fits(&c->rq, c->route->path, true);
		return OK;
	}
	return c->allowed != 0 || c->rq.method == 0 ? ERR_METHOD : ERR_MISSING;
}

static enum err
run(struct call *c)
{
	enum err e;

	if ((e = app_decode(c)) != OK)
		return e;
	if ((e = find_route(c)) != OK)
		return e;
	if ((e = app_guard(c)) != OK)
		return e == ERR_LOGIN ? app_late(c) : e;
	if ((e = app_decode_body(c)) != OK)
		return e;
	if ((e = app_guard_act(c)) != OK)
		return e;
	c->ran = true;
	return c->route->run(&c->rq, &c->rs);
}

/* The web server logs every request; here are those worth a question. */
static void
log_unusual(const struct call *c, enum err e, int status)
{
	static const char *const methods[] = {
		[GET] = "GET", [POST] = "POST", [PUT] = "PUT",
		[DELETE] = "DELETE"};
	int64_t ms = (clock_mono() - c->rq.began) / 1000000;
	char took[24], text[12];

	if (status < 400 && ms < SLOW_MS)
		return;
	snprintf(took, sizeof took, "%lld", (long long)ms);
	snprintf(text, sizeof text, "%d", status);
	log_event(status >= 500 ? "error" : status >= 400 ? "info" : "warn",
		  "request", "method",
		  c->rq.method == 0 ? "other" : methods[c->rq.method], "path",
		  c->rq.path, "status", text, "code", err_code(e), "ms", took,
		  NULL);
}

/* What the web server still wants to hand over of a body nobody read; one
 * beyond all measure is left to it. */
static void
drop_body(struct call *c)
{
	char dropped[DROP];
	long n;

	while (c->left > 0 && c->left <= HTTP_BODY_MAX) {
		n = c->read(c->from, dropped,
			    c->left < DROP ? c->left : DROP);
		if (n <= 0)
			return;
		c->left -= (size_t)n;
	}
}

void
app_handle(struct call *c, struct buf *head)
{
	uint8_t id[SECRET_ID];
	enum err e;
	int status;

	c->rq.app = c->app;
	c->rq.began = clock_mono();
	secret_id(id);
	secret_id_text(c->rq.id, id);
	log_request(c->rq.id);
	settings_refresh();
	e = run(c);
	drop_body(c);
	status = app_answer(c, e, head);
	log_unusual(c, e, status);
	log_request(NULL);
}

struct text {
	const char *at;
	size_t left;
};

static long
text_read(void *from, char *into, size_t len)
{
	struct text *t = from;
	size_t n = len < t->left ? len : t->left;

	memcpy(into, t->at, n);
	t->at += n;
	t->left -= n;
	return (long)n;
}

void
app_call(const struct app *app, struct store *store, char **env,
	 const char *body, size_t len, struct buf *out)
{
	struct text text = {len == 0 ? "" : body, len};
	struct call c = {.app = app, .env = env, .read = text_read,
			 .from = &text};

	c.rq.pool = pool_new();
	c.rq.db = db_new(store);
	app_handle(&c, out);
	buf_put(out, c.body, c.body_len);
	db_free(c.rq.db);
	pool_free(c.rq.pool);
}
