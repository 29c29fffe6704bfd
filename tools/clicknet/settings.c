/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings.c: showing and changing what the bank is set to. */
#include "lib/settings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bank/event.h"
#include "bank/schema.h"
#include "tools/clicknet/clicknet.h"

static const char *
shown(struct tool *t, const struct setting *s)
{
	const char *value = settings_value(t->pool, s, settings());

	if (s->level == SECRET)
		return *value == '\0' ? "unset" : "set";
	return value;
}

int
run_get(struct tool *t, int argc, char **argv)
{
	struct arg_rest keys = {0, NULL};
	const struct arg args[] = {{"KEY", ARG_REST, &keys, false}};
	const struct setting *s;
	int status = ARGS(t, argc, argv, args), count, i;

	if (status != 0)
		return status;
	for (i = 0; i < keys.count; i++) {
		if ((s = settings_find(keys.values[i])) == NULL)
			return tool_fail(EX_DATAERR, "%s: no such setting",
					 keys.values[i]);
		if (keys.count == 1)
			printf("%s\n", shown(t, s));
		else
			printf("%s = %s\n", s->name, shown(t, s));
	}
	s = settings_table(&count);
	for (i = 0; keys.count == 0 && i < count; i++)
		printf("%s = %s\n", s[i].name, shown(t, &s[i]));
	return 0;
}

static enum err
record_work(struct db *db, void *arg)
{
	return audit_add(db, 0, &actor_operator, "setting.set", arg);
}

/* A setting may be changed before there is a bank to record it in. */
static int
record(struct tool *t, const struct setting *s)
{
	char *detail = pool_printf(t->pool, "%s = %s", s->name, shown(t, s));

	if (access(tool_database(t), F_OK) != 0)
		return 0;
	if (store_open(tool_database(t), 1, false, &t->store) != OK)
		return tool_fail(EX_DATAERR,
				 "the change could not be recorded");
	t->db = db_new(t->store);
	if (schema_fault(t->db, t->pool) != NULL)
		return 0;
	if (db_write(t->db, record_work, detail) != OK)
		return tool_fail(EX_TEMPFAIL,
				 "the change could not be recorded");
	return 0;
}

int
run_set(struct tool *t, int argc, char **argv)
{
	const char *key, *value, *why = NULL;
	const struct arg args[] = {{"KEY", ARG_TEXT, &key, true},
				   {"VALUE", ARG_TEXT, &value, true}};
	int status = ARGS(t, argc, argv, args);
	enum err e;

	if (status != 0)
		return status;
	if ((e = settings_set(t->pool, key, value, &why)) == ERR_MISSING)
		return tool_fail(EX_DATAERR, "%s: no such setting", key);
	if (e == ERR_INTERNAL && why != NULL)
		return tool_fail(EX_IOERR, "%s", why);
	if (e != OK)
		return tool_error(e, why);
	return record(t, settings_find(key));
}
