/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bank_pages.c: the pages of a customer, in English and German, and paying
 * with them. */
#include <string.h>

#include "bank/message.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static const char *
path_text(struct bank *b, const char *before, const uint8_t *id)
{
	char text[SECRET_ID_TEXT];

	return pool_printf(b->pool, "%s%s", before, secret_id_text(text, id));
}

/* A page is whole: filled, in its language, and headed as it must be. */
static void
whole(struct visit *v, const struct app *app, const char *path,
      const char *language)
{
	const char *a;

	v->language = language;
	a = visit_get(v, app, path);
	ok(answer_status(a) == 200 && visit_has(a, "</html>") &&
		   !visit_has(a, "{{") && !visit_has(a, "}}"),
	   "%s is filled (%s)", path, language);
	ok(visit_has(a, pool_printf(v->bank->pool, "<html lang=\"%s\"",
				    language)) &&
		   strcmp(answer_header(v->bank, a, "Content-Language"),
			  language) == 0,
	   "in its language");
	ok(strcmp(answer_header(v->bank, a, "Cache-Control"), "no-store") ==
			   0 &&
		   visit_has(answer_header(v->bank, a,
					   "Content-Security-Policy"),
			     "default-src 'none'"),
	   "kept by nobody, and runs nothing but its own");
	v->language = NULL;
}

static void
test_pages(struct bank *b, struct visit *anna)
{
	struct order booked = deal_order(b, ANNA_CURRENT, ANNA_SAVINGS,
					 money_of(100, "EUR"));
	struct order other = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
					money_of(200, "EUR"));
	const char *paths[12];
	int n = 0, i;

	deal_give(b, &booked);
	deal_give(b, &other);
	deal_confirm(b, deal_challenge(b, &other), bank_code(b));
	paths[n++] = "/";
	paths[n++] = "/accounts";
	paths[n++] = "/accounts/" ANNA_CURRENT;
	paths[n++] = "/accounts/" ANNA_YEN;
	paths[n++] = "/limits";
	paths[n++] = "/transactions";
	paths[n++] = "/transactions?account=" ANNA_SAVINGS "&q=nothing";
	paths[n++] = "/transfer";
	paths[n++] = path_text(b, "/transfers/", booked.id);
	paths[n++] = path_text(b, "/transfers/", other.id);
	paths[n++] = pool_printf(b->pool, "/transfers?idempotency_key=%s",
				 booked.key);
	paths[n++] = "/demo/inbox";
	for (i = 0; i < n; i++) {
		whole(anna, &banking_app, paths[i], "en");
		whole(anna, &banking_app, paths[i], "de");
	}
	whole(anna, &auth_app, "/sessions", "de");
	anna->language = "de";
	ok(visit_has(visit_get(anna, &banking_app, "/accounts"), "Konten"),
	   "German is German");
	anna->language = NULL;
}

/* Ben was paid by anna: of her he sees her name and her account, and nothing
 * else. */
static void
test_nothing_more(struct bank *b)
{
	static const char *const paths[] = {"/", "/accounts", "/limits",
					    "/transactions", "/transfer",
					    "/accounts/" BEN_CURRENT};
	static const char *const hers[] = {
		"Everyday", "Rainy days", ANNA_SAVINGS, ANNA_YEN, "+49170",
		"996.", "C1"};
	struct visit ben = visit_begin(b, "ben");
	const char *a;
	size_t i, k;
	int seen = 0;

	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		a = visit_get(&ben, &banking_app, paths[i]);
		for (k = 0; k < sizeof hers / sizeof *hers; k++)
			if (visit_has(answer_body(a), hers[k])) {
				printf("# %s in %s\n", hers[k], paths[i]);
				seen++;
			}
	}
	is_int(seen, 0, "whom anna paid sees nothing of her accounts");
	a = visit_get(&ben, &banking_app, "/transactions");
	ok(visit_has(a, "Anna Müller"), "but who paid him");
}

static const char *
typed(struct visit *v, const char *amount)
{
	return visit_post(v, &banking_app, "/transfer/check",
			  pool_printf(v->bank->pool,
				      "from=" ANNA_CURRENT "&to=" BEN_CURRENT
				      "&amount=%s&payee_name=Ben+Okoye"
				      "&purpose=%%3Cb%%3Erent", amount));
}

static void
test_amounts(struct visit *anna)
{
	static const char *const good[][2] = {
		{"12.34", "12.34"}, {"12%2C34", "12.34"}, {"12", "12.00"},
		{"12%2C3", "12.30"}, {"1.234%2C50", NULL},
		{"%E2%82%AC+12.34", "12.34"}, {"EUR+12", "12.00"},
		{"+12+", "12.00"}, {"0.01", "0.01"}, {"500", "500.00"}};
	static const char *const bad[] = {
		"", "0", "0.00", "-1", "1e3", "12.345", "abc", "1.234",
		"%F0%9F%92%B6", "USD+5", "99999999999999999999", "1%002",
		"0x10", "NaN", "Infinity", "12%2C34%2C56"};
	const char *a;
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		a = typed(anna, good[i][0]);
		if (good[i][1] == NULL) {
			ok(answer_status(a) == 409 &&
				   visit_has(a, "largest single payment"),
			   "\"%s\" is read, and too much", good[i][0]);
			continue;
		}
		ok(answer_status(a) == 200 &&
			   visit_has(a, pool_printf(anna->bank->pool,
						    "name=\"amount\" "
						    "value=\"%s\"",
						    good[i][1])),
		   "\"%s\" is %s", good[i][0], good[i][1]);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		a = typed(anna, bad[i]);
		ok(answer_status(a) == 422 || answer_status(a) == 400,
		   "\"%s\" is no amount", bad[i]);
	}
	a = typed(anna, "1.234");
	ok(visit_has(a, "id=\"amount-why\"") && visit_has(a, "1,234.00") &&
		   visit_has(a, "1.23"),
	   "what can be read in two ways is asked back");
	ok(visit_has(a, "value=\"1.234\"") &&
		   visit_has(a, "value=\"&lt;b&gt;rent\"") &&
		   visit_has(a, "value=\"Ben Okoye\"") &&
		   visit_has(a, "value=\"" BEN_CURRENT "\""),
	   "and every word is there again");
}

