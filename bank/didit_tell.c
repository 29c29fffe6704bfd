/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_tell.c: what Didit says is taken up: each thing once, the newest
 * counts, in whatever order they come. */
#include <string.h>

#include "bank/didit_impl.h"
#include "lib/clock.h"
#include "lib/settings.h"

/* How far their clock may be ahead of ours, seconds. */
enum { AHEAD_MAX = 300 };

/* Of two that were said in the same second, the lower one is the later: so the
 * last word is the same in whatever order they come. What is not here ("Kyc
 * Expired" too: the check was good when it was made) is noted and asks for
 * nothing. */
static const struct didit_status statuses[] = {
	{"Not Started", "open", false},  {"In Progress", "open", false},
	{"Awaiting User", "open", false}, {"In Review", "review", false},
	{"Resubmitted", "open", false},  {"Abandoned", "none", true},
	{"Expired", "none", true},       {"Declined", "failed", true},
	{"Approved", "passed", true},
};

const struct didit_status *
didit_status(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (strcmp(statuses[i].name, name) == 0)
			return &statuses[i];
	return NULL;
}

/* Theirs and, by its name, ours. */
static enum err
check_find(struct db *db, struct didit_tell *t, bool *found)
{
	struct stmt *q = db_sql(db,
		"SELECT application, reference, session_id, url, status, "
		"status_at, state, tries, created_at FROM didit "
		"WHERE session_id = :session_id");

	db_put_text(q, "session_id", t->word->session_id);
	*found = db_row(q);
	if (*found) {
		didit_row(q, t->pool, &t->check);
		*found = strcmp(t->check.reference, t->word->vendor_data) == 0;
	}
	return db_done(q);
}

/* False in ${fresh}: this very report was taken up before. */
static enum err
event_note(struct db *db, const struct didit_word *w, bool *fresh)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO didit_event (event_id, session_id, status, "
		"told_at, received_at) VALUES (:event_id, :session_id, "
		":status, :told_at, :now) ON CONFLICT DO NOTHING");
	enum err e;

	db_put_text(q, "event_id", w->event_id);
	db_put_text(q, "session_id", w->session_id);
	db_put_text(q, "status", w->status);
	db_put_int(q, "told_at", w->told_at);
	db_put_int(q, "now", clock_now());
	e = db_done(q);
	*fresh = e == OK && db_changes(db) > 0;
	return e;
}

static int
rank(const char *status)
{
	const struct didit_status *s = didit_status(status);

	return s != NULL ? (int)(s - statuses) : -1;
}

static bool
is_newer(const struct didit_tell *t)
{
	const struct didit_word *w = t->word;
	const struct didit *d = &t->check;

	if (w->asked != NULL)
		return w->asked->status_at == d->status_at &&
		       strcmp(w->asked->status, d->status) == 0;
	return w->told_at > d->status_at ||
	       (w->told_at == d->status_at &&
		rank(w->status) > rank(d->status));
}

/* A report that cannot be placed in time is none; we ask instead. */
static bool
is_placed(const struct didit_word *w)
{
	return w->asked != NULL ||
	       (w->told_at > 0 && *w->event_id != '\0' &&
		w->told_at <= clock_now() / CLOCK_SECOND + AHEAD_MAX);
}

/* It says what we knew, though there may be newer links in it. One that was
 * told to be good without saying who it is has waited for this. */
static bool
is_known(const struct didit_tell *t)
{
	const struct didit *d = &t->check;

	return t->word->asked != NULL &&
	       strcmp(t->word->status, d->status) == 0 &&
	       (!t->status->ends || strcmp(d->state, "ended") == 0);
}

static bool
is_end(const struct didit_tell *t)
{
	return t->status->ends &&
	       (t->word->asked != NULL || t->word->seen ||
		strcmp(t->status->identity, "passed") != 0);
}

static int64_t
ask_at(const struct didit_tell *t, bool end)
{
	int64_t wait = settings()->DIDIT_ASK_SECONDS * CLOCK_SECOND;

	if (end)
		return DIDIT_NEVER;
	if (t->status->ends)
		return clock_now();
	if (!is_known(t))
		return clock_now() + wait;
	return didit_next(&(struct didit_task){.check = t->check});
}

static int64_t
status_at(const struct didit_tell *t)
{
	int64_t now = clock_now() / CLOCK_SECOND, last = t->check.status_at;

	if (t->word->asked == NULL)
		return t->word->told_at;
	if (is_known(t))
		return last;
	return now > last ? now : last + 1;
}

static enum err
check_write(struct db *db, const struct didit_tell *t)
{
	bool end = is_end(t);
	struct stmt *q = db_sql(db,
		"UPDATE didit SET status = :status, status_at = :status_at, "
		"state = CASE WHEN :end THEN 'ended' ELSE 'open' END, "
		"url = CASE WHEN :end THEN NULL ELSE url END, "
		"tries = CASE WHEN :known THEN tries ELSE 0 END, "
		"ask_at = :ask_at WHERE reference = :reference");

	db_put_text(q, "status", t->status->name);
	db_put_int(q, "status_at", status_at(t));
	db_put_int(q, "end", end);
	db_put_int(q, "known", is_known(t));
	db_put_int(q, "ask_at", ask_at(t, end));
	db_put_text(q, "reference", t->check.reference);
	return db_done(q);
}

static enum err
apply(struct db *db, struct didit_tell *t)
{
	enum err e;

	t->effect = is_known(t) ? DIDIT_AGAIN : DIDIT_APPLIED;
	if ((e = check_write(db, t)) != OK ||
	    (e = didit_application(db, t)) != OK)
		return e;
	if (!t->current) {
		t->effect = DIDIT_STORED;
		return OK;
	}
	e = didit_pictures_want(db, t->pool, t->check.reference,
				t->word->images);
	return e != OK || is_known(t) ? e : didit_apply(db, t);
}

static enum err
tell_work(struct db *db, void *arg)
{
	struct didit_tell *t = arg;
	bool found, fresh = true;
	enum err e = check_find(db, t, &found);

	t->effect = DIDIT_STRANGE;
	if (e != OK || !found)
		return e;
	t->effect = DIDIT_STORED;
	if (!is_placed(t->word))
		return OK;
	if (t->word->asked == NULL &&
	    (e = event_note(db, t->word, &fresh)) != OK)
		return e;
	t->status = didit_status(t->word->status);
	if (fresh && t->status == NULL)
		return OK;
	if (fresh && is_newer(t))
		return apply(db, t);
	t->effect = DIDIT_AGAIN;
	return OK;
}

enum err
didit_tell(struct db *db, struct didit_word *word, enum didit_effect *effect)
{
	struct didit_tell t = {.pool = pool_new(), .word = word};
	enum err e = db_write(db, tell_work, &t);

	*effect = t.effect;
	pool_free(t.pool);
	return e;
}
