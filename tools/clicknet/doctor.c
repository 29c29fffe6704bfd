/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* doctor.c: what around the bank could hurt it, and how to mend that. */
#include "tools/clicknet/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bank/number.h"
#include "bank/schema.h"
#include "lib/clock.h"
#include "lib/money.h"
#include "lib/secret.h"
#include "lib/settings.h"

static void
line(const char *level, const char *what, const char *format, va_list args)
{
	printf("%-4s  %-10s ", level, what);
	vprintf(format, args);
	putchar('\n');
}

void
doctor_ok(struct doctor *d, const char *what, const char *format, ...)
{
	va_list args;

	(void)d;
	va_start(args, format);
	line("ok", what, format, args);
	va_end(args);
}

void
doctor_warn(struct doctor *d, const char *what, const char *format, ...)
{
	va_list args;

	(void)d;
	va_start(args, format);
	line("warn", what, format, args);
	va_end(args);
}

void
doctor_bad(struct doctor *d, const char *what, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line("bad", what, format, args);
	va_end(args);
	d->bad++;
}

static bool
settings_look_at(struct doctor *d)
{
	struct tool *t = d->tool;
	const char *why = NULL;
	enum err e = settings_start(t->pool, t->conf, &why);

	if (e == OK) {
		clock_zone(settings()->BANK_TIMEZONE);
		doctor_ok(d, "settings", "%s", settings_path());
		return true;
	}
	doctor_bad(d, "settings", "%s",
		   e == ERR_MISSING
			   ? pool_printf(t->pool, "%s is not there: "
					 "clicknet init makes one.",
					 settings_path())
			   : why);
	return false;
}

static void
numbers_look_at(struct doctor *d)
{
	const char *why = number_fault(settings()->BANK_COUNTRY,
				       settings()->BANK_CODE);

	if (why != NULL)
		doctor_bad(d, "numbers", "%s", why);
	if (!money_known(settings()->BANK_CURRENCY))
		doctor_bad(d, "currency", "BANK_CURRENCY = %s is none of ISO "
			   "4217: clicknet set BANK_CURRENCY EUR.",
			   settings()->BANK_CURRENCY);
	if (!clock_zone_known(settings()->BANK_TIMEZONE))
		doctor_bad(d, "timezone", "BANK_TIMEZONE = %s is none of this "
			   "machine's, so the bank's days are those of UTC: "
			   "name one as Europe/Berlin, or install tzdata.",
			   settings()->BANK_TIMEZONE);
}

/* What the courier needs to send mail at all; NULL: it is there. */
static const char *
mail_lacks(void)
{
	const struct settings *s = settings();

	if (*s->SMTP_URL == '\0')
		return "SMTP_URL is not set";
	if (strncmp(s->SMTP_URL, "smtp://", 7) != 0 &&
	    strncmp(s->SMTP_URL, "smtps://", 8) != 0)
		return "SMTP_URL begins neither with smtp:// nor with "
		       "smtps://";
	if (strchr(s->CLICKNET_SENDER_EMAIL, '@') == NULL)
		return "CLICKNET_SENDER_EMAIL is no address to send from";
	return NULL;
}

static void
delivery_look_at(struct doctor *d)
{
	const struct settings *s = settings();
	bool inbox = strcmp(s->MESSAGE_DELIVERY, "inbox") == 0;

	if (inbox && s->PRODUCTION)
		doctor_bad(d, "messages", "MESSAGE_DELIVERY = inbox in "
			   "production: codes reach nobody; clicknet set "
			   "MESSAGE_DELIVERY real.");
	else if (inbox)
		doctor_warn(d, "messages", "kept in the inbox: this is a "
			    "demonstration.");
	else if (mail_lacks() != NULL)
		doctor_bad(d, "messages", "%s: no mail can be sent.",
			   mail_lacks());
	else if (!s->PRODUCTION)
		doctor_warn(d, "messages", "sent for real, but PRODUCTION = "
			    "no.");
	else
		doctor_ok(d, "messages", "sent through %s", s->SMTP_URL);
}

static bool
wants(const char *word)
{
	const struct settings *s = settings();

	return strcmp(s->DEFAULT_AUTHENTICATION_TYPE, word) == 0 ||
	       strcmp(s->CREDENTIALS_SENDING_PROCESS, word) == 0;
}

