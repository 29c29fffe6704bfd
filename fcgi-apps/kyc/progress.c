/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* progress.c: how far an application has come, for programs and pages. */
#include "bank/application.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

/* Pages besides need what a step is called, how it stands and where it is. */
static json_object *
step_view(struct req *rq, const struct application_step *s)
{
	json_object *v = json_object_new_object();

	view_text(v, "name", s->name);
	view_text(v, "status", s->status);
	if (rq->wants_json)
		return v;
	view_text(v, "path", pool_printf(rq->pool, "/apply/%s", s->name));
	view_flag(v, pool_printf(rq->pool, "is_%s", s->name));
	view_flag(v, s->status);
	return v;
}

json_object *
kyc_view(struct req *rq, const struct application *a)
{
	json_object *view = view_new(rq), *list = json_object_new_array();
	struct application_step steps[APPLICATION_STEPS];
	int i;

	application_steps(a, steps);
	for (i = 0; i < APPLICATION_STEPS; i++)
		json_object_array_add(list, step_view(rq, &steps[i]));
	view_id(view, "kyc_session_id", a->public_id);
	view_text(view, "reference", a->reference);
	view_text(view, "state", a->state);
	view_text(view, "step", application_step(a));
	json_object_object_add(view, "steps", list);
	return view;
}
