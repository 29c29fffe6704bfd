/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* apply_user.c: tests that whose account is open chooses how to sign in, once,
 * in the application's own session. */
#include <string.h>

#include "bank/opening.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

static enum err
open_it(struct db *db, struct pool *pool, struct application *a)
{
	return opening_do(db, pool, a, &actor_system);
}

static struct application
opened(struct bank *b)
{
	struct application a = apply_ready(b);

	is_int(apply_do(b, apply_send, &a), OK, "sent");
	is_int(apply_do(b, open_it, &a), OK, "and opened");
	return a;
}

/* A browser that an application is open in. */
struct applicant {
	struct bank *b;
	const char *token, *csrf;
};

static const char *
look(struct applicant *p)
{
	static const char field[] = "name=\"csrf\" value=\"";
	const char *page = bank_ask(p->b, &kyc_app, "GET /apply/user", NULL,
				    "HTTP_ACCEPT=text/html",
				    pool_printf(p->b->pool,
						"HTTP_COOKIE=clicknet-kyc=%s",
						p->token),
				    NULL);
	const char *at = strstr(page, field);

	if (at != NULL)
		p->csrf = pool_strndup(p->b->pool, at + strlen(field),
				       strcspn(at + strlen(field), "\""));
	return page;
}

static const char *
choose(struct applicant *p, const char *form)
{
	return bank_ask(p->b, &kyc_app, "POST /apply/user",
			pool_printf(p->b->pool, "csrf=%s&%s",
				    p->csrf != NULL ? p->csrf : "", form),
			"HTTP_ACCEPT=text/html",
			"HTTP_SEC_FETCH_SITE=same-origin",
			pool_printf(p->b->pool, "HTTP_COOKIE=clicknet-kyc=%s",
				    p->token),
			NULL);
}

static const char *
ask(struct bank *b, const char *token, const char *body)
{
	return bank_ask_json(b, &kyc_app, "POST /kyc-session/user", token,
			     body, NULL);
}

static void
test_page(struct bank *b)
{
	struct application a = apply_ready(b);
	struct applicant p = {.b = b, .token = apply_session(b, &a)};
	const char *page;

	is_text(answer_header(b, look(&p), "Location"), "/apply",
		"before it is approved the page leads to the application");
	is_int(answer_status(ask(b, p.token, "{\"user_id\":\"nora\","
					     "\"password\":\"harbour-light-7\"}")),
	       404, "and a program is told that there is nothing");
	apply_do(b, apply_send, &a);
	apply_do(b, open_it, &a);
	page = look(&p);
	ok(visit_has(page, "C000001") && visit_has(page, "name=\"user_id\"") &&
		   visit_has(page, "characters or more"),
	   "then it shows the numbers and asks for user id and password");
	page = choose(&p, "user_id=n&password=short");
	is_int(answer_status(page), 422, "what is wrong");
	ok(visit_has(page, "id=\"user_id-why\"") &&
		   visit_has(page, "id=\"password-why\"") &&
		   visit_has(page, "value=\"n\"") && !visit_has(page, "short\""),
	   "is said all at once, and the words stay but the password");
	page = choose(&p, "user_id=anna&password=harbour-light-7");
	ok(answer_status(page) == 409 && visit_has(page, "id=\"user_id-why\""),
	   "another's user id is not to be had");
	page = choose(&p, "user_id=%20Nora%20&password=harbour-light-7");
	is_text(answer_header(b, page, "Location"), "/apply/user",
		"a good one is taken");
	page = look(&p);
	ok(visit_has(page, "<dd>nora</dd>") &&
		   visit_has(page, "href=\"/login\"") &&
		   !visit_has(page, "name=\"password\""),
	   "and shown, with the way to the door");
	is_int(answer_status(choose(&p, "user_id=nora5&password=harbour-"
					"light-7")),
	       409, "once");
	is_int(deal_signin(b, "nora", "harbour-light-7",
			   &(struct challenge){.channel = ""}), OK,
	       "it lets them in");
}

