/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review.c: everything an application says, once more, before it is sent. */
#include <string.h>

#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/details.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

static const char *const steps[] = {"mobile", "email", "details", "documents",
				    "identity"};
enum { STEPS = sizeof steps / sizeof *steps };

/* What is missing, and what can be changed. */
static void
steps_view(struct req *rq, json_object *v, const struct application *a)
{
	json_object *missing = json_object_new_array(), *one;
	int i;

	for (i = 0; i < STEPS; i++) {
		if (application_open(a, steps[i]))
			view_flag(v, pool_printf(rq->pool, "open_%s",
						 steps[i]));
		if (application_done(a, steps[i]))
			continue;
		one = json_object_new_object();
		view_text(one, "path",
			  pool_printf(rq->pool, "/apply/%s", steps[i]));
		view_flag(one, pool_printf(rq->pool, "is_%s", steps[i]));
		json_object_array_add(missing, one);
	}
	view_bool(v, "complete", json_object_array_length(missing) == 0);
	json_object_object_add(v, "missing", missing);
}

static enum err
answers_view(struct req *rq, json_object *v, const struct application *a)
{
	struct details d;
	enum err e = details_read(rq->pool, a, &d);

	if (e != OK)
		return e;
	view_text(v, "name", a->name);
	view_text(v, "email", a->email);
	view_text(v, "mobile", a->mobile);
	view_bool(v, "detailed", a->details_at != 0);
	details_view(rq, v, &d);
	details_choices(rq, v, &d, true);
	json_object_object_del(v, "countries");
	view_bool(v, "documented", a->documents_at != 0);
	view_flag(v, pool_printf(rq->pool, "identity_%s", a->identity));
	view_bool(v, "open_contact", application_open(a, "contact"));
	view_bool(v, "open_choice", application_open(a, "branch"));
	e = apply_choice(rq, v, a->offer, a->branch);
	return e == ERR_MISSING ? OK : e;
}

enum err
review_form(struct req *rq, struct resp *rs)
{
	struct application a;
	json_object *v;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	if (strcmp(application_step(&a), "sent") == 0)
		return apply_next(rq, rs, &a);
	v = apply_view(rq, &a, "review", a.offer, a.branch);
	steps_view(rq, v, &a);
	if ((e = answers_view(rq, v, &a)) != OK)
		return e;
	return resp_page(rs, "apply-review", v);
}

/* Names everything that is missing. */
static enum err
incomplete(struct req *rq, struct resp *rs, const struct application *a)
{
	json_object *missing = json_object_new_array();
	int i;

	if (strcmp(a->state, "expired") == 0) {
		json_object_put(missing);
		return ERR_EXPIRED;
	}
	for (i = 0; i < STEPS; i++) {
		if (application_done(a, steps[i]))
			continue;
		req_note(rq, steps[i], "This is still missing.");
		json_object_array_add(missing,
				      json_object_new_string(steps[i]));
	}
	rs->view = view_new(rq);
	view_text(rs->view, "detail",
		  "Something is still missing. Nothing was sent.");
	if (rq->wants_json)
		json_object_object_add(rs->view, "missing", missing);
	else
		json_object_put(missing);
	return ERR_CONFLICT;
}

enum err
submit_post(struct req *rq, struct resp *rs)
{
	struct application_submit s = {.product = ""};
	struct application *a = &s.act.application;
	json_object *choice = view_new(rq), *product;
	enum err e = kyc_application(rq, a);

	if (e != OK)
		return e;
	s.act = apply_act(rq, a);
	e = apply_choice(rq, choice, a->offer, "");
	if (e != OK && e != ERR_MISSING)
		return e;
	if (json_object_object_get_ex(choice, "product", &product))
		s.product = json_object_get_string(product);
	db_rest(rq->db);
	if ((e = application_submit(rq->db, &s)) == ERR_CONFLICT)
		return apply_again(rq, rs, review_form,
				   incomplete(rq, rs, a));
	if (e != OK)
		return e;
	return rq->wants_json ? kyc_session_show(rq, rs)
			      : resp_see(rq, rs, 200, NULL, "/apply/sent");
}
