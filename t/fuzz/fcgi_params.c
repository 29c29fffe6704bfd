/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fcgi_params.c: any params and any body through a whole request; there is
 * always one well-formed answer, and no handler runs that should not. The
 * input is lines of NAME=value, an empty line, and the body. */
#include "lib/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/form.h"
#include "lib/log.h"
#include "lib/page.h"
#include "lib/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { ENV_MAX = 64 };

static const char *const files[] = {"html/form.html", "html/error.html",
				    "html", "k", "b", "b-wal", "b-shm",
				    "b.lock", "."};
static char dir[] = "/tmp/clicknet-fuzz-XXXXXX";
static struct store *store;

struct order {
	const char *to;
};
static const struct field fields[] = {FORM_TEXT(struct order, to, 2, 10)};

static enum err
form(struct req *rq, struct resp *rs)
{
	json_object *v = pool_json(rq->pool, json_object_new_object());

	json_object_object_add(v, "to", json_object_new_string("ann"));
	return resp_page(rs, "form", v);
}

/* Reached only by who may: a session, its token or a bearer, and a key. */
static enum err
pay(struct req *rq, struct resp *rs)
{
	struct order o = {""};
	enum err e = form_read(rq, fields, FORM_COUNT(fields), &o);

	if (!rq->who.signed_in || *rq->idempotency_key == '\0')
		abort();
	if (rq->who.by_cookie &&
	    (strcmp(rq->fetch_site, "cross-site") == 0 ||
	     strcmp(rq->origin, "null") == 0))
		abort();
	if (e != OK)
		return e;
	resp_header(rq, rs, "X-To", o.to);
	return resp_see(rq, rs, 201, NULL, "/to/%s", o.to);
}

static const struct route routes[] = {
	{GET, "/pay", form, GUEST},
	{POST, "/pay", pay, MONEY},
	{PUT, "/pay/{to}", pay, MONEY | UPLOAD},
	{POST, "/login", form, GUEST},
};

static enum err
ask(struct req *rq)
{
	rq->who.by_cookie = pairs_get(&rq->cookies, "s") != NULL;
	rq->who.signed_in = rq->who.by_cookie || *rq->authorization != '\0';
	return rq->who.signed_in ? OK : ERR_LOGIN;
}

static const struct app app = {
	.name = "fuzz", APP_ROUTES(routes), .ask = ask};

static void
name_file(char path[100], const char *name)
{
	snprintf(path, 100, "%s/%s", dir, name);
}

static void
put_file(const char *name, const char *text)
{
	char path[100];
	FILE *f;

	name_file(path, name);
	if ((f = fopen(path, "w")) == NULL || fputs(text, f) < 0 ||
	    fclose(f) != 0)
		abort();
}

static void
stop(void)
{
	char path[100];
	size_t i;

	store_close(store);
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		name_file(path, files[i]);
		remove(path);
	}
	remove(dir);
}

static void
start(void)
{
	char path[100];

	log_open("fuzz", "/dev/null");
	if (mkdtemp(dir) == NULL)
		abort();
	atexit(stop);
	name_file(path, "html");
	mkdir(path, 0700);
	put_file("html/form.html", "{{to}} {{problem}} {{error_to}}");
	put_file("html/error.html", "{{status}} {{title}} {{detail}}");
	page_start(dir);
	secret_start();
	name_file(path, "k");
	if (secret_make_keys(path) != OK || secret_keys(path) != OK)
		abort();
	name_file(path, "b");
	if (store_open(path, 1, true, &store) != OK)
		abort();
}

/* Each line of the head is "Name: value" without control characters. */
static void
check(const char *answer, size_t len)
{
	const char *at = answer, *end;

	if (strncmp(at, "Status: ", 8) != 0)
		abort();
	for (; strncmp(at, "\r\n", 2) != 0; at = end + 2) {
		end = strstr(at, "\r\n");
		if (end == NULL || memchr(at, ':', (size_t)(end - at)) == NULL)
			abort();
		for (; at < end; at++)
			if ((unsigned char)*at < ' ')
				abort();
	}
	if (at + 2 > answer + len)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pool *pool = pool_new();
	struct buf out = {.pool = pool};
	char *copy = pool_strndup(pool, (const char *)data, len), *at = copy;
	char *env[ENV_MAX + 1], *end;
	int n = 0;

	if (store == NULL)
		start();
	while (n < ENV_MAX && *at != '\0' && *at != '\n') {
		env[n++] = at;
		if ((end = strchr(at, '\n')) == NULL)
			end = at + strlen(at);
		else
			*end++ = '\0';
		at = end;
	}
	env[n] = NULL;
	if (*at == '\n')
		at++;
	app_call(&app, store, env, at, len - (size_t)(at - copy), &out);
	check(out.data, out.len);
	pool_free(pool);
	return 0;
}
