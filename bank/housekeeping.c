/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* housekeeping.c: the only file that forgets. */
#include "bank/housekeeping.h"

#include <string.h>

#include "bank/application.h"
#include "bank/retention.h"
#include "lib/clock.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* One row to forget. */
struct key {
	const void *blob;
	size_t len;
};

/* A walk through one table along its primary key. ${before} is the instant
 * that counts, ${edge} the first id that instant could have: ids are ordered
 * by time. The keys in hand are in ${pool}, the last of the step before in
 * ${last}: the two change places, so that a long walk needs no more memory
 * than a short one. */
struct step {
	struct pool *pool, *last;
	const struct chore *chore;
	int64_t before;
	uint8_t edge[SECRET_ID];
	struct key after, keys[HOUSEKEEPING_STEP];
	int count;
};

/* A table: how old, how the next rows are found, how one is removed. */
struct chore {
	int days;
	enum err (*find)(struct db *, struct step *);
	enum err (*drop)(struct db *, const struct step *, const struct key *);
};

static void
edge_set(struct step *s)
{
	int i;

	memset(s->edge, 0, sizeof s->edge);
	for (i = 0; i < 6; i++)
		s->edge[i] = (uint8_t)(s->before >> (40 - 8 * i));
}

static enum err
blobs_find(struct stmt *q, struct step *s)
{
	const void *blob;
	struct key *k;

	db_put_blob(q, "after", s->after.blob, s->after.len);
	db_put_int(q, "rows", HOUSEKEEPING_STEP);
	while (s->count < HOUSEKEEPING_STEP && db_row(q)) {
		k = &s->keys[s->count++];
		blob = db_blob(q, "found", &k->len);
		k->blob = pool_strndup(s->pool, blob, k->len);
	}
	return db_done(q);
}

static enum err
blob_drop(struct stmt *q, const struct step *s, const struct key *k)
{
	db_put_blob(q, "found", k->blob, k->len);
	db_put_int(q, "before", s->before);
	return db_done(q);
}

/* Tables found by a hash, by a column that says until when a row counts; and
 * those found by an id, of which only a range can be old enough. Each row is
 * looked at again before it goes. */
#define FORGET(table, column, range, old)                                    \
	static enum err table##_find(struct db *db, struct step *s)          \
	{                                                                    \
		struct stmt *q = db_sql(db,                                  \
			"SELECT " #column " AS found FROM " #table           \
			" WHERE " #column " > :after AND " range old         \
			" ORDER BY " #column " LIMIT :rows");                \
                                                                             \
		if (*range != '\0')                                          \
			db_put_blob(q, "edge", s->edge, sizeof s->edge);     \
		db_put_int(q, "before", s->before);                          \
		return blobs_find(q, s);                                     \
	}                                                                    \
	static enum err table##_drop(struct db *db, const struct step *s,    \
				     const struct key *k)                    \
	{                                                                    \
		return blob_drop(db_sql(db, "DELETE FROM " #table            \
					    " WHERE " #column " = :found "   \
					    "AND " old), s, k);              \
	}
#define FORGET_HASH(table, column, old)                                      \
	FORGET(table, column, "", old " < :before")
#define FORGET_ID(table, old)                                                \
	FORGET(table, id, "id < :edge AND ", old " < :before")
FORGET_HASH(session, token_hash, "expires_at")
FORGET_HASH(application_session, token_hash, "expires_at")
FORGET_HASH(signin, user_index, "locked_at IS NULL AND last_at")
FORGET_HASH(rate, rate_key, "ends_at")
FORGET_HASH(captcha_used, proof, "expires_at")
FORGET_HASH(idempotency, key_hash, "created_at")
FORGET_HASH(device, token_hash, "last_at")
FORGET_ID(challenge, "expires_at")
FORGET_ID(ceremony, "expires_at")
FORGET_ID(outbox, "state <> 'queued' AND created_at")
FORGET_ID(inbox, "sent_at")
FORGET_ID(message_report, "received_at")
FORGET_ID(draft, "saved_at")

static enum err
upload_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT id AS found FROM upload WHERE id > :after AND "
		"id < :edge AND created_at < :before ORDER BY id LIMIT :rows");

	db_put_blob(q, "edge", s->edge, sizeof s->edge);
	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
upload_drop(struct db *db, const struct step *s, const struct key *k)
{
	enum err e = blob_drop(db_sql(db,
		"DELETE FROM upload_chunk WHERE upload IN (SELECT id FROM "
		"upload WHERE id = :found AND created_at < :before)"), s, k);

	if (e != OK)
		return e;
	return blob_drop(db_sql(db, "DELETE FROM upload WHERE id = :found "
				    "AND created_at < :before"), s, k);
}

static const struct chore chores[] = {
	{1, session_find, session_drop},
	{1, application_session_find, application_session_drop},
	{1, challenge_find, challenge_drop},
	{1, ceremony_find, ceremony_drop},
	{1, signin_find, signin_drop},
	{1, rate_find, rate_drop},
	{1, captcha_used_find, captcha_used_drop},
	{1, draft_find, draft_drop},
	{1, upload_find, upload_drop},
	{400, device_find, device_drop},
	{30, idempotency_find, idempotency_drop},
	{30, outbox_find, outbox_drop},
	{30, inbox_find, inbox_drop},
	{30, message_report_find, message_report_drop},
};

static enum err
drop_work(struct db *db, void *arg)
{
	const struct step *s = arg;
	enum err e = OK;
	int i;

	for (i = 0; e == OK && i < s->count; i++)
		e = s->chore->drop(db, s, &s->keys[i]);
	return e;
}

static void
pools_turn(struct step *s)
{
	struct pool *last = s->pool;

	s->pool = s->last;
	s->last = last;
	pool_reset(s->pool);
}

static enum err
chore_do(struct db *db, struct step *s)
{
	enum err e;

	s->before = clock_now() - (int64_t)s->chore->days * CLOCK_DAY_MS;
	edge_set(s);
	s->after = (struct key){.blob = ""};
	do {
		s->count = 0;
		e = s->chore->find(db, s);
		db_rest(db);
		if (e != OK || s->count == 0)
			return e;
		if ((e = db_write(db, drop_work, s)) != OK)
			return e;
		s->after = s->keys[s->count - 1];
		pools_turn(s);
	} while (s->count == HOUSEKEEPING_STEP);
	return OK;
}

enum err
housekeeping(struct db *db)
{
	struct pool *pool = pool_new();
	struct step *s = pool_alloc(pool, sizeof *s);
	enum err e = OK;
	size_t i;

	s->pool = pool_new();
	s->last = pool_new();
	for (i = 0; e == OK && i < sizeof chores / sizeof *chores; i++) {
		s->chore = &chores[i];
		e = chore_do(db, s);
	}
	pool_free(s->last);
	pool_free(s->pool);
	pool_free(pool);
	if (e != OK || (e = application_expire_due(db)) != OK)
		return e;
	return retention_run(db);
}
