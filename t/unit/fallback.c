/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fallback.c: tests of codes that do not arrive, and of what carriers say. */
#include <string.h>

#include "bank/intake.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

enum { LEASE = 60000 };

static struct message
take(struct bank *b, const char *channel)
{
	struct message m = {.channel = ""};

	message_take(b->db, b->pool, LEASE, &m);
	is_text(m.channel, channel, "the next message goes by %s",
		*channel != '\0' ? channel : "nothing");
	return m;
}

static const char *
word_of(const struct message *m, const char *name)
{
	json_object *v;

	return json_object_object_get_ex(m->data, name, &v)
		       ? json_object_get_string(v) : "";
}

/* A payment that waits for its code, and nothing else to send. */
static const uint8_t *
waiting(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(100, "EUR"));

	bank_tamper(b, "DELETE FROM outbox; DELETE FROM message_report;"
		       "UPDATE account SET used_amount = 0, used_count = 0");
	is_int(deal_give(b, &o), OK, "a payment waits for its code");
	return deal_challenge(b, &o);
}

static void
twilio(struct bank *b, bool there)
{
	bank_set(b, "TWILIO_ACCOUNT_SID", there ? "AC1" : "");
	bank_set(b, "TWILIO_AUTH_TOKEN", there ? "secret" : "");
	bank_set(b, "TWILIO_MOBILE_NUMBER", there ? "+15005550006" : "");
	bank_set(b, "TWILIO_WHATSAPP_NUMBER", there ? "+14155238886" : "");
	bank_set(b, "TWILIO_CONTENT_SID_CODE", there ? "HX1" : "");
}

static const char *
ways(struct bank *b, int64_t who)
{
	struct route_to list[MESSAGE_WAYS];
	struct buf out = {.pool = b->pool};
	int n, i;

	message_ways(b->db, b->pool, who, list, &n);
	db_rest(b->db);
	buf_puts(&out, "");
	for (i = 0; i < n; i++)
		buf_printf(&out, "%s%s", i > 0 ? " " : "", list[i].channel);
	return out.data;
}

static void
test_ways(struct bank *b)
{
	static const struct {
		const char *first, *process, *want;
	} rows[] = {
		{"AUTO", "EMAIL", "email sms whatsapp"},
		{"AUTO", "SMS", "sms email whatsapp"},
		{"AUTO", "WHATSAPP", "whatsapp email sms"},
		{"AUTO", "BOTH", "email sms whatsapp"},
		{"SMS", "EMAIL", "sms email whatsapp"},
		{"SMS", "WHATSAPP", "sms whatsapp email"},
		{"WHATSAPP", "BOTH", "whatsapp email sms"},
		{"EMAIL", "EMAIL", "email sms whatsapp"}};
	size_t i;

	twilio(b, true);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		bank_set(b, "DEFAULT_AUTHENTICATION_TYPE", rows[i].first);
		bank_set(b, "CREDENTIALS_SENDING_PROCESS", rows[i].process);
		is_text(ways(b, b->anna), rows[i].want, "%s, %s",
			rows[i].first, rows[i].process);
	}
	is_text(ways(b, b->ben), "email", "no telephone, no message there");
	bank_set(b, "DEFAULT_AUTHENTICATION_TYPE", "AUTO");
	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "EMAIL");
	bank_set(b, "TWILIO_CONTENT_SID_CODE", "");
	is_text(ways(b, b->anna), "email sms", "no template, no WhatsApp");
	bank_set(b, "TWILIO_CONTENT_SID_CODE", "HX1");
	bank_set(b, "TWILIO_WHATSAPP_NUMBER", "");
	is_text(ways(b, b->anna), "email sms", "nor without a number of ours");
	bank_set(b, "MESSAGE_DELIVERY", "real");
	is_text(ways(b, b->anna), "email sms", "Twilio carries SMS");
	bank_set(b, "TWILIO_MOBILE_NUMBER", "");
	is_text(ways(b, b->anna), "email", "from some number");
	bank_set(b, "TWILIO_MESSAGING_SERVICE_SID", "MG1");
	is_text(ways(b, b->anna), "email sms", "or one that Twilio picks");
	bank_set(b, "TWILIO_MESSAGING_SERVICE_SID", "");
	bank_set(b, "TWILIO_MOBILE_NUMBER", "+15005550006");
	bank_set(b, "TWILIO_AUTH_TOKEN", "");
	is_text(ways(b, b->anna), "email", "with its token");
	bank_set(b, "TWILIO_AUTH_TOKEN", "secret");
	bank_set(b, "TWILIO_ACCOUNT_SID", "");
	is_text(ways(b, b->anna), "email", "and its account");
	bank_set(b, "MESSAGE_DELIVERY", "inbox");
	twilio(b, true);
}

