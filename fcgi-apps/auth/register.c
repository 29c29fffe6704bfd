/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* register.c: a customer of the bank asks for a user id. */
#include "bank/intake.h"
#include "bank/password.h"
#include "bank/user.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_captcha.h"
#include "fcgi-apps/front_policy.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/settings.h"

enum err
register_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	enum err e;

	view_bool(v, "own_user_id", !settings()->AUTO_SET_USER_ID_AT_SIGNUP);
	person_view(v, PERSON_ALL);
	front_policy_view(v);
	e = front_captcha_view(rq, rs, v);
	return e != OK ? e : resp_page(rs, "register", v);
}

struct wish {
	const char *user_id, *password;
};

static const struct field wish_fields[] = {
	FORM_TEXT(struct wish, user_id, 0, 100),
	FORM_SECRET(struct wish, password, 1, 400),
};

/* The bank's own choice comes later, with the code. */
static enum err
user_id_read(struct req *rq, struct wish *w)
{
	const char *fault;

	if (settings()->AUTO_SET_USER_ID_AT_SIGNUP) {
		w->user_id = "";
		return OK;
	}
	w->user_id = user_normal(rq->pool, w->user_id);
	fault = user_id_fault(w->user_id);
	return fault == NULL ? OK : req_note(rq, "user_id", fault);
}

/* All complaints at once. */
static enum err
wish_read(struct req *rq, struct resp *rs, struct wish *w)
{
	enum err e = form_read(rq, wish_fields, FORM_COUNT(wish_fields), w);

	if (w->user_id != NULL && user_id_read(rq, w) != OK)
		e = ERR_INPUT;
	if (w->password != NULL &&
	    front_policy_note(rq, rs, "password", w->password) != OK)
		e = ERR_INPUT;
	return e;
}

enum err
register_post(struct req *rq, struct resp *rs)
{
	struct intake i = {.pool = rq->pool, .who = front_actor(rq),
			   .purpose = "register", .mobile = "", .email = ""};
	struct wish w = {.user_id = NULL};
	struct person p;
	char id[SECRET_ID_TEXT];
	enum err e;

	e = person_read(rq, &p, PERSON_ALL);
	if (wish_read(rq, rs, &w) != OK || e != OK)
		return ERR_INPUT;
	if ((e = front_captcha(rq)) != OK)
		return e;
	i.customer_id = p.customer_id;
	i.tax_id = p.tax_id;
	i.birth_date = p.birth_date;
	i.user_id = w.user_id;
	i.password = password_encode(rq->pool, w.password);
	if ((e = intake_ask(rq->db, &i)) != OK)
		return e;
	return resp_see(rq, rs, 202, view_challenge(rq, &i.challenge, NULL),
			"/verify-otp?challenge_id=%s",
			secret_id_text(id, i.challenge.id));
}

/* One that could never be had is not to be had. Each answer costs a captcha:
 * nobody lists who banks here. */
enum err
user_id_available(struct req *rq, struct resp *rs)
{
	const char *user_id = user_normal(rq->pool, req_param(rq, "user_id"));
	json_object *v = view_new(rq);
	struct user u;
	enum err e = front_rate(rq, rs, RATE_USER_ID);

	if (e == OK)
		e = front_captcha(rq);
	if (e == OK && user_id_fault(user_id) == NULL)
		e = user_find(rq->db, rq->pool, user_id, &u);
	if (e != OK && e != ERR_MISSING && e != ERR_CONFLICT)
		return e;
	view_bool(v, "available", e == ERR_MISSING);
	return resp_page(rs, NULL, v);
}
