/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_story.c: two years of the demonstration's days, booked in order. */
#include <stdlib.h>
#include <string.h>

#include "bank/account.h"
#include "bank/demo_impl.h"
#include "bank/ledger.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum { HOUR = 60 * CLOCK_MINUTE };

/* What a day brings: which habit, when, and chance to decide the rest. */
struct happening {
	int64_t at, sum;
	struct demo_habit *habit;
	struct demo_chance chance;
};

/* Money between an account and another, or (other NULL) one of the bank's
 * own; ${sum} as the account sees it. ERR_FUNDS: they cannot afford it. */
static enum err
move(struct demo *d, struct pool *pool, struct demo_account *a,
     struct demo_account *other, const char *own, int64_t sum,
     struct entry *t)
{
	int64_t contra = other != NULL ? other->id : 0;
	enum err e;

	if (other == NULL &&
	    (e = account_own(d->db, own, a->currency, &contra)) != OK)
		return e;
	t->from_account = sum < 0 ? a->id : contra;
	t->to_account = sum < 0 ? contra : a->id;
	t->amount = money_of(sum < 0 ? -sum : sum, a->currency);
	t->value_date = clock_day(t->booked_at);
	if ((e = ledger_post(d->db, pool, t)) != OK)
		return e;
	a->balance += sum;
	if (other != NULL)
		other->balance -= sum;
	return OK;
}

/* What the bank itself books: interest, fees, a balance brought forward. */
static enum err
move_own(struct demo *d, struct pool *pool, struct demo_account *a,
	 const char *own, int64_t sum, struct entry t)
{
	t.payee_name = settings()->BANK_NAME;
	t.counterparty_bank = t.counterparty_account = t.address = "";
	if (t.reference == NULL)
		t.reference = "";
	return move(d, pool, a, NULL, own, sum, &t);
}

/* A payment to others may cost something, as transfer_book has it. */
static enum err
fee_move(struct demo *d, struct pool *pool, const struct demo_habit *h,
	 struct demo_account *payer, const struct entry *paid)
{
	char id[SECRET_ID_TEXT];
	struct entry t = {.kind = "fee", .purpose = "Fee",
			  .booked_at = paid->booked_at,
			  .reference = secret_id_text(id, paid->id)};
	enum err e;

	if (payer == NULL || payer->fee == 0 || paid->ordered_by == 0 ||
	    (h->other != NULL && h->other->customer == h->account->customer))
		return OK;
	e = move_own(d, pool, payer, "fees", -payer->fee, t);
	return e == ERR_FUNDS ? OK : e;
}

static bool
ordered(const char *kind)
{
	return strcmp(kind, "transfer") == 0 ||
	       strcmp(kind, "standing-order") == 0;
}

static enum err
happen(struct demo *d, struct pool *pool, int32_t day, struct happening *w)
{
	struct demo_habit *h = w->habit;
	struct demo_party p = demo_party_of(d, h->party, &w->chance);
	struct demo_account *payer = w->sum < 0 ? h->account : h->other;
	struct entry t = {
		.kind = h->kind, .payee_name = p.name,
		.purpose = demo_purpose(pool, day, h, &p),
		.counterparty_bank = p.bank, .counterparty_account = p.account,
		.reference = "", .address = "", .booked_at = w->at};
	int serial = (int)demo_chance_upto(&w->chance, 99999);
	enum err e;

	if (h->keeps && h->account->balance + w->sum < h->keep)
		return OK;
	if (h->other == NULL)
		t.reference = pool_printf(pool, "%06d-%05d",
					  (int)(day % 1000000), serial);
	if (payer != NULL && ordered(h->kind))
		t.ordered_by = payer->user;
	e = move(d, pool, h->account, h->other, h->own, w->sum, &t);
	if (e == ERR_FUNDS) /* then they do without */
		return OK;
	if (e != OK)
		return e;
	h->count++;
	return fee_move(d, pool, h, payer, &t);
}

static int
happening_order(const void *a, const void *b)
{
	const struct happening *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->habit < y->habit ? -1 : x->habit > y->habit;
}

static int
day_plan(struct demo *d, int32_t day, struct happening *plan)
{
	struct demo_chance c;
	struct demo_habit *h;
	int n = 0, i;

	for (i = 0; i < d->habit_count; i++) {
		h = &d->habits[i];
		c = demo_chance_of(i, day);
		if (!demo_due(h, day) ||
		    demo_chance_upto(&c, 99) >= h->chance)
			continue;
		plan[n].habit = h;
		plan[n].sum = demo_sum(h, day, &c);
		plan[n].at = clock_day_start(day) + h->hour * HOUR +
			     demo_chance_upto(&c, h->hours * HOUR - 1);
		plan[n++].chance = c;
	}
	qsort(plan, (size_t)n, sizeof *plan, happening_order);
	return n;
}

static enum err
balances_bring(struct demo *d, struct pool *pool, int32_t day)
{
	const struct entry t = {.kind = "opening",
				.purpose = "Balance brought forward",
				.booked_at = clock_day_start(day)};
	struct demo_account *a;
	enum err e = OK;
	int i;

	for (i = 0; i < d->account_count && e == OK; i++) {
		a = &d->accounts[i];
		if (a->brought != 0 &&
		    day == (a->opened > d->first ? a->opened : d->first))
			e = move_own(d, pool, a, "opening", a->brought, t);
	}
	return e;
}

/* On the month's last day; what a loan has no room for waits a month. */
static enum err
interest_move(struct demo *d, struct pool *pool, struct demo_account *a,
	      int32_t day)
{
	static const struct demo_habit interest = {
		.purpose = "Interest {month} {year}"};
	static const struct demo_party none = {"", "", "", ""};
	int64_t sum = a->accrued * a->interest_bp / (365 * 10000);
	struct entry t = {.kind = "interest",
			  .purpose = demo_purpose(pool, day, &interest, &none),
			  .booked_at = clock_day_start(day) + 22 * HOUR};
	enum err e;

	if (sum == 0)
		return OK;
	e = move_own(d, pool, a,
		     sum < 0 ? "interest-charged" : "interest-paid", sum, t);
	if (e == OK)
		a->accrued = 0;
	return e == ERR_FUNDS ? OK : e;
}

static enum err
day_close(struct demo *d, struct pool *pool, int32_t day)
{
	int y, m, dom, weekday, i;
	struct demo_account *a;
	enum err e;

	clock_split(day + 1, &y, &m, &dom, &weekday);
	for (i = 0; i < d->account_count; i++) {
		a = &d->accounts[i];
		if (!a->savings && !a->loan)
			continue;
		a->accrued += a->balance;
		if (dom == 1 && (e = interest_move(d, pool, a, day)) != OK)
			return e;
	}
	return OK;
}

enum err
demo_story(struct demo *d)
{
	struct happening *plan = pool_alloc(
		d->pool, sizeof *plan * (size_t)(d->habit_count + 1));
	struct pool *pool = pool_new();
	enum err e = OK;
	int32_t day;
	int n, i;

	for (day = d->first; day < d->today && e == OK; day++) {
		pool_reset(pool);
		e = balances_bring(d, pool, day);
		n = day_plan(d, day, plan);
		for (i = 0; i < n && e == OK; i++)
			e = happen(d, pool, day, &plan[i]);
		if (e == OK)
			e = day_close(d, pool, day);
	}
	pool_free(pool);
	return e;
}