/* Mail, then SMS, then WhatsApp, then no more; the same code each time. */
static void
test_channels(struct bank *b)
{
	const uint8_t *id = waiting(b);
	const char *code = bank_code(b), *next;
	struct message m = take(b, "email");
	struct challenge c;

	message_failed(b->db, &m, "550", &next);
	is_text(next, "sms", "what failed by mail goes by SMS");
	challenge_get(b->db, b->pool, id, &c);
	db_rest(b->db);
	ok(strcmp(c.channel, "sms") == 0 && strcmp(c.sent_to, "··· 01") == 0,
	   "the page that asks for the code says so");
	m = take(b, "sms");
	ok(strcmp(word_of(&m, "code"), code) == 0 &&
		   strcmp(word_of(&m, "amount"), "1.00") == 0 &&
		   strcmp(m.recipient, "+4917000000001") == 0 &&
		   strcmp(m.template, "code-transfer") == 0 && m.tries == 1,
	   "with the same code and words");
	message_failed(b->db, &m, "21614", &next);
	is_text(next, "whatsapp", "then by WhatsApp");
	m = take(b, "whatsapp");
	message_failed(b->db, &m, "63016", &next);
	is_text(next, "", "then no more");
	take(b, "");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "state = 'failed' AND data IS NULL AND "
			     "error IN ('550', '21614', '63016')"),
	       3, "each failed for its own reason, and is wiped");
	is_int(deal_confirm(b, id, code).verdict, OK, "the code is as good");
}

static void
test_not(struct bank *b)
{
	const uint8_t *id = waiting(b);
	const char *code = bank_code(b), *next;
	struct message m = take(b, "email");
	struct resend r = {.pool = b->pool, .id = id,
			   .session = (const uint8_t[SECRET_HASH]){1, 2, 3},
			   .channel = ""};
	int64_t now = clock_now();

	clock_freeze(now + CLOCK_MINUTE);
	is_int(confirm_resend(b->db, &r), OK, "a newer code is asked for");
	message_failed(b->db, &m, "550", &next);
	is_text(next, "", "the old one goes nowhere else");
	m = take(b, "email");
	deal_confirm(b, id, bank_code(b));
	message_failed(b->db, &m, "550", &next);
	is_text(next, "", "nor one that was given");
	ok(strcmp(code, "") != 0, "there was one");
	waiting(b);
	m = take(b, "email");
	clock_freeze(clock_now() + 5 * CLOCK_MINUTE);
	message_failed(b->db, &m, "expired", &next);
	is_text(next, "", "nor one that is over");
	bank_tamper(b, "UPDATE outbox SET state = 'queued', challenge = NULL");
	clock_freeze(now);
	message_failed(b->db, &m, "550", &next);
	is_text(next, "", "nor what has no code");
	id = waiting(b);
	m = take(b, "email");
	bank_tamper(b, "DELETE FROM challenge");
	message_failed(b->db, &m, "550", &next);
	is_text(next, "", "nor one nobody asks for any more");
	message_failed(b->db, &m, "again", &next);
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "error = 'again'"),
	       0, "what came to an end has one");
}

/* While mail is only slow, whoever waits must have time left. */
static void
test_late(struct bank *b)
{
	int64_t now = clock_now();
	struct message m;
	const char *next;

	waiting(b);
	m = take(b, "email");
	clock_freeze(now + 99 * CLOCK_SECOND);
	message_later(b->db, &m, clock_now(), "450", &next);
	is_text(next, "", "a code is tried again for a third of its life");
	m = take(b, "email");
	clock_freeze(now + 100 * CLOCK_SECOND);
	message_later(b->db, &m, clock_now() + LEASE, "450", &next);
	is_text(next, "sms", "then it goes another way besides");
	m = take(b, "sms");
	message_sent(b->db, &m, "", &next);
	clock_freeze(now + 100 * CLOCK_SECOND + LEASE);
	m = take(b, "email");
	message_later(b->db, &m, clock_now(), "450", &next);
	is_text(next, "whatsapp", "and another");
	ok(*word_of(&m, "code") != '\0', "the first is tried all the same");
	clock_freeze(now);
}

