/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* documents.c: an applicant sends photos of documents and of themselves, whole
 * or in parts, and sees what is there. */
#include "fcgi-apps/kyc/documents.h"

#include <string.h>

#include "bank/application.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/identity.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/page.h"
#include "lib/turn.h"

enum err
documents_form(struct req *rq, struct resp *rs)
{
	struct application a;
	json_object *v;
	bool didit;
	enum err e = apply_page(rq, rs, "documents", &a, &v);

	if (e != OK || v == NULL)
		return e;
	if ((e = documents_view(rq, a.id, v)) != OK ||
	    (e = didit_ready(rq, &a, &didit)) != OK ||
	    (e = didit_away(rq, &a, v)) != OK)
		return e;
	if (didit && a.details_at != 0 && !rq->wants_json)
		view_flag(v, "didit");
	view_bool(v, "documented", application_done(&a, "documents"));
	return resp_page(rs, "apply-documents", v);
}

/* A browser has a page for it. */
enum err
documents_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	if (!rq->wants_json)
		return resp_see(rq, rs, 303, NULL, "/apply/documents");
	if ((e = documents_view(rq, a.id, v)) != OK)
		return e;
	return resp_page(rs, NULL, v);
}

static enum err
id_read(struct req *rq, uint8_t id[SECRET_ID])
{
	return secret_id_parse(id, req_param(rq, "id")) ? OK : ERR_MISSING;
}

/* Only who sent it sees it here, whatever id is tried. It may be of megabytes:
 * one at a time. */
enum err
document_show(struct req *rq, struct resp *rs)
{
	uint8_t id[SECRET_ID];
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK || (e = id_read(rq, id)) != OK)
		return e;
	db_rest(rq->db);
	if ((e = turn_take(rq->pool)) != OK)
		return e;
	rs->type = "image/jpeg";
	return document_data(rq->db, rq->pool, a.id, id, &rs->body,
			     &rs->body_len);
}

/* Gives up what is on its way. */
enum err
upload_delete(struct req *rq, struct resp *rs)
{
	uint8_t id[SECRET_ID];
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK || (e = id_read(rq, id)) != OK ||
	    (e = upload_drop(rq->db, a.id, id)) != OK)
		return e;
	return resp_see(rq, rs, 204, NULL, "/apply/documents");
}

struct sent {
	const char *kind, *side, *last;
	long size, chunk, chunks;
};

static const struct field sent_fields[] = {
	FORM_TEXT(struct sent, kind, 1, 40),
	FORM_TEXT(struct sent, side, 0, 20),
	FORM_CHOICE(struct sent, last, "|true|false"),
	FORM_INT(struct sent, size, 0, 1000000000),
	FORM_INT(struct sent, chunk, 0, 1000000),
	FORM_INT(struct sent, chunks, 0, 1000000),
};

/* A browser sends an empty file where none was chosen. */
static enum err
file_read(struct req *rq, const struct pair **file)
{
	const struct pair *p = pairs_find(&rq->params, "data");

	if (p == NULL)
		p = pairs_find(&rq->params, "file");
	if (p == NULL || p->kind != PAIR_FILE || p->len == 0)
		return req_note(rq, "data", "Please choose a photo.");
	*file = p;
	return OK;
}

/* The sentence is the answer: beside the field and above all. */
static enum err
say(struct req *rq, struct resp *rs, enum err e, const char *complaint)
{
	if (complaint == NULL || e == OK)
		return e;
	rs->view = view_new(rq);
	view_text(rs->view, "detail", complaint);
	req_note(rq, "data", complaint);
	return e;
}

static enum err
say_missing(struct req *rq, struct resp *rs, const struct upload *u)
{
	struct buf b = {.pool = rq->pool};
	const char *comma = " ";
	int i;

	buf_puts(&b, page_words(rq->who.language,
				"These parts of the file are missing:"));
	for (i = 0; i < u->parts; i++) {
		if (u->there[i])
			continue;
		buf_printf(&b, "%s%d", comma, i);
		comma = ", ";
	}
	buf_putc(&b, '.');
	say(rq, rs, ERR_CONFLICT, b.data);
	json_object_object_add(rs->view, "upload", documents_upload(u));
	return ERR_CONFLICT;
}

/* A picture is there: a program gets to know which, a person sees it. */
static enum err
kept(struct req *rq, struct resp *rs, const struct document *d)
{
	char id[SECRET_ID_TEXT];
	struct application a;
	json_object *v;
	enum err e;

	if (!rq->wants_json)
		return resp_see(rq, rs, 303, NULL, "/apply/documents?paper=%s",
				*req_param(rq, "paper") != '\0'
					? http_escape(rq->pool,
						      req_param(rq, "paper"))
					: d->kind);
	/* It is kept, whether or not the rest can be told just now. */
	e = application_get(rq->db, rq->pool, d->application, &a);
	v = e == OK ? kyc_view(rq, &a) : view_new(rq);
	json_object_object_add(v, "document", documents_one(d));
	return resp_see(rq, rs, 201, v, "/kyc-session/documents/%s",
			secret_id_text(id, d->id));
}

static enum err
part_post(struct req *rq, struct resp *rs, const struct application *a,
	  const struct sent *s)
{
	struct upload_part p = {
		.pool = rq->pool, .application = a->id, .kind = s->kind,
		.side = s->side, .size = s->size, .parts = s->chunks,
		.number = s->chunk, .last = strcmp(s->last, "true") == 0,
		.who = front_actor(rq)};
	const struct pair *file;
	json_object *v;
	enum err e;

	if (p.number >= 0 || !p.last) {
		if ((e = file_read(rq, &file)) != OK)
			return e;
		p.data = file->value;
		p.len = file->len;
	}
	if ((e = upload_put(rq->db, &p)) == OK && p.done)
		return kept(rq, rs, &p.document);
	if (e != OK)
		return p.missing ? say_missing(rq, rs, &p.upload)
				 : say(rq, rs, e, p.complaint);
	v = view_new(rq);
	json_object_object_add(v, "upload", documents_upload(&p.upload));
	e = resp_page(rs, NULL, v);
	rs->status = 202;
	return e;
}

static enum err
file_post(struct req *rq, struct resp *rs, const struct application *a,
	  const struct sent *s)
{
	struct document d = {.application = a->id, .kind = s->kind,
			     .side = s->side, .source = "person"};
	const struct pair *file;
	const char *complaint;
	enum err e = file_read(rq, &file);

	if (e != OK)
		return e;
	if (file->len > UPLOAD_BYTES)
		return say(rq, rs, ERR_TOO_BIG, upload_too_big);
	if (!document_wanted(s->kind, s->side))
		return say(rq, rs, ERR_INPUT, upload_unwanted);
	e = document_add(rq->db, rq->pool, &d, file->value, file->len,
			 front_actor(rq), &complaint);
	return e == OK ? kept(rq, rs, &d) : say(rq, rs, e, complaint);
}

/* What says of which part it is, or that it was the last, is a part. */
enum err
documents_post(struct req *rq, struct resp *rs)
{
	struct sent s = {"", "", "", 0, -1, 0};
	struct application a;
	enum err e = kyc_application(rq, &a);

	if (e != OK)
		return e;
	e = form_read(rq, sent_fields, FORM_COUNT(sent_fields), &s);
	if (e == OK)
		e = s.chunk >= 0 || *s.last != '\0'
			    ? part_post(rq, rs, &a, &s)
			    : file_post(rq, rs, &a, &s);
	return e == OK ? OK : apply_again(rq, rs, documents_form, e);
}
