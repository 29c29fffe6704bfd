/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* home.c: the first page: what is there, what is promised, what happened. */
#include <string.h>

#include "bank/customer.h"
#include "bank/promise.h"
#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"

enum { LATEST = 8, CHART_DAYS = 90 };

/* Money a person can spend: current accounts, with what they promised. */
static json_object *
safe_view(struct req *rq, const struct account *list, const char *currency,
	  const struct promise *promises)
{
	json_object *o = json_object_new_object();
	json_object *array = json_object_new_array(), *p;
	struct money all = money_of(0, currency), held = all, safe = all;

	for (; list != NULL; list = list->next)
		if (strcmp(list->category, "current") == 0 &&
		    strcmp(list->balance.currency, currency) == 0 &&
		    (money_add(&all, all, list->balance) != OK ||
		     money_add(&held, held, list->held) != OK))
			break;
	if (money_sub(&safe, all, held) != OK)
		safe = all;
	for (; promises != NULL; promises = promises->next) {
		if (strcmp(promises->amount.currency, currency) != 0)
			continue;
		p = json_object_new_object();
		view_text(p, "payee_name", promises->payee_name);
		view_money(p, "amount", promises->amount);
		view_text(p, "currency", currency);
		view_time(p, "expires_at", promises->expires_at);
		json_object_array_add(array, p);
	}
	view_text(o, "currency", currency);
	view_money(o, "amount", safe);
	view_money(o, "balance", all);
	view_money(o, "held", held);
	view_bool(o, "has_held", money_sign(held) > 0);
	json_object_object_add(o, "promised", array);
	(void)rq;
	return o;
}

/* One figure per currency that current accounts are in. */
static json_object *
safe_list(struct req *rq, const struct account *list,
	  const struct promise *promises)
{
	json_object *array = json_object_new_array();
	const struct account *a, *b;

	for (a = list; a != NULL; a = a->next) {
		if (strcmp(a->category, "current") != 0)
			continue;
		for (b = list; b != a; b = b->next)
			if (strcmp(b->category, "current") == 0 &&
			    strcmp(b->balance.currency,
				   a->balance.currency) == 0)
				break;
		if (b == a)
			json_object_array_add(
				array, safe_view(rq, list,
						 a->balance.currency,
						 promises));
	}
	return array;
}

static enum err
greeting(struct req *rq, json_object *v)
{
	int hour = clock_hour(clock_now());
	const char *name = "";
	enum err e = OK;

	if (rq->who.customer != 0)
		e = customer_name(rq->db, rq->pool, rq->who.customer, &name);
	view_text(v, "first_name",
		  pool_strndup(rq->pool, name, strcspn(name, " ")));
	view_flag(v, hour < 12 ? "morning" : hour < 18 ? "afternoon"
						       : "evening");
	return e;
}

/* Who has no money here but works here is led to the work. */
enum err
home_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct promise *promises;
	struct account *list;
	enum err e;

	e = account_list(rq->db, rq->pool, rq->who.customer, &list);
	if (e == OK && list == NULL && front_works(rq, FRONT_REVIEWERS))
		return resp_see(rq, rs, 200, v, "/staff/applications");
	if (e != OK ||
	    (e = promise_list(rq->db, rq->pool, rq->who.customer,
			      &promises)) != OK ||
	    (e = front_stopped(rq, v)) != OK || (e = greeting(rq, v)) != OK)
		return e;
	json_object_object_add(v, "totals", view_totals(list));
	json_object_object_add(v, "safe", safe_list(rq, list, promises));
	json_object_object_add(v, "accounts", view_accounts(rq, list));
	if ((e = latest_add(rq, v, list, LATEST)) != OK ||
	    (e = chart_add(rq, v, list, CHART_DAYS)) != OK)
		return e;
	return resp_page(rs, "home", v);
}
