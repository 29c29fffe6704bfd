/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* twilio.c: hands a text to Twilio, which carries it by SMS or WhatsApp. */
#include <string.h>

#include "daemons/courier/courier.h"
#include "lib/clock.h"
#include "lib/settings.h"

/* Ends of Twilio's own numbers. What lies with the person's number is theirs;
 * all else lies with the bank's account. */
enum { BAD_AUTH = 20003, SID_MAX = 64, LONGEST_S = 36000 };
enum { NUMBER_MIN = 8, NUMBER_MAX = 15 };
static const int64_t persons[] = {
	21211, /* no such number */
	21214, 21217, 21265,
	21610, /* the person wants no messages from us */
	21612, 21614, /* no mobile */
	21635, 63003, 63024,
};

const char *
twilio_number(struct pool *pool, const char *text)
{
	struct buf b = {.pool = pool};
	size_t digits;

	for (; *text != '\0'; text++)
		if (strchr(" -()./", *text) == NULL)
			buf_putc(&b, *text);
	buf_puts(&b, "");
	if (b.data[0] != '+')
		return NULL;
	digits = strspn(b.data + 1, "0123456789");
	return b.data[1] != '0' && b.data[1 + digits] == '\0' &&
			       digits >= NUMBER_MIN && digits <= NUMBER_MAX
		       ? b.data
		       : NULL;
}

/* "de:HX2", or "HX1" for any language. */
static bool
is_for(const char *word, size_t len, const char *language)
{
	size_t n = strlen(language);

	return n < len && word[n] == ':' && memcmp(word, language, n) == 0;
}

const char *
twilio_template(struct pool *pool, const char *setting, const char *language)
{
	const char *found = NULL, *sid;
	bool any = false, plain;
	size_t len;

	for (;; setting += len) {
		setting += strspn(setting, " ,");
		len = strcspn(setting, " ,");
		if (len == 0)
			return found;
		sid = memchr(setting, ':', len);
		plain = sid == NULL;
		sid = plain ? setting : sid + 1;
		if (found == NULL || is_for(setting, len, language) ||
		    (plain && !any))
			found = pool_strndup(pool, sid,
					     len - (size_t)(sid - setting));
		if (is_for(setting, len, language))
			return found;
		any = any || plain;
	}
}

/* Outside a day from a person's own message WhatsApp takes approved templates
 * alone, so that is what it always gets: {"1":"123456","2":"..."}. */
