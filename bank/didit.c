/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit.c: checks by Didit as the person meets them: wanted, waited for, come
 * back from. */
#include "bank/didit_impl.h"

#include <string.h>

#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/settings.h"

/* How soon after the person is back we ask, if no word has come by then. */
enum { BACK_MS = 5 * CLOCK_SECOND };

bool
didit_configured(void)
{
	const struct settings *s = settings();

	return *s->DIDIT_API_KEY != '\0' && *s->DIDIT_WORKFLOW_ID != '\0' &&
	       *s->DIDIT_WEBHOOK_SECRET != '\0' && *s->PUBLIC_BASE_URL != '\0';
}

/* An address that cannot be opened any more is none: it must not stand in the
 * way of all the others. */
void
didit_row(struct stmt *q, struct pool *pool, struct didit *d)
{
	const char *session = db_text(q, "session_id");

	*d = (struct didit){
		.application = db_int(q, "application"),
		.reference = pool_strdup(pool, db_text(q, "reference")),
		.session_id = session != NULL ? pool_strdup(pool, session)
					      : "",
		.status = pool_strdup(pool, db_text(q, "status")),
		.status_at = db_int(q, "status_at"),
		.state = pool_strdup(pool, db_text(q, "state")),
		.tries = db_int(q, "tries"),
		.created_at = db_int(q, "created_at")};
	if (seal_get(q, pool, "url", "didit.url", d->application, &d->url) !=
	    OK)
		d->url = "";
}

enum err
didit_of(struct db *db, struct pool *pool, int64_t application,
	 struct didit *out)
{
	struct stmt *q = db_sql(db,
		"SELECT application, reference, session_id, url, status, "
		"status_at, state, tries, created_at FROM didit "
		"WHERE application = :application "
		"ORDER BY reference DESC LIMIT 1");
	bool found;
	enum err e;

	db_put_int(q, "application", application);
	if ((found = db_row(q)))
		didit_row(q, pool, out);
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}

enum err
didit_left(struct db *db, int64_t application, int64_t *checks)
{
	struct stmt *q = db_sql(db, "SELECT count(*) AS n FROM didit "
				    "WHERE application = :application");

	*checks = 0;
	db_put_int(q, "application", application);
	if (db_row(q))
		*checks = DIDIT_CHECKS - db_int(q, "n");
	return db_done(q);
}

/* No state is known before the courier has made one up. */
static enum err
insert(struct db *db, const struct application *a, const char *reference)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO didit (reference, application, return_hash, "
		"state, ask_at, created_at) VALUES (:reference, "
		":application, :hash, 'wanted', :now, :now)");
	uint8_t nothing[SECRET_HASH];

	secret_random(nothing, sizeof nothing);
	db_put_text(q, "reference", reference);
	db_put_int(q, "application", a->id);
	db_put_blob(q, "hash", nothing, sizeof nothing);
	db_put_int(q, "now", clock_now());
	return db_done(q);
}

static bool
is_under_way(const struct didit *d)
{
	return strcmp(d->state, "wanted") == 0 || strcmp(d->state, "open") == 0;
}

/* A second check has a name of its own, or Didit would show the first. */
static enum err
want_another(struct db *db, struct pool *pool, const struct application *a)
{
	int64_t left;
	enum err e;

	if ((e = didit_left(db, a->id, &left)) != OK)
		return e;
	if (left <= 0)
		return ERR_LIMIT;
	return insert(db, a, left == DIDIT_CHECKS ? a->reference
			: pool_printf(pool, "%s-%lld", a->reference,
				      (long long)(DIDIT_CHECKS + 1 - left)));
}

enum err
didit_want(struct db *db, struct pool *pool, struct application *a,
	   const struct actor *actor)
{
	struct didit d;
	enum err e = didit_of(db, pool, a->id, &d);

	if (e != OK && e != ERR_MISSING)
		return e;
	if ((e == ERR_MISSING || !is_under_way(&d)) &&
	    (e = want_another(db, pool, a)) != OK)
		return e;
	if (strcmp(a->identity, "open") == 0 &&
	    strcmp(a->provider, "didit") == 0)
		return OK;
	return application_mark_identity(db, a, "didit", "open", actor);
}

void
didit_state_hash(uint8_t hash[SECRET_HASH], const char *state)
{
	secret_hash(hash, state, strlen(state));
}

/* The hash it leaves behind is one of nothing. */
static enum err
back_work(struct db *db, void *arg)
{
	struct stmt *q = db_sql(db,
		"UPDATE didit SET return_hash = :nothing, ask_at = CASE "
		"WHEN state = 'open' THEN min(ask_at, :soon) ELSE ask_at END "
		"WHERE return_hash = :hash RETURNING reference");
	uint8_t hash[SECRET_HASH], nothing[SECRET_HASH];
	bool found;
	enum err e;

	didit_state_hash(hash, arg);
	secret_random(nothing, sizeof nothing);
	db_put_blob(q, "hash", hash, sizeof hash);
	db_put_blob(q, "nothing", nothing, sizeof nothing);
	db_put_int(q, "soon", clock_now() + BACK_MS);
	found = db_row(q);
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}

/* Nobody writes to the database by asking for a page. */
static enum err
state_known(struct db *db, const char *state)
{
	struct stmt *q = db_sql(db, "SELECT 1 AS one FROM didit "
				    "WHERE return_hash = :hash");
	uint8_t hash[SECRET_HASH];
	bool found;
	enum err e;

	didit_state_hash(hash, state);
	db_put_blob(q, "hash", hash, sizeof hash);
	found = db_row(q);
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}

enum err
didit_back(struct db *db, const char *state)
{
	char copy[DIDIT_STATE];
	enum err e;

	if (strlen(state) != DIDIT_STATE - 1)
		return ERR_MISSING;
	memcpy(copy, state, sizeof copy);
	if ((e = state_known(db, state)) != OK)
		return e;
	db_rest(db);
	return db_write(db, back_work, copy);
}
