/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* twilio_pages.c: tests of what Twilio reports, and of who only says so. */
#include <string.h>

#include "bank/message.h"
#include "fcgi-apps/auth/auth.h"
#include "lib/clock.h"
#include "lib/secret.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

#define TOKEN "authtoken123"
#define BASE "https://bank.example"
#define HOOK BASE "/twilio-webhook"

static struct pairs
form_of(struct bank *b, const char *form)
{
	struct pairs p = {0};

	is_int(http_urlencoded(b->pool, form, strlen(form), &p), OK,
	       "a form is read");
	return p;
}

/* Vectors that Twilio's own library agrees with. */
static void
test_vectors(struct bank *b)
{
	struct pairs call = form_of(b,
		"Digits=1234&To=%2B18005551212&From=%2B14158675309&"
		"Caller=%2B14158675309&CallSid=CA1234567890ABCDE");
	struct pairs message = form_of(b,
		"MessageSid=SM00000000000000000000000000000001&"
		"SmsSid=SM00000000000000000000000000000001&"
		"MessageStatus=delivered&SmsStatus=delivered&"
		"To=%2B15005550006&From=%2B15005550001&"
		"AccountSid=AC00000000000000000000000000000001&"
		"ApiVersion=2010-04-01");
	struct pairs twice = form_of(b, "b=2&a=1&b=1&b=2"),
		     once = form_of(b, "a=1&b=1&b=2");
	static const char json[] = "{\"hello\":\"w\xc3\xb6rld\"}";
	char hex[2 * SECRET_HASH + 1];
	uint8_t hash[SECRET_HASH];

	is_text(twilio_signature(b->pool, "12345",
				 "https://mycompany.com/myapp.php?foo=1&bar=2",
				 &call),
		"RSOYDt4T1cUTdK1PDd93/VVr8B8=", "a call's signature");
	is_text(twilio_signature(b->pool, TOKEN,
				 BASE "/webhooks/twilio/status", &message),
		"bcnUJygZUSh6WfTqQlxPknaFsOc=", "a message's signature");
	is_text(twilio_signature(b->pool, "x", "u", &twice),
		twilio_signature(b->pool, "x", "u", &once),
		"a value said twice counts once");
	secret_hash(hash, json, strlen(json));
	is_text(secret_hex(hex, hash, sizeof hash),
		"15fe936d5a5c4a564c8dc9002280009263c0cc0bd0f28e16652529a9f83b"
		"2d23", "a body's hash");
}

static const char *
sign(struct bank *b, const char *url, const char *form)
{
	struct pairs p = {0};

	if (form != NULL)
		http_urlencoded(b->pool, form, strlen(form), &p);
	return pool_printf(b->pool, "HTTP_X_TWILIO_SIGNATURE=%s",
			   twilio_signature(b->pool, TOKEN, url,
					    form != NULL ? &p : NULL));
}

static int
post(struct bank *b, const char *form, const char *signature)
{
	return answer_status(bank_ask(b, &auth_app, "POST /twilio-webhook",
				      form, signature, NULL));
}

/* Signed as Twilio would. */
static int
report(struct bank *b, const char *sid, const char *status, const char *more)
{
	const char *form = pool_printf(
		b->pool, "MessageSid=%s&SmsSid=%s&MessageStatus=%s&"
			 "SmsStatus=%s&To=%%2B491700000001&AccountSid=AC1%s",
		sid, sid, status, status, more);

	return post(b, form, sign(b, HOOK, form));
}

/* An SMS with a code that Twilio took as SM1. */
static void
carried(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(100, "EUR"));
	struct message m;
	const char *next;

	bank_tamper(b, "DELETE FROM outbox; DELETE FROM message_report;"
		       "UPDATE account SET used_amount = 0, used_count = 0");
	deal_give(b, &o);
	is_int(message_take(b->db, b->pool, 1000, &m), OK, "an SMS is taken");
	is_int(message_sent(b->db, &m, "SM1", &next), OK, "and carried");
}

static int64_t
is_now(struct bank *b, const char *delivery)
{
	struct stmt *q = db_sql(b->db, "SELECT count(*) AS n FROM outbox "
				       "WHERE provider_id = 'SM1' AND "
				       "delivery = :delivery");

	db_put_text(q, "delivery", delivery);
	return bank_count_of(b, q);
}

static void
test_reports(struct bank *b)
{
	const char *a, *form = "MessageSid=SM1&MessageStatus=queued";

	carried(b);
	a = bank_ask(b, &auth_app, "POST /twilio-webhook", form,
		     sign(b, HOOK, form), NULL);
	ok(answer_status(a) == 204 && *answer_body(a) == '\0',
	   "a report is taken without a word");
	is_int(report(b, "SM1", "delivered", ""), 204, "also the last");
	is_int(is_now(b, "delivered"), 1, "and noted");
	is_int(report(b, "SM1", "sent", ""), 204, "one out of order");
	is_int(report(b, "SM1", "delivered", ""), 204, "or sent again");
	is_int(report(b, "SM1", "undelivered", "&ErrorCode=30005"), 204,
	       "or against an earlier one");
	is_int(is_now(b, "delivered"), 1, "changes nothing");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), 1,
	       "nor is the code sent again");
	is_int(report(b, "SM404", "failed", "&ErrorCode=30008"), 204,
	       "of a message nobody knows too");
	is_int(report(b, "SM1", "<b>", ""), 422, "nonsense is refused");
	is_int(report(b, "", "sent", ""), 422, "and so is nothing");
	carried(b);
	is_int(report(b, "SM1", "failed", "&ErrorCode=30003"), 204,
	       "a failure is taken");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE state = "
			     "'queued' AND channel = 'email'"),
	       1, "and the code goes by mail");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "error = 'Twilio: failed 30003'"),
	       1, "with the reason beside the SMS");
}

