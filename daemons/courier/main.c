/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: the courier: sends what the outbox holds until told to end. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "daemons/begin.h"
#include "daemons/courier/courier.h"
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

/* Where what it writes has its words. */
static void
words_begin(struct pool *pool)
{
	const char *share = settings()->SHARE_DIR;

	page_start(*share == '\0' ? CLICKNET_DATADIR
				  : settings_beside(pool, share));
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

static int
answer_arguments(int argc, char **argv)
{
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("clicknet-courier " CLICKNET_VERSION);
		return EX_OK;
	}
	fprintf(help ? stdout : stderr,
		"Usage: clicknet-courier [--version | --help]\n"
		"Sends the bank's messages until it is told to end.\n"
		"Settings: $CLICKNET_CONF, else\n%s.\n", settings_path());
	return help ? EX_OK : EX_USAGE;
}

int
main(int argc, char **argv)
{
	struct pool *pool;
	struct store *store;
	sigset_t heard;

	if (argc > 1)
		return answer_arguments(argc, argv);
	pool = pool_new();
	if ((store = daemon_begin(pool, "courier", READERS_WANTED)) == NULL) {
		pool_free(pool);
		return 1;
	}
	words_begin(pool);
	signals_hear(&heard);
	net_start();
	pthread_sigmask(SIG_BLOCK, &heard, NULL);
	due_start(store);
	didit_start(store);
	pthread_sigmask(SIG_UNBLOCK, &heard, NULL);
	log_event("info", "start", "version", CLICKNET_VERSION, NULL);
	work(store);
	log_event("info", "end", NULL);
	didit_stop();
	due_stop();
	net_stop();
	store_close(store);
	pool_free(pool);
	return 0;
}
