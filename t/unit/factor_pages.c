/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* factor_pages.c: tests of adding factors and of signing in with them, as
 * browsers and programs do. */
#include <string.h>

#include "bank/session.h"
#include "bank/totp.h"
#include "lib/clock.h"
#include "t/lib/factor.h"
#include "t/lib/visit.h"
#include "t/tap.h"

/* A program that has signed in with password and message. */
static const char *
program(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");

	return v.cookie;
}

static const char *
ask(struct bank *b, const char *what, const char *token, const char *body)
{
	return bank_ask_json(b, &auth_app, what, token, body, NULL);
}

static const char *
give(struct bank *b, const char *token, const char *id, const char *code)
{
	return ask(b, "POST /verify-otp", token,
		   pool_printf(b->pool,
			       "{\"challenge_id\":\"%s\",\"code\":\"%s\"}", id,
			       code));
}

static const char *
login(struct bank *b)
{
	return ask(b, "POST /login", NULL,
		   "{\"user_id\":\"anna\",\"password\":\"correct horse\"}");
}

static void
later(int minutes)
{
	clock_freeze(clock_now() + minutes * CLOCK_MINUTE);
}

static void
test_program(struct bank *b)
{
	const char *token = program(b), *a, *secret, *code;

	a = ask(b, "GET /security", token, NULL);
	ok(visit_has(a, "{\"totp\":{\"status\":\"none\"},"
			"\"recovery_codes_left\":0}"),
	   "a program sees that there is nothing yet");
	a = ask(b, "POST /totp", token, "{}");
	is_int(answer_status(a), 201, "it begins an app");
	secret = answer_text(b, a, "secret");
	ok(visit_has(answer_text(b, a, "uri"), secret) &&
		   strncmp(answer_text(b, a, "qr_svg"), "<svg ", 5) == 0,
	   "and gets secret, address and picture");
	a = ask(b, "GET /totp", token, NULL);
	is_text(answer_text(b, a, "secret"), secret, "and may look again");
	a = ask(b, "POST /totp/confirm", token, "{\"code\":\"000000\"}");
	is_int(answer_status(a), 401, "a wrong first code is refused");
	is_text(answer_text(b, a, "code"), "otp", "as wrong codes are");
	a = ask(b, "POST /totp/confirm", token, "{}");
	is_int(answer_status(a), 422, "none is no code");
	code = factor_code(b, secret, 0);
	a = ask(b, "POST /totp/confirm", token,
		pool_printf(b->pool, "{\"code\":\"%.3s %s\"}", code, code + 3));
	is_int(answer_status(a), 204, "the right one, with a blank, is taken");
	is_int(answer_status(ask(b, "GET /totp", token, NULL)), 404,
	       "then nobody sees the secret again");
	is_int(answer_status(ask(b, "GET /totp/qr.svg", token, NULL)), 404,
	       "nor its picture");
	is_int(answer_status(ask(b, "POST /totp", token, "{}")), 409,
	       "nor puts another in its place");
	a = ask(b, "GET /security", token, NULL);
	ok(visit_has(a, "\"status\":\"on\",\"confirmed_at\":\"2026-11-20T"),
	   "it is in use");
	later(1);
	a = login(b);
	is_text(answer_text(b, a, "channel"), "totp", "sign-in asks for it");
	is_text(answer_text(b, a, "channels"),
		"[ \"totp\", \"email\", \"sms\" ]", "and says what else may be");
	is_text(answer_text(b, a, "sent_to"), "", "nothing was sent");
	a = give(b, NULL, answer_text(b, a, "challenge_id"),
		 factor_code(b, secret, 0));
	is_int((int)strlen(answer_text(b, a, "token")), 43, "it opens");
	is_int(answer_status(ask(b, "DELETE /totp", token, NULL)), 204,
	       "it is removed");
	is_int(answer_status(ask(b, "DELETE /totp", token, NULL)), 404,
	       "once");
	is_text(answer_text(b, login(b), "channel"), "email",
		"then a message is sent again");
}

