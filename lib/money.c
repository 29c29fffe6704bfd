/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* money.c: the only file that looks inside an amount. */
#include "lib/money.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/digits.h"
#include "lib/log.h"

/* The active currencies of ISO 4217, sorted, each with the digits after its
 * point. Metals, test codes and units without decimals of their own are no
 * money of a bank. */
static const char currencies[] =
	"AED2 AFN2 ALL2 AMD2 AOA2 ARS2 AUD2 AWG2 AZN2 BAM2 BBD2 BDT2 BHD3 BIF0 "
	"BMD2 BND2 BOB2 BOV2 BRL2 BSD2 BTN2 BWP2 BYN2 BZD2 CAD2 CDF2 CHE2 CHF2 "
	"CHW2 CLF4 CLP0 CNY2 COP2 COU2 CRC2 CUP2 CVE2 CZK2 DJF0 DKK2 DOP2 DZD2 "
	"EGP2 ERN2 ETB2 EUR2 FJD2 FKP2 GBP2 GEL2 GHS2 GIP2 GMD2 GNF0 GTQ2 GYD2 "
	"HKD2 HNL2 HTG2 HUF2 IDR2 ILS2 INR2 IQD3 IRR2 ISK0 JMD2 JOD3 JPY0 KES2 "
	"KGS2 KHR2 KMF0 KPW2 KRW0 KWD3 KYD2 KZT2 LAK2 LBP2 LKR2 LRD2 LSL2 LYD3 "
	"MAD2 MDL2 MGA2 MKD2 MMK2 MNT2 MOP2 MRU2 MUR2 MVR2 MWK2 MXN2 MXV2 MYR2 "
	"MZN2 NAD2 NGN2 NIO2 NOK2 NPR2 NZD2 OMR3 PAB2 PEN2 PGK2 PHP2 PKR2 PLN2 "
	"PYG0 QAR2 RON2 RSD2 RUB2 RWF0 SAR2 SBD2 SCR2 SDG2 SEK2 SGD2 SHP2 SLE2 "
	"SOS2 SRD2 SSP2 STN2 SVC2 SYP2 SZL2 THB2 TJS2 TMT2 TND3 TOP2 TRY2 TTD2 "
	"TWD2 TZS2 UAH2 UGX0 USD2 USN2 UYI0 UYU2 UYW4 UZS2 VED2 VES2 VND0 VUV0 "
	"WST2 XAD2 XAF0 XCD2 XCG2 XOF0 XPF0 YER2 ZAR2 ZMW2 ZWG2 ";
enum { CODE = 3, STRIDE = 5, CODES = (sizeof currencies - 1) / STRIDE };

