/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* history.c: movements of an account, filtered, a page at a time. */
#include <ctype.h>
#include <string.h>

#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/cursor.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/json.h"

enum { PAGE_SIZE = 50, PAGE_SIZE_MAX = 200 };

struct filter {
	const char *account, *q, *direction, *cursor;
	int32_t from, to;
	struct money min, max;
	long limit;
};

static const struct field filter_fields[] = {
	FORM_TEXT(struct filter, account, 0, 40),
	FORM_TEXT(struct filter, q, 0, 100),
	FORM_TEXT(struct filter, cursor, 0, 40),
	FORM_CHOICE(struct filter, direction, "any|in|out"),
	FORM_DATE_OR_NONE(struct filter, from),
	FORM_DATE_OR_NONE(struct filter, to),
	FORM_MONEY_OR_NONE(struct filter, min),
	FORM_MONEY_OR_NONE(struct filter, max),
	FORM_INT(struct filter, limit, 1, PAGE_SIZE_MAX),
};

static void
url_put(struct buf *b, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	buf_printf(b, "%s%s=", b->len == strlen("/transactions?") ? "" : "&",
		   name);
	for (; *value != '\0'; value++)
		if (isalnum((unsigned char)*value) ||
		    strchr("-._~", *value) != NULL)
			buf_putc(b, *value);
		else
			buf_printf(b, "%%%02X", (unsigned char)*value);
}

/* The address of the next page keeps every filter as it was given. */
static const char *
next_url(struct req *rq, const struct account *a, const char *cursor)
{
	static const char *const kept[] = {"q",	  "direction", "from", "to",
					   "min", "max",       "limit"};
	struct buf b = {.pool = rq->pool};
	size_t i;

	buf_puts(&b, "/transactions?");
	url_put(&b, "account", a->number);
	for (i = 0; i < sizeof kept / sizeof *kept; i++)
		url_put(&b, kept[i], req_param(rq, kept[i]));
	url_put(&b, "cursor", cursor);
	return b.data;
}

/* The account asked for, else the person's first. A program is shown no
 * choice: for it the one is enough. */
static enum err
account_choose(struct req *rq, struct account **list, struct account **out)
{
	const char *number = account_number(rq->pool,
					    req_param(rq, "account"));
	enum err e;

	*list = NULL;
	if (rq->wants_json && *number != '\0')
		return account_get(rq->db, rq->pool, rq->who.customer, number,
				   out);
	e = account_list(rq->db, rq->pool, rq->who.customer, list);
	if (e != OK)
		return e;
	for (*out = *list; *out != NULL; *out = (*out)->next)
		if (*number == '\0' || strcmp((*out)->number, number) == 0)
			return OK;
	return ERR_MISSING;
}

static void
history_ask(struct history *h, const struct account *a,
	    const struct filter *f)
{
	*h = (struct history){
		.account = a->id, .currency = a->balance.currency,
		.from = f->from, .to = f->to, .min = money_minor(f->min),
		.max = money_minor(f->max), .q = f->q, .limit = (int)f->limit,
		.sign = strcmp(f->direction, "in") == 0	   ? 1
			: strcmp(f->direction, "out") == 0 ? -1
							   : 0};
}

/* Every account as a choice; the one shown is marked. */
static json_object *
choices(const struct account *list, const struct account *a)
{
	json_object *array = json_object_new_array(), *o;

	for (; list != NULL; list = list->next) {
		o = json_object_new_object();
		view_text(o, "number", list->number);
		view_text(o, "title", list->title);
		view_bool(o, "selected", list == a);
		json_object_array_add(array, o);
	}
	return array;
}

