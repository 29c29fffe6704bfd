/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app.h: a program is a table of routes. */
#ifndef CLICKNET_APP_H
#define CLICKNET_APP_H

#include "lib/http.h"

typedef enum err handler(struct req *, struct resp *);

/* The shortest row is the strictest: signed in, csrf for browsers, never
 * cached. Flags only loosen, MONEY excepted, which asks for more. */
enum {
	GUEST = 1, /* needs no session (one is still recognised) */
	MONEY = 2, /* needs an Idempotency-Key */
	OPEN = 4,  /* answers while SYSTEM_DOWN: health, static words */
	UPLOAD = 8, /* may carry a body up to HTTP_BODY_MAX */
	READ = 16, /* a POST that changes nothing: a read-only token may */
	QUIET = 32, /* a page asks by itself: no activity of a person */
	RAW = 64    /* whatever its type, the body is left as it came: its
		       sender signed its bytes */
};
struct route {
	enum method method;
	const char *path; /* "/accounts/{id}": the part becomes a parameter */
	handler *run;
	unsigned flags;
};

struct app {
	const char *name;
	const struct route *routes;
	int count;
	/* Fills rq->who from the cookie or bearer token; ERR_LOGIN if there is
	 * none or it has ended. */
	enum err (*ask)(struct req *);
	/* A form from our own page whose session has idled out (who.idled): not
	 * run, but its words may be kept and the person sent to sign in. NULL,
	 * or ERR_LOGIN: nothing is kept. */
	handler *late;
	/* Where somebody is led whom no session lets in; NULL, or returning
	 * NULL: to /login, and back. */
	const char *(*door)(const struct req *);
	/* The frame of a page: bank name, person, menu. Adds to ${view}. */
	void (*frame)(struct req *, json_object *view);
	/* Called once, before the first request. */
	enum err (*start)(void);
	/* Why this book is none the program can work on, or NULL; NULL: any
	 * is. Asked before the first request. */
	const char *(*fault)(struct db *, struct pool *);
	/* Readiness beyond "it answers"; NULL: always. */
	enum err (*ready)(struct req *);
};
#define APP_ROUTES(table)                                                    \
	.routes = (table), .count = sizeof(table) / sizeof *(table)

/* Serves on fd 0: spawn-fcgi, systemd, mod_fcgid; plain CGI when fd 0 is no
 * listener. SIGTERM ends it after the requests in hand, SIGHUP reopens the
 * log. Returns the exit status. */
int app_main(const struct app *, int argc, char **argv);

/* One request without a web server, for tests and fuzzing: ${env} is a
 * NULL-ended list of "NAME=value" as FastCGI has them; the whole answer
 * (headers, blank line, body) is appended to ${out}. */
struct store;
void app_call(const struct app *, struct store *, char **env,
	      const char *body, size_t len, struct buf *out);

/* Is a field of this name never to be shown again or kept: what proves
 * something, and what we add ourselves? */
bool app_is_secret(const char *name);

/* The form token of the asking session, for hidden fields; pool memory. */
const char *app_csrf(struct req *);

#endif
