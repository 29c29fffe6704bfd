/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* captcha_pages.c: captchas as a browser and a program meet them. */
#include <string.h>

#include "bank/captcha.h"
#include "fcgi-apps/front_captcha.h"
#include "fcgi-apps/front_rate.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/solve.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static const char *
login(struct bank *b, const char *password, const char *captcha)
{
	return bank_ask_json(b, &auth_app, "POST /login", NULL,
			     pool_printf(b->pool,
					 "{\"user_id\":\"anna\","
					 "\"password\":\"%s\","
					 "\"captcha\":\"%s\"}",
					 password, captcha),
			     NULL);
}

static const char *
puzzle(struct bank *b)
{
	return bank_ask_json(b, &auth_app, "GET /captcha", NULL, NULL, NULL);
}

static const char *
verify(struct bank *b, const char *token)
{
	return bank_ask_json(b, &auth_app, "POST /VerifyCaptcha", NULL,
			     pool_printf(b->pool, "{\"token\":\"%s\"}", token),
			     NULL);
}

static void
forget(struct bank *b)
{
	bank_tamper(b, "DELETE FROM rate; DELETE FROM signin");
}

static void
test_program(struct bank *b)
{
	const char *a, *solution;

	is_int(answer_status(login(b, "wrong", "")), 401, "one failure");
	is_int(answer_status(login(b, "wrong", "")), 401, "and another");
	a = login(b, "correct horse", "");
	ok(answer_status(a) == 422 && visit_has(a, "\"field\":\"captcha\""),
	   "then a program is asked for a captcha");
	a = puzzle(b);
	ok(answer_status(a) == 200 &&
		   strcmp(answer_header(b, a, "Cache-Control"), "no-store") ==
			   0,
	   "it fetches one that nobody keeps");
	solution = solve_answer(b, a);
	a = login(b, "wrong", solution);
	is_int(answer_status(a), 401, "and is listened to");
	a = login(b, "correct horse", solution);
	is_int(answer_status(a), 422, "once for each it solves");
	ok(visit_has(a, "was used"), "which it is told");
	a = login(b, "correct horse", solve_answer(b, puzzle(b)));
	is_int(answer_status(a), 200, "the right password is let on");
	forget(b);
}

static void
test_verify(struct bank *b)
{
	const char *solution = solve_answer(b, puzzle(b)), *a, *pass;

	bank_set(b, "CAPTCHA", "always");
	a = verify(b, "nonsense");
	is_text(answer_text(b, a, "success"), "false", "nonsense is none");
	a = verify(b, solution);
	is_text(answer_text(b, a, "success"), "true", "a solution is one");
	pass = answer_text(b, a, "captcha");
	is_text(answer_text(b, verify(b, solution), "success"), "false",
		"and spent by asking");
	is_int(answer_status(login(b, "correct horse", pass)), 200,
	       "what is given for it goes with the next form");
	is_int(answer_status(login(b, "correct horse", pass)), 422, "once");
	is_int(answer_status(bank_ask_json(b, &auth_app, "POST /VerifyCaptcha",
					   NULL, "{}", NULL)),
	       422, "no token is no captcha");
	is_text(answer_text(b,
			    verify(b, captcha_ticket(b->pool, "192.0.2.7")),
			    "success"),
		"false", "nor is a ticket before its time");
	bank_set(b, "CAPTCHA", "auto");
	forget(b);
}

static void
test_form(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a = visit_get(&v, &auth_app, "/login");
	static const char wrong[] = "user_id=anna&password=wrong";

	ok(!visit_has(a, "captcha"), "who did nothing wrong is not asked");
	visit_post(&v, &auth_app, "/login", wrong);
	a = visit_post(&v, &auth_app, "/login", wrong);
	ok(answer_status(a) == 401 && visit_has(a, "/assets/captcha.js") &&
		   visit_has(a, "/captcha/wait?next=/login"),
	   "after two failures the form asks, with and without scripts");
	ok(strstr(answer_header(b, a, "Content-Security-Policy"), "google") ==
		   NULL,
	   "and lets no other site in");
	a = visit_post(&v, &auth_app, "/login",
		       "user_id=anna&password=correct+horse");
	ok(answer_status(a) == 422 && visit_has(a, "href=\"#captcha\"") &&
		   visit_has(a, "Please confirm this."),
	   "who does not confirm is led there");
	ok(visit_has(a, "value=\"anna\"") && !visit_has(a, "correct horse"),
	   "with the user id kept");
	bank_set(b, "CAPTCHA", "off");
	a = visit_post(&v, &auth_app, "/login",
		       "user_id=anna&password=correct+horse");
	is_int(answer_status(a), 303, "a demonstration may ask nobody");
	bank_set(b, "CAPTCHA", "auto");
}

