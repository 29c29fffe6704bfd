/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bank_views.c: what a program gets: accounts, history by pages, receipts,
 * answers given again. */
#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static const char *
ask(struct bank *b, const char *token, const char *what)
{
	return bank_ask_json(b, &banking_app, what, token, NULL, NULL);
}

static json_object *
parsed(const char *answer)
{
	return json_tokener_parse(answer_body(answer));
}

/* The text at a path like "accounts/0/balance". */
static const char *
at(struct bank *b, const char *answer, const char *path)
{
	json_object *o = parsed(answer), *v = o;
	char *part, *rest = pool_strdup(b->pool, path);
	const char *text = "";

	while (v != NULL && (part = strsep(&rest, "/")) != NULL)
		if (json_object_is_type(v, json_type_array))
			v = json_object_array_get_idx(v,
						      (size_t)(*part - '0'));
		else if (!json_object_object_get_ex(v, part, &v))
			v = NULL;
	if (v != NULL)
		text = pool_strdup(b->pool, json_object_get_string(v));
	json_object_put(o);
	return text;
}

static void
test_accounts(struct bank *b, const char *token)
{
	const char *a = ask(b, token, "GET /accounts");

	is_text(at(b, a, "accounts/0/account_id"), ANNA_CURRENT,
		"an account's id is its number");
	is_text(at(b, a, "accounts/0/balance"), "1000.00", "money is text");
	is_text(at(b, a, "accounts/2/balance"), "10000",
		"with its currency's decimals");
	is_text(at(b, a, "accounts/0/limits/daily_amount"), "800.00",
		"limits are there");
	is_text(at(b, a, "totals/0/currency"), "EUR", "and totals");
	is_text(at(b, a, "accounts/0/tail"), "",
		"what only a page needs is not");
	a = ask(b, token, "GET /accounts/t0000 0000 001");
	is_text(at(b, a, "number"), ANNA_CURRENT,
		"a number may have blanks and small letters");
	is_text(at(b, a, "overdraft_limit"), "0.00", "all of it is there");
	a = ask(b, token, "GET /balance?account=" ANNA_YEN);
	is_text(at(b, a, "available"), "10000", "a balance");
	is_text(at(b, a, "as_of"), "2026-11-20T10:00:00Z", "of now");
	a = ask(b, token, "GET /limits");
	is_text(at(b, a, "accounts/0/limits/left_count"), "5",
		"what is left of today's payments");
	a = ask(b, token, "GET /");
	is_text(at(b, a, "safe/0/amount"), "1000.00", "what is safe to spend");
}

static void
test_tags(struct bank *b, const char *token)
{
	const char *a = ask(b, token, "GET /accounts"), *tag, *again;

	tag = answer_header(b, a, "ETag");
	again = bank_ask_json(b, &banking_app, "GET /accounts", token, NULL,
			      pool_printf(b->pool, "HTTP_IF_NONE_MATCH=%s",
					  tag),
			      NULL);
	is_int(answer_status(again), 304, "what has not changed is not sent");
	is_text(answer_body(again), "", "with no body");
	a = bank_ask_json(b, &banking_app, "HEAD /accounts", token, NULL,
			  NULL);
	is_int(answer_status(a), 200, "one may ask for the head alone");
	is_text(answer_body(a), "", "and gets no body");
}

static const char *
history(struct bank *b, const char *token, const char *more)
{
	return ask(b, token,
		   pool_printf(b->pool,
			       "GET /transactions?account=" ANNA_SAVINGS "%s",
			       more));
}

