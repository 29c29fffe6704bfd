/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity_desk.c: the page on which a person types the lines of their
 * document, and what came of them. */
#include "bank/identity.h"

#include <string.h>

#include "bank/document.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/identity.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"

enum err
desk_ready(struct req *rq, const struct application *a, bool *yes)
{
	(void)rq;
	(void)a;
	*yes = true;
	return OK;
}

struct shown {
	const char *document_kind, *mrz, *unread;
};

static const struct field shown_fields[] = {
	FORM_CHOICE(struct shown, document_kind, "|" IDENTITY_DOCUMENTS),
	FORM_LINES(struct shown, mrz, 0, MRZ_TEXT_MAX),
	FORM_CHOICE(struct shown, unread, "|true"),
};

/* Who cannot read the lines says so; a program leaves them out. */
static enum err
shown_read(struct req *rq, struct shown *s)
{
	enum err e;

	*s = (struct shown){"", "", ""};
	e = form_read(rq, shown_fields, FORM_COUNT(shown_fields), s);
	if (*s->document_kind == '\0' && !apply_noted(rq, "document_kind"))
		e = req_note(rq, "document_kind", "Please choose one.");
	if (*s->unread != '\0')
		s->mrz = "";
	else if (*s->mrz == '\0' && !rq->wants_json && !apply_noted(rq, "mrz"))
		e = req_note(rq, "mrz",
			     "Please type the lines, or say that you cannot "
			     "read them.");
	return e;
}

/* What a person is told of a look: its result and, in a page, each finding as
 * a flag. Why is for staff. */
static void
finding_add(struct req *rq, json_object *list, const char *name,
	    const char *result)
{
	json_object *o = json_object_new_object();

	view_text(o, "name", name);
	view_text(o, "result", result);
	if (!rq->wants_json)
		view_flag(o, pool_printf(rq->pool, "%s_%s", name, result));
	json_object_array_add(list, o);
}

static const char *
text_of(json_object *o, const char *name)
{
	json_object *text;

	return json_object_object_get_ex(o, name, &text)
		       ? json_object_get_string(text) : "";
}

static void
findings_view(struct req *rq, json_object *v, json_object *evidence)
{
	json_object *list = json_object_new_array(), *findings, *one;
	size_t i;

	if (json_object_object_get_ex(evidence, "findings", &findings))
		for (i = 0; i < json_object_array_length(findings); i++) {
			one = json_object_array_get_idx(findings, i);
			finding_add(rq, list, text_of(one, "name"),
				    text_of(one, "result"));
		}
	json_object_object_add(v, "findings", list);
}

/* The newest look, and the document it was at; none: no findings, "". */
static enum err
look_view(struct req *rq, json_object *v, const struct application *a,
	  const char **kind)
{
	struct identity_check *c;
	json_object *evidence;
	enum err e = identity_checks(rq->db, rq->pool, a->id, &c);

	*kind = "";
	view_text(v, "provider", "desk");
	view_text(v, "status", a->identity);
	if (e != OK || c == NULL)
		return e;
	while (c->next != NULL)
		c = c->next;
	evidence = pool_json(rq->pool, json_tokener_parse(c->evidence));
	*kind = text_of(evidence, "document_kind");
	findings_view(rq, v, evidence);
	return OK;
}

static void
picture_add(json_object *list, const struct document *d)
{
	json_object *o = json_object_new_object();

	view_id(o, "document_id", d->id);
	view_int(o, "width", d->width);
	view_int(o, "height", d->height);
	json_object_array_add(list, o);
}

/* The pictures that show lines, to type them from. The document they are of is
 * the one that is meant, if none (*kind "") was said. */
static enum err
pictures_view(struct req *rq, json_object *v, const struct application *a,
	      const char **kind)
{
	static const char *const kinds[] = {"passport", "id_card",
					    "residence_permit"};
	json_object *shown = json_object_new_array();
	const struct document *d;
	struct document *list;
	enum err e = document_list(rq->db, rq->pool, a->id, &list);
	size_t i;

	json_object_object_add(v, "pictures", shown);
	for (i = 0; e == OK && i < sizeof kinds / sizeof *kinds; i++) {
		if ((d = identity_picture(list, kinds[i])) == NULL)
			continue;
		picture_add(shown, d);
		if (**kind == '\0')
			*kind = kinds[i];
	}
	return e;
}

enum err
desk_form(struct req *rq, struct resp *rs)
{
	struct application a;
	const char *kind;
	json_object *v;
	enum err e = apply_page(rq, rs, "identity", &a, &v);

	if (e != OK || v == NULL)
		return e;
	if ((e = look_view(rq, v, &a, &kind)) != OK || rq->wants_json)
		return e != OK ? e : resp_page(rs, NULL, v);
	if ((e = pictures_view(rq, v, &a, &kind)) != OK ||
	    (e = didit_away(rq, &a, v)) != OK)
		return e;
	if (*req_param(rq, "document_kind") == '\0') /* else it is typed */
		view_flag(v, pool_printf(rq->pool, "kind_%s", kind));
	view_flag(v, pool_printf(rq->pool, "identity_%s", a.identity));
	view_bool(v, "settled", application_done(&a, "identity"));
	return resp_page(rs, "apply-identity", v);
}

/* What was typed stands in the form again. */
static void
typed_view(struct req *rq, struct resp *rs, const struct shown *s)
{
	rs->view = view_new(rq);
	view_text(rs->view, "mrz", req_param(rq, "mrz"));
	view_flag(rs->view, pool_printf(rq->pool, "kind_%s",
					s->document_kind));
}

static enum err
look(struct req *rq, struct resp *rs, struct identity_desk *i)
{
	struct shown s;
	enum err e = shown_read(rq, &s);

	if (!rq->wants_json)
		typed_view(rq, rs, &s);
	if (e != OK)
		return e;
	i->document_kind = s.document_kind;
	i->mrz = s.mrz;
	e = identity_desk(rq->db, i);
	return i->complaint != NULL ? req_note(rq, "mrz", i->complaint) : e;
}

/* Who showed what does not do is told, and may show another. A browser looks
 * for itself: what is done is not called undone because it cannot be read. */
static enum err
looked(struct req *rq, struct resp *rs, const struct application *a)
{
	json_object *v = NULL;
	const char *kind;
	enum err e = OK;

	if (rq->wants_json) {
		v = kyc_view(rq, a);
		e = look_view(rq, v, a, &kind);
	}
	if (e != OK)
		return e;
	rs->view = NULL;
	return resp_see(rq, rs, 202, v, "/apply/%s",
			strcmp(a->identity, "failed") == 0
				? "identity" : application_step(a));
}

enum err
desk_post(struct req *rq, struct resp *rs)
{
	struct identity_desk i = {.pool = rq->pool};
	struct application_act act;
	enum err e = kyc_application(rq, &i.application);

	if (e != OK)
		return e;
	act = apply_act(rq, &i.application);
	i.who = act.who;
	if ((e = look(rq, rs, &i)) == OK)
		return looked(rq, rs, &i.application);
	return e == ERR_CONFLICT && !rq->wants_json
		       ? apply_next(rq, rs, &i.application)
		       : apply_again(rq, rs, desk_form, e);
}
