/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_picture.c: pictures that Didit took: their links end soon, so they are
 * fetched at once. */
#include <string.h>

#include "bank/didit_impl.h"
#include "bank/seal.h"
#include "lib/clock.h"

/* Tries of one picture in all, with every link to it. */
enum { TRIES = 8 };

/* The row there is, or a new one's id. */
static enum err
id_of(struct db *db, const char *reference, const struct didit_image *i,
      uint8_t id[SECRET_ID])
{
	struct stmt *q = db_sql(db,
		"SELECT id FROM didit_picture WHERE reference = :reference "
		"AND kind = :kind AND side = :side");

	db_put_text(q, "reference", reference);
	db_put_text(q, "kind", i->kind);
	db_put_text(q, "side", i->side);
	if (!db_row(q) || !db_copy(q, "id", id, SECRET_ID))
		secret_id(id);
	return db_done(q);
}

/* A newer link is the better one. */
static enum err
want_one(struct db *db, struct pool *pool, const char *reference,
	 const struct didit_image *i)
{
	uint8_t id[SECRET_ID];
	struct stmt *q;
	enum err e;

	if ((e = id_of(db, reference, i, id)) != OK)
		return e;
	q = db_sql(db,
		"INSERT INTO didit_picture (id, reference, kind, side, url, "
		"state, due_at) VALUES (:id, :reference, :kind, :side, :url, "
		"'wanted', :now) ON CONFLICT (id) DO UPDATE SET "
		"url = excluded.url, state = 'wanted', due_at = :now "
		"WHERE state <> 'kept' AND tries < :tries");
	db_put_blob(q, "id", id, sizeof id);
	db_put_text(q, "reference", reference);
	db_put_text(q, "kind", i->kind);
	db_put_text(q, "side", i->side);
	seal_put(q, pool, "url", "didit_picture.url", seal_row(id), i->url);
	db_put_int(q, "now", clock_now());
	db_put_int(q, "tries", TRIES);
	return db_done(q);
}

enum err
didit_pictures_want(struct db *db, struct pool *pool, const char *reference,
		    const struct didit_image *images)
{
	enum err e = OK;

	for (; e == OK && images != NULL; images = images->next)
		e = want_one(db, pool, reference, images);
	return e;
}

struct take {
	struct pool *pool;
	int64_t lease_ms;
	struct didit_picture *out;
	bool found, idle;
};

/* Nothing is added to what was forgotten. */
static enum err
forget_idle(struct db *db, struct take *t)
{
	struct stmt *q = db_sql(db,
		"UPDATE didit_picture SET state = 'failed', url = NULL "
		"WHERE id = :id AND NOT EXISTS (SELECT 1 FROM application "
		"WHERE id = :application AND wiped_at IS NULL AND "
		"state <> 'expired') RETURNING id");

	db_put_blob(q, "id", t->out->id, SECRET_ID);
	db_put_int(q, "application", t->out->application);
	t->idle = db_row(q);
	return db_done(q);
}

static enum err
take_work(struct db *db, void *arg)
{
	struct take *t = arg;
	struct didit_picture *p = t->out;
	struct stmt *q = db_sql(db,
		"UPDATE didit_picture SET due_at = :until, tries = tries + 1 "
		"WHERE id = (SELECT id FROM didit_picture WHERE "
		"state = 'wanted' AND due_at <= :now ORDER BY due_at LIMIT 1) "
		"RETURNING id, kind, side, url, tries, (SELECT application "
		"FROM didit d WHERE d.reference = didit_picture.reference) "
		"AS application");
	enum err e;

	*p = (struct didit_picture){.url = ""};
	db_put_int(q, "now", clock_now());
	db_put_int(q, "until", clock_now() + t->lease_ms);
	if ((t->found = db_row(q))) {
		db_copy(q, "id", p->id, SECRET_ID);
		p->application = db_int(q, "application");
		p->kind = pool_strdup(t->pool, db_text(q, "kind"));
		p->side = pool_strdup(t->pool, db_text(q, "side"));
		p->tries = db_int(q, "tries");
		if (seal_get(q, t->pool, "url", "didit_picture.url",
			     seal_row(p->id), &p->url) != OK)
			p->url = "";
	}
	t->idle = false;
	e = db_done(q);
	return e == OK && t->found ? forget_idle(db, t) : e;
}

static enum err
anything_due(struct db *db)
{
	struct stmt *q = db_sql(db,
		"SELECT 1 AS one FROM didit_picture WHERE state = 'wanted' "
		"AND due_at <= :now LIMIT 1");
	bool due;
	enum err e;

	db_put_int(q, "now", clock_now());
	due = db_row(q);
	e = db_done(q);
	db_rest(db);
	return e == OK && !due ? ERR_MISSING : e;
}

enum err
didit_picture_take(struct db *db, struct pool *pool, int64_t lease_ms,
		   struct didit_picture *out)
{
	struct take t = {.pool = pool, .lease_ms = lease_ms, .out = out};
	enum err e;

	do {
		if ((e = anything_due(db)) != OK ||
		    (e = db_write(db, take_work, &t)) != OK)
			return e;
	} while (t.idle);
	return t.found ? OK : ERR_MISSING;
}

struct mark {
	const struct didit_picture *picture;
	const char *state;
	int64_t due_at;
	bool ask;
};

/* A link is kept only as long as it is of use. */
static enum err
mark_write(struct db *db, const struct mark *m)
{
	struct stmt *q = db_sql(db,
		"UPDATE didit_picture SET state = :state, due_at = :due_at, "
		"url = CASE :state WHEN 'wanted' THEN url END "
		"WHERE id = :id AND state = 'wanted'");

	db_put_text(q, "state", m->state);
	db_put_int(q, "due_at", m->due_at);
	db_put_blob(q, "id", m->picture->id, SECRET_ID);
	return db_done(q);
}

/* Didit's answer has new links in it. */
static enum err
ask_again(struct db *db, const struct didit_picture *p)
{
	struct stmt *q = db_sql(db,
		"UPDATE didit SET ask_at = min(ask_at, :now) WHERE "
		"state IN ('open', 'ended') AND reference = (SELECT reference "
		"FROM didit_picture WHERE id = :id)");

	db_put_int(q, "now", clock_now());
	db_put_blob(q, "id", p->id, SECRET_ID);
	return db_done(q);
}

static enum err
mark_work(struct db *db, void *arg)
{
	const struct mark *m = arg;
	enum err e = mark_write(db, m);

	return e == OK && m->ask ? ask_again(db, m->picture) : e;
}

enum err
didit_picture_kept(struct db *db, const struct didit_picture *p)
{
	struct mark m = {.picture = p, .state = "kept"};

	return db_write(db, mark_work, &m);
}

enum err
didit_picture_later(struct db *db, const struct didit_picture *p, int64_t at)
{
	struct mark m = {.picture = p, .state = "wanted", .due_at = at};

	return db_write(db, mark_work, &m);
}

enum err
didit_picture_stale(struct db *db, const struct didit_picture *p)
{
	struct mark m = {.picture = p, .state = "failed",
			 .ask = p->tries < TRIES};

	return db_write(db, mark_work, &m);
}

enum err
didit_picture_lost(struct db *db, const struct didit_picture *p)
{
	struct mark m = {.picture = p, .state = "failed"};

	return db_write(db, mark_work, &m);
}
