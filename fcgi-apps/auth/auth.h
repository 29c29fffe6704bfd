/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* auth.h: the pages of this program, by file. */
#ifndef CLICKNET_AUTH_H
#define CLICKNET_AUTH_H

#include "lib/app.h"

/* login.c */
handler login_form, login_post, logout_post;
/* verify.c */
handler verify_form, verify_post, resend_post;
/* sessions.c */
handler sessions_show, session_delete, sessions_delete;

#endif
