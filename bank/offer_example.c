/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* offer_example.c: what an offer's rate means for a round sum, in whole minor
 * units. */
#include <string.h>

#include "bank/offer.h"

enum {
	SAVED = 1000, BORROWED = 10000, /* units of the currency */
	MONTHS = 48,
	RATE_MAX = 10000 /* a hundred percent; sums stay far from overflow */
};

static int64_t
units(int64_t count, const char *currency)
{
	int decimals;

	for (decimals = money_decimals(currency); decimals > 0; decimals--)
		count *= 10;
	return count;
}

/* A twelfth of the year's rate of it, rounded half up. */
static int64_t
month_interest(int64_t owed, int64_t bp)
{
	return (owed * bp + 60000) / 120000;
}

/* What has been paid when the last payment is made; 0: not paid back then. */
static int64_t
paid_in_all(int64_t owed, int64_t bp, int64_t payment)
{
	int64_t paid = 0, part;
	int month;

	for (month = 1; month <= MONTHS; month++) {
		owed += month_interest(owed, bp);
		part = payment < owed ? payment : owed;
		owed -= part;
		paid += part;
	}
	return owed == 0 ? paid : 0;
}

/* The smallest payment that pays it back in time. */
static int64_t
payment_of(int64_t owed, int64_t bp)
{
	int64_t low = 0, high = owed + month_interest(owed, bp), half;

	while (high - low > 1) {
		half = low + (high - low) / 2;
		if (paid_in_all(owed, bp, half) > 0)
			high = half;
		else
			low = half;
	}
	return high;
}

static void
loan_example(const struct offer *o, struct offer_example *out)
{
	int64_t amount = units(BORROWED, o->currency);
	int64_t bp = o->product.interest_bp, payment = payment_of(amount, bp);
	int64_t total = paid_in_all(amount, bp, payment);

	*out = (struct offer_example){
		.amount = money_of(amount, o->currency), .months = MONTHS,
		.payment = money_of(payment, o->currency),
		.total = money_of(total, o->currency),
		.interest = money_of(total - amount, o->currency)};
}

bool
offer_example(const struct offer *o, struct offer_example *out)
{
	int64_t amount = units(SAVED, o->currency);
	int64_t bp = o->product.interest_bp;

	if (bp <= 0 || bp > RATE_MAX || strcmp(o->category, "card") == 0)
		return false;
	if (strcmp(o->category, "loan") == 0) {
		loan_example(o, out);
		return true;
	}
	*out = (struct offer_example){
		.amount = money_of(amount, o->currency),
		.interest = money_of(amount * bp / 10000, o->currency),
		.payment = money_of(0, o->currency),
		.total = money_of(0, o->currency)};
	return true;
}