/* As a browser without scripts: waits, comes back, goes on. */
static void
test_wait(struct bank *b)
{
	int64_t now = clock_now();
	const char *a, *ticket, *cookie;

	bank_set(b, "CAPTCHA", "always");
	a = bank_ask(b, &auth_app, "GET /captcha/wait?next=/login", NULL,
		     NULL);
	ticket = answer_header(b, a, "Set-Cookie");
	ok(answer_status(a) == 200 && strncmp(ticket, "captcha=", 8) == 0 &&
		   visit_has(ticket, "HttpOnly; SameSite=Strict"),
	   "a ticket is in a cookie no script sees");
	is_text(answer_header(b, a, "Refresh"),
		"16; url=/captcha/wait?done=1&next=/login",
		"and the page comes back by itself");
	cookie = pool_printf(b->pool, "HTTP_COOKIE=%.*s",
			     (int)strcspn(ticket, ";"), ticket);
	a = bank_ask(b, &auth_app, "GET /captcha/wait?done=1", NULL, cookie,
		     NULL);
	ok(visit_has(a, "Not quite yet"), "who is early is told");
	a = bank_ask(b, &auth_app, "POST /login",
		     "user_id=anna&password=correct+horse", cookie, NULL);
	ok(answer_status(a) == 422 && visit_has(a, "until the time is over"),
	   "and not let on");
	clock_freeze(now + 15 * CLOCK_SECOND);
	a = bank_ask(b, &auth_app, "GET /captcha/wait?done=1&next=/login",
		     NULL, cookie, NULL);
	ok(visit_has(a, "Thank you for waiting") &&
		   visit_has(a, "href=\"/login\""),
	   "then the way leads on");
	a = bank_ask(b, &auth_app, "GET /login", NULL, cookie, NULL);
	ok(visit_has(a, "You have waited") && !visit_has(a, "captcha.js"),
	   "the form knows it");
	a = bank_ask(b, &auth_app, "POST /login",
		     "user_id=anna&password=correct+horse", cookie,
		     "REMOTE_ADDR=198.51.100.9", NULL);
	is_int(answer_status(a), 422, "elsewhere the ticket is worth nothing");
	a = bank_ask(b, &auth_app, "POST /login",
		     "user_id=anna&password=correct+horse", cookie, NULL);
	is_int(answer_status(a), 303, "here it signs in");
	a = bank_ask(b, &auth_app, "GET /captcha/wait?done=1", NULL, cookie,
		     NULL);
	ok(visit_has(a, "was not kept"), "and is used up then");
	a = bank_ask(b, &auth_app, "GET /captcha/wait?next=//evil.example",
		     NULL, "HTTPS=on", NULL);
	ok(visit_has(answer_header(b, a, "Refresh"), "next=/") &&
		   !visit_has(a, "evil"),
	   "it leads nowhere else");
	ok(strncmp(answer_header(b, a, "Set-Cookie"), "__Host-captcha=",
		   15) == 0 && visit_has(a, "; Secure"),
	   "over TLS the cookie is bound to it");
	clock_freeze(now);
	bank_set(b, "CAPTCHA", "auto");
}

static enum err said;
static const char *asked;

static enum err
foreign_verify(struct req *rq, const char *token)
{
	asked = pool_strdup(rq->pool, token);
	return strcmp(token, "good") == 0 ? OK : said;
}

