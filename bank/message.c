/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* message.c: writing to people: the ways to them and the outbox's queue. */
#include "bank/message_impl.h"

#include <string.h>

#include "bank/customer.h"
#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/settings.h"

static const char *
mask_email(struct pool *pool, const char *address)
{
	const char *at = strchr(address, '@');

	if (at == NULL)
		return "···";
	return pool_printf(pool, "%.1s···%s", address, at);
}

static const char *
mask_mobile(struct pool *pool, const char *number)
{
	size_t len = strlen(number);

	return pool_printf(pool, "··· %s", len > 2 ? number + len - 2 : "");
}

/* Twilio carries both; in a demonstration SMS need nobody to carry them. */
static bool
is_carried(const char *channel)
{
	const struct settings *s = settings();
	bool inbox = strcmp(s->MESSAGE_DELIVERY, "inbox") == 0;
	bool twilio = *s->TWILIO_ACCOUNT_SID != '\0' &&
		      *s->TWILIO_AUTH_TOKEN != '\0';

	if (strcmp(channel, "whatsapp") == 0)
		return twilio && *s->TWILIO_WHATSAPP_NUMBER != '\0' &&
		       *s->TWILIO_CONTENT_SID_CODE != '\0';
	if (strcmp(channel, "sms") == 0)
		return inbox ||
		       (twilio && (*s->TWILIO_MOBILE_NUMBER != '\0' ||
				   *s->TWILIO_MESSAGING_SERVICE_SID != '\0'));
	return true;
}

/* Every channel, and the setting's word for it. */
static const struct {
	const char *word, *channel;
} channels[MESSAGE_WAYS] = {
	{"EMAIL", "email"}, {"SMS", "sms"}, {"WHATSAPP", "whatsapp"}};

const char *
message_first_channel(void)
{
	const char *const wanted[] = {settings()->DEFAULT_AUTHENTICATION_TYPE,
				      settings()->CREDENTIALS_SENDING_PROCESS};
	int i, k;

	for (i = 0; i < 2; i++)
		for (k = 0; k < MESSAGE_WAYS; k++)
			if (strcmp(wanted[i], channels[k].word) == 0 &&
			    is_carried(channels[k].channel))
				return channels[k].channel;
	return "email";
}

const char *
message_masked(struct pool *pool, const char *address)
{
	return strchr(address, '@') != NULL ? mask_email(pool, address)
					    : mask_mobile(pool, address);
}

const char *
message_mobile_channel(void)
{
	const char *wanted = settings()->DEFAULT_AUTHENTICATION_TYPE;

	if (strcmp(wanted, "WHATSAPP") == 0 && is_carried("whatsapp"))
		return "whatsapp";
	return is_carried("sms")	? "sms"
	       : is_carried("whatsapp") ? "whatsapp"
					: NULL;
}

static void
way_add(struct pool *pool, const struct customer *c, const char *channel,
	struct route_to ways[MESSAGE_WAYS], int *n)
{
	bool mail = strcmp(channel, "email") == 0;
	const char *address = mail ? c->email : c->mobile;
	int i;

	for (i = 0; i < *n; i++)
		if (ways[i].channel == channel)
			return;
	if (*address != '\0' && is_carried(channel))
		ways[(*n)++] = (struct route_to){
			channel, address,
			mail ? mask_email(pool, address)
			     : mask_mobile(pool, address)};
}

enum err
message_ways(struct db *db, struct pool *pool, int64_t customer,
	     struct route_to ways[MESSAGE_WAYS], int *count)
{
	const char *const wanted[] = {settings()->DEFAULT_AUTHENTICATION_TYPE,
				      settings()->CREDENTIALS_SENDING_PROCESS};
	struct customer c;
	enum err e;
	int i, k;

