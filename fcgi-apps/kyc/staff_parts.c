/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff_parts.c: what there is about an application, part by part. */
#include <string.h>

#include "bank/activity.h"
#include "bank/branch.h"
#include "bank/details.h"
#include "bank/device.h"
#include "bank/document.h"
#include "bank/opening.h"
#include "bank/product.h"
#include "bank/review.h"
#include "fcgi-apps/kyc/staff.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/country.h"
#include "lib/page.h"

static void
country_view(struct req *rq, json_object *o, const char *name,
	     const char *code)
{
	const struct country *c = country_find(code);

	json_object_object_add(o, name,
			       json_object_new_string(page_words(
				       rq->who.language,
				       c != NULL ? c->name : code)));
}

static void
details_view(struct req *rq, json_object *o, const struct details *d)
{
	const struct {
		const char *name, *text;
	} texts[] = {
		{"given_names", d->given_names},
		{"family_name", d->family_name},
		{"birth_date", d->birth_date},
		{"nationality", d->nationality},
		{"address", d->address},
		{"address_more", d->address_more},
		{"postcode", d->postcode},
		{"city", d->city},
		{"country", d->country},
		{"tax_id", d->tax_id},
		{"tax_country", d->tax_country},
		{"occupation", d->occupation},
		{"source_of_funds", d->source_of_funds},
	};
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		view_text(o, texts[i].name, texts[i].text);
	view_int(o, "age", details_age(d->birth_date, clock_day(clock_now())));
	view_bool(o, "pep", d->pep);
	view_bool(o, "declarations", d->declarations);
	if (rq->wants_json)
		return;
	country_view(rq, o, "nationality_name", d->nationality);
	country_view(rq, o, "country_name", d->country);
	country_view(rq, o, "tax_country_name", d->tax_country);
	view_flag(o, pool_printf(rq->pool, "occupation_%s", d->occupation));
	view_flag(o, pool_printf(rq->pool, "funds_%s", d->source_of_funds));
}

static void
contact_view(json_object *v, const struct application *a)
{
	json_object *o = json_object_new_object();

	view_text(o, "name", a->name);
	view_text(o, "email", a->email);
	view_bool(o, "email_confirmed", a->email_at != 0);
	view_text(o, "mobile", a->mobile);
	view_bool(o, "mobile_confirmed", a->mobile_at != 0);
	json_object_object_add(v, "contact", o);
}

/* Who they are to the bank already. */
static enum err
known_view(struct req *rq, json_object *v, const struct application *a)
{
	struct customer c;
	json_object *o;
	bool same_tax_id;
	enum err e = opening_known(rq->db, rq->pool, a, &c, &same_tax_id);

	view_bool(v, "same_tax_id", same_tax_id);
	if (e != OK)
		return e == ERR_MISSING ? OK : e;
	o = json_object_new_object();
	view_text(o, "customer_id", c.code);
	view_text(o, "name", c.name);
	json_object_object_add(v, "known_customer", o);
	return OK;
}

static enum err
wish_view(struct req *rq, json_object *v, const struct application *a)
{
	struct product p;
	struct branch b;
	enum err e;

	if ((e = product_get(rq->db, rq->pool, a->offer, &p)) != OK ||
	    (e = branch_get(rq->db, rq->pool, a->branch, &b)) != OK)
		return e;
	view_text(v, "product", p.name);
	view_text(v, "branch", b.name);
	return OK;
}

enum err
staff_add_person(struct req *rq, json_object *v, const struct application *a)
{
	struct details d;
	json_object *o;
	enum err e;

	contact_view(v, a);
	if ((e = wish_view(rq, v, a)) != OK ||
	    (e = known_view(rq, v, a)) != OK || *a->details == '\0')
		return e;
	if ((e = details_read(rq->pool, a, &d)) != OK)
		return e;
	o = json_object_new_object();
	details_view(rq, o, &d);
	json_object_object_add(v, "details", o);
	return OK;
}

static json_object *
document_view(struct req *rq, const struct application *a,
	      const struct document *d)
{
	json_object *o = json_object_new_object();
	char id[SECRET_ID_TEXT], document[SECRET_ID_TEXT];

	view_id(o, "document_id", d->id);
	view_text(o, "kind", d->kind);
	view_text(o, "side", d->side);
	view_text(o, "source", d->source);
	view_int(o, "width", d->width);
	view_int(o, "height", d->height);
	view_time(o, "made_at", d->made_at);
	view_text(o, "url",
		  pool_printf(rq->pool, "/staff/applications/%s/documents/%s",
			      secret_id_text(id, a->public_id),
			      secret_id_text(document, d->id)));
	if (rq->wants_json)
		return o;
	view_flag(o, pool_printf(rq->pool, "kind_%s", d->kind));
	if (*d->side != '\0')
		view_flag(o, pool_printf(rq->pool, "side_%s", d->side));
	view_flag(o, pool_printf(rq->pool, "from_%s", d->source));
	return o;
}

