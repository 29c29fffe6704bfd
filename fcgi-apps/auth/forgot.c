/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* forgot.c: a person asks for a forgotten password or user id. */
#include "bank/intake.h"
#include "bank/user.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_captcha.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/settings.h"

static unsigned
flags(bool customer_id, bool tax_id, bool birth_date)
{
	return (customer_id ? PERSON_CUSTOMER : 0u) |
	       (tax_id ? PERSON_TAX : 0u) | (birth_date ? PERSON_BIRTH : 0u);
}

static unsigned
wanted_for_password(void)
{
	const struct settings *s = settings();

	return flags(s->CUSTOMERID_MENDATORY_AT_FORGET_PASSWORD,
		     s->TAXID_MENDATORY_AT_FORGET_PASSWORD,
		     s->DOB_VERIFICATION_MENDATORY_AT_FORGET_PASSWORD);
}

static unsigned
wanted_for_user_id(void)
{
	const struct settings *s = settings();

	return flags(s->CUSTOMERID_MENDATORY_AT_FORGET_USERID,
		     s->TAXID_MENDATORY_AT_FORGET_USERID,
		     s->DOB_VERIFICATION_MENDATORY_AT_FORGET_USERID);
}

enum err
forgot_password_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	enum err e = front_captcha_view(rq, rs, v);

	person_view(v, wanted_for_password());
	return e != OK ? e : resp_page(rs, "forgot-password", v);
}

enum err
forgot_user_id_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	enum err e = front_captcha_view(rq, rs, v);

	person_view(v, wanted_for_user_id());
	return e != OK ? e : resp_page(rs, "forgot-user-id", v);
}

static enum err
ask(struct req *rq, struct resp *rs, struct intake *i, const struct person *p)
{
	char id[SECRET_ID_TEXT];
	enum err e = front_captcha(rq);

	if (e != OK)
		return e;
	i->pool = rq->pool;
	i->who = front_actor(rq);
	i->customer_id = p->customer_id;
	i->tax_id = p->tax_id;
	i->birth_date = p->birth_date;
	i->password = "";
	if ((e = intake_ask(rq->db, i)) != OK)
		return e;
	return resp_see(rq, rs, 202, view_challenge(rq, &i->challenge, NULL),
			"/verify-otp?challenge_id=%s",
			secret_id_text(id, i->challenge.id));
}

struct who_forgot {
	const char *user_id, *mobile, *email;
};

static const struct field password_fields[] = {
	FORM_TEXT(struct who_forgot, user_id, 1, 100),
};

enum err
forgot_password_post(struct req *rq, struct resp *rs)
{
	struct intake i = {.purpose = "reset", .mobile = "", .email = ""};
	struct who_forgot f;
	struct person p;
	enum err e = form_read(rq, password_fields,
			       FORM_COUNT(password_fields), &f);

	if (person_read(rq, &p, wanted_for_password()) != OK || e != OK)
		return ERR_INPUT;
	i.user_id = user_normal(rq->pool, f.user_id);
	return ask(rq, rs, &i, &p);
}

static const struct field user_id_fields[] = {
	FORM_TEXT(struct who_forgot, mobile, 0, 40),
	FORM_TEXT(struct who_forgot, email, 0, 200),
};

enum err
forgot_user_id_post(struct req *rq, struct resp *rs)
{
	struct intake i = {.purpose = "user_id", .user_id = ""};
	struct who_forgot f;
	struct person p;
	enum err e = form_read(rq, user_id_fields,
			       FORM_COUNT(user_id_fields), &f);

	if (e == OK && *f.mobile == '\0' && *f.email == '\0')
		e = req_note(rq, "email",
			     "Please give the email address or the mobile "
			     "number.");
	if (person_read(rq, &p, wanted_for_user_id()) != OK || e != OK)
		return ERR_INPUT;
	i.mobile = f.mobile;
	i.email = f.email;
	return ask(rq, rs, &i, &p);
}
