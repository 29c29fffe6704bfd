/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening.c: taking lists of people over, and looking somebody up in them. */
#include "bank/screening.h"

#include <stdio.h>

#include "lib/clock.h"
#include "tools/clicknet/clicknet.h"

int
run_screening_import(struct tool *t, int argc, char **argv)
{
	struct screening_import i = {.progress = progress_show};
	const struct arg args[] = {{"FILE", ARG_TEXT, &i.file, true}};
	const struct import_line *l;
	int status;
	enum err e;

	if ((status = ARGS(t, argc, argv, args)) != 0 ||
	    (status = tool_readable(i.file)) != 0)
		return status;
	progress_name("screening");
	e = screening_import(t->db, t->pool, &i);
	progress_end();
	if (e == ERR_INPUT) {
		for (l = i.complaints; l != NULL; l = l->next)
			fprintf(stderr, "%s\n", l->text);
		if (i.complained > IMPORT_COMPLAINTS)
			fprintf(stderr, "and more\n");
		return tool_fail(EX_DATAERR, "nothing was imported");
	}
	if (e != OK)
		return tool_error(e, NULL);
	db_checkpoint(t->db);
	printf("%lld names of %lld entries on %lld lists\n",
	       (long long)i.names, (long long)i.entries, (long long)i.lists);
	if (i.applications > 0)
		printf("%lld waiting applications were looked up anew\n",
		       (long long)i.applications);
	return 0;
}

static void
match_add(json_object *list, const struct screening_match *m)
{
	json_object *o = json_tokener_parse(m->evidence);

	json_object_object_add(o, "list", json_object_new_string(m->list));
	json_object_object_add(o, "entry", json_object_new_string(m->entry));
	json_object_object_add(o, "score", json_object_new_int(m->score));
	json_object_array_add(list, o);
}

static int
matches_print(const struct screening_match *m, bool json)
{
	json_object *out, *list;

	for (; !json && m != NULL; m = m->next)
		printf("%3d  %s %s  %s  %s  %s\n     %s\n", m->score, m->list,
		       m->entry, m->name, m->birth_date, m->country, m->why);
	if (!json)
		return 0;
	out = json_object_new_object();
	list = json_object_new_array();
	for (; m != NULL; m = m->next)
		match_add(list, m);
	json_object_object_add(out, "matches", list);
	return print_json(out);
}

int
run_screening_search(struct tool *t, int argc, char **argv)
{
	const char *name, *born = NULL, *country = NULL;
	struct screening_match *list;
	bool json = false;
	const struct arg args[] = {
		{"NAME", ARG_TEXT, &name, true},
		{"--born", ARG_TEXT, &born, false},
		{"--country", ARG_TEXT, &country, false},
		{"--json", ARG_FLAG, &json, false}};
	int32_t day;
	int status;
	enum err e;

	if ((status = ARGS(t, argc, argv, args)) != 0)
		return status;
	if (born != NULL && !clock_parse_date(born, &day))
		return tool_fail(EX_USAGE, "--born: a date as 1966-03-05");
	e = screening_search(t->db, t->pool, name, born, country, &list);
	if (e != OK)
		return tool_error(e, NULL);
	return matches_print(list, json);
}
