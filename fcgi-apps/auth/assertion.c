/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* assertion.c: a passkey used: signing in with it alone, signing a payment. */
#include "bank/assertion.h"

#include <string.h>

#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/form.h"
#include "lib/log.h"

/* Which passkeys may answer; none named: any the device has. */
static json_object *
options(struct req *rq, const struct site *site, const struct passkey *list)
{
	json_object *o = json_object_new_object();
	json_object *allowed = json_object_new_array(), *one;

	view_text(o, "rpId", site->rp);
	view_text(o, "userVerification", "required");
	for (; list != NULL; list = list->next) {
		one = json_object_new_object();
		view_text(one, "type", "public-key");
		passkey_put(one, rq->pool, "id", list->credential);
		json_object_array_add(allowed, one);
	}
	json_object_object_add(o, "allowCredentials", allowed);
	return o;
}

enum err
passkey_ask(struct req *rq, struct resp *rs, struct ceremony *c)
{
	static const struct rate_limit limit = {
		.name = "passkey", .max = CEREMONY_OF_ONE,
		.window_ms = CEREMONY_MINUTES * CLOCK_MINUTE};
	enum err e;

	c->address = rate_address(rq->pool, rq->address);
	e = ceremony_open(rq->db, c);
	front_rate_tell(rq, rs, &limit, &(struct rate){.count = c->open});
	return e;
}

enum err
passkey_login_options(struct req *rq, struct resp *rs)
{
	struct ceremony c = {.kind = "login"};
	struct site site;
	enum err e;

	if (!site_find(rq, &site))
		return ERR_CONFLICT;
	if ((e = passkey_ask(rq, rs, &c)) != OK)
		return e;
	return resp_page(rs, NULL, passkey_question(rq, &c,
						    options(rq, &site, NULL)));
}

struct used {
	uint8_t ceremony_id[SECRET_ID];
	const char *credential_id, *client_data, *authenticator_data;
	const char *signature, *user_handle;
};

static const struct field used_fields[] = {
	FORM_ID(struct used, ceremony_id),
	FORM_TEXT(struct used, credential_id, 1, 1400),
	FORM_TEXT(struct used, client_data, 1, 4000),
	FORM_TEXT(struct used, authenticator_data, 1, 4000),
	FORM_TEXT(struct used, signature, 1, 400),
	FORM_TEXT(struct used, user_handle, 0, 100),
};

/* What was sent, decoded, and the page it must have been sent from. */
static enum err
used_read(struct req *rq, struct used *u, struct assertion *a)
{
	struct site site;
	enum err e;

	*a = (struct assertion){
		.w.pool = rq->pool, .ceremony = u->ceremony_id,
		.x = {.pool = rq->pool, .who = front_actor(rq),
		      .device = front_device(rq)}};
	e = form_read(rq, used_fields, FORM_COUNT(used_fields), u);
	if (e != OK)
		return e;
	if ((e = passkey_bytes(rq, "credential_id", u->credential_id,
			       &a->credential)) != OK ||
	    (e = passkey_bytes(rq, "client_data", u->client_data,
			       &a->w.client_data)) != OK ||
	    (e = passkey_bytes(rq, "authenticator_data",
			       u->authenticator_data,
			       &a->w.auth_data)) != OK ||
	    (e = passkey_bytes(rq, "signature", u->signature,
			       &a->w.signature)) != OK ||
	    (e = passkey_bytes(rq, "user_handle", u->user_handle,
			       &a->handle)) != OK)
		return e;
	if (!site_find(rq, &site))
		return ERR_CONFLICT;
	a->w.rp = site.rp;
	a->w.origin = site.origin;
	return OK;
}

/* Why is for the log; who asked keeps the page, which has another way. */
static enum err
refused(struct req *rq, struct resp *rs, const struct assertion *a,
	handler *form, enum err e)
{
	if (e == ERR_PASSKEY)
		log_event("warn", "passkey refused", "why", a->why, NULL);
	if (!rq->wants_json && form(rq, rs) != OK)
		rs->page = NULL;
	return e;
}

/* Who is signed in already needs no form to sign in with. */
static enum err
login_again(struct req *rq, struct resp *rs)
{
	return rq->who.signed_in ? ERR_MISSING : login_form(rq, rs);
}

enum err
passkey_login_post(struct req *rq, struct resp *rs)
{
	struct assertion a;
	struct used u;
	enum err e;

	if ((e = used_read(rq, &u, &a)) != OK ||
	    (e = assertion_signin(rq->db, &a)) != OK)
		return refused(rq, rs, &a, login_again, e);
	return verify_right(rq, rs, &a.x);
}

struct paying {
	uint8_t challenge_id[SECRET_ID];
};

static const struct field paying_fields[] = {
	FORM_ID(struct paying, challenge_id),
};

enum err
passkey_pay_options(struct req *rq, struct resp *rs)
{
	struct ceremony c = {.kind = "pay", .user = rq->who.user,
			     .session = rq->who.session};
	struct passkey *list;
	struct paying p;
	struct site site;
	enum err e;

	e = form_read(rq, paying_fields, FORM_COUNT(paying_fields), &p);
	if (e != OK)
		return e;
	if (!site_find(rq, &site))
		return ERR_CONFLICT;
	e = passkey_list(rq->db, rq->pool, rq->who.user, &list);
	if (e != OK)
		return e;
	if (list == NULL)
		return ERR_CONFLICT;
	memcpy(c.subject, p.challenge_id, SECRET_ID);
	if ((e = assertion_ask(rq->db, rq->pool, &c)) != OK ||
	    (e = passkey_ask(rq, rs, &c)) != OK)
		return e;
	return resp_page(rs, NULL, passkey_question(rq, &c,
						    options(rq, &site, list)));
}

enum err
passkey_pay_post(struct req *rq, struct resp *rs)
{
	struct assertion a;
	struct used u;
	enum err e;

	e = used_read(rq, &u, &a);
	a.x.session = rq->who.session;
	if (e != OK || (e = assertion_pay(rq->db, &a)) != OK)
		return refused(rq, rs, &a, verify_form, e);
	return verify_right(rq, rs, &a.x);
}