/* What Twilio still needs; NULL: nothing. */
static const char *
twilio_lacks(void)
{
	const struct settings *s = settings();
	bool sms = *s->TWILIO_MOBILE_NUMBER != '\0' ||
		   *s->TWILIO_MESSAGING_SERVICE_SID != '\0';
	bool whatsapp = *s->TWILIO_WHATSAPP_NUMBER != '\0';

	if (*s->TWILIO_ACCOUNT_SID == '\0')
		return "TWILIO_ACCOUNT_SID";
	if (*s->TWILIO_AUTH_TOKEN == '\0')
		return "TWILIO_AUTH_TOKEN";
	if (!sms && (!whatsapp || wants("SMS") || wants("BOTH")))
		return "TWILIO_MOBILE_NUMBER";
	if (!whatsapp && (*s->TWILIO_CONTENT_SID_CODE != '\0' ||
			  wants("WHATSAPP")))
		return "TWILIO_WHATSAPP_NUMBER";
	return whatsapp && *s->TWILIO_CONTENT_SID_CODE == '\0'
		       ? "TWILIO_CONTENT_SID_CODE" : NULL;
}

static void
twilio_look_at(struct doctor *d)
{
	const struct settings *s = settings();
	const char *lacks = twilio_lacks();
	bool any = *s->TWILIO_ACCOUNT_SID != '\0' ||
		   *s->TWILIO_AUTH_TOKEN != '\0' ||
		   *s->TWILIO_MOBILE_NUMBER != '\0' ||
		   *s->TWILIO_WHATSAPP_NUMBER != '\0' ||
		   *s->TWILIO_MESSAGING_SERVICE_SID != '\0';

	if (strcmp(s->MESSAGE_DELIVERY, "inbox") == 0 ||
	    (!any && !wants("SMS") && !wants("WHATSAPP") && !wants("BOTH")))
		return;
	if (lacks != NULL)
		doctor_bad(d, "twilio", "%s is not set: until it is, no SMS or "
			   "WhatsApp message goes out.", lacks);
	else if (strncmp(s->PUBLIC_BASE_URL, "https://", 8) != 0)
		doctor_warn(d, "twilio", "PUBLIC_BASE_URL is no https:// "
			    "address: Twilio cannot report what did not "
			    "arrive.");
	else
		doctor_ok(d, "twilio", "carries SMS and WhatsApp, reports to "
			  "%s/twilio-webhook", s->PUBLIC_BASE_URL);
}

static void
keys_look_at(struct doctor *d)
{
	const char *path = settings_beside(d->tool->pool,
					   settings()->KEY_FILE);
	enum err e = secret_keys(path);

	if (e == OK)
		doctor_ok(d, "keys", "%s", path);
	else if (e == ERR_FORBIDDEN && access(path, R_OK) != 0)
		doctor_bad(d, "keys", "%s: %m; ask as the bank's user, or give "
			   "it to that one.", path);
	else if (e == ERR_FORBIDDEN)
		doctor_bad(d, "keys", "%s may be read by others: chmod 0400 "
			   "it, and think of new keys.", path);
	else if (e == ERR_MISSING)
		doctor_bad(d, "keys", "%s cannot be read: without it no name "
			   "of a customer opens. Put the copy back; for a new "
			   "bank clicknet init makes one.", path);
	else
		doctor_bad(d, "keys", "%s is damaged: put the copy back.",
			   path);
}

static void
share_look_at(struct doctor *d)
{
	const char *dir = schema_dir(d->tool->pool);

	if (dir != NULL)
		doctor_ok(d, "data", "%s", dir);
	else
		doctor_warn(d, "data", "db/schema.sql is not to be found: set "
			    "SHARE_DIR to the share directory beside it.");
}

int
run_doctor(struct tool *t, int argc, char **argv)
{
	struct doctor d = {.tool = t};
	int status = args_read(t, argc, argv, NULL, 0);

	if (status != 0)
		return status;
	doctor_engine(&d);
	if (!settings_look_at(&d))
		return 1;
	numbers_look_at(&d);
	delivery_look_at(&d);
	twilio_look_at(&d);
	doctor_didit(&d);
	keys_look_at(&d);
	share_look_at(&d);
	doctor_places(&d);
	doctor_bank(&d);
	doctor_programs(&d);
	return d.bad > 0;
}