static void
test_forged(struct bank *b)
{
	const char *form = "MessageSid=SM1&MessageStatus=failed";
	const char *good, *other;
	uint64_t before;

	carried(b);
	good = sign(b, HOOK, form);
	other = sign(b, HOOK, "MessageSid=SM1&MessageStatus=sent");
	before = fault_digest(b);
	is_int(post(b, form, "HTTP_X=1"), 403, "no signature, no report");
	is_int(post(b, form, "HTTP_X_TWILIO_SIGNATURE=x"), 403, "nor a word");
	is_int(post(b, form, other), 403, "nor with another report's");
	is_int(post(b, form, sign(b, "https://bank.example.evil/"
				     "twilio-webhook", form)), 403,
	       "nor one signed for another address");
	is_int(post(b, "MessageSid=SM1&MessageStatus=failed&x=1", good), 403,
	       "nor with more in it");
	is_int(post(b, "", good), 403, "nor with nothing");
	is_int(answer_status(bank_ask(b, &auth_app,
				      "POST /twilio-webhook?x=1", form, good,
				      NULL)), 403, "nor at another query");
	bank_set(b, "TWILIO_AUTH_TOKEN", "");
	is_int(post(b, form, pool_printf(b->pool,
		       "HTTP_X_TWILIO_SIGNATURE=%s",
		       twilio_signature(b->pool, "", HOOK,
					&(struct pairs){0}))), 403,
	       "a bank without a token believes nobody");
	is_int(post(b, form, good), 403, "not even who knew it");
	bank_set(b, "TWILIO_AUTH_TOKEN", TOKEN);
	bank_set(b, "PUBLIC_BASE_URL", "");
	is_int(post(b, form, good), 403, "nor one that has no address");
	bank_set(b, "PUBLIC_BASE_URL", BASE);
	ok(fault_digest(b) == before, "and nothing has changed");
	is_int(post(b, form, good), 204, "the true one is taken");
	ok(fault_digest(b) != before, "and changes something");
}

/* The address as the operator wrote it, or as Twilio likes to. */
static void
test_ports(struct bank *b)
{
	static const struct {
		const char *base, *signed_for;
	} rows[] = {
		{BASE, HOOK}, {BASE, BASE ":443/twilio-webhook"},
		{BASE ":443", HOOK}, {BASE ":443", BASE ":443/twilio-webhook"},
		{BASE ":8443", HOOK},
		{"http://bank.example", "http://bank.example:80/"
		 "twilio-webhook"},
		{BASE "/a", BASE "/a/twilio-webhook"},
		{BASE "/a", BASE ":443/a/twilio-webhook"},
		{BASE ":8443/a", BASE "/a/twilio-webhook"}};
	const char *form;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		bank_set(b, "PUBLIC_BASE_URL", rows[i].base);
		form = pool_printf(b->pool, "MessageSid=SP%zu&MessageStatus="
					    "sent", i);
		is_int(post(b, form, sign(b, rows[i].signed_for, form)), 204,
		       "%s is %s", rows[i].signed_for, rows[i].base);
	}
	bank_set(b, "PUBLIC_BASE_URL", BASE);
}

static int
post_json(struct bank *b, const char *query, const char *body)
{
	const char *what = pool_printf(b->pool, "POST /twilio-webhook?%s",
				       query);

	return answer_status(bank_ask_json(
		b, &auth_app, what, NULL, body,
		sign(b, pool_printf(b->pool, HOOK "?%s", query), NULL), NULL));
}

static void
test_json(struct bank *b)
{
	static const char body[] = "{\"MessageSid\":\"SM1\","
				   "\"MessageStatus\":\"sent\"}";
	char hex[2 * SECRET_HASH + 1];
	uint8_t hash[SECRET_HASH];
	const char *query;

	carried(b);
	secret_hash(hash, body, strlen(body));
	query = pool_printf(b->pool, "bodySHA256=%s",
			    secret_hex(hex, hash, sizeof hash));
	is_int(post_json(b, query, body), 204, "a JSON body is taken");
	is_int(is_now(b, "sent"), 1, "as a form is");
	is_int(post_json(b, query, "{\"MessageSid\":\"SM1\","
				   "\"MessageStatus\":\"read\"}"),
	       403, "but no other with the same hash");
	is_int(post_json(b, "x=1", body), 403, "nor without one");
	is_int(post_json(b, "bodySHA256=12", body), 403, "nor half of one");
	is_int(is_now(b, "sent"), 1, "which change nothing");
}

static enum err
hook_work(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	switch (report(b, "SM1", "failed", arg)) {
	case 204:
		return OK;
	case 503:
		return ERR_BUSY;
	}
	return ERR_INTERNAL;
}

static void
test_faults(struct bank *b)
{
	static char more[] = "&ErrorCode=30003";

	carried(b);
	fault_loop(b, "a report", hook_work, more, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	bank_set(&b, "PUBLIC_BASE_URL", BASE);
	bank_set(&b, "TWILIO_ACCOUNT_SID", "AC1");
	bank_set(&b, "TWILIO_AUTH_TOKEN", TOKEN);
	bank_set(&b, "CREDENTIALS_SENDING_PROCESS", "SMS");
	test_vectors(&b);
	test_reports(&b);
	test_forged(&b);
	test_ports(&b);
	test_json(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
