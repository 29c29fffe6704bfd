/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: the courier: sends what the outbox holds until told to end. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bank/schema.h"
#include "daemons/courier/courier.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/page.h"
#include "lib/settings.h"

enum { LOOK_MS = 200, TROUBLE_MS = 1000, READERS_WANTED = 2 };

static volatile sig_atomic_t ending, reopening;

static void
on_signal(int signal)
{
	if (signal == SIGHUP)
		reopening = 1;
	else
		ending = 1;
}

/* The thread for what is due starts with these blocked: they wake us. */
static void
signals_hear(sigset_t *heard)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(heard);
	sigaddset(heard, SIGTERM);
	sigaddset(heard, SIGINT);
	sigaddset(heard, SIGHUP);
}

static void
pause_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* NULL, or why the book cannot be worked on. */
static const char *
book_open(struct pool *pool, struct store **store)
{
	const struct settings *s = settings();
	const char *why;
	struct db *db;

	if (secret_keys(settings_beside(pool, s->KEY_FILE)) != OK)
		return "the key file cannot be read";
	if (store_open(settings_beside(pool, s->DATABASE), READERS_WANTED,
		       false, store) != OK)
		return "the database cannot be opened";
	db = db_new(*store);
	why = schema_fault(db, pool);
	db_free(db);
	if (why != NULL)
		store_close(*store);
	return why;
}

/* Settings, log, words, book. NULL: said why. */
static struct store *
start(struct pool *pool)
{
	const char *why = settings_path(), *log = NULL;
	const struct settings *s;
	struct store *store;

	if (settings_start(pool, settings_path(), &why) != OK) {
		fprintf(stderr, "clicknet-courier: %s\n", why);
		return NULL;
	}
	s = settings();
	if (*s->LOG_DIR != '\0')
		log = pool_printf(pool, "%s/courier.log",
				  settings_beside(pool, s->LOG_DIR));
	log_open("courier", log);
	clock_zone(s->BANK_TIMEZONE);
	secret_start();
	page_start(*s->SHARE_DIR == '\0' ? CLICKNET_DATADIR
		: settings_beside(pool, s->SHARE_DIR));
	if ((why = book_open(pool, &store)) == NULL)
		return store;
	log_event("error", "start", "why", why, NULL);
	fprintf(stderr, "clicknet-courier: %s\n", why);
	return NULL;
}

/* Looking costs a read; a lost signal costs one look. */
static void
work(struct store *store)
{
	struct pool *pool = pool_new();
	struct db *db = db_new(store);
	enum err e;

	while (!ending) {
		if (reopening) {
			reopening = 0;
			log_reopen();
		}
		settings_refresh();
		e = delivery_run(db, pool);
		db_rest(db);
		pool_reset(pool);
		if (e != OK && !ending)
			pause_ms(e == ERR_MISSING ? LOOK_MS : TROUBLE_MS);
	}
	db_free(db);
	pool_free(pool);
}

int
main(int argc, char **argv)
{
	struct pool *pool = pool_new();
	struct store *store;
	sigset_t heard;

	if (argc > 1) {
		puts("clicknet-courier " CLICKNET_VERSION);
		pool_free(pool);
		return strcmp(argv[1], "--version") == 0 ? 0 : 64;
	}
	if ((store = start(pool)) == NULL) {
		pool_free(pool);
		return 1;
	}
	signals_hear(&heard);
	net_start();
	pthread_sigmask(SIG_BLOCK, &heard, NULL);
	due_start(store);
	pthread_sigmask(SIG_UNBLOCK, &heard, NULL);
	log_event("info", "start", "version", CLICKNET_VERSION, NULL);
	work(store);
	log_event("info", "end", NULL);
	due_stop();
	net_stop();
	store_close(store);
	pool_free(pool);
	return 0;
}
