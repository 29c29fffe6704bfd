/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* resume.c: going on elsewhere: the link in the mail, and a new one. */
#include <string.h>

#include "bank/application_code.h"
#include "bank/contact.h"
#include "bank/intake.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_captcha.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"

/* Programs that read mail follow links: looking uses nothing up. */
enum err
resume_form(struct req *rq, struct resp *rs)
{
	const char *token = req_param(rq, "token");
	json_object *v = view_new(rq);
	struct application a;
	enum err e = ERR_MISSING;

	if (*token != '\0')
		e = application_link_find(rq->db, rq->pool, token, &a);
	if (e != OK && e != ERR_MISSING)
		return e;
	view_bool(v, "good", e == OK);
	view_bool(v, "bad", e != OK && *token != '\0');
	view_bool(v, "idle", *req_param(rq, "idle") != '\0');
	view_bool(v, "left", *req_param(rq, "left") != '\0');
	view_bool(v, "asked", *req_param(rq, "asked") != '\0');
	if (e == OK) {
		view_text(v, "reference", a.reference);
		view_text(v, "link_token", token);
	} else if ((e = front_captcha_view(rq, rs, v)) != OK) {
		return e;
	}
	return resp_page(rs, "apply-resume", v);
}

struct link {
	const char *token;
};

static const struct field link_fields[] = {
	FORM_SECRET(struct link, token, 1, 100),
};

static enum err
link_dead(struct req *rq)
{
	req_note(rq, "token",
		 "This link was used or is too old. Please ask for a new one.");
	return ERR_EXPIRED;
}

enum err
resume_post(struct req *rq, struct resp *rs)
{
	struct application_link l = {.pool = rq->pool,
				     .who = front_actor(rq)};
	struct link f;
	json_object *v;
	enum err e = form_read(rq, link_fields, FORM_COUNT(link_fields), &f);

	if (e != OK || (e = front_rate(rq, rs, RATE_APPLY_CODE)) != OK)
		return e;
	l.token = f.token;
	if ((e = application_link_take(rq->db, &l)) == ERR_MISSING)
		return link_dead(rq);
	if (e != OK)
		return e;
	v = kyc_view(rq, &l.application);
	view_text(v, "token", l.session_token);
	kyc_cookie(rq, rs, l.session_token);
	return resp_see(rq, rs, 200, v, "/apply/%s",
			application_step(&l.application));
}

struct lost {
	const char *email, *mobile;
};

static const struct field lost_fields[] = {
	FORM_TEXT(struct lost, email, 1, 200),
	FORM_TEXT(struct lost, mobile, 1, 40),
};

static enum err
lost_read(struct req *rq, struct lost *l)
{
	enum err e;

	*l = (struct lost){NULL, NULL};
	e = form_read(rq, lost_fields, FORM_COUNT(lost_fields), l);
	if (l->email != NULL &&
	    (l->email = contact_email(rq->pool, l->email)) == NULL)
		e = req_note(rq, "email",
			     "Please check the address: it should look like "
			     "name@example.org.");
	if (l->mobile != NULL &&
	    (l->mobile = contact_mobile(rq->pool, l->mobile)) == NULL)
		e = req_note(rq, "mobile",
			     "Please give the number with its country, such "
			     "as +49 151 23456789.");
	return e;
}

static enum err
lost_ask(struct req *rq, struct resp *rs)
{
	struct intake i = {.pool = rq->pool, .who = front_actor(rq),
			   .purpose = "apply", .customer_id = "",
			   .tax_id = "", .birth_date = "", .user_id = "",
			   .password = ""};
	struct lost l;
	json_object *v = view_new(rq);
	enum err e;

	if ((e = lost_read(rq, &l)) != OK || (e = front_captcha(rq)) != OK ||
	    (e = front_rate(rq, rs, RATE_APPLY_CODE)) != OK)
		return e;
	i.email = l.email;
	i.mobile = l.mobile;
	if ((e = intake_ask(rq->db, &i)) != OK)
		return e;
	view_text(v, "status", "asked");
	return resp_see(rq, rs, 202, v, "/apply/resume?asked=1");
}

/* The same answer whoever asks, and whatever the bank finds afterwards. */
enum err
link_post(struct req *rq, struct resp *rs)
{
	enum err e = lost_ask(rq, rs);

	return e == OK ? OK : apply_again(rq, rs, resume_form, e);
}

/* On a device that others use: nothing is left there. */
enum err
leave_post(struct req *rq, struct resp *rs)
{
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	e = application_session_close(rq->db, &a, rq->who.session,
				      front_actor(rq));
	if (e != OK)
		return e;
	kyc_cookie(rq, rs, NULL);
	return resp_see(rq, rs, 200, view_new(rq), "/apply/resume?left=1");
}
