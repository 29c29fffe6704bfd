/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* status.c: what is in the bank, for a person or a program. */
#include "bank/status.h"

#include <stdio.h>
#include <sys/stat.h>

#include "bank/schema.h"
#include "lib/clock.h"
#include "tools/clicknet/clicknet.h"

#ifndef CLICKNET_VERSION
#define CLICKNET_VERSION "unknown"
#endif

struct figure {
	const char *name, *sentence;
	int64_t value;
};

static int64_t
file_size(struct tool *t, const char *suffix)
{
	struct stat st;

	if (stat(pool_printf(t->pool, "%s%s", tool_database(t), suffix),
		 &st) != 0)
		return 0;
	return st.st_size;
}

static void
show_totals_json(json_object *o, const struct status *s)
{
	json_object *list = json_object_new_array(), *x;
	const struct status_total *i;
	char text[MONEY_TEXT];

	for (i = s->totals; i != NULL; i = i->next) {
		x = json_object_new_object();
		json_object_object_add(x, "currency",
			json_object_new_string(i->balance.currency));
		json_object_object_add(x, "accounts",
			json_object_new_int64(i->accounts));
		json_object_object_add(x, "balance",
			json_object_new_string(money_text(text, i->balance)));
		json_object_object_add(x, "held",
			json_object_new_string(money_text(text, i->held)));
		json_object_array_add(list, x);
	}
	json_object_object_add(o, "totals", list);
}

static int
show_json(const struct status *s, const struct figure *f, int n)
{
	json_object *o = json_object_new_object();
	char at[CLOCK_RFC3339];
	int i;

	json_object_object_add(o, "version",
			       json_object_new_string(CLICKNET_VERSION));
	json_object_object_add(o, "schema",
			       json_object_new_int(SCHEMA_VERSION));
	json_object_object_add(o, "made_on",
			       json_object_new_string(s->made_on));
	json_object_object_add(o, "last_booked_at", s->last_booked == 0
		? NULL : json_object_new_string(
				clock_rfc3339(at, s->last_booked)));
	for (i = 0; i < n; i++)
		json_object_object_add(o, f[i].name,
				       json_object_new_int64(f[i].value));
	show_totals_json(o, s);
	return print_json(o);
}

static int
show_text(const struct status *s, const struct figure *f, int n)
{
	const struct status_total *t;
	char text[MONEY_TEXT], held[MONEY_TEXT], at[CLOCK_RFC3339];
	int i;

	printf("%-18s %s\n", "version", CLICKNET_VERSION);
	printf("%-18s %s\n", "made on", s->made_on);
	if (s->last_booked != 0)
		printf("%-18s %s\n", "last booked",
		       clock_rfc3339(at, s->last_booked));
	for (i = 0; i < n; i++)
		printf("%-18s %lld\n", f[i].sentence, (long long)f[i].value);
	for (t = s->totals; t != NULL; t = t->next)
		printf("%-18s %s %s in %lld accounts, %s held\n",
		       "customers have", money_text(text, t->balance),
		       t->balance.currency, (long long)t->accounts,
		       money_text(held, t->held));
	return 0;
}

int
run_status(struct tool *t, int argc, char **argv)
{
	bool json = false;
	const struct arg args[] = {{"--json", ARG_FLAG, &json, false}};
	int status = ARGS(t, argc, argv, args);
	struct status s;
	enum err e;

	if (status != 0)
		return status;
	if ((e = status_read(t->db, t->pool, &s)) != OK)
		return tool_error(e, NULL);
	const struct figure f[] = {
		{"customers", "customers", s.customers},
		{"accounts", "accounts", s.accounts},
		{"users", "users", s.users},
		{"sessions", "sessions", s.sessions},
		{"transfers", "transfers", s.transfers},
		{"payments_waiting", "payments waiting", s.payments_waiting},
		{"messages_queued", "messages queued", s.messages_queued},
		{"messages_failed", "messages failed", s.messages_failed},
		{"database_bytes", "database bytes", file_size(t, "")},
		{"log_bytes", "log bytes", file_size(t, "-wal")}};
	return json ? show_json(&s, f, sizeof f / sizeof *f)
		    : show_text(&s, f, sizeof f / sizeof *f);
}
