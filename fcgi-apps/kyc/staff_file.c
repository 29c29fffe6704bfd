/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff_file.c: all there is about one application, for who decides; each look
 * is on its record. */
#include "fcgi-apps/kyc/staff.h"

#include <string.h>

#include "bank/document.h"
#include "bank/review.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/turn.h"

enum { RECORD_ROWS = 100 }; /* of a page; a document has all */

enum err
staff_application_of(struct req *rq, struct application *out)
{
	uint8_t id[SECRET_ID];
	enum err e = front_staff(rq, FRONT_REVIEWERS);

	if (e != OK)
		return e;
	if (!secret_id_parse(id, req_param(rq, "id")))
		return ERR_MISSING;
	return application_find(rq->db, rq->pool, id, out);
}

static void
application_view(struct req *rq, json_object *v, const struct application *a)
{
	view_id(v, "application_id", a->public_id);
	view_text(v, "reference", a->reference);
	view_text(v, "state", a->state);
	view_text(v, "product_code", a->offer);
	view_text(v, "branch_code", a->branch);
	view_text(v, "language_of_person", a->language);
	view_text(v, "decline_reason", a->reason);
	view_time(v, "created_at", a->created_at);
	view_time(v, "changed_at", a->changed_at);
	if (a->sent_at != 0)
		view_time(v, "sent_at", a->sent_at);
	if (a->decided_at != 0)
		view_time(v, "decided_at", a->decided_at);
	view_bool(v, "wiped", a->wiped_at != 0);
	if (rq->wants_json)
		return;
	view_flag(v, pool_printf(rq->pool, "is_%s", a->state));
	staff_add_wait(v, a->sent_at != 0 ? a->sent_at : a->created_at);
}

/* An object that has the parameter's word, if it is one of ours. */
static void
word_view(struct req *rq, json_object *v, const char *name, const char *param)
{
	static const char *const words[] = {
		"approve", "decline", "ask", "agree", "disagree", "clear",
		"confirm", "documents", "details", "identity"};
	json_object *o = json_object_new_object();
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(req_param(rq, param), words[i]) == 0)
			view_flag(o, words[i]);
	json_object_object_add(v, name, o);
}

/* What a form of this page held: taken up again, or refused. */
static void
words_view(struct req *rq, json_object *v)
{
	word_view(rq, v, "opened", "verdict");
	word_view(rq, v, "asks", "what");
	word_view(rq, v, "said", "said");
	view_text(v, "note", req_param(rq, "note"));
}

static enum err
page_view(struct req *rq, json_object *v, const struct application *a)
{
	char id[SECRET_ID_TEXT];
	const char *path = pool_printf(rq->pool, "/staff/applications/%s",
				       secret_id_text(id, a->public_id));
	enum err e = front_draft(rq, v, path);

	view_text(v, "at", path);
	words_view(rq, v);
	return e;
}

enum err
staff_add_all(struct req *rq, json_object *v, const struct application *a,
	      int rows)
{
	enum err e;

	application_view(rq, v, a);
	if ((e = staff_add_person(rq, v, a)) != OK ||
	    (e = staff_add_documents(rq, v, a)) != OK ||
	    (e = staff_add_identity(rq, v, a)) != OK ||
	    (e = staff_add_screening(rq, v, a)) != OK ||
	    (e = staff_add_decisions(rq, v, a)) != OK)
		return e;
	return staff_add_record(rq, v, a, rows);
}

enum err
staff_application(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct application a;
	enum err e;

	if ((e = staff_application_of(rq, &a)) != OK ||
	    (e = review_seen(rq->db, &a, front_actor(rq), NULL)) != OK)
		return e;
	if ((e = staff_add_all(rq, v, &a, RECORD_ROWS)) != OK)
		return e;
	if (!rq->wants_json && (e = page_view(rq, v, &a)) != OK)
		return e;
	return resp_page(rs, "staff-application", v);
}

/* What it is, for the record; NULL: it is none of this application. */
static enum err
document_name(struct req *rq, const struct application *a,
	      const uint8_t id[SECRET_ID], const char **name)
{
	struct document *d;
	enum err e = document_list(rq->db, rq->pool, a->id, &d);

	*name = NULL;
	for (; e == OK && d != NULL; d = d->next)
		if (memcmp(d->id, id, SECRET_ID) == 0)
			*name = pool_printf(rq->pool, "%s%s%s", d->kind,
					    *d->side != '\0' ? " " : "",
					    d->side);
	return e;
}

/* Nobody sees a picture before the record says that they do. It may be of
 * megabytes: one at a time. */
enum err
staff_document(struct req *rq, struct resp *rs)
{
	struct application a;
	uint8_t id[SECRET_ID];
	const char *name;
	enum err e;

	if ((e = staff_application_of(rq, &a)) != OK)
		return e;
	if (!secret_id_parse(id, req_param(rq, "document")))
		return ERR_MISSING;
	if ((e = document_name(rq, &a, id, &name)) != OK)
		return e;
	if (name == NULL)
		return ERR_MISSING;
	if ((e = review_seen(rq->db, &a, front_actor(rq), name)) != OK)
		return e;
	db_rest(rq->db);
	if ((e = turn_take(rq->pool)) != OK)
		return e;
	rs->type = "image/jpeg";
	return document_data(rq->db, rq->pool, a.id, id, &rs->body,
			     &rs->body_len);
}
