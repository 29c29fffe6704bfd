/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* view_movement.c: movements as JSON, one by one for pages and all at once for
 * programs, who ask for many. */
#include "fcgi-apps/view.h"

#include <string.h>

#include "lib/clock.h"
#include "lib/json.h"

enum { WORDS = 10 };

struct word {
	const char *name, *text;
};

/* What is said of a movement, to everybody the same. */
struct saying {
	struct word word[WORDS];
	char id[SECRET_ID_TEXT], booked_at[CLOCK_RFC3339];
	char value_date[CLOCK_DATE], amount[MONEY_TEXT];
	char balance_after[MONEY_TEXT];
};

static void
say(struct saying *s, const struct account *a, const struct movement *m)
{
	const struct word words[WORDS] = {
		{"transaction_id", secret_id_text(s->id, m->transfer)},
		{"account_id", a->number},
		{"booked_at", clock_rfc3339(s->booked_at, m->booked_at)},
		{"value_date", clock_date(s->value_date, m->value_date)},
		{"amount", money_text(s->amount, m->amount)},
		{"currency", m->amount.currency},
		{"balance_after",
		 money_text(s->balance_after, m->balance_after)},
		{"kind", m->kind},
		{"purpose", m->purpose},
		{"reference", m->reference}};

	memcpy(s->word, words, sizeof words);
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
	for (i = 0; i < WORDS; i++)
		view_text(o, s.word[i].name, s.word[i].text);
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

/* ${name} is a literal that needs no escape. */
static void
member_put(struct buf *out, const char *before, const char *name,
	   const char *text)
{
	buf_puts(out, before);
	buf_puts(out, name);
	buf_puts(out, "\":");
	json_text(out, text, strlen(text));
}

static void
movement_put(struct buf *out, const struct account *a,
	     const struct movement *m)
{
	struct saying s;
	int i;

	say(&s, a, m);
	for (i = 0; i < WORDS; i++)
		member_put(out, i == 0 ? "{\"" : ",\"", s.word[i].name,
			   s.word[i].text);
	member_put(out, ",\"counterparty\":{\"", "name", m->name);
	member_put(out, ",\"", "account", m->account);
	buf_puts(out, "}}");
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
