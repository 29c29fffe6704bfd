/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* products.c: what the bank offers, to be compared, and one of it with all its
 * facts. */
#include <string.h>

#include "bank/offer.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/kyc/told.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"

struct wish {
	const char *category;
};
static const struct field wish_fields[] = {
	FORM_CHOICE(struct wish, category, "all|deposit|loan|card"),
};

static void
put_amount(json_object *v, const char *name, const struct offer *o,
	   int64_t minor)
{
	view_money(v, name, money_of(minor, o->currency));
}

/* A page says "none" instead of 0.00. */
static void
put_flags(json_object *v, const struct offer *o)
{
	view_flag(v, o->category);
	if (o->product.interest_bp > 0)
		view_flag(v, "has_interest");
	if (o->monthly_fee > 0)
		view_flag(v, "has_fee");
	if (o->opening_min > 0)
		view_flag(v, "has_min");
	if (o->product.transfer_fee > 0)
		view_flag(v, "has_transfer_fee");
}

/* What is the same for everybody who asks for it. A loan pays nobody: it has
 * no limits for that. */
static json_object *
limits_view(const struct offer *o)
{
	const struct product *p = &o->product;
	json_object *v = json_object_new_object();

	if (strcmp(p->category, "loan") == 0)
		return v;
	put_amount(v, "per_transfer_min", o, p->per_transfer_min);
	if (p->per_transfer_max > 0)
		put_amount(v, "per_transfer_max", o, p->per_transfer_max);
	if (p->daily_amount > 0)
		put_amount(v, "daily_amount", o, p->daily_amount);
	if (p->daily_count > 0)
		view_int(v, "daily_count", p->daily_count);
	return v;
}

static json_object *
example_view(const struct offer *o)
{
	json_object *v = json_object_new_object();
	struct offer_example e;

	if (!offer_example(o, &e)) {
		json_object_put(v);
		return NULL;
	}
	view_money(v, "amount", e.amount);
	view_money(v, "interest", e.interest);
	if (e.months == 0)
		return v;
	view_int(v, "months", e.months);
	view_money(v, "payment", e.payment);
	view_money(v, "total", e.total);
	return v;
}

static json_object *
view_offer(struct req *rq, const struct offer *o)
{
	json_object *v = json_object_new_object();
	int64_t bp = o->product.interest_bp;

	view_text(v, "product_code", o->product.code);
	view_text(v, "name", o->product.name);
	view_text(v, "category", o->category);
	view_text(v, "summary", told_text(rq, o->summary));
	view_text(v, "currency", o->currency);
	view_text(v, "interest_rate",
		  pool_printf(rq->pool, "%lld.%02lld", (long long)(bp / 100),
			      (long long)(bp % 100)));
	put_amount(v, "monthly_fee", o, o->monthly_fee);
	put_amount(v, "opening_min", o, o->opening_min);
	put_amount(v, "transfer_fee", o, o->product.transfer_fee);
	view_int(v, "age_min", o->age_min);
	json_object_object_add(v, "features", told_lines(rq, o->features));
	json_object_object_add(v, "limits", limits_view(o));
	json_object_object_add(v, "example", example_view(o));
	if (!rq->wants_json)
		put_flags(v, o);
	return v;
}

/* For pages: a table for each kind. */
static json_object *
groups_view(json_object *products)
{
	json_object *groups = json_object_new_array(), *group = NULL, *v;
	json_object *list = NULL, *category;
	const char *last = "";
	size_t i;

	for (i = 0; i < json_object_array_length(products); i++) {
		v = json_object_array_get_idx(products, i);
		json_object_object_get_ex(v, "category", &category);
		if (strcmp(json_object_get_string(category), last) != 0) {
			last = json_object_get_string(category);
			group = json_object_new_object();
			list = json_object_new_array();
			view_flag(group, last);
			json_object_object_add(group, "products", list);
			json_object_array_add(groups, group);
		}
		json_object_array_add(list, json_object_get(v));
	}
	return groups;
}

enum err
products_show(struct req *rq, struct resp *rs)
{
	json_object *view = view_new(rq), *list;
	struct wish w = {0};
	struct offer *o;
	enum err e = form_read(rq, wish_fields, FORM_COUNT(wish_fields), &w);

	if (e != OK)
		return e;
	e = offer_list(rq->db, rq->pool,
		       strcmp(w.category, "all") == 0 ? "" : w.category, &o);
	if (e != OK)
		return e;
	list = json_object_new_array();
	for (; o != NULL; o = o->next)
		json_object_array_add(list, view_offer(rq, o));
	json_object_object_add(view, "products", list);
	json_object_object_add(view, "next", NULL);
	if (!rq->wants_json) {
		json_object_object_add(view, "groups", groups_view(list));
		view_flag(view, pool_printf(rq->pool, "only_%s", w.category));
		view_bool(view, "begun", kyc_begun(rq));
	}
	rs->cacheable = true;
	return resp_page(rs, "products", view);
}

static void
put_ways(struct req *rq, json_object *v, const struct offer *o)
{
	view_text(v, "apply",
		  pool_printf(rq->pool, "/apply/branch?product=%s",
			      http_escape(rq->pool, o->product.code)));
	if (*o->features != '\0')
		view_flag(v, "has_features");
	if (*o->terms != '\0')
		view_flag(v, "has_terms");
}

enum err
product_show(struct req *rq, struct resp *rs)
{
	json_object *view;
	struct offer o;
	enum err e = offer_get(rq->db, rq->pool, req_param(rq, "code"), &o);

	if (e != OK)
		return e;
	view = pool_json(rq->pool, view_offer(rq, &o));
	json_object_object_add(view, "terms", told_lines(rq, o.terms));
	if (!rq->wants_json)
		put_ways(rq, view, &o);
	rs->cacheable = true;
	return resp_page(rs, "product", view);
}
