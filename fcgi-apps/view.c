/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* view.c: members, accounts and sessions as JSON. */
#include "fcgi-apps/view.h"

#include <stdio.h>
#include <string.h>

#include "bank/device.h"
#include "lib/clock.h"

/* Names are literals and new: no copy and no search. */
static void
view_add(json_object *o, const char *name, json_object *value)
{
	json_object_object_add_ex(o, name, value,
				  JSON_C_OBJECT_ADD_KEY_IS_NEW |
					  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

void
view_text(json_object *o, const char *name, const char *text)
{
	view_add(o, name, json_object_new_string(text != NULL ? text : ""));
}

void
view_int(json_object *o, const char *name, int64_t n)
{
	view_add(o, name, json_object_new_int64(n));
}

void
view_bool(json_object *o, const char *name, bool yes)
{
	view_add(o, name, json_object_new_boolean(yes));
}

void
view_flag(json_object *o, const char *name)
{
	json_object_object_add(o, name, json_object_new_boolean(true));
}

void
view_money(json_object *o, const char *name, struct money m)
{
	char text[MONEY_TEXT];

	view_text(o, name, money_text(text, m));
}

void
view_time(json_object *o, const char *name, int64_t instant)
{
	char text[CLOCK_RFC3339];

	view_text(o, name, clock_rfc3339(text, instant));
}

void
view_day(json_object *o, const char *name, int32_t day)
{
	char text[CLOCK_DATE];

	view_text(o, name, clock_date(text, day));
}

void
view_id(json_object *o, const char *name, const uint8_t id[SECRET_ID])
{
	char text[SECRET_ID_TEXT];

	view_text(o, name, secret_id_text(text, id));
}

json_object *
view_new(struct req *rq)
{
	return pool_json(rq->pool, json_object_new_object());
}

/* The bytes of the first letter. */
static size_t
letter_length(const char *text)
{
	size_t len = *text != '\0';

	while (((unsigned char)text[len] & 0xc0) == 0x80)
		len++;
	return len;
}

/* "Amina Rahman" is AR. */
const char *
view_initials(struct pool *pool, const char *name)
{
	struct buf b = {.pool = pool};
	bool start = true;
	size_t len;
	int n = 0;

	buf_puts(&b, "");
	for (; *name != '\0' && n < 2; name += len) {
		len = letter_length(name);
		if (start && *name != ' ') {
			buf_put(&b, name, len);
			n++;
		}
		start = *name == ' ';
	}
	return b.data;
}

/* How much of the day's amount is used, for the bar. */
static void
view_left(json_object *o, const struct limit *l)
{
	struct money left;
	int64_t all = money_minor(l->daily_amount);

	if (all <= 0 ||
	    money_sub(&left, l->daily_amount, l->used_amount) != OK)
		return;
	view_money(o, "left_amount", left);
	view_int(o, "bar", money_minor(l->used_amount) / (all / 100 + 1));
}

json_object *
view_limits(const struct account *a)
{
	json_object *o = json_object_new_object();
	const struct limit *l = &a->limit;

	view_money(o, "per_transfer_min", l->per_transfer_min);
	if (money_sign(l->per_transfer_max) > 0)
		view_money(o, "per_transfer_max", l->per_transfer_max);
	if (money_sign(l->daily_amount) > 0)
		view_money(o, "daily_amount", l->daily_amount);
	if (l->daily_count > 0) {
		view_int(o, "daily_count", l->daily_count);
		view_int(o, "left_count", l->daily_count - l->used_count);
	}
	view_money(o, "used_amount", l->used_amount);
	view_int(o, "used_count", l->used_count);
	view_left(o, l);
	return o;
}

/* What only a page needs to say it well. */
static void
account_words(struct req *rq, const struct account *a, json_object *o)
{
	size_t len = strlen(a->number);

	view_text(o, "tail", len > 4 ? a->number + len - 4 : a->number);
	view_text(o, "initial",
		  pool_strndup(rq->pool, a->title, letter_length(a->title)));
	view_bool(o, "has_held", money_sign(a->held) > 0);
	view_bool(o, "has_overdraft", money_sign(a->overdraft) > 0);
	view_bool(o, "negative", money_sign(a->balance) < 0);
	view_flag(o, pool_printf(rq->pool, "category_%s", a->category));
	view_flag(o, a->status);
	view_bool(o, "owner", strcmp(a->role, "owner") == 0);
}

json_object *
view_account(struct req *rq, const struct account *a)
{
	json_object *o = json_object_new_object();

	view_text(o, "account_id", a->number);
	view_text(o, "number", a->number);
	view_text(o, "title", a->title);
	view_text(o, "category", a->category);
	view_text(o, "product_code", a->product);
	view_text(o, "product_name", a->product_name);
	view_text(o, "currency", a->balance.currency);
	view_money(o, "balance", a->balance);
	view_money(o, "held", a->held);
	view_money(o, "available", a->available);
	view_text(o, "status", a->status);
	view_text(o, "branch_code", a->branch);
	view_day(o, "opened_on", a->opened_on);
	view_text(o, "role", a->role);
	view_text(o, "interest_rate",
		  pool_printf(rq->pool, "%d.%02d", (int)(a->interest_bp / 100),
			      (int)(a->interest_bp % 100)));
	view_money(o, "overdraft_limit", a->overdraft);
	if (!rq->wants_json)
		account_words(rq, a, o);
	return o;
}

json_object *
view_accounts(struct req *rq, const struct account *list)
{
	json_object *array = json_object_new_array(), *o;

	for (; list != NULL; list = list->next) {
		o = view_account(rq, list);
		view_add(o, "limits", view_limits(list));
		json_object_array_add(array, o);
	}
	return array;
}

/* The sum of one category in one currency, once per pair, in the order they
 * first appear. */
static bool
total_first(const struct account *list, const struct account *a)
{
	for (; list != a; list = list->next)
		if (strcmp(list->category, a->category) == 0 &&
		    strcmp(list->balance.currency, a->balance.currency) == 0)
			return false;
	return true;
}

static struct money
total_sum(const struct account *a)
{
	struct money sum = a->balance, more;
	const struct account *b;

	for (b = a->next; b != NULL; b = b->next)
		if (strcmp(b->category, a->category) == 0 &&
		    strcmp(b->balance.currency, sum.currency) == 0 &&
		    money_add(&more, sum, b->balance) == OK)
			sum = more;
	return sum;
}

json_object *
view_totals(const struct account *list)
{
	json_object *array = json_object_new_array(), *o;
	const struct account *a;

	for (a = list; a != NULL; a = a->next) {
		if (!total_first(list, a))
			continue;
		o = json_object_new_object();
		view_text(o, "category", a->category);
		view_text(o, "currency", a->balance.currency);
		view_money(o, "balance", total_sum(a));
		json_object_array_add(array, o);
	}
	return array;
}

json_object *
view_session(struct req *rq, const struct session *s)
{
	json_object *o = json_object_new_object();

	view_id(o, "session_id", s->id);
	view_text(o, "device", device_words(rq->pool, s->device));
	view_text(o, "ip", s->address);
	view_place(rq, o, s->address);
	view_time(o, "since", s->created_at);
	view_time(o, "last_seen", s->last_seen);
	view_bool(o, "current",
		  secret_equal(s->token_hash, rq->who.session, SECRET_HASH));
	view_bool(o, "token", !s->browser);
	return o;
}
