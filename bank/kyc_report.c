/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc_report.c: applications counted. */
#include "bank/kyc_report.h"

#include "lib/clock.h"

/* The applications of the report: a alone is named in each statement. */
#define OF_THE_TIME "a.created_at >= :from AND a.created_at < :to "

static void
put_time(struct stmt *q, int32_t from, int32_t to)
{
	db_put_int(q, "from", clock_day_start(from));
	db_put_int(q, "to", clock_day_start(to + 1));
}

/* Reads rows of name and count; what has no name is left out. */
static enum err
counts_read(struct stmt *q, struct pool *pool, const struct kyc_report *r,
	    struct kyc_count **list)
{
	struct kyc_count *c;

	put_time(q, r->from, r->to);
	while (db_row(q)) {
		c = pool_alloc(pool, sizeof *c);
		c->name = pool_strdup(pool, db_text(q, "name"));
		c->count = db_int(q, "count");
		*list = c;
		list = &c->next;
	}
	*list = NULL;
	return db_done(q);
}

static enum err
counts(struct db *db, struct pool *pool, struct kyc_report *r)
{
	enum err e;

	e = counts_read(db_sql(db,
		"SELECT a.state AS name, count(*) AS count FROM application a "
		"WHERE " OF_THE_TIME "GROUP BY a.state ORDER BY a.state"),
		pool, r, &r->states);
	if (e == OK)
		e = counts_read(db_sql(db,
			"SELECT a.reason AS name, count(*) AS count "
			"FROM application a WHERE " OF_THE_TIME
			"AND a.state = 'declined' GROUP BY a.reason "
			"ORDER BY count(*) DESC, a.reason"),
			pool, r, &r->reasons);
	if (e == OK)
		e = counts_read(db_sql(db,
			"SELECT a.offer AS name, count(*) AS count "
			"FROM application a WHERE " OF_THE_TIME
			"GROUP BY a.offer ORDER BY count(*) DESC, a.offer"),
			pool, r, &r->products);
	return e;
}

static enum err
totals(struct db *db, struct kyc_report *r)
{
	struct stmt *q = db_sql(db,
		"SELECT count(*) AS begun, count(a.decided_at) AS decided, "
		"coalesce(sum(a.existing), 0) AS existing, "
		"coalesce(max(a.decided_at - a.sent_at), 0) AS longest "
		"FROM application a WHERE " OF_THE_TIME);

	put_time(q, r->from, r->to);
	if (db_row(q)) {
		r->begun = db_int(q, "begun");
		r->decided = db_int(q, "decided");
		r->existing = db_int(q, "existing");
		r->longest_ms = db_int(q, "longest");
	}
	return db_done(q);
}

static enum err
median(struct db *db, struct kyc_report *r)
{
	struct stmt *q = db_sql(db,
		"SELECT a.decided_at - a.sent_at AS took FROM application a "
		"WHERE " OF_THE_TIME "AND a.decided_at IS NOT NULL "
		"ORDER BY took LIMIT 1 OFFSET :half");

	put_time(q, r->from, r->to);
	db_put_int(q, "half", r->decided > 0 ? (r->decided - 1) / 2 : 0);
	r->median_ms = db_row(q) ? db_int(q, "took") : 0;
	return db_done(q);
}

static enum err
hits(struct db *db, struct kyc_report *r)
{
	struct stmt *q = db_sql(db,
		"SELECT coalesce(sum(CASE WHEN h.state = 'open' THEN 1 ELSE 0 "
		"END), 0) AS open, coalesce(sum(CASE WHEN h.state = 'cleared' "
		"THEN 1 ELSE 0 END), 0) AS cleared, coalesce(sum(CASE WHEN "
		"h.state = 'confirmed' THEN 1 ELSE 0 END), 0) AS confirmed "
		"FROM screening_hit h JOIN application a "
		"ON a.id = h.application WHERE " OF_THE_TIME);

	put_time(q, r->from, r->to);
	if (db_row(q)) {
		r->hits_open = db_int(q, "open");
		r->hits_cleared = db_int(q, "cleared");
		r->hits_confirmed = db_int(q, "confirmed");
	}
	return db_done(q);
}

