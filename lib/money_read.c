/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* money_read.c: amounts as people type them. */
#include "lib/money.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The longest amount worth reading, and what a hint needs. */
enum { PLAIN = 64, HINT = 160 };

/* Signs that stand for a currency; the longer before those it begins with. */
static const struct {
	const char *sign, *codes;
} signs[] = {
	{"€", "EUR"}, {"£", "GBP GIP FKP SHP EGP SSP SDG SYP LBP"},
	{"US$", "USD"}, {"R$", "BRL"}, {"A$", "AUD"}, {"C$", "CAD NIO"},
	{"$", "USD AUD CAD NZD SGD HKD TWD MXN ARS CLP COP UYU BBD BMD BND BSD "
	      "BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD CVE"},
	{"¥", "JPY CNY"}, {"￥", "JPY CNY"}, {"円", "JPY"}, {"元", "CNY"},
	{"Kč", "CZK"}, {"zł", "PLN"}, {"SFr.", "CHF"}, {"Fr.", "CHF"},
	{"kr.", "SEK NOK DKK ISK"}, {"kr", "SEK NOK DKK ISK"},
	{"Ft", "HUF"}, {"lei", "RON MDL"}, {"₪", "ILS"}, {"₺", "TRY"},
	{"₹", "INR"}, {"৳", "BDT"}, {"₩", "KRW KPW"}, {"฿", "THB"},
	{"₫", "VND"}, {"₱", "PHP"}, {"₦", "NGN"}, {"₵", "GHS"},
	{"₡", "CRC"}, {"₴", "UAH"}, {"₽", "RUB"}, {"₸", "KZT"},
	{"₼", "AZN"}, {"₾", "GEL"}, {"֏", "AMD"},
};

/* Spaces and apostrophes people group by, in the form used below. */
static const struct {
	const char *mark;
	char plain;
} marks[] = {
	{" ", ' '}, {"\t", ' '}, {"\u00a0", ' '}, {"\u202f", ' '},
	{"\u2009", ' '}, {"'", '\''}, {"\u2019", '\''},
};

/* One character of the amount in plain form: a digit, a point, a comma, a
 * space or an apostrophe. Returns its bytes, 0 if it is none of these. */
static size_t
character(const char *s, char *plain)
{
	size_t i, n;

	*plain = *s;
	if ((*s >= '0' && *s <= '9') || *s == '.' || *s == ',')
		return 1;
	for (i = 0; i < sizeof marks / sizeof *marks; i++) {
		n = strlen(marks[i].mark);
		if (strncmp(s, marks[i].mark, n) == 0) {
			*plain = marks[i].plain;
			return n;
		}
	}
	return 0;
}

/* The bytes at ${s} that name the currency by its code or sign, or 0. */
static size_t
currency_at(const char *s, const char *currency)
{
	size_t i, n;

	if (strncasecmp(s, currency, strlen(currency)) == 0)
		return strlen(currency);
	for (i = 0; i < sizeof signs / sizeof *signs; i++) {
		n = strlen(signs[i].sign);
		if (strncmp(s, signs[i].sign, n) == 0 &&
		    strstr(signs[i].codes, currency) != NULL)
			return n;
	}
	return 0;
}

static const char *
skip_spaces(const char *s)
{
	size_t n;
	char c;

	while ((n = character(s, &c)) != 0 && c == ' ')
		s += n;
	return s;
}

/* Takes spaces and one naming of the currency, before or behind, away; what
 * is left goes to ${plain}. False if there is anything else. */
static bool
strip(const char *text, const char *currency, char plain[PLAIN])
{
	size_t len = 0, named, n;
	char c;

	text = skip_spaces(text);
	named = currency_at(text, currency);
	text = skip_spaces(text + named);
	for (; (n = character(text, &c)) != 0; text += n) {
		if (len + 1 == PLAIN)
			return false;
		plain[len++] = c;
	}
	while (len > 0 && plain[len - 1] == ' ')
		len--;
	plain[len] = '\0';
	if (named == 0)
		text = skip_spaces(text + currency_at(text, currency));
	return *text == '\0' && len > 0;
}

