/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* retention.c: what is kept of an application, and until when. */
#include "bank/retention.h"

#include "lib/clock.h"
#include "lib/settings.h"

/* What is sealed beside the application itself. Their numbers and hashes
 * stay. */
static enum err
pictures_wipe(struct db *db, int64_t id)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM document_data WHERE document IN "
		"(SELECT id FROM document WHERE application = :id)");
	enum err e;

	db_put_int(q, "id", id);
	if ((e = db_done(q)) != OK)
		return e;
	q = db_sql(db, "DELETE FROM upload_chunk WHERE upload IN "
		       "(SELECT id FROM upload WHERE application = :id)");
	db_put_int(q, "id", id);
	if ((e = db_done(q)) != OK)
		return e;
	q = db_sql(db, "DELETE FROM upload WHERE application = :id");
	db_put_int(q, "id", id);
	return db_done(q);
}

static enum err
evidence_wipe(struct db *db, int64_t id)
{
	struct stmt *q = db_sql(db, "UPDATE identity_check SET evidence = NULL "
				    "WHERE application = :id");
	enum err e;

	db_put_int(q, "id", id);
	if ((e = db_done(q)) != OK)
		return e;
	q = db_sql(db, "UPDATE screening_hit SET evidence = NULL, note = '' "
		       "WHERE application = :id");
	db_put_int(q, "id", id);
	return db_done(q);
}

static enum err
provider_wipe(struct db *db, int64_t id)
{
	struct stmt *q = db_sql(db, "UPDATE didit SET url = NULL "
				    "WHERE application = :id");
	enum err e;

	db_put_int(q, "id", id);
	if ((e = db_done(q)) != OK)
		return e;
	q = db_sql(db, "UPDATE didit_picture SET url = NULL, state = CASE "
		       "WHEN state = 'wanted' THEN 'failed' ELSE state END "
		       "WHERE reference IN (SELECT reference FROM didit "
		       "WHERE application = :id)");
	db_put_int(q, "id", id);
	return db_done(q);
}

enum err
retention_wipe(struct db *db, struct application *a, const struct actor *who)
{
	enum err e;

	if ((e = pictures_wipe(db, a->id)) != OK ||
	    (e = evidence_wipe(db, a->id)) != OK ||
	    (e = provider_wipe(db, a->id)) != OK || a->wiped_at != 0)
		return e;
	return application_wipe(db, a, who);
}

/* Days ago, as an instant; 0: before all time. */
static int64_t
edge(int64_t days)
{
	return days > 0 ? clock_now() - days * CLOCK_DAY_MS : 0;
}

/* The next after *id. */
static enum err
due_find(struct db *db, int64_t *id, bool *found)
{
	struct stmt *q = db_sql(db,
		"SELECT a.id FROM application a WHERE a.id > :after AND "
		"((a.wiped_at IS NULL AND ((a.state = 'declined' AND "
		"a.decided_at < :declined) OR (a.state = 'approved' AND "
		"a.decided_at < :approved))) OR (a.wiped_at IS NOT NULL AND "
		"(EXISTS (SELECT 1 FROM document d JOIN document_data x "
		"ON x.document = d.id WHERE d.application = a.id) OR "
		"EXISTS (SELECT 1 FROM identity_check c WHERE "
		"c.application = a.id AND c.evidence IS NOT NULL)))) "
		"ORDER BY a.id LIMIT 1");

	db_put_int(q, "after", *id);
	db_put_int(q, "declined", edge(settings()->KYC_KEEP_DECLINED_DAYS));
	db_put_int(q, "approved", edge(settings()->KYC_KEEP_APPROVED_DAYS));
	if ((*found = db_row(q)))
		*id = db_int(q, "id");
	return db_done(q);
}

struct wiping {
	struct pool *pool;
	int64_t id;
};

static enum err
wipe_work(struct db *db, void *arg)
{
	struct wiping *w = arg;
	struct application a;
	enum err e = application_get(db, w->pool, w->id, &a);

	return e != OK ? e : retention_wipe(db, &a, &actor_system);
}

/* One that cannot be wiped does not keep the others from it. */
enum err
retention_run(struct db *db)
{
	struct wiping w = {.pool = pool_new()};
	enum err e = OK, failed = OK;
	bool found = true;
	int n;

	for (n = 0; n < RETENTION_RUN; n++) {
		if ((e = due_find(db, &w.id, &found)) != OK || !found)
			break;
		if ((e = db_write(db, wipe_work, &w)) != OK)
			failed = e;
		pool_reset(w.pool);
	}
	db_rest(db);
	pool_free(w.pool);
	return e != OK && failed == OK ? e : failed;
}