/* The page shows the filters again and groups by day. */
static void
page_words(struct req *rq, const struct account *list,
	   const struct account *a, const struct history *h, json_object *v)
{
	static const char *const words[] = {"q",   "from", "to",
					    "min", "max",  "direction"};
	struct seen *seen =
		pool_alloc(rq->pool, sizeof *seen * (size_t)(h->count + 1));
	struct movement *m;
	bool filtered = false;
	size_t i;
	int n = 0;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		view_text(v, words[i], req_param(rq, words[i]));
		filtered = filtered ||
			   (*req_param(rq, words[i]) != '\0' &&
			    strcmp(req_param(rq, words[i]), "any") != 0);
	}
	for (m = h->list; m != NULL; m = m->next)
		seen[n++] = (struct seen){a, m};
	json_object_object_add(v, "account", view_account(rq, a));
	json_object_object_add(v, "accounts", choices(list, a));
	view_text(v, "account_id", a->number);
	view_bool(v, "filtered", filtered);
	view_bool(v, "none", h->count == 0);
	view_flag(v, h->sign > 0   ? "direction_in"
		     : h->sign < 0 ? "direction_out"
				   : "direction_any");
	json_object_object_add(v, "days", view_days(rq, seen, n));
}

/* The cursor of the next page and its ${url}, which the header Link has too;
 * NULL if this is the last. */
static const char *
next_page(struct req *rq, struct resp *rs, const struct account *a,
	  const struct history *h, const char **url)
{
	const char *cursor;

	if (h->next == 0)
		return NULL;
	cursor = cursor_make(rq, a->id, h->next);
	*url = next_url(rq, a, cursor);
	resp_header(rq, rs, "Link",
		    pool_printf(rq->pool, "<%s>; rel=\"next\"", *url));
	return cursor;
}

static enum err
history_page(struct req *rq, struct resp *rs, const struct account *list,
	     const struct account *a, const struct history *h)
{
	json_object *v = view_new(rq);
	const char *url, *cursor = next_page(rq, rs, a, h, &url);

	page_words(rq, list, a, h, v);
	if (cursor != NULL) {
		view_text(v, "next", cursor);
		view_text(v, "next_url", url);
	}
	return resp_page(rs, "transactions", v);
}

/* Written in one go: programs ask for many, and objects for each of them would
 * take longer than all the rest. */
static enum err
history_json(struct req *rq, struct resp *rs, const struct account *a,
	     const struct history *h)
{
	const char *url, *cursor = next_page(rq, rs, a, h, &url);
	struct buf b = {.pool = rq->pool};

	buf_puts(&b, "{\"transactions\":");
	view_movements(&b, a, h->list);
	buf_puts(&b, ",\"next\":");
	if (cursor != NULL)
		json_text(&b, cursor, strlen(cursor));
	else
		buf_puts(&b, "null");
	buf_putc(&b, '}');
	rs->type = "application/json";
	rs->body = b.data;
	rs->body_len = b.len;
	return OK;
}

/* A page shows the filters again, with what is wrong with them. */
static enum err
filter_refused(struct req *rq, struct resp *rs, const struct account *list,
	       const struct account *a, enum err e)
{
	struct history none = {.account = a->id};

	if (rq->wants_json)
		return e;
	rs->page = "transactions";
	rs->view = view_new(rq);
	page_words(rq, list, a, &none, rs->view);
	return e;
}

enum err
history_show(struct req *rq, struct resp *rs)
{
	struct filter f = {.to = HISTORY_EVER, .limit = PAGE_SIZE};
	struct account *a, *list;
	struct history h;
	enum err e;

	if ((e = account_choose(rq, &list, &a)) != OK)
		return e;
	f.min = f.max = money_of(0, a->balance.currency);
	e = form_read(rq, filter_fields, FORM_COUNT(filter_fields), &f);
	if (e != OK)
		return filter_refused(rq, rs, list, a, e);
	history_ask(&h, a, &f);
	if (!cursor_read(a->id, f.cursor, &h.before))
		return req_note(rq, "cursor", "This page is not known.");
	if ((e = history_list(rq->db, rq->pool, &h)) != OK)
		return e;
	return rq->wants_json ? history_json(rq, rs, a, &h)
			      : history_page(rq, rs, list, a, &h);
}
