/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* message.c: writing to people: the ways to them and the outbox's queue. */
#include "bank/message.h"

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

const char *
message_first_channel(void)
{
	return strcmp(settings()->CREDENTIALS_SENDING_PROCESS, "SMS") == 0
		       ? "sms"
		       : "email";
}

enum err
message_ways(struct db *db, struct pool *pool, int64_t customer,
	     struct route_to ways[2], int *count)
{
	bool sms_first = strcmp(message_first_channel(), "sms") == 0;
	struct route_to email, sms;
	struct customer c;
	enum err e;
	int n = 0;

	if ((e = customer_get(db, pool, customer, &c)) != OK)
		return e;
	email = (struct route_to){"email", c.email,
				  mask_email(pool, c.email)};
	sms = (struct route_to){"sms", c.mobile,
				mask_mobile(pool, c.mobile)};
	if (sms_first && *c.mobile != '\0')
		ways[n++] = sms;
	if (*c.email != '\0')
		ways[n++] = email;
	if (!sms_first && *c.mobile != '\0')
		ways[n++] = sms;
	*count = n;
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
message_queue(struct db *db, struct pool *pool, int64_t customer,
	      const struct route_to *to, const char *template,
	      json_object *data, int64_t expires_at)
{
	const char *language;
	uint8_t id[SECRET_ID];
	struct stmt *q;
	enum err e;

	if ((e = language_of(db, pool, customer, &language)) != OK)
		return e;
	secret_id(id);
	q = db_sql(db,
		"INSERT INTO outbox (id, customer, channel, template, "
		"language, recipient, data, state, due_at, created_at, "
		"expires_at) VALUES (:id, :customer, :channel, :template, "
		":language, :recipient, :data, 'queued', :now, :now, "
		":expires_at)");
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "customer", customer);
	db_put_text(q, "channel", to->channel);
	db_put_text(q, "template", template);
	db_put_text(q, "language", language);
	seal_put(q, pool, "recipient", "outbox.recipient", seal_row(id),
		 to->address);
	seal_put(q, pool, "data", "outbox.data", seal_row(id),
		 json_object_to_json_string_ext(data, JSON_C_TO_STRING_PLAIN));
	db_put_int(q, "now", clock_now());
	db_put_int(q, "expires_at", expires_at);
	return db_done(q);
}

enum err
message_tell(struct db *db, struct pool *pool, int64_t customer,
	     const char *template, json_object *data, int64_t expires_at)
{
	struct route_to ways[2];
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