/* Where a currency stands in the list; −1 if it is none of ours. */
static int
place(const char *currency)
{
	int low = 0, high = CODES - 1, middle, cmp;

	while (low <= high) {
		middle = (low + high) / 2;
		cmp = memcmp(currency, currencies + middle * STRIDE, CODE);
		if (cmp == 0)
			return middle;
		if (cmp < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return -1;
}

/* The decimals of a currency; −1 if it is none of ours. Most likely it is the
 * one asked for before. */
static int
find(const char *currency)
{
	static _Thread_local char last[CODE + 1];
	static _Thread_local int decimals;
	int at;

	if (currency == NULL || *currency == '\0')
		return -1;
	if (currency[0] == last[0] && currency[1] == last[1] &&
	    currency[2] == last[2] && currency[3] == '\0')
		return decimals;
	if (strnlen(currency, CODE + 1) != CODE || (at = place(currency)) < 0)
		return -1;
	memcpy(last, currency, CODE);
	return decimals = currencies[at * STRIDE + CODE] - '0';
}

bool
money_known(const char *currency)
{
	return find(currency) >= 0;
}

int
money_decimals(const char *currency)
{
	int decimals = find(currency);

	if (decimals < 0)
		log_bug("a currency that is none");
	return decimals;
}

struct money
money_of(int64_t minor, const char *currency)
{
	struct money m = {.minor = minor};

	if (!money_known(currency))
		log_bug("a currency that is none");
	memcpy(m.currency, currency, CODE);
	return m;
}

int64_t
money_minor(struct money m)
{
	return m.minor;
}

static bool
alike(struct money a, struct money b)
{
	return memcmp(a.currency, b.currency, sizeof a.currency) == 0;
}

enum err
money_add(struct money *out, struct money a, struct money b)
{
	int64_t sum;

	if (!alike(a, b) || __builtin_add_overflow(a.minor, b.minor, &sum))
		return ERR_INPUT;
	a.minor = sum;
	*out = a;
	return OK;
}

enum err
money_sub(struct money *out, struct money a, struct money b)
{
	int64_t difference;

	if (!alike(a, b) ||
	    __builtin_sub_overflow(a.minor, b.minor, &difference))
		return ERR_INPUT;
	a.minor = difference;
	*out = a;
	return OK;
}

struct money
money_negate(struct money m)
{
	if (__builtin_sub_overflow(INT64_C(0), m.minor, &m.minor))
		log_bug("an amount that cannot be negated");
	return m;
}

int
money_cmp(struct money a, struct money b)
{
	if (!alike(a, b))
		log_bug("unlike currencies compared");
	return (a.minor > b.minor) - (a.minor < b.minor);
}

int
money_sign(struct money m)
{
	return (m.minor > 0) - (m.minor < 0);
}

/* Appends a digit on the side of zero that ${negative} says. */
static bool
push(int64_t *minor, int digit, bool negative)
{
	return !__builtin_mul_overflow(*minor, 10, minor) &&
	       !__builtin_add_overflow(*minor, negative ? -digit : digit,
				       minor);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

enum err
money_parse(const char *text, const char *currency, struct money *out)
{
	int decimals = find(currency), after = 0;
	int64_t minor = 0;
	bool negative;

	if (text == NULL || decimals < 0)
		return ERR_INPUT;
	negative = *text == '-';
	text += negative;
	if (!is_digit(*text) || (*text == '0' && is_digit(text[1])))
		return ERR_INPUT;
	for (; is_digit(*text); text++)
		if (!push(&minor, *text - '0', negative))
			return ERR_INPUT;
	if (*text == '.') {
		for (text++; is_digit(*text); text++)
			if (++after > decimals ||
			    !push(&minor, *text - '0', negative))
				return ERR_INPUT;
		if (after == 0)
			return ERR_INPUT;
	}
	for (; after < decimals; after++)
		if (!push(&minor, 0, negative))
			return ERR_INPUT;
	if (*text != '\0')
		return ERR_INPUT;
	*out = money_of(minor, currency);
	return OK;
}

/* What stands between digits is a character: 19 digits, the marks between them,
 * a sign and a NUL fit into what either buffer has. */
enum { MARK_MAX = 4 };

/* Writes ${text} before ${at}; returns where it begins. */
static char *
before(char *at, const char *text)
{
	size_t len = strlen(text);

	return memcpy(at - len, text, len);
}

/* Writes the decimals and ${point} before ${end} and leaves the whole units in
 * ${size}; returns where they begin. */
static char *
put_decimals(char *end, struct money m, const char *point, uint64_t *size)
{
	int n = money_decimals(m.currency);
	char *at = end;

	*size = m.minor < 0 ? -(uint64_t)m.minor : (uint64_t)m.minor;
	for (; n > 0; n--, *size /= 10)
		*--at = (char)('0' + *size % 10);
	return at == end ? at : before(at, point);
}

char *
money_text(char out[MONEY_TEXT], struct money m)
{
	char room[MONEY_TEXT], *end = room + sizeof room, *at = end;
	uint64_t size;

	*--at = '\0';
	at = put_decimals(at, m, ".", &size);
	at = digits_of(at, size);
	if (m.minor < 0)
		*--at = '-';
	return memcpy(out, at, (size_t)(end - at));
}

char *
money_show(char out[MONEY_SHOWN], struct money m, const char *group,
	   const char *point, bool plus)
{
	char room[MONEY_SHOWN], *end = room + sizeof room, *at = end;
	uint64_t size;
	int n;

	if (strlen(group) > MARK_MAX || strlen(point) > MARK_MAX)
		log_bug("a mark too long for an amount");
	*--at = '\0';
	at = put_decimals(at, m, point, &size);
	for (n = 0; n == 0 || size > 0; n++, size /= 10) {
		if (n > 0 && n % 3 == 0)
			at = before(at, group);
		*--at = (char)('0' + size % 10);
	}
	if (m.minor < 0)
		at = before(at, "\u2212");
	else if (plus && m.minor > 0)
		*--at = '+';
	return memcpy(out, at, (size_t)(end - at));
}
