/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sessions.c: where a person is signed in, and ending it. */
#include "bank/session.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"

/* Asked by open pages, every few seconds. */
enum err
session_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct session s;
	enum err e;

	view_bool(v, "signed_in", rq->who.signed_in);
	view_bool(v, "idle", rq->who.idled);
	if (!rq->who.signed_in) {
		json_object_object_add(v, "ends_at", NULL);
		return resp_page(rs, NULL, v);
	}
	e = session_get(rq->db, rq->pool, rq->who.session, &s);
	if (e != OK)
		return e;
	view_time(v, "ends_at", session_ends_at(&s));
	return resp_page(rs, NULL, v);
}

enum err
sessions_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq), *array = json_object_new_array();
	struct session *s;
	enum err e;

	json_object_object_add(v, "sessions", array);
	if ((e = session_list(rq->db, rq->pool, rq->who.user, &s)) != OK)
		return e;
	for (; s != NULL; s = s->next)
		json_object_array_add(array, view_session(rq, s));
	if (!rq->wants_json)
		view_bool(v, "others", json_object_array_length(array) > 1);
	json_object_object_add(v, "next", NULL);
	return resp_page(rs, "sessions", v);
}

enum err
session_delete(struct req *rq, struct resp *rs)
{
	uint8_t id[SECRET_ID];
	enum err e;

	if (!secret_id_parse(id, req_param(rq, "id")))
		return ERR_MISSING;
	e = session_end(rq->db, rq->who.user, id, front_actor(rq),
			rq->who.customer);
	return e != OK ? e : resp_see(rq, rs, 204, NULL, "/sessions");
}

enum err
sessions_delete(struct req *rq, struct resp *rs)
{
	enum err e = session_end_others(rq->db, rq->who.user, rq->who.session,
					front_actor(rq), rq->who.customer);

	return e != OK ? e : resp_see(rq, rs, 204, NULL, "/sessions");
}

enum err
sessions_end_all(struct req *rq, struct resp *rs)
{
	enum err e = session_end_others(rq->db, rq->who.user, NULL,
					front_actor(rq), rq->who.customer);

	if (e != OK)
		return e;
	if (rq->who.by_cookie)
		front_cookie(rq, rs, NULL);
	return resp_see(rq, rs, 204, NULL, "/login?signed_out=1");
}
