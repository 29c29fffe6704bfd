/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* person.c: what strangers must tell of themselves. */
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/form.h"

static const struct field person_fields[] = {
	FORM_TEXT(struct person, customer_id, 0, 40),
	FORM_TEXT(struct person, tax_id, 0, 60),
	FORM_TEXT(struct person, birth_date, 0, 20),
};

/* A member that is NULL was complained about already. */
static enum err
must_have(struct req *rq, bool wanted, const char *name, const char *text)
{
	if (!wanted || text == NULL || *text != '\0')
		return OK;
	return req_note(rq, name, "Please fill this in.");
}

enum err
person_read(struct req *rq, struct person *p, unsigned wanted)
{
	enum err e;
	int32_t day;

	*p = (struct person){.customer_id = NULL};
	e = form_read(rq, person_fields, FORM_COUNT(person_fields), p);
	if (must_have(rq, wanted & PERSON_CUSTOMER, "customer_id",
		      p->customer_id) != OK)
		e = ERR_INPUT;
	if (must_have(rq, wanted & PERSON_TAX, "tax_id", p->tax_id) != OK)
		e = ERR_INPUT;
	if (must_have(rq, wanted & PERSON_BIRTH, "birth_date",
		      p->birth_date) != OK)
		e = ERR_INPUT;
	if (p->birth_date != NULL && *p->birth_date != '\0' &&
	    !clock_parse_date(p->birth_date, &day))
		e = req_note(rq, "birth_date",
			     "Please write the date as YYYY-MM-DD.");
	return e;
}

void
person_view(json_object *v, unsigned wanted)
{
	view_bool(v, "want_customer_id", wanted & PERSON_CUSTOMER);
	view_bool(v, "want_tax_id", wanted & PERSON_TAX);
	view_bool(v, "want_birth_date", wanted & PERSON_BIRTH);
}
