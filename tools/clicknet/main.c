/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: the table of the operator's verbs. */
#include "tools/clicknet/clicknet.h"

#include <stdio.h>
#include <string.h>

#include "lib/secret.h"

#ifndef CLICKNET_VERSION
#define CLICKNET_VERSION "unknown"
#endif

static const struct verb verbs[] = {
	{"init", run_init, NEEDS_NOTHING, "[--demo]",
	 "make the settings file, the keys and an empty bank",
	 "Each is made only if it is not there; a bank is never\n"
	 "overwritten.\n"
	 "--demo  a bank to try: keeps messages in an inbox, and prints\n"
	 "        the demonstration's sign-ins.\n"},
	{"import", run_import, NEEDS_BANK, "DIR [--dry-run]",
	 "take over books from CSV files, all or nothing",
	 "DIR holds customers.csv and accounts.csv and, if wanted,\n"
	 "products, offers, branches, holders, transactions and\n"
	 "standing-orders (.csv); or a catalogue alone: products, offers,\n"
	 "branches. Every bad row is named by file, line and column, and then\n"
	 "nothing is imported.\n"
	 "--dry-run  check everything and keep nothing.\n"},
	{"verify", run_verify, NEEDS_BANK, "[--json]",
	 "compute the whole book again and compare",
	 "Every posting, balance, hold, counter, audit row and sealed name;\n"
	 "says what does not hold. Exit status 0 only if all does. Reads one\n"
	 "moment's state; the bank goes on meanwhile.\n"},
	{"backup", run_backup, NEEDS_BANK, "FILE",
	 "copy the bank while it runs, and verify the copy",
	 "FILE must not exist. It is on disk when this returns. The key\n"
	 "file is not in it: keep a copy of that elsewhere.\n"},
	{"restore", run_restore, NEEDS_KEYS, "FILE",
	 "put a verified copy in the bank's place",
	 "All programs must be stopped. FILE is copied, verified, and takes\n"
	 "the database's place; what was there stays beside it under\n"
	 "another name.\n"},
	{"migrate", run_migrate, NEEDS_BANK, "",
	 "move the bank's tables on to this version", ""},
	{"user add", run_user_add, NEEDS_BANK,
	 "--customer ID --user-id U --password-stdin [--role staff:ROLE]",
	 "let somebody sign in",
	 "The password is one line on standard input.\n"
	 "--role  staff:teller, staff:support, staff:compliance or\n"
	 "        staff:admin; staff need no --customer.\n"},
	{"user app-off", run_user_app_off, NEEDS_BANK, "U",
	 "remove the authenticator app of a person who has lost it",
	 "Codes are sent to them again. Be sure who asks. They are told, and\n"
	 "audited.\n"},
	{"user release", run_user_release, NEEDS_BANK, "U",
	 "let payments of a person flow again who had lost their phone",
	 "Everything that leaves their accounts was stopped by their\n"
	 "emergency code. Be sure who asks. They are told, and audited.\n"},
	{"user unlock", run_user_unlock, NEEDS_BANK, "U",
	 "lift the lock after too many wrong passwords", ""},
	{"token", run_token, NEEDS_BANK, "--user-id U [--read-only]",
	 "print a bearer token for a user",
	 "For programs. Valid for TOKEN_DAYS; kept nowhere else; audited.\n"},
	{"inbox", run_inbox, NEEDS_BANK,
	 "[--to ADDRESS] [--wait SECONDS] [--json]",
	 "show messages that were kept instead of sent, newest first",
	 "With MESSAGE_DELIVERY = inbox.\n"
	 "--to    only those to one mail address or number\n"
	 "--wait  until there is one and none is on its way\n"},
	{"breach-list", run_breach_list, NEEDS_SETTINGS, "FILE",
	 "make the list of passwords that nobody may choose",
	 "FILE has a password a line, or its SHA-1 in hex, with or without\n"
	 "\":COUNT\", in any order. The list is BREACH_FILE; programs take it\n"
	 "up at once. A short list of common passwords is always refused.\n"},
	{"screening import", run_screening_import, NEEDS_BANK, "FILE",
	 "take over lists of people nobody may serve unseen",
	 "FILE is CSV with the columns list, entry, name and, if wanted,\n"
	 "aliases, birth_dates and countries (| between several). Each list\n"
	 "in it takes the place of the one of that name, all or nothing.\n"},
	{"screening search", run_screening_search, NEEDS_BANK,
	 "NAME [--born DATE] [--country CODE] [--json]",
	 "look somebody up in these lists",
	 "A line or two for each entry that is a hit, the most likely first,\n"
	 "and why. Without --born only names that are nearly equal are.\n"},
	{"set", run_set, NEEDS_SETTINGS, "KEY VALUE", "change a setting", ""},
	{"get", run_get, NEEDS_SETTINGS, "[KEY...]",
	 "show settings; of one KEY its value alone",
	 "Secret ones are shown as set or unset.\n"},
	{"export", run_export, NEEDS_BANK,
	 "--format hledger|ledger|csv [--account N]",
	 "write the book for other programs, on standard output",
	 "hledger and ledger: one transaction per transfer, seen from the\n"
	 "customers' side as on their statements (hledger bal --invert\n"
	 "shows the bank's), every account's balance asserted at the end.\n"},
	{"status", run_status, NEEDS_BANK, "[--json]",
	 "show what is in the bank", ""},
	{"doctor", run_doctor, NEEDS_NOTHING, "",
	 "look for what is wrong around the bank",
	 "A line for each thing: ok, warn or bad, and how to mend it. Exit\n"
	 "status 1 if any is bad.\n"},
	{"bench-data", run_bench_data, NEEDS_BANK,
	 "--accounts N [--tokens FILE]",
	 "fill an empty bank with funded accounts, for load tests",
	 "Two to a customer; users bench1, bench2, ... with the password\n"
	 "bench-password and without limits. --tokens FILE: a line for each\n"
	 "user: user id, bearer token, and the two account numbers.\n"},
};
enum { VERBS = sizeof verbs / sizeof *verbs };

