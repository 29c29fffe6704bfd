/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* login.c: user id and password in, a challenge out; and signing out. */
#include <stdio.h>
#include <string.h>

#include "bank/session.h"
#include "bank/signin.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_captcha.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/settings.h"

/* One line: "user id TAB password TAB name", of staff "TAB role" besides. NULL
 * if it is none. */
static json_object *
demo_signin(char *line)
{
	char *password = strchr(line, '\t'), *name, *role;
	json_object *o;

	if (password == NULL || (name = strchr(password + 1, '\t')) == NULL)
		return NULL;
	*password++ = *name++ = '\0';
	if ((role = strchr(name, '\t')) != NULL)
		*role++ = '\0';
	o = json_object_new_object();
	view_text(o, "user_id", line);
	view_text(o, "password", password);
	view_text(o, "name", name);
	view_bool(o, "staff", role != NULL);
	return o;
}

/* The demonstration's sign-ins, in a file beside the settings; shown only
 * while messages go to the inbox. */
static json_object *
demo_signins(struct req *rq)
{
	FILE *f = fopen(settings_beside(rq->pool, "demo-signins.txt"), "r");
	json_object *list = json_object_new_array(), *o;
	char line[300];

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if ((o = demo_signin(line)) != NULL)
			json_object_array_add(list, o);
	}
	if (f != NULL)
		fclose(f);
	return list;
}

enum err
login_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq), *demo;
	const char *next = front_path(req_param(rq, "next"));
	struct site site;
	enum err e;

	if (rq->who.signed_in)
		return resp_see(rq, rs, 200, v, "%s", next);
	view_text(v, "next", next);
	view_bool(v, "idle", *req_param(rq, "idle") != '\0');
	view_bool(v, "signed_out", *req_param(rq, "signed_out") != '\0');
	view_bool(v, "reset", *req_param(rq, "reset") != '\0');
	view_bool(v, "passkey", site_find(rq, &site));
	if (strcmp(settings()->MESSAGE_DELIVERY, "inbox") == 0) {
		demo = json_object_new_object();
		json_object_object_add(demo, "signins", demo_signins(rq));
		json_object_object_add(v, "demo", demo);
	}
	if ((e = front_captcha_signin_view(rq, rs, v)) != OK)
		return e;
	return resp_page(rs, "login", v);
}

struct login {
	const char *user_id, *password;
};

static const struct field login_fields[] = {
	FORM_TEXT(struct login, user_id, 1, 100),
	FORM_SECRET(struct login, password, 1, 200),
};

enum err
login_post(struct req *rq, struct resp *rs)
{
	struct login l;
	struct signin s = {.pool = rq->pool, .who = front_actor(rq)};
	const struct rate_limit limit = rate_limit(RATE_SIGNIN_ADDRESS);
	char id[SECRET_ID_TEXT];
	enum err e;

	if ((e = form_read(rq, login_fields, FORM_COUNT(login_fields), &l)) !=
	    OK)
		return e;
	if ((e = front_captcha_signin(rq, l.user_id)) != OK)
		return e;
	s.user_id = l.user_id;
	s.password = l.password;
	e = signin_password(rq->db, &s);
	front_rate_tell(rq, rs, &limit, &s.network);
	front_rate_wait(rs, s.wait_ms);
	if (e != OK)
		return e;
	return resp_see(rq, rs, 200, view_challenge(rq, &s.challenge, NULL),
			"/verify-otp?challenge_id=%s&next=%s",
			secret_id_text(id, s.challenge.id),
			front_next(rq));
}

enum err
logout_post(struct req *rq, struct resp *rs)
{
	enum err e = session_close(rq->db, rq->who.session, front_actor(rq),
				   rq->who.customer);

	if (e != OK)
		return e;
	if (rq->who.by_cookie)
		front_cookie(rq, rs, NULL);
	return resp_see(rq, rs, 204, NULL, "/login?signed_out=1");
}