static void
test_history(struct bank *b, const char *token)
{
	const char *a, *next;
	int i;

	for (i = 1; i <= 5; i++) {
		clock_freeze(BANK_NOW + i * 1000);
		deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, i * 100);
	}
	a = history(b, token, "&limit=2");
	is_text(at(b, a, "transactions/0/amount"), "5.00", "newest first");
	is_text(at(b, a, "transactions/1/amount"), "4.00", "two a page");
	next = at(b, a, "next");
	ok(*next != '\0' &&
		   visit_has(answer_header(b, a, "Link"), "rel=\"next\""),
	   "and where it goes on");
	a = history(b, token, pool_printf(b->pool, "&limit=2&cursor=%s",
					  next));
	is_text(at(b, a, "transactions/0/amount"), "3.00", "the next page");
	a = ask(b, token,
		pool_printf(b->pool, "GET /transactions?account=" ANNA_CURRENT
				     "&cursor=%s", next));
	is_int(answer_status(a), 422, "a cursor is for its own account");
	is_int(answer_status(history(b, token, "&cursor=AAAA")), 422,
	       "nobody makes one up");
	is_int(answer_status(history(b, token, "&cursor=%21")), 422,
	       "or anything else");
	a = history(b, token, "&min=4.00&max=5&direction=in");
	is_text(at(b, a, "next"), "", "a short page is the last");
	is_text(at(b, a, "transactions/1/amount"), "4.00", "filters are kept");
	is_text(at(b, a, "transactions/2/amount"), "", "to");
	a = history(b, token, "&to=1970-01-01");
	is_text(at(b, a, "transactions/0/amount"), "",
		"the first day of all is a bound");
	is_int(answer_status(history(b, token, "&limit=201")), 422,
	       "at most 200 a page");
	is_int(answer_status(history(b, token, "&limit=0")), 422, "at least 1");
	is_int(answer_status(history(b, token, "&from=2026-02-30")), 422,
	       "days must be");
	is_int(answer_status(history(b, token, "&direction=up")), 422,
	       "and ways");
	clock_freeze(BANK_NOW);
}

static void
test_history_page(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a = visit_get(&v, &banking_app,
				  "/transactions?account=" ANNA_SAVINGS
				  "&limit=2&q=rent&direction=in");

	ok(visit_has(a, "q=rent") && visit_has(a, "direction=in") &&
		   visit_has(a, "cursor="),
	   "a page's next keeps every filter");
	a = visit_get(&v, &banking_app, "/transactions?q=%22%3E%3Cscript%3E");
	ok(!visit_has(a, "<script>") && visit_has(a, "&lt;script&gt;"),
	   "what is searched for is only shown");
	a = visit_get(&v, &banking_app, "/transactions?min=x");
	is_int(answer_status(a), 422, "a filter that is wrong");
	ok(visit_has(a, "</html>"), "is told on a page");
	a = visit_get(&v, &banking_app, "/balance?account=" ANNA_YEN);
	is_text(answer_header(b, a, "Location"), "/accounts/" ANNA_YEN,
		"a person who asks for a balance sees the account");
}

static void
test_account_page(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a = visit_get(&v, &banking_app, "/accounts/" ANNA_CURRENT);

	ok(!visit_has(a, "Branch"), "no branch, no word of it");
	bank_arrange(b, "INSERT INTO branch (code, name) "
			"VALUES ('B07', 'Harbour Street')");
	bank_arrange(b, "UPDATE account SET branch = 'B07' WHERE number = '"
			ANNA_CURRENT "'");
	a = visit_get(&v, &banking_app, "/accounts/" ANNA_CURRENT);
	ok(visit_has(a, "Harbour Street") && !visit_has(a, "B07"),
	   "a branch goes by its name");
}

