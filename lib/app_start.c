/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_start.c: what every program does before its first request. */
#include "lib/app_impl.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/page.h"
#include "lib/secret.h"
#include "lib/settings.h"

#ifndef CLICKNET_VERSION
#define CLICKNET_VERSION "0"
#endif
#ifndef CLICKNET_DATADIR
#define CLICKNET_DATADIR "share"
#endif

enum { ARENAS = 3, MMAP_FROM = 256 * 1024, TRIM_FROM = 1024 * 1024 };

static int
refuse(const struct app *app, int status, const char *what, const char *why)
{
	fprintf(stderr, "clicknet-%s: %s: %s\n", app->name, what, why);
	log_event("error", "start", "what", what, "why", why, NULL);
	return status;
}

static int
read_settings(const struct app *app, struct pool *pool)
{
	const char *why = "";
	enum err e = settings_start(pool, NULL, &why);

	if (e == ERR_MISSING)
		return refuse(app, EX_NOINPUT, settings_path(),
			      "there is no such settings file");
	if (e != OK)
		return refuse(app, EX_CONFIG, "settings", why);
	clock_zone(settings()->BANK_TIMEZONE);
	return EX_OK;
}

/* However many wait for their password, half of the threads are for others. */
static void
limit_hashes(void)
{
	const struct settings *s = settings();
	long room = s->THREADS / 2 - s->PASSWORD_HASHES;

	secret_hashes((int)s->PASSWORD_HASHES,
		      (int)(s->PASSWORD_QUEUE < room ? s->PASSWORD_QUEUE
						     : room));
}

static int
read_keys(const struct app *app, struct pool *pool)
{
	const char *path = settings_beside(pool, settings()->KEY_FILE);
	enum err e;

	secret_start();
	e = secret_keys(path);
	if (e == ERR_MISSING)
		return refuse(app, EX_NOINPUT, path,
			      "there is no such key file: put the copy back");
	if (e == ERR_FORBIDDEN)
		return refuse(app, EX_NOPERM, path,
			      "the keys must be the bank's user's, and "
			      "nobody else's to read; chmod 400");
	if (e != OK)
		return refuse(app, EX_CONFIG, path, "the keys are damaged");
	limit_hashes();
	return EX_OK;
}

static void
open_log(const struct app *app, struct pool *pool)
{
	const char *program = pool_printf(pool, "clicknet-%s", app->name);
	const char *dir = settings()->LOG_DIR;

	if (*dir == '\0')
		log_open(program, NULL);
	else
		log_open(program,
			 pool_printf(pool, "%s/%s.log",
				     settings_beside(pool, dir), app->name));
}

static int
open_store(const struct app *app, struct pool *pool, struct store **store)
{
	const char *path = settings_beside(pool, settings()->DATABASE), *why;
	struct db *db;

	if (access(path, F_OK) != 0)
		return refuse(app, EX_NOINPUT, path, strerror(errno));
	if (store_open(path, (int)settings()->READERS, false, store) != OK)
		return refuse(app, EX_UNAVAILABLE, path,
			      "the database cannot be opened");
	if (app->fault == NULL)
		return EX_OK;
	db = db_new(*store);
	why = app->fault(db, pool);
	db_free(db);
	return why == NULL ? EX_OK : refuse(app, EX_CONFIG, path, why);
}

static int
start(const struct app *app, struct pool *pool, struct store **store)
{
	const char *share;
	int status;
	enum err e;

	if ((status = read_settings(app, pool)) != EX_OK)
		return status;
	open_log(app, pool);
	if ((status = read_keys(app, pool)) != EX_OK)
		return status;
	share = settings()->SHARE_DIR;
	page_start(*share == '\0' ? CLICKNET_DATADIR
				  : settings_beside(pool, share));
	if ((status = open_store(app, pool, store)) != EX_OK)
		return status;
	if (app->start != NULL && (e = app->start()) != OK)
		return refuse(app, EX_CONFIG, "start", err_sentence(e));
	return EX_OK;
}

/* systemd hands listeners over from fd 3 on; ours is the only one. */
static void
take_listener(void)
{
	const char *count = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");

	if (count == NULL || pid == NULL || strcmp(count, "1") != 0 ||
	    strtol(pid, NULL, 10) != (long)getpid())
		return;
	dup2(3, STDIN_FILENO);
	close(3);
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
}

/* True if the arguments were all there was to it. */
static bool
answer_arguments(const struct app *app, int argc, char **argv, int *status)
{
	*status = EX_OK;
	if (argc < 2)
		return false;
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("clicknet-%s " CLICKNET_VERSION "\n", app->name);
		return true;
	}
	if (argc == 2 && strcmp(argv[1], "--routes") == 0) {
		app_routes_print(app);
		return true;
	}
	if (argc != 2 || strcmp(argv[1], "--help") != 0)
		*status = EX_USAGE;
	fprintf(*status == EX_OK ? stdout : stderr,
		"Usage: clicknet-%s [--version | --help | --routes]\n"
		"Answers FastCGI requests on the listening socket that is its "
		"standard input,\nor one CGI request if that is no socket. "
		"Settings: $CLICKNET_CONF, else\n%s.\n",
		app->name, settings_path());
	return true;
}

int
app_main(const struct app *app, int argc, char **argv)
{
	struct store *store = NULL;
	struct pool *pool;
	int status;
	bool cgi;

	if (answer_arguments(app, argc, argv, &status))
		return status;
	/* Idle threads are to cost little: few arenas, large pieces given back
	 * at once. */
	mallopt(M_ARENA_MAX, ARENAS);
	mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
	mallopt(M_TRIM_THRESHOLD, TRIM_FROM);
	signal(SIGPIPE, SIG_IGN);
	take_listener();
	if (!(cgi = app_is_cgi()))
		app_hold_signals();
	pool = pool_new();
	status = start(app, pool, &store);
	if (status == EX_OK && cgi)
		status = app_serve_cgi(app, store);
	else if (status == EX_OK)
		status = app_serve(app, store, (int)settings()->THREADS);
	store_close(store);
	pool_free(pool);
	return status;
}
