/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* number.c: the only maker of account numbers and check digits. */
#include "bank/number.h"

#include <ctype.h>
#include <string.h>

#include "lib/log.h"
#include "lib/secret.h"
#include "lib/settings.h"

enum { NUMBER_MAX = 34, OWN_DIGITS = 12, SERIAL_DIGITS = 18, TRIES = 50 };

/* Country and length of every IBAN, by the register of ISO 13616. */
static const char lengths[] =
	"AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22"
	"DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HR21"
	"HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27"
	"MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24"
	"RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22"
	"VG24XK20YE30";

/* 0 if the country has no IBAN. */
static int
iban_length(const char *country)
{
	const char *at;

	for (at = lengths; *at != '\0'; at += 4)
		if (memcmp(at, country, 2) == 0)
			return (at[2] - '0') * 10 + at[3] - '0';
	return 0;
}

/* The number as ISO 7064 reads it, first four characters last, letters as 10
 * to 35, modulo 97: 1 if the check digits are right. */
static int
remainder_97(const char *number)
{
	size_t len = strlen(number), i;
	int rest = 0, value;
	char c;

	for (i = 0; i < len; i++) {
		c = number[(i + 4) % len];
		value = isdigit((unsigned char)c) ? c - '0' : c - 'A' + 10;
		rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
	}
	return rest;
}

/* Upper case without spaces; false if it is no account number at all. */
static bool
normal(const char *typed, char out[NUMBER_MAX + 1])
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		if (isspace((unsigned char)*typed))
			continue;
		if (n == NUMBER_MAX || !isalnum((unsigned char)*typed))
			return false;
		out[n++] = (char)toupper((unsigned char)*typed);
	}
	out[n] = '\0';
	return n > 4;
}

static bool
digits(const char *text, size_t n)
{
	return strspn(text, "0123456789") >= n;
}

static bool
has_check_digits(const char *number)
{
	size_t len = strlen(number);

	if (!digits(number + 2, 2))
		return false;
	if (memcmp(number, "CN", 2) == 0)
		return len == 4 + OWN_DIGITS && digits(number + 4, OWN_DIGITS);
	return iban_length(number) == (int)len;
}

bool
number_valid(const char *typed)
{
	char number[NUMBER_MAX + 1];

	if (!normal(typed, number))
		return false;
	return !has_check_digits(number) || remainder_97(number) == 1;
}

/* What the settings say: country, bank code and how many digits are left. */
struct form {
	char country[3], code[NUMBER_MAX + 1];
	int digits;
};

static const char *
form_read(const char *country, const char *code, struct form *f)
{
	char both[NUMBER_MAX + 4];
	int length;

	if (*country == '\0' && *code == '\0') {
		*f = (struct form){"CN", "", OWN_DIGITS};
		return NULL;
	}
	if (*country == '\0' || *code == '\0')
		return "BANK_COUNTRY and BANK_CODE go together.";
	if (strlen(country) != 2 ||
	    (length = iban_length((char[]){
			(char)toupper((unsigned char)country[0]),
			(char)toupper((unsigned char)country[1])})) == 0)
		return "BANK_COUNTRY is no country with IBANs.";
	if (strlen(code) + 4 + 4 > (size_t)length)
		return "BANK_CODE leaves no four digits for the account.";
	memcpy(both, "0000", 4);
	memcpy(both + 4, code, strlen(code) + 1);
	if (!normal(both, f->code))
		return "BANK_CODE has other than letters and digits.";
	memmove(f->code, f->code + 4, strlen(f->code + 4) + 1);
	f->country[0] = (char)toupper((unsigned char)country[0]);
	f->country[1] = (char)toupper((unsigned char)country[1]);
	f->country[2] = '\0';
	f->digits = length - 4 - (int)strlen(f->code);
	return NULL;
}

const char *
number_fault(const char *country, const char *code)
{
	struct form f;

	return form_read(country, code, &f);
}

static int64_t
power_of_ten(int n)
{
	int64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

static int
serial_digits(const struct form *f)
{
	return f->digits < SERIAL_DIGITS ? f->digits : SERIAL_DIGITS;
}

static const char *
form_number(struct pool *pool, const struct form *f, int64_t serial)
{
	char *number;
	int check;

	if (serial < 0 || serial >= power_of_ten(serial_digits(f)))
		return NULL;
	number = pool_printf(pool, "%s00%s%0*lld", f->country, f->code,
			     f->digits, (long long)serial);
	check = 98 - remainder_97(number);
	number[2] = (char)('0' + check / 10);
	number[3] = (char)('0' + check % 10);
	return number;
}

const char *
number_of(struct pool *pool, int64_t serial)
{
	const struct settings *s = settings();
	struct form f;

	if (form_read(s->BANK_COUNTRY, s->BANK_CODE, &f) != NULL)
		return NULL;
	return form_number(pool, &f, serial);
}

static enum err
number_taken(struct db *db, const char *number, bool *taken)
{
	struct stmt *q = db_sql(db, "SELECT 1 AS one FROM account "
				    "WHERE number = :number");

	db_put_text(q, "number", number);
	*taken = db_row(q);
	return db_done(q);
}

enum err
number_make(struct db *db, struct pool *pool, const char **number)
{
	const struct settings *s = settings();
	const char *why;
	char serial[SERIAL_DIGITS + 1];
	struct form f;
	bool taken;
	int64_t n;
	enum err e;
	int tries, i;

	why = form_read(s->BANK_COUNTRY, s->BANK_CODE, &f);
	for (tries = 0; why == NULL && tries < TRIES; tries++) {
		secret_code(serial, serial_digits(&f));
		for (n = 0, i = 0; serial[i] != '\0'; i++)
			n = n * 10 + serial[i] - '0';
		*number = form_number(pool, &f, n);
		if ((e = number_taken(db, *number, &taken)) != OK || !taken)
			return e;
	}
	log_event("error", "number.none", "why",
		  why != NULL ? why : "The numbers are used up.", NULL);
	return ERR_INTERNAL;
}
