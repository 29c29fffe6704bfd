/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* draft_pages.c: a form that is not finished, and what becomes of its words. */
#include <string.h>

#include "bank/session.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static const char words[] = "draft=/transfer&from=" ANNA_CURRENT
			    "&to=" BEN_CURRENT
			    "&payee_name=Ben+%3Ci%3E&amount=12%2C50"
			    "&purpose=rent&password=never-this&code=123456";

static bool
offered(struct visit *v)
{
	return visit_has(visit_get(v, &banking_app, "/transfer"),
			 "/transfer?draft=take");
}

static int64_t
drafts(struct bank *b)
{
	return bank_count(b, "SELECT count(*) AS n FROM draft");
}

static void
test_saved(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), ben = visit_begin(b, "ben");
	const char *a;

	ok(!offered(&v), "at first nothing is offered");
	a = visit_post(&v, &auth_app, "/drafts", words);
	is_int(answer_status(a), 303, "what is written is kept");
	ok(offered(&v), "and offered on its page");
	ok(!offered(&ben), "to nobody else");
	a = visit_get(&v, &banking_app, "/transfer");
	ok(visit_has(a, "You were filling this in at 11:00.") &&
		   !visit_has(a, "value=\"12,50\""),
	   "by the time, not yet in the form");
	a = visit_get(&v, &banking_app, "/transfer?draft=take");
	ok(visit_has(a, "value=\"12,50\"") && visit_has(a, "value=\"rent\"") &&
		   visit_has(a, "value=\"Ben &lt;i&gt;\"") &&
		   visit_has(a, "value=\"" BEN_CURRENT "\"") &&
		   visit_has(a, "These are your words from 11:00."),
	   "taken up, the form has it all");
	ok(!visit_has(a, "never-this") && !visit_has(a, "123456"),
	   "but never what was a secret");
	is_int(bank_count(b, "SELECT count(*) AS n FROM payment"), 0,
	       "and nothing is ordered by that");
	visit_post(&v, &auth_app, "/drafts/discard", "draft=/transfer");
	ok(!offered(&v) && drafts(b) == 0, "discarded, it is gone");
}

static void
test_strange(struct bank *b)
{
	static const char *const paths[] = {
		"", "transfer", "//evil.example", "/a//b", "/a%3Fb=1",
		"/a%0d%0ab", "https://evil.example", "/%22%3E", "take"};
	struct visit v = visit_begin(b, "anna");
	struct buf long_path = {.pool = b->pool};
	const char *token = bank_token(b, "anna"), *a;
	size_t i;

	for (i = 0; i < sizeof paths / sizeof *paths; i++)
		is_int(answer_status(visit_post(
			       &v, &auth_app, "/drafts",
			       pool_printf(b->pool, "draft=%s", paths[i]))),
		       422, "'%s' is no page to keep words for", paths[i]);
	is_int(answer_status(visit_post(&v, &auth_app, "/drafts/discard",
					"draft=x")),
	       422, "nor to forget them of");
	buf_puts(&long_path, "draft=/");
	for (i = 0; i < 100; i++)
		buf_putc(&long_path, 'a');
	is_int(answer_status(visit_post(&v, &auth_app, "/drafts",
					long_path.data)),
	       422, "nor is one without an end");
	is_int(drafts(b), 0, "and nothing is kept");
	a = bank_ask_json(b, &auth_app, "POST /drafts", token,
			  "{\"draft\":\"/transfer\",\"amount\":\"1.00\"}",
			  NULL);
	is_int(answer_status(a), 204, "a program may keep words for a person");
	a = bank_ask_json(b, &banking_app, "GET /transfer", token, NULL, NULL);
	ok(!visit_has(a, "unfinished"), "but is offered none itself");
	ok(offered(&v), "the person is");
	a = bank_ask_json(b, &auth_app, "POST /drafts/discard", token,
			  "{\"draft\":\"/transfer\"}", NULL);
	ok(answer_status(a) == 204 && drafts(b) == 0, "it may forget, too");
}

/* Five minutes, then the button: no script. */
static void
test_late(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), later;
	int64_t now = clock_now();
	const char *a;

	clock_freeze(now + 6 * CLOCK_MINUTE);
	a = visit_post(&v, &banking_app, "/transfer/check", words);
	is_text(answer_header(b, a, "Location"),
		"/login?idle=1&next=/transfer",
		"who sends a form too late signs in and comes back to it");
	is_int(drafts(b), 1, "what they wrote is kept");
	later = visit_begin(b, "anna");
	a = visit_get(&later, &banking_app, "/transfer");
	ok(visit_has(a, "You were filling this in at 11:06."),
	   "and offered");
	a = visit_get(&later, &banking_app, "/transfer?draft=take");
	ok(visit_has(a, "value=\"12,50\""), "as it was");
	visit_post(&later, &auth_app, "/drafts/discard", "draft=/transfer");
	clock_freeze(now);
}

