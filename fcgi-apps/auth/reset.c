/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reset.c: a new password for who forgot the old one. */
#include "bank/password.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_policy.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"

/* The form comes with the right code (verify.c), and again after a complaint;
 * nobody else has a use for it. */
enum err
reset_form(struct req *rq, struct resp *rs)
{
	const char *token = req_param(rq, "reset_token");
	json_object *v = view_new(rq);

	if (*token == '\0')
		return resp_see(rq, rs, 200, v, "/forgot-password");
	view_text(v, "reset_token", token);
	front_policy_view(v);
	return resp_page(rs, "reset-password", v);
}

struct reset {
	const char *reset_token, *new_password;
};

static const struct field reset_fields[] = {
	FORM_TEXT(struct reset, reset_token, 1, 100),
	FORM_SECRET(struct reset, new_password, 1, 400),
};

enum err
reset_post(struct req *rq, struct resp *rs)
{
	struct password_reset p = {.pool = rq->pool, .who = front_actor(rq)};
	struct reset r;
	enum err e;

	if ((e = form_read(rq, reset_fields, FORM_COUNT(reset_fields), &r)) !=
	    OK)
		return e;
	if ((e = front_policy_note(rq, rs, "new_password",
				   r.new_password)) != OK)
		return e;
	p.token = r.reset_token;
	p.password_new = r.new_password;
	if ((e = password_reset(rq->db, &p)) == ERR_CONFLICT)
		return req_note(rq, "new_password",
				"You had this password before. Please choose "
				"another one.");
	return e != OK ? e : resp_see(rq, rs, 204, NULL, "/login?reset=1");
}