static void
test_both(struct bank *b)
{
	const char *next, *code;
	const uint8_t *id;
	struct challenge c;
	struct message m;

	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "BOTH");
	id = waiting(b);
	challenge_get(b->db, b->pool, id, &c);
	db_rest(b->db);
	is_text(c.sent_to, "s···@bank.example, ··· 01",
		"with BOTH a code goes to two places");
	m = take(b, "email");
	code = word_of(&m, "code");
	message_failed(b->db, &m, "550", &next);
	is_text(next, "whatsapp", "if one fails, to the third");
	m = take(b, "sms");
	is_text(word_of(&m, "code"), code, "the same code");
	message_sent(b->db, &m, "", &next);
	bank_set(b, "DEFAULT_AUTHENTICATION_TYPE", "WHATSAPP");
	waiting(b);
	take(b, "whatsapp");
	take(b, "email");
	take(b, "sms");
	take(b, "");
	bank_set(b, "DEFAULT_AUTHENTICATION_TYPE", "AUTO");
	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "EMAIL");
}

static struct report
report(struct bank *b, const char *sid, const char *status, const char *error)
{
	struct report r = {.provider_id = sid, .status = status,
			   .error = error};

	is_int(message_report(b->db, &r), OK, "%s is reported of %s", status,
	       sid);
	return r;
}

static const char *
delivery(struct bank *b)
{
	struct stmt *q = db_sql(b->db, "SELECT delivery, data IS NULL AS "
				       "wiped, state FROM outbox WHERE "
				       "provider_id = 'SM1'");
	const char *text = "";

	if (db_row(q))
		text = pool_printf(b->pool, "%s %s%s", db_text(q, "state"),
				   db_text(q, "delivery"),
				   db_int(q, "wiped") ? " wiped" : "");
	db_done(q);
	db_rest(b->db);
	return text;
}

/* An SMS that Twilio took as SM1. */
static void
carried(struct bank *b)
{
	struct message m;
	const char *next;

	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "SMS");
	waiting(b);
	m = take(b, "sms");
	is_int(message_sent(b->db, &m, "SM1", &next), OK,
	       "Twilio has taken it");
	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "EMAIL");
}

static void
test_reports(struct bank *b)
{
	struct report r;

	carried(b);
	is_text(delivery(b), "sent ", "its code is kept, sealed, for now");
	report(b, "SM1", "queued", "");
	r = report(b, "SM1", "sent", "");
	is_text(delivery(b), "sent sent", "what Twilio says is noted");
	ok(r.fresh && r.known, "as new and ours");
	r = report(b, "SM1", "sent", "");
	ok(!r.fresh, "said again it is not new");
	report(b, "SM1", "sending", "");
	is_text(delivery(b), "sent sent", "what comes late counts no more");
	report(b, "SM1", "sipped", "");
	is_text(delivery(b), "sent sent", "nor a word nobody knows");
	report(b, "SM1", "delivered", "");
	is_text(delivery(b), "sent delivered wiped",
		"what arrived is forgotten");
	r = report(b, "SM1", "undelivered", "30005");
	is_text(delivery(b), "sent delivered wiped",
		"and cannot fail any more");
	is_text(r.next, "", "nor go another way");
	report(b, "SM1", "read", "");
	is_text(delivery(b), "sent read wiped", "but be read");
	r = report(b, "SM2", "failed", "30008");
	ok(r.fresh && !r.known, "of another's message nothing is known");
}

static void
test_undelivered(struct bank *b)
{
	struct report r;

	carried(b);
	r = report(b, "SM1", "undelivered", "Twilio: undelivered (30005)");
	is_text(r.next, "email", "what did not arrive goes another way");
	is_text(delivery(b), "failed undelivered wiped", "and has failed");
	r = report(b, "SM1", "failed", "30005");
	ok(r.fresh && *r.next == '\0', "once");
	report(b, "SM1", "delivered", "");
	is_text(delivery(b), "failed undelivered wiped", "for good");
	take(b, "email");
	take(b, "");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "error = 'Twilio: undelivered (30005)'"),
	       1, "its reason stays");
}

