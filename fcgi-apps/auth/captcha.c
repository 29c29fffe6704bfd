/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* captcha.c: hands out puzzles and waiting tickets, and takes them back. */
#include "bank/captcha.h"

#include <string.h>

#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_captcha.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/settings.h"

/* What is to be solved; where Google is asked instead, its name for us. */
enum err
captcha_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct puzzle p;

	if (*front_captcha_site_key() != '\0') {
		view_text(v, "site_key", front_captcha_site_key());
		return resp_page(rs, NULL, v);
	}
	captcha_puzzle(&p);
	view_text(v, "algorithm", "SHA-256");
	view_text(v, "challenge", p.challenge);
	view_int(v, "maxnumber", p.max);
	view_text(v, "salt", p.salt);
	view_text(v, "signature", p.signature);
	return resp_page(rs, NULL, v);
}

struct verify {
	const char *token;
};

static const struct field verify_fields[] = {
	FORM_SECRET(struct verify, token, 1, 4000),
};

/* The proof is spent here, and what is given for it is spent by the form it is
 * sent with: nothing is good twice. */
enum err
captcha_verify(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct verify f;
	enum err e;

	e = form_read(rq, verify_fields, FORM_COUNT(verify_fields), &f);
	if (e != OK)
		return e;
	e = front_captcha_spend(rq, f.token);
	if (e != OK && e != ERR_CAPTCHA && e != ERR_RATE)
		return e;
	view_bool(v, "success", e == OK);
	if (e == OK)
		view_text(v, "captcha", captcha_pass(rq->pool, rq->address));
	return resp_page(rs, NULL, v);
}

/* Where to go on: a plain path of ours, for it stands in a header. */
static const char *
next_of(struct req *rq)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz/-";
	const char *next = front_path(req_param(rq, "next"));

	return next[strspn(next, plain)] == '\0' ? next : "/";
}

/* A browser that keeps the ticket and comes back in time is let on. */
static enum err
wait_end(struct req *rq, json_object *v)
{
	enum err e = captcha_good(rq->db, rq->pool, front_captcha_waited(rq),
				  rq->address);

	if (e != OK && e != ERR_RATE && e != ERR_CAPTCHA)
		return e;
	view_flag(v, e == OK ? "done" : e == ERR_RATE ? "early" : "lost");
	return OK;
}

/* Begins to wait, or (done) looks whether the time is over. */
enum err
captcha_wait(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	const char *next = next_of(rq);
	long seconds = settings()->CAPTCHA_WAIT_SECONDS;
	enum err e;

	view_text(v, "next", next);
	view_int(v, "seconds", seconds);
	if (*req_param(rq, "done") != '\0') {
		if ((e = wait_end(rq, v)) != OK)
			return e;
		return resp_page(rs, "captcha-wait", v);
	}
	front_captcha_cookie(rq, rs, captcha_ticket(rq->pool, rq->address));
	resp_header(rq, rs, "Refresh",
		    pool_printf(rq->pool,
				"%ld; url=/captcha/wait?done=1&next=%s",
				seconds + 1, next));
	return resp_page(rs, "captcha-wait", v);
}
