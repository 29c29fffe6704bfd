/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify.c: showing what holds and what does not. */
#include "bank/verify.h"

#include <stdio.h>

#include "lib/clock.h"
#include "tools/clicknet/clicknet.h"

/* Seconds with three decimals, as a JSON number and never a floating one. */
static json_object *
seconds(struct tool *t, int64_t ns)
{
	return json_tokener_parse(pool_printf(t->pool, "%lld.%03lld",
		(long long)(ns / 1000000000),
		(long long)(ns / 1000000 % 1000)));
}

static int
show_json(struct tool *t, const struct verify *v, int64_t ns)
{
	json_object *o = json_object_new_object();
	json_object *checks = json_object_new_array();
	json_object *c;
	int i;

	for (i = 0; i < VERIFY_CHECKS; i++) {
		c = json_object_new_object();
		json_object_object_add(c, "name",
			json_object_new_string(v->checks[i].name));
		json_object_object_add(c, "ok",
			json_object_new_boolean(v->checks[i].ok));
		json_object_object_add(c, "count",
			json_object_new_int64(v->checks[i].count));
		json_object_object_add(c, "detail",
			json_object_new_string(v->checks[i].detail));
		json_object_array_add(checks, c);
	}
	json_object_object_add(o, "ok", json_object_new_boolean(v->ok));
	json_object_object_add(o, "checks", checks);
	json_object_object_add(o, "accounts",
			       json_object_new_int64(v->accounts));
	json_object_object_add(o, "postings",
			       json_object_new_int64(v->postings));
	json_object_object_add(o, "seconds", seconds(t, ns));
	return print_json(o);
}

int
verify_say(const struct verify *v)
{
	int i;

	for (i = 0; i < VERIFY_CHECKS; i++)
		if (!v->checks[i].ok)
			tool_say("verify: %s: %s", v->checks[i].name,
				 v->checks[i].detail);
	return v->ok ? 0 : EX_DATAERR;
}

int
run_verify(struct tool *t, int argc, char **argv)
{
	bool json = false;
	const struct arg args[] = {{"--json", ARG_FLAG, &json, false}};
	int64_t began = clock_mono();
	struct verify v;
	int status;

	if ((status = ARGS(t, argc, argv, args)) != 0)
		return status;
	progress_name("verify");
	verify_bank(t->db, t->pool, progress_show, &v);
	progress_end();
	if (json)
		show_json(t, &v, clock_mono() - began);
	return verify_say(&v);
}
