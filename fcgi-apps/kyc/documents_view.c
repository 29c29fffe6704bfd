/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* documents_view.c: what is there of an application's documents, and what a
 * page asks for. */
#include "fcgi-apps/kyc/documents.h"

#include <string.h>

#include "fcgi-apps/view.h"

json_object *
documents_one(const struct document *d)
{
	json_object *v = json_object_new_object();

	view_id(v, "document_id", d->id);
	view_text(v, "kind", d->kind);
	view_text(v, "side", d->side);
	view_int(v, "width", d->width);
	view_int(v, "height", d->height);
	view_int(v, "size", d->size);
	view_time(v, "made_at", d->made_at);
	return v;
}

json_object *
documents_upload(const struct upload *u)
{
	json_object *v = json_object_new_object();
	json_object *missing = json_object_new_array();
	int i;

	view_id(v, "upload_id", u->id);
	view_text(v, "kind", u->kind);
	view_text(v, "side", u->side);
	view_int(v, "size", u->size);
	view_int(v, "chunks", u->parts);
	view_int(v, "bytes", u->bytes);
	for (i = 0; i < u->parts; i++)
		if (!u->there[i])
			json_object_array_add(missing, json_object_new_int(i));
	json_object_object_add(v, "missing", missing);
	return v;
}

/* What a document needs a picture of, the person at the end. */
static const struct {
	const char *kind, *side;
} slots[] = {
	{"passport", "front"}, {"id_card", "front"}, {"id_card", "back"},
	{"residence_permit", "front"}, {"residence_permit", "back"},
	{"selfie", ""},
};
enum { SLOTS = sizeof slots / sizeof *slots };

static bool
is_paper(const char *kind)
{
	return strcmp(kind, "selfie") != 0 && document_wanted(kind, "front");
}

/* What was asked for, was sent just now, or is there. */
static const char *
paper_of(struct req *rq, const struct document *list)
{
	const char *paper = req_param(rq, "paper");

	if (is_paper(paper))
		return paper;
	if (is_paper(paper = req_param(rq, "kind")))
		return paper;
	for (paper = "passport"; list != NULL; list = list->next)
		if (is_paper(list->kind))
			paper = list->kind;
	return paper;
}

static const struct document *
picture_of(const struct document *d, int slot)
{
	while (d != NULL && (strcmp(d->kind, slots[slot].kind) != 0 ||
			     strcmp(d->side, slots[slot].side) != 0))
		d = d->next;
	return d;
}

/* ${sent}: this is the one that was sent and not taken. */
static json_object *
slot_view(struct req *rq, int slot, const struct document *d, bool sent)
{
	const char *kind = slots[slot].kind, *side = slots[slot].side;
	bool selfie = *side == '\0';
	json_object *v = d != NULL ? documents_one(d)
				   : json_object_new_object();

	if (d == NULL) {
		view_text(v, "kind", kind);
		view_text(v, "side", side);
	}
	view_bool(v, "there", d != NULL);
	view_text(v, "slot",
		  selfie ? kind
			 : pool_printf(rq->pool, "%s-%s", kind, side));
	view_text(v, "camera", selfie ? "user" : "environment");
	view_flag(v, pool_printf(rq->pool, "is_%s", selfie ? kind : side));
	view_flag(v, pool_printf(rq->pool, "of_%s", kind));
	view_bool(v, "sent", sent);
	return v;
}

static json_object *
slots_view(struct req *rq, const char *paper, const struct document *list)
{
	const char *kind = req_param(rq, "kind"), *side = req_param(rq, "side");
	json_object *all = json_object_new_array();
	bool sent;
	int i;

	for (i = 0; i < SLOTS; i++) {
		if (strcmp(slots[i].kind, paper) != 0 &&
		    strcmp(slots[i].kind, "selfie") != 0)
			continue;
		sent = strcmp(slots[i].kind, kind) == 0 &&
		       strcmp(slots[i].side, side) == 0;
		json_object_array_add(all, slot_view(rq, i,
						     picture_of(list, i),
						     sent));
	}
	return all;
}

static void
page_view(struct req *rq, json_object *view, const struct document *list)
{
	const char *paper = paper_of(rq, list);

	view_text(view, "paper", paper);
	view_flag(view, pool_printf(rq->pool, "paper_%s", paper));
	json_object_object_add(view, "slots", slots_view(rq, paper, list));
}

enum err
documents_view(struct req *rq, int64_t application, json_object *view)
{
	json_object *documents = json_object_new_array();
	json_object *uploads = json_object_new_array();
	struct document *list = NULL, *d;
	struct upload *open = NULL, *u;
	enum err e = document_list(rq->db, rq->pool, application, &list);

	json_object_object_add(view, "documents", documents);
	json_object_object_add(view, "uploads", uploads);
	if (e != OK ||
	    (e = upload_list(rq->db, rq->pool, application, &open)) != OK)
		return e;
	for (d = list; d != NULL; d = d->next)
		json_object_array_add(documents, documents_one(d));
	for (u = open; u != NULL; u = u->next)
		json_object_array_add(uploads, documents_upload(u));
	view_bool(view, "complete", document_complete(list));
	if (!rq->wants_json)
		page_view(rq, view, list);
	return OK;
}