static void
test_json_amounts(struct bank *b)
{
	static const char *const bad[] = {
		"1", "1.00", "-1", "1e2", "\"1,00\"", "\"1.000,00\"",
		"\"EUR 1\"", "\"\"", "null", "true", "[]", "{}", "\"0\"",
		"\"-5.00\"", "\"1.001\"", "\"92233720368547758.08\""};
	const char *token = bank_token(b, "anna"), *a;
	uint64_t before = fault_digest(b);
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		a = bank_ask_json(
			b, &banking_app, "POST /transfer", token,
			pool_printf(b->pool,
				    "{\"from\":\"" ANNA_CURRENT "\","
				    "\"to\":\"" ANNA_SAVINGS "\","
				    "\"amount\":%s}", bad[i]),
			"HTTP_IDEMPOTENCY_KEY=number", NULL);
		is_int(answer_status(a), 422, "%s is no amount from a program",
		       bad[i]);
	}
	ok(fault_digest(b) == before, "and nothing moved");
	a = bank_ask_json(b, &banking_app, "POST /transfer", token,
			  "{\"from\":\"" ANNA_CURRENT "\",\"to\":\""
			  ANNA_SAVINGS "\",\"amount\":\"1.00\"}", NULL);
	is_int(answer_status(a), 400, "without a key nothing is paid");
}

/* Enter, check, back, check, pay, code, receipt. */
static void
test_paying(struct bank *b, struct visit *anna)
{
	static const char words[] = "from=" ANNA_CURRENT "&to=" BEN_CURRENT
				    "&amount=12.34&payee_name=Ben+Okoje"
				    "&purpose=rent";
	const char *a, *where;
	int64_t before = deal_look(b, b->ben_current).balance;

	a = visit_post(anna, &banking_app, "/transfer/check", words);
	ok(answer_status(a) == 200 && visit_has(a, "12.34") &&
		   visit_has(a, "Ben Okoje") && !visit_has(a, "Okoye"),
	   "the page before shows what was typed, not who it is");
	a = visit_post(anna, &banking_app, "/transfer/edit", words);
	ok(answer_status(a) == 200 && visit_has(a, "value=\"12.34\""),
	   "one can go back");
	a = visit_post(anna, &banking_app, "/transfer", words);
	where = answer_header(b, a, "Location");
	ok(answer_status(a) == 303 &&
		   strncmp(where, "/verify-otp?challenge_id=", 25) == 0,
	   "then a code is asked for");
	a = visit_get(anna, &auth_app, where);
	ok(answer_status(a) == 200 && visit_has(a, "12.34") &&
		   visit_has(a, "Ben Okoje"),
	   "for this amount and this payee");
	whole(anna, &auth_app, where, "de");
	ok(visit_has(visit_get(anna, &banking_app, "/"), "Ben Okoje"),
	   "meanwhile the first page tells it is promised");
	a = visit_post(anna, &auth_app, "/verify-otp",
		       pool_printf(b->pool, "challenge_id=%.36s&code=%s",
				   where + 25, bank_code(b)));
	where = answer_header(b, a, "Location");
	ok(answer_status(a) == 303 && strncmp(where, "/transfers/", 11) == 0,
	   "the code leads to the receipt");
	a = visit_get(anna, &banking_app, where);
	ok(answer_status(a) == 200 && visit_has(a, "12.34"), "which has it");
	is_int(deal_look(b, b->ben_current).balance, before + 1234,
	       "and ben has the money");
}

static void
test_refused(struct visit *anna)
{
	const char *a = visit_post(anna, &banking_app, "/transfer",
				   "from=" ANNA_CURRENT
				   "&to=DE00123456789012345678&amount=1.00&purpose=keep+me");

	ok(answer_status(a) == 422 && visit_has(a, "value=\"keep me\"") &&
		   visit_has(a, "id=\"to-why\""),
	   "a refused payment is the form again, with its words");
	a = visit_post(anna, &banking_app, "/transfer", "from=&to=&amount=");
	ok(answer_status(a) == 422 && visit_has(a, "id=\"from-why\"") &&
		   visit_has(a, "id=\"to-why\"") &&
		   visit_has(a, "id=\"amount-why\""),
	   "an empty one has every complaint at once");
	a = visit_post(anna, &banking_app, "/transfer/check",
		       "from=" BEN_CURRENT "&to=" ANNA_CURRENT "&amount=1");
	ok(answer_status(a) == 404 && visit_has(a, "id=\"from-why\""),
	   "nobody pays from another's account");
}

int
main(void)
{
	struct bank b;
	struct visit anna;

	bank_open(&b);
	anna = visit_begin(&b, "anna");
	test_pages(&b, &anna);
	test_nothing_more(&b);
	test_amounts(&anna);
	test_json_amounts(&b);
	test_paying(&b, &anna);
	test_refused(&anna);
	bank_close(&b);
	return tap_done();
}
