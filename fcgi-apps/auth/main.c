/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: what auth can do: registering, signing in and out, codes, passwords,
 * sessions, factors, passkeys, a lost phone; what was done in a person's name,
 * and what becomes of messages that carry codes. */
#include "bank/schema.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_captcha.h"

static const struct route routes[] = {
	{GET, "/captcha", captcha_show, GUEST},
	{GET, "/captcha/wait", captcha_wait, GUEST},
	{POST, "/VerifyCaptcha", captcha_verify, GUEST},
	{GET, "/login", login_form, GUEST},
	{POST, "/login", login_post, GUEST},
	{POST, "/login/passkey/options", passkey_login_options, GUEST},
	{POST, "/login/passkey", passkey_login_post, GUEST},
	{GET, "/verify-otp", verify_form, GUEST},
	{POST, "/verify-otp", verify_post, GUEST},
	{POST, "/verify-otp/passkey/options", passkey_pay_options, 0},
	{POST, "/verify-otp/passkey", passkey_pay_post, 0},
	{POST, "/resend-otp", resend_post, GUEST},
	{GET, "/register", register_form, GUEST},
	{POST, "/register", register_post, GUEST},
	{GET, "/user-id-available", user_id_available, GUEST},
	{GET, "/forgot-password", forgot_password_form, GUEST},
	{POST, "/forgot-password", forgot_password_post, GUEST},
	{GET, "/forgot-user-id", forgot_user_id_form, GUEST},
	{POST, "/forgot-user-id", forgot_user_id_post, GUEST},
	{GET, "/reset-password", reset_form, GUEST},
	{POST, "/reset-password", reset_post, GUEST},
	{GET, "/change-password", change_form, 0},
	{POST, "/change-password", change_post, 0},
	{POST, "/logout", logout_post, 0},
	{GET, "/passkeys", passkeys_show, 0},
	{POST, "/passkeys", passkey_post, 0},
	{POST, "/passkeys/options", passkey_options, 0},
	{DELETE, "/passkeys/{id}", passkey_delete, 0},
	{POST, "/passkeys/{id}/remove", passkey_delete, 0},
	{POST, "/passkeys/{id}/rename", passkey_rename_post, 0},
	{GET, "/session", session_show, GUEST | QUIET},
	{GET, "/sessions", sessions_show, 0},
	{DELETE, "/sessions", sessions_delete, 0},
	{POST, "/sessions/end-others", sessions_delete, 0},
	{POST, "/sessions/end-all", sessions_end_all, 0},
	{DELETE, "/sessions/{id}", session_delete, 0},
	{POST, "/sessions/{id}/end", session_delete, 0},
	{GET, "/security", security_show, 0},
	{GET, "/step-up", step_up_form, 0},
	{POST, "/step-up", step_up_post, 0},
	{GET, "/totp", totp_form, 0},
	{GET, "/totp/qr.svg", totp_picture, 0},
	{POST, "/totp", totp_post, 0},
	{POST, "/totp/confirm", totp_confirm_post, 0},
	{DELETE, "/totp", totp_delete, 0},
	{POST, "/totp/remove", totp_delete, 0},
	{POST, "/recovery-codes", recovery_post, 0},
	{POST, "/twilio-webhook", twilio_webhook, GUEST},
	{GET, "/activity", activity_show, 0},
	{POST, "/drafts", draft_post, 0},
	{POST, "/drafts/discard", draft_discard, 0},
	{GET, "/emergency-code", emergency_show, 0},
	{POST, "/emergency-code", emergency_post, 0},
	{GET, "/lost-phone", lost_form, GUEST},
	{POST, "/lost-phone", lost_post, GUEST},
};

static enum err
start(void)
{
	front_captcha_verify = recaptcha_verify;
	return OK;
}

const struct app auth_app = {
	.name = "auth",
	APP_ROUTES(routes),
	.fault = schema_fault,
	.ask = front_ask,
	.frame = front_frame,
	.start = start,
	.late = front_late,
};

#ifndef CLICKNET_TEST
int
main(int argc, char **argv)
{
	return app_main(&auth_app, argc, argv);
}
#endif
