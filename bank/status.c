/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* status.c: figures of the whole bank. */
#include "bank/status.h"

#include <strings.h>

#include "bank/seal.h"
#include "lib/clock.h"

static enum err
counts_read(struct db *db, struct status *s)
{
	struct stmt *q = db_sql(db,
		"SELECT (SELECT count(*) FROM customer) AS customers, "
		"(SELECT count(*) FROM account WHERE customer IS NOT NULL) "
		"AS accounts, (SELECT count(*) FROM bank_user) AS users, "
		"(SELECT count(*) FROM session WHERE expires_at > :now) "
		"AS sessions, "
		"(SELECT coalesce(sum(seq), 0) / 2 FROM account) AS transfers, "
		"(SELECT count(*) FROM payment WHERE state = 'waiting') "
		"AS waiting, "
		"(SELECT count(*) FROM outbox WHERE state = 'failed') "
		"AS failed");

	db_put_int(q, "now", clock_now());
	if (db_row(q)) {
		s->customers = db_int(q, "customers");
		s->accounts = db_int(q, "accounts");
		s->users = db_int(q, "users");
		s->sessions = db_int(q, "sessions");
		s->transfers = db_int(q, "transfers");
		s->payments_waiting = db_int(q, "waiting");
		s->messages_failed = db_int(q, "failed");
	}
	return db_done(q);
}

static enum err
queue_read(struct db *db, struct status *s)
{
	struct stmt *q = db_sql(db,
		"SELECT count(*) AS n, min(created_at) AS since FROM outbox "
		"WHERE state = 'queued'");

	if (db_row(q)) {
		s->messages_queued = db_int(q, "n");
		s->queued_since = db_int(q, "since");
	}
	return db_done(q);
}

static enum err
dates_read(struct db *db, struct pool *pool, struct status *s)
{
	struct stmt *q = db_sql(db,
		"SELECT max(last_at) AS last, (SELECT value FROM meta "
		"WHERE name = 'made_on') AS made_on FROM account");

	s->made_on = "";
	if (db_row(q)) {
		s->last_booked = db_int(q, "last");
		if (!db_null(q, "made_on"))
			s->made_on = pool_strdup(pool, db_text(q, "made_on"));
	}
	return db_done(q);
}

static enum err
totals_read(struct db *db, struct pool *pool, struct status *s)
{
	struct stmt *q = db_sql(db,
		"SELECT currency, count(*) AS n, sum(balance) AS balance, "
		"sum(held) AS held FROM account WHERE customer IS NOT NULL "
		"GROUP BY currency ORDER BY currency");
	struct status_total **end = &s->totals, *t;
	const char *currency;

	while (db_row(q)) {
		currency = db_text(q, "currency");
		if (!money_known(currency))
			continue;
		t = pool_alloc(pool, sizeof *t);
		t->accounts = db_int(q, "n");
		t->balance = money_of(db_int(q, "balance"), currency);
		t->held = money_of(db_int(q, "held"), currency);
		*end = t;
		end = &t->next;
	}
	return db_done(q);
}

enum err
status_read(struct db *db, struct pool *pool, struct status *s)
{
	enum err e;

	*s = (struct status){0};
	if ((e = counts_read(db, s)) != OK || (e = queue_read(db, s)) != OK ||
	    (e = dates_read(db, pool, s)) != OK)
		return e;
	return totals_read(db, pool, s);
}

enum err
status_queued(struct db *db, struct pool *pool, const char *to, int64_t *count)
{
	struct stmt *q = db_sql(db, "SELECT id, recipient FROM outbox "
				    "WHERE state = 'queued'");
	const char *recipient;
	enum err e = OK, done;

	*count = 0;
	while (e == OK && db_row(q)) {
		e = seal_get(q, pool, "recipient", "outbox.recipient",
			     seal_row_of(q, "id"), &recipient);
		if (e == OK &&
		    (*to == '\0' || strcasecmp(to, recipient) == 0))
			++*count;
	}
	done = db_done(q);
	return done != OK ? done : e;
}
