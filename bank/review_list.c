/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review_list.c: the queue of applications, and where one stands. */
#include "bank/review.h"

#include <string.h>

#include "bank/seal.h"

enum err
review_round(struct db *db, struct pool *pool, int64_t application,
	     struct review_round *out)
{
	struct stmt *q = db_sql(db,
		"SELECT m.round, m.verdict, m.reason, m.note, m.bank_user, "
		"u.customer, coalesce(u.user_id, '') AS maker_name, "
		"m.verdict <> 'ask' AND c.round IS NULL AS proposed "
		"FROM decision m LEFT JOIN bank_user u ON u.id = m.bank_user "
		"LEFT JOIN decision c ON c.application = m.application AND "
		"c.round = m.round AND c.step = 'check' "
		"WHERE m.application = :application AND m.step = 'make' "
		"ORDER BY m.round DESC LIMIT 1");

	*out = (struct review_round){.round = 1, .verdict = "", .reason = "",
				     .note = "", .maker_name = ""};
	db_put_int(q, "application", application);
	if (db_row(q)) {
		out->proposed = db_int(q, "proposed") != 0;
		out->round = db_int(q, "round") + !out->proposed;
	}
	if (out->proposed) {
		out->verdict = pool_strdup(pool, db_text(q, "verdict"));
		out->reason = pool_strdup(pool, db_text(q, "reason"));
		out->note = pool_strdup(pool, db_text(q, "note"));
		out->maker = db_int(q, "bank_user");
		out->maker_customer = db_int(q, "customer");
		out->maker_name = pool_strdup(pool, db_text(q, "maker_name"));
	}
	return db_done(q);
}

enum err
review_own(struct db *db, int64_t application, int64_t customer, bool *own)
{
	struct stmt *q = db_sql(db,
		"SELECT 1 AS own FROM application a JOIN customer c "
		"ON c.id = :customer WHERE a.id = :id AND "
		"(a.customer = c.id OR a.tax_index = c.tax_index OR "
		"a.mobile_index = c.mobile_index OR "
		"a.email_index = c.email_index)");

	db_put_int(q, "id", application);
	db_put_int(q, "customer", customer);
	*own = db_row(q);
	return db_done(q);
}

/* What stands in a row but the name, which is sealed. */
static struct review_row *
row_read(struct stmt *q, struct pool *pool)
{
	struct review_row *r = pool_alloc(pool, sizeof *r);

	r->id = db_int(q, "id");
	db_copy(q, "public_id", r->public_id, SECRET_ID);
	r->reference = pool_strdup(pool, db_text(q, "reference"));
	r->product = pool_strdup(pool, db_text(q, "product"));
	r->state = pool_strdup(pool, db_text(q, "state"));
	r->identity = pool_strdup(pool, db_text(q, "identity"));
	r->provider = pool_strdup(pool, db_text(q, "provider"));
	r->created_at = db_int(q, "created_at");
	r->changed_at = db_int(q, "changed_at");
	r->sent_at = db_int(q, "sent_at");
	r->hits = db_int(q, "hits");
	r->hits_open = db_int(q, "hits_open");
	r->proposed = !db_null(q, "verdict");
	r->verdict = pool_strdup(pool, r->proposed ? db_text(q, "verdict")
						   : "");
	r->maker = pool_strdup(pool, r->proposed ? db_text(q, "maker") : "");
	return r;
}

#define ROW_SEEN                                                             \
	"SELECT a.id, a.public_id, a.reference, a.name, p.name AS product, " \
	"a.state, a.identity, a.provider, a.created_at, a.changed_at, "      \
	"a.sent_at, (SELECT count(*) FROM screening_hit h "                  \
	"WHERE h.application = a.id) AS hits, (SELECT count(*) "             \
	"FROM screening_hit h WHERE h.application = a.id AND "               \
	"h.state = 'open') AS hits_open, d.verdict, "                        \
	"coalesce(u.user_id, '') AS maker FROM application a "               \
	"JOIN product p ON p.code = a.offer "                                \
	"LEFT JOIN decision d ON d.application = a.id AND "                  \
	"a.state = 'sent' AND d.step = 'make' AND d.verdict <> 'ask' AND "   \
	"NOT EXISTS (SELECT 1 FROM decision c WHERE c.application = a.id "   \
	"AND c.round = d.round AND c.step = 'check') "                       \
	"LEFT JOIN bank_user u ON u.id = d.bank_user "

