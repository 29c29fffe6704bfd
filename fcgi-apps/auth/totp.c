/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* totp.c: adding and removing an authenticator app. */
#include "bank/totp.h"

#include <string.h>

#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/page.h"
#include "lib/qr.h"

static struct factor_owner
owner(struct req *rq)
{
	return (struct factor_owner){rq->pool, rq->who.user, rq->who.customer,
				     front_actor(rq)};
}

/* The secret that waits for its first code; afterwards nobody sees it. */
static enum err
waiting(struct req *rq, struct totp *t)
{
	enum err e = totp_get(rq->db, rq->pool, rq->who.user, t);

	if (e != OK)
		return e;
	return t->confirmed_at != 0 ? ERR_MISSING : front_confirmed(rq);
}

static enum err
picture(struct req *rq, const char *uri, const char **svg)
{
	return qr_svg(rq->pool, uri,
		      page_words(rq->who.language,
				 "QR code for your authenticator app"),
		      svg);
}

/* A page shows the picture as an image; a program gets it as text. */
static enum err
view_totp(struct req *rq, const struct totp *t, json_object **out)
{
	const char *uri = totp_uri(rq->pool, rq->who.name, t->secret), *svg;
	json_object *v = *out = view_new(rq);
	enum err e;

	view_text(v, "secret", t->secret);
	view_text(v, "uri", uri);
	if (!rq->wants_json)
		return OK;
	if ((e = picture(rq, uri, &svg)) == OK)
		view_text(v, "qr_svg", svg);
	return e;
}

enum err
totp_form(struct req *rq, struct resp *rs)
{
	json_object *v;
	struct totp t;
	enum err e;

	e = waiting(rq, &t);
	if (e == ERR_MISSING && !rq->wants_json)
		return resp_see(rq, rs, 303, NULL, "/security");
	if (e != OK || (e = view_totp(rq, &t, &v)) != OK)
		return e;
	return resp_page(rs, "totp", v);
}

enum err
totp_picture(struct req *rq, struct resp *rs)
{
	struct totp t;
	const char *svg;
	enum err e;

	if ((e = waiting(rq, &t)) != OK)
		return e;
	e = picture(rq, totp_uri(rq->pool, rq->who.name, t.secret), &svg);
	if (e != OK)
		return e;
	rs->type = "image/svg+xml";
	rs->body = svg;
	rs->body_len = strlen(svg);
	return OK;
}

enum err
totp_post(struct req *rq, struct resp *rs)
{
	struct factor_owner o = owner(rq);
	json_object *v;
	struct totp t;
	enum err e;

	if ((e = front_confirmed(rq)) != OK ||
	    (e = totp_begin(rq->db, &o)) != OK ||
	    (e = waiting(rq, &t)) != OK || (e = view_totp(rq, &t, &v)) != OK)
		return e;
	return resp_see(rq, rs, 201, v, "/totp");
}

struct first {
	const char *code;
};

static const struct field first_fields[] = {
	FORM_TEXT(struct first, code, 1, 20),
};

/* Who mistyped finds the same picture again. */
static enum err
again(struct req *rq, struct resp *rs, enum err e)
{
	if (e == ERR_OTP)
		req_note(rq, "code", "This code is not right.");
	if (!rq->wants_json && totp_form(rq, rs) != OK)
		rs->page = NULL;
	return e;
}

enum err
totp_confirm_post(struct req *rq, struct resp *rs)
{
	struct factor_owner o = owner(rq);
	struct first f;
	enum err e;

	if ((e = front_confirmed(rq)) != OK)
		return e;
	e = form_read(rq, first_fields, FORM_COUNT(first_fields), &f);
	if (e == OK)
		e = totp_confirm(rq->db, &o, front_code(rq->pool, f.code));
	if (e == ERR_INPUT || e == ERR_OTP)
		return again(rq, rs, e);
	return e != OK ? e : resp_see(rq, rs, 204, NULL, "/security?added=1");
}

enum err
totp_delete(struct req *rq, struct resp *rs)
{
	struct factor_owner o = owner(rq);
	enum err e;

	if ((e = front_confirmed(rq)) != OK ||
	    (e = totp_remove(rq->db, &o)) != OK)
		return e;
	return resp_see(rq, rs, 204, NULL, "/security?removed=1");
}
