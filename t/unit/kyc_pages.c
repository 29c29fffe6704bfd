/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc_pages.c: tests of account opening's door and of what it shows to
 * everybody. */
#include <string.h>

#include "fcgi-apps/kyc/kyc.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/visit.h"
#include "t/tap.h"

/* What stands behind the door in this test: whose application it is. */
static enum err
mine_show(struct req *rq, struct resp *rs)
{
	struct application a;
	enum err e = kyc_application(rq, &a);

	return e == OK ? resp_page(rs, "products", kyc_view(rq, &a)) : e;
}

static enum err
mine_post(struct req *rq, struct resp *rs)
{
	resp_header(rq, rs, "X-Who", rq->who.role);
	kyc_cookie(rq, rs, strcmp(req_param(rq, "end"), "1") == 0 ? NULL
								  : "new");
	return OK;
}

static const struct route routes[] = {
	{GET, "/apply/mine", mine_show, 0},
	{POST, "/apply/mine", mine_post, 0},
	{GET, "/apply/guest", mine_show, GUEST},
	{GET, "/staff/mine", mine_show, 0},
};
static const struct app door_app = {
	.name = "kyc", APP_ROUTES(routes), .ask = kyc_ask, .door = kyc_door,
	.frame = kyc_frame};

static const char *
browse(struct bank *b, const char *what, const char *cookie)
{
	return bank_ask(b, &door_app, what, NULL, "HTTP_ACCEPT=text/html",
			pool_printf(b->pool, "HTTP_COOKIE=%s", cookie), NULL);
}

static const char *
program(struct bank *b, const char *what, const char *token)
{
	return bank_ask_json(b, &door_app, what, token, NULL, NULL);
}

static void
test_nobody(struct bank *b)
{
	const char *a = browse(b, "GET /apply/mine", "other=1");

	is_int(answer_status(a), 303, "a stranger without an application");
	is_text(answer_header(b, a, "Location"), "/products",
	       "is led to the offers");
	a = browse(b, "GET /staff/mine", "other=1");
	is_text(answer_header(b, a, "Location"), "/login?next=/staff/mine",
	       "who wants to work is led to sign in");
	is_int(answer_status(program(b, "GET /apply/mine", "no-token")), 401,
	       "a program is told");
	is_int(answer_status(program(b, "GET /apply/guest", "no-token")), 401,
	       "nobody has no application, wherever it is asked for");
	a = program(b, "GET /apply/mine", bank_token(b, "anna"));
	is_int(answer_status(a), 401, "a sign-in to the bank opens none");
}

static void
test_applicant(struct bank *b, const struct application *own,
	       const char *token)
{
	const char *a = program(b, "GET /apply/mine", token);
	const char *cookie = pool_printf(b->pool, "clicknet-kyc=%s", token);

	is_text(answer_text(b, a, "reference"), own->reference,
	       "a program's token opens its application");
	is_text(answer_text(b, a, "step"), "mobile", "and says how far it is");
	ok(visit_has(a, "{\"name\":\"mobile\",\"status\":\"now\"}"),
	   "step by step");
	a = browse(b, "GET /apply/mine", cookie);
	is_int(answer_status(a), 200, "so does a browser's cookie");
	ok(!visit_has(a, "/logout"), "which is no sign-in to the bank");
	a = browse(b, "GET /apply/mine",
		   pool_printf(b->pool, "clicknet=%s", token));
	is_int(answer_status(a), 303, "by its own name only");
	is_int(answer_status(program(b, "GET /staff/mine", token)), 401,
	       "an application opens nothing of the staff's");
	clock_freeze(BANK_NOW + 61 * CLOCK_MINUTE);
	is_int(answer_status(program(b, "GET /apply/mine", token)), 401,
	       "unused for an hour it is closed");
	clock_freeze(BANK_NOW);
}

static void
test_forms(struct bank *b, const char *token)
{
	const char *cookie = pool_printf(b->pool, "HTTP_COOKIE=clicknet-kyc=%s",
					 token);
	const char *a = bank_ask(b, &door_app, "POST /apply/mine", "end=1",
				 cookie, NULL);

	is_int(answer_status(a), 403, "a form needs the token of its page");
	a = program(b, "POST /apply/mine", token);
	is_text(answer_header(b, a, "X-Who"), "applicant", "a program does not");
	ok(visit_has(answer_header(b, a, "Set-Cookie"), "clicknet-kyc=new; "),
	   "a cookie can be given");
	a = bank_ask_json(b, &door_app, "POST /apply/mine", token,
			  "{\"end\":\"1\"}", "HTTPS=on", NULL);
	ok(visit_has(answer_header(b, a, "Set-Cookie"),
		     "__Host-clicknet-kyc=; ") &&
		   visit_has(answer_header(b, a, "Set-Cookie"),
			     "Secure; Max-Age=0"),
	   "and taken back, by its safe name over TLS");
}

static void
test_door(struct bank *b)
{
	struct application own = apply_begin(b);
	const char *token = apply_session(b, &own);

	test_nobody(b);
	test_applicant(b, &own, token);
	test_forms(b, token);
	apply_do(b, apply_wipe, &own);
	is_int(answer_status(program(b, "GET /apply/mine", token)), 401,
	       "a wiped application is nobody's");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_door(&b);
	bank_close(&b);
	return tap_done();
}
