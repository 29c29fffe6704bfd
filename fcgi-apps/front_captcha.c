/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front_captcha.c: takes and shows captchas in forms. */
#include "fcgi-apps/front_captcha.h"

#include <string.h>

#include "bank/captcha.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/settings.h"

front_verify *front_captcha_verify;

/* The bank's own policy with Google's scripts and frames let in. */
static const char policy[] =
	"default-src 'none'; style-src 'self'; script-src 'self' "
	"https://www.google.com/recaptcha/ "
	"https://www.gstatic.com/recaptcha/; "
	"frame-src https://www.google.com/recaptcha/ "
	"https://recaptcha.google.com/recaptcha/; "
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; "
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; "
	"frame-ancestors 'none'";

const char *
front_captcha_site_key(void)
{
	const struct settings *s = settings();

	return front_captcha_verify != NULL &&
			       *s->GOOGLE_RECAPTCHA_SECRET_KEY != '\0'
		       ? s->GOOGLE_RECAPTCHA_SITE_KEY
		       : "";
}

static bool
foreign(void)
{
	return *front_captcha_site_key() != '\0';
}

void
front_captcha_cookie(struct req *rq, struct resp *rs, const char *ticket)
{
	front_cookie_set(rq, rs, "captcha", ticket, CAPTCHA_MINUTES * 60);
}

const char *
front_captcha_waited(struct req *rq)
{
	const char *ticket = front_cookie_got(rq, "captcha");

	return ticket != NULL ? ticket : "";
}

/* A pass is ours whoever was asked for it; what else is Google's to know. */
enum err
front_captcha_spend(struct req *rq, const char *proof)
{
	if (foreign() && !ticket_looks(proof))
		return *proof == '\0' ? ERR_CAPTCHA
				      : front_captcha_verify(rq, proof);
	return captcha_spend(rq->db, rq->pool, proof, rq->address);
}

static const char *
proof_of(struct req *rq)
{
	const char *proof = req_param(rq, "captcha");

	if (*proof == '\0' && foreign())
		proof = req_param(rq, "g-recaptcha-response");
	return *proof != '\0' ? proof : front_captcha_waited(rq);
}

enum err
front_captcha(struct req *rq)
{
	const char *proof = proof_of(rq), *why;
	enum err e;

	if (!captcha_on())
		return OK;
	e = front_captcha_spend(rq, proof);
	if (e != ERR_CAPTCHA && e != ERR_RATE)
		return e;
	why = e == ERR_RATE    ? "Please wait until the time is over."
	      : *proof == '\0' ? "Please confirm this."
			       : "This was used or is too old. "
				 "Please confirm again.";
	req_note(rq, "captcha", why);
	return ERR_CAPTCHA;
}

enum err
front_captcha_signin(struct req *rq, const char *user_id)
{
	bool wanted;
	enum err e = captcha_wanted(rq->db, rq->pool, user_id, rq->address,
				    &wanted);

	if (e != OK || !wanted)
		return e;
	db_rest(rq->db);
	return front_captcha(rq);
}

/* How the partial shows it: confirmed already, the bank's own, or Google's. */
static enum err
captcha_show(struct req *rq, struct resp *rs, json_object *view)
{
	json_object *o = json_object_new_object();
	enum err e;

	json_object_object_add(view, "captcha", o);
	view_text(o, "path", rq->path);
	view_int(o, "seconds", settings()->CAPTCHA_WAIT_SECONDS);
	e = captcha_good(rq->db, rq->pool, front_captcha_waited(rq),
			 rq->address);
	if (e != ERR_CAPTCHA && e != ERR_RATE && e != OK)
		return e;
	if (e == OK) {
		view_bool(o, "waited", true);
	} else if (foreign()) {
		view_text(o, "site_key", front_captcha_site_key());
		resp_header(rq, rs, "Content-Security-Policy", policy);
	} else {
		view_bool(o, "own", true);
	}
	return OK;
}

enum err
front_captcha_view(struct req *rq, struct resp *rs, json_object *view)
{
	return captcha_on() ? captcha_show(rq, rs, view) : OK;
}

enum err
front_captcha_signin_view(struct req *rq, struct resp *rs, json_object *view)
{
	bool wanted;
	enum err e = captcha_wanted(rq->db, rq->pool, req_param(rq, "user_id"),
				    rq->address, &wanted);

	return e != OK || !wanted ? e : captcha_show(rq, rs, view);
}