static void
test_program(struct bank *b)
{
	static const char wish[] = "{\"user_id\":\"nora7\","
				   "\"password\":\"harbour-light-7\"}";
	struct application a, other;
	const char *answer, *token;

	bank_tamper(b, "UPDATE customer SET status = 'closed'");
	a = opened(b);
	bank_tamper(b, "UPDATE customer SET status = 'closed'");
	other = opened(b);
	token = apply_session(b, &a);
	is_int(answer_status(ask(b, NULL, wish)), 401, "nobody is nobody");
	is_int(answer_status(ask(b, bank_token(b, "anna"), wish)), 401,
	       "nor is a customer an applicant");
	answer = ask(b, token, wish);
	is_int(answer_status(answer), 201, "a program does the same");
	is_text(answer_text(b, answer, "user_id"), "nora7", "and is told");
	is_int(answer_status(ask(b, token, wish)), 409, "once");
	answer = bank_ask_json(b, &kyc_app, "GET /apply/user", token, NULL,
			       NULL);
	is_text(answer_text(b, answer, "made_user_id"), "nora7", "it sees it");
	bank_set(b, "AUTO_SET_USER_ID_AT_SIGNUP", "yes");
	answer = ask(b, apply_session(b, &other),
		     "{\"password\":\"harbour-light-8\"}");
	ok(answer_status(answer) == 201 &&
		   answer_text(b, answer, "user_id")[0] == 'u' &&
		   strlen(answer_text(b, answer, "user_id")) == 9,
	   "where the bank chooses, it does");
	bank_set(b, "AUTO_SET_USER_ID_AT_SIGNUP", "no");
}

static enum err
user_work(struct db *db, void *arg)
{
	const struct application *a = arg;
	struct user u = {.user_id = "zz-hers", .role = "customer",
			 .password = "x", .customer = a->customer};

	return user_add(db, &u, &actor_operator);
}

static void
test_existing(struct bank *b)
{
	struct application a;
	struct applicant p = {.b = b};
	const char *page;

	bank_tamper(b, "UPDATE customer SET status = 'closed'");
	opened(b);
	a = opened(b);
	ok(a.existing, "somebody who was a customer");
	p.token = apply_session(b, &a);
	page = look(&p);
	ok(visit_has(page, "href=\"/register\"") &&
		   !visit_has(page, "name=\"password\""),
	   "registers as customers do");
	is_int(answer_status(ask(b, p.token,
				 "{\"user_id\":\"norax\",\"password\":"
				 "\"harbour-light-7\"}")),
	       403, "and cannot do it here");
	is_int(db_write(b->db, user_work, &a), OK, "once they have");
	page = look(&p);
	ok(visit_has(page, "Sign in as you always do") &&
		   !visit_has(page, "zz-hers"),
	   "who has a user id is not told it but led to the door");
}

/* Each name that is tried tells whether somebody has it. */
static void
test_guessing(struct bank *b)
{
	struct application a;
	const char *token;
	int i, status = 0;

	bank_tamper(b, "UPDATE customer SET status = 'closed'");
	a = opened(b);
	token = apply_session(b, &a);
	for (i = 0; i < 40 && status != 429; i++)
		status = answer_status(ask(
			b, token, "{\"user_id\":\"anna\",\"password\":"
				  "\"harbour-light-7\"}"));
	ok(status == 429 && i > 20, "who tries many is stopped");
	bank_tamper(b, "DELETE FROM rate");
}

static void
test_faults(struct bank *b)
{
	struct application a;
	const char *token;
	int nth, status;

	bank_tamper(b, "UPDATE customer SET status = 'closed'");
	a = opened(b);
	token = apply_session(b, &a);
	for (nth = 1; nth < 100; nth++) {
		fault_arm(nth);
		status = answer_status(ask(b, token,
					   "{\"user_id\":\"nora9\","
					   "\"password\":\"harbour-light-9\"}"));
		if (!fault_disarm() || status < 500)
			break;
	}
	ok(nth > 10 && status == 201,
	   "with every statement failing once it is told and not done");
	is_int(bank_count(b, "SELECT count(*) AS n FROM bank_user WHERE "
			     "user_id = 'nora9'"), 1, "then done once");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_page(&b);
	test_program(&b);
	test_existing(&b);
	test_guessing(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
