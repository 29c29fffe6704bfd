/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening_hit.c: what was found of an application, kept; who decides about
 * it is in bank/review_hit.c. */
#include "bank/screening.h"

#include <string.h>

#include "bank/seal.h"
#include "lib/clock.h"

#define PLACE "screening_hit.evidence"

/* The newest hit of an entry; ${state} "": there is none. */
struct before {
	uint8_t id[SECRET_ID];
	const char *state, *evidence;
};

static enum err
before_find(struct db *db, struct pool *pool, const struct application *a,
	    const struct screening_match *m, struct before *out)
{
	struct stmt *q = db_sql(db,
		"SELECT id, state, evidence FROM screening_hit WHERE "
		"application = :application AND list = :list AND "
		"entry = :entry ORDER BY made_at DESC, id DESC LIMIT 1");
	enum err e = OK, done;

	*out = (struct before){.state = "", .evidence = ""};
	db_put_int(q, "application", a->id);
	db_put_text(q, "list", m->list);
	db_put_text(q, "entry", m->entry);
	if (db_row(q)) {
		db_copy(q, "id", out->id, sizeof out->id);
		out->state = pool_strdup(pool, db_text(q, "state"));
		e = seal_get(q, pool, "evidence", PLACE, seal_row(out->id),
			     &out->evidence);
	}
	done = db_done(q);
	return e != OK ? e : done;
}

static enum err
hit_insert(struct db *db, struct pool *pool, const struct application *a,
	   const struct screening_match *m)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO screening_hit (id, application, list, entry, "
		"score, evidence, state, made_at) VALUES (:id, :application, "
		":list, :entry, :score, :evidence, 'open', :now)");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "application", a->id);
	db_put_text(q, "list", m->list);
	db_put_text(q, "entry", m->entry);
	db_put_int(q, "score", m->score);
	seal_put(q, pool, "evidence", PLACE, seal_row(id), m->evidence);
	db_put_int(q, "now", clock_now());
	return db_done(q);
}

/* Nobody has judged it, and who looks at it just now does not judge the one
 * that takes its place. */
static enum err
open_drop(struct db *db, const struct before *old)
{
	struct stmt *q = db_sql(db, "DELETE FROM screening_hit WHERE id = :id "
				    "AND state = 'open'");

	db_put_blob(q, "id", old->id, sizeof old->id);
	return db_done(q);
}

/* Somebody who was told apart by what was known then may be the person by what
 * is known now; *new counts what is to be looked at since. */
static enum err
hit_put(struct db *db, struct pool *pool, const struct application *a,
	const struct screening_match *m, int *new)
{
	struct before old;
	enum err e = before_find(db, pool, a, m, &old);

	if (e != OK || strcmp(old.state, "confirmed") == 0 ||
	    (*old.state != '\0' && strcmp(old.evidence, m->evidence) == 0))
		return e;
	if ((e = open_drop(db, &old)) != OK)
		return e;
	++*new;
	return hit_insert(db, pool, a, m);
}

enum err
screening_keep(struct db *db, struct pool *pool, const struct application *a,
	       const struct screening_match *list, const struct actor *actor)
{
	const struct screening_match *m;
	int found = 0, new = 0;
	enum err e;

	for (m = list; m != NULL; m = m->next, found++)
		if ((e = hit_put(db, pool, a, m, &new)) != OK)
			return e;
	return application_audit(db, a, actor, "screening.run",
				 pool_printf(pool, "hits %d, new %d", found,
					     new));
}

static enum err
hit_read(struct stmt *q, struct pool *pool, struct screening_hit *h)
{
	db_copy(q, "id", h->id, sizeof h->id);
	h->application = db_int(q, "application");
	h->list = pool_strdup(pool, db_text(q, "list"));
	h->entry = pool_strdup(pool, db_text(q, "entry"));
	h->score = (int)db_int(q, "score");
	h->state = pool_strdup(pool, db_text(q, "state"));
	h->note = pool_strdup(pool, db_text(q, "note"));
	h->decided_by = db_int(q, "decided_by");
	h->made_at = db_int(q, "made_at");
	h->decided_at = db_int(q, "decided_at");
	return seal_get(q, pool, "evidence", PLACE, seal_row(h->id),
			&h->evidence);
}

enum err
screening_hits(struct db *db, struct pool *pool, int64_t application,
	       struct screening_hit **list)
{
	struct stmt *q = db_sql(db,
		"SELECT id, application, list, entry, score, evidence, state, "
		"note, decided_by, made_at, decided_at FROM screening_hit "
		"WHERE application = :application ORDER BY made_at, id");
	enum err e = OK, done;

	*list = NULL;
	db_put_int(q, "application", application);
	while (e == OK && db_row(q)) {
		*list = pool_alloc(pool, sizeof **list);
		e = hit_read(q, pool, *list);
		list = &(*list)->next;
	}
	done = db_done(q);
	return e != OK ? e : done;
}
