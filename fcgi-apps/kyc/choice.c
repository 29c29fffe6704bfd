/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* choice.c: which account, and at which branch. */
#include <string.h>

#include "bank/branch.h"
#include "bank/offer.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

/* On to wherever somebody is. */
enum err
apply_show(struct req *rq, struct resp *rs)
{
	struct application a;
	enum err e = kyc_application(rq, &a);

	return e != OK ? e : apply_next(rq, rs, &a);
}

/* The catalogue is where an account is chosen. */
enum err
product_form(struct req *rq, struct resp *rs)
{
	return resp_see(rq, rs, 200, view_new(rq), "/products");
}

static json_object *
branches_view(struct req *rq, const struct branch *b, const char *chosen)
{
	json_object *list = json_object_new_array(), *one;

	for (; b != NULL; b = b->next) {
		one = json_object_new_object();
		view_text(one, "branch_code", b->code);
		view_text(one, "name", b->name);
		view_text(one, "address", b->address);
		view_text(one, "hours", b->hours);
		if (!rq->wants_json)
			view_bool(one, "chosen", strcmp(b->code, chosen) == 0);
		json_object_array_add(list, one);
	}
	return list;
}

/* What a link, a form or the application says. */
static const char *
chosen(struct req *rq, const char *name, const char *other, const char *have)
{
	const char *text = req_param(rq, name);

	if (*text == '\0')
		text = req_param(rq, other);
	return *text != '\0' ? text : have;
}

const char *
chosen_product(struct req *rq, const struct application *a)
{
	return chosen(rq, "product_code", "product", a != NULL ? a->offer : "");
}

const char *
chosen_branch(struct req *rq, const struct application *a)
{
	return chosen(rq, "branch_code", "branch", a != NULL ? a->branch : "");
}

enum err
branch_form(struct req *rq, struct resp *rs)
{
	const struct application *a;
	const char *product;
	struct branch *list;
	json_object *v;
	enum err e;

	if ((e = apply_current(rq, &a)) != OK)
		return e;
	if (a != NULL && !application_open(a, "branch"))
		return apply_next(rq, rs, a);
	product = chosen_product(rq, a);
	if (*product == '\0')
		return product_form(rq, rs);
	v = apply_view(rq, a, "branch", product, "");
	if ((e = apply_choice(rq, v, product, "")) != OK ||
	    (e = branch_list(rq->db, rq->pool, &list)) != OK)
		return e;
	json_object_object_add(v, "branches",
			       branches_view(rq, list, chosen_branch(rq, a)));
	return resp_page(rs, "apply-branch", v);
}

/* Both are the bank's own words: no form of ours sends others. */
enum err
apply_choice_note(struct req *rq, const char *product, const char *branch)
{
	struct offer o;
	struct branch b;
	enum err e = offer_get(rq->db, rq->pool, product, &o), f;

	if (e == ERR_MISSING)
		e = req_note(rq, "product_code",
			     "Please choose one of our products.");
	f = branch_get(rq->db, rq->pool, branch, &b);
	if (f == ERR_MISSING)
		f = req_note(rq, "branch_code",
			     "Please choose one of our branches.");
	return e != OK ? e : f;
}

enum err
apply_change_note(struct req *rq, enum err e)
{
	return e == ERR_INPUT
		       ? req_note(rq, "product_code", details_too_young)
		       : e;
}

enum err
branch_post(struct req *rq, struct resp *rs)
{
	struct application a;
	struct application_change c;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	c = (struct application_change){.act = apply_act(rq, &a)};
	c.offer = chosen_product(rq, &a);
	c.branch = req_param(rq, "branch_code");
	if ((e = apply_choice_note(rq, c.offer, c.branch)) != OK)
		return e;
	if ((e = application_change(rq->db, &c)) != OK)
		return apply_change_note(rq, e);
	return apply_next(rq, rs, &c.act.application);
}
