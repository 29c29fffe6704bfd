/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* twilio_edges.c: tests of texts that Twilio is given, without Twilio. */
#include <stdlib.h>
#include <string.h>

#include "daemons/courier/courier.h"
#include "lib/clock.h"
#include "t/lib/bank.h"
#include "t/tap.h"

static void
test_numbers(struct bank *b)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"+491700000001", "+491700000001"},
		{" +49 (170) 000-00.01 ", "+491700000001"},
		{"+49/170/0000001", "+491700000001"},
		{"01700000001", NULL}, {"00491700000001", NULL}, {"", NULL},
		{"+", NULL}, {"+0491700000001", NULL}, {"+4917000", NULL},
		{"+4917000000012345", NULL}, {"+49170000000x", NULL},
		{"+491700000001\r\nX: y", NULL}};
	const char *have;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		have = twilio_number(b->pool, rows[i].text);
		is_text(have != NULL ? have : "none",
			rows[i].want != NULL ? rows[i].want : "none",
			"row %zu is this number", i);
	}
}

static void
test_templates(struct bank *b)
{
	static const struct {
		const char *setting, *language, *want;
	} rows[] = {
		{"", "de", "none"}, {" , ", "de", "none"},
		{"HX1", "de", "HX1"}, {"HX1 de:HX2", "de", "HX2"},
		{"HX1 de:HX2", "en", "HX1"}, {"de:HX2,HX1", "en", "HX1"},
		{"de:HX2, en:HX3", "en", "HX3"},
		{"de:HX2 fr:HX4", "en", "HX2"},
		{"de:HX2 HX1 HX5", "en", "HX1"}, {"d:HX2", "de", "HX2"},
		{"deu:HX2 HX1", "de", "HX1"}};
	const char *have;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		have = twilio_template(b->pool, rows[i].setting,
				       rows[i].language);
		is_text(have != NULL ? have : "none", rows[i].want,
			"\"%s\" in %s", rows[i].setting, rows[i].language);
	}
}

static void
ends(struct bank *b, const struct text *t, enum send_end want,
     const char *part, const char *name)
{
	const char *sid, *why = "";

	is_int(twilio_send(b->pool, t, &sid, &why), want, "%s", name);
	if (!ok(why != NULL && strstr(why, part) != NULL, "and why: %s",
		part))
		printf("# %s\n", why);
}

static void
test_settings(struct bank *b)
{
	struct text sms = {"sms", "+491700000001", "en", "1: x", "x", "1",
			   "5", BANK_NOW + CLOCK_MINUTE};
	struct text wa = sms;

	wa.channel = "whatsapp";
	ends(b, &sms, SEND_AMISS, "no SMS carrier", "without Twilio, no SMS");
	bank_set(b, "TWILIO_ACCOUNT_SID", "AC/../1");
	ends(b, &sms, SEND_AMISS, "is no account", "an account is a word");
	bank_set(b, "TWILIO_ACCOUNT_SID", "AC1");
	ends(b, &sms, SEND_AMISS, "AUTH_TOKEN", "nor without its token");
	bank_set(b, "TWILIO_AUTH_TOKEN", "secret");
	ends(b, &sms, SEND_AMISS, "MOBILE_NUMBER", "nor from no number");
	ends(b, &wa, SEND_AMISS, "WHATSAPP_NUMBER", "nor WhatsApp");
	bank_set(b, "TWILIO_WHATSAPP_NUMBER", "+14155238886");
	ends(b, &wa, SEND_AMISS, "no template", "which needs a template");
	bank_set(b, "TWILIO_CONTENT_SID_CODE", "HX1");
	bank_set(b, "TWILIO_MOBILE_NUMBER", "+15005550006");
	bank_set(b, "TWILIO_API_BASE", "http://127.0.0.1:1");
	ends(b, &sms, SEND_LATER, "(7)", "a Twilio that is away is for later");
	ends(b, &wa, SEND_LATER, "(7)", "for WhatsApp too");
	wa.code = "";
	ends(b, &wa, SEND_AMISS, "no template", "news need one of their own");
	bank_set(b, "TWILIO_API_BASE", "http://twilio.example");
	ends(b, &sms, SEND_MEND, "without TLS", "nobody far is spoken to "
	     "openly");
	bank_set(b, "TWILIO_API_BASE", "https://:x");
	ends(b, &sms, SEND_MEND, "no address", "what is no address is none");
	sms.to = "0170 1";
	ends(b, &sms, SEND_NEVER, "international", "nor is a number");
}

int
main(void)
{
	struct bank b;

	unsetenv("SSL_CERT_FILE");
	bank_open(&b);
	net_start();
	test_numbers(&b);
	test_templates(&b);
	test_settings(&b);
	net_stop();
	bank_close(&b);
	return tap_done();
}
