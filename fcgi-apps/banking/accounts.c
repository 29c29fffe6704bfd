/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* accounts.c: accounts, balances and limits. */
#include <string.h>

#include "bank/branch.h"
#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"

/* Those of ${totals} that are of one category. */
static json_object *
totals_of(json_object *totals, const char *category)
{
	json_object *array = json_object_new_array(), *o;
	size_t i;

	for (i = 0; i < json_object_array_length(totals); i++) {
		o = json_object_array_get_idx(totals, i);
		if (strcmp(json_object_get_string(
				   json_object_object_get(o, "category")),
			   category) == 0)
			json_object_array_add(array, json_object_get(o));
	}
	return array;
}

/* Accounts of one category together, with their totals: for the page. */
static json_object *
groups(struct req *rq, const struct account *list)
{
	static const char *const order[] = {"current", "savings", "loan"};
	json_object *array = json_object_new_array(), *group, *accounts;
	json_object *totals = pool_json(rq->pool, view_totals(list));
	const struct account *a;
	size_t i;

	for (i = 0; i < sizeof order / sizeof *order; i++) {
		accounts = json_object_new_array();
		for (a = list; a != NULL; a = a->next)
			if (strcmp(a->category, order[i]) == 0)
				json_object_array_add(accounts,
						      view_account(rq, a));
		if (json_object_array_length(accounts) == 0) {
			json_object_put(accounts);
			continue;
		}
		group = json_object_new_object();
		view_text(group, "category", order[i]);
		view_flag(group,
			  pool_printf(rq->pool, "category_%s", order[i]));
		json_object_object_add(group, "totals",
				       totals_of(totals, order[i]));
		json_object_object_add(group, "accounts", accounts);
		json_object_array_add(array, group);
	}
	return array;
}

/* A view with all accounts of the person. */
static enum err
all_accounts(struct req *rq, struct account **list, json_object **v)
{
	enum err e = account_list(rq->db, rq->pool, rq->who.customer, list);

	*v = view_new(rq);
	if (e == OK)
		json_object_object_add(*v, "accounts",
				       view_accounts(rq, *list));
	return e;
}

enum err
accounts_show(struct req *rq, struct resp *rs)
{
	struct account *list;
	json_object *v;
	enum err e;

	if ((e = all_accounts(rq, &list, &v)) != OK)
		return e;
	json_object_object_add(v, "totals", view_totals(list));
	if (!rq->wants_json)
		json_object_object_add(v, "groups", groups(rq, list));
	return resp_page(rs, "accounts", v);
}

/* What a page says besides; an account need not have a branch. */
static enum err
account_more(struct req *rq, const struct account *a, json_object *v)
{
	struct branch b;
	enum err e = branch_get(rq->db, rq->pool, a->branch, &b);

	if (e == OK)
		view_text(v, "branch", b.name);
	else if (e != ERR_MISSING)
		return e;
	if ((e = latest_add(rq, v, a, 20)) != OK)
		return e;
	return chart_add(rq, v, a, 90);
}

enum err
account_show(struct req *rq, struct resp *rs)
{
	struct account *a;
	json_object *v;
	enum err e;

	e = account_get(rq->db, rq->pool, rq->who.customer,
			req_param(rq, "id"), &a);
	if (e != OK)
		return e;
	v = pool_json(rq->pool, view_account(rq, a));
	json_object_object_add(v, "limits", view_limits(a));
	if (!rq->wants_json && (e = account_more(rq, a, v)) != OK)
		return e;
	return resp_page(rs, "account", v);
}

enum err
balance_show(struct req *rq, struct resp *rs)
{
	struct account *a;
	json_object *v;
	enum err e;

	e = account_get(rq->db, rq->pool, rq->who.customer,
			req_param(rq, "account"), &a);
	if (e != OK)
		return e;
	v = view_new(rq);
	view_text(v, "account_id", a->number);
	view_text(v, "currency", a->balance.currency);
	view_money(v, "balance", a->balance);
	view_money(v, "held", a->held);
	view_money(v, "available", a->available);
	view_time(v, "as_of", clock_now());
	if (rq->wants_json)
		return resp_page(rs, NULL, v);
	return resp_see(rq, rs, 200, v, "/accounts/%s", a->number);
}

enum err
limits_show(struct req *rq, struct resp *rs)
{
	struct account *list;
	json_object *v;
	enum err e = all_accounts(rq, &list, &v);

	return e != OK ? e : resp_page(rs, "limits", v);
}
