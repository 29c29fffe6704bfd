/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* limit.c: tests of what an account's product allows, at the edges. */
#include "bank/limit.h"

#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/tap.h"

/* DAILY: 0.01 to 500.00 at once, 800.00 and 5 times a day. */
static enum err
pay(struct bank *b, int64_t minor)
{
	return deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, minor);
}

static void
fill_up(struct bank *b)
{
	bank_tamper(b, "UPDATE account SET used_amount = 0, used_count = 0");
	deal_pay(b, ANNA_SAVINGS, ANNA_CURRENT,
		 deal_look(b, b->anna_savings).balance);
}

static void
refused(struct bank *b, int64_t minor, const char *why)
{
	struct order o = deal_order(b, ANNA_CURRENT, ANNA_SAVINGS,
				    money_of(minor, "EUR"));

	is_int(deal_give(b, &o), ERR_LIMIT, "%s", why);
	is_text(o.why, why, "and the person is told so");
	is_text(o.field, "amount", "beside the amount");
}

static void
test_single(struct bank *b)
{
	bank_tamper(b, "UPDATE product SET per_transfer_min = 100 "
		       "WHERE code = 'DAILY'");
	refused(b, 99, "This is below the smallest payment.");
	is_int(pay(b, 100), OK, "the smallest payment is allowed");
	refused(b, 50001, "This is above the largest single payment.");
	is_int(pay(b, 50000), OK, "the largest is too");
	bank_tamper(b, "UPDATE product SET per_transfer_min = 1 "
		       "WHERE code = 'DAILY'");
	fill_up(b);
}

static void
test_daily_amount(struct bank *b)
{
	is_int(pay(b, 50000), OK, "500.00 of 800.00 a day");
	refused(b, 30001, "This is more than is left for payments today.");
	is_int(pay(b, 30000), OK, "what is left can be used to the cent");
	refused(b, 1, "This is more than is left for payments today.");
	is_int(deal_look(b, b->anna_current).used_amount, 80000,
	       "a refused payment uses nothing");
	fill_up(b);
	bank_tamper(b, "UPDATE account SET used_amount = 9223372036854775807 "
		       "WHERE number = '" ANNA_CURRENT "'");
	refused(b, 1, "This is more than is left for payments today.");
	fill_up(b);
}

static void
test_daily_count(struct bank *b)
{
	int i;

	for (i = 0; i < 4; i++)
		pay(b, 1);
	is_int(pay(b, 1), OK, "the fifth payment of a day is allowed");
	refused(b, 1, "Today's number of payments is used up.");
	fill_up(b);
}

static void
test_unbound(struct bank *b)
{
	int i, good = 0;

	pay(b, 200);
	for (i = 0; i < 20; i++)
		good += deal_pay(b, ANNA_SAVINGS, ANNA_CURRENT, 10) == OK;
	is_int(good, 20, "a product without limits has none");
	is_int(deal_look(b, b->anna_savings).used_count, 21,
	       "but counts, for whoever gives it some");
}

/* The counter begins anew at the bank's own midnight. */
static void
test_midnight(struct bank *b, int32_t day, const char *what)
{
	int64_t start = clock_day_start(day + 1);

	clock_freeze(clock_day_start(day));
	fill_up(b);
	is_int(pay(b, 50000), OK, "the first instant of %s is that day", what);
	clock_freeze(start - 1);
	is_int(pay(b, 30001), ERR_LIMIT, "so is its last millisecond");
	is_int(pay(b, 30000), OK, "with what was left");
	clock_freeze(start);
	is_int(pay(b, 20000), OK, "the next one begins a new day");
	is_int(deal_look(b, b->anna_current).used_amount, 20000,
	       "which counts from nothing");
	is_int(deal_look(b, b->anna_current).used_count, 1, "and from one");
	is_int(deal_look(b, b->anna_current).used_on, day + 1,
	       "and knows its day");
	fill_up(b);
}

static int64_t
hours(int32_t day)
{
	return (clock_day_start(day + 1) - clock_day_start(day)) / 3600000;
}

static void
test_return(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(5000, "EUR"));
	struct deal_row before = deal_look(b, b->anna_current), after;

	is_int(deal_give(b, &o), OK, "a payment that waits");
	after = deal_look(b, b->anna_current);
	ok(after.used_amount == before.used_amount + 5000 &&
		   after.used_count == before.used_count + 1,
	   "is counted when it is ordered");
	clock_freeze(clock_now() + 5 * CLOCK_MINUTE);
	is_int(payment_expire_due(b->db), OK, "when its code does not come");
	after = deal_look(b, b->anna_current);
	ok(after.used_amount == before.used_amount &&
		   after.used_count == before.used_count,
	   "it is given back");
}

/* Ordered before midnight and given back after it. */
static void
test_return_late(struct bank *b)
{
	int32_t day = clock_day(clock_now()) + 1;

	clock_freeze(clock_day_start(day) - 1000);
	is_int(deal_pay(b, ANNA_CURRENT, BEN_CURRENT, 5000), OK,
	       "a payment waits over midnight");
	clock_freeze(clock_day_start(day) + 1000);
	is_int(pay(b, 700), OK, "another is made on the new day");
	clock_freeze(clock_day_start(day) + 6 * CLOCK_MINUTE);
	is_int(payment_expire_due(b->db), OK, "then the first one ends");
	is_int(deal_look(b, b->anna_current).used_amount, 700,
	       "yesterday's payment is not taken from today's");
}

/* Ordered, then the clock goes a day on and back: the day begins anew. */
static void
test_return_again(struct bank *b)
{
	int64_t now = clock_now(), held = deal_look(b, b->anna_current).held;

	fill_up(b);
	is_int(deal_pay(b, ANNA_CURRENT, BEN_CURRENT, 5000), OK,
	       "a payment waits");
	clock_freeze(now + CLOCK_DAY_MS);
	is_int(pay(b, 100), OK, "the clock is a day ahead");
	clock_freeze(now);
	is_int(pay(b, 200), OK, "and is set back");
	clock_freeze(now + 6 * CLOCK_MINUTE);
	is_int(payment_expire_due(b->db), OK, "what waited still ends");
	is_int(deal_look(b, b->anna_current).held, held, "and holds nothing");
	is_int(deal_look(b, b->anna_current).used_amount, 0,
	       "nobody has less than nothing used");
}

int
main(void)
{
	struct bank b;
	int32_t spring = clock_join(2027, 3, 28);
	int32_t autumn = clock_join(2027, 10, 31);

	bank_open(&b);
	test_single(&b);
	test_daily_amount(&b);
	test_daily_count(&b);
	test_unbound(&b);
	test_midnight(&b, clock_join(2027, 2, 10), "a usual day");
	is_int(hours(spring), 23, "a day in spring has 23 hours");
	test_midnight(&b, spring, "the short day");
	is_int(hours(autumn), 25, "a day in autumn has 25");
	test_midnight(&b, autumn, "the long day");
	test_return(&b);
	test_return_late(&b);
	test_return_again(&b);
	bank_close(&b);
	return tap_done();
}
