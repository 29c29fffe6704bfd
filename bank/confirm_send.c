/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* confirm_send.c: what a code's message says, and which ways it goes. */
#include "bank/confirm.h"

#include <string.h>

#include "bank/customer.h"
#include "bank/factor.h"
#include "bank/guess.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "lib/settings.h"

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

/* What a message about a payment (NULL: about none) names. */
static json_object *
payment_data(struct pool *pool, const struct payment *p)
{
	json_object *data = pool_json(pool, json_object_new_object());
	char amount[MONEY_TEXT];

	if (p == NULL)
		return data;
	put(data, "amount", money_text(amount, p->amount));
	put(data, "currency", p->amount.currency);
	put(data, "payee_name", p->payee_name);
	put(data, "to", p->to);
	put(data, "from_title", p->from_title);
	put(data, "purpose", p->purpose);
	return data;
}

/* The first way alone, or mail and SMS together. Moves them to the front. */
static int
ways_first(struct route_to *ways, int n)
{
	bool both = strcmp(settings()->CREDENTIALS_SENDING_PROCESS, "BOTH") ==
		    0;
	struct route_to way;
	int i, k = n > 0;

	for (i = 1; both && i < n; i++) {
		if (strcmp(ways[i].channel, "whatsapp") == 0)
			continue;
		way = ways[i];
		ways[i] = ways[k];
		ways[k++] = way;
	}
	return k;
}

/* "a···@bank.example, ··· 01" */
static const char *
ways_masked(struct pool *pool, const struct route_to *ways, int n)
{
	struct buf b = {.pool = pool};
	int i;

	for (i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", ways[i].masked);
	return b.data;
}

/* The message names what it confirms: ${data} says that, here is the rest. */
static enum err
message_spread(struct db *db, struct pool *pool, const struct challenge *c,
	       const struct route_to *ways, int n, const char *code,
	       json_object *data)
{
	const char *name;
	enum err e = customer_name(db, pool, c->customer, &name);
	int i;

	if (e != OK)
		return e;
	put(data, "name", name);
	put(data, "code", code);
	put(data, "bank", settings()->BANK_NAME);
	json_object_object_add(
		data, "expires_minutes",
		json_object_new_int64(settings()->OTP_EXPIRY_MINUTES));
	for (i = 0; e == OK && i < n; i++)
		e = message_queue_code(db, pool, c, &ways[i], data);
	return e;
}

enum err
confirm_send(struct db *db, struct pool *pool, const struct challenge *c,
	     const char *code, json_object *data)
{
	struct route_to ways[MESSAGE_WAYS];
	enum err e;
	int n;

	if ((e = message_ways(db, pool, c->customer, ways, &n)) != OK ||
	    n == 0)
		return e;
	return message_spread(db, pool, c, ways, ways_first(ways, n), code,
			      data);
}

/* Whom an app gives codes, no message disturbs unless they ask for one. */
static enum err
app_serves(struct db *db, const struct challenge *c, bool *serves)
{
	struct factors f;
	enum err e;

	*serves = false;
	if (!factor_counts(c->purpose))
		return OK;
	e = factor_list(db, c->user, &f);
	*serves = e == OK && f.totp;
	return e;
}

enum err
confirm_begin(struct db *db, struct pool *pool, struct challenge *c,
	      const struct payment *p)
{
	struct route_to ways[MESSAGE_WAYS];
	char code[CHALLENGE_CODE];
	bool app;
	enum err e;
	int n;

	if ((e = guess_allowed(db, c)) != OK ||
	    (e = app_serves(db, c, &app)) != OK)
		return e;
	if (app) {
		c->channel = "totp";
		c->sent_to = "";
		return challenge_open_silent(db, pool, c);
	}
	if ((e = message_ways(db, pool, c->customer, ways, &n)) != OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	n = ways_first(ways, n);
	c->channel = ways[0].channel;
	c->sent_to = ways_masked(pool, ways, n);
	if ((e = challenge_open(db, pool, c, code)) != OK)
		return e;
	return message_spread(db, pool, c, ways, n, code,
			      payment_data(pool, p));
}

/* The one asked for, else as before, else the first. */
static const struct route_to *
way_choose(const struct route_to *ways, int n, const struct resend *r)
{
	const char *channel =
		*r->channel != '\0' ? r->channel : r->challenge.channel;
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(ways[i].channel, channel) == 0)
			return &ways[i];
	return *r->channel == '\0' && n > 0 ? &ways[0] : NULL;
}

static enum err
resend_message(struct db *db, struct resend *r, const struct route_to *way,
	       const char *code)
{
	struct challenge *c = &r->challenge;
	struct payment p;
	enum err e;

	if (strcmp(c->purpose, "transfer") != 0)
		return message_spread(db, r->pool, c, way, 1, code,
				      payment_data(r->pool, NULL));
	if ((e = payment_get(db, r->pool, c->subject, &p)) != OK ||
	    (e = payment_extend(db, p.id, c->expires_at)) != OK)
		return e;
	return message_spread(db, r->pool, c, way, 1, code,
			      payment_data(r->pool, &p));
}

static enum err
resend_work(struct db *db, void *arg)
{
	struct resend *r = arg;
	struct challenge *c = &r->challenge;
	const struct route_to *way;
	struct route_to ways[MESSAGE_WAYS];
	char code[CHALLENGE_CODE];
	enum err e;
	int n;

	r->hour = (struct rate){0};
	if ((e = challenge_get(db, r->pool, r->id, c)) != OK)
		return e;
	if (c->has_session &&
	    (r->session == NULL ||
	     !secret_equal(c->session, r->session, SECRET_HASH)))
		return ERR_MISSING;
	if (challenge_strange(c))
		return challenge_ask_again(db, c);
	if ((e = message_ways(db, r->pool, c->customer, ways, &n)) != OK)
		return e;
	if ((way = way_choose(ways, n, r)) == NULL)
		return ERR_INPUT;
	c->channel = way->channel;
	c->sent_to = way->masked;
	if ((e = challenge_renew(db, c, code)) != OK ||
	    (e = guess_resent(db, c, &r->hour)) != OK)
		return e;
	return resend_message(db, r, way, code);
}

/* No more of this code: another can be begun when it has ended. */
static int64_t
resend_wait(const struct resend *r)
{
	const struct challenge *c = &r->challenge;
	int64_t pause = settings()->OTP_RESEND_SECONDS * CLOCK_SECOND;

	if (r->hour.full)
		return r->hour.wait_ms;
	return (c->resends_left > 0 ? c->sent_at + pause : c->expires_at) -
	       clock_now();
}

enum err
confirm_resend(struct db *db, struct resend *r)
{
	enum err e = db_write(db, resend_work, r);

	if (e == ERR_RATE)
		r->wait_ms = resend_wait(r);
	return e;
}
