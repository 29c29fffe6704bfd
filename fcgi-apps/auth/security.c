/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* security.c: how a person gets in, on one page. */
#include "bank/recovery.h"
#include "bank/totp.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/view.h"

static const char *
status_of(const struct totp *t)
{
	return t->confirmed_at == 0	       ? "begun"
	       : t->failures >= TOTP_WRONG_MAX ? "blocked"
					       : "on";
}

static enum err
view_totp(struct req *rq, json_object *v)
{
	json_object *o = json_object_new_object();
	struct totp t;
	enum err e = totp_get(rq->db, rq->pool, rq->who.user, &t);
	const char *status = e == OK ? status_of(&t) : "none";

	json_object_object_add(v, "totp", o);
	if (e != OK && e != ERR_MISSING)
		return e;
	view_text(o, "status", status);
	if (e == OK && t.confirmed_at != 0)
		view_time(o, "confirmed_at", t.confirmed_at);
	if (!rq->wants_json)
		view_flag(o, status);
	return OK;
}

enum err
security_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	int64_t left;
	enum err e;

	if ((e = view_totp(rq, v)) != OK ||
	    (e = recovery_left(rq->db, rq->who.user, &left)) != OK)
		return e;
	view_int(v, "recovery_codes_left", left);
	if (!rq->wants_json) {
		view_bool(v, "added", *req_param(rq, "added") != '\0');
		view_bool(v, "removed", *req_param(rq, "removed") != '\0');
	}
	return resp_page(rs, "security", v);
}
