/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity.c: which way it is found out who somebody is, and when. */
#include "fcgi-apps/kyc/identity.h"

#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/kyc.h"

/* The first that is ready; the desk always is. */
static const struct identity_way ways[] = {
	{desk_ready, desk_form, desk_post},
};

static const struct identity_way *
way_of(const struct application *a)
{
	const struct identity_way *w = ways;

	while (!w->ready(a))
		w++;
	return w;
}

/* There is something to compare a document with, and pictures of it. */
static bool
is_time(const struct application *a)
{
	return application_open(a, "identity") && a->details_at != 0 &&
	       a->documents_at != 0;
}

enum err
identity_form(struct req *rq, struct resp *rs)
{
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	return is_time(&a) ? way_of(&a)->form(rq, rs)
			   : apply_next(rq, rs, &a);
}

/* A browser that comes too early, or again, is led to where it is. */
enum err
identity_post(struct req *rq, struct resp *rs)
{
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	if (is_time(&a))
		return way_of(&a)->post(rq, rs);
	return rq->wants_json ? ERR_CONFLICT : apply_next(rq, rs, &a);
}