/* Twilio's words may overtake the courier's own note. */
static void
test_early(struct bank *b)
{
	struct message m;
	struct report r;
	const char *next;

	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "SMS");
	waiting(b);
	m = take(b, "sms");
	r = report(b, "SM1", "failed", "30003");
	ok(r.fresh && !r.known, "a report can come before its message");
	report(b, "SM1", "queued", "");
	message_sent(b->db, &m, "SM1", &next);
	is_text(delivery(b), "failed failed wiped", "and is not lost");
	is_text(next, "email", "the courier hears of the other way");
	take(b, "email");
	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "EMAIL");
}

static void
test_wiped(struct bank *b)
{
	int64_t now = clock_now();
	struct message m;

	carried(b);
	clock_freeze(now + 5 * CLOCK_MINUTE - 1);
	is_int(message_wipe_due(b->db), OK, "before a code is over");
	is_text(delivery(b), "sent ", "it is kept");
	clock_freeze(now + 5 * CLOCK_MINUTE);
	is_int(message_wipe_due(b->db), OK, "then");
	is_text(delivery(b), "sent  wiped", "it is wiped, heard of or not");
	is_int(message_wipe_due(b->db), OK, "once");
	clock_freeze(now);
	waiting(b);
	m = take(b, "email");
	is_int(message_unknown(b->db, &m, "no answer"), OK,
	       "what may have been sent");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE state = "
			     "'unknown' AND data IS NULL AND sent_at IS NULL"),
	       1, "is not known to be, and wiped");
	clock_freeze(now + 10 * LEASE);
	take(b, "");
	clock_freeze(now);
}

static enum err
fail_work(struct bank *b, struct pool *pool, void *arg)
{
	const char *next;

	(void)pool;
	return message_failed(b->db, arg, "550", &next);
}

static enum err
report_work(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return message_report(b->db, arg);
}

static enum err
sent_work(struct bank *b, struct pool *pool, void *arg)
{
	const char *next;

	(void)pool;
	return message_sent(b->db, arg, "SM1", &next);
}

static enum err
wipe_work(struct bank *b, struct pool *pool, void *arg)
{
	enum err e = message_wipe_due(b->db);

	(void)pool;
	(void)arg;
	db_rest(b->db);
	return e;
}

static void
test_faults(struct bank *b)
{
	struct report r = {.provider_id = "SM1", .status = "failed",
			   .error = "30003"};
	int64_t now = clock_now();
	struct message m;

	waiting(b);
	m = take(b, "email");
	ok(fault_loop(b, "a failure", fail_work, &m, OK) > 6,
	   "which takes many statements");
	carried(b);
	fault_loop(b, "a report", report_work, &r, OK);
	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "SMS");
	waiting(b);
	m = take(b, "sms");
	message_report(b->db, &r);
	fault_loop(b, "a report that was early", sent_work, &m, OK);
	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "EMAIL");
	carried(b);
	clock_freeze(now + 5 * CLOCK_MINUTE);
	fault_loop(b, "wiping", wipe_work, NULL, OK);
	clock_freeze(now);
	waiting(b);
	m = take(b, "email");
	bank_tamper(b, "UPDATE outbox SET data = x'00'");
	is_int(fail_work(b, b->pool, &m), ERR_INTERNAL,
	       "words that were tampered with go nowhere");
}

/* A stranger's code goes another way, too, and they are not told which. */
static void
test_strange(struct bank *b)
{
	struct intake i = {
		.pool = b->pool, .who = &deal_actor, .purpose = "reset",
		.customer_id = "", .birth_date = "1990-05-17", .tax_id = "C1",
		.user_id = "anna", .mobile = "", .email = "", .password = ""};
	const char *next;
	struct challenge c;
	struct message m;

	bank_tamper(b, "DELETE FROM outbox; DELETE FROM message_report");
	is_int(intake_ask(b->db, &i), OK, "somebody forgot a password");
	is_int(intake_run_due(b->db), OK, "and is found");
	m = take(b, "email");
	message_failed(b->db, &m, "550", &next);
	is_text(next, "sms", "their code goes another way as well");
	challenge_get(b->db, b->pool, i.challenge.id, &c);
	db_rest(b->db);
	is_text(c.sent_to, "···", "and who asks does not see where");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_ways(&b);
	test_channels(&b);
	test_strange(&b);
	test_not(&b);
	test_late(&b);
	test_both(&b);
	test_reports(&b);
	test_undelivered(&b);
	test_early(&b);
	test_wiped(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
