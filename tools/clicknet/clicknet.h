/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* clicknet.h: what the verbs of the operator's command share. */
#ifndef CLICKNET_CLICKNET_H
#define CLICKNET_CLICKNET_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <sysexits.h>
#include "lib/db.h"
#include "lib/pool.h"

/* What a verb works with: as much as its row asked for. */
struct tool {
	struct pool *pool; /* lives until the process ends */
	const char *conf;  /* --conf, or NULL */
	const struct verb *verb;
	struct store *store;
	struct db *db;
};

/* How much of the bank is opened before a verb runs. */
enum tool_needs { NEEDS_NOTHING, NEEDS_SETTINGS, NEEDS_KEYS, NEEDS_BANK };

typedef int verb_run(struct tool *, int argc, char **argv);
struct verb {
	const char *name;     /* "user add": two words are one verb */
	verb_run *run;        /* returns the exit status, of sysexits.h */
	enum tool_needs needs;
	const char *usage;    /* what follows the name */
	const char *sentence; /* for the list */
	const char *help;     /* for --help */
};

/* Complains on standard error: "clicknet: ...". tool_fail also returns the
 * status; tool_error says err's sentence, or ${why} if that is not NULL, and
 * returns the status that fits the error. */
void tool_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int tool_fail(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int tool_error(enum err, const char *why);
/* 0, or what main may end with after saying that ${path} is not there
 * (EX_NOINPUT) or not ours to read (EX_NOPERM). */
int tool_readable(const char *path);
int tool_usage(const struct tool *, const char *arg, const char *what);

/* Opens what a verb needs; 0, or the status after a complaint. */
int tool_open(struct tool *, enum tool_needs);
void tool_close(struct tool *);

/* The database file's path. Pool memory. */
const char *tool_database(struct tool *);

/* The arguments of a verb, by table: "--name" options and, for names without
 * dashes, places in order. FLAG sets a bool, TEXT a const char *, NUMBER an
 * int64_t above or equal zero; REST takes all that is left: into is a
 * struct arg_rest. 0, or EX_USAGE after a complaint. */
enum arg_kind { ARG_FLAG, ARG_TEXT, ARG_NUMBER, ARG_REST };
struct arg {
	const char *name;
	enum arg_kind kind;
	void *into;
	bool must;
};
struct arg_rest {
	int count;
	char **values;
};
int args_read(const struct tool *, int argc, char **argv, const struct arg *,
	      int n);
#define ARGS(t, argc, argv, args)                                            \
	args_read((t), (argc), (argv), (args), sizeof(args) / sizeof *(args))

/* A bar on standard error if that is a terminal. progress_end wipes it. */
void progress_name(const char *what);
void progress_show(int64_t done, int64_t all);
void progress_end(void);

/* One line of JSON on standard output; takes the object. */
int print_json(json_object *);

/* Says what does not hold; 0, or the status of a bank that is not right. */
struct verify;
int verify_say(const struct verify *);

verb_run run_init, run_migrate, run_import, run_verify, run_backup;
verb_run run_restore, run_user_add, run_user_release, run_user_unlock;
verb_run run_user_app_off;
verb_run run_token, run_inbox;
verb_run run_set, run_get, run_export, run_status, run_doctor, run_bench_data;
verb_run run_breach_list, run_screening_import, run_screening_search;

#endif
