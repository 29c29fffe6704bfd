/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review_hit.c: what people make of likenesses to names on lists. */
#include "bank/review.h"

#include <string.h>

#include "lib/clock.h"

enum err
review_hits(struct db *db, int64_t application, int64_t *open,
	    int64_t *confirmed)
{
	struct stmt *q = db_sql(db,
		"SELECT state, count(*) AS n FROM screening_hit "
		"WHERE application = :application GROUP BY state");

	*open = *confirmed = 0;
	db_put_int(q, "application", application);
	while (db_row(q))
		if (strcmp(db_text(q, "state"), "open") == 0)
			*open = db_int(q, "n");
		else if (strcmp(db_text(q, "state"), "confirmed") == 0)
			*confirmed = db_int(q, "n");
	return db_done(q);
}

static enum err
refuse(struct review_hit *r, enum err e, const char *field,
       const char *complaint)
{
	r->field = field;
	r->complaint = complaint;
	return e;
}

/* What a list calls the entry, for the record; "" if there is no such hit. */
static enum err
entry_read(struct db *db, const struct review_hit *r, int64_t application,
	   const char **entry)
{
	struct stmt *q = db_sql(db,
		"SELECT list, entry FROM screening_hit WHERE id = :id AND "
		"application = :application");

	*entry = "";
	db_put_blob(q, "id", r->hit, SECRET_ID);
	db_put_int(q, "application", application);
	if (db_row(q))
		*entry = pool_printf(r->pool, "%s: %s", db_text(q, "list"),
				     db_text(q, "entry"));
	return db_done(q);
}

static enum err
hit_write(struct db *db, const struct review_hit *r, bool clears)
{
	struct stmt *q = db_sql(db,
		"UPDATE screening_hit SET state = :state, decided_by = :user, "
		"note = :note, decided_at = :now WHERE id = :id");

	db_put_text(q, "state", clears ? "cleared" : "confirmed");
	db_put_int(q, "user", r->user);
	db_put_text(q, "note", r->note);
	db_put_int(q, "now", clock_now());
	db_put_blob(q, "id", r->hit, SECRET_ID);
	return db_done(q);
}

static enum err
may_judge(struct db *db, struct review_hit *r, const struct application *a)
{
	enum err e;
	bool own;

	if (a->sent_at == 0)
		return ERR_MISSING;
	if ((e = review_own(db, a->id, r->customer, &own)) != OK)
		return e;
	if (own)
		return refuse(r, ERR_FORBIDDEN, "verdict",
			      "This is your own application.");
	if (strcmp(a->state, "sent") != 0)
		return refuse(r, ERR_CONFLICT, "verdict",
			      "This application is not waiting for us.");
	return *r->note != '\0' ? OK
				: refuse(r, ERR_INPUT, "note",
					 "Please say why.");
}

static enum err
hit_work(struct db *db, void *arg)
{
	struct review_hit *r = arg;
	bool clears = strcmp(r->verdict, "clear") == 0;
	struct application a;
	const char *entry;
	enum err e;

	r->field = r->complaint = NULL;
	e = application_find(db, r->pool, r->application, &a);
	if (e != OK || (e = entry_read(db, r, a.id, &entry)) != OK)
		return e;
	if (*entry == '\0')
		return ERR_MISSING;
	if ((e = may_judge(db, r, &a)) != OK ||
	    (e = hit_write(db, r, clears)) != OK)
		return e;
	return application_audit(db, &a, r->who,
				 clears ? "screening.clear"
					: "screening.confirm",
				 entry);
}

enum err
review_hit(struct db *db, struct review_hit *r)
{
	return db_write(db, hit_work, r);
}
