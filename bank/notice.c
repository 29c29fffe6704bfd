/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* notice.c: what every notice says: to whom, when, from where, with what. */
#include "bank/notice.h"

#include <string.h>

#include "bank/customer.h"
#include "bank/device.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum { WORTH_DAYS = 3 };

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static const struct route_to *
way_choose(const struct route_to *ways, int n, const char *channel)
{
	int i;

	for (i = 0; channel != NULL && i < n; i++)
		if (strcmp(ways[i].channel, channel) == 0)
			return &ways[i];
	return ways;
}

/* ${data} has what this notice alone says. */
static enum err
notice_fill(struct db *db, struct pool *pool, int64_t customer,
	    const char *template, const char *channel,
	    const struct actor *who, json_object *data)
{
	struct route_to ways[MESSAGE_WAYS];
	char at[CLOCK_RFC3339];
	const char *name;
	enum err e;
	int n;

	if (customer == 0)
		return OK; /* staff without an account: no way is known */
	e = message_ways(db, pool, customer, ways, &n);
	if (e != OK || n == 0)
		return e;
	if ((e = customer_name(db, pool, customer, &name)) != OK)
		return e;
	put(data, "name", name);
	put(data, "bank", settings()->BANK_NAME);
	put(data, "at", clock_rfc3339(at, clock_now()));
	put(data, "address", who->address);
	put(data, "device", device_words(pool, who->device));
	return message_queue(db, pool, customer, way_choose(ways, n, channel),
			     template, data,
			     clock_now() + WORTH_DAYS * CLOCK_DAY_MS);
}

enum err
notice_queue(struct db *db, struct pool *pool, int64_t customer,
	     const char *template, const char *channel,
	     const struct actor *who)
{
	return notice_fill(db, pool, customer, template, channel, who,
			   pool_json(pool, json_object_new_object()));
}

enum err
notice_send(struct db *db, struct pool *pool, int64_t customer,
	    const char *what, const struct actor *who)
{
	json_object *data = pool_json(pool, json_object_new_object());

	json_object_object_add(data, what, json_object_new_boolean(true));
	return notice_fill(db, pool, customer, "security-changed", NULL, who,
			   data);
}
