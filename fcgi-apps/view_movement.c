/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* view_movement.c: movements as JSON, one by one for pages and all at once for
 * programs, who ask for many. */
#include "fcgi-apps/view.h"

#include <string.h>

#include "lib/clock.h"
#include "lib/json.h"

/* What is said of a movement, to everybody the same: each word's name, what
 * stands before its text in JSON, and whether that text is the bank's own, with
 * nothing in it to escape. */
#define SAID_LIST(X)                                                         \
	X(transaction_id, true) X(account_id, false) X(booked_at, true)      \
	X(value_date, true) X(amount, true) X(currency, true)                \
	X(balance_after, true) X(kind, false) X(purpose, false)              \
	X(reference, false)
#define SAID(name, plain) {#name, ",\"" #name "\":\"", sizeof #name + 4, plain},
static const struct {
	const char *name, *lead;
	size_t lead_len;
	bool plain;
} said[] = {SAID_LIST(SAID)};
#undef SAID
#define SAID(name, plain) SAID_##name,
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

/* What names, marks and the bank's own texts take at most: these lie in a
 * saying, and the counterparty's two names and the braces are added. */
#define SAID(name, plain) +sizeof #name + 5
enum { MOVEMENT_ROOM = sizeof(struct saying) + 64 SAID_LIST(SAID) };
#undef SAID

static size_t
movement_most(const struct account *a, const struct movement *m)
{
	return MOVEMENT_ROOM +
	       JSON_MOST * (strlen(a->number) + strlen(m->kind) +
			    strlen(m->purpose) + strlen(m->reference) +
			    strlen(m->name) + strlen(m->account));
}

static char *
text_write(char *at, const char *lead, const char *text)
{
	at = json_write(stpcpy(at, lead), text, strlen(text));
	*at++ = '"';
	return at;
}

/* The first name's comma makes room for the brace. */
static char *
movement_write(char *at, const struct account *a, const struct movement *m)
{
	char *start = at;
	struct saying s;
	int i;

	say(&s, a, m);
	for (i = 0; i < SAID_WORDS; i++) {
		if (!said[i].plain) {
			at = text_write(at, said[i].lead, s.text[i]);
			continue;
		}
		memcpy(at, said[i].lead, said[i].lead_len);
		at = stpcpy(at + said[i].lead_len, s.text[i]);
		*at++ = '"';
	}
	*start = '{';
	at = text_write(at, ",\"counterparty\":{\"name\":\"", m->name);
	at = text_write(at, ",\"account\":\"", m->account);
	return stpcpy(at, "}}");
}

void
view_movements(struct buf *out, const struct account *a,
	       const struct movement *list)
{
	const struct movement *m;
	char *at;

	for (m = list; m != NULL; m = m->next) {
		at = buf_open(out, 1 + movement_most(a, m));
		*at = m == list ? '[' : ',';
		buf_close(out, movement_write(at + 1, a, m));
	}
	buf_puts(out, list == NULL ? "[]" : "]");
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
