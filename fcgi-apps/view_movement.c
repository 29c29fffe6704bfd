/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* view_movement.c: movements as JSON, one by one for pages and all at once for
 * programs, who ask for many. */
#include "fcgi-apps/view.h"

#include <string.h>

#include "lib/clock.h"
#include "lib/json.h"

/* What is said of a movement, to everybody the same: each word's name, and what
 * stands between the text before it and its own in JSON. */
#define SAID_LIST(X)                                                         \
	X(transaction_id) X(account_id) X(booked_at) X(value_date) X(amount) \
	X(currency) X(balance_after) X(kind) X(purpose) X(reference)
#define SAID(name) {#name, "\",\"" #name "\":\"", sizeof #name + 5},
static const struct {
	const char *name, *lead;
	size_t lead_len;
} said[] = {SAID_LIST(SAID)};
#undef SAID
#define SAID(name) SAID_##name,
enum { SAID_LIST(SAID) SAID_WORDS };
#undef SAID

struct saying {
	const char *text[SAID_WORDS];
	char id[SECRET_ID_TEXT], booked_at[CLOCK_RFC3339];
	char value_date[CLOCK_DATE], amount[MONEY_TEXT];
	char balance_after[MONEY_TEXT];
};

static void
say(struct saying *s, const struct account *a, const struct movement *m)
{
	const char **text = s->text;

	text[SAID_transaction_id] = secret_id_text(s->id, m->transfer);
	text[SAID_account_id] = a->number;
	text[SAID_booked_at] = clock_rfc3339(s->booked_at, m->booked_at);
	text[SAID_value_date] = clock_date(s->value_date, m->value_date);
	text[SAID_amount] = money_text(s->amount, m->amount);
	text[SAID_currency] = m->amount.currency;
	text[SAID_balance_after] =
		money_text(s->balance_after, m->balance_after);
	text[SAID_kind] = m->kind;
	text[SAID_purpose] = m->purpose;
	text[SAID_reference] = m->reference;
}

/* The name a person recognises: who, else what for, else the kind. */
static const char *
movement_title(const struct movement *m)
{
	return *m->name != '\0'	     ? m->name
	       : *m->purpose != '\0' ? m->purpose
				     : m->kind;
}

/* Pages are given a few words more. */
static json_object *
view_movement(struct req *rq, const struct account *a,
	      const struct movement *m)
{
	json_object *o = json_object_new_object();
	json_object *other = json_object_new_object();
	struct saying s;
	int i;

	say(&s, a, m);
	for (i = 0; i < SAID_WORDS; i++)
		view_text(o, said[i].name, s.text[i]);
	view_text(other, "name", m->name);
	view_text(other, "account", m->account);
	json_object_object_add(o, "counterparty", other);
	if (!rq->wants_json) {
		view_text(o, "account_title", a->title);
		view_text(o, "title", movement_title(m));
		view_text(o, "initials",
			  view_initials(rq->pool, movement_title(m)));
		view_bool(o, "incoming", money_sign(m->amount) > 0);
	}
	return o;
}

#define put_literal(out, text) buf_put((out), "" text "", sizeof text - 1)

/* The first word has no text before it, whose quotation mark and comma it would
 * end. */
static void
movement_put(struct buf *out, const struct account *a,
	     const struct movement *m)
{
	enum { FIRST = sizeof "\"," - 1 };
	struct saying s;
	int i;

	say(&s, a, m);
	buf_putc(out, '{');
	for (i = 0; i < SAID_WORDS; i++) {
		buf_put(out, said[i].lead + (i == 0 ? FIRST : 0),
			said[i].lead_len - (i == 0 ? FIRST : 0));
		json_inside(out, s.text[i], strlen(s.text[i]));
	}
	put_literal(out, "\",\"counterparty\":{\"name\":\"");
	json_inside(out, m->name, strlen(m->name));
	put_literal(out, "\",\"account\":\"");
	json_inside(out, m->account, strlen(m->account));
	put_literal(out, "\"}}");
}

json_object *
view_movements(struct req *rq, const struct account *a,
	       const struct movement *list)
{
	json_object *o = json_object_new_array();
	struct buf out = {.pool = rq->pool};
	const struct movement *m;

	buf_putc(&out, '[');
	for (m = list; m != NULL; m = m->next) {
		if (m != list)
			buf_putc(&out, ',');
		movement_put(&out, a, m);
	}
	buf_putc(&out, ']');
	json_object_set_serializer(o, json_object_userdata_to_json_string,
				   out.data, NULL);
	return o;
}

json_object *
view_days(struct req *rq, const struct seen *seen, int count)
{
	json_object *days = json_object_new_array(), *day = NULL, *list = NULL;
	int32_t on = INT32_MIN, d;
	int i;

	for (i = 0; i < count; i++) {
		d = clock_day(seen[i].movement->booked_at);
		if (day == NULL || d != on) {
			on = d;
			day = json_object_new_object();
			list = json_object_new_array();
			view_day(day, "date", d);
			json_object_object_add(day, "transactions", list);
			json_object_array_add(days, day);
		}
		json_object_array_add(list,
				      view_movement(rq, seen[i].account,
						    seen[i].movement));
	}
	return days;
}
