/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc_pages.c: tests of account opening's door and of what it shows to
 * everybody. */
#include <string.h>

#include "fcgi-apps/kyc/kyc.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/fault.h"
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
	struct visit v = {.bank = b};

	test_nobody(b);
	ok(!visit_has(visit_get(&v, &kyc_app, "/products"), "Go on with it"),
	   "who has begun nothing cannot go on");
	ok(visit_has(bank_ask(b, &kyc_app, "GET /products", NULL,
			      "HTTP_ACCEPT=text/html",
			      pool_printf(b->pool, "HTTP_COOKIE=clicknet-kyc="
						   "%s", token), NULL),
		     "Go on with it"),
	   "who has begun is led back from the offers");
	test_applicant(b, &own, token);
	test_forms(b, token);
	apply_do(b, apply_wipe, &own);
	is_int(answer_status(program(b, "GET /apply/mine", token)), 401,
	       "a wiped application is nobody's");
}

static enum err
offers_work(struct db *db, void *arg)
{
	(void)arg;
	return db_script(db,
		"DELETE FROM offer;"
		"UPDATE product SET interest_bp = 210 WHERE code = 'SAVE';"
		"UPDATE product SET category = 'loan', interest_bp = 590, "
		"per_transfer_max = NULL WHERE code = 'FEE';"
		"INSERT INTO product (code, name, category) VALUES "
		"('CARD', 'Card', 'current');"
		"INSERT INTO offer (product, category, currency, position, "
		"summary, features, terms, monthly_fee, opening_min, age_min) "
		"VALUES ('DAILY', 'deposit', 'EUR', 1, 'For <all>.', "
		"'No monthly fee' || char(10) || 'Two', "
		"'You may close the account at any time, free of charge.', "
		"0, 0, 18), ('SAVE', 'deposit', 'EUR', 2, '', '', '', 150, "
		"1000, 12), ('FEE', 'loan', 'EUR', 0, '', '', '', 0, 0, 18), "
		"('CARD', 'card', 'EUR', 0, 'x', '', '', 0, 0, 16);"
		"DELETE FROM branch WHERE code = 'SOUTH';"
		"UPDATE branch SET hours = 'Mo,Tu 09:00-12:00 ; We - Th "
		"10:00-11:00; by appointment; 24/7;', services = 'cash, x,', "
		"lat_e6 = 52140000, lon_e6 = -7390000 WHERE code = 'NORTH';"
		"INSERT INTO branch (code, name, lat_e6, lon_e6) VALUES "
		"('EAST', 'East', 52140000, -7350000), "
		"('FAR', 'Far', 52520000, 13405000), "
		"('LOST', 'Lost', NULL, NULL);");
}

static const char *
json(struct bank *b, const char *what)
{
	return bank_ask(b, &kyc_app, what, NULL, "HTTP_ACCEPT=application/json",
			NULL);
}

static const char *
page(struct bank *b, const char *what, const char *language)
{
	return bank_ask(b, &kyc_app, what, NULL, "HTTP_ACCEPT=text/html",
			pool_printf(b->pool, "HTTP_ACCEPT_LANGUAGE=%s",
				    language), NULL);
}

static void
test_offers(struct bank *b)
{
	const char *a = json(b, "GET /products");

	is_int(answer_status(a), 200, "what is offered is everybody's");
	ok(visit_has(a, "\"interest_rate\":\"2.10\",\"monthly_fee\":\"1.50\","
			"\"opening_min\":\"10.00\""),
	   "rates and fees are decimal texts");
	ok(visit_has(a, "\"limits\":{\"per_transfer_min\":\"0.01\","
			"\"per_transfer_max\":\"500.00\","
			"\"daily_amount\":\"800.00\",\"daily_count\":5}"),
	   "with the limits of payments");
	ok(visit_has(a, "\"limits\":{},\"example\":{\"amount\":\"10000.00\","
			"\"interest\":\"1250.81\",\"months\":48,"
			"\"payment\":\"234.40\",\"total\":\"11250.81\"}"),
	   "a loan pays nobody, and an example is worked out");
	ok(!visit_has(a, "has_fee") && !visit_has(a, "groups"),
	   "what only a page needs is not there");
	a = json(b, "GET /products?category=card");
	ok(visit_has(a, "\"CARD\"") && !visit_has(a, "\"SAVE\""),
	   "one kind can be asked for");
	a = json(b, "GET /products?category=gift");
	is_int(answer_status(a), 422, "not one there is not");
	ok(visit_has(a, "\"field\":\"category\""), "which is said");
	a = page(b, "GET /products", "en");
	ok(visit_has(a, "<h2>Accounts</h2>") && visit_has(a, "<h2>Loans</h2>") &&
		   visit_has(a, "<h2>Cards</h2>") &&
		   visit_has(a, "For &lt;all&gt;."),
	   "a page has a table for each kind");
	ok(visit_has(page(b, "GET /products?category=loan", "de"),
		     "<h2>Kredite</h2>"), "in German too");
	is_int(answer_status(page(b, "GET /products?category=gift", "en")), 422,
	       "a page says so as well");
}