/* What Google's server is asked is recaptcha.t's to test. */
static void
test_foreign(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a;

	front_captcha_verify = foreign_verify;
	bank_set(b, "CAPTCHA", "always");
	a = visit_get(&v, &auth_app, "/login");
	ok(visit_has(a, "captcha.js"), "without keys the bank's own is shown");
	bank_set(b, "GOOGLE_RECAPTCHA_SITE_KEY", "site-key");
	a = visit_get(&v, &auth_app, "/login");
	ok(visit_has(a, "captcha.js"), "one key is none");
	bank_set(b, "GOOGLE_RECAPTCHA_SECRET_KEY", "secret-key");
	a = visit_get(&v, &auth_app, "/login");
	ok(visit_has(a, "data-sitekey=\"site-key\"") &&
		   !visit_has(a, "captcha.js") && !visit_has(a, "secret-key"),
	   "with both, Google's is");
	ok(visit_has(answer_header(b, a, "Content-Security-Policy"),
		     "script-src 'self' https://www.google.com/recaptcha/ "
		     "https://www.gstatic.com/recaptcha/;"),
	   "and this page lets it in");
	ok(!visit_has(answer_header(b, visit_get(&v, &auth_app,
						 "/captcha/wait"),
				    "Content-Security-Policy"),
		      "google"),
	   "this page alone");
	is_text(answer_text(b, puzzle(b), "site_key"), "site-key",
		"a program is told");
	said = ERR_CAPTCHA;
	a = visit_post(&v, &auth_app, "/login",
		       "user_id=anna&password=correct+horse"
		       "&g-recaptcha-response=bad");
	ok(answer_status(a) == 422 &&
		   visit_has(answer_header(b, a, "Content-Security-Policy"),
			     "google"),
	   "what Google does not know is refused, and asked for again");
	said = ERR_BUSY;
	a = visit_post(&v, &auth_app, "/login",
		       "user_id=anna&password=correct+horse"
		       "&g-recaptcha-response=unreachable");
	is_int(answer_status(a), 503, "so is all when Google is not reached");
	a = visit_post(&v, &auth_app, "/login",
		       "user_id=anna&password=correct+horse"
		       "&g-recaptcha-response=good");
	is_int(answer_status(a), 303, "what it knows is taken");
	said = ERR_CAPTCHA;
	is_int(answer_status(login(b, "correct horse", "")), 422,
	       "nothing is not even asked about");
	is_text(answer_text(b, verify(b, "good"), "success"), "true",
		"and taken for a pass");
	is_int(answer_status(login(b, "correct horse",
				   answer_text(b, verify(b, "good"),
					       "captcha"))),
	       200, "which is the bank's own");
	said = ERR_INTERNAL;
	is_int(answer_status(verify(b, "broken")), 500,
	       "what breaks is not taken for a no");
	front_captcha_verify = NULL;
	a = visit_get(&v, &auth_app, "/login");
	ok(visit_has(a, "captcha.js"),
	   "a program that cannot ask Google shows the bank's own");
	bank_set(b, "CAPTCHA", "auto");
}

static enum err
count_once(struct bank *b, struct resp *rs)
{
	struct req rq = {.pool = b->pool, .db = b->db,
			 .address = "203.0.113.5"};

	return front_rate(&rq, rs, RATE_USER_ID);
}

static void
test_rate(struct bank *b)
{
	struct resp rs = {0};
	int64_t now = clock_now();
	int i, taken = 0;

	bank_set(b, "CAPTCHA", "off");
	for (i = 0; i < 40; i++)
		taken += count_once(b, &rs) == OK;
	is_int(taken, 30, "thirty questions an hour are answered, also where "
			  "no captcha is asked for");
	is_int(rs.retry_after, 3601, "then it is said how long to wait");
	rs = (struct resp){0};
	clock_freeze(now + 59 * CLOCK_MINUTE + 1);
	is_int(count_once(b, &rs), ERR_RATE, "for an hour");
	is_text(pairs_get(&rs.headers, "RateLimit"),
		"\"user_id\";r=0;t=60", "counted down");
	is_text(pairs_get(&rs.headers, "RateLimit-Policy"),
		"\"user_id\";q=30;w=3600", "after which there are thirty");
	rs = (struct resp){0};
	clock_freeze(now + 60 * CLOCK_MINUTE);
	is_int(count_once(b, &rs), OK, "then it is answered");
	is_text(pairs_get(&rs.headers, "RateLimit"),
		"\"user_id\";r=29;t=3600", "and one of them is used");
	clock_freeze(now);
	bank_set(b, "CAPTCHA", "auto");
}

