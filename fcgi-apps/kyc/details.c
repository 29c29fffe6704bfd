/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* details.c: what an applicant says about themselves: the long form. */
#include "bank/details.h"

#include <string.h>

#include "bank/application_session.h"
#include "bank/offer.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/details.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/form.h"

static const struct field details_fields[] = {
	FORM_TEXT(struct details, given_names, 0, 100),
	FORM_TEXT(struct details, family_name, 0, 100),
	FORM_TEXT(struct details, birth_date, 0, 20),
	FORM_TEXT(struct details, nationality, 0, 3),
	FORM_TEXT(struct details, address, 0, 200),
	FORM_TEXT(struct details, address_more, 0, 200),
	FORM_TEXT(struct details, postcode, 0, 20),
	FORM_TEXT(struct details, city, 0, 100),
	FORM_TEXT(struct details, country, 0, 3),
	FORM_TEXT(struct details, tax_country, 0, 3),
	FORM_TEXT(struct details, tax_id, 0, 40),
	FORM_TEXT(struct details, occupation, 0, 40),
	FORM_TEXT(struct details, source_of_funds, 0, 40),
};

/* Yes or no must be said, and a box be ticked. */
struct answers {
	const char *pep, *declarations;
};

static const struct field answer_fields[] = {
	FORM_CHOICE(struct answers, pep, "|true|false"),
	FORM_CHOICE(struct answers, declarations, "|true|false"),
};

/* One complaint a field. */
static enum err
complain(struct req *rq, const struct details_note *n)
{
	enum err e = OK;

	for (; n != NULL; n = n->next) {
		e = ERR_INPUT;
		if (!apply_noted(rq, n->field))
			req_note(rq, n->field, n->message);
	}
	return e;
}

static enum err
age_of(struct req *rq, const struct application *a, int *age_min)
{
	struct offer o = {.age_min = 18};
	enum err e = offer_get(rq->db, rq->pool, a->offer, &o);

	*age_min = (int)o.age_min;
	return e == ERR_MISSING ? OK : e;
}

static const struct details nothing = {
	"", "", "", "", "", "", "", "", "", "", "", "", "", false, false};

/* Every complaint at once. */
static enum err
details_input(struct req *rq, const struct application *a, struct details *d)
{
	struct answers said = {"", ""};
	int age_min;
	enum err e, f;

	*d = nothing;
	e = form_read(rq, details_fields, FORM_COUNT(details_fields), d);
	f = form_read(rq, answer_fields, FORM_COUNT(answer_fields), &said);
	if (*said.pep == '\0' && !apply_noted(rq, "pep"))
		f = req_note(rq, "pep", "Please choose one.");
	d->pep = strcmp(said.pep, "true") == 0;
	d->declarations = strcmp(said.declarations, "true") == 0;
	e = e != OK ? e : f;
	if ((f = age_of(rq, a, &age_min)) != OK)
		return f;
	f = complain(rq, details_check(rq->pool, d, clock_day(clock_now()),
				       age_min));
	return e != OK ? e : f;
}

/* The name was given once: its last word is the family's, as a guess. */
static void
name_guess(struct req *rq, const struct application *a, struct details *d)
{
	const char *last = strrchr(a->name, ' ');

	d->family_name = last != NULL ? last + 1 : a->name;
	d->given_names =
		last != NULL ? pool_strndup(rq->pool, a->name,
					    (size_t)(last - a->name))
			     : "";
}

enum err
details_form(struct req *rq, struct resp *rs)
{
	struct application a;
	struct details d;
	json_object *v;
	enum err e = apply_page(rq, rs, "details", &a, &v);

	if (e != OK || v == NULL)
		return e;
	if ((e = details_read(rq->pool, &a, &d)) != OK)
		return e;
	if (*a.details == '\0')
		name_guess(rq, &a, &d);
	details_view(rq, v, &d);
	view_text(v, "offer_code", a.offer);
	if (!rq->wants_json)
		details_choices(rq, v, &d, a.details_at != 0);
	return resp_page(rs, "apply-details", v);
}

static enum err
details_save(struct req *rq, struct application *a)
{
	struct application_details x = {.act = apply_act(rq, a)};
	enum err e;

	/* Whoever may not say anything now hears that, and no complaints. */
	if (!application_open(a, "details"))
		return ERR_CONFLICT;
	if ((e = details_input(rq, a, &x.details)) != OK)
		return e;
	if ((e = application_details(rq->db, &x)) == OK)
		*a = x.act.application;
	return e == ERR_INPUT ? req_note(rq, "birth_date", details_too_young)
			      : e;
}

enum err
details_post(struct req *rq, struct resp *rs)
{
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	if ((e = details_save(rq, &a)) == OK)
		return apply_next(rq, rs, &a);
	if (e == ERR_CONFLICT && !rq->wants_json)
		return apply_next(rq, rs, &a);
	return apply_again(rq, rs, details_form, e);
}

/* The session is over, its form is not: what can be read of it is kept, and
 * stands in the form when the application is opened again. */
enum err
details_late(struct req *rq, struct resp *rs)
{
	struct application a;
	struct application_session s;
	struct application_details x;
	enum err e;

	e = application_session_get(rq->db, rq->pool, rq->who.session, &s);
	if (e != ERR_LOGIN || !s.idled)
		return e == OK ? ERR_LOGIN : e;
	if ((e = application_get(rq->db, rq->pool, s.application, &a)) != OK)
		return e;
	x = (struct application_details){.act = apply_act(rq, &a),
					 .details = nothing};
	form_read(rq, details_fields, FORM_COUNT(details_fields), &x.details);
	e = application_keep(rq->db, &x);
	if (e != OK && e != ERR_CONFLICT)
		return e;
	return resp_see(rq, rs, 200, view_new(rq), "/apply/resume?idle=1");
}
