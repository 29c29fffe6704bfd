/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_impl.h: what the app*.c files share; nobody else includes it. */
#ifndef CLICKNET_APP_IMPL_H
#define CLICKNET_APP_IMPL_H

#include "lib/app.h"
#include "lib/secret.h"

/* What a web server says of a request, by the names FastCGI and CGI have. */
#define APP_PARAM_LIST(X)                                                    \
	X(REQUEST_METHOD) X(DOCUMENT_URI) X(SCRIPT_NAME) X(PATH_INFO)        \
	X(REQUEST_URI) X(QUERY_STRING) X(CONTENT_TYPE) X(CONTENT_LENGTH)     \
	X(REMOTE_ADDR) X(HTTPS) X(HTTP_HOST) X(HTTP_USER_AGENT)              \
	X(HTTP_ACCEPT) X(HTTP_ACCEPT_LANGUAGE) X(HTTP_AUTHORIZATION)         \
	X(HTTP_COOKIE) X(HTTP_ORIGIN) X(HTTP_SEC_FETCH_SITE)                 \
	X(HTTP_IF_NONE_MATCH) X(HTTP_IDEMPOTENCY_KEY) X(HTTP_X_CSRF_TOKEN)   \
	HTTP_HOOK_LIST(X)
#define APP_PARAM(name) APP_##name,
enum app_param { APP_PARAM_LIST(APP_PARAM) APP_PARAMS };
#undef APP_PARAM

/* A route flag of app_own.c alone: asks nobody who is there. */
enum { APP_OWN = 1 << 8 };

/* A request on its way through app*.c. The caller fills rq.pool, rq.db, app,
 * env and the body's source: read() returns how many of at most ${len} bytes
 * it put ${into}, 0 or less at the end. */
struct call {
	const struct app *app;
	char **env;
	long (*read)(void *from, char *into, size_t len);
	void *from;

	struct req rq;
	struct resp rs;
	const char *param[APP_PARAMS]; /* "" if absent */
	const struct route *route;     /* NULL until one is found */
	unsigned allowed;              /* methods the path has */
	size_t left;                   /* of the body, not yet read */
	const struct pair *before, *last; /* the body's params lie between */
	bool asked, ran;               /* who it is; the handler */
	const char *detail;            /* a sentence instead of the error's */
	const char *body;              /* of the answer */
	size_t body_len;
};

/* Answers one request: the head and a blank line are appended to ${head}, and
 * what follows them is the call's body, in pool memory. If c->left is not 0
 * then, the rest of the request's body must not be taken for the next
 * request. */
void app_handle(struct call *, struct buf *head);

/* The way there, each step OK or the error to answer with: all but the body;
 * who asks; the body; whether they may do this. */
enum err app_decode(struct call *);
enum err app_guard(struct call *);
enum err app_decode_body(struct call *);
enum err app_guard_act(struct call *);

/* An answer's face: what of the response is sent. */
struct app_face {
	int status;
	const char *type, *body, *location, *language;
	size_t len;
	bool view;          /* JSON: always tagged */
	char tag[2 * SECRET_TAG_SIZE + 3]; /* quoted; "" if none */
};
void app_head(const struct call *, enum err, const struct app_face *,
	      struct buf *out);

/* Fills rq->who, once; nobody is no error here. */
enum err app_ask(struct call *);

/* A form that came after its session had ended by idleness: ERR_LOGIN, or OK
 * if the program knows where its words go. */
enum err app_late(struct call *);

/* A media type of ${len} bytes, case passed over. app_is_json: with or without
 * parameters. */
bool app_is_type(const char *text, size_t len, const char *type);
bool app_is_json(const char *content_type);

/* The answer of a request that ended so: its head is written, its body chosen.
 * Returns its status. */
int app_answer(struct call *, enum err, struct buf *head);

/* The problem document; what page says it instead (in c->rs); the page that
 * is left when that cannot be shown. */
json_object *app_problem(struct call *, enum err, int status);
void app_error_page(struct call *, enum err, int status);
void app_error_view(struct call *, enum err, int status);

/* The language to speak to the person in. */
const char *app_language(const struct req *);

/* Adds a text member; NULL text adds nothing. */
void app_member(json_object *, const char *name, const char *text);

/* Health and readiness, the routes every program has. */
extern const struct route app_own[];
extern const int app_own_count;

/* Prints every route of a program, its own and those all have, as a line
 * "METHOD PATH FLAGS" on standard output; FLAGS are words with commas between
 * them, or "-". */
void app_routes_print(const struct app *);

/* Serves ${app} on fd 0 until a signal ends it, or one CGI request; returns
 * the exit status. */
struct store;
bool app_is_cgi(void);
void app_hold_signals(void); /* before the first thread: app_serve waits */
int app_serve_cgi(const struct app *, struct store *);
int app_serve(const struct app *, struct store *, int threads);

#endif
