/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit.c: has Didit make the checks that are wanted, and asks how those stand
 * of which no word has come. */
#include <string.h>

#include "bank/didit.h"
#include "daemons/courier/didit_impl.h"
#include "lib/clock.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/settings.h"

enum { RETRY_S = 5, TRIES = 3, ANSWER_MAX = 1024 * 1024, DEPTH = 32 };
enum { SESSION_MAX = 64, URL_MAX = 2000, CREATED = 201, GONE = 404 };

bool
didit_near(void)
{
	return strncmp(settings()->DIDIT_API_BASE, "http://", 7) == 0;
}

int64_t
didit_retry(int64_t tries, const struct fetch *f)
{
	int64_t wait = RETRY_S;

	while (--tries > 0)
		wait *= 2;
	return clock_now() +
	       (wait > f->wait_s ? wait : f->wait_s) * CLOCK_SECOND;
}

/* What may be different the next time. */
bool
didit_may_pass(const struct fetch *f, bool answered)
{
	return answered ? f->status == 429 || f->status >= 500 : !f->refused;
}

static void
tell(struct pool *pool, const char *level, const struct didit *d,
     const char *result, const char *why)
{
	log_event(level, "didit", "reference", d->reference, "result", result,
		  "try", pool_printf(pool, "%lld", (long long)d->tries), "why",
		  why, NULL);
}

/* NULL if it is no object. */
static json_object *
read_object(struct pool *pool, const struct buf *b)
{
	json_object *o = json_read(pool, b->data, b->len, DEPTH);

	return json_object_is_type(o, json_type_object) ? o : NULL;
}

static const char *
text(json_object *o, const char *name)
{
	json_object *m;

	return json_object_object_get_ex(o, name, &m) &&
			       json_object_is_type(m, json_type_string)
		       ? json_object_get_string(m) : "";
}

static void
put(json_object *o, const char *name, const char *value)
{
	json_object_object_add(o, name, json_object_new_string(value));
}

