/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* emergency.c: the emergency code, shown once, and what it does when the
 * phone is lost. */
#include "bank/emergency.h"

#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/form.h"

enum err
emergency_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct emergency m;
	enum err e = emergency_get(rq->db, rq->who.user, &m);

	if (e != OK)
		return e;
	view_bool(v, "made", m.made && !m.used);
	view_bool(v, "used", m.used);
	if (m.made)
		view_time(v, "made_at", m.made_at);
	return resp_page(rs, "emergency-code", v);
}

enum err
emergency_post(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	char code[EMERGENCY_CODE];
	enum err e;

	if ((e = front_confirmed(rq)) != OK ||
	    (e = emergency_make(rq->db, rq->who.user, rq->who.customer,
				front_actor(rq), code)) != OK)
		return e;
	view_text(v, "code", code);
	view_time(v, "made_at", clock_now());
	resp_page(rs, "emergency-code", v);
	rs->status = 201;
	return OK;
}

enum err
lost_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);

	view_bool(v, "done", *req_param(rq, "done") != '\0');
	return resp_page(rs, "lost-phone", v);
}

struct lost {
	const char *code;
};

static const struct field lost_fields[] = {
	FORM_TEXT(struct lost, code, 1, 60),
};

enum err
lost_post(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct lost l;
	enum err e;

	e = form_read(rq, lost_fields, FORM_COUNT(lost_fields), &l);
	if (e != OK || (e = front_rate(rq, rs, RATE_EMERGENCY)) != OK)
		return e;
	e = emergency_use(rq->db, rq->pool, l.code, front_actor(rq));
	if (e == ERR_OTP)
		req_note(rq, "code", "This code is not right.");
	if (e != OK)
		return e;
	if (rq->who.by_cookie)
		front_cookie(rq, rs, NULL);
	view_text(v, "status", "stopped");
	return resp_see(rq, rs, 200, v, "/lost-phone?done=1");
}
