/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* apply.c: the frame around every step of an application. */
#include "fcgi-apps/kyc/apply.h"

#include <string.h>

#include "bank/branch.h"
#include "bank/offer.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

/* Marks where somebody is, and where they can go. The last step is none to be
 * done. */
static void
steps_mark(json_object *view, const struct application *a, const char *here)
{
	const char *now = application_step(a), *name;
	json_object *steps, *one, *text;
	size_t i;

	json_object_object_get_ex(view, "steps", &steps);
	view_int(view, "steps_count", APPLICATION_STEPS - 1);
	for (i = 0; i < json_object_array_length(steps); i++) {
		one = json_object_array_get_idx(steps, i);
		json_object_object_get_ex(one, "name", &text);
		name = json_object_get_string(text);
		if (a->id != 0 && (strcmp(name, now) == 0 ||
				   (application_done(a, name) &&
				    application_open(a, name))))
			view_flag(one, "link");
		if (strcmp(name, here) != 0)
			continue;
		view_flag(one, "here");
		view_int(view, "step_number", (int64_t)i + 1);
	}
}

static json_object *
view_of(struct req *rq, const struct application *a, const char *step)
{
	json_object *v = kyc_view(rq, a);

	if (!rq->wants_json)
		steps_mark(v, a, step);
	view_flag(v, pool_printf(rq->pool, "state_%s", a->state));
	return v;
}

static const char *
step_path(struct req *rq, const struct application *a)
{
	return pool_printf(rq->pool, "/apply/%s", application_step(a));
}

enum err
apply_page(struct req *rq, struct resp *rs, const char *step,
	   struct application *a, json_object **view)
{
	enum err e = kyc_application(rq, a);

	*view = NULL;
	if (e != OK)
		return e;
	if (!application_open(a, step) &&
	    strcmp(step, application_step(a)) != 0)
		return resp_see(rq, rs, 200, kyc_view(rq, a), "%s",
				step_path(rq, a));
	*view = view_of(rq, a, step);
	view_flag(*view, "going");
	return OK;
}

/* Nobody has nothing that a program could use. */
static json_object *
view_of_nobody(struct req *rq, const char *step, const char *offer,
	       const char *branch)
{
	const struct application nobody = {
		.reference = "", .offer = offer, .branch = branch, .name = "",
		.identity = "none", .state = "started", .asked = ""};
	json_object *v = view_of(rq, &nobody, step);

	json_object_object_del(v, "kyc_session_id");
	json_object_object_del(v, "reference");
	json_object_object_del(v, "state");
	return v;
}

json_object *
apply_view(struct req *rq, const struct application *a, const char *step,
	   const char *offer, const char *branch)
{
	json_object *v = a != NULL ? view_of(rq, a, step)
				   : view_of_nobody(rq, step, offer, branch);

	view_bool(v, "going", a != NULL);
	return v;
}

enum err
apply_current(struct req *rq, const struct application **a)
{
	struct application *have = pool_alloc(rq->pool, sizeof *have);
	enum err e = kyc_application(rq, have);

	*a = NULL;
	if (e != OK)
		return e == ERR_LOGIN ? OK : e;
	if (strcmp(have->state, "started") == 0 ||
	    strcmp(have->state, "asked") == 0)
		*a = have;
	return OK;
}

enum err
apply_next(struct req *rq, struct resp *rs, const struct application *a)
{
	return resp_see(rq, rs, 200, kyc_view(rq, a), "%s", step_path(rq, a));
}

static void
said_add(json_object *view, json_object *said)
{
	if (said == NULL)
		return;
	json_object_object_foreach(said, name, value)
		json_object_object_add(view, name, json_object_get(value));
}

enum err
apply_again(struct req *rq, struct resp *rs, handler *form, enum err e)
{
	struct note *notes = rq->notes, *last = rq->last_note;
	json_object *said = rs->view;

	if (rq->wants_json)
		return e;
	db_rest(rq->db);
	rs->view = NULL;
	if (form(rq, rs) != OK || rs->location != NULL)
		rs->page = NULL;
	rs->location = NULL;
	rq->notes = notes;
	rq->last_note = last;
	if (rs->page != NULL)
		said_add(rs->view, said);
	return e;
}

struct application_act
apply_act(struct req *rq, const struct application *a)
{
	return (struct application_act){rq->pool, front_actor(rq), *a};
}

enum err
apply_choice(struct req *rq, json_object *view, const char *offer,
	     const char *branch)
{
	struct offer o;
	struct branch b;
	enum err e = OK;

	if (*offer != '\0' &&
	    (e = offer_get(rq->db, rq->pool, offer, &o)) == OK) {
		view_text(view, "product_code", o.product.code);
		view_text(view, "product", o.product.name);
		view_text(view, "product_summary", o.summary);
	}
	if (e == OK && *branch != '\0' &&
	    (e = branch_get(rq->db, rq->pool, branch, &b)) == OK) {
		view_text(view, "branch_code", b.code);
		view_text(view, "branch", b.name);
		view_text(view, "branch_address", b.address);
	}
	return e;
}

bool
apply_noted(const struct req *rq, const char *field)
{
	const struct note *n = rq->notes;

	while (n != NULL && strcmp(n->field, field) != 0)
		n = n->next;
	return n != NULL;
}