/* Nothing about the person: they tell Didit themselves. */
static const char *
order(struct pool *pool, const struct didit_task *t)
{
	json_object *o = pool_json(pool, json_object_new_object());
	const struct settings *s = settings();

	put(o, "workflow_id", s->DIDIT_WORKFLOW_ID);
	put(o, "vendor_data", t->check.reference);
	put(o, "callback",
	    pool_printf(pool, "%s/apply/identity/back?state=%s",
			s->PUBLIC_BASE_URL, t->state));
	if (strlen(t->language) == 2)
		put(o, "language", t->language);
	return json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static struct fetch
call(struct pool *pool, const char *rest)
{
	const struct settings *s = settings();

	return (struct fetch){
		.url = pool_printf(pool, "%s/v2/session/%s",
				   s->DIDIT_API_BASE, rest),
		.key = s->DIDIT_API_KEY, .timeout_s = s->DIDIT_TIMEOUT_SECONDS,
		.most = ANSWER_MAX};
}

/* It goes into an address: it must look like what it is. */
static bool
is_session(const char *id)
{
	size_t n = strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz-"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n > 0 && n <= SESSION_MAX && id[n] == '\0';
}

/* A person is sent there. */
static bool
is_page(const char *url)
{
	return strlen(url) <= URL_MAX && url[strcspn(url, " \t\r\n")] == '\0' &&
	       (strncmp(url, "https://", 8) == 0 ||
		(didit_near() && strncmp(url, "http://", 7) == 0));
}

static enum err
give_up(struct db *db, struct pool *pool, const struct didit_task *t,
	const char *level, const char *why)
{
	tell(pool, level, &t->check, "given up", why);
	return didit_given_up(db, t, why);
}

static enum err
make_failed(struct db *db, struct pool *pool, const struct didit_task *t,
	    const struct fetch *f, bool answered)
{
	const char *why = answered ? pool_printf(pool, "Didit refused it "
						       "(%ld)", f->status)
				   : f->why;

	if (!didit_may_pass(f, answered))
		return give_up(db, pool, t, "error", why);
	if (t->check.tries >= TRIES)
		return give_up(db, pool, t, f->mend ? "error" : "warn", why);
	tell(pool, f->mend ? "error" : "warn", &t->check, "later", why);
	return didit_later(db, t, didit_retry(t->check.tries, f));
}

static enum err
make_done(struct db *db, struct pool *pool, const struct didit_task *t,
	  const struct fetch *f)
{
	json_object *o = read_object(pool, &f->body);
	const char *id = text(o, "session_id"), *url = text(o, "url");
	const char *name = text(o, "vendor_data");
	enum err e;

	if (!is_session(id) || !is_page(url) ||
	    (*name != '\0' && strcmp(name, t->check.reference) != 0))
		return give_up(db, pool, t, "error", "Didit's answer is none");
	e = didit_made(db, t, id, url);
	if (e == ERR_CONFLICT)
		return give_up(db, pool, t, "error",
			       "Didit gave us a session twice");
	if (e == OK)
		tell(pool, "info", &t->check, "made", "");
	return e;
}

/* Made again it is the same: their session goes by our name. */
static enum err
make(struct db *db, struct pool *pool, const struct didit_task *t)
{
	struct fetch f = call(pool, "");
	bool answered;

	if (!didit_configured())
		return give_up(db, pool, t, "error", "Didit is not set up");
	f.json = order(pool, t);
	answered = fetch_send(pool, &f);
	if (!answered || (f.status != CREATED && f.status != 200))
		return make_failed(db, pool, t, &f, answered);
	return make_done(db, pool, t, &f);
}

static enum err
ask_later(struct db *db, struct pool *pool, const struct didit_task *t,
	  const char *level, const char *why)
{
	tell(pool, level, &t->check, "asked in vain", why);
	return didit_later(db, t, didit_next(t));
}

static enum err
ask_heard(struct db *db, struct pool *pool, const struct didit_task *t,
	  struct didit_word *w)
{
	enum didit_effect effect;
	enum err e;

	w->asked = &t->check;
	if ((e = didit_tell(db, w, &effect)) != OK)
		return e;
	if (effect == DIDIT_STRANGE || effect == DIDIT_STORED)
		return ask_later(db, pool, t, "warn", w->status);
	tell(pool, "info", &t->check, "asked", w->status);
	return OK;
}

/* A session that is there no more has ended; not so if it only seems so. */
static enum err
ask_gone(struct db *db, struct pool *pool, const struct didit_task *t)
{
	struct didit_word w = {.session_id = t->check.session_id,
			       .vendor_data = t->check.reference,
			       .status = "Expired"};

	if (t->check.tries < TRIES || strcmp(t->check.state, "open") != 0)
		return ask_later(db, pool, t, "warn", "there is no session");
	return ask_heard(db, pool, t, &w);
}

static enum err
ask(struct db *db, struct pool *pool, const struct didit_task *t)
{
	struct fetch f = call(pool, pool_printf(pool, "%s/decision/",
						t->check.session_id));
	struct didit_word w;

	if (!fetch_send(pool, &f))
		return ask_later(db, pool, t, f.mend ? "error" : "warn",
				 f.why);
	if (f.status == GONE)
		return ask_gone(db, pool, t);
	if (f.status != 200)
		return ask_later(db, pool, t, f.status < 429 ? "error" : "warn",
				 pool_printf(pool, "Didit refused it (%ld)",
					     f.status));
	if (!didit_read(pool, read_object(pool, &f.body), &w))
		return ask_later(db, pool, t, "error",
				 "Didit's answer is none");
	return ask_heard(db, pool, t, &w);
}

int64_t
didit_lease(void)
{
	return (2 * settings()->DIDIT_TIMEOUT_SECONDS + 30) * CLOCK_SECOND;
}

/* Pictures first: their links end. */
enum err
didit_run(struct db *db, struct pool *pool)
{
	struct didit_task t;
	enum err e = didit_picture_run(db, pool);

	if (e != ERR_MISSING)
		return e;
	if ((e = didit_take(db, pool, didit_lease(), &t)) != OK)
		return e;
	return strcmp(t.check.state, "wanted") == 0 ? make(db, pool, &t)
						    : ask(db, pool, &t);
}
