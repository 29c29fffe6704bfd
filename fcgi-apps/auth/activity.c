/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* activity.c: what was done in a person's name, newest first. */
#include "bank/activity.h"

#include <string.h>

#include "bank/device.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/cursor.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/page.h"

enum { PAGE_SIZE = 50, PAGE_SIZE_MAX = 200 };

struct part {
	const char *cursor;
	long limit;
};

static const struct field part_fields[] = {
	FORM_TEXT(struct part, cursor, 0, 40),
	FORM_INT(struct part, limit, 1, PAGE_SIZE_MAX),
};

/* Who did it, as the person sees it. */
static const char *
by(const struct audit *a)
{
	if (strcmp(a->actor, "customer") == 0)
		return "you";
	return strcmp(a->actor, "stranger") == 0 ? "unknown" : "bank";
}

static const char *
words(const struct req *rq, const char *act)
{
	const char *text = activity_words(act);

	return page_words(rq->who.language,
			  text != NULL ? text : "Something was changed.");
}

static json_object *
activity_view(struct req *rq, const struct audit *a)
{
	json_object *o = json_object_new_object();

	view_time(o, "at", a->at);
	view_text(o, "act", a->act);
	view_text(o, "text", words(rq, a->act));
	view_text(o, "device", device_words(rq->pool, a->device));
	view_text(o, "ip", a->address);
	view_text(o, "by", by(a));
	if (rq->wants_json)
		return o;
	view_flag(o, pool_printf(rq->pool, "by_%s", by(a)));
	if (*a->address != '\0')
		view_place(rq, o, a->address);
	return o;
}

static void
next_add(struct req *rq, struct resp *rs, json_object *v, int64_t next,
	 long limit)
{
	const char *cursor, *url;

	if (next == 0) {
		json_object_object_add(v, "next", NULL);
		return;
	}
	cursor = cursor_make(rq, rq->who.user, next);
	url = pool_printf(rq->pool, "/activity?limit=%ld&cursor=%s", limit,
			  cursor);
	view_text(v, "next", cursor);
	if (!rq->wants_json)
		view_text(v, "next_url", url);
	resp_header(rq, rs, "Link",
		    pool_printf(rq->pool, "<%s>; rel=\"next\"", url));
}

enum err
activity_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq), *array = json_object_new_array();
	struct part p = {.limit = PAGE_SIZE};
	int64_t before, next;
	struct activity *a;
	enum err e;

	json_object_object_add(v, "activities", array);
	e = form_read(rq, part_fields, FORM_COUNT(part_fields), &p);
	if (e != OK)
		return e;
	if (!cursor_read(rq->who.user, p.cursor, &before))
		return req_note(rq, "cursor", "This page is not known.");
	e = activity_list(rq->db, rq->pool, rq->who.customer, rq->who.user,
			  before, (int)p.limit, &a, &next);
	if (e != OK)
		return e;
	for (; a != NULL; a = a->next)
		json_object_array_add(array, activity_view(rq, &a->row));
	next_add(rq, rs, v, next, p.limit);
	return resp_page(rs, "activity", v);
}
