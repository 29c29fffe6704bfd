/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* door.c: who is let in: staff and customers by their sign-in, strangers by
 * their application. */
#include <string.h>
#include <strings.h>

#include "bank/application_session.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

/* The part of the path up to its first "/" is one of these. */
static bool
path_in(const char *path, const char *const *names)
{
	size_t len = strcspn(path + 1, "/");

	for (; *names != NULL; names++)
		if (strlen(*names) == len &&
		    strncmp(path + 1, *names, len) == 0)
			return true;
	return false;
}

/* Staff work; the catalogue is for everybody. */
static bool
behind_sign_in(const struct req *rq)
{
	static const char *const names[] = {"staff", "products", "branches",
					    NULL};

	return path_in(rq->path, names);
}

static const char *
cookie_name(const struct req *rq)
{
	return rq->secure ? "__Host-clicknet-kyc" : "clicknet-kyc";
}

/* The bearer token wins: a program that sends one means it. */
static const char *
token_of(struct req *rq)
{
	const char *token = rq->authorization;

	if (strncasecmp(token, "Bearer ", 7) == 0)
		return token + 7;
	rq->who.by_cookie = true;
	token = pairs_get(&rq->cookies, cookie_name(rq));
	return token != NULL ? token : "";
}

enum err
kyc_ask(struct req *rq)
{
	struct application_session s = {.idled = false};
	enum err e;

	if (behind_sign_in(rq))
		return front_ask(rq);
	front_language(rq, NULL);
	e = application_session_find(rq->db, rq->pool, token_of(rq), &s);
	memcpy(rq->who.session, s.token_hash, sizeof rq->who.session);
	rq->who.idled = s.idled;
	if (e != OK)
		return e;
	rq->who.role = "applicant";
	rq->who.signed_in = true;
	return rq->quiet ? OK : application_session_touch(rq->db, &s);
}

/* The long form's words are kept, whoever was away in the middle of it. */
enum err
kyc_late(struct req *rq, struct resp *rs)
{
	if (behind_sign_in(rq))
		return front_late(rq, rs);
	return strcmp(rq->path, "/kyc-session/details") == 0
		       ? details_late(rq, rs)
		       : ERR_LOGIN;
}

/* Who had an application open is shown the way back to it. */
const char *
kyc_door(const struct req *rq)
{
	const char *had = pairs_get(&rq->cookies, cookie_name(rq));

	if (behind_sign_in(rq))
		return NULL;
	return had != NULL && *had != '\0' ? "/apply/resume?idle=1"
					   : "/products";
}

/* Signed in to an application, not to the bank? */
static bool
applies(const struct req *rq)
{
	return rq->who.signed_in && rq->who.user == 0;
}

enum err
kyc_application(struct req *rq, struct application *out)
{
	struct application_session s;
	enum err e = ERR_LOGIN;

	if (applies(rq))
		e = application_session_get(rq->db, rq->pool, rq->who.session,
					    &s);
	if (e == OK)
		e = application_get(rq->db, rq->pool, s.application, out);
	return e == ERR_MISSING ? ERR_LOGIN : e;
}

bool
kyc_begun(struct req *rq)
{
	const char *token = pairs_get(&rq->cookies, cookie_name(rq));
	struct application_session s;

	return token != NULL && application_session_find(rq->db, rq->pool,
							 token, &s) == OK;
}

/* Any page may be where somebody comes back to from the identity provider:
 * Strict would hide the cookie there. What changes something needs the form's
 * token besides. */
void
kyc_cookie(struct req *rq, struct resp *rs, const char *token)
{
	resp_header(rq, rs, "Set-Cookie",
		    pool_printf(rq->pool,
				"%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
				cookie_name(rq), token != NULL ? token : "",
				rq->secure ? "; Secure" : "",
				token != NULL ? "" : "; Max-Age=0"));
}

/* The menu of the bank is for who has signed in to it. */
void
kyc_frame(struct req *rq, json_object *view)
{
	bool stranger = applies(rq);

	if (stranger)
		rq->who.signed_in = false;
	front_frame(rq, view);
	if (!stranger)
		return;
	rq->who.signed_in = true;
	view_flag(view, "applies");
	view_text(view, "csrf", app_csrf(rq));
}