static void
usage(FILE *out)
{
	int i;

	fputs("usage: clicknet [--conf FILE] VERB [...]\n"
	      "       clicknet VERB --help\n"
	      "       clicknet --version\n\n",
	      out);
	for (i = 0; i < VERBS; i++)
		fprintf(out, "  %-16s %s\n", verbs[i].name,
			verbs[i].sentence);
}

static int
help(const struct verb *v)
{
	printf("usage: clicknet [--conf FILE] %s %s\n\n%s.\n%s", v->name,
	       v->usage, v->sentence, v->help);
	return 0;
}

/* "user add" takes two words. */
static const struct verb *
verb_find(int argc, char **argv, int *words)
{
	const char *space;
	size_t len;
	int i;

	for (i = 0; argc > 0 && i < VERBS; i++) {
		space = strchr(verbs[i].name, ' ');
		len = space != NULL ? (size_t)(space - verbs[i].name)
				    : strlen(verbs[i].name);
		*words = space != NULL ? 2 : 1;
		if (strlen(argv[0]) == len &&
		    memcmp(argv[0], verbs[i].name, len) == 0 &&
		    (space == NULL ||
		     (argc > 1 && strcmp(argv[1], space + 1) == 0)))
			return &verbs[i];
	}
	return NULL;
}

/* Takes --conf FILE out of the words, wherever it stands before "--"; how
 * many are left, or 0 after a complaint. */
static int
conf_take(struct tool *t, int argc, char **argv)
{
	int from, to = 1;

	for (from = 1; from < argc; from++) {
		if (strcmp(argv[from], "--") == 0)
			break;
		if (strncmp(argv[from], "--conf=", 7) == 0)
			t->conf = argv[from] + 7;
		else if (strcmp(argv[from], "--conf") == 0)
			t->conf = ++from < argc ? argv[from] : "";
		else
			argv[to++] = argv[from];
		if (t->conf != NULL && *t->conf == '\0') {
			tool_say("--conf: needs a value");
			return 0;
		}
	}
	while (from < argc)
		argv[to++] = argv[from++];
	return to;
}

static bool
asks(int argc, char **argv, const char *option)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], option) == 0)
			return true;
	return false;
}

static int
verb_call(struct tool *t, int argc, char **argv)
{
	int status = tool_open(t, t->verb->needs);

	if (status == 0)
		status = t->verb->run(t, argc, argv);
	progress_end();
	tool_close(t);
	if (fflush(stdout) != 0 || ferror(stdout))
		status = tool_fail(EX_IOERR, "standard output: %m");
	return status;
}

int
main(int argc, char **argv)
{
	struct tool t = {.pool = pool_new()};
	int words = 0, status;

	if ((argc = conf_take(&t, argc, argv)) == 0) {
		pool_free(t.pool);
		return EX_USAGE;
	}
	t.verb = verb_find(argc - 1, argv + 1, &words);
	if (t.verb != NULL && asks(argc, argv, "--help")) {
		status = help(t.verb);
	} else if (t.verb != NULL) {
		secret_start();
		status = verb_call(&t, argc - 1 - words, argv + 1 + words);
	} else if (asks(argc, argv, "--version")) {
		status = puts("clicknet " CLICKNET_VERSION) < 0;
	} else if (asks(argc, argv, "--help") || asks(argc, argv, "-h")) {
		usage(stdout);
		status = 0;
	} else {
		usage(stderr);
		status = EX_USAGE;
	}
	pool_free(t.pool);
	return status;
}
