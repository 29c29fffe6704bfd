/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http.h: a request decoded and an answer not yet written. */
#ifndef CLICKNET_HTTP_H
#define CLICKNET_HTTP_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/db.h"
#include "lib/err.h"
#include "lib/pool.h"

enum method { GET = 1, POST = 2, PUT = 4, DELETE = 8 }; /* HEAD is a GET */

/* What senders of webhooks prove themselves with: one row a header, by the
 * name FastCGI has for it. */
#define HTTP_HOOK_LIST(X)                                                    \
	X(HTTP_X_TWILIO_SIGNATURE)                                           \
	X(HTTP_X_SIGNATURE) X(HTTP_X_SIGNATURE_V2) X(HTTP_X_TIMESTAMP)       \
	X(HTTP_X_DIDIT_TEST_WEBHOOK)
#define HTTP_HOOK(name) HOOK_##name,
enum hook { HTTP_HOOK_LIST(HTTP_HOOK) HOOKS };
#undef HTTP_HOOK

/* A named value. Names and values are UTF-8 without NUL (files excepted);
 * ${len} counts the value's bytes. */
enum pair_kind {
	PAIR_TEXT,   /* text: form field, query, JSON string, path part */
	PAIR_NUMBER, /* a JSON number, as it was written */
	PAIR_BOOL,   /* "true" or "false" */
	PAIR_NULL,   /* "" */
	PAIR_NESTED, /* a JSON array or object, as it was written; its parts
			are in req.json */
	PAIR_FILE    /* an uploaded file: ${len} bytes that lie in the body,
			no NUL behind them; file_name and type are what the
			sender says, fit to be shown, not to be believed */
};
struct pair {
	struct pair *next;
	const char *name, *value;
	size_t len;
	enum pair_kind kind;
	const char *file_name, *type;
};
struct pairs {
	struct pair *first, *last;
	int count;
};

/* Limits of what is read; beyond them ERR_TOO_BIG. */
enum {
	HTTP_BODY_MAX = 6 * 1024 * 1024,
	HTTP_FORM_MAX = 64 * 1024, /* urlencoded and JSON bodies */
	HTTP_RAW_MAX = 1024 * 1024, /* what a webhook's sender signed */
	HTTP_PAIRS_MAX = 200,
	HTTP_NAME_MAX = 100,
	HTTP_QUERY_MAX = 8 * 1024,
	HTTP_JSON_DEPTH = 16
};

/* Who is asking. Filled by the program's ask function; lib gives the numbers
 * no meaning but "customer 0 is nobody". */
struct who {
	int64_t user, customer;
	uint8_t session[32]; /* hash of the token */
	bool signed_in, read_only, by_cookie;
	bool password_old; /* must be changed before anything else */
	int64_t confirmed_at; /* when they last gave a code; 0: never */
	bool idled; /* nobody any more: signed out by idleness. Only session
		       and language are set then */
	const char *name, *role, *language;
};

/* A complaint about a field. */
struct note {
	struct note *next;
	const char *field, *message;
};

struct app;
struct req {
	struct pool *pool;
	struct db *db;
	struct who who;
	const struct app *app;
	enum method method;
	bool head, wants_json, secure;
	bool quiet;             /* the route's: no visit by a person */
	const char *path;       /* decoded, normalised by the web server */
	const char *query;      /* raw, "" if none */
	const char *host, *address, *device, *accept_language, *content_type;
	const char *authorization, *origin, *fetch_site, *if_none_match;
	const char *idempotency_key; /* header or hidden field; "" if none */
	const char *hook[HOOKS]; /* a webhook sender's headers; "" if none */
	const char *body;       /* ${body_len} bytes as they came, or NULL */
	size_t body_len;
	uint8_t body_hash[32];  /* of method, path and the decoded fields */
	char id[37];            /* request id, also shown to the person */
	struct pairs params;    /* path parts, then body, then query */
	struct pairs cookies;
	json_object *json;      /* the JSON body; NULL if it was none */
	struct note *notes, *last_note;
	int64_t began;          /* clock_mono */
};

struct resp {
	int status;             /* 0: as the error says; 200 if OK */
	const char *location;   /* see-other for pages; Location for JSON */
	const char *page;       /* template, without ".html" */
	json_object *view;      /* what is shown, as JSON or through page */
	struct pairs headers;   /* more headers, in order */
	const char *type;       /* media type of ${body}, when not a view */
	const void *body;       /* a ready answer (a file, an image) */
	size_t body_len;
	bool cacheable;         /* GET views: an ETag and 304 */
	bool replayed;          /* an idempotent answer given again */
	int retry_after;        /* seconds; for ERR_RATE and ERR_DOWN */
};

/* The first parameter, cookie or header pair of that name; NULL if none.
 * pairs_get is its text; NULL if it is a file. pairs_add appends copies. */
const struct pair *pairs_find(const struct pairs *, const char *name);
const char *pairs_get(const struct pairs *, const char *name);
struct pair *pairs_add(struct pool *, struct pairs *, const char *name,
		       const char *value);

/* A parameter as text, "" if absent or a file. */
const char *req_param(const struct req *, const char *name);

/* Complains about a field; returns ERR_INPUT so that a handler can return it.
 * ${message} is an English sentence, a key of share/locale. Both are copied. */
enum err req_note(struct req *, const char *field, const char *message);

/* A page or view: 200. See-other: 303 for pages; for JSON the status is
 * ${status} with the view and a Location. What no URI may hold is escaped in
 * the location, control characters in a header become spaces. */
enum err resp_page(struct resp *, const char *page, json_object *view);
enum err resp_see(struct req *, struct resp *, int status, json_object *view,
		  const char *location, ...)
	__attribute__((format(printf, 5, 6)));
void resp_header(struct req *, struct resp *, const char *name,
		 const char *value);

/* Decoders, each for bytes from a stranger. OK, ERR_TOO_BIG, ERR_BAD. They
 * append to ${out} in pool memory (files excepted), at most HTTP_PAIRS_MAX in
 * all. Cookies that we could not have set are passed over; NULL: none. */
enum err http_urlencoded(struct pool *, const char *text, size_t len,
			 struct pairs *out);
enum err http_cookies(struct pool *, const char *header, struct pairs *out);
enum err http_multipart(struct pool *, const char *content_type,
			const char *body, size_t len, struct pairs *out);
/* One JSON object, strict: UTF-8, depth, no duplicate keys, nothing behind
 * it. Its members become pairs; *object (pool memory) is the whole. */
enum err http_json(struct pool *, const char *text, size_t len,
		   struct pairs *out, json_object **object);

/* Is the page that asks one of ours: of our public address, or of the one its
 * browser itself says it speaks to (${host})? No page can change its browser's
 * Host. "" is nobody's origin. */
bool http_origin_ours(const char *origin, const char *host, bool secure);

/* Text as a value in a query; "/" stays as it is. Pool memory. */
const char *http_escape(struct pool *, const char *text);

/* True for well-formed UTF-8 without NUL, overlong forms or surrogates. */
bool http_utf8(const char *text, size_t len);

#endif