/* What else may be done only so often says so, too. */
static void
test_told(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	int64_t now = clock_now();
	const char *a, *id;
	int i;

	bank_set(b, "CAPTCHA", "off");
	forget(b);
	a = login(b, "wrong", "");
	is_text(answer_header(b, a, "RateLimit"),
		"\"signin.address\";r=299;t=3600", "a failed sign-in counts");
	a = login(b, "correct horse", "");
	is_text(answer_header(b, a, "RateLimit"),
		"\"signin.address\";r=299;t=3600", "the right one does not");
	id = answer_text(b, a, "challenge_id");
	id = pool_printf(b->pool, "{\"challenge_id\":\"%s\"}", id);
	a = bank_ask_json(b, &auth_app, "POST /resend-otp", NULL, id, NULL);
	is_text(answer_header(b, a, "RateLimit"), "\"resend\";r=3",
		"of a code three more can be sent");
	is_text(answer_header(b, a, "Retry-After"), "31", "in half a minute");
	for (i = 1; i <= 3; i++) {
		clock_freeze(now + i * CLOCK_MINUTE);
		a = bank_ask_json(b, &auth_app, "POST /resend-otp", NULL, id,
				  NULL);
		is_int(answer_status(a), 202, "another is sent");
	}
	is_text(answer_header(b, a, "RateLimit"), "\"resend\";r=0",
		"the last");
	clock_freeze(now + 4 * CLOCK_MINUTE);
	a = bank_ask_json(b, &auth_app, "POST /resend-otp", NULL, id, NULL);
	is_text(answer_header(b, a, "Retry-After"), "241",
		"the next when this one has ended");
	clock_freeze(now);
	a = visit_post(&v, &auth_app, "/change-password",
		       "password=wrong&new_password=Lantern-Copper-27");
	is_text(answer_header(b, a, "RateLimit"),
		"\"signin.address\";r=298;t=3600",
		"a wrong present password is a failed sign-in");
	bank_set(b, "PUBLIC_BASE_URL", "https://bank.example");
	a = bank_ask_json(b, &auth_app, "POST /login/passkey/options", NULL,
			  "{}", NULL);
	is_text(answer_header(b, a, "RateLimit"), "\"passkey\";r=49",
		"nor is a passkey asked without end");
	bank_set(b, "PUBLIC_BASE_URL", "");
	bank_set(b, "CAPTCHA", "auto");
}

/* Ten an hour whatever they are for. */
static void
test_resent(struct bank *b)
{
	int64_t now = clock_now();
	const char *a, *id;
	int i;

	bank_set(b, "CAPTCHA", "off");
	forget(b);
	for (i = 0; i <= 10; i++) {
		id = answer_text(b, login(b, "correct horse", ""),
				 "challenge_id");
		clock_freeze(clock_now() + CLOCK_MINUTE);
		a = bank_ask_json(b, &auth_app, "POST /resend-otp", NULL,
				  pool_printf(b->pool,
					      "{\"challenge_id\":\"%s\"}", id),
				  NULL);
	}
	ok(answer_status(a) == 429 &&
		   strcmp(answer_header(b, a, "RateLimit"),
			  "\"code.resend\";r=0;t=3000") == 0,
	   "nor are codes sent to one person without end");
	is_text(answer_header(b, a, "Retry-After"), "3001", "in an hour");
	clock_freeze(now);
	bank_set(b, "CAPTCHA", "auto");
}

static const char *
form_of(struct bank *b, const char *captcha)
{
	return pool_printf(b->pool,
			   "{\"customer_id\":\"C1\",\"tax_id\":\"C1\","
			   "\"birth_date\":\"1990-05-17\","
			   "\"user_id\":\"anna.new\","
			   "\"email\":\"someone@bank.example\","
			   "\"password\":\"Lantern-Copper-Ferry-27\","
			   "\"captcha\":\"%s\"}",
			   captcha);
}

