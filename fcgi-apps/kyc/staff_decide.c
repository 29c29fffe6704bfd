/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff_decide.c: what somebody of the bank says about an application. */
#include "fcgi-apps/kyc/staff.h"

#include <string.h>

#include "bank/review.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"

enum { NOTE_MAX = 1000 };

struct verdict {
	const char *verdict, *reason, *what, *note;
	long round;
};

static const struct field verdict_fields[] = {
	FORM_CHOICE(struct verdict, verdict,
		    "|approve|decline|ask|agree|disagree"),
	FORM_TEXT(struct verdict, reason, 0, 20),
	FORM_CHOICE(struct verdict, what, "|documents|details|identity"),
	FORM_LINES(struct verdict, note, 0, NOTE_MAX),
	FORM_INT(struct verdict, round, 1, 1000000),
};

static const struct field hit_fields[] = {
	FORM_CHOICE(struct verdict, verdict, "|clear|confirm"),
	FORM_LINES(struct verdict, note, 0, NOTE_MAX),
};

/* The page again, with what is wrong and with the words. */
static enum err
again(struct req *rq, struct resp *rs, enum err e)
{
	if (!rq->wants_json && staff_application(rq, rs) != OK)
		rs->page = NULL;
	return e;
}

/* A code has to be given first; what was written is there afterwards. */
static enum err
confirmed(struct req *rq)
{
	const char *path = front_draft_path(rq);
	enum err e = front_confirmed(rq), kept;

	if (e != ERR_STEP_UP || path == NULL || !rq->who.by_cookie)
		return e;
	kept = front_draft_keep(rq, rq->who.user, path);
	return kept == OK || kept == ERR_TOO_BIG ? e : kept;
}

static enum err
may_speak(struct req *rq, struct application *a)
{
	enum err e = staff_application_of(rq, a);

	return e != OK ? e : confirmed(rq);
}

static enum err
verdict_read(struct req *rq, const struct field *fields, int count,
	     struct verdict *w)
{
	enum err e = form_read(rq, fields, count, w);

	if (e == OK && *w->verdict == '\0')
		e = req_note(rq, "verdict", "Please choose one of the "
			     "choices.");
	return e;
}

/* Where a person goes on, and what a program is told. */
static enum err
said(struct req *rq, struct resp *rs, const struct application *a,
     const char *how)
{
	json_object *v = view_new(rq);
	char id[SECRET_ID_TEXT];

	front_draft_done(rq);
	view_id(v, "application_id", a->public_id);
	view_text(v, "state", a->state);
	return resp_see(rq, rs, 200, v, "/staff/applications/%s?said=%s",
			secret_id_text(id, a->public_id), how);
}

enum err
staff_decision(struct req *rq, struct resp *rs)
{
	struct review r = {.pool = rq->pool, .who = front_actor(rq),
			   .user = rq->who.user,
			   .customer = rq->who.customer};
	struct application a;
	struct verdict w = {.round = 0};
	enum err e;

	if ((e = may_speak(rq, &a)) != OK)
		return e;
	e = verdict_read(rq, verdict_fields, FORM_COUNT(verdict_fields), &w);
	if (e != OK)
		return again(rq, rs, e);
	r.application = a.public_id;
	r.verdict = w.verdict;
	r.reason = strcmp(w.verdict, "decline") == 0 ? w.reason : "";
	r.what = w.what;
	r.note = w.note;
	r.round = w.round;
	if ((e = review_decide(rq->db, &r)) == OK)
		return said(rq, rs, &r.now, w.verdict);
	if (r.complaint != NULL)
		req_note(rq, r.field, r.complaint);
	return e == ERR_MISSING ? e : again(rq, rs, e);
}

enum err
staff_screening(struct req *rq, struct resp *rs)
{
	struct review_hit h = {.pool = rq->pool, .who = front_actor(rq),
			       .user = rq->who.user,
			       .customer = rq->who.customer};
	struct verdict w = {.note = NULL};
	struct application a;
	uint8_t hit[SECRET_ID];
	enum err e;

	if ((e = may_speak(rq, &a)) != OK)
		return e;
	if (!secret_id_parse(hit, req_param(rq, "hit")))
		return ERR_MISSING;
	e = verdict_read(rq, hit_fields, FORM_COUNT(hit_fields), &w);
	if (e != OK)
		return again(rq, rs, e);
	h.application = a.public_id;
	h.hit = hit;
	h.verdict = w.verdict;
	h.note = w.note;
	if ((e = review_hit(rq->db, &h)) == OK)
		return said(rq, rs, &a, w.verdict);
	if (h.complaint != NULL)
		req_note(rq, h.field, h.complaint);
	return e == ERR_MISSING ? e : again(rq, rs, e);
}