static void
test_recovery(struct bank *b)
{
	const char *token = program(b), *a, *id, *code;

	a = ask(b, "POST /recovery-codes", token, "{}");
	is_int(answer_status(a), 201, "a program makes recovery codes");
	code = strstr(answer_body(a), "[\"") + 2;
	code = pool_strndup(b->pool, code, 11);
	a = login(b);
	is_text(answer_text(b, a, "channels"),
		"[ \"email\", \"sms\", \"recovery\" ]",
		"sign-in says that they may be used");
	a = give(b, NULL, answer_text(b, a, "challenge_id"), code);
	is_int((int)strlen(answer_text(b, a, "token")), 43, "one opens");
	id = answer_text(b, login(b), "challenge_id");
	a = give(b, NULL, id, code);
	is_int(answer_status(a), 401, "once");
	is_text(answer_text(b, a, "tries_left"), "4", "it counts as a try");
}

/* Whoever is signed in for long is asked again, and goes on under a new
 * token. */
static void
test_step_up(struct bank *b)
{
	static const char *const guarded[] = {
		"POST /totp", "POST /totp/confirm", "DELETE /totp",
		"POST /totp/remove", "POST /recovery-codes"};
	const char *token = program(b), *a, *id, *fresh;
	size_t i;

	bank_arrange(b, "UPDATE session SET confirmed_at = NULL");
	for (i = 0; i < sizeof guarded / sizeof *guarded; i++) {
		a = ask(b, guarded[i], token, "{\"code\":\"123456\"}");
		ok(answer_status(a) == 403 &&
			   strcmp(answer_text(b, a, "code"), "otp") == 0,
		   "%s needs a code first", guarded[i]);
	}
	a = ask(b, "POST /step-up", token, "{}");
	is_int(answer_status(a), 202, "it can be asked for");
	id = answer_text(b, a, "challenge_id");
	is_int(answer_status(give(b, program(b), id, bank_code(b))), 404,
	       "for this session alone");
	is_int(answer_status(give(b, NULL, id, bank_code(b))), 404,
	       "and not for nobody");
	bank_tamper(b, "DELETE FROM outbox");
	a = ask(b, "POST /step-up", token, "{}");
	id = answer_text(b, a, "challenge_id");
	a = give(b, token, id, bank_code(b));
	is_int(answer_status(a), 200, "the right code is taken");
	fresh = answer_text(b, a, "token");
	is_text(answer_text(b, a, "name"), "Anna Müller", "and answers so");
	is_int(answer_status(ask(b, "GET /sessions", token, NULL)), 401,
	       "the old token is dead");
	is_int(answer_status(ask(b, "POST /recovery-codes", fresh, "{}")), 201,
	       "the new one may");
	a = ask(b, "GET /sessions", fresh, NULL);
	ok(visit_has(a, "\"current\":true"), "and is among the sessions");
}

static void
test_six(struct bank *b)
{
	const char *secret = factor_app(b), *id, *code, *a = "";
	int i;

	later(1);
	id = answer_text(b, login(b), "challenge_id");
	code = factor_code(b, secret, 0);
	for (i = 0; i < 5; i++)
		a = give(b, NULL, id, i % 2 ? "000000" : "ABCDE-FGHJK");
	is_text(answer_text(b, a, "tries_left"), "0", "after five wrong codes");
	is_int(answer_status(give(b, NULL, id, code)), 410,
	       "the sixth opens nothing, right as it is");
	bank_tamper(b, "DELETE FROM totp");
	bank_tamper(b, "DELETE FROM recovery_code");
}

static const char *
location(struct bank *b, const char *answer)
{
	return answer_header(b, answer, "Location");
}

