/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_body.c: the only reader of bodies: form, JSON or files. */
#include "lib/app_impl.h"

#include <string.h>
#include <strings.h>

#include "lib/secret.h"
#include "lib/turn.h"

bool
app_is_type(const char *text, size_t len, const char *type)
{
	return strlen(type) == len && strncasecmp(text, type, len) == 0;
}

bool
app_is_json(const char *type)
{
	return app_is_type(type, strcspn(type, "; \t"), "application/json");
}

/* The whole body, once its length is known to be bearable. */
static enum err
read_body(struct call *c, const char **body, size_t *len)
{
	char *data = pool_alloc(c->rq.pool, c->left + 1);
	long n;

	*len = 0;
	while (c->left > 0) {
		n = c->read(c->from, data + *len, c->left);
		if (n <= 0)
			return ERR_BAD;
		*len += (size_t)n;
		c->left -= (size_t)n;
	}
	*body = data;
	return OK;
}

/* Larger bodies are in memory one at a time. Who waits gives its connection to
 * the database back: whoever has the turn needs one. */
enum { ALONE = 256 * 1024 };

static enum err
alone(struct req *rq)
{
	if (rq->db != NULL)
		db_rest(rq->db);
	return turn_take(rq->pool);
}

/* A body of any other type could come from a page of somebody else's without
 * the browser asking us first. */
static enum err
decode_typed(struct call *c)
{
	struct req *rq = &c->rq;
	const char *type = rq->content_type, *body;
	size_t len, n = strcspn(type, "; \t"), most = HTTP_FORM_MAX;
	bool multipart = app_is_type(type, n, "multipart/form-data");
	enum err e;

	if (multipart && (c->route->flags & UPLOAD))
		most = HTTP_BODY_MAX;
	if (c->left > most)
		return ERR_TOO_BIG;
	if (!multipart && !app_is_json(type) &&
	    !app_is_type(type, n, "application/x-www-form-urlencoded"))
		return ERR_BAD;
	if (c->left > ALONE && (e = alone(rq)) != OK)
		return e;
	if ((e = read_body(c, &body, &len)) != OK)
		return e;
	rq->body = body;
	rq->body_len = len;
	if (multipart)
		return http_multipart(rq->pool, type, body, len, &rq->params);
	if (app_is_json(type))
		return http_json(rq->pool, body, len, &rq->params, &rq->json);
	return http_urlencoded(rq->pool, body, len, &rq->params);
}

static enum err
decode_raw(struct call *c)
{
	enum err e;

	if (c->left > HTTP_RAW_MAX)
		return ERR_TOO_BIG;
	if (c->left > ALONE && (e = alone(&c->rq)) != OK)
		return e;
	return read_body(c, &c->rq.body, &c->rq.body_len);
}

static enum err
decode(struct call *c)
{
	if (c->rq.method == GET || c->left == 0)
		return OK;
	return c->route->flags & RAW ? decode_raw(c) : decode_typed(c);
}

/* What makes two requests the same: their place and their words, not how they
 * were written nor the tokens that let them in. */
static void
hash_request(struct req *rq)
{
	const struct pair *p;
	struct piece *pieces;
	struct {
		uint64_t name, value, kind;
	} *sizes, first = {strlen(rq->path), rq->method, 0};
	size_t room = 3 * (size_t)rq->params.count + 2;
	int n = 0;

	pieces = pool_alloc(rq->pool, room * sizeof *pieces);
	sizes = pool_alloc(rq->pool, room / 3 * sizeof *sizes + 1);
	pieces[n++] = (struct piece){&first, sizeof first};
	pieces[n++] = (struct piece){rq->path, first.name};
	for (p = rq->params.first; p != NULL; p = p->next) {
		if (strcmp(p->name, "csrf") == 0 ||
		    strcmp(p->name, "idempotency_key") == 0)
			continue;
		sizes->name = strlen(p->name);
		sizes->value = p->len;
		sizes->kind = p->kind;
		pieces[n++] = (struct piece){sizes++, sizeof *sizes};
		pieces[n++] = (struct piece){p->name, strlen(p->name)};
		pieces[n++] = (struct piece){p->value, p->len};
	}
	secret_hash_pieces(rq->body_hash, pieces, n);
}

enum err
app_decode_body(struct call *c)
{
	struct req *rq = &c->rq;
	enum err e;

	c->before = rq->params.last;
	if ((e = decode(c)) != OK)
		return e;
	c->last = rq->params.last;
	e = http_urlencoded(rq->pool, rq->query, strlen(rq->query),
			    &rq->params);
	if (e == OK && rq->method != GET)
		hash_request(rq);
	return e;
}
