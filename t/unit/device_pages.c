/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* device_pages.c: devices, the end of a session and a lost phone, as a browser
 * and a program see them. */
#include <string.h>

#include "bank/session.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

/* The Set-Cookie header of that name; "" if there is none. */
static const char *
cookie_set(struct bank *b, const char *answer, const char *name)
{
	const char *at = strstr(answer, pool_printf(b->pool,
						    "Set-Cookie: %s=", name));

	return at == NULL ? "" : pool_strndup(b->pool, at, strcspn(at, "\r"));
}

/* A sign-in by form or as a program; the answer to the code. */
static const char *
sign_in(struct bank *b, const char *cookie, const char *https, bool program)
{
	struct challenge c;
	char id[SECRET_ID_TEXT];

	deal_signin(b, "anna", "correct horse", &c);
	secret_id_text(id, c.id);
	if (program)
		return bank_ask_json(
			b, &auth_app, "POST /verify-otp", NULL,
			pool_printf(b->pool,
				    "{\"challenge_id\":\"%s\","
				    "\"code\":\"%s\"}", id, bank_code(b)),
			cookie, "HTTP_USER_AGENT=curl/8", NULL);
	return bank_ask(b, &auth_app, "POST /verify-otp",
			pool_printf(b->pool, "challenge_id=%s&code=%s", id,
				    bank_code(b)),
			cookie, https, NULL);
}

static int64_t
notices(struct bank *b)
{
	return bank_count(b, "SELECT count(*) AS n FROM outbox "
			     "WHERE template = 'new-device'");
}

static void
test_cookie(struct bank *b)
{
	const char *a = sign_in(b, "HTTP_COOKIE=x=1", "HTTP_X=1", false);
	const char *set = cookie_set(b, a, "clicknet-device");
	const char *mark = pool_strndup(b->pool, set + 28, 43);

	ok(visit_has(set, "; HttpOnly") && visit_has(set, "SameSite=Strict") &&
		   visit_has(set, "Max-Age=34560000") &&
		   !visit_has(set, "Secure"),
	   "a new browser is given a mark no script can read");
	is_int(notices(b), 1, "and the person is told");
	a = sign_in(b,
		    pool_printf(b->pool, "HTTP_COOKIE=clicknet-device=%s",
				mark),
		    "HTTP_X=1", false);
	ok(notices(b) == 1 &&
		   visit_has(cookie_set(b, a, "clicknet-device"), mark),
	   "with it, it is known, and keeps it");
	a = sign_in(b, "HTTP_COOKIE=x=1", "HTTPS=on", false);
	ok(visit_has(cookie_set(b, a, "__Host-clicknet-device"), "; Secure"),
	   "over TLS the mark is bound to it");
	a = sign_in(b, "HTTP_COOKIE=x=1", "", true);
	ok(answer_status(a) == 200 &&
		   *cookie_set(b, a, "clicknet-device") == '\0' &&
		   notices(b) == 3,
	   "a program is given none");
	sign_in(b, "HTTP_COOKIE=x=1", "", true);
	is_int(notices(b), 3, "and is known by its name");
	a = sign_in(b,
		    pool_printf(b->pool, "HTTP_COOKIE=clicknet-device=%s",
				mark),
		    "", true);
	ok(notices(b) == 3 && *cookie_set(b, a, "clicknet-device") != '\0',
	   "a page's script with a browser's mark is the browser");
	a = sign_in(b, "HTTP_SEC_FETCH_SITE=same-origin", "", true);
	ok(notices(b) == 4 && *cookie_set(b, a, "clicknet-device") != '\0',
	   "one without it is a new one, and is given it");
}

static const char *
place(struct bank *b, const char *address)
{
	struct req rq = {.pool = b->pool, .address = "203.0.113.9",
			 .wants_json = true};
	json_object *o = view_new(&rq), *v;

	view_place(&rq, o, address);
	json_object_object_get_ex(o, "place", &v);
	return json_object_get_string(v);
}

static void
test_place(struct bank *b)
{
	static const struct {
		const char *address, *place;
	} known[] = {{"203.0.113.9", "here"}, {"127.0.0.1", "device"},
		     {"::1", "device"}, {"10.0.0.1", "private"},
		     {"172.16.0.1", "private"}, {"172.31.9.9", "private"},
		     {"172.32.0.1", "internet"}, {"172.15.0.1", "internet"},
		     {"192.168.7.7", "private"}, {"169.254.1.1", "private"},
		     {"fd00::1", "private"}, {"FE80::1", "private"},
		     {"fc00::1", "private"}, {"fe9a::1", "private"},
		     {"fea0::1", "private"}, {"feb0::1", "private"},
		     {"2001:db8::1", "internet"}, {"fedora", "internet"},
		     {"", "internet"}};
	size_t i;

	for (i = 0; i < sizeof known / sizeof *known; i++)
		is_text(place(b, known[i].address), known[i].place,
			"'%s' is said to be no more than that",
			known[i].address);
}

