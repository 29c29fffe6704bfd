/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff.c: the queue of applications: who is next, and what became of the
 * others. */
#include "fcgi-apps/kyc/staff.h"

#include <ctype.h>
#include <string.h>

#include "bank/review.h"
#include "fcgi-apps/cursor.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/form.h"

enum { PAGE_SIZE = 25, PAGE_SIZE_MAX = 200 };

struct part {
	const char *state, *turn, *reference, *cursor;
	long limit;
};

static const struct field part_fields[] = {
	FORM_CHOICE(struct part, state,
		    "sent|asked|approved|declined|started|expired"),
	FORM_CHOICE(struct part, turn, "|maker|checker"),
	FORM_TEXT(struct part, reference, 0, 20),
	FORM_TEXT(struct part, cursor, 0, 40),
	FORM_INT(struct part, limit, 1, PAGE_SIZE_MAX),
};

void
staff_add_wait(json_object *o, int64_t instant)
{
	int64_t minutes = (clock_now() - instant) / CLOCK_MINUTE;
	json_object *wait = json_object_new_object(),
		    *part = json_object_new_object();
	const char *name = minutes < 1		? "now"
			   : minutes < 60	? "minutes"
			   : minutes < 48 * 60	? "hours"
						: "days";

	if (*name == 'd')
		minutes /= 24 * 60;
	else if (*name == 'h')
		minutes /= 60;
	view_int(part, "count", minutes);
	json_object_object_add(wait, name, part);
	json_object_object_add(o, "wait", wait);
}

/* What only a page needs. */
static void
row_words(struct req *rq, const struct review_row *r, json_object *o)
{
	view_text(o, "initials", view_initials(rq->pool, r->name));
	view_flag(o, pool_printf(rq->pool, "is_%s", r->state));
	view_flag(o, pool_printf(rq->pool, "identity_%s", r->identity));
	if (r->proposed)
		view_flag(o, pool_printf(rq->pool, "proposed_%s", r->verdict));
	staff_add_wait(o, r->sent_at != 0 ? r->sent_at : r->created_at);
}

static json_object *
row_view(struct req *rq, const struct review_row *r)
{
	json_object *o = json_object_new_object();

	view_id(o, "application_id", r->public_id);
	view_text(o, "reference", r->reference);
	view_text(o, "name", r->name);
	view_text(o, "product", r->product);
	view_text(o, "state", r->state);
	view_text(o, "identity", r->identity);
	view_text(o, "provider", r->provider);
	view_time(o, "created_at", r->created_at);
	view_time(o, "changed_at", r->changed_at);
	if (r->sent_at != 0)
		view_time(o, "sent_at", r->sent_at);
	view_int(o, "hits", r->hits);
	view_int(o, "hits_open", r->hits_open);
	if (r->proposed) {
		view_text(o, "proposal", r->verdict);
		view_text(o, "proposed_by", r->maker);
	}
	if (!rq->wants_json)
		row_words(rq, r, o);
	return o;
}

static void
next_add(struct req *rq, struct resp *rs, json_object *v,
	 const struct part *p, int64_t next)
{
	const char *cursor, *url;

	if (next == 0) {
		json_object_object_add(v, "next", NULL);
		return;
	}
	cursor = cursor_make(rq, rq->who.user, next);
	url = pool_printf(rq->pool,
			  "/staff/applications?state=%s&turn=%s&limit=%ld"
			  "&cursor=%s",
			  p->state, p->turn, p->limit, cursor);
	view_text(v, "next", cursor);
	if (!rq->wants_json)
		view_text(v, "next_url", url);
	resp_header(rq, rs, "Link",
		    pool_printf(rq->pool, "<%s>; rel=\"next\"", url));
}

/* Which list is shown, for the links above it. */
static void
part_words(json_object *v, const struct part *p)
{
	json_object *shown = json_object_new_object();

	if (*p->reference == '\0')
		view_flag(shown, p->state);
	if (*p->turn != '\0')
		view_flag(shown, p->turn);
	json_object_object_add(v, "shown", shown);
	view_text(v, "reference", p->reference);
}

/* As people type it: "k7q2 9mxt". */
static const char *
reference_read(struct pool *pool, const char *typed)
{
	struct buf b = {.pool = pool};
	int n = 0;

	buf_puts(&b, "");
	for (; *typed != '\0'; typed++) {
		if (!isalnum((unsigned char)*typed))
			continue;
		if (n++ == 4)
			buf_putc(&b, '-');
		buf_putc(&b, (char)toupper((unsigned char)*typed));
	}
	return b.data;
}

static enum err
counts_add(struct req *rq, json_object *v)
{
	int64_t sent, proposed;
	enum err e = review_waiting(rq->db, &sent, &proposed);

	view_int(v, "waiting", sent);
	view_int(v, "waiting_for_maker", sent - proposed);
	view_int(v, "waiting_for_checker", proposed);
	return e;
}

static enum err
list_add(struct req *rq, struct resp *rs, json_object *v,
	 const struct part *p, int64_t after)
{
	struct review_filter f = {.state = p->state, .turn = p->turn,
				  .reference = p->reference, .after = after,
				  .limit = (int)p->limit};
	json_object *array = json_object_new_array();
	struct review_row *r;
	int64_t next;
	enum err e;

	json_object_object_add(v, "applications", array);
	if ((e = review_list(rq->db, rq->pool, &f, &r, &next)) != OK)
		return e;
	for (; r != NULL; r = r->next)
		json_object_array_add(array, row_view(rq, r));
	next_add(rq, rs, v, p, next);
	return OK;
}

enum err
staff_applications(struct req *rq, struct resp *rs)
{
	struct part p = {.limit = PAGE_SIZE};
	json_object *v = view_new(rq);
	int64_t after;
	enum err e;

	if ((e = front_staff(rq, FRONT_REVIEWERS)) != OK ||
	    (e = form_read(rq, part_fields, FORM_COUNT(part_fields), &p)) !=
		    OK)
		return e;
	if (!cursor_read(rq->who.user, p.cursor, &after))
		return req_note(rq, "cursor", "This page is not known.");
	p.reference = reference_read(rq->pool, p.reference);
	if (!rq->wants_json)
		part_words(v, &p);
	if ((e = counts_add(rq, v)) != OK ||
	    (e = list_add(rq, rs, v, &p, after)) != OK)
		return e;
	return resp_page(rs, "staff-applications", v);
}
