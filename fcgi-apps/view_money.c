/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* view_money.c: transfers and codes as JSON. */
#include <string.h>

#include "bank/factor.h"
#include "bank/message.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/settings.h"

/* What only a receipt's page needs. */
static void
transfer_words(const struct transfer *t, json_object *o)
{
	view_text(o, "from_title", t->from_title);
	view_text(o, "to_title", t->to_title);
	view_text(o, "from_name",
		  t->from_name != NULL ? t->from_name : "");
	view_bool(o, "own", t->own);
	view_bool(o, "incoming", t->incoming);
	view_bool(o, "outgoing", !t->incoming);
}

/* What a person can name a payment by: its own reference, else its id. */
static const char *
reference(struct req *rq, const struct transfer *t)
{
	if (*t->entry.reference != '\0' || rq->wants_json)
		return t->entry.reference;
	return secret_id_text(pool_alloc(rq->pool, SECRET_ID_TEXT),
			      t->entry.id);
}

json_object *
view_transfer(struct req *rq, const struct transfer *t)
{
	json_object *o = view_new(rq);
	char hash[2 * SECRET_HASH + 1];

	view_id(o, "transfer_id", t->entry.id);
	view_text(o, "status", "posted");
	view_text(o, "kind", t->entry.kind);
	view_text(o, "from", t->entry.from);
	view_text(o, "to", t->entry.to);
	view_text(o, "payee_name", t->entry.payee_name);
	view_money(o, "amount", t->entry.amount);
	view_text(o, "currency", t->entry.amount.currency);
	if (money_sign(t->fee) > 0)
		view_money(o, "fee", t->fee);
	view_text(o, "purpose", t->entry.purpose);
	view_text(o, "reference", reference(rq, t));
	view_time(o, "booked_at", t->entry.booked_at);
	view_day(o, "value_date", t->entry.value_date);
	view_money(o, "balance_after", t->balance_after);
	view_text(o, "hash", secret_hex(hash, t->hash, SECRET_HASH));
	if (!rq->wants_json)
		transfer_words(t, o);
	return o;
}

static void
payment_words(struct req *rq, const struct payment *p, json_object *o)
{
	json_object *c = json_object_new_object();

	view_money(c, "amount", p->amount);
	view_text(c, "currency", p->amount.currency);
	view_text(c, "to", p->to);
	view_text(c, "payee_name", p->payee_name);
	json_object_object_add(o, "confirm", c);
	view_text(o, "payee_match", p->payee_match);
	if (rq->wants_json)
		return;
	view_flag(o, p->payee_match);
	c = json_object_new_object();
	view_text(c, "from", p->from);
	view_text(c, "from_title", p->from_title);
	view_text(c, "purpose", p->purpose);
	if (money_sign(p->fee) > 0)
		view_money(c, "fee", p->fee);
	json_object_object_add(o, "payment", c);
}

static void
add_channel(json_object *list, const char *channel)
{
	json_object_array_add(list, json_object_new_string(channel));
}

/* Every way to a code that the person can choose. */
static void
view_channels(struct req *rq, const struct challenge *c, json_object *o)
{
	json_object *list = json_object_new_array();
	struct factors f = {.totp = false};
	struct route_to ways[MESSAGE_WAYS];
	int n = 0, i;

	if (challenge_strange(c))
		ways[n++].channel = c->channel;
	else if (message_ways(rq->db, rq->pool, c->customer, ways, &n) != OK)
		n = 0;
	if (factor_counts(c->purpose) &&
	    factor_list(rq->db, c->user, &f) != OK)
		f = (struct factors){.totp = false};
	if (f.totp)
		add_channel(list, "totp");
	for (i = 0; i < n; i++)
		add_channel(list, ways[i].channel);
	if (f.recovery_left > 0)
		add_channel(list, "recovery");
	json_object_object_add(o, "channels", list);
}

/* The same by name, for a page to say in words: {"email":true}. */
static void
view_ways(json_object *o)
{
	json_object *ways = json_object_new_object(), *list;
	size_t i;

	json_object_object_get_ex(o, "channels", &list);
	for (i = 0; i < json_object_array_length(list); i++)
		view_flag(ways, json_object_get_string(
					json_object_array_get_idx(list, i)));
	json_object_object_add(o, "ways", ways);
}

json_object *
view_challenge(struct req *rq, const struct challenge *c,
	       const struct payment *p)
{
	json_object *o = view_new(rq);

	view_text(o, "status", "otp_required");
	view_id(o, "challenge_id", c->id);
	view_text(o, "channel", c->channel);
	view_text(o, "sent_to", c->sent_to);
	view_channels(rq, c, o);
	view_time(o, "expires_at", c->expires_at);
	if (p != NULL)
		payment_words(rq, p, o);
	if (!rq->wants_json) {
		view_flag(o, pool_printf(rq->pool, "purpose_%s", c->purpose));
		view_bool(o, "strange", challenge_strange(c));
		view_flag(o, c->channel);
		view_ways(o);
		view_int(o, "digits", settings()->OTP_LENGTH);
		view_int(o, "tries_left", c->tries_left);
		view_int(o, "resends_left", c->resends_left);
	}
	return o;
}
