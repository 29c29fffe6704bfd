/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening_born.c: birth dates as lists have them, and how near they are. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bank/screening_impl.h"
#include "lib/clock.h"

enum { FORM_MAX = 10 };

/* "1966-03-05" looks like "dddd-dd-dd"? */
static bool
looks(const char *text, const char *form)
{
	for (; *form != '\0'; form++, text++)
		if (*form == 'd' ? !isdigit((unsigned char)*text)
				 : *text != *form)
			return false;
	return *text == '\0';
}

static int
year_of(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

bool
screening_date_valid(const char *text)
{
	int32_t day;
	int month;

	if (looks(text, "dddd"))
		return year_of(text) >= 1000;
	if (looks(text, "dddd/dddd"))
		return year_of(text) >= 1000 &&
		       year_of(text) <= year_of(text + 5);
	if (looks(text, "dddd-dd")) {
		month = (text[5] - '0') * 10 + text[6] - '0';
		return year_of(text) >= 1000 && month >= 1 && month <= 12;
	}
	return clock_parse_date(text, &day);
}

/* A day of a list and a day. */
static enum screening_born
days(const char *birth, const char *listed)
{
	if (strcmp(birth, listed) == 0)
		return SCREENING_BORN_SAME;
	if (memcmp(birth, listed, 4) == 0 ||
	    strcmp(birth + 5, listed + 5) == 0)
		return SCREENING_BORN_NEAR;
	return SCREENING_BORN_FAR;
}

/* A span of years and a day; those who made the list were not sure. */
static enum screening_born
years(int birth, int from, int to)
{
	if (birth >= from && birth <= to)
		return SCREENING_BORN_SAME;
	return birth == from - 1 || birth == to + 1 ? SCREENING_BORN_NEAR
						    : SCREENING_BORN_FAR;
}

static enum screening_born
born_one(const char *birth, const char *listed)
{
	if (strlen(listed) == 10)
		return days(birth, listed);
	if (strlen(listed) == 7)
		return memcmp(birth, listed, 7) == 0 ? SCREENING_BORN_SAME
		       : memcmp(birth, listed, 4) == 0
			       ? SCREENING_BORN_NEAR
			       : SCREENING_BORN_FAR;
	return years(year_of(birth), year_of(listed),
		     year_of(listed + (strlen(listed) == 9 ? 5 : 0)));
}

enum screening_born
screening_born(const char *birth_date, const char *listed)
{
	enum screening_born best = SCREENING_BORN_FAR, now;
	char one[FORM_MAX + 1];
	size_t len;

	if (!looks(birth_date, "dddd-dd-dd") || *listed == '\0')
		return SCREENING_BORN_UNKNOWN;
	for (; *listed != '\0'; listed += len + (listed[len] == '|')) {
		len = strcspn(listed, "|");
		memset(one, 0, sizeof one);
		memcpy(one, listed, len < FORM_MAX ? len : FORM_MAX);
		now = screening_date_valid(one) ? born_one(birth_date, one)
						: SCREENING_BORN_UNKNOWN;
		if (now > best)
			best = now;
	}
	return best;
}
