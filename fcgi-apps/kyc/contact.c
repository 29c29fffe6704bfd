/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contact.c: who asks and where they are reached; with that an application
 * begins. */
#include "bank/contact.h"

#include <string.h>

#include "bank/application_code.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_captcha.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/settings.h"

/* Nothing is asked for twice: what is known stands in the form. */
static void
known_add(json_object *v, const struct application *a)
{
	view_text(v, "name", a->name);
	view_text(v, "email", a->email);
	view_text(v, "mobile", a->mobile);
	view_bool(v, "fixed_email", !application_open(a, "email"));
	view_bool(v, "fixed_mobile", !application_open(a, "mobile"));
}

enum err
contact_form(struct req *rq, struct resp *rs)
{
	const struct application *a;
	const char *product, *branch;
	json_object *v;
	enum err e;

	if ((e = apply_current(rq, &a)) != OK)
		return e;
	if (a != NULL && !application_open(a, "contact"))
		return apply_next(rq, rs, a);
	product = chosen_product(rq, a);
	branch = chosen_branch(rq, a);
	if (*product == '\0' || *branch == '\0')
		return resp_see(rq, rs, 200, view_new(rq),
				"/apply/branch?product=%s",
				http_escape(rq->pool, product));
	v = apply_view(rq, a, "contact", product, branch);
	if ((e = apply_choice(rq, v, product, branch)) != OK)
		return e;
	view_int(v, "days", settings()->KYC_APPLICATION_DAYS);
	if (a != NULL)
		known_add(v, a);
	else if ((e = front_captcha_view(rq, rs, v)) != OK)
		return e;
	return resp_page(rs, "apply-contact", v);
}

struct contact {
	const char *name, *email, *mobile;
};

static const struct field contact_fields[] = {
	FORM_TEXT(struct contact, name, 1, 100),
	FORM_TEXT(struct contact, email, 1, 200),
	FORM_TEXT(struct contact, mobile, 1, 40),
};

/* A member that is NULL was complained about already. */
static enum err
contact_check(struct req *rq, struct contact *c)
{
	enum err e = OK;
	const char *why;

	if (c->name != NULL && (why = details_name_wrong(c->name)) != NULL)
		e = req_note(rq, "name", why);
	if (c->email != NULL &&
	    (c->email = contact_email(rq->pool, c->email)) == NULL)
		e = req_note(rq, "email",
			     "Please check the address: it should look like "
			     "name@example.org.");
	if (c->mobile != NULL &&
	    (c->mobile = contact_mobile(rq->pool, c->mobile)) == NULL)
		e = req_note(rq, "mobile",
			     "Please give the number with its country, such "
			     "as +49 151 23456789.");
	return e;
}

static enum err
contact_read(struct req *rq, struct contact *c)
{
	enum err e, f;

	*c = (struct contact){.name = NULL};
	e = form_read(rq, contact_fields, FORM_COUNT(contact_fields), c);
	f = contact_check(rq, c);
	return e != OK ? e : f;
}

/* What is not sent stays as it is: a page does not send what is fixed, and a
 * program what it does not change. */
static enum err
change_read(struct req *rq, const struct application *a,
	    struct application_change *c)
{
	struct contact had = {a->name, a->email, a->mobile}, to;
	const char **texts[] = {&to.name, &to.email, &to.mobile};
	const char *const have[] = {had.name, had.email, had.mobile};
	enum err e = OK, f;
	size_t i;

	to = (struct contact){.name = NULL};
	for (i = 0; i < 3; i++)
		if (pairs_find(&rq->params, contact_fields[i].name) == NULL)
			*texts[i] = have[i];
		else if (form_read(rq, &contact_fields[i], 1, &to) != OK)
			e = ERR_INPUT;
	f = contact_check(rq, &to);
	c->name = to.name;
	c->email = to.email;
	c->mobile = to.mobile;
	return e != OK ? e : f;
}

static enum err
change(struct req *rq, struct application *a, struct application_change *c)
{
	enum err e = change_read(rq, a, c), f;

	f = apply_choice_note(rq, c->offer, c->branch);
	if (e != OK || f != OK)
		return e != OK ? e : f;
	if ((e = application_change(rq->db, c)) != OK)
		return apply_change_note(rq, e);
	*a = c->act.application;
	return OK;
}

/* A changed address is sent its code at once, as the first was. */
static void
code_first(struct req *rq, struct resp *rs, const struct application *a)
{
	const char *step = application_step(a);

	if (!rq->wants_json &&
	    (strcmp(step, "mobile") == 0 || strcmp(step, "email") == 0))
		apply_code_first(rq, rs, a, rq->who.session, step);
}

enum err
contact_post(struct req *rq, struct resp *rs)
{
	struct application a;
	struct application_change c;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	c = (struct application_change){.act = apply_act(rq, &a),
					.offer = a.offer, .branch = a.branch};
	if ((e = change(rq, &a, &c)) != OK)
		return e;
	code_first(rq, rs, &a);
	return apply_next(rq, rs, &a);
}

/* The same, and product and branch, for programs. */
enum err
kyc_session_put(struct req *rq, struct resp *rs)
{
	struct application a;
	struct application_change c;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	c = (struct application_change){.act = apply_act(rq, &a),
					.offer = chosen_product(rq, &a),
					.branch = chosen_branch(rq, &a)};
	if ((e = change(rq, &a, &c)) != OK)
		return e;
	return kyc_session_show(rq, rs);
}

/* The session that was there before belongs to another application. */
static enum err
begun(struct req *rq, struct resp *rs, struct application_start *s)
{
	json_object *v = kyc_view(rq, &s->application);
	struct application old;

	if (rq->who.by_cookie && kyc_application(rq, &old) == OK)
		application_session_close(rq->db, &old, rq->who.session,
					  s->who);
	view_text(v, "token", s->token);
	kyc_cookie(rq, rs, s->token);
	if (!rq->wants_json)
		apply_code_first(rq, rs, &s->application,
				 s->session.token_hash, "mobile");
	return resp_see(rq, rs, 201, v, "/apply/mobile");
}

static enum err
begin(struct req *rq, struct resp *rs)
{
	struct application_start s = {.pool = rq->pool,
				      .who = front_actor(rq)};
	struct application *a = &s.application;
	struct contact c;
	enum err e = contact_read(rq, &c), f;

	a->offer = chosen_product(rq, NULL);
	a->branch = chosen_branch(rq, NULL);
	f = apply_choice_note(rq, a->offer, a->branch);
	if (e != OK || f != OK)
		return e != OK ? e : f;
	if ((e = front_captcha(rq)) != OK ||
	    (e = front_rate(rq, rs, RATE_APPLY_NEW)) != OK)
		return e;
	a->language = rq->who.language;
	a->name = c.name;
	a->email = c.email;
	a->mobile = c.mobile;
	if ((e = application_start(rq->db, &s)) != OK)
		return e;
	return begun(rq, rs, &s);
}

enum err
kyc_session_post(struct req *rq, struct resp *rs)
{
	enum err e = begin(rq, rs);

	return e == OK ? OK : apply_again(rq, rs, contact_form, e);
}
