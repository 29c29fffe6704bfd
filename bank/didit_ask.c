/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_ask.c: the courier's side of checks: take, make, ask, give up. */
#include <string.h>

#include "bank/didit_impl.h"
#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum { LINKS = 5 };
static const int64_t LONGEST_WAIT_MS = 6 * 3600 * (int64_t)CLOCK_SECOND;

struct take {
	struct pool *pool;
	int64_t lease_ms;
	struct didit_task *out;
	bool found, idle;
};

/* Whoever makes a check up gives it a new way back: an older one was told to
 * nobody who could use it. */
static enum err
take_row(struct db *db, struct take *t)
{
	struct stmt *q = db_sql(db,
		"UPDATE didit SET ask_at = :until, tries = tries + 1, "
		"return_hash = CASE state WHEN 'wanted' THEN :hash "
		"ELSE return_hash END WHERE reference = (SELECT reference "
		"FROM didit WHERE state IN ('wanted', 'open', 'ended') AND "
		"ask_at <= :now ORDER BY ask_at LIMIT 1) "
		"RETURNING application, reference, session_id, url, status, "
		"status_at, state, tries, created_at");
	uint8_t random[SECRET_HASH], hash[SECRET_HASH];

	secret_random(random, sizeof random);
	secret_base64url(t->out->state, random, sizeof random);
	didit_state_hash(hash, t->out->state);
	db_put_blob(q, "hash", hash, sizeof hash);
	db_put_int(q, "now", clock_now());
	db_put_int(q, "until", clock_now() + t->lease_ms);
	t->found = db_row(q);
	if (t->found)
		didit_row(q, t->pool, &t->out->check);
	return db_done(q);
}

/* False in ${open}: nobody waits for it any more. */
static enum err
application_look(struct db *db, struct take *t, bool *open)
{
	struct stmt *q = db_sql(db,
		"SELECT language, state IN ('started', 'sent', 'asked') "
		"AS open FROM application WHERE id = :id");

	*open = false;
	db_put_int(q, "id", t->out->check.application);
	if (db_row(q)) {
		*open = db_int(q, "open") != 0;
		t->out->language = pool_strdup(t->pool,
					       db_text(q, "language"));
	}
	return db_done(q);
}

static enum err
leave(struct db *db, const struct didit *d)
{
	struct stmt *q = db_sql(db,
		"UPDATE didit SET ask_at = :never, url = NULL, state = "
		"CASE state WHEN 'wanted' THEN 'failed' ELSE 'ended' END "
		"WHERE reference = :reference");

	db_put_int(q, "never", DIDIT_NEVER);
	db_put_text(q, "reference", d->reference);
	return db_done(q);
}

static enum err
take_work(struct db *db, void *arg)
{
	struct take *t = arg;
	bool open;
	enum err e = take_row(db, t);

	t->idle = false;
	if (e != OK || !t->found)
		return e;
	if ((e = application_look(db, t, &open)) != OK || open)
		return e;
	t->idle = true;
	return leave(db, &t->out->check);
}

/* Looking costs no write: most of the time nothing is due. */
static enum err
anything_due(struct db *db)
{
	struct stmt *q = db_sql(db,
		"SELECT 1 AS one FROM didit WHERE state IN "
		"('wanted', 'open', 'ended') AND ask_at <= :now LIMIT 1");
	bool due;
	enum err e;

	db_put_int(q, "now", clock_now());
	due = db_row(q);
	e = db_done(q);
	db_rest(db);
	return e == OK && !due ? ERR_MISSING : e;
}

enum err
didit_take(struct db *db, struct pool *pool, int64_t lease_ms,
	   struct didit_task *out)
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
	const struct didit_task *task;
	const char *session_id, *url, *why;
	int64_t at;
};

static enum err
made_work(struct db *db, void *arg)
{
	const struct mark *m = arg;
	const struct didit *d = &m->task->check;
	struct pool *pool = pool_new();
	struct stmt *q = db_sql(db,
		"UPDATE didit SET session_id = :session_id, url = :url, "
		"state = 'open', tries = 0, ask_at = :ask_at "
		"WHERE reference = :reference AND state = 'wanted'");
	enum err e;

	db_put_text(q, "session_id", m->session_id);
	seal_put(q, pool, "url", "didit.url", d->application, m->url);
	db_put_int(q, "ask_at", m->at);
	db_put_text(q, "reference", d->reference);
	e = db_done(q);
	pool_free(pool);
	return e;
}

enum err
didit_made(struct db *db, const struct didit_task *task,
	   const char *session_id, const char *url)
{
	struct mark m = {.task = task, .session_id = session_id, .url = url};

	m.at = clock_now() + settings()->DIDIT_ASK_SECONDS * CLOCK_SECOND;
	return db_write(db, made_work, &m);
}

static enum err
later_work(struct db *db, void *arg)
{
	const struct mark *m = arg;
	struct stmt *q = db_sql(db, "UPDATE didit SET ask_at = :at "
				    "WHERE reference = :reference");

	db_put_int(q, "at", m->at);
	db_put_text(q, "reference", m->task->check.reference);
	return db_done(q);
}

enum err
didit_later(struct db *db, const struct didit_task *task, int64_t at)
{
	struct mark m = {.task = task, .at = at};

	return db_write(db, later_work, &m);
}

/* What was sent or decided in the meantime is not taken back. */
static enum err
to_the_desk(struct db *db, struct pool *pool, const struct mark *m)
{
	struct application a;
	enum err e;

	e = application_get(db, pool, m->task->check.application, &a);
	if (e != OK || strcmp(a.provider, "didit") != 0 ||
	    strcmp(a.identity, "open") != 0)
		return e;
	if ((e = application_mark_identity(db, &a, "desk", "none",
					   &actor_system)) != OK)
		return e == ERR_CONFLICT ? OK : e;
	return application_audit(db, &a, &actor_system, "didit.failed",
				 m->why);
}

static enum err
given_up_work(struct db *db, void *arg)
{
	const struct mark *m = arg;
	struct stmt *q = db_sql(db,
		"UPDATE didit SET state = 'failed', url = NULL, "
		"ask_at = :never WHERE reference = :reference AND "
		"state IN ('wanted', 'open') RETURNING reference");
	struct pool *pool = pool_new();
	bool found;
	enum err e;

	db_put_int(q, "never", DIDIT_NEVER);
	db_put_text(q, "reference", m->task->check.reference);
	found = db_row(q);
	e = db_done(q);
	if (e == OK && found)
		e = to_the_desk(db, pool, m);
	pool_free(pool);
	return e;
}

enum err
didit_given_up(struct db *db, const struct didit_task *task, const char *why)
{
	struct mark m = {.task = task, .why = why};

	return db_write(db, given_up_work, &m);
}

/* Of one that has ended only links are asked for. */
int64_t
didit_next(const struct didit_task *task)
{
	int64_t wait = settings()->DIDIT_ASK_SECONDS * CLOCK_SECOND, i;

	if (strcmp(task->check.state, "ended") == 0 &&
	    task->check.tries >= LINKS)
		return DIDIT_NEVER;
	for (i = 1; i < task->check.tries && wait < LONGEST_WAIT_MS; i++)
		wait *= 2;
	return clock_now() + (wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS);
}
