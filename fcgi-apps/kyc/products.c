/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* products.c: the bank's offers. */
#include "bank/offer.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

static json_object *
view_offer(const struct offer *o)
{
	json_object *v = json_object_new_object();

	view_text(v, "product_code", o->product.code);
	view_text(v, "name", o->product.name);
	view_text(v, "category", o->category);
	view_text(v, "summary", o->summary);
	return v;
}

enum err
products_show(struct req *rq, struct resp *rs)
{
	json_object *view = view_new(rq), *list = json_object_new_array();
	struct offer *offers, *o;
	enum err e = offer_list(rq->db, rq->pool, "", &offers);

	if (e != OK) {
		json_object_put(list);
		return e;
	}
	for (o = offers; o != NULL; o = o->next)
		json_object_array_add(list, view_offer(o));
	json_object_object_add(view, "products", list);
	json_object_object_add(view, "next", NULL);
	rs->cacheable = true;
	return resp_page(rs, "products", view);
}
