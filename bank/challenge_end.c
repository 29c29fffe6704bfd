/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* challenge_end.c: many at once: those of a session, of a person, all. */
#include "bank/challenge_impl.h"

#include <string.h>

#include "lib/clock.h"

/* Found by its end: few have not ended. */
static enum err
follow_find(struct db *db, const uint8_t session[SECRET_HASH],
	    uint8_t id[SECRET_ID], bool *found)
{
	struct stmt *q = db_sql(db, "SELECT id FROM challenge "
				    "WHERE expires_at > :now AND "
				    "session = :session LIMIT 1");

	db_put_int(q, "now", clock_now());
	db_put_blob(q, "session", session, SECRET_HASH);
	if ((*found = db_row(q)))
		db_copy(q, "id", id, SECRET_ID);
	return db_done(q);
}

static enum err
follow_one(struct db *db, struct pool *pool, const uint8_t id[SECRET_ID],
	   const uint8_t fresh[SECRET_HASH])
{
	struct challenge c;
	struct stmt *q;
	enum err e;

	if ((e = challenge_get(db, pool, id, &c)) != OK)
		return e;
	memcpy(c.session, fresh, SECRET_HASH);
	q = db_sql(db, "UPDATE challenge SET session = :session, "
		       "data = :data WHERE id = :id");
	db_put_blob(q, "session", c.session, SECRET_HASH);
	challenge_put_data(q, pool, &c);
	db_put_blob(q, "id", id, SECRET_ID);
	return db_done(q);
}

enum err
challenge_follow(struct db *db, struct pool *pool,
		 const uint8_t session[SECRET_HASH],
		 const uint8_t fresh[SECRET_HASH])
{
	uint8_t id[SECRET_ID];
	bool found = true;
	enum err e = OK;

	while (e == OK && found) {
		e = follow_find(db, session, id, &found);
		if (e == OK && found)
			e = follow_one(db, pool, id, fresh);
	}
	return e;
}

enum err
challenge_end_user(struct db *db, int64_t user)
{
	struct stmt *q = db_sql(db,
		"UPDATE challenge SET state = 'dead' WHERE id > :edge AND "
		"bank_user = :bank_user AND state = 'open'");

	challenge_put_hour(q);
	db_put_int(q, "bank_user", user);
	return db_done(q);
}

enum err
challenge_end_person(struct db *db, int64_t user, int64_t customer)
{
	struct stmt *q = db_sql(db,
		"UPDATE challenge SET state = 'dead' WHERE "
		"state IN ('asked', 'open') AND expires_at > :now AND "
		"(bank_user = :bank_user OR customer = :customer)");

	db_put_int(q, "now", clock_now());
	db_put_int(q, "bank_user", user);
	db_put_int(q, "customer", customer);
	return db_done(q);
}

enum err
challenge_end_all(struct db *db)
{
	return db_done(db_sql(db, "UPDATE challenge SET state = 'dead' "
				  "WHERE state IN ('asked', 'open')"));
}
