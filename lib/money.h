/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* money.h: an amount is a count of minor units and its ISO 4217 currency.
 * Only money.c looks inside; nothing is ever a floating-point number. */
#ifndef CLICKNET_MONEY_H
#define CLICKNET_MONEY_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/err.h"

struct money {
	int64_t minor;
	char currency[4];
};

enum { MONEY_TEXT = 40 }; /* size of a text buffer */

/* ${minor} units of ${currency}; the currency must be one money_known says
 * yes to, else the process aborts: it is our bug. */
struct money money_of(int64_t minor, const char *currency);
int64_t money_minor(struct money);
bool money_known(const char *currency);

/* Digits after the point: 0 for JPY, 2 for EUR, 3 for KWD. */
int money_decimals(const char *currency);

/* *out = a + b, a − b. ERR_INPUT on overflow or unlike currencies, and *out
 * is then unchanged. */
enum err money_add(struct money *out, struct money a, struct money b)
	__attribute__((warn_unused_result));
enum err money_sub(struct money *out, struct money a, struct money b)
	__attribute__((warn_unused_result));
struct money money_negate(struct money); /* of INT64_MIN: aborts */

/* −1, 0 or 1; unlike currencies abort. */
int money_cmp(struct money a, struct money b);
int money_sign(struct money);

/* "12.34": what programs send and get. Strict: an optional minus, digits,
 * exactly at most the currency's decimals, no grouping. */
enum err money_parse(const char *text, const char *currency,
		     struct money *out);
char *money_text(char out[MONEY_TEXT], struct money);

/* What people type: "1234,5", "1.234,50", "1 234.50", "1'234.50", a currency
 * code or sign around it. ERR_INPUT if it is no amount, or if it can be read
 * in two ways ("1.234" with two decimals): then *hint is a sentence that
 * shows both readings; otherwise *hint is NULL. */
enum err money_read(const char *text, const char *currency, struct money *out,
		    const char **hint);

/* Both readings of what money_read gave a hint for, the larger first; false
 * if there are not two. */
bool money_readings(const char *text, const char *currency,
		    struct money out[2]);

/* For people: digits grouped in threes by ${group}, ${point} before the
 * decimals, U+2212 as minus. "−1 234.50". ${plus} shows a + on credits. */
enum { MONEY_SHOWN = 64 };
char *money_show(char out[MONEY_SHOWN], struct money, const char *group,
		 const char *point, bool plus);

#endif
