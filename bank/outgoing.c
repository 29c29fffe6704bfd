/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* outgoing.c: the only writer of customer.outgoing_stopped_at. */
#include "bank/outgoing.h"

#include "bank/notice.h"
#include "bank/payment.h"
#include "bank/user.h"
#include "lib/clock.h"

static enum err
stopped_read(struct stmt *q, bool *stopped)
{
	*stopped = db_row(q) && !db_null(q, "outgoing_stopped_at");
	return db_done(q);
}

enum err
outgoing_stopped(struct db *db, int64_t customer, bool *stopped)
{
	struct stmt *q = db_sql(db, "SELECT outgoing_stopped_at FROM customer "
				    "WHERE id = :customer");

	db_put_int(q, "customer", customer);
	return stopped_read(q, stopped);
}

enum err
outgoing_stopped_user(struct db *db, int64_t user, bool *stopped)
{
	struct stmt *q = db_sql(db,
		"SELECT c.outgoing_stopped_at FROM bank_user u "
		"JOIN customer c ON c.id = u.customer WHERE u.id = :user");

	db_put_int(q, "user", user);
	return stopped_read(q, stopped);
}

enum err
outgoing_stop(struct db *db, struct pool *pool, int64_t customer)
{
	struct stmt *q = db_sql(db,
		"UPDATE customer SET outgoing_stopped_at = :now "
		"WHERE id = :customer AND outgoing_stopped_at IS NULL");
	enum err e;

	db_put_int(q, "now", clock_now());
	db_put_int(q, "customer", customer);
	if ((e = db_done(q)) != OK)
		return e;
	return payment_refuse_all(db, pool, customer);
}

struct release {
	struct pool *pool;
	struct user user;
	const struct actor *who;
};

static enum err
release_work(struct db *db, void *arg)
{
	const struct release *r = arg;
	struct stmt *q = db_sql(db,
		"UPDATE customer SET outgoing_stopped_at = NULL "
		"WHERE id = :customer AND outgoing_stopped_at IS NOT NULL");
	int64_t customer = r->user.customer;
	enum err e;

	db_put_int(q, "customer", customer);
	if ((e = db_done(q)) != OK)
		return e;
	if (db_changes(db) == 0)
		return ERR_CONFLICT;
	if ((e = audit_add(db, customer, r->who, "user.release",
			   r->user.user_id)) != OK)
		return e;
	return notice_queue(db, r->pool, customer, "released", NULL, r->who);
}

enum err
outgoing_release(struct db *db, const char *user_id, const struct actor *who)
{
	struct release r = {.pool = pool_new(), .who = who};
	enum err e;

	if ((e = user_find(db, r.pool, user_id, &r.user)) == OK)
		e = db_write(db, release_work, &r);
	pool_free(r.pool);
	return e;
}