static const char *
template_fill(struct pool *pool, const struct text *t)
{
	json_object *o = pool_json(pool, json_object_new_object());
	bool code = *t->code != '\0';

	json_object_object_add(o, "1", json_object_new_string(
		code ? t->code : t->subject));
	if (code) {
		json_object_object_add(o, "2",
				       json_object_new_string(t->subject));
		json_object_object_add(o, "3",
				       json_object_new_string(t->minutes));
	}
	return json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void
by_whatsapp(struct pool *pool, struct post *p, const struct text *t,
	    const char *to, const char *template)
{
	post_field(p, "To", pool_printf(pool, "whatsapp:%s", to));
	post_field(p, "From", pool_printf(pool, "whatsapp:%s",
					  settings()->TWILIO_WHATSAPP_NUMBER));
	post_field(p, "ContentSid", template);
	post_field(p, "ContentVariables", template_fill(pool, t));
}

static void
by_sms(struct post *p, const struct text *t, const char *to)
{
	const struct settings *s = settings();

	post_field(p, "To", to);
	if (*s->TWILIO_MESSAGING_SERVICE_SID != '\0')
		post_field(p, "MessagingServiceSid",
			   s->TWILIO_MESSAGING_SERVICE_SID);
	else
		post_field(p, "From", s->TWILIO_MOBILE_NUMBER);
	post_field(p, "Body", t->line);
}

/* Where its reports come, and how long it is worth carrying. */
static void
fields_of_both(struct pool *pool, struct post *p, const struct text *t)
{
	const char *base = settings()->PUBLIC_BASE_URL;
	int64_t left = (t->expires_at - clock_now()) / CLOCK_SECOND;

	if (*base != '\0')
		post_field(p, "StatusCallback",
			   pool_printf(pool, "%s/twilio-webhook", base));
	left = left < 1 ? 1 : left > LONGEST_S ? LONGEST_S : left;
	post_field(p, "ValidityPeriod",
		   pool_printf(pool, "%lld", (long long)left));
}

static enum send_end
refused(struct pool *pool, const struct post *p, int64_t code,
	const char **why)
{
	size_t i;

	*why = pool_printf(pool, "Twilio refused it (%ld, %lld)", p->status,
			   (long long)code);
	if (p->status == 429 || p->status == 503)
		return SEND_LATER;
	if (code == BAD_AUTH || p->status == 401 || p->status == 403 ||
	    p->status < 400)
		return SEND_MEND;
	if (p->status >= 500)
		return SEND_UNKNOWN;
	for (i = 0; i < sizeof persons / sizeof *persons; i++)
		if (code == persons[i])
			return SEND_NEVER;
	return SEND_AMISS;
}

/* It goes into an address and a look-up: it must look like one. */
static bool
is_sid(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return text[n] == '\0' && n > 2 && n <= SID_MAX;
}

static enum send_end
answer_read(struct pool *pool, const struct post *p, const char **sid,
	    const char **why)
{
	json_object *o = json_tokener_parse(p->body.data), *v;
	int64_t code = 0;

	if (o != NULL)
		pool_json(pool, o);
	if (p->status < 200 || p->status > 299) {
		if (json_object_object_get_ex(o, "code", &v))
			code = json_object_get_int64(v);
		return refused(pool, p, code, why);
	}
	if (json_object_object_get_ex(o, "sid", &v) &&
	    json_object_is_type(v, json_type_string) &&
	    is_sid(json_object_get_string(v))) {
		*sid = pool_strdup(pool, json_object_get_string(v));
		return SEND_DONE;
	}
	*why = pool_printf(pool, "Twilio's answer is none (%ld)", p->status);
	return SEND_UNKNOWN;
}

/* NULL, or which setting is missing. */
static const char *
unset(const struct text *t, const char *template)
{
	const struct settings *s = settings();

	if (*s->TWILIO_ACCOUNT_SID == '\0')
		return "no SMS carrier is configured";
	if (!is_sid(s->TWILIO_ACCOUNT_SID))
		return "TWILIO_ACCOUNT_SID is no account";
	if (*s->TWILIO_AUTH_TOKEN == '\0')
		return "TWILIO_AUTH_TOKEN is not set";
	if (strcmp(t->channel, "sms") == 0)
		return *s->TWILIO_MOBILE_NUMBER == '\0' &&
				       *s->TWILIO_MESSAGING_SERVICE_SID == '\0'
			       ? "TWILIO_MOBILE_NUMBER is not set"
			       : NULL;
	if (*s->TWILIO_WHATSAPP_NUMBER == '\0')
		return "TWILIO_WHATSAPP_NUMBER is not set";
	return template == NULL ? "WhatsApp has no template for this" : NULL;
}

static enum send_end
post(struct pool *pool, struct post *p, const char **sid, const char **why)
{
	if (post_send(pool, p))
		return answer_read(pool, p, sid, why);
	*why = p->why;
	if (p->heard)
		return SEND_UNKNOWN;
	return p->mend ? SEND_MEND : SEND_LATER;
}

enum send_end
twilio_send(struct pool *pool, const struct text *t, const char **sid,
	    const char **why)
{
	const struct settings *s = settings();
	const char *to = twilio_number(pool, t->to), *template;
	struct post p = {.user = s->TWILIO_ACCOUNT_SID,
			 .password = s->TWILIO_AUTH_TOKEN,
			 .timeout_s = s->TWILIO_TIMEOUT_SECONDS,
			 .form = {.pool = pool}};

	template = twilio_template(pool, *t->code != '\0'
						 ? s->TWILIO_CONTENT_SID_CODE
						 : s->TWILIO_CONTENT_SID_NEWS,
				   t->language);
	*sid = "";
	if ((*why = unset(t, template)) != NULL)
		return SEND_AMISS;
	if (to == NULL) {
		*why = "the number is in no international form";
		return SEND_NEVER;
	}
	p.url = pool_printf(pool, "%s/2010-04-01/Accounts/%s/Messages.json",
			    s->TWILIO_API_BASE, s->TWILIO_ACCOUNT_SID);
	if (strcmp(t->channel, "sms") == 0)
		by_sms(&p, t, to);
	else
		by_whatsapp(pool, &p, t, to, template);
	fields_of_both(pool, &p, t);
	return post(pool, &p, sid, why);
}
