/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify.c: giving the code, whatever it confirms. */
#include <string.h>

#include "bank/confirm.h"
#include "bank/customer.h"
#include "bank/passkey.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_policy.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"

struct code {
	uint8_t challenge_id[SECRET_ID];
	const char *code, *channel;
};

static const struct field code_fields[] = {
	FORM_ID(struct code, challenge_id),
	FORM_TEXT(struct code, code, 1, 40),
};

static const struct field resend_fields[] = {
	FORM_ID(struct code, challenge_id),
	FORM_CHOICE(struct code, channel, "|email|sms|whatsapp"),
};

static const uint8_t *
asking_session(struct req *rq)
{
	return rq->who.signed_in ? rq->who.session : NULL;
}

/* Whose code the page asks for: the app's, one of paper, a message's. */
static void
view_by(struct req *rq, json_object *v, const char *channel)
{
	const char *with = req_param(rq, "with");

	if (*with == '\0')
		with = channel;
	if (strcmp(with, "totp") == 0)
		view_bool(v, "by_app", true);
	else if (strcmp(with, "recovery") == 0)
		view_bool(v, "by_paper", true);
	view_bool(v, "unsent", strcmp(channel, "totp") == 0);
}

/* Who has a passkey may sign the payment instead. */
static enum err
passkey_offer(struct req *rq, json_object *v)
{
	struct passkey *list;
	struct site site;
	enum err e;

	if (!site_find(rq, &site))
		return OK;
	e = passkey_list(rq->db, rq->pool, rq->who.user, &list);
	view_bool(v, "passkey", e == OK && list != NULL);
	return e;
}

/* The page that asks for the code; what it confirms stands above. */
enum err
verify_form(struct req *rq, struct resp *rs)
{
	uint8_t id[SECRET_ID];
	struct challenge c;
	struct payment p;
	json_object *v;
	bool pays;
	enum err e;

	if (!secret_id_parse(id, req_param(rq, "challenge_id")))
		return ERR_MISSING;
	if ((e = challenge_get(rq->db, rq->pool, id, &c)) != OK)
		return e;
	if (c.has_session &&
	    (!rq->who.signed_in ||
	     !secret_equal(c.session, rq->who.session, SECRET_HASH)))
		return rq->who.signed_in ? ERR_MISSING : ERR_LOGIN;
	if (strcmp(c.state, "open") != 0 && strcmp(c.state, "asked") != 0)
		return ERR_EXPIRED;
	pays = strcmp(c.purpose, "transfer") == 0;
	if (pays && (e = payment_get(rq->db, rq->pool, c.subject, &p)) != OK)
		return e;
	v = view_challenge(rq, &c, pays ? &p : NULL);
	view_by(rq, v, c.channel);
	view_text(v, "next", front_path(req_param(rq, "next")));
	view_bool(v, "resent", *req_param(rq, "resent") != '\0');
	if (pays && (e = passkey_offer(rq, v)) != OK)
		return e;
	return resp_page(rs, "verify-otp", v);
}

static enum err
let_in(struct req *rq, struct resp *rs, struct confirm *x)
{
	json_object *v = view_new(rq);
	const char *name = "";
	enum err e;

	if (!rq->wants_json)
		return resp_see(rq, rs, 200, v, "%s",
				front_path(req_param(rq, "next")));
	if (x->challenge.customer != 0 &&
	    (e = customer_name(rq->db, rq->pool, x->challenge.customer,
			       &name)) != OK)
		return e;
	view_text(v, "token", x->token);
	view_id(v, "session_id", x->session_new.id);
	view_text(v, "name", name);
	view_text(v, "user_id", x->user_id);
	view_time(v, "expires_at", x->session_new.expires_at);
	if (x->session_new.password_old)
		view_bool(v, "password_expired", true);
	return resp_page(rs, NULL, v);
}

static enum err
signed_in(struct req *rq, struct resp *rs, struct confirm *x)
{
	enum err e;

	/* The browser's session before this one is over with it. */
	if (rq->who.signed_in && rq->who.by_cookie &&
	    (e = session_close(rq->db, rq->who.session, front_actor(rq),
			       rq->who.customer)) != OK)
		return e;
	front_cookie(rq, rs, x->token);
	if (!x->device.program)
		front_device_cookie(rq, rs, x->device.mark);
	return let_in(rq, rs, x);
}

/* The same session on the same device, under another token. */
static enum err
stepped_up(struct req *rq, struct resp *rs, struct confirm *x)
{
	if (rq->who.by_cookie)
		front_cookie(rq, rs, x->token);
	return let_in(rq, rs, x);
}

static enum err
paid(struct req *rq, struct resp *rs, struct confirm *x)
{
	struct transfer t;
	char id[SECRET_ID_TEXT];
	enum err e;

	e = transfer_get(rq->db, rq->pool, rq->who.customer,
			 x->challenge.subject, &t);
	if (e != OK)
		return e;
	return resp_see(rq, rs, 201, view_transfer(rq, &t),
			"/transfers/%s?fresh=1",
			secret_id_text(id, t.entry.id));
}

/* A user id is shown at once, on no page of its own: nobody comes back to it,
 * and no address holds it. */
