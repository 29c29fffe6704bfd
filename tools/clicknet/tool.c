/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tool.c: opening the bank for a verb, and complaining. */
#include "tools/clicknet/clicknet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bank/schema.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/settings.h"

static void
say(const char *format, va_list args)
{
	progress_end();
	fputs("clicknet: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void
tool_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

int
tool_fail(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	return status;
}

static int
status_of(enum err e)
{
	switch (err_status(e)) {
	case 403:
		return EX_NOPERM;
	case 404:
		return EX_NOINPUT;
	case 400:
	case 409:
	case 422:
		return EX_DATAERR;
	case 503:
		return EX_TEMPFAIL;
	}
	return EX_SOFTWARE;
}

int
tool_error(enum err e, const char *why)
{
	tool_say("%s", why != NULL && *why != '\0' ? why : err_sentence(e));
	return status_of(e);
}

int
tool_readable(const char *path)
{
	if (access(path, R_OK) == 0)
		return 0;
	return tool_fail(errno == EACCES ? EX_NOPERM : EX_NOINPUT, "%s: %m",
			 path);
}

int
tool_usage(const struct tool *t, const char *arg, const char *what)
{
	tool_say("%s: %s: %s", t->verb->name, arg, what);
	return tool_fail(EX_USAGE, "usage: clicknet %s %s", t->verb->name,
			 t->verb->usage);
}

const char *
tool_database(struct tool *t)
{
	return settings_beside(t->pool, settings()->DATABASE);
}

/* What the engine says goes where the programs say it, if that is there; the
 * operator reads sentences. */
static void
log_find(struct tool *t)
{
	const char *dir = settings()->LOG_DIR;

	if (*dir == '\0')
		return;
	dir = settings_beside(t->pool, dir);
	if (access(dir, W_OK) == 0)
		log_open("clicknet",
			 pool_printf(t->pool, "%s/clicknet.log", dir));
}

static int
settings_open(struct tool *t)
{
	const char *why = NULL;
	enum err e = settings_start(t->pool, t->conf, &why);

	if (e == ERR_MISSING)
		return tool_fail(EX_CONFIG, "%s: there is no settings file; "
				 "clicknet init makes one.", settings_path());
	if (e != OK)
		return tool_fail(EX_CONFIG, "%s", why != NULL ? why
							: err_sentence(e));
	clock_zone(settings()->BANK_TIMEZONE);
	log_find(t);
	return 0;
}

static int
keys_open(struct tool *t)
{
	const char *path = settings_beside(t->pool, settings()->KEY_FILE);
	enum err e = secret_keys(path);

	if (e == ERR_FORBIDDEN)
		return tool_fail(EX_NOPERM, "%s: the key file may be read by "
				 "its owner only (chmod 0400).", path);
	if (e == ERR_MISSING)
		return tool_fail(EX_NOINPUT, "%s: the key file cannot be read.",
				 path);
	return e == OK ? 0 : tool_fail(EX_CONFIG,
				       "%s: the key file is damaged.", path);
}

/* Somebody who writes for long keeps others out of a good bank. */
static int
opens_not(const char *path)
{
	long pid = db_holder(path);

	if (pid == 0)
		return tool_fail(EX_DATAERR, "%s: this is no bank.", path);
	return tool_fail(EX_TEMPFAIL, "%s: the bank is busy with process %ld; "
			 "try again later.", path, pid);
}

static int
bank_open(struct tool *t)
{
	const char *path = tool_database(t), *why;

	if (access(path, R_OK | W_OK) != 0)
		return tool_fail(errno == ENOENT ? EX_NOINPUT : EX_NOPERM,
				 "%s: the bank cannot be opened: %m.", path);
	if (store_open(path, 1, false, &t->store) != OK)
		return opens_not(path);
	t->db = db_new(t->store);
	why = schema_fault(t->db, t->pool);
	db_rest(t->db);
	if (why == NULL || t->verb->run == run_migrate)
		return 0;
	return tool_fail(EX_CONFIG, "%s: %s", path, why);
}

int
tool_open(struct tool *t, enum tool_needs needs)
{
	int status = 0;

	if (needs >= NEEDS_SETTINGS)
		status = settings_open(t);
	if (status == 0 && needs >= NEEDS_KEYS)
		status = keys_open(t);
	if (status == 0 && needs >= NEEDS_BANK)
		status = bank_open(t);
	return status;
}

void
tool_close(struct tool *t)
{
	db_free(t->db);
	store_close(t->store);
	t->db = NULL;
	t->store = NULL;
}

int
print_json(json_object *object)
{
	puts(json_object_to_json_string_ext(object,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE |
		JSON_C_TO_STRING_SPACED));
	json_object_put(object);
	return 0;
}