static void
test_offer(struct bank *b)
{
	const char *a = json(b, "GET /products/DAILY");

	ok(visit_has(a, "\"terms\":[\"You may close the account at any time, "
			"free of charge.\"]"), "one offer comes with its terms");
	is_text(answer_text(b, a, "apply"), "", "and without a page's links");
	is_int(answer_status(json(b, "GET /products/NONE")), 404,
	       "none is not there");
	is_int(answer_status(json(b, "GET /products/BANK")), 404,
	       "nor is a product that is not offered");
	a = page(b, "GET /products/DAILY", "de");
	ok(visit_has(a, "<li>Sie können das Konto jederzeit kostenlos "
			"schließen.</li>") &&
		   visit_has(a, "<li>Keine Monatsgebühr</li>") &&
		   visit_has(a, "<li>Two</li>"),
	   "the bank's own words are translated where they can be");
	ok(visit_has(a, "href=\"/apply/branch?product=DAILY\""),
	   "and it can be opened");
	a = page(b, "GET /products/SAVE", "en");
	ok(visit_has(a, "left for a year earn 21.00 EUR") &&
		   !visit_has(a, "<h2>Terms</h2>"),
	   "what savings earn is shown, and nothing that is not said");
}

static void
test_kept(struct bank *b)
{
	const char *a = json(b, "GET /products"), *tag;
	struct visit v = visit_begin(b, "anna");

	tag = pool_printf(b->pool, "HTTP_IF_NONE_MATCH=%s",
			  answer_header(b, a, "ETag"));
	is_int(answer_status(bank_ask(b, &kyc_app, "GET /products", NULL,
				      "HTTP_ACCEPT=application/json", tag,
				      NULL)),
	       304, "what is the same is not sent again");
	a = page(b, "GET /products", "en");
	tag = pool_printf(b->pool, "HTTP_IF_NONE_MATCH=%s",
			  answer_header(b, a, "ETag"));
	is_int(answer_status(bank_ask(b, &kyc_app, "GET /products", NULL,
				      "HTTP_ACCEPT=text/html", tag, NULL)),
	       304, "nor a page");
	a = visit_get(&v, &kyc_app, "/products");
	ok(visit_has(a, "/logout") && !visit_has(a, "I am a customer"),
	   "who has signed in keeps their menu");
	ok(!visit_has(visit_get(&v, &kyc_app, "/apply/nowhere"), "/logout"),
	   "which is no part of an application");
}

static void
test_branches(struct bank *b)
{
	const char *a = json(b, "GET /branches");

	ok(visit_has(a, "\"branches\":[{\"branch_code\":\"EAST\""),
	   "branches are listed in order");
	ok(visit_has(a, "\"lat\":52.140000,\"lon\":-7.390000") &&
		   visit_has(a, "\"services\":[\"cash\",\"x\"]") &&
		   !visit_has(a, "distance_m"),
	   "with their place and services");
	a = json(b, "GET /branches?near=52.14,%20-7.38");
	ok(visit_has(a, "[{\"branch_code\":\"NORTH\"") &&
		   visit_has(a, "\"distance_m\":682}") &&
		   visit_has(a, "\"services\":[]}],\"next\":null}"),
	   "by distance, those of no place last");
	a = json(b, "GET /branches?near=somewhere");
	is_int(answer_status(a), 422, "from a place that is none");
	ok(visit_has(a, "\"field\":\"near\"") && !visit_has(a, "NORTH"),
	   "there is nothing to show");
	a = page(b, "GET /branches?near=91,0", "de");
	ok(answer_status(a) == 422 && visit_has(a, "kein Ort") &&
		   visit_has(a, "North"),
	   "a page shows all of them and says so");
	a = page(b, "GET /branches?near=52.14,-7.38", "de");
	ok(visit_has(a, "680 m") && visit_has(a, "2,0 km") &&
		   visit_has(a, "1.4"), "distances are for people");
	ok(visit_has(a, "Mo, Di <span class=\"nowrap\">09:00–12:00") &&
		   visit_has(a, ">24/7<") == false &&
		   visit_has(a, ">immer<") && visit_has(a, ">by appointment<"),
	   "so are the hours, in their language");
	ok(visit_has(a, "<li>Bargeld</li>") && visit_has(a, "<li>x</li>"),
	   "and services");
}

/* Not a statement may fail unheard. */
static enum err
see_catalogue(struct bank *b, struct pool *pool, void *arg)
{
	int status = answer_status(json(b, arg));

	(void)pool;
	return status == 200 ? OK : status == 503 ? ERR_BUSY : ERR_INTERNAL;
}

static void
test_faults(struct bank *b)
{
	static char all[] = "GET /products", one[] = "GET /products/DAILY";
	static char near[] = "GET /branches?near=1,1";

	fault_loop(b, "the offers", see_catalogue, all, OK);
	fault_loop(b, "an offer", see_catalogue, one, OK);
	fault_loop(b, "branches", see_catalogue, near, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	is_int(db_write(b.db, offers_work, NULL), OK, "the bank offers things");
	test_offers(&b);
	test_offer(&b);
	test_kept(&b);
	test_branches(&b);
	test_faults(&b);
	test_door(&b);
	bank_close(&b);
	return tap_done();
}