static struct stmt *
list_of_sent(struct db *db, const struct review_filter *f)
{
	struct stmt *q = db_sql(db, ROW_SEEN
		"WHERE a.state = 'sent' AND (:turn = '' OR "
		"(:turn = 'checker') = (d.verdict IS NOT NULL)) AND "
		"(:after = 0 OR (a.sent_at, a.id) > (SELECT b.sent_at, b.id "
		"FROM application b WHERE b.id = :after)) "
		"ORDER BY a.sent_at, a.id");

	db_put_text(q, "turn", f->turn);
	db_put_int(q, "after", f->after);
	return q;
}

static struct stmt *
list_of_others(struct db *db, const struct review_filter *f)
{
	struct stmt *q = db_sql(db, ROW_SEEN
		"WHERE a.state = :state AND (:after = 0 OR a.id < :after) "
		"ORDER BY a.id DESC");

	db_put_text(q, "state", f->state);
	db_put_int(q, "after", f->after);
	return q;
}

static struct stmt *
list_of_one(struct db *db, const struct review_filter *f)
{
	struct stmt *q = db_sql(db, ROW_SEEN "WHERE a.reference = :reference");

	db_put_text(q, "reference", f->reference);
	return q;
}

static struct stmt *
list_begin(struct db *db, const struct review_filter *f)
{
	if (*f->reference != '\0')
		return list_of_one(db, f);
	return strcmp(f->state, "sent") == 0 ? list_of_sent(db, f)
					     : list_of_others(db, f);
}

enum err
review_list(struct db *db, struct pool *pool, const struct review_filter *f,
	    struct review_row **list, int64_t *next)
{
	struct stmt *q = list_begin(db, f);
	enum err e = OK, done;
	int64_t last = 0;
	int n = 0;

	*list = NULL;
	*next = 0;
	while (e == OK && *next == 0 && db_row(q)) {
		if (n++ == f->limit) {
			*next = last;
			break;
		}
		*list = row_read(q, pool);
		e = seal_get(q, pool, "name", "application.name", (*list)->id,
			     &(*list)->name);
		last = (*list)->id;
		list = &(*list)->next;
	}
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
review_waiting(struct db *db, int64_t *sent, int64_t *proposed)
{
	struct stmt *q = db_sql(db,
		"SELECT count(*) AS sent, count(d.verdict) AS proposed "
		"FROM application a LEFT JOIN decision d "
		"ON d.application = a.id AND d.step = 'make' AND "
		"d.verdict <> 'ask' AND NOT EXISTS (SELECT 1 FROM decision c "
		"WHERE c.application = a.id AND c.round = d.round AND "
		"c.step = 'check') WHERE a.state = 'sent'");

	*sent = *proposed = 0;
	if (db_row(q)) {
		*sent = db_int(q, "sent");
		*proposed = db_int(q, "proposed");
	}
	return db_done(q);
}

/* What review_seen does. */
struct seeing {
	const struct application *a;
	const struct actor *who;
	const char *document;
};

static enum err
seen_work(struct db *db, void *arg)
{
	const struct seeing *s = arg;

	if (s->document != NULL)
		return application_audit(db, s->a, s->who, "document.view",
					 s->document);
	return application_audit(db, s->a, s->who, "application.view", "");
}

enum err
review_seen(struct db *db, const struct application *a,
	    const struct actor *who, const char *document)
{
	struct seeing s = {a, who, document};

	return db_write(db, seen_work, &s);
}