enum err
staff_add_documents(struct req *rq, json_object *v,
		    const struct application *a)
{
	json_object *array = json_object_new_array();
	struct document *d;
	enum err e = document_list(rq->db, rq->pool, a->id, &d);

	json_object_object_add(v, "documents", array);
	if (!rq->wants_json)
		view_bool(v, "documents_note", e == OK && d != NULL);
	for (; e == OK && d != NULL; d = d->next)
		json_object_array_add(array, document_view(rq, a, d));
	return e;
}

static json_object *
said_view(struct req *rq, const struct review_said *s)
{
	json_object *o = json_object_new_object();
	const struct review_reason *r = review_reason(s->reason);

	view_int(o, "round", s->round);
	view_text(o, "step", s->step);
	view_text(o, "verdict", s->verdict);
	view_text(o, "reason", s->reason);
	view_text(o, "note", s->note);
	view_text(o, "user_id", s->user_id);
	view_time(o, "decided_at", s->decided_at);
	if (rq->wants_json)
		return o;
	view_flag(o, pool_printf(rq->pool, "is_%s", s->verdict));
	if (r != NULL)
		view_text(o, "reason_text",
			  page_words(rq->who.language, r->sentence));
	return o;
}

static void
reasons_view(struct req *rq, json_object *v)
{
	json_object *array = json_object_new_array(), *o;
	const struct review_reason *r;
	int n, i;

	r = review_reasons(&n);
	for (i = 0; i < n; i++) {
		o = json_object_new_object();
		view_text(o, "reason", r[i].word);
		view_text(o, "text",
			  page_words(rq->who.language, r[i].sentence));
		view_bool(o, "told", r[i].told);
		view_bool(o, "selected",
			  strcmp(req_param(rq, "reason"), r[i].word) == 0);
		json_object_array_add(array, o);
	}
	json_object_object_add(v, "reasons", array);
}

/* What stands, and what the asking person may say to it. */
static enum err
round_view(struct req *rq, json_object *v, const struct application *a)
{
	json_object *o = json_object_new_object();
	struct review_round r;
	bool own, mine, waits = strcmp(a->state, "sent") == 0;
	enum err e;

	json_object_object_add(v, "round", o);
	if ((e = review_round(rq->db, rq->pool, a->id, &r)) != OK ||
	    (e = review_own(rq->db, a->id, rq->who.customer, &own)) != OK)
		return e;
	mine = review_is_maker(&r, rq->who.user, rq->who.customer);
	view_int(o, "round", r.round);
	view_bool(o, "own", own);
	view_bool(o, "mine", mine);
	view_bool(o, "may_propose", waits && !own && !r.proposed);
	view_bool(o, "may_check", waits && !own && r.proposed && !mine);
	if (!r.proposed)
		return OK;
	view_text(o, "proposal", r.verdict);
	view_text(o, "reason", r.reason);
	view_text(o, "note", r.note);
	view_text(o, "proposed_by", r.maker_name);
	if (rq->wants_json)
		return OK;
	view_flag(o, pool_printf(rq->pool, "is_%s", r.verdict));
	if (review_reason(r.reason) != NULL)
		view_text(o, "reason_text",
			  page_words(rq->who.language,
				     review_reason(r.reason)->sentence));
	return OK;
}

enum err
staff_add_decisions(struct req *rq, json_object *v,
		    const struct application *a)
{
	json_object *array = json_object_new_array();
	struct review_said *s;
	enum err e = review_said(rq->db, rq->pool, a->id, &s);

	json_object_object_add(v, "decisions", array);
	if (!rq->wants_json)
		view_bool(v, "decisions_any", e == OK && s != NULL);
	for (; e == OK && s != NULL; s = s->next)
		json_object_array_add(array, said_view(rq, s));
	reasons_view(rq, v);
	return e != OK ? e : round_view(rq, v, a);
}

static json_object *
act_view(struct req *rq, const struct review_act *r)
{
	json_object *o = json_object_new_object();
	const char *text = activity_words(r->row.act);

	view_int(o, "seq", r->row.seq);
	view_time(o, "at", r->row.at);
	view_text(o, "act", r->row.act);
	view_text(o, "text",
		  page_words(rq->who.language,
			     text != NULL ? text : "Something was changed."));
	view_text(o, "detail", r->row.detail);
	view_text(o, "by", r->row.actor);
	view_text(o, "user_id", r->user_id);
	view_text(o, "ip", r->row.address);
	view_text(o, "device", device_words(rq->pool, r->row.device));
	if (!rq->wants_json)
		view_flag(o, pool_printf(rq->pool, "by_%s", r->row.actor));
	return o;
}

enum err
staff_add_record(struct req *rq, json_object *v, const struct application *a,
		 int rows)
{
	json_object *array = json_object_new_array();
	struct review_act *r;
	enum err e = review_record(rq->db, rq->pool, a->id, rows, &r);

	json_object_object_add(v, "record", array);
	for (; e == OK && r != NULL; r = r->next)
		json_object_array_add(array, act_view(rq, r));
	return e;
}
