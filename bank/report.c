/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report.c: what carriers report of messages they were given. */
#include <string.h>

#include "bank/message_impl.h"
#include "lib/clock.h"

enum { REPORTS = 16 };

/* A word counts if it ranks higher than the one before. What failed stays so,
 * and so does what arrived, but it may be read. */
enum { UNDERWAY = 1, FINAL = 10, FAILED = 20 };
static const struct {
	const char *word;
	int rank;
} words[] = {
	{"accepted", UNDERWAY}, {"scheduled", UNDERWAY},
	{"queued", UNDERWAY}, {"sending", 2}, {"sent", 3},
	{"partially_delivered", 4}, {"delivered", FINAL}, {"read", FINAL + 1},
	{"failed", FAILED}, {"undelivered", FAILED}, {"canceled", FAILED},
};

static int
rank_of(const char *status)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, status) == 0)
			return words[i].rank;
	return 0;
}

static bool
is_news(const char *before, const char *now)
{
	int had = rank_of(before), has = rank_of(now);

	return has > had && (had < FINAL || has < FAILED);
}

static enum err
delivery_write(struct db *db, const uint8_t id[SECRET_ID],
	       const struct report *r)
{
	int rank = rank_of(r->status);
	struct stmt *q = db_sql(db,
		"UPDATE outbox SET delivery = :delivery, "
		"state = CASE WHEN :failed THEN 'failed' ELSE state END, "
		"error = CASE WHEN :failed THEN :error ELSE error END, "
		"data = CASE WHEN :final THEN NULL ELSE data END "
		"WHERE id = :id");

	db_put_text(q, "delivery", r->status);
	db_put_text(q, "error", r->error);
	db_put_int(q, "failed", rank >= FAILED);
	db_put_int(q, "final", rank >= FINAL);
	db_put_blob(q, "id", id, SECRET_ID);
	return db_done(q);
}

/* Another way first: what it said is wiped then. */
static enum err
apply(struct db *db, const uint8_t id[SECRET_ID], const char *before,
      struct report *r)
{
	enum err e = OK;

	if (!is_news(before, r->status))
		return OK;
	if (rank_of(r->status) >= FAILED)
		e = message_fall_back(db, id, &r->next);
	return e != OK ? e : delivery_write(db, id, r);
}

static enum err
report_note(struct db *db, struct report *r)
{
	uint8_t id[SECRET_ID];
	struct stmt *q = db_sql(db,
		"INSERT INTO message_report (id, provider_id, status, error, "
		"received_at) VALUES (:id, :provider_id, :status, :error, "
		":now) ON CONFLICT (provider_id, status) DO NOTHING "
		"RETURNING id");

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_text(q, "provider_id", r->provider_id);
	db_put_text(q, "status", r->status);
	db_put_text(q, "error", r->error);
	db_put_int(q, "now", clock_now());
	r->fresh = db_row(q);
	return db_done(q);
}

/* What was said last of the message, if it is one of ours. */
static enum err
message_of(struct db *db, struct pool *pool, struct report *r,
	   const char **before)
{
	struct stmt *q = db_sql(db,
		"SELECT id, delivery FROM outbox WHERE "
		"provider_id = :provider_id");

	db_put_text(q, "provider_id", r->provider_id);
	r->known = db_row(q);
	if (r->known) {
		db_copy(q, "id", r->id, SECRET_ID);
		*before = pool_strdup(pool, db_text(q, "delivery"));
	}
	return db_done(q);
}

static enum err
report_work(struct db *db, void *arg)
{
	struct pool *pool = pool_new();
	struct report *r = arg;
	const char *before = "";
	enum err e;

	r->next = "";
	e = report_note(db, r);
	if (e == OK && r->fresh)
		e = message_of(db, pool, r, &before);
	if (e == OK && r->fresh && r->known)
		e = apply(db, r->id, before, r);
	pool_free(pool);
	return e;
}

enum err
message_report(struct db *db, struct report *r)
{
	r->known = false;
	return db_write(db, report_work, r);
}

static enum err
reports_read(struct db *db, struct pool *pool, const char *provider_id,
	     struct report list[REPORTS], int *n)
{
	struct stmt *q = db_sql(db,
		"SELECT status, error FROM message_report WHERE "
		"provider_id = :provider_id ORDER BY id");

	*n = 0;
	db_put_text(q, "provider_id", provider_id);
	while (*n < REPORTS && db_row(q))
		list[(*n)++] = (struct report){
			.status = pool_strdup(pool, db_text(q, "status")),
			.error = pool_strdup(pool, db_text(q, "error"))};
	return db_done(q);
}

enum err
message_reports_apply(struct db *db, const uint8_t id[SECRET_ID],
		      const char *provider_id, const char **next)
{
	struct pool *pool = pool_new();
	struct report list[REPORTS];
	const char *before = "";
	enum err e;
	int n, i;

	*next = "";
	e = reports_read(db, pool, provider_id, list, &n);
	for (i = 0; e == OK && i < n; i++) {
		if (!is_news(before, list[i].status))
			continue;
		e = apply(db, id, before, &list[i]);
		before = list[i].status;
		if (list[i].next != NULL)
			*next = list[i].next;
	}
	pool_free(pool);
	return e;
}