static void
test_adding(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a, *secret, *at;

	a = visit_get(&v, &auth_app, "/security");
	ok(visit_has(a, "action=\"/totp\"") &&
		   visit_has(a, "action=\"/recovery-codes\"") &&
		   !visit_has(a, "{{"),
	   "a person may add an app, and codes on paper");
	is_text(location(b, visit_get(&v, &auth_app, "/totp")), "/security",
		"with none begun there is nothing to read");
	a = visit_post(&v, &auth_app, "/totp", "");
	is_text(location(b, a), "/totp", "who begins is shown");
	a = visit_get(&v, &auth_app, "/totp");
	at = strstr(a, "data-copy=\"");
	ok(visit_has(a, "src=\"/totp/qr.svg\"") && at != NULL,
	   "a picture and the key");
	secret = pool_strndup(b->pool, at + 11, 32);
	ok(visit_has(answer_header(b, a, "Cache-Control"), "no-store"),
	   "which no browser keeps");
	a = visit_get(&v, &auth_app, "/totp/qr.svg");
	is_text(answer_header(b, a, "Content-Type"), "image/svg+xml",
		"the picture is one");
	ok(visit_has(answer_header(b, a, "Cache-Control"), "no-store") &&
		   strncmp(answer_body(a), "<svg ", 5) == 0,
	   "and not kept either");
	ok(visit_has(visit_get(&v, &auth_app, "/security"), "href=\"/totp\""),
	   "who comes back later goes on there");
	a = visit_post(&v, &auth_app, "/totp/confirm", "code=000000");
	ok(answer_status(a) == 401 && visit_has(a, "This code is not right.") &&
		   visit_has(a, secret) && visit_has(a, "aria-invalid"),
	   "who mistypes sees the same picture, and why");
	a = visit_post(&v, &auth_app, "/totp/confirm", "code=");
	ok(answer_status(a) == 422 && visit_has(a, secret),
	   "and who types nothing");
	a = visit_post(&v, &auth_app, "/totp/confirm",
		       pool_printf(b->pool, "code=%s",
				   factor_code(b, secret, 0)));
	is_text(location(b, a), "/security?added=1", "the right code is taken");
	a = visit_get(&v, &auth_app, "/security?added=1");
	ok(visit_has(a, "Your authenticator app is added.") &&
		   visit_has(a, "In use") && !visit_has(a, secret),
	   "and said so");
	is_int(answer_status(visit_post(&v, &auth_app, "/totp/confirm",
					"code=")),
	       422, "there is nothing to confirm any more");
	a = visit_post(&v, &auth_app, "/totp/remove", "");
	is_text(location(b, a), "/security?removed=1", "it can be removed");
	ok(visit_has(visit_get(&v, &auth_app, "/security?removed=1"),
		     "Your authenticator app is removed."),
	   "and is gone");
}

static void
test_paper(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a = visit_post(&v, &auth_app, "/recovery-codes", ""), *at;
	int n = 0;

	is_int(answer_status(a), 201, "codes are shown");
	for (at = a; (at = strstr(at, "<li><code>")) != NULL; at++)
		n++;
	is_int(n, 10, "all ten");
	ok(visit_has(answer_header(b, a, "Cache-Control"), "no-store"),
	   "this once");
	ok(visit_has(visit_get(&v, &auth_app, "/security"), "Left: 10"),
	   "then only how many there are");
}

static void
test_led(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a, *id, *old = v.cookie;

	a = visit_get(&v, &auth_app, "/step-up?next=/limits");
	is_text(location(b, a), "/limits", "who just gave a code goes on");
	visit_post(&v, &auth_app, "/totp", "");
	bank_arrange(b, "UPDATE session SET confirmed_at = NULL");
	is_text(location(b, visit_get(&v, &auth_app, "/totp")),
		"/step-up?next=/totp", "a page asks for a code first");
	is_text(location(b, visit_get(&v, &auth_app, "/totp/qr.svg")),
		"/step-up?next=/totp/qr.svg", "so does the picture");
	a = visit_post(&v, &auth_app, "/totp/remove", "next=/security");
	is_text(location(b, a), "/step-up?next=/security", "and a form");
	a = visit_get(&v, &auth_app, location(b, a));
	ok(answer_status(a) == 200 && visit_has(a, "Is it you?") &&
		   visit_has(a, "name=\"next\" value=\"/security\""),
	   "it is said why");
	a = visit_post(&v, &auth_app, "/step-up", "next=/security");
	ok(visit_has(location(b, a), "/verify-otp?challenge_id=") &&
		   visit_has(location(b, a), "&next=/security"),
	   "a message is sent");
	id = pool_strndup(b->pool, strstr(location(b, a), "_id=") + 4, 36);
	ok(visit_has(visit_get(&v, &auth_app, location(b, a)),
		     "Code from the message to s···@bank.example"),
	   "and the page says where");
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool,
				   "challenge_id=%s&code=%s&next=/security",
				   id, bank_code(b)));
	is_text(location(b, a), "/security", "the code leads back");
	v.cookie = pool_strndup(
		b->pool, answer_header(b, a, "Set-Cookie") + 9, 43);
	is_int(answer_status(visit_get(&v, &auth_app, "/security")), 200,
	       "with a new cookie");
	v.cookie = old;
	is_int(answer_status(visit_get(&v, &auth_app, "/security")), 303,
	       "and the old one opens nothing");
	bank_tamper(b, "DELETE FROM totp");
	bank_tamper(b, "UPDATE customer SET email = NULL, mobile = NULL "
		       "WHERE code = 'C2'");
	v = (struct visit){.bank = b};
	is_int(answer_status(ask(b, "POST /step-up", bank_token(b, "ben"),
				 "{}")),
	       409, "who cannot be reached cannot be asked");
}

