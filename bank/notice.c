/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* notice.c: what a message about changed access is filled from. */
#include "bank/notice.h"

#include "bank/message.h"
#include "lib/clock.h"

enum { WORTH_DAYS = 3 };

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

enum err
notice_send(struct db *db, struct pool *pool, int64_t customer,
	    const char *what, const struct actor *who)
{
	json_object *data = pool_json(pool, json_object_new_object());
	struct route_to ways[MESSAGE_WAYS];
	char at[CLOCK_RFC3339];
	enum err e;
	int n;

	if (customer == 0)
		return OK;
	e = message_ways(db, pool, customer, ways, &n);
	if (e != OK || n == 0)
		return e;
	json_object_object_add(data, what, json_object_new_boolean(true));
	put(data, "at", clock_rfc3339(at, clock_now()));
	put(data, "address", who->address);
	return message_queue(db, pool, customer, &ways[0], "security-changed",
			     data,
			     clock_now() + WORTH_DAYS * CLOCK_DAY_MS);
}