static void
test_payment(struct bank *b, const char *token)
{
	static const char body[] = "{\"from\":\"" ANNA_CURRENT "\",\"to\":\""
				   BEN_CURRENT "\",\"amount\":\"1.00\","
				   "\"payee_name\":\"Ben Okoye\"}";
	const char *a, *again, *id;

	bank_tamper(b, "UPDATE account SET used_count = 0");
	a = bank_ask_json(b, &banking_app, "POST /transfer", token, body,
			  "HTTP_IDEMPOTENCY_KEY=k1", NULL);
	is_int(answer_status(a), 202, "a payment waits");
	id = at(b, a, "challenge_id");
	is_text(at(b, a, "confirm/to"), BEN_CURRENT, "it says what for");
	again = bank_ask_json(b, &banking_app, "POST /transfer", token, body,
			      "HTTP_IDEMPOTENCY_KEY=k1", NULL);
	is_text(answer_body(again), answer_body(a), "the same again");
	is_text(answer_header(b, again, "Idempotent-Replay"), "true",
		"and says it is");
	again = bank_ask_json(b, &banking_app, "POST /transfer", token,
			      "{\"from\":\"" ANNA_CURRENT "\",\"to\":\""
			      BEN_CURRENT "\",\"amount\":\"1.01\"}",
			      "HTTP_IDEMPOTENCY_KEY=k1", NULL);
	is_int(answer_status(again), 422, "another body is refused");
	a = ask(b, token, "GET /transfers?idempotency_key=k1");
	is_text(at(b, a, "state"), "waiting", "did it happen? it waits");
	a = bank_ask_json(b, &auth_app, "POST /verify-otp", token,
			  pool_printf(b->pool, "{\"challenge_id\":\"%s\","
					       "\"code\":\"%s\"}", id,
				      bank_code(b)),
			  NULL);
	is_int(answer_status(a), 201, "the code moves it");
	again = ask(b, token, "GET /transfers?idempotency_key=k1");
	is_text(at(b, again, "transfer_id"), at(b, a, "transfer_id"),
		"then the key tells which transfer it became");
	is_text(at(b, again, "hash"), at(b, a, "hash"), "hash and all");
	bank_tamper(b, "DELETE FROM challenge");
	again = bank_ask_json(b, &banking_app, "POST /transfer", token,
			      body, "HTTP_IDEMPOTENCY_KEY=k1", NULL);
	is_int(answer_status(again), 201,
	       "asked once more when its code is forgotten");
	is_text(at(b, again, "transfer_id"), at(b, a, "transfer_id"),
		"what was paid is no payment that expired");
	is_text(answer_header(b, again, "Idempotent-Replay"), "true",
		"nor a new one");
	is_int(answer_status(ask(b, token, "GET /transfers")), 422,
	       "without a key nothing is looked for");
	is_int(answer_status(ask(b, token, "GET /transfers?idempotency_key=z")),
	       404, "a key that did nothing is not there");
	is_int(answer_status(ask(b, token, "GET /transfers/x")), 404,
	       "nor is what is no id");
}

/* ${money} is an amount, and what it is of. */
static void
order_of(struct bank *b, const char *token, const char *from, const char *money,
	 int status)
{
	static int key;
	const char *a = bank_ask_json(b, &banking_app, "POST /transfer", token,
		pool_printf(b->pool, "{\"from\":\"%s\",\"to\":\""
				     ANNA_SAVINGS "\",\"amount\":%s}",
			    from, money),
		pool_printf(b->pool, "HTTP_IDEMPOTENCY_KEY=of%d", key++),
		NULL);

	is_int(answer_status(a), status, "%s", money);
}

static void
test_currency(struct bank *b, const char *token)
{
	bank_tamper(b, "UPDATE account SET used_count = 0");
	order_of(b, token, ANNA_CURRENT,
		 "\"0.01\",\"currency\":\"USD\"", 422);
	order_of(b, token, ANNA_CURRENT,
		 "\"0.01\",\"currency\":\"euro\"", 422);
	order_of(b, token, ANNA_CURRENT,
		 "\"0.01\",\"currency\":\"EUR\"", 201);
	order_of(b, token, ANNA_YEN, "\"1\",\"currency\":\"EUR\"", 422);
	order_of(b, token, ANNA_YEN, "\"1.5\",\"currency\":\"JPY\"", 422);
}