static void
test_public(struct bank *b)
{
	static const char *const paths[] = {"/register", "/forgot-password",
					    "/forgot-user-id"};
	struct visit v = {.bank = b};
	const char *a, *what;
	size_t i;

	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		what = pool_printf(b->pool, "POST %s", paths[i]);
		ok(visit_has(visit_get(&v, &auth_app, paths[i]),
			     pool_printf(b->pool, "/captcha/wait?next=%s",
					 paths[i])),
		   "%s shows a captcha", paths[i]);
		a = bank_ask_json(b, &auth_app, what, NULL, form_of(b, ""),
				  NULL);
		ok(answer_status(a) == 422 &&
			   visit_has(a, "\"field\":\"captcha\""),
		   "and asks for it");
		a = bank_ask_json(b, &auth_app, what, NULL,
				  form_of(b, captcha_pass(b->pool,
							  "192.0.2.7")),
				  NULL);
		is_int(answer_status(a), 202, "with one it goes on");
	}
}

static const char *
available(struct bank *b, const char *user_id, const char *captcha)
{
	return bank_ask_json(b, &auth_app,
			     pool_printf(b->pool,
					 "GET /user-id-available?user_id=%s"
					 "&captcha=%s",
					 user_id, captcha),
			     NULL, NULL, NULL);
}

/* Nobody lists who has a user id. */
static void
test_available(struct bank *b)
{
	const char *a, *pass = captcha_pass(b->pool, "192.0.2.7"), *none;
	int i;

	bank_tamper(b, "DELETE FROM rate");
	none = available(b, "anna", "");
	ok(answer_status(none) == 422 &&
		   visit_has(none, "\"field\":\"captcha\""),
	   "whether a user id is free costs a captcha");
	a = available(b, "anna", pass);
	ok(answer_status(a) == 200 &&
		   strcmp(answer_text(b, a, "available"), "false") == 0,
	   "with one it is told");
	is_int(answer_status(available(b, "ben", pass)), 422, "once for each");
	a = available(b, "cleopatra", solve_answer(b, puzzle(b)));
	is_text(answer_text(b, a, "available"), "true",
		"a puzzle solved is one, too");
	bank_tamper(b, "DELETE FROM rate");
	a = available(b, "enna", "");
	bank_tamper(b, "DELETE FROM rate");
	none = available(b, "anna", "");
	is_text(visit_mask(b, a, NULL), visit_mask(b, none, NULL),
		"without one it is the same for all, byte for byte");
	for (i = 0; i < 30; i++)
		a = available(b, "name", captcha_pass(b->pool, "192.0.2.7"));
	ok(answer_status(a) == 429 &&
		   *answer_header(b, a, "Retry-After") != '\0',
	   "and with many not without end");
	bank_set(b, "CAPTCHA", "off");
	bank_tamper(b, "DELETE FROM rate");
	is_int(answer_status(available(b, "anna", "")), 200,
	       "where no captchas are, none is asked for");
	bank_set(b, "CAPTCHA", "auto");
}

static void
test_network(struct bank *b)
{
	const char *a = "";
	int i;

	bank_set(b, "CAPTCHA", "off");
	bank_set(b, "LOGIN_ADDRESS_LIMIT", "10");
	forget(b);
	for (i = 0; i <= 10; i++)
		a = bank_ask_json(b, &auth_app, "POST /login", NULL,
				  pool_printf(b->pool, "{\"user_id\":\"u%d\","
						       "\"password\":\"x\"}",
					      i),
				  pool_printf(b->pool, "REMOTE_ADDR=2001:db8::"
						       "%d",
					      i),
				  pool_printf(b->pool,
					      "HTTP_X_FORWARDED_FOR=10.0.%d.1",
					      i),
				  NULL);
	ok(answer_status(a) == 429 &&
		   strcmp(answer_header(b, a, "Retry-After"), "3601") == 0,
	   "a network that fails too often waits, whatever address of it, and "
	   "whatever it says it forwards");
	a = login(b, "correct horse", "");
	is_int(answer_status(a), 200, "another need not");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	bank_set(&b, "CAPTCHA", "auto");
	bank_set(&b, "CAPTCHA_NUMBER", "1000");
	test_program(&b);
	test_verify(&b);
	test_form(&b);
	test_wait(&b);
	test_foreign(&b);
	test_rate(&b);
	test_told(&b);
	test_resent(&b);
	test_public(&b);
	test_available(&b);
	test_network(&b);
	bank_close(&b);
	return tap_done();
}
