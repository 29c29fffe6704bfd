/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sent.c: how an application stands, for who sent it. */
#include <string.h>

#include "bank/opening.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

/* What a program asks about: what is decided, or that it is not yet. */
static const char *
status_of(const struct application *a)
{
	return strcmp(a->state, "sent") == 0 ? "pending" : a->state;
}

/* By what the customer calls them. */
static enum err
opened_view(struct req *rq, json_object *v, const struct application *a)
{
	struct opening o;
	enum err e = opening_get(rq->db, rq->pool, a, &o);

	if (e != OK)
		return e == ERR_MISSING ? OK : e;
	view_text(v, "customer_id", o.customer_id);
	view_text(v, "account_number", o.number);
	view_bool(v, "existing", a->existing);
	view_bool(v, "may_set_user", o.may_set_user);
	return OK;
}

/* Why one was declined is the bank's own; what it asks for is said. */
static void
asked_view(struct req *rq, json_object *v, const struct application *a)
{
	json_object *asked;
	const char *word = a->asked;
	size_t n;

	if (strcmp(a->state, "asked") != 0)
		return;
	asked = json_object_new_array();
	for (; *word != '\0'; word += n + (word[n] == ' ')) {
		n = strcspn(word, " ");
		json_object_array_add(asked,
				      json_object_new_string_len(word,
								 (int)n));
		if (!rq->wants_json)
			view_flag(v, pool_printf(rq->pool, "asked_%.*s",
						 (int)n, word));
	}
	json_object_object_add(v, "asked", asked);
	view_text(v, "reason", a->reason);
}

static enum err
state_view(struct req *rq, json_object *v, const struct application *a)
{
	view_text(v, "status", status_of(a));
	view_text(v, "product_code", a->offer);
	view_text(v, "branch_code", a->branch);
	if (a->sent_at != 0)
		view_time(v, "sent_at", a->sent_at);
	view_time(v, "expires_at", a->expires_at);
	asked_view(rq, v, a);
	return opened_view(rq, v, a);
}

enum err
kyc_session_show(struct req *rq, struct resp *rs)
{
	struct application a;
	json_object *v;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	if (!rq->wants_json)
		return apply_next(rq, rs, &a);
	v = kyc_view(rq, &a);
	view_text(v, "name", a.name);
	view_text(v, "email", a.email);
	view_text(v, "mobile", a.mobile);
	if ((e = state_view(rq, v, &a)) != OK)
		return e;
	return resp_page(rs, NULL, v);
}

enum err
sent_show(struct req *rq, struct resp *rs)
{
	struct application a;
	json_object *v;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	if (strcmp(a.state, "started") == 0)
		return apply_next(rq, rs, &a);
	v = apply_view(rq, &a, "sent", "", "");
	view_text(v, "email", a.email);
	if ((e = state_view(rq, v, &a)) != OK)
		return e;
	return resp_page(rs, "apply-sent", v);
}
