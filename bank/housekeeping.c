/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* housekeeping.c: the only file that forgets. */
#include "bank/housekeeping.h"

#include <string.h>

#include "bank/application.h"
#include "lib/clock.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* One row to forget. */
struct key {
	int64_t user; /* of an idempotency key; else 0 */
	const char *text; /* or */
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

static enum err
session_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT token_hash AS found FROM session WHERE "
		"token_hash > :after AND expires_at < :before "
		"ORDER BY token_hash LIMIT :rows");

	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
session_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM session WHERE "
				    "token_hash = :found AND "
				    "expires_at < :before"), s, k);
}

static enum err
signin_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT user_index AS found FROM signin WHERE "
		"user_index > :after AND locked_at IS NULL AND "
		"last_at < :before ORDER BY user_index LIMIT :rows");

	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
signin_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM signin WHERE "
				    "user_index = :found AND "
				    "locked_at IS NULL AND "
				    "last_at < :before"), s, k);
}

static enum err
rate_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT rate_key AS found FROM rate WHERE rate_key > :after "
		"AND ends_at < :before ORDER BY rate_key LIMIT :rows");

	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
rate_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM rate WHERE "
				    "rate_key = :found AND "
				    "ends_at < :before"), s, k);
}

static enum err
captcha_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT proof AS found FROM captcha_used WHERE "
		"proof > :after AND expires_at < :before "
		"ORDER BY proof LIMIT :rows");

	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
captcha_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM captcha_used WHERE "
				    "proof = :found AND "
				    "expires_at < :before"), s, k);
}

static enum err
challenge_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT id AS found FROM challenge WHERE id > :after AND "
		"id < :edge AND expires_at < :before ORDER BY id LIMIT :rows");

	db_put_blob(q, "edge", s->edge, sizeof s->edge);
	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
challenge_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM challenge WHERE "
				    "id = :found AND expires_at < :before"),
			 s, k);
}

static enum err
ceremony_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT id AS found FROM ceremony WHERE id > :after AND "
		"id < :edge AND expires_at < :before ORDER BY id LIMIT :rows");

	db_put_blob(q, "edge", s->edge, sizeof s->edge);
	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
ceremony_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM ceremony WHERE "
				    "id = :found AND expires_at < :before"),
			 s, k);
}

static enum err
outbox_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT id AS found FROM outbox WHERE id > :after AND "
		"id < :edge AND state <> 'queued' ORDER BY id LIMIT :rows");

	db_put_blob(q, "edge", s->edge, sizeof s->edge);
	return blobs_find(q, s);
}

static enum err
outbox_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM outbox WHERE id = :found AND "
				    "state <> 'queued' AND "
				    "created_at < :before"), s, k);
}

static enum err
inbox_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT id AS found FROM inbox WHERE id > :after AND "
		"id < :edge AND sent_at < :before ORDER BY id LIMIT :rows");

	db_put_blob(q, "edge", s->edge, sizeof s->edge);
	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
inbox_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM inbox WHERE id = :found AND "
				    "sent_at < :before"), s, k);
}

static enum err
report_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT id AS found FROM message_report WHERE id > :after AND "
		"id < :edge AND received_at < :before ORDER BY id LIMIT :rows");

	db_put_blob(q, "edge", s->edge, sizeof s->edge);
	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
report_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM message_report WHERE "
				    "id = :found AND received_at < :before"),
			 s, k);
}

static enum err
idempotency_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT bank_user, key FROM idempotency WHERE "
		"(bank_user, key) > (:user, :after) AND "
		"created_at < :before ORDER BY bank_user, key LIMIT :rows");
	struct key *k;

	db_put_int(q, "user", s->after.user);
	db_put_text(q, "after", s->after.text != NULL ? s->after.text : "");
	db_put_int(q, "before", s->before);
	db_put_int(q, "rows", HOUSEKEEPING_STEP);
	while (s->count < HOUSEKEEPING_STEP && db_row(q)) {
		k = &s->keys[s->count++];
		k->user = db_int(q, "bank_user");
		k->text = pool_strdup(s->pool, db_text(q, "key"));
	}
	return db_done(q);
}

static enum err
idempotency_drop(struct db *db, const struct step *s, const struct key *k)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM idempotency WHERE bank_user = :user AND "
		"key = :found AND created_at < :before");

	db_put_int(q, "user", k->user);
	db_put_text(q, "found", k->text);
	db_put_int(q, "before", s->before);
	return db_done(q);
}

static enum err
draft_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT id AS found FROM draft WHERE id > :after AND "
		"id < :edge AND saved_at < :before ORDER BY id LIMIT :rows");

	db_put_blob(q, "edge", s->edge, sizeof s->edge);
	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
draft_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM draft WHERE id = :found AND "
				    "saved_at < :before"), s, k);
}

static enum err
device_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT token_hash AS found FROM device WHERE "
		"token_hash > :after AND last_at < :before "
		"ORDER BY token_hash LIMIT :rows");

	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
device_drop(struct db *db, const struct step *s, const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM device WHERE "
				    "token_hash = :found AND "
				    "last_at < :before"), s, k);
}

static enum err
apply_session_find(struct db *db, struct step *s)
{
	struct stmt *q = db_sql(db,
		"SELECT token_hash AS found FROM application_session WHERE "
		"token_hash > :after AND expires_at < :before "
		"ORDER BY token_hash LIMIT :rows");

	db_put_int(q, "before", s->before);
	return blobs_find(q, s);
}

static enum err
apply_session_drop(struct db *db, const struct step *s,
			 const struct key *k)
{
	return blob_drop(db_sql(db, "DELETE FROM application_session WHERE "
				    "token_hash = :found AND "
				    "expires_at < :before"), s, k);
}

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
	{1, apply_session_find, apply_session_drop},
	{1, challenge_find, challenge_drop},
	{1, ceremony_find, ceremony_drop},
	{1, signin_find, signin_drop},
	{1, rate_find, rate_drop},
	{1, captcha_find, captcha_drop},
	{1, draft_find, draft_drop},
	{1, upload_find, upload_drop},
	{400, device_find, device_drop},
	{30, idempotency_find, idempotency_drop},
	{30, outbox_find, outbox_drop},
	{30, inbox_find, inbox_drop},
	{30, report_find, report_drop},
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
	s->after = (struct key){.blob = "", .text = ""};
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
	return e != OK ? e : application_expire_due(db);
}
