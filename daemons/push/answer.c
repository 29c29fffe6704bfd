/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* answer.c: what is answered to who opens no socket. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "daemons/push/push.h"
#include "lib/log.h"

#ifndef CLICKNET_VERSION
#define CLICKNET_VERSION "0"
#endif

enum { WAIT_S = 30, TAG = 16 };

static const char *
reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 422:
		return "Unprocessable Content";
	case 429:
		return "Too Many Requests";
	case 503:
		return "Service Unavailable";
	}
	return "Other";
}

static void
member(json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

/* As the other programs tag what they show. */
static void
put_tag(struct buf *b, const char *text)
{
	char tag[2 * TAG + 1];
	uint8_t hash[SECRET_HASH];

	secret_hash(hash, text, strlen(text));
	buf_printf(b, "ETag: \"%s\"\r\n", secret_hex(tag, hash, TAG));
}

static const char *
answer(struct pool *pool, int status, const char *type, json_object *body,
       const char *request_id, bool head, size_t *len)
{
	struct buf b = {.pool = pool};
	const char *text = json_object_to_json_string_ext(
		body, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	buf_printf(&b, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
		   "Content-Length: %zu\r\nConnection: close\r\n"
		   "X-Request-Id: %s\r\nCache-Control: no-store\r\n"
		   "Content-Security-Policy: default-src 'none'; "
		   "frame-ancestors 'none'\r\n"
		   "X-Content-Type-Options: nosniff\r\n"
		   "Referrer-Policy: same-origin\r\n"
		   "Cross-Origin-Resource-Policy: same-origin\r\n",
		   status, reason(status), type, strlen(text), request_id);
	if (status == 200)
		put_tag(&b, text);
	if (status == 401)
		buf_puts(&b, "WWW-Authenticate: Bearer\r\n");
	if (status == 405)
		buf_puts(&b, "Allow: GET, HEAD\r\n");
	if (status == 429 || status == 503)
		buf_printf(&b, "Retry-After: %d\r\n", WAIT_S);
	buf_puts(&b, "\r\n");
	if (!head)
		buf_puts(&b, text);
	*len = b.len;
	return b.data;
}

static const char *
problem(struct pool *pool, enum err e, const char *detail,
	const char *request_id, bool head, size_t *len)
{
	json_object *p = pool_json(pool, json_object_new_object());

	member(p, "type", pool_printf(pool, "/problems/%s", err_code(e)));
	member(p, "title", err_sentence(e));
	json_object_object_add(p, "status",
			       json_object_new_int(err_status(e)));
	member(p, "detail", detail != NULL ? detail : err_sentence(e));
	member(p, "code", err_code(e));
	member(p, "request_id", request_id);
	json_object_object_add(p, "errors", json_object_new_array());
	return answer(pool, err_status(e), "application/problem+json", p,
		      request_id, head, len);
}

static const char *
health(struct pool *pool, bool good, const char *request_id, bool head,
       size_t *len)
{
	json_object *o = pool_json(pool, json_object_new_object());

	member(o, "status", good ? "ok" : "unavailable");
	member(o, "program", "push");
	member(o, "version", CLICKNET_VERSION);
	if (!good)
		member(o, "reason", "The book cannot be read.");
	return answer(pool, good ? 200 : 503, "application/json", o,
		      request_id, head, len);
}

/* The web server logs every request; here are those that were refused. */
static void
log_refusal(const struct visitor *v, enum err e)
{
	char status[12];
	const char *pattern;

	door_place(v->path, &pattern);
	snprintf(status, sizeof status, "%d", err_status(e));
	log_request(v->id);
	log_event(err_status(e) >= 500 ? "error" : "info", "request", "method",
		  v->method, "path", pattern, "status", status, "code",
		  err_code(e), NULL);
	log_request(NULL);
}

const char *
answer_refusal(struct pool *pool, const struct visitor *v, enum err e,
	       const char *detail, size_t *len)
{
	log_refusal(v, e);
	return problem(pool, e, detail, v->id, strcmp(v->method, "HEAD") == 0,
		       len);
}

static bool
book_answers(struct db *db)
{
	int64_t id;
	enum err e = news_newest(db, &id);

	db_rest(db);
	return e == OK;
}

const char *
answer_request(struct db *db, struct pool *pool, const struct visitor *v,
	       size_t *len)
{
	bool head = strcmp(v->method, "HEAD") == 0;
	const char *pattern, *detail = NULL;
	enum place place = door_place(v->path, &pattern);
	struct guest nobody = {.wire = NULL};
	enum err e = OK;

	if (place == PLACE_NONE || place == PLACE_SOCKET)
		e = door_admit(db, pool, v, &nobody, &detail);
	else if (!head && strcmp(v->method, "GET") != 0)
		e = ERR_METHOD;
	if (e != OK)
		return answer_refusal(pool, v, e, detail, len);
	return health(pool, place != PLACE_READY || book_answers(db), v->id,
		      head, len);
}
