/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: push: tells open pages what happened, until told to end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemons/begin.h"
#include "daemons/push/push.h"
#include "lib/log.h"
#include "lib/settings.h"

enum { READERS_WANTED = 1 };

static volatile sig_atomic_t ending, reopening;

static void
on_signal(int signal)
{
	if (signal == SIGHUP)
		reopening = 1;
	else
		ending = 1;
}

static void
signals_hear(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

static bool
goes_on(void)
{
	if (reopening) {
		reopening = 0;
		log_reopen();
	}
	return !ending;
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

static int
answer_arguments(int argc, char **argv)
{
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("clicknet-push " CLICKNET_VERSION);
		return EX_OK;
	}
	if (argc == 2 && strcmp(argv[1], "--routes") == 0) {
		door_routes();
		return EX_OK;
	}
	fprintf(help ? stdout : stderr,
		"Usage: clicknet-push [--version | --help | --routes]\n"
		"Serves WebSockets on the listening socket that is its "
		"standard input.\nSettings: $CLICKNET_CONF, else\n%s.\n",
		settings_path());
	return help ? EX_OK : EX_USAGE;
}

int
main(int argc, char **argv)
{
	struct pool *pool;
	struct store *store;
	struct db *db;
	int status;

	if (argc > 1)
		return answer_arguments(argc, argv);
	take_listener();
	if (!porch_there()) {
		fputs("clicknet-push: standard input is no listening "
		      "socket\n", stderr);
		return EX_OSERR;
	}
	pool = pool_new();
	if ((store = daemon_begin(pool, "push", READERS_WANTED)) == NULL) {
		pool_free(pool);
		return EXIT_FAILURE;
	}
	signals_hear();
	db = db_new(store);
	status = wire_serve(db, goes_on);
	db_free(db);
	store_close(store);
	pool_free(pool);
	return status;
}