static void
test_sessions(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), other = visit_begin(b, "anna");
	const char *token = bank_token(b, "anna"), *a;

	a = visit_get(&v, &auth_app, "/sessions");
	ok(visit_has(a, "This network · 192.0.2.7") &&
		   visit_has(a, "/sessions/end-all") &&
		   visit_has(a, "/activity"),
	   "a person sees where, and can end everything");
	a = bank_ask_json(b, &auth_app, "GET /sessions", token, NULL, NULL);
	ok(visit_has(a, "\"place\":\"here\"") && !visit_has(a, "place_here"),
	   "a program is told in one word");
	a = visit_post(&v, &auth_app, "/sessions/end-all", "");
	is_text(answer_header(b, a, "Location"), "/login?signed_out=1",
		"ending everything leads out");
	ok(visit_has(answer_header(b, a, "Set-Cookie"), "Max-Age=0"),
	   "takes the cookie back");
	is_int(bank_count(b, "SELECT count(*) AS n FROM session WHERE "
			     "user_id = 'anna'"),
	       0, "and ends this device, the others and the programs");
	is_int(answer_status(visit_get(&other, &auth_app, "/sessions")), 303,
	       "all of them");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'session.end_all'"),
	       1, "on record");
	token = bank_token(b, "anna");
	a = bank_ask_json(b, &auth_app, "POST /sessions/end-all", token, "{}",
			  NULL);
	ok(answer_status(a) == 204 &&
		   *answer_header(b, a, "Set-Cookie") == '\0',
	   "a program can do it too");
}

static bool
told(struct bank *b, struct visit *v, const char *signed_in, const char *idle)
{
	const char *a = visit_get(v, &auth_app, "/session");

	return answer_status(a) == 200 &&
	       strcmp(answer_text(b, a, "signed_in"), signed_in) == 0 &&
	       strcmp(answer_text(b, a, "idle"), idle) == 0;
}

static void
test_quiet(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), nobody = {.bank = b};
	int64_t now = clock_now();
	uint64_t before;

	ok(told(b, &nobody, "false", "false"), "nobody is nobody");
	clock_freeze(now + 4 * CLOCK_MINUTE);
	before = fault_digest(b);
	ok(told(b, &v, "true", "false"), "an open page is told it is in");
	is_text(answer_text(b, visit_get(&v, &auth_app, "/session"),
			    "ends_at"),
		"2026-11-20T10:05:00Z", "and until when");
	ok(fault_digest(b) == before, "asking is not written");
	clock_freeze(now + 5 * CLOCK_MINUTE - 1);
	ok(told(b, &v, "true", "false"), "asking keeps it to 4:59.999");
	clock_freeze(now + 5 * CLOCK_MINUTE);
	ok(told(b, &v, "false", "true"), "and no longer: idle");
	clock_freeze(now + 4 * CLOCK_MINUTE);
	visit_get(&v, &auth_app, "/sessions");
	clock_freeze(now + 5 * CLOCK_MINUTE);
	ok(told(b, &v, "true", "false"), "a visit does keep it");
	bank_tamper(b, "DELETE FROM session");
	ok(told(b, &v, "false", "false"), "one ended elsewhere is not idle");
	clock_freeze(now);
}

static void
test_idle_way(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	int64_t now = clock_now();

	clock_freeze(now + 5 * CLOCK_MINUTE);
	is_text(answer_header(b, visit_get(&v, &banking_app, "/limits"),
			      "Location"),
		"/login?idle=1&next=/limits",
		"who idled out is told why they sign in again");
	is_text(answer_header(b, visit_get(&v, &banking_app, "/"), "Location"),
		"/login?idle=1", "at home too");
	clock_freeze(now);
}

static const char *
code_of(struct visit *v)
{
	const char *a = visit_post(v, &auth_app, "/emergency-code", "");
	const char *at = strstr(a, "<p class=\"key\">");

	is_int(answer_status(a), 201, "a code is made");
	ok(at != NULL && visit_has(a, "data-print"),
	   "and shown, to be printed");
	return at == NULL ? "" : pool_strndup(v->bank->pool, at + 15, 24);
}