	*count = 0;
	if ((e = customer_get(db, pool, customer, &c)) != OK)
		return e;
	for (i = 0; i < 2; i++)
		for (k = 0; k < MESSAGE_WAYS; k++)
			if (strcmp(wanted[i], channels[k].word) == 0)
				way_add(pool, &c, channels[k].channel, ways,
					count);
	for (k = 0; k < MESSAGE_WAYS; k++)
		way_add(pool, &c, channels[k].channel, ways, count);
	return OK;
}

static enum err
language_of(struct db *db, struct pool *pool, int64_t customer,
	    const char **language)
{
	struct stmt *q = db_sql(db, "SELECT language FROM customer "
				    "WHERE id = :id");

	*language = "en";
	db_put_int(q, "id", customer);
	if (db_row(q))
		*language = pool_strdup(pool, db_text(q, "language"));
	return db_done(q);
}

enum err
message_insert(struct db *db, struct pool *pool, const struct letter_new *l)
{
	uint8_t id[SECRET_ID];
	struct stmt *q = db_sql(db,
		"INSERT INTO outbox (id, customer, channel, challenge, "
		"template, language, recipient, data, state, due_at, "
		"created_at, expires_at) VALUES (:id, nullif(:customer, 0), "
		":channel, :challenge, :template, :language, :recipient, "
		":data, 'queued', :now, :now, :expires_at)");

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "customer", l->customer);
	db_put_text(q, "channel", l->to->channel);
	db_put_blob(q, "challenge", l->challenge, SECRET_ID);
	db_put_text(q, "template", l->template);
	db_put_text(q, "language", l->language);
	seal_put(q, pool, "recipient", "outbox.recipient", seal_row(id),
		 l->to->address);
	seal_put(q, pool, "data", "outbox.data", seal_row(id), l->data);
	db_put_int(q, "now", clock_now());
	db_put_int(q, "expires_at", l->expires_at);
	return db_done(q);
}

static enum err
queue(struct db *db, struct pool *pool, struct letter_new *l,
      json_object *data)
{
	enum err e = language_of(db, pool, l->customer, &l->language);

	l->data = json_object_to_json_string_ext(data, JSON_C_TO_STRING_PLAIN);
	return e != OK ? e : message_insert(db, pool, l);
}

enum err
message_queue(struct db *db, struct pool *pool, int64_t customer,
	      const struct route_to *to, const char *template,
	      json_object *data, int64_t expires_at)
{
	struct letter_new l = {.customer = customer, .to = to,
			       .template = template,
			       .expires_at = expires_at};

	return queue(db, pool, &l, data);
}

enum err
message_send_to(struct db *db, struct pool *pool, const struct message_to *m,
		json_object *data)
{
	struct route_to way = {m->channel, m->address, ""};
	struct letter_new l = {
		.challenge = m->challenge != NULL ? m->challenge->id : NULL,
		.to = &way, .template = m->template, .language = m->language,
		.data = json_object_to_json_string_ext(data,
						       JSON_C_TO_STRING_PLAIN),
		.expires_at = m->expires_at};

	return message_insert(db, pool, &l);
}

enum err
message_queue_code(struct db *db, struct pool *pool,
		   const struct challenge *c, const struct route_to *to,
		   json_object *data)
{
	struct letter_new l = {
		.customer = c->customer, .challenge = c->id, .to = to,
		.template = pool_printf(pool, "code-%s", c->purpose),
		.expires_at = c->expires_at};

	return queue(db, pool, &l, data);
}

enum err
message_tell(struct db *db, struct pool *pool, int64_t customer,
	     const char *template, json_object *data, int64_t expires_at)
{
	struct route_to ways[MESSAGE_WAYS];
	const char *name;
	enum err e;
	int n;

	if ((e = message_ways(db, pool, customer, ways, &n)) != OK || n == 0)
		return e;
	if ((e = customer_name(db, pool, customer, &name)) != OK)
		return e;
	json_object_object_add(data, "name", json_object_new_string(name));
	json_object_object_add(data, "bank",
			       json_object_new_string(settings()->BANK_NAME));
	return message_queue(db, pool, customer, &ways[0], template, data,
			     expires_at);
}