static enum err
user_id_told(struct req *rq, struct resp *rs, struct confirm *x)
{
	json_object *v = view_new(rq);

	view_text(v, "user_id", x->user_id);
	if (!rq->wants_json)
		view_bool(v, "fresh",
			  strcmp(x->challenge.purpose, "register") == 0);
	return resp_page(rs, "user-id", v);
}

static enum err
registered(struct req *rq, struct resp *rs, struct confirm *x)
{
	enum err e = user_id_told(rq, rs, x);

	rs->status = 201;
	return e;
}

/* Nor does one hold the token. */
static enum err
reset_allowed(struct req *rq, struct resp *rs, struct confirm *x)
{
	json_object *v = view_new(rq);

	view_text(v, "status", "password_required");
	view_text(v, "reset_token", x->token);
	view_time(v, "expires_at", x->expires_at);
	if (!rq->wants_json)
		front_policy_view(v);
	return resp_page(rs, "reset-password", v);
}

static enum err
password_changed(struct req *rq, struct resp *rs, struct confirm *x)
{
	json_object *v = view_new(rq);

	if (rq->who.by_cookie)
		front_cookie(rq, rs, x->token);
	view_text(v, "status", "password_changed");
	view_text(v, "token", x->token);
	view_id(v, "session_id", x->session_new.id);
	view_time(v, "expires_at", x->session_new.expires_at);
	return resp_see(rq, rs, 200, v, "/change-password?changed=1");
}

/* What a right code is answered with. */
static const struct answer {
	const char *purpose;
	enum err (*give)(struct req *, struct resp *, struct confirm *);
} answers[] = {
	{"login", signed_in},
	{"transfer", paid},
	{"register", registered},
	{"reset", reset_allowed},
	{"user_id", user_id_told},
	{"password", password_changed},
	{"step_up", stepped_up},
};

enum err
verify_right(struct req *rq, struct resp *rs, struct confirm *x)
{
	const struct answer *a = answers;

	while (strcmp(a->purpose, x->challenge.purpose) != 0)
		a++; /* who confirmed it knew it */
	return a->give(rq, rs, x);
}

static enum err
wrong(struct req *rq, struct resp *rs, struct confirm *x)
{
	rs->view = view_new(rq);
	view_int(rs->view, "tries_left", x->challenge.tries_left);
	req_note(rq, "code",
		 x->challenge.tries_left > 0 ? "This code is not right."
					     : "This code was wrong too often. "
					       "Please start again.");
	return ERR_OTP;
}

/* The code was right, but the user id is gone. */
static enum err
user_id_gone(struct req *rq, struct resp *rs)
{
	rs->view = view_new(rq);
	view_text(rs->view, "again", "/register");
	req_note(rq, "user_id",
		 "Somebody has this user id now, or you have one already. "
		 "Please register again with another user id.");
	return ERR_CONFLICT;
}

enum err
verify_post(struct req *rq, struct resp *rs)
{
	struct confirm x = {.pool = rq->pool, .who = front_actor(rq),
			    .session = asking_session(rq)};
	struct code c;
	enum err e;

	e = form_read(rq, code_fields, FORM_COUNT(code_fields), &c);
	if (e != OK)
		return e;
	x.device = front_device(rq);
	x.id = c.challenge_id;
	x.code = front_code(rq->pool, c.code);
	if ((e = confirm_code(rq->db, &x)) == ERR_OTP)
		return wrong(rq, rs, &x);
	if (e == ERR_CONFLICT &&
	    strcmp(x.challenge.purpose, "register") == 0)
		return user_id_gone(rq, rs);
	return e != OK ? e : verify_right(rq, rs, &x);
}

/* How often a code can be sent: so much of each, and all in an hour. */
static void
resend_tell(struct req *rq, struct resp *rs, const struct resend *r)
{
	const struct rate_limit hour = rate_limit(RATE_RESEND);
	const struct rate_limit one = {.name = "resend",
				       .max = CHALLENGE_RESENDS};
	const struct rate sent = {
		.count = CHALLENGE_RESENDS - r->challenge.resends_left};

	front_rate_tell(rq, rs, r->hour.full ? &hour : &one,
			r->hour.full ? &r->hour : &sent);
}

/* Who asks again too soon keeps the page, for the first code is on its way. */
static enum err
too_soon(struct req *rq, struct resp *rs, const struct resend *r)
{
	resend_tell(rq, rs, r);
	front_rate_wait(rs, r->wait_ms);
	if (!rq->wants_json && verify_form(rq, rs) != OK)
		rs->page = NULL;
	return ERR_RATE;
}

enum err
resend_post(struct req *rq, struct resp *rs)
{
	struct resend r = {.pool = rq->pool, .session = asking_session(rq)};
	struct code c;
	char id[SECRET_ID_TEXT];
	enum err e;

	e = form_read(rq, resend_fields, FORM_COUNT(resend_fields), &c);
	if (e != OK)
		return e;
	r.id = c.challenge_id;
	r.channel = c.channel;
	if ((e = confirm_resend(rq->db, &r)) != OK)
		return e == ERR_RATE ? too_soon(rq, rs, &r) : e;
	resend_tell(rq, rs, &r);
	return resp_see(rq, rs, 202, view_challenge(rq, &r.challenge, NULL),
			"/verify-otp?challenge_id=%s&resent=1&next=%s",
			secret_id_text(id, c.challenge_id), front_next(rq));
}