static void
test_emergency(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), nobody = {.bank = b};
	struct visit again;
	const char *a, *code;

	a = visit_get(&v, &auth_app, "/emergency-code");
	ok(visit_has(a, "You have no code yet."), "at first there is none");
	code = code_of(&v);
	a = visit_get(&v, &auth_app, "/emergency-code");
	ok(visit_has(a, "You have a code") && !visit_has(a, code),
	   "it is shown once");
	a = visit_get(&nobody, &auth_app, "/lost-phone");
	ok(answer_status(a) == 200 && visit_has(a, "name=\"code\""),
	   "anybody finds the page for a lost phone");
	a = visit_post(&nobody, &auth_app, "/lost-phone",
		       "code=AAAA-BBBB-CCCC-DDDD-EEEE");
	ok(answer_status(a) == 401 &&
		   visit_has(a, "This code is not right.") &&
		   !visit_has(a, "AAAA-BBBB"),
	   "a wrong code is told, and not shown again");
	a = visit_post(&nobody, &auth_app, "/lost-phone", "code=");
	is_int(answer_status(a), 422, "none is asked for");
	a = visit_post(&nobody, &auth_app, "/lost-phone",
		       pool_printf(b->pool, "code=%s", code));
	is_text(answer_header(b, a, "Location"), "/lost-phone?done=1",
		"the right one leads on");
	a = visit_get(&nobody, &auth_app, "/lost-phone?done=1");
	ok(visit_has(a, "What happens next"), "to what happens next");
	is_int(answer_status(visit_get(&v, &auth_app, "/sessions")), 303,
	       "everything is ended");
	again = visit_begin(b, "anna");
	a = visit_get(&again, &banking_app, "/");
	ok(visit_has(a, "Outgoing payments are stopped."),
	   "home says that payments are stopped");
	a = visit_get(&again, &banking_app, "/transfer");
	ok(visit_has(a, "Outgoing payments are stopped."),
	   "and the page for paying");
	a = visit_post(&again, &banking_app, "/transfer/check",
		       "from=" ANNA_CURRENT "&to=" BEN_CURRENT
		       "&amount=1.00&payee_name=Ben");
	ok(answer_status(a) == 409 &&
		   visit_has(a, "The bank must release them."),
	   "which does not get past the check");
	a = visit_get(&again, &auth_app, "/emergency-code");
	ok(visit_has(a, "Your last code was used."), "a new code is advised");
	code = code_of(&again);
	a = visit_post(&again, &auth_app, "/lost-phone",
		       pool_printf(b->pool, "code=%s", code));
	ok(visit_has(answer_header(b, a, "Set-Cookie"), "Max-Age=0"),
	   "who is signed in is signed out by it");
}

/* Whoever finds a session open must not void the paper at home. */
static void
test_replacing(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *code = code_of(&v), *a;

	bank_arrange(b, "UPDATE session SET confirmed_at = NULL");
	a = visit_post(&v, &auth_app, "/emergency-code",
		       "next=/emergency-code");
	is_text(answer_header(b, a, "Location"),
		"/step-up?next=/emergency-code",
		"another one needs a code given a moment ago");
	a = bank_ask_json(b, &auth_app, "POST /emergency-code",
			  bank_token(b, "anna"), "{}", NULL);
	ok(answer_status(a) == 403 &&
		   strcmp(answer_text(b, a, "code"), "otp") == 0,
	   "from a program too");
	a = bank_ask_json(b, &auth_app, "POST /lost-phone", NULL,
			  pool_printf(b->pool, "{\"code\":\"%s\"}", code),
			  NULL);
	is_int(answer_status(a), 200, "the one there is is still good");
}

static void
test_program(struct bank *b)
{
	const char *token = visit_begin(b, "anna").cookie, *a;

	a = bank_ask_json(b, &auth_app, "POST /emergency-code", token, "{}",
			  NULL);
	is_int(answer_status(a), 201, "a program has a code made");
	a = bank_ask_json(b, &auth_app, "POST /lost-phone", NULL,
			  pool_printf(b->pool, "{\"code\":\"%s\"}",
				      answer_text(b, a, "code")),
			  NULL);
	is_text(answer_text(b, a, "status"), "stopped", "and uses it");
	a = bank_ask_json(b, &auth_app, "POST /lost-phone", NULL,
			  "{\"code\":\"x\"}", NULL);
	is_text(answer_text(b, a, "code"), "otp", "a wrong one is told");
	a = bank_ask_json(b, &banking_app, "GET /transfer",
			  bank_token(b, "anna"), NULL, NULL);
	is_text(answer_text(b, a, "outgoing_stopped"), "true",
		"a program sees that payments are stopped");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_cookie(&b);
	test_place(&b);
	test_sessions(&b);
	test_quiet(&b);
	test_idle_way(&b);
	test_emergency(&b);
	test_replacing(&b);
	test_program(&b);
	bank_close(&b);
	return tap_done();
}
