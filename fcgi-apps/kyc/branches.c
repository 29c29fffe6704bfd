/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* branches.c: where the bank is, and how far away. */
#include <string.h>

#include "bank/branch.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/kyc/told.h"
#include "fcgi-apps/view.h"

/* A number as JSON has it, from its decimal text. */
static void
put_degrees(struct req *rq, json_object *v, const char *name, int64_t e6)
{
	int64_t n = e6 < 0 ? -e6 : e6;

	json_object_object_add(
		v, name,
		json_object_new_double_s(
			0, pool_printf(rq->pool, "%s%lld.%06lld",
				       e6 < 0 ? "-" : "",
				       (long long)(n / 1000000),
				       (long long)(n % 1000000))));
}

/* Metres below a kilometre, to the next ten; kilometres with a decimal up to
 * ten, whole ones beyond. */
static void
put_distance(json_object *v, int64_t metres)
{
	if (metres < 995) {
		view_flag(v, "metres");
		view_int(v, "m", (metres + 5) / 10 * 10);
	} else if (metres < 9950) {
		view_flag(v, "kilometres");
		view_int(v, "km", (metres + 50) / 1000);
		view_int(v, "tenths", (metres + 50) / 100 % 10);
	} else {
		view_flag(v, "far");
		view_int(v, "km", (metres + 500) / 1000);
	}
}

static json_object *
view_branch(struct req *rq, const struct branch *b)
{
	json_object *v = json_object_new_object();

	view_text(v, "branch_code", b->code);
	view_text(v, "name", b->name);
	view_text(v, "region", b->region);
	view_text(v, "address", b->address);
	view_text(v, "hours", b->hours);
	json_object_object_add(v, "services", told_words(rq, b->services));
	if (b->placed) {
		put_degrees(rq, v, "lat", b->place.lat_e6);
		put_degrees(rq, v, "lon", b->place.lon_e6);
	}
	if (b->distance >= 0)
		view_int(v, "distance_m", b->distance);
	if (rq->wants_json)
		return v;
	json_object_object_add(v, "open", told_hours(rq, b->hours));
	if (*b->services != '\0')
		view_flag(v, "has_services");
	if (b->distance >= 0)
		put_distance(v, b->distance);
	return v;
}

static void
list_view(struct req *rq, json_object *view, const struct branch *b)
{
	json_object *list = json_object_new_array();

	for (; b != NULL; b = b->next)
		json_object_array_add(list, view_branch(rq, b));
	json_object_object_add(view, "branches", list);
	json_object_object_add(view, "next", NULL);
}

/* A page complains above all of them; a program has nothing to show. */
static enum err
nowhere(struct req *rq, struct resp *rs, const struct branch *list)
{
	if (!rq->wants_json) {
		rs->page = "branches";
		rs->view = view_new(rq);
		view_text(rs->view, "detail", "That is no place we know.");
		list_view(rq, rs->view, list);
	}
	return req_note(rq, "near", "Please say where as latitude and "
				    "longitude, as 52.138420,-7.386150.");
}

enum err
branches_show(struct req *rq, struct resp *rs)
{
	const char *near = req_param(rq, "near");
	json_object *view = view_new(rq);
	struct branch *list;
	struct place from;
	bool there = geo_read(near, &from);
	enum err e = there ? branch_near(rq->db, rq->pool, from, &list)
			   : branch_list(rq->db, rq->pool, &list);

	if (e != OK)
		return e;
	if (!there && *near != '\0')
		return nowhere(rq, rs, list);
	list_view(rq, view, list);
	if (!rq->wants_json && there)
		view_flag(view, "sorted");
	rs->cacheable = true;
	return resp_page(rs, "branches", view);
}
