/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contact.c: reads numbers and mail addresses that nobody has tried yet. */
#include "bank/contact.h"

#include <string.h>
#include <strings.h>

/* E.164: up to fifteen digits; a shorter one is no number of a person. */
enum { DIGITS_MIN = 8, DIGITS_MAX = 15, LOCAL_MAX = 64, EMAIL_MAX = 200 };

/* People write a zero in brackets that falls away behind the country. */
static const char *
behind_country(const char *text)
{
	return strncmp(text, "(0)", 3) == 0 ? text + 3 : text;
}

const char *
contact_mobile(struct pool *pool, const char *text)
{
	struct buf b = {.pool = pool};

	buf_putc(&b, '+');
	if (*text == '+')
		text++;
	else if (strncmp(text, "00", 2) == 0)
		text += 2;
	else
		return NULL;
	while (*text != '\0') {
		text = behind_country(text);
		if (*text >= '0' && *text <= '9')
			buf_putc(&b, *text);
		else if (*text == '\0' || strchr(" -/().", *text) == NULL)
			return NULL;
		text++;
	}
	if (b.len - 1 < DIGITS_MIN || b.len - 1 > DIGITS_MAX ||
	    b.data[1] == '0')
		return NULL;
	return b.data;
}

/* "bank.example": labels of letters, digits and dashes, two or more. */
static bool
domain_good(const char *text)
{
	size_t n;
	int labels = 0;

	for (;; text += n + 1) {
		n = strspn(text, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
		if (n == 0 || n > 63 || text[0] == '-' || text[n - 1] == '-')
			return false;
		labels++;
		if (text[n] == '\0')
			return labels > 1 && n > 1;
		if (text[n] != '.')
			return false;
	}
}

const char *
contact_email(struct pool *pool, const char *text)
{
	size_t local = strspn(text, "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "!#$%&'*+-/=?^_`{|}~.");

	if (local == 0 || local > LOCAL_MAX || text[local] != '@' ||
	    text[0] == '.' || text[local - 1] == '.' ||
	    strstr(text, "..") != NULL || strlen(text) > EMAIL_MAX ||
	    !domain_good(text + local + 1))
		return NULL;
	return pool_strdup(pool, text);
}

bool
contact_same_email(const char *a, const char *b)
{
	return *a != '\0' && strcasecmp(a, b) == 0;
}