static size_t
digits_at(const char *s)
{
	return strspn(s, "0123456789");
}

/* True if s[0..len) is digits alone or in well-formed groups: 1 234 567 or,
 * by commas or spaces, the Indian 12,34,567. No digit follows s[len - 1]. */
static bool
grouped(const char *s, size_t len)
{
	size_t head = digits_at(s), at, next;
	bool threes = true, twos;
	char mark = s[head];

	if (head == len)
		return len > 0;
	if (head == 0 || head > 3 || *s == '0')
		return false;
	twos = head <= 2 && (mark == ',' || mark == ' ');
	for (at = head; at < len; at = next) {
		if (s[at] != mark)
			return false;
		next = at + 1 + digits_at(s + at + 1);
		threes = threes && next - at == 4;
		twos = twos && next - at == (next == len ? 4 : 3);
	}
	return threes || twos;
}

/* Where the decimals' point seems to be: the last mark, if it is a point or a
 * comma and the only one of its kind; else the end. */
static size_t
point_at(const char *s)
{
	size_t len = strlen(s), at = len;

	while (at > 0 && s[at - 1] >= '0' && s[at - 1] <= '9')
		at--;
	if (at == 0 || (s[at - 1] != '.' && s[at - 1] != ','))
		return len;
	return strchr(s, s[at - 1]) == s + at - 1 ? at - 1 : len;
}

/* The strict form: digits of s[0..whole) without marks and leading zeros,
 * then at most ${most} of the decimals behind the point, if there is one. */
static void
strict(char out[PLAIN + 2], const char *s, size_t whole, size_t most)
{
	size_t i, n = 0;

	for (i = 0; i < whole; i++)
		if (s[i] >= '0' && s[i] <= '9' && (n > 0 || s[i] != '0'))
			out[n++] = s[i];
	if (n == 0)
		out[n++] = '0';
	for (i = whole; s[i] != '\0' && i <= whole + most; i++)
		out[n++] = i == whole ? '.' : s[i];
	out[n] = '\0';
}

/* Both readings of "1.234"; false if one of them is none. */
static bool
both(const char *s, size_t point, const char *currency, struct money out[2])
{
	char plain[PLAIN + 2];

	strict(plain, s, strlen(s), 0);
	if (money_parse(plain, currency, &out[0]) != OK)
		return false;
	strict(plain, s, point, (size_t)money_decimals(currency));
	return money_parse(plain, currency, &out[1]) == OK;
}

bool
money_readings(const char *text, const char *currency, struct money out[2])
{
	char s[PLAIN];

	return strip(text, currency, s) && both(s, point_at(s), currency, out);
}

static const char *
hint_of(const char *text, const char *currency)
{
	static _Thread_local char sentence[HINT];
	char large[MONEY_TEXT], small[MONEY_TEXT];
	struct money m[2];

	if (!money_readings(text, currency, m))
		return NULL;
	snprintf(sentence, sizeof sentence,
		 "Did you mean %s or %s? Please write the decimals.",
		 money_text(large, m[0]), money_text(small, m[1]));
	return sentence;
}

enum err
money_read(const char *text, const char *currency, struct money *out,
	   const char **hint)
{
	char s[PLAIN], plain[PLAIN + 2];
	size_t point, len;

	*hint = NULL;
	if (text == NULL || !money_known(currency) || !strip(text, currency, s))
		return ERR_INPUT;
	len = strlen(s);
	point = point_at(s);
	/* One mark with three digits behind it: thousands to some, decimals
	 * to others. Only without decimals there is no doubt, and with three
	 * a point must be one: there is no clearer way to write 1.234. */
	if (point + 4 == len && digits_at(s) == point && grouped(s, len)) {
		if (money_decimals(currency) == 0) {
			point = len;
		} else if (money_decimals(currency) != 3 || s[point] != '.') {
			*hint = hint_of(text, currency);
			return ERR_INPUT;
		}
	}
	if (point + 1 == len || (point > 0 && !grouped(s, point)))
		return ERR_INPUT;
	strict(plain, s, point, len);
	return money_parse(plain, currency, out);
}