static enum err
by_rule(struct db *db, struct kyc_report *r)
{
	struct stmt *q = db_sql(db,
		"SELECT count(*) AS count FROM decision d JOIN application a "
		"ON a.id = d.application WHERE d.bank_user IS NULL AND "
		OF_THE_TIME);

	put_time(q, r->from, r->to);
	r->by_rule = db_row(q) ? db_int(q, "count") : 0;
	return db_done(q);
}

static enum err
deciders(struct db *db, struct pool *pool, struct kyc_report *r)
{
	struct kyc_decider *d, **end = &r->deciders;
	struct stmt *q = db_sql(db,
		"SELECT u.user_id, sum(CASE WHEN d.step = 'make' THEN 1 ELSE "
		"0 END) AS made, sum(CASE WHEN d.step = 'check' THEN 1 ELSE 0 "
		"END) AS checked FROM decision d JOIN application a "
		"ON a.id = d.application JOIN bank_user u "
		"ON u.id = d.bank_user WHERE " OF_THE_TIME
		"GROUP BY u.user_id ORDER BY u.user_id");

	put_time(q, r->from, r->to);
	while (db_row(q)) {
		d = pool_alloc(pool, sizeof *d);
		d->user_id = pool_strdup(pool, db_text(q, "user_id"));
		d->made = db_int(q, "made");
		d->checked = db_int(q, "checked");
		*end = d;
		end = &d->next;
	}
	*end = NULL;
	return db_done(q);
}

enum err
kyc_report(struct db *db, struct pool *pool, struct kyc_report *r)
{
	enum err e;

	if ((e = totals(db, r)) != OK || (e = median(db, r)) != OK ||
	    (e = hits(db, r)) != OK || (e = by_rule(db, r)) != OK ||
	    (e = counts(db, pool, r)) != OK)
		return e;
	return deciders(db, pool, r);
}

static void
row_read(struct stmt *q, struct kyc_row *r)
{
	*r = (struct kyc_row){
		.reference = db_text(q, "reference"),
		.product = db_text(q, "offer"), .branch = db_text(q, "branch"),
		.state = db_text(q, "state"),
		.identity = db_text(q, "identity"),
		.provider = db_text(q, "provider"),
		.reason = db_text(q, "reason"), .maker = db_text(q, "maker"),
		.checker = db_text(q, "checker"),
		.begun_at = db_int(q, "created_at"),
		.sent_at = db_int(q, "sent_at"),
		.decided_at = db_int(q, "decided_at"),
		.hits = db_int(q, "hits"),
		.hits_confirmed = db_int(q, "confirmed"),
		.existing = db_int(q, "existing") != 0};
}

/* Who spoke last on a step. */
#define SPOKE_LAST(step)                                                     \
	"coalesce((SELECT u.user_id FROM decision d JOIN bank_user u "       \
	"ON u.id = d.bank_user WHERE d.application = a.id AND d.step = '"    \
	step "' ORDER BY d.round DESC LIMIT 1), '') "

enum err
kyc_report_rows(struct db *db, int32_t from, int32_t to,
		void (*each)(void *arg, const struct kyc_row *), void *arg)
{
	struct stmt *q = db_sql(db,
		"SELECT a.reference, a.offer, a.branch, a.state, a.identity, "
		"a.provider, a.reason, a.created_at, a.sent_at, a.decided_at, "
		"a.existing, (SELECT count(*) FROM screening_hit h WHERE "
		"h.application = a.id) AS hits, (SELECT count(*) FROM "
		"screening_hit h WHERE h.application = a.id AND h.state = "
		"'confirmed') AS confirmed, " SPOKE_LAST("make") "AS maker, "
		SPOKE_LAST("check") "AS checker FROM application a WHERE "
		OF_THE_TIME "ORDER BY a.created_at, a.id");
	struct kyc_row r;

	put_time(q, from, to);
	while (db_row(q)) {
		row_read(q, &r);
		each(arg, &r);
	}
	return db_done(q);
}
