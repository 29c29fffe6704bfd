/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front_draft.c: the words of a form that was not finished: kept when the
 * session ends in the middle, offered again, taken up. */
#include <ctype.h>
#include <string.h>

#include "bank/draft.h"
#include "bank/session.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"

enum { PATH_MAX_LENGTH = 100 };

const char *
front_draft_path(const struct req *rq)
{
	const char *path = req_param(rq, "draft"), *c;

	if (*path != '/' || strlen(path) > PATH_MAX_LENGTH ||
	    strstr(path, "//") != NULL)
		return NULL;
	for (c = path; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr("/-_.", *c) == NULL)
			return NULL;
	return path;
}

/* What the form holds, without what proves something. */
static const char *
draft_fields(struct req *rq)
{
	json_object *o = view_new(rq);
	const struct pair *p;

	for (p = rq->params.first; p != NULL; p = p->next)
		if (p->kind == PAIR_TEXT && strcmp(p->name, "draft") != 0 &&
		    !app_is_secret(p->name))
			json_object_object_add(
				o, p->name, json_object_new_string(p->value));
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

enum err
front_draft_keep(struct req *rq, int64_t user, const char *path)
{
	return draft_save(rq->db, rq->pool, user, path, draft_fields(rq));
}

/* Whoever's it was is found again by the session, which is over. */
enum err
front_late(struct req *rq, struct resp *rs)
{
	const char *path = front_draft_path(rq);
	struct session s = {.idled = false};
	enum err e;

	if (path == NULL)
		return ERR_LOGIN;
	e = session_get(rq->db, rq->pool, rq->who.session, &s);
	if (e != ERR_LOGIN || !s.idled)
		return e != OK ? e : ERR_LOGIN;
	if ((e = front_draft_keep(rq, s.user, path)) != OK || rq->wants_json)
		return e == OK || e == ERR_TOO_BIG ? ERR_LOGIN : e;
	return resp_see(rq, rs, 200, NULL, "/login?idle=1&next=%s", path);
}

/* As if they stood in the address: what the form reads, it shows. */
static void
draft_take(struct req *rq, const struct draft *d)
{
	json_object *o = json_tokener_parse(d->fields);

	if (o == NULL)
		return;
	pool_json(rq->pool, o);
	json_object_object_foreach(o, name, value)
		pairs_add(rq->pool, &rq->params, name,
			  json_object_get_string(value));
}

enum err
front_draft(struct req *rq, json_object *view, const char *path)
{
	const char *asked = req_param(rq, "draft");
	bool taken = strcmp(asked, "take") == 0;
	struct draft d;
	json_object *o;
	enum err e;

	if (!rq->who.by_cookie || (*asked != '\0' && !taken))
		return OK;
	e = draft_get(rq->db, rq->pool, rq->who.user, path, &d);
	if (e != OK)
		return e == ERR_MISSING ? OK : e;
	if (taken)
		draft_take(rq, &d);
	o = json_object_new_object();
	view_text(o, "page", path);
	view_time(o, "saved_at", d.saved_at);
	view_bool(o, "taken", taken);
	json_object_object_add(view, "unfinished", o);
	return OK;
}

void
front_draft_done(struct req *rq)
{
	const char *path = front_draft_path(rq);

	if (path != NULL && rq->who.by_cookie)
		draft_drop(rq->db, rq->who.user, path);
}
