/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* codes.c: the codes that show that somebody is reached by phone and mail. */
#include <string.h>

#include "bank/application_code.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/kyc/apply.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/settings.h"

static struct application_code
code_of(struct req *rq, const struct application *a, const uint8_t *session,
	const char *channel)
{
	return (struct application_code){.pool = rq->pool, .session = session,
					 .channel = channel,
					 .who = front_actor(rq),
					 .application = *a};
}

static bool
is_mail(const char *channel)
{
	return strcmp(channel, "email") == 0;
}

/* What was sent, and how often it may still be. */
static void
challenge_add(json_object *v, const struct challenge *c)
{
	view_text(v, "sent_to", c->sent_to);
	view_time(v, "expires_at", c->expires_at);
	view_int(v, "tries_left", c->tries_left);
	view_int(v, "resends_left", c->resends_left);
	view_int(v, "digits", settings()->OTP_LENGTH);
}

/* Sent, and good: else a new one is to be had. */
static enum err
sent_add(struct req *rq, json_object *v, const struct application *a,
	 const char *channel)
{
	struct application_code x = code_of(rq, a, rq->who.session, channel);
	enum err e = application_code_look(rq->db, &x);
	bool open = e == OK && strcmp(x.challenge.state, "open") == 0;

	if (e != OK && e != ERR_MISSING)
		return e;
	view_bool(v, "sent", open);
	if (open)
		challenge_add(v, &x.challenge);
	view_bool(v, "dead",
		  e == OK && strcmp(x.challenge.state, "dead") == 0);
	return OK;
}

static enum err
code_page(struct req *rq, struct resp *rs, const char *channel)
{
	struct application a;
	json_object *v;
	enum err e = apply_page(rq, rs, channel, &a, &v);

	if (e != OK || v == NULL)
		return e;
	view_text(v, "channel", channel);
	view_flag(v, is_mail(channel) ? "by_mail" : "by_mobile");
	view_text(v, "address", is_mail(channel) ? a.email : a.mobile);
	view_bool(v, "confirmed", application_done(&a, channel));
	view_text(v, "on", application_step(&a));
	if ((e = sent_add(rq, v, &a, channel)) != OK)
		return e;
	view_bool(v, "resent", *req_param(rq, "resent") != '\0');
	return resp_page(rs, "apply-code", v);
}

enum err
mobile_form(struct req *rq, struct resp *rs)
{
	return code_page(rq, rs, "mobile");
}

enum err
email_form(struct req *rq, struct resp *rs)
{
	return code_page(rq, rs, "email");
}

static handler *
form_of(const char *channel)
{
	return is_mail(channel) ? email_form : mobile_form;
}

void
apply_code_first(struct req *rq, struct resp *rs, const struct application *a,
		 const uint8_t session[SECRET_HASH], const char *channel)
{
	struct application_code x = code_of(rq, a, session, channel);

	if (front_rate(rq, rs, RATE_APPLY_CODE) == OK)
		application_code_send(rq->db, &x);
	rs->retry_after = 0;
}

struct code {
	const char *channel, *code;
};

static const struct field code_fields[] = {
	FORM_CHOICE(struct code, channel, "mobile|email"),
	FORM_TEXT(struct code, code, 1, 40),
};

/* What is said beside the error's own sentence. */
static enum err
why_not(struct req *rq, struct resp *rs, const struct application_code *x,
	enum err e)
{
	bool mail = is_mail(x->channel);

	if (e == ERR_RATE && x->wait_ms > 0)
		front_rate_wait(rs, x->wait_ms);
	if (e == ERR_LOCKED) {
		rs->view = view_new(rq);
		view_text(rs->view, "detail",
			  "Too many codes were wrong. Please come back "
			  "tomorrow: what you have entered is kept.");
	}
	if (e == ERR_MISSING && !mail) {
		req_note(rq, "channel",
			 "We cannot send text messages just now. Please try "
			 "again later, or ask at a branch.");
		return ERR_CONFLICT;
	}
	return e;
}

static enum err
sent(struct req *rq, struct resp *rs, const struct application_code *x)
{
	json_object *v = view_new(rq);

	view_text(v, "channel", x->channel);
	challenge_add(v, &x->challenge);
	return resp_see(rq, rs, 202, v, "/apply/%s?resent=1", x->channel);
}

enum err
code_send(struct req *rq, struct resp *rs)
{
	struct application_code x;
	struct application a;
	struct code c;
	enum err e;

	e = form_read(rq, code_fields, 1, &c);
	if (e != OK || (e = kyc_application(rq, &a)) != OK)
		return e;
	x = code_of(rq, &a, rq->who.session, c.channel);
	if ((e = front_rate(rq, rs, RATE_APPLY_CODE)) == OK)
		e = application_code_send(rq->db, &x);
	if (e == OK)
		return sent(rq, rs, &x);
	if (e == ERR_CONFLICT && !rq->wants_json)
		return apply_show(rq, rs); /* confirmed meanwhile */
	return apply_again(rq, rs, form_of(c.channel),
			   why_not(rq, rs, &x, e));
}

/* The mobile is confirmed: the mail's code is on its way before its page. */
static enum err
right(struct req *rq, struct resp *rs, const struct application_code *x)
{
	const struct application *a = &x->application;

	if (!rq->wants_json && strcmp(application_step(a), "email") == 0)
		apply_code_first(rq, rs, a, rq->who.session, "email");
	return apply_next(rq, rs, a);
}

static enum err
wrong(struct req *rq, struct resp *rs, const struct application_code *x,
      enum err e)
{
	if (e == ERR_OTP) {
		rs->view = view_new(rq);
		view_int(rs->view, "tries_left", x->challenge.tries_left);
		req_note(rq, "code",
			 x->challenge.tries_left > 0
				 ? "This code is not right."
				 : "This code was wrong too often. Please "
				   "have a new one sent.");
	}
	if (e == ERR_EXPIRED || e == ERR_MISSING) {
		req_note(rq, "code",
			 "This code is not good any more. Please have a new "
			 "one sent.");
		e = ERR_EXPIRED;
	}
	return why_not(rq, rs, x, e);
}

enum err
code_verify(struct req *rq, struct resp *rs)
{
	struct application_code x;
	struct application a;
	struct code c = {.channel = "mobile"};
	enum err e = form_read(rq, code_fields, 2, &c);

	if (e != OK)
		return apply_again(rq, rs, form_of(c.channel), e);
	if ((e = kyc_application(rq, &a)) != OK)
		return e;
	x = code_of(rq, &a, rq->who.session, c.channel);
	x.code = front_code(rq->pool, c.code);
	e = application_code_try(rq->db, &x);
	if (e == OK)
		return right(rq, rs, &x);
	if (e == ERR_CONFLICT)
		return rq->wants_json ? e : apply_show(rq, rs);
	return apply_again(rq, rs, form_of(c.channel), wrong(rq, rs, &x, e));
}
