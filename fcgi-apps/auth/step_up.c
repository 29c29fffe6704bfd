/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* step_up.c: asks a signed-in person for a code before access is changed. */
#include "bank/step_up.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"

enum err
step_up_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	const char *next = front_path(req_param(rq, "next"));

	if (front_confirmed(rq) == OK)
		return resp_see(rq, rs, 200, v, "%s", next);
	view_text(v, "next", next);
	return resp_page(rs, "step-up", v);
}

enum err
step_up_post(struct req *rq, struct resp *rs)
{
	struct step_up s = {.pool = rq->pool, .user = rq->who.user,
			    .customer = rq->who.customer,
			    .session = rq->who.session};
	char id[SECRET_ID_TEXT];
	enum err e;

	if ((e = step_up_begin(rq->db, &s)) != OK)
		return e;
	return resp_see(rq, rs, 202, view_challenge(rq, &s.challenge, NULL),
			"/verify-otp?challenge_id=%s&next=%s",
			secret_id_text(id, s.challenge.id), front_next(rq));
}
