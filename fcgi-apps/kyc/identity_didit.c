/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity_didit.c: the step "identity" for the person, while Didit looks. */
#include <string.h>

#include "bank/didit.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/identity.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

/* How soon a page looks again: for the place at Didit, for its word. */
enum { PLACE_S = 2, WORD_S = 10 };

/* Not after Didit could not be reached: then the desk has begun. */
enum err
didit_ready(struct req *rq, const struct application *a, bool *yes)
{
	struct didit d;
	int64_t left;
	enum err e;

	*yes = false;
	if (!didit_configured())
		return OK;
	if ((e = didit_left(rq->db, a->id, &left)) != OK)
		return e;
	e = didit_of(rq->db, rq->pool, a->id, &d);
	*yes = e == ERR_MISSING ||
	       (e == OK && strcmp(d.state, "failed") != 0 &&
		(left > 0 || strcmp(d.state, "ended") != 0));
	return e == ERR_MISSING ? OK : e;
}

enum err
didit_away(struct req *rq, const struct application *a, json_object *view)
{
	struct didit d;
	enum err e = didit_of(rq->db, rq->pool, a->id, &d);

	if (e == OK && strcmp(d.state, "failed") == 0 && !rq->wants_json)
		view_flag(view, "didit_away");
	return e == ERR_MISSING ? OK : e;
}

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* For pages one of: passed, review, failed, place (at Didit, awaited), door
 * (the place is there), way (the person was there), again, first. */
static const char *
stand_of(const struct application *a, const struct didit *d)
{
	bool open = is(a->identity, "open") && is(a->provider, "didit");

	if (is(a->identity, "passed") || is(a->identity, "review") ||
	    is(a->identity, "failed"))
		return a->identity;
	if (!open)
		return *d->state == '\0' ? "first" : "again";
	if (*d->url == '\0')
		return "place";
	return *d->status == '\0' || is(d->status, "Not Started") ? "door"
								  : "way";
}

static void
stand_view(struct req *rq, struct resp *rs, json_object *v,
	   const struct application *a, const struct didit *d)
{
	const char *stand = stand_of(a, d);
	int again = is(stand, "place") ? PLACE_S
		    : is(stand, "way") ? WORD_S : 0;

	view_text(v, "provider", "didit");
	view_text(v, "status", a->identity);
	if (is(stand, "door") || is(stand, "way"))
		view_text(v, "url", d->url);
	if (rq->wants_json)
		return;
	view_flag(v, pool_printf(rq->pool, "stand_%s", stand));
	if (again != 0)
		resp_header(rq, rs, "Refresh",
			    pool_printf(rq->pool, "%d", again));
}

static enum err
check_view(struct req *rq, struct resp *rs, json_object *v,
	   const struct application *a)
{
	struct didit d = {.state = "", .url = "", .status = ""};
	enum err e = didit_of(rq->db, rq->pool, a->id, &d);

	if (e != OK && e != ERR_MISSING)
		return e;
	stand_view(rq, rs, v, a, &d);
	return OK;
}

enum err
didit_form(struct req *rq, struct resp *rs)
{
	struct application a;
	json_object *v;
	enum err e = apply_page(rq, rs, "identity", &a, &v);

	if (e != OK || v == NULL)
		return e;
	if ((e = check_view(rq, rs, v, &a)) != OK)
		return e;
	return resp_page(rs, "apply-didit", v);
}

/* It may have been decided, or expired, meanwhile. */
static enum err
want_work(struct db *db, void *arg)
{
	struct application_act *act = arg;
	struct application *a = &act->application;
	enum err e = application_get(db, act->pool, a->id, a);

	if (e == OK && (!application_open(a, "identity") ||
			a->details_at == 0))
		e = ERR_CONFLICT;
	if (e == OK && !is(a->identity, "passed") &&
	    !is(a->identity, "review"))
		e = didit_want(db, act->pool, a, act->who);
	return e;
}

static enum err
wanted(struct req *rq, struct resp *rs, const struct application *a)
{
	json_object *v = NULL;
	enum err e = OK;

	if (rq->wants_json) {
		v = kyc_view(rq, a);
		e = check_view(rq, rs, v, a);
	}
	return e != OK ? e : resp_see(rq, rs, 202, v, "/apply/identity");
}

/* What Didit finds out is compared with what the person says, so that comes
 * first; pictures it takes itself. */
enum err
didit_post(struct req *rq, struct resp *rs)
{
	struct application_act act;
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	act = apply_act(rq, &a);
	db_rest(rq->db);
	e = db_write(rq->db, want_work, &act);
	return e == OK ? wanted(rq, rs, &act.application)
		       : apply_again(rq, rs, didit_form, e);
}

/* What else the query says about the session is anybody's word: the page it
 * leads to says what we know. */
enum err
didit_back_show(struct req *rq, struct resp *rs)
{
	enum err e = didit_back(rq->db, req_param(rq, "state"));

	if (e != OK && e != ERR_MISSING)
		return e;
	return resp_see(rq, rs, 200, view_new(rq), "/apply/identity");
}
