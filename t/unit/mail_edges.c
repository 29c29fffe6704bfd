/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mail_edges.c: tests of mails that cannot be sent, without a mail server. */
#include "daemons/courier/courier.h"

#include <stdlib.h>
#include <unistd.h>

#include "t/lib/bank.h"
#include "t/tap.h"

static enum send_end
send_to(struct bank *b, const char *to, const char *subject, const char **why)
{
	struct mail m = {.to = to, .id = "1", .written_at = BANK_NOW,
			 .letter = {subject, "<p>one\n<p>two", "one\ntwo\n"}};

	*why = "";
	return mail_send(b->pool, &m, why);
}

static void
ends(struct bank *b, enum send_end want, const char *part, const char *name)
{
	const char *why;

	is_int(send_to(b, "ada@bank.example", "Hello", &why), want, "%s",
	       name);
	if (!ok(strstr(why, part) != NULL, "%s: the reason is told", name))
		printf("# %s\n", why);
}

static void
test_server(struct bank *b)
{
	static const struct {
		const char *name, *url, *part;
		enum send_end end;
	} rows[] = {
		{"a web server is no mail server", "http://127.0.0.1/",
		 "no address", SEND_MEND},
		{"a word is none", "mail server", "no address", SEND_MEND},
		{"a strange one is not spoken to openly",
		 "smtp://mail.example:25", "loopback", SEND_MEND},
		{"nor one that looks near", "smtp://128.0.0.1:25", "loopback",
		 SEND_MEND},
		{"a server that is away is tried later",
		 "smtp://127.0.0.1:1", "(7", SEND_LATER},
		{"also by name", "smtp://localhost:1/bank.example", "(7",
		 SEND_LATER},
		{"also one with TLS", "smtps://127.0.0.1:1", "(7",
		 SEND_LATER},
		{"also in the newer form", "smtp://[::1]:1", "(7",
		 SEND_LATER}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		bank_set(b, "SMTP_URL", rows[i].url);
		ends(b, rows[i].end, rows[i].part, rows[i].name);
	}
}

static void
test_ways(struct bank *b)
{
	bank_set(b, "SMTP_URL", "smtp://127.0.0.1:1");
	bank_set(b, "SMTP_TLS", "yes");
	ends(b, SEND_LATER, "(7", "with TLS it is away too");
	bank_set(b, "SMTP_USER", "bank");
	bank_set(b, "SMTP_PASSWORD", "secret");
	bank_set(b, "SMTP_TIMEOUT_SECONDS", "2");
	setenv("SSL_CERT_FILE", "", 1);
	ends(b, SEND_LATER, "(7", "and with a name and a short patience");
	setenv("SSL_CERT_FILE", "/nowhere/certificates", 1);
	ends(b, SEND_LATER, "(7", "and with authorities of our own");
}

int
main(void)
{
	const char *why;
	struct bank b;

	bank_open(&b);
	unsetenv("SSL_CERT_FILE");
	net_start();
	ends(&b, SEND_MEND, "no mail server", "without a server none is sent");
	bank_set(&b, "SMTP_URL", "smtp://127.0.0.1:1");
	ends(&b, SEND_MEND, "SENDER", "nor without a sender");
	bank_set(&b, "CLICKNET_SENDER_EMAIL", "bank@bank.example");
	bank_set(&b, "SMTP_TLS", "no");
	is_int(send_to(&b, "nobody", "Hello", &why), SEND_NEVER,
	       "an address must be one");
	is_int(send_to(&b, "a@b.example", "Hello\r\nBcc: c@d.example", &why),
	       SEND_NEVER, "a subject brings no header of its own");
	test_server(&b);
	test_ways(&b);
	net_stop();
	bank_close(&b);
	return tap_done();
}