/* The page of the code, for somebody with everything. */
static void
test_words(struct bank *b)
{
	const char *secret = factor_app(b), *a, *at, *id;
	struct factor_owner o = factor_anna(b);
	char codes[RECOVERY_CODES][RECOVERY_TEXT];
	struct visit v = {.bank = b};

	recovery_make(b->db, &o, codes);
	a = visit_post(&v, &auth_app, "/login",
		       "user_id=anna&password=correct+horse");
	at = location(b, a);
	id = pool_strndup(b->pool, strstr(at, "challenge_id=") + 13, 36);
	a = visit_get(&v, &auth_app, at);
	ok(visit_has(a, "Code from your authenticator app") &&
		   visit_has(a, "Send me an email instead") &&
		   visit_has(a, "Send me a text message instead") &&
		   visit_has(a, "Use a recovery code") &&
		   !visit_has(a, "Use your authenticator app") &&
		   !visit_has(a, "Code from the message"),
	   "the app is asked first, all else is one press away");
	at = pool_printf(b->pool, "%s&with=recovery", at);
	a = visit_get(&v, &auth_app, at);
	ok(visit_has(a, "One of your recovery codes") &&
		   !visit_has(a, "inputmode") &&
		   visit_has(a, "Use your authenticator app"),
	   "paper has letters");
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool,
				   "challenge_id=%s&with=recovery&code=%s", id,
				   "ABCDE-FGHJK"));
	ok(answer_status(a) == 401 &&
		   visit_has(a, "One of your recovery codes") &&
		   visit_has(a, "Tries left: 4"),
	   "who mistypes is asked for the same");
	a = visit_post(&v, &auth_app, "/resend-otp",
		       pool_printf(b->pool, "challenge_id=%s&channel=sms",
				   id));
	a = visit_get(&v, &auth_app, location(b, a));
	ok(visit_has(a, "A message with a code is on its way.") &&
		   visit_has(a, "Code from the message to ··· 01") &&
		   visit_has(a, "Send again by email") &&
		   visit_has(a, "Use your authenticator app"),
	   "who wants a message gets one");
	a = visit_get(&v, &auth_app,
		      pool_printf(b->pool,
				  "/verify-otp?challenge_id=%s&with=totp",
				  id));
	ok(visit_has(a, "Code from your authenticator app") &&
		   visit_has(a, "Send me an email instead"),
	   "and may still take the app");
	later(1);
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool, "challenge_id=%s&code=%s", id,
				   factor_code(b, secret, 0)));
	is_int(answer_status(a), 303, "whose code opens");
}

static void
test_blocked(struct bank *b)
{
	struct visit v;
	const char *a;

	bank_tamper(b, "UPDATE totp SET failures = 100");
	v = visit_begin(b, "anna");
	a = visit_get(&v, &auth_app, "/security");
	ok(visit_has(a, "Blocked") && visit_has(a, "Remove the app"),
	   "an app that was guessed at too often is blocked");
	is_text(answer_text(b, login(b), "channel"), "email",
		"and a message sent instead");
	bank_tamper(b, "UPDATE totp SET secret = (SELECT name FROM customer "
		       "WHERE code = 'C1')");
	is_int(answer_status(ask(b, "GET /security", v.cookie, NULL)), 500,
	       "a secret from elsewhere is not shown");
}

/* Nothing a person has is told before the password was right. */
static void
test_silence(struct bank *b)
{
	const char *with, *without;

	bank_tamper(b, "DELETE FROM rate");
	with = ask(b, "POST /login", NULL,
		   "{\"user_id\":\"anna\",\"password\":\"wrong\"}");
	bank_tamper(b, "DELETE FROM rate"); /* how often is told to both */
	without = ask(b, "POST /login", NULL,
		      "{\"user_id\":\"ben\",\"password\":\"wrong\"}");
	is_text(visit_mask(b, with, NULL), visit_mask(b, without, NULL),
		"a wrong password does not tell who has an app");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_program(&b);
	test_recovery(&b);
	test_step_up(&b);
	test_six(&b);
	test_adding(&b);
	test_paper(&b);
	test_led(&b);
	test_words(&b);
	test_silence(&b);
	test_blocked(&b);
	bank_close(&b);
	return tap_done();
}
