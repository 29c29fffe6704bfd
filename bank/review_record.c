/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review_record.c: what was said of an application and done with it, read
 * back. */
#include "bank/review.h"

enum err
review_said(struct db *db, struct pool *pool, int64_t application,
	    struct review_said **list)
{
	struct stmt *q = db_sql(db,
		"SELECT d.round, d.step, d.verdict, d.reason, d.note, "
		"d.decided_at, coalesce(u.user_id, '') AS user_id "
		"FROM decision d LEFT JOIN bank_user u ON u.id = d.bank_user "
		"WHERE d.application = :application ORDER BY d.round, "
		"CASE d.step WHEN 'make' THEN 0 ELSE 1 END");
	struct review_said *s;

	*list = NULL;
	db_put_int(q, "application", application);
	while (db_row(q)) {
		s = *list = pool_alloc(pool, sizeof *s);
		s->round = db_int(q, "round");
		s->decided_at = db_int(q, "decided_at");
		s->step = pool_strdup(pool, db_text(q, "step"));
		s->verdict = pool_strdup(pool, db_text(q, "verdict"));
		s->reason = pool_strdup(pool, db_text(q, "reason"));
		s->note = pool_strdup(pool, db_text(q, "note"));
		s->user_id = pool_strdup(pool, db_text(q, "user_id"));
		list = &s->next;
	}
	return db_done(q);
}

enum err
review_record(struct db *db, struct pool *pool, int64_t application,
	      int limit, struct review_act **list)
{
	struct stmt *q = db_sql(db,
		"SELECT a.seq, a.at, a.actor, a.actor_user, a.act, a.detail, "
		"a.address, a.device, coalesce(u.user_id, '') AS user_id "
		"FROM audit a LEFT JOIN bank_user u ON u.id = a.actor_user "
		"WHERE a.subject = -:application "
		"ORDER BY a.seq DESC LIMIT :rows");
	struct review_act *r;

	*list = NULL;
	db_put_int(q, "application", application);
	db_put_int(q, "rows", limit);
	while (db_row(q)) {
		r = *list = pool_alloc(pool, sizeof *r);
		r->row = (struct audit){
			.seq = db_int(q, "seq"), .at = db_int(q, "at"),
			.actor_user = db_int(q, "actor_user"),
			.actor = pool_strdup(pool, db_text(q, "actor")),
			.act = pool_strdup(pool, db_text(q, "act")),
			.detail = pool_strdup(pool, db_text(q, "detail")),
			.address = pool_strdup(pool, db_text(q, "address")),
			.device = pool_strdup(pool, db_text(q, "device"))};
		r->user_id = pool_strdup(pool, db_text(q, "user_id"));
		list = &r->next;
	}
	return db_done(q);
}
