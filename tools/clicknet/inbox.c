/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inbox.c: the messages a demonstration keeps instead of sending. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bank/message.h"
#include "bank/status.h"
#include "lib/clock.h"
#include "tools/clicknet/clicknet.h"

enum { SHOWN = 200, LOOK_MS = 50 };

/* Until there is a message and none is on its way, or the time is up. A code
 * is queued in the same commit as the step that asked for it, so whoever asks
 * after that step sees the newest one. */
static enum err
look(struct tool *t, const char *to, int64_t wait_s, struct kept **list)
{
	const struct timespec pause = {0, LOOK_MS * 1000000};
	int64_t until = clock_mono() + wait_s * 1000000000, queued;
	struct pool *pool = pool_new();
	enum err e;

	for (;;) {
		*list = NULL;
		e = status_queued(t->db, pool, to, &queued);
		if (e == OK)
			e = message_inbox(t->db, t->pool, to, SHOWN, list);
		db_rest(t->db);
		if (e != OK || (*list != NULL && queued == 0) ||
		    clock_mono() >= until)
			break;
		pool_reset(pool);
		nanosleep(&pause, NULL);
	}
	pool_free(pool);
	return e;
}

static int
show_json(const struct kept *k)
{
	json_object *list = json_object_new_array(), *o;
	char at[CLOCK_RFC3339];

	for (; k != NULL; k = k->next) {
		o = json_object_new_object();
		json_object_object_add(o, "to",
				       json_object_new_string(k->to));
		json_object_object_add(o, "channel",
				       json_object_new_string(k->channel));
		json_object_object_add(o, "subject",
				       json_object_new_string(k->subject));
		json_object_object_add(o, "text",
				       json_object_new_string(k->text));
		json_object_object_add(o, "sent_at", json_object_new_string(
			clock_rfc3339(at, k->sent_at)));
		json_object_array_add(list, o);
	}
	return print_json(list);
}

static int
show_text(const struct kept *k)
{
	char at[CLOCK_RFC3339];

	for (; k != NULL; k = k->next) {
		printf("%s  %s to %s\n", clock_rfc3339(at, k->sent_at),
		       k->channel, k->to);
		if (*k->subject != '\0')
			printf("%s\n", k->subject);
		printf("\n%s\n%s", k->text, k->next != NULL ? "--\n" : "");
	}
	return 0;
}

int
run_inbox(struct tool *t, int argc, char **argv)
{
	const char *to = "";
	int64_t wait_s = 0;
	bool json = false;
	const struct arg args[] = {{"--to", ARG_TEXT, &to, false},
				   {"--wait", ARG_NUMBER, &wait_s, false},
				   {"--json", ARG_FLAG, &json, false}};
	int status = ARGS(t, argc, argv, args);
	struct kept *list;
	enum err e;

	if (status != 0)
		return status;
	if (wait_s > 3600)
		wait_s = 3600;
	if ((e = look(t, to, wait_s, &list)) != OK)
		return tool_error(e, NULL);
	return json ? show_json(list) : show_text(list);
}
