/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* auth.h: the pages of this program, by file. */
#ifndef CLICKNET_AUTH_H
#define CLICKNET_AUTH_H

#include "lib/app.h"
#include "lib/secret.h"

/* assertion.c */
handler passkey_login_options, passkey_login_post;
handler passkey_pay_options, passkey_pay_post;
/* change.c */
handler change_form, change_post;
/* forgot.c */
handler forgot_password_form, forgot_password_post;
handler forgot_user_id_form, forgot_user_id_post;
/* captcha.c */
handler captcha_show, captcha_verify, captcha_wait;
/* activity.c */
handler activity_show;
/* drafts.c */
handler draft_post, draft_discard;
/* emergency.c */
handler emergency_show, emergency_post, lost_form, lost_post;
/* login.c */
handler login_form, login_post, logout_post;
/* passkeys.c */
handler passkeys_show, passkey_options, passkey_post;
handler passkey_delete, passkey_rename_post;
/* register.c */
handler register_form, register_post, user_id_available;
/* reset.c */
handler reset_form, reset_post;
/* recaptcha.c: for front_captcha_verify. */
enum err recaptcha_verify(struct req *, const char *token);
/* verify.c */
handler verify_form, verify_post, resend_post;
/* sessions.c */
handler sessions_show, session_delete, sessions_delete, sessions_end_all;
handler session_show;
/* security.c */
handler security_show;
/* step_up.c */
handler step_up_form, step_up_post;
/* totp.c */
handler totp_form, totp_picture, totp_post, totp_confirm_post, totp_delete;
/* recovery.c */
handler recovery_post;

/* person.c: who somebody says they are. Reads customer_id, tax_id and
 * birth_date; those wanted must be there, the others are "" if absent. */
enum { PERSON_CUSTOMER = 1, PERSON_TAX = 2, PERSON_BIRTH = 4, PERSON_ALL = 7 };
struct person {
	const char *customer_id, *tax_id, *birth_date;
};
enum err person_read(struct req *, struct person *, unsigned wanted);
void person_view(json_object *, unsigned wanted); /* which to ask for */

/* twilio.c */
handler twilio_webhook;

/* What Twilio signs ${url} and the fields of a form (NULL: no form) with; pool
 * memory. */
char *twilio_signature(struct pool *, const char *token, const char *url,
		       const struct pairs *form);

/* verify.c: answers what a right code is answered with. */
struct confirm;
enum err verify_right(struct req *, struct resp *, struct confirm *);

/* site.c: where passkeys belong: the bank's public address or, while it has
 * none, localhost. False: passkeys cannot be used at this address. */
struct site {
	const char *rp, *origin;
};
bool site_find(struct req *, struct site *);

/* passkeys.c: the bytes of a field, which pages send as base64url without
 * padding, in pool memory; ERR_INPUT with a note. And a question's frame,
 * {ceremony_id, expires_at, publicKey: ${options}}, whose options begin with
 * what is to be signed. */
struct ceremony;
enum err passkey_bytes(struct req *, const char *field, const char *text,
		       struct piece *out);
json_object *passkey_question(struct req *, const struct ceremony *,
			      json_object *options);
void passkey_put(json_object *, struct pool *, const char *name,
		 struct piece);

/* assertion.c: asks (ceremony_open) on behalf of the asking address's network,
 * and tells how much more may be asked. */
enum err passkey_ask(struct req *, struct resp *, struct ceremony *);

#endif
