/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* change.c: a new password for who knows the present one. */
#include "bank/password.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_policy.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"

enum err
change_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);

	view_bool(v, "changed", *req_param(rq, "changed") != '\0');
	view_bool(v, "password_old", rq->who.password_old);
	front_policy_view(v);
	return resp_page(rs, "change-password", v);
}

struct change {
	const char *password, *new_password;
};

static const struct field change_fields[] = {
	FORM_SECRET(struct change, password, 1, 400),
	FORM_SECRET(struct change, new_password, 1, 400),
};

/* Who is in may be told which of the two was wrong. */
static enum err
refused(struct req *rq, const struct password_change *p, enum err e)
{
	if (e == ERR_CREDENTIALS)
		return req_note(rq, "password",
				"This is not your present password.");
	if (e == ERR_CONFLICT && p->used)
		return req_note(rq, "new_password",
				"You had this password before. Please choose "
				"another one.");
	return e;
}

enum err
change_post(struct req *rq, struct resp *rs)
{
	struct password_change p = {
		.pool = rq->pool, .who = front_actor(rq),
		.user = rq->who.user, .customer = rq->who.customer,
		.user_id = rq->who.name, .session = rq->who.session};
	const struct rate_limit limit = rate_limit(RATE_SIGNIN_ADDRESS);
	struct change c;
	char id[SECRET_ID_TEXT];
	enum err e;

	if ((e = form_read(rq, change_fields, FORM_COUNT(change_fields), &c)) !=
	    OK)
		return e;
	if ((e = front_policy_note(rq, rs, "new_password",
				   c.new_password)) != OK)
		return e;
	p.password = c.password;
	p.password_new = c.new_password;
	e = password_change(rq->db, &p);
	front_rate_tell(rq, rs, &limit, &p.network);
	front_rate_wait(rs, p.wait_ms);
	if (e != OK)
		return refused(rq, &p, e);
	return resp_see(rq, rs, 202, view_challenge(rq, &p.challenge, NULL),
			"/verify-otp?challenge_id=%s&next=/change-password",
			secret_id_text(id, p.challenge.id));
}
