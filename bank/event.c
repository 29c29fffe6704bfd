/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* event.c: the only writer of event. */
#include "bank/event.h"

#include "lib/clock.h"

enum err
event_add(struct db *db, const char *type, int64_t customer, const char *data)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO event (type, customer, data, created_at) "
		"VALUES (:type, nullif(:customer, 0), :data, :created_at)");

	db_put_text(q, "type", type);
	db_put_int(q, "customer", customer);
	db_put_text(q, "data", data);
	db_put_int(q, "created_at", clock_now());
	return db_done(q);
}
