/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fixation.c: tests that nobody gets into a session that was prepared for
 * them, nor stays in one that is over. */
#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static const char planted[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static const char *
id_text(struct bank *b, const struct challenge *c)
{
	return secret_id_text(pool_alloc(b->pool, SECRET_ID_TEXT), c->id);
}

static int
opens(struct bank *b, const char *cookie)
{
	struct visit v = {.bank = b, .cookie = cookie};

	return answer_status(visit_get(&v, &banking_app, "/accounts"));
}

/* The token a browser is given that comes with ${v}'s cookie. */
static const char *
enter(struct visit *v, const char *user_id)
{
	struct bank *b = v->bank;
	struct challenge c;
	const char *a;

	deal_signin(b, user_id, "correct horse", &c);
	a = visit_post(v, &auth_app, "/verify-otp",
		       pool_printf(b->pool, "challenge_id=%s&code=%s",
				   id_text(b, &c), bank_code(b)));
	a = answer_header(b, a, "Set-Cookie");
	return strncmp(a, "clicknet=", 9) == 0
		       ? pool_strndup(b->pool, a + 9, strcspn(a + 9, ";"))
		       : "";
}

static void
test_planted(struct bank *b)
{
	struct visit v = {.bank = b, .cookie = planted};
	const char *token = enter(&v, "anna");

	is_int((int)strlen(token), 43, "who comes with a cookie signs in");
	ok(strcmp(token, planted) != 0, "and is given another");
	is_int(opens(b, token), 200, "which opens the bank");
	is_int(opens(b, planted), 303, "the one that was planted does not");
}

static void
test_again(struct bank *b)
{
	struct visit first = visit_begin(b, "anna"), other;
	const char *second = enter(&first, "anna"), *third;

	ok(strcmp(second, first.cookie) != 0, "who signs in again is given "
					      "another token");
	is_int(opens(b, first.cookie), 303, "and the old one is over");
	is_int(opens(b, second), 200, "the new one is not");
	other = visit_begin(b, "anna");
	third = enter(&other, "ben");
	is_int(opens(b, other.cookie), 303,
	       "so it is when another person signs in there");
	is_int(opens(b, third), 200, "who is in");
	is_int(opens(b, second), 200, "other browsers are not touched");
}

/* A challenge somebody else began does not take one's own code. */
static void
test_challenge(struct bank *b)
{
	struct challenge theirs, own;
	const char *code, *a;
	struct visit v = {.bank = b};

	deal_signin(b, "ben", "correct horse", &theirs);
	deal_signin(b, "anna", "correct horse", &own);
	code = bank_code(b);
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool, "challenge_id=%s&code=%s",
				   id_text(b, &theirs), code));
	is_int(answer_status(a), 401,
	       "one's code does not fit a challenge that was prepared");
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool, "challenge_id=%s&code=%s",
				   id_text(b, &own), code));
	is_int(answer_status(a), 303, "it fits one's own");
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool, "challenge_id=%s&code=%s",
				   id_text(b, &own), code));
	is_int(answer_status(a), 410, "once");
	ok(*answer_header(b, a, "Set-Cookie") == '\0',
	   "and opens nothing the second time");
}

/* Whatever ends it: kept, copied, played again, it opens nothing. */
static void
test_over(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), w = visit_begin(b, "anna");
	const char *token = bank_token(b, "anna");
	int64_t now = clock_now();

	visit_post(&v, &auth_app, "/logout", "");
	is_int(opens(b, v.cookie), 303, "a session that was left is over");
	is_int(answer_status(visit_post(&v, &auth_app, "/logout", "")), 303,
	       "leaving it again leads to the door");
	is_int(answer_status(visit_post(&v, &banking_app, "/transfer",
					"from=" ANNA_CURRENT)),
	       303, "and its form's token is worth nothing");
	visit_post(&w, &auth_app, "/sessions/end-others", "");
	is_int(answer_status(bank_ask_json(b, &banking_app, "GET /accounts",
					   token, NULL, NULL)),
	       401, "a token that was ended is over");
	clock_freeze(now + 5 * CLOCK_MINUTE);
	is_int(opens(b, w.cookie), 303, "so is a session that idled");
	clock_freeze(now);
	is_int(opens(b, w.cookie), 200, "(negative control) it was there");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_planted(&b);
	test_again(&b);
	test_challenge(&b);
	test_over(&b);
	bank_close(&b);
	return tap_done();
}
