/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff_evidence.c: what was found out about an applicant: who they are, and
 * likenesses to names on lists. */
#include <string.h>

#include "bank/identity.h"
#include "bank/screening.h"
#include "bank/user.h"
#include "fcgi-apps/kyc/staff.h"
#include "fcgi-apps/view.h"

/* A text of the evidence, "" if it has none. */
static const char *
text_of(json_object *o, const char *name)
{
	json_object *value;

	return o != NULL && json_object_object_get_ex(o, name, &value)
		       ? json_object_get_string(value)
		       : "";
}

static const char *
commas(struct pool *pool, const char *list)
{
	struct buf b = {.pool = pool};

	buf_puts(&b, "");
	for (; *list != '\0'; list++)
		if (*list == '|')
			buf_puts(&b, ", ");
		else
			buf_putc(&b, *list);
	return b.data;
}

/* Sealed evidence opened; NULL once it is wiped. */
static json_object *
evidence_read(struct req *rq, const char *evidence)
{
	json_object *e = *evidence != '\0' ? json_tokener_parse(evidence)
					   : NULL;

	return e != NULL ? pool_json(rq->pool, e) : NULL;
}

/* What the list says of them, and how it fits. */
static void
match_view(struct req *rq, json_object *o, const char *evidence)
{
	json_object *e = evidence_read(rq, evidence);
	const char *born = text_of(e, "born");

	view_text(o, "name", text_of(e, "name"));
	view_text(o, "birth_date", commas(rq->pool, text_of(e, "birth_date")));
	view_text(o, "country", commas(rq->pool, text_of(e, "country")));
	view_text(o, "born", born);
	view_text(o, "same_country", text_of(e, "same_country"));
	view_text(o, "why", text_of(e, "why"));
	if (rq->wants_json)
		return;
	if (*born != '\0')
		view_flag(o, pool_printf(rq->pool, "born_%s", born));
	view_bool(o, "country_same",
		  strcmp(text_of(e, "same_country"), "same") == 0);
}

static enum err
hit_view(struct req *rq, json_object *o, const struct screening_hit *h)
{
	const char *by = "";
	enum err e = OK;

	view_id(o, "hit_id", h->id);
	view_text(o, "list", h->list);
	view_text(o, "entry", h->entry);
	view_int(o, "score", h->score);
	view_text(o, "state", h->state);
	view_text(o, "note", h->note);
	if (h->decided_by != 0)
		e = user_name(rq->db, rq->pool, h->decided_by, &by);
	view_text(o, "decided_by", by);
	if (h->decided_at != 0)
		view_time(o, "decided_at", h->decided_at);
	match_view(rq, o, h->evidence);
	if (!rq->wants_json)
		view_flag(o, pool_printf(rq->pool, "is_%s", h->state));
	return e;
}

enum err
staff_add_screening(struct req *rq, json_object *v,
		    const struct application *a)
{
	json_object *array = json_object_new_array(), *o;
	bool waits = strcmp(a->state, "sent") == 0;
	struct screening_hit *h;
	enum err e = screening_hits(rq->db, rq->pool, a->id, &h);

	json_object_object_add(v, "screening", array);
	for (; e == OK && h != NULL; h = h->next) {
		o = json_object_new_object();
		json_object_array_add(array, o);
		e = hit_view(rq, o, h);
		if (!rq->wants_json)
			view_bool(o, "may_judge",
				  waits && strcmp(h->state, "open") == 0);
	}
	return e;
}

/* One thing that was compared. */
static json_object *
finding_view(struct req *rq, json_object *finding)
{
	json_object *o = json_object_new_object();
	const char *name = text_of(finding, "name");
	const char *result = text_of(finding, "result");

	view_text(o, "name", name);
	view_text(o, "result", result);
	view_text(o, "why", text_of(finding, "why"));
	if (!rq->wants_json && *name != '\0' && *result != '\0') {
		view_flag(o, pool_printf(rq->pool, "of_%s", name));
		view_flag(o, pool_printf(rq->pool, "is_%s", result));
	}
	return o;
}

static void
findings_view(struct req *rq, json_object *o, json_object *e)
{
	json_object *array = json_object_new_array(), *list;
	size_t i;

	json_object_object_add(o, "findings", array);
	if (e == NULL || !json_object_object_get_ex(e, "findings", &list) ||
	    !json_object_is_type(list, json_type_array))
		return;
	for (i = 0; i < json_object_array_length(list); i++)
		json_object_array_add(
			array, finding_view(rq, json_object_array_get_idx(
							list, i)));
}

/* What stands in the lines at the foot of the document. */
static void
lines_view(json_object *o, json_object *e)
{
	static const char *const names[] = {
		"given", "family", "birth_date", "nationality", "number",
		"expiry", "issuer", "lines"};
	json_object *mrz, *lines;
	size_t i;

	if (e == NULL || !json_object_object_get_ex(e, "mrz", &mrz))
		return;
	lines = json_object_new_object();
	for (i = 0; i < sizeof names / sizeof *names; i++)
		json_object_object_add(
			lines, names[i],
			json_object_new_string(text_of(mrz, names[i])));
	json_object_object_add(o, "mrz", lines);
}

static json_object *
check_view(struct req *rq, const struct identity_check *c)
{
	json_object *o = json_object_new_object();
	json_object *e = evidence_read(rq, c->evidence);

	view_text(o, "provider", c->provider);
	view_text(o, "result", c->result);
	view_time(o, "made_at", c->made_at);
	view_text(o, "document_kind", text_of(e, "document_kind"));
	view_text(o, "why", text_of(e, "why"));
	findings_view(rq, o, e);
	lines_view(o, e);
	if (rq->wants_json)
		return o;
	view_flag(o, pool_printf(rq->pool, "is_%s", c->result));
	view_flag(o, pool_printf(rq->pool, "by_%s", c->provider));
	return o;
}

/* The newest first: it is what counts. */
enum err
staff_add_identity(struct req *rq, json_object *v,
		   const struct application *a)
{
	json_object *array = json_object_new_array();
	struct identity_check *c, *newest = NULL, *next;
	enum err e = identity_checks(rq->db, rq->pool, a->id, &c);

	view_text(v, "identity", a->identity);
	view_text(v, "provider", a->provider);
	json_object_object_add(v, "checks", array);
	if (!rq->wants_json)
		view_flag(v, pool_printf(rq->pool, "identity_%s",
					 a->identity));
	for (; e == OK && c != NULL; c = next) {
		next = c->next;
		c->next = newest;
		newest = c;
	}
	for (; e == OK && newest != NULL; newest = newest->next)
		json_object_array_add(array, check_view(rq, newest));
	return e;
}