static void
test_house(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a;

	is_int(answer_status(visit_get(&v, &banking_app, "/brand.css")), 404,
	       "a bank without a colour has no sheet for it");
	bank_set(b, "BRAND_COLOR", "#ffee00");
	a = visit_get(&v, &banking_app, "/brand.css");
	ok(visit_has(a, "--brand:#ffee00;--brand-ink:#000"),
	   "light colours get black ink");
	bank_set(b, "BRAND_COLOR", "#001122");
	a = visit_get(&v, &banking_app, "/brand.css");
	ok(visit_has(a, "--brand-ink:#fff"), "dark ones white");
	a = visit_get(&v, &banking_app, "/language?to=de&next=/limits");
	ok(strncmp(answer_header(b, a, "Set-Cookie"), "lang=de;", 8) == 0 &&
		   strcmp(answer_header(b, a, "Location"), "/limits") == 0,
	   "a language can be chosen");
	a = visit_get(&v, &banking_app, "/language?to=xx&next=//evil");
	ok(strncmp(answer_header(b, a, "Set-Cookie"), "lang=en;", 8) == 0 &&
		   strcmp(answer_header(b, a, "Location"), "/") == 0,
	   "that there is, and one stays here");
	is_int(answer_status(visit_get(&v, &banking_app, "/demo/inbox")), 200,
	       "a demonstration shows its inbox");
	bank_set(b, "MESSAGE_DELIVERY", "real");
	is_int(answer_status(visit_get(&v, &banking_app, "/demo/inbox")), 404,
	       "a bank does not");
	bank_set(b, "MESSAGE_DELIVERY", "inbox");
}

static void
test_down(struct bank *b, const char *token)
{
	struct visit v = {.bank = b};
	const char *a;

	bank_set(b, "SYSTEM_DOWN_MSG", "Back at nine.");
	bank_set(b, "SYSTEM_DOWN", "yes");
	a = ask(b, token, "GET /accounts");
	ok(answer_status(a) == 503 &&
		   strcmp(answer_text(b, a, "detail"), "Back at nine.") == 0 &&
		   *answer_header(b, a, "Retry-After") != '\0',
	   "a closed bank says so, in the operator's words");
	a = visit_get(&v, &auth_app, "/login");
	ok(answer_status(a) == 503 && visit_has(a, "Back at nine."),
	   "to people too");
	is_int(answer_status(visit_get(&v, &banking_app, "/brand.css")), 200,
	       "but keeps its colour");
	bank_set(b, "SYSTEM_DOWN", "no");
}

/* Every page and answer with each of its statements failing. */
struct asking {
	const char *what, *token;
};

static enum err
ask_work(struct bank *b, struct pool *pool, void *arg)
{
	const struct asking *k = arg;
	struct bank mine = *b;
	int status;

	mine.pool = pool;
	status = answer_status(
		k->token != NULL
			? bank_ask_json(&mine, &banking_app, k->what,
					k->token, NULL, NULL)
			: bank_ask(&mine, &banking_app, k->what, NULL,
				   "HTTP_ACCEPT=text/html", NULL));
	return status == 200   ? OK
	       : status == 503 ? ERR_BUSY
	       : status == 500 ? ERR_INTERNAL
			       : ERR_BAD;
}

static void
test_faults(struct bank *b, const char *token)
{
	static const char *const whats[] = {
		"GET /", "GET /accounts", "GET /accounts/" ANNA_CURRENT,
		"GET /balance?account=" ANNA_CURRENT, "GET /limits",
		"GET /transactions?from=2026-11-01", "GET /transfer",
		"GET /transfers?idempotency_key=k1"};
	struct asking k = {.token = token};
	size_t i;

	for (i = 0; i < sizeof whats / sizeof *whats; i++) {
		k.what = whats[i];
		fault_loop(b, whats[i], ask_work, &k, OK);
	}
}

int
main(void)
{
	const char *token;
	struct bank b;

	bank_open(&b);
	token = bank_token(&b, "anna");
	test_accounts(&b, token);
	test_tags(&b, token);
	test_history(&b, token);
	test_history_page(&b);
	test_account_page(&b);
	test_payment(&b, token);
	test_currency(&b, token);
	test_house(&b);
	test_down(&b, token);
	test_faults(&b, token);
	bank_close(&b);
	return tap_done();
}
