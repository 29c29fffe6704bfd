/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* details_check.c: what is wrong with what an applicant says, all of it at
 * once. */
#include <ctype.h>
#include <string.h>

#include "bank/details.h"
#include "lib/clock.h"
#include "lib/country.h"

#define EMPTY "Please fill this in."
#define CHOOSE "Please choose one."

/* The list of complaints as it grows. */
struct notes {
	struct pool *pool;
	struct details_note *first, **last;
};

static void
complain(struct notes *n, const char *field, const char *message)
{
	struct details_note *note;

	if (message == NULL)
		return;
	note = pool_alloc(n->pool, sizeof *note);
	*note = (struct details_note){NULL, field, message};
	*n->last = note;
	n->last = &note->next;
}

/* Letters are not counted by their alphabet: people have names in all of
 * them. But digits, and marks that no name has, are a slip. */
const char *
details_name_wrong(const char *text)
{
	if (*text == '\0')
		return EMPTY;
	if (strpbrk(text, "0123456789<>@#{}[]\\/|=+*%$_^~\"!?;:") != NULL)
		return "Please give the name as it stands in your document, "
		       "in letters.";
	return NULL;
}

int
details_age(const char *birth_date, int32_t today)
{
	int y, m, d, weekday, ty, tm, td;
	int32_t day;

	if (!clock_parse_date(birth_date, &day) || day > today)
		return -1;
	clock_split(day, &y, &m, &d, &weekday);
	clock_split(today, &ty, &tm, &td, &weekday);
	return ty - y - (tm < m || (tm == m && td < d));
}

const char details_too_young[] = "You are too young for this account. Please "
				 "choose another one.";

static const char *
birth_wrong(const char *text, int32_t today, int age_min)
{
	int age = details_age(text, today);

	if (*text == '\0')
		return EMPTY;
	if (age < 0)
		return "Please give the date as year-month-day, such as "
		       "1990-05-17.";
	if (age > 120)
		return "Please check the year.";
	return age < age_min ? details_too_young : NULL;
}

static const char *
country_wrong(const char *code)
{
	const struct country *c = country_find(code);

	return c != NULL && strlen(code) == 2 ? NULL : CHOOSE;
}

static const char *
filled(const char *text)
{
	return *text == '\0' ? EMPTY : NULL;
}

static int
letters(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += isalnum((unsigned char)*text) != 0;
	return n;
}

/* Every country has its own: what none of them has is a slip. */
static const char *
tax_wrong(const char *text)
{
	if (*text == '\0')
		return EMPTY;
	if (letters(text) < 4 ||
	    text[strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ -/.")] != '\0')
		return "Please check the tax number: letters and digits, at "
		       "least four.";
	return NULL;
}

/* Places whose letters know no postcode leave it out. */
static const char *
postcode_wrong(const char *text)
{
	if (text[strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ -")] != '\0')
		return "Please check the postcode.";
	return NULL;
}

bool
details_word(const char *words, const char *word)
{
	size_t n, len = strlen(word);

	for (;; words += n + 1) {
		n = strcspn(words, "|");
		if (n == len && memcmp(words, word, n) == 0)
			return true;
		if (words[n] == '\0')
			return false;
	}
}

static const char *
word_wrong(const char *words, const char *word)
{
	return details_word(words, word) ? NULL : CHOOSE;
}

static void
person_check(struct notes *n, const struct details *d, int32_t today,
	     int age_min)
{
	complain(n, "given_names", details_name_wrong(d->given_names));
	complain(n, "family_name", details_name_wrong(d->family_name));
	complain(n, "birth_date",
		 birth_wrong(d->birth_date, today, age_min));
	complain(n, "nationality", country_wrong(d->nationality));
}

struct details_note *
details_check(struct pool *pool, const struct details *d, int32_t today,
	      int age_min)
{
	struct notes n = {.pool = pool};

	n.last = &n.first;
	person_check(&n, d, today, age_min);
	complain(&n, "address", filled(d->address));
	complain(&n, "postcode", postcode_wrong(d->postcode));
	complain(&n, "city", filled(d->city));
	complain(&n, "country", country_wrong(d->country));
	complain(&n, "tax_country", country_wrong(d->tax_country));
	complain(&n, "tax_id", tax_wrong(d->tax_id));
	complain(&n, "occupation",
		 word_wrong(DETAILS_OCCUPATIONS, d->occupation));
	complain(&n, "source_of_funds",
		 word_wrong(DETAILS_FUNDS, d->source_of_funds));
	if (!d->declarations)
		complain(&n, "declarations",
			 "We can only go on if you confirm this.");
	return n.first;
}