/* Whose form is not known, is not kept. */
static void
test_late_refused(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), other = visit_begin(b, "anna");
	int64_t now = clock_now();
	const char *csrf = v.csrf;
	struct session s;
	uint64_t before;

	clock_freeze(now + 6 * CLOCK_MINUTE);
	before = fault_digest(b);
	v.csrf = other.csrf;
	is_text(answer_header(b, visit_post(&v, &banking_app,
					    "/transfer/check", words),
			      "Location"),
		"/login?idle=1", "a late form with another page's csrf");
	v.csrf = NULL;
	visit_post(&v, &banking_app, "/transfer/check", words);
	v.csrf = csrf;
	visit_post(&v, &banking_app, "/transfer/check",
		   "draft=//evil&amount=1");
	visit_post(&v, &banking_app, "/transfer/check", "amount=1");
	bank_ask(b, &banking_app, "POST /transfer/check",
		 pool_printf(b->pool, "csrf=%s&%s", csrf, words),
		 pool_printf(b->pool, "HTTP_COOKIE=clicknet=%s", v.cookie),
		 "HTTP_ORIGIN=https://evil.example", NULL);
	bank_ask(b, &banking_app, "POST /transfer/check",
		 pool_printf(b->pool, "csrf=%s&%s", csrf, words),
		 pool_printf(b->pool, "HTTP_COOKIE=clicknet=%s", v.cookie),
		 "HTTP_SEC_FETCH_SITE=cross-site", NULL);
	bank_ask(b, &banking_app, "POST /transfer/check", "%zz&&=%",
		 pool_printf(b->pool, "HTTP_COOKIE=clicknet=%s", v.cookie),
		 "CONTENT_TYPE=multipart/form-data", NULL);
	ok(fault_digest(b) == before,
	   "forged, without a page, or for none: nothing is kept");
	session_find(b->db, b->pool, v.cookie, &s);
	session_close(b->db, s.token_hash, &deal_actor, b->anna);
	visit_post(&v, &banking_app, "/transfer/check", words);
	is_int(drafts(b), 0, "nor from a session that was ended");
	clock_freeze(now + 13 * 60 * CLOCK_MINUTE);
	visit_post(&other, &banking_app, "/transfer/check", words);
	is_int(drafts(b), 0, "nor from one that is long over");
	clock_freeze(now);
}

/* The script on a page whose session ends, asking for itself. */
static void
test_late_script(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	char *cookie = pool_printf(b->pool, "HTTP_COOKIE=clicknet=%s",
				   v.cookie);
	int64_t now = clock_now();
	struct buf big = {.pool = b->pool};
	int i;

	clock_freeze(now + 6 * CLOCK_MINUTE);
	buf_printf(&big, "csrf=%s&%s&more=", v.csrf, words);
	is_int(answer_status(bank_ask(b, &auth_app, "POST /drafts", big.data,
				      cookie, "HTTP_ACCEPT=application/json",
				      NULL)),
	       401, "a script that is late is told so");
	is_int(drafts(b), 1, "and what it brought is kept");
	bank_tamper(b, "DELETE FROM draft");
	for (i = 0; i < 9000; i++)
		buf_putc(&big, 'x');
	is_int(answer_status(bank_ask(b, &auth_app, "POST /drafts", big.data,
				      cookie, "HTTP_ACCEPT=application/json",
				      NULL)),
	       401, "too much is too much then as well");
	is_int(drafts(b), 0, "and not kept");
	clock_freeze(now);
	is_int(answer_status(visit_post(&v, &auth_app, "/drafts", big.data)),
	       413, "as it is in time");
}

static void
test_done(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a;

	visit_post(&v, &auth_app, "/drafts", words);
	a = visit_post(&v, &banking_app, "/transfer/check", words);
	ok(answer_status(a) == 200 && drafts(b) == 1,
	   "on the way to the check it is still kept");
	a = visit_post(&v, &banking_app, "/transfer/edit", words);
	ok(visit_has(a, "value=\"12,50\"") &&
		   !visit_has(a, "draft=take"),
	   "and not offered to who is at it");
	a = visit_post(&v, &banking_app, "/transfer", words);
	ok(answer_status(a) == 303 && drafts(b) == 0,
	   "once the payment is ordered it is forgotten");
	visit_post(&v, &auth_app, "/drafts", words);
	a = visit_post(&v, &banking_app, "/transfer",
		       "draft=/transfer&from=" ANNA_CURRENT
		       "&to=" BEN_CURRENT "&amount=999999");
	ok(answer_status(a) >= 400 && drafts(b) == 1 &&
		   !visit_has(a, "draft=take"),
	   "a payment that is refused forgets nothing");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_saved(&b);
	test_strange(&b);
	test_late(&b);
	test_late_refused(&b);
	test_late_script(&b);
	test_done(&b);
	bank_close(&b);
	return tap_done();
}
