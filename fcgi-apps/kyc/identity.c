/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity.c: which way it is found out who somebody is, and when. */
#include "fcgi-apps/kyc/identity.h"

#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/kyc.h"

/* The first that is ready; the desk always is. */
static const struct identity_way ways[] = {
	{didit_ready, didit_form, didit_post, true},
	{desk_ready, desk_form, desk_post, false},
};

/* NULL in ${way}: it is not the time for it. */
static enum err
way_of(struct req *rq, const struct application *a,
       const struct identity_way **way)
{
	const struct identity_way *w = ways;
	bool ready;
	enum err e;

	while ((e = w->ready(rq, a, &ready)) == OK && !ready)
		w++;
	*way = application_open(a, "identity") && a->details_at != 0 &&
			       (w->takes || a->documents_at != 0)
		       ? w : NULL;
	return e;
}

enum err
identity_form(struct req *rq, struct resp *rs)
{
	struct application a;
	const struct identity_way *way;
	enum err e = kyc_application(rq, &a);

	if (e != OK || (e = way_of(rq, &a, &way)) != OK)
		return e;
	return way != NULL ? way->form(rq, rs) : apply_next(rq, rs, &a);
}

/* A browser that comes too early, or again, is led to where it is. */
enum err
identity_post(struct req *rq, struct resp *rs)
{
	struct application a;
	const struct identity_way *way;
	enum err e = kyc_application(rq, &a);

	if (e != OK || (e = way_of(rq, &a, &way)) != OK)
		return e;
	if (way != NULL)
		return way->post(rq, rs);
	return rq->wants_json ? ERR_CONFLICT : apply_next(rq, rs, &a);
}
