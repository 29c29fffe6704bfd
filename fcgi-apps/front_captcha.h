/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front_captcha.h: asking a stranger to show that they are a person, in every
 * program's forms. */
#ifndef CLICKNET_FRONT_CAPTCHA_H
#define CLICKNET_FRONT_CAPTCHA_H

#include "lib/app.h"

/* For the handler of a public form, after form_read: spends what the form
 * shows in its field captcha, or what the browser waited for (its cookie).
 * OK also when none is asked for (CAPTCHA = off). ERR_CAPTCHA, noted on
 * captcha: show the form again. Calls db_write. */
enum err front_captcha(struct req *);

/* The same for a sign-in, where it is asked for only after failures. */
enum err front_captcha_signin(struct req *, const char *user_id);

/* For the page of such a form: if one is asked for, ${view} gets "captcha",
 * which share/html/captcha.html shows; and the answer its Content-Security-
 * Policy where a foreign script is part of it. _signin: if that sign-in must
 * show one. */
enum err front_captcha_view(struct req *, struct resp *, json_object *view);
enum err front_captcha_signin_view(struct req *, struct resp *,
				   json_object *view);

/* The cookie of a waiting ticket: sets it; what it holds, "" if none. */
void front_captcha_cookie(struct req *, struct resp *, const char *ticket);
const char *front_captcha_waited(struct req *);

/* Whoever can ask Google's server (auth alone) says how, before the first
 * request: OK, ERR_CAPTCHA, or ERR_BUSY if it cannot be reached. Programs
 * without it show and take the bank's own captcha. */
typedef enum err front_verify(struct req *, const char *token);
extern front_verify *front_captcha_verify;

/* The site key where Google is asked; "" where the bank's own captcha is. */
const char *front_captcha_site_key(void);

/* One proof of any kind, spent. */
enum err front_captcha_spend(struct req *, const char *proof);

#endif
