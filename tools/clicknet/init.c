/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* init.c: making a bank, and moving it on to a newer version. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/demo.h"
#include "bank/number.h"
#include "bank/schema.h"
#include "lib/file.h"
#include "lib/secret.h"
#include "lib/settings.h"
#include "tools/clicknet/clicknet.h"

/* The example file, if there is none. *made: it was us. */
static int
settings_make(struct tool *t, bool *made)
{
	const char *path = t->conf != NULL ? t->conf : settings_path();
	struct buf b = {.pool = t->pool};
	bool whole;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	*made = fd >= 0;
	if (fd < 0)
		return errno == EEXIST ? 0
				       : tool_fail(EX_CANTCREAT, "%s: %m",
						   path);
	settings_example(&b);
	whole = file_write(fd, b.data, b.len) && fsync(fd) == 0;
	if (!whole)
		tool_say("%s: %m", path);
	close(fd);
	return whole ? 0 : EX_IOERR;
}

/* Where the programs log; if it cannot be made, doctor says so. */
static void
log_make(struct tool *t)
{
	const char *dir = settings()->LOG_DIR;

	if (*dir != '\0')
		mkdir(settings_beside(t->pool, dir), 0750);
}

/* PRODUCTION first: it refuses an inbox. */
static int
settings_demo(struct tool *t)
{
	const char *why = NULL;
	enum err e;

	if ((e = settings_set(t->pool, "PRODUCTION", "no", &why)) != OK ||
	    (e = settings_set(t->pool, "MESSAGE_DELIVERY", "inbox", &why)) !=
		    OK ||
	    (e = demo_settings(t->pool, &why)) != OK)
		return tool_error(e, why);
	return 0;
}

/* New keys beside a bank open nothing of it, and would hide that its own are
 * lost. */
static bool
keys_lost(struct tool *t, const char *path)
{
	struct stat st;

	return access(path, F_OK) != 0 && errno == ENOENT &&
	       stat(tool_database(t), &st) == 0 && st.st_size > 0;
}

static int
keys_make(struct tool *t)
{
	const char *path = settings_beside(t->pool, settings()->KEY_FILE);
	enum err e;

	if (keys_lost(t, path))
		return tool_fail(EX_NOINPUT, "%s: the keys of the bank in %s "
				 "are not there: put the copy back.", path,
				 tool_database(t));
	e = secret_make_keys(path);
	if (e != OK && e != ERR_CONFLICT)
		return tool_fail(EX_CANTCREAT,
				 "%s: the key file cannot be made.", path);
	return tool_open(t, NEEDS_KEYS);
}

static int
bank_make(struct tool *t)
{
	const char *path = tool_database(t), *why;
	enum err e;

	why = number_fault(settings()->BANK_COUNTRY, settings()->BANK_CODE);
	if (why != NULL)
		return tool_fail(EX_CONFIG, "%s", why);
	if (schema_dir(t->pool) == NULL)
		return tool_fail(EX_CONFIG, "db/schema.sql is not to be found; "
				 "is SHARE_DIR right?");
	if (store_open(path, 1, true, &t->store) != OK)
		return tool_fail(EX_CANTCREAT,
				 "%s: the database cannot be made.", path);
	t->db = db_new(t->store);
	if ((e = schema_create(t->db, t->pool, &why)) == OK)
		return 0;
	return tool_fail(e == ERR_CONFLICT ? EX_CANTCREAT : EX_SOFTWARE,
			 "%s: %s", path, why);
}

int
run_init(struct tool *t, int argc, char **argv)
{
	bool demo = false, made;
	const struct arg args[] = {{"--demo", ARG_FLAG, &demo, false}};
	enum err e = OK;
	int status;

	if ((status = ARGS(t, argc, argv, args)) != 0 ||
	    (status = settings_make(t, &made)) != 0 ||
	    (status = tool_open(t, NEEDS_SETTINGS)) != 0)
		return status;
	if (demo && made && (status = settings_demo(t)) != 0)
		return status;
	log_make(t);
	if ((status = keys_make(t)) != 0 || (status = bank_make(t)) != 0)
		return status;
	if (demo)
		e = demo_make(t->db, t->pool, stdout);
	return e == OK ? 0 : tool_error(e, db_error(t->db));
}

int
run_migrate(struct tool *t, int argc, char **argv)
{
	const char *why;
	int from, to, status = args_read(t, argc, argv, NULL, 0);
	enum err e;

	if (status != 0)
		return status;
	if ((e = schema_migrate(t->db, t->pool, &from, &to, &why)) != OK)
		return tool_error(e, why);
	if (to != from)
		printf("version %d to %d\n", from, to);
	return 0;
}
