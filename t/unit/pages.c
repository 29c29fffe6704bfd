/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pages.c: a whole visit in process: sign in, look, pay, receipt. */
#include <stdarg.h>

#include "t/lib/bank.h"
#include "t/tap.h"

extern const struct app auth_app, banking_app;

static const char *
sign_in(struct bank *b)
{
	const char *a, *id;

	a = bank_ask_json(b, &auth_app, "POST /login", NULL,
			  "{\"user_id\":\"anna\","
			  "\"password\":\"correct horse\"}",
			  NULL);
	is_int(answer_status(a), 200, "the right password asks for a code");
	id = answer_text(b, a, "challenge_id");
	is_text(answer_text(b, a, "status"), "otp_required",
		"a password alone lets nobody in");
	a = bank_ask_json(b, &auth_app, "POST /verify-otp", NULL,
			  pool_printf(b->pool,
				      "{\"challenge_id\":\"%s\","
				      "\"code\":\"%s\"}",
				      id, bank_code(b)),
			  NULL);
	is_int(answer_status(a), 200, "the code from the message lets in");
	return answer_text(b, a, "token");
}

static void
pay_own(struct bank *b, const char *token)
{
	const char *body = "{\"from\":\"" ANNA_CURRENT "\",\"to\":\"" ANNA_SAVINGS
			   "\",\"amount\":\"12.34\",\"purpose\":\"put by\"}";
	const char *a = bank_ask_json(b, &banking_app, "POST /transfer",
				      token, body,
				      "HTTP_IDEMPOTENCY_KEY=one", NULL);
	const char *again;

	is_int(answer_status(a), 201, "money moves between own accounts");
	is_text(answer_text(b, a, "balance_after"), "987.66",
		"the receipt shows the balance after");
	again = bank_ask_json(b, &banking_app, "POST /transfer", token, body,
			      "HTTP_IDEMPOTENCY_KEY=one", NULL);
	is_text(answer_body(again), answer_body(a),
		"the same key pays once and answers the same");
	is_text(answer_header(b, again, "Idempotent-Replay"), "true",
		"an answer given again says so");
}

static void
pay_other(struct bank *b, const char *token)
{
	const char *a = bank_ask_json(
		b, &banking_app, "POST /transfer", token,
		"{\"from\":\"" ANNA_CURRENT "\",\"to\":\"" BEN_CURRENT
		"\",\"amount\":\"100.00\",\"payee_name\":\"Ben Okoye\"}",
		"HTTP_IDEMPOTENCY_KEY=two", NULL);

	is_int(answer_status(a), 202, "a payment to others asks for a code");
	is_text(answer_text(b, a, "payee_match"), "match",
		"the payee's name is checked");
	is_int(bank_count(b, "SELECT held AS n FROM account "
			     "WHERE number = '" ANNA_CURRENT "'"),
	       10000, "until then it is held");
	a = bank_ask_json(b, &auth_app, "POST /verify-otp", token,
			  pool_printf(b->pool,
				      "{\"challenge_id\":\"%s\","
				      "\"code\":\"%s\"}",
				      answer_text(b, a, "challenge_id"),
				      bank_code(b)),
			  NULL);
	is_int(answer_status(a), 201, "the code moves the money");
	is_text(answer_text(b, a, "balance_after"), "887.66",
		"and the receipt says so");
}

int
main(void)
{
	struct bank b;
	const char *token, *a;

	bank_open(&b);
	token = sign_in(&b);
	a = bank_ask_json(&b, &banking_app, "GET /accounts", token, NULL,
			  NULL);
	is_int(answer_status(a), 200, "the accounts are shown");
	pay_own(&b, token);
	pay_other(&b, token);
	a = bank_ask_json(&b, &banking_app,
			  "GET /transactions?account=" ANNA_CURRENT, token,
			  NULL, NULL);
	is_int(answer_status(a), 200, "the history is shown");
	bank_close(&b);
	return tap_done();
}
