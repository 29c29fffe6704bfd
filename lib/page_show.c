/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_show.c: amounts, days and account numbers as people read them. */
#include "lib/page_impl.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/money.h"

enum { INPUT = 100 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "1234.50 EUR"; one blank or more between. */
static bool
show_money(const struct page_language *l, char *text, bool plus,
	   char out[PAGE_SHOWN])
{
	const struct page_patterns *p = &l->patterns;
	char *currency = strrchr(text, ' '), *end = currency;
	char shown[MONEY_SHOWN];
	struct money m;

	if (currency == NULL)
		return false;
	while (end > text && end[-1] == ' ')
		end--;
	*end = '\0';
	currency++;
	if (!money_known(currency) || money_parse(text, currency, &m) != OK)
		return false;
	money_show(shown, m, p->group, p->point, plus);
	snprintf(out, PAGE_SHOWN, "%s", shown);
	return true;
}

static int
two_digits(const char *p)
{
	if (!is_digit(p[0]) || !is_digit(p[1]))
		return -1;
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/* "Z" or "+02:00" and nothing after it, as minutes ahead of UTC. */
static bool
zone_read(const char *p, int *minutes)
{
	int h, m;

	if (strcmp(p, "Z") == 0) {
		*minutes = 0;
		return true;
	}
	if ((*p != '+' && *p != '-') || strlen(p) != 6 || p[3] != ':')
		return false;
	h = two_digits(p + 1);
	m = two_digits(p + 4);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*minutes = *p == '+' ? h * 60 + m : -(h * 60 + m);
	return true;
}

/* "2026-11-22T07:30:00Z"; fractions of a second are passed over. */
static bool
instant_read(const char *text, int64_t *at)
{
	char date[CLOCK_DATE];
	int h, m, s, minutes;
	const char *p = text + 19;
	int32_t day;

	if (strlen(text) < 20 || text[10] != 'T' || text[13] != ':' ||
	    text[16] != ':')
		return false;
	snprintf(date, sizeof date, "%.10s", text);
	h = two_digits(text + 11);
	m = two_digits(text + 14);
	s = two_digits(text + 17);
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60)
		return false;
	if (*p == '.' && is_digit(p[1]))
		for (p++; is_digit(*p); p++)
			;
	if (!zone_read(p, &minutes) || !clock_parse_date(date, &day))
		return false;
	*at = (int64_t)day * CLOCK_DAY_MS +
	      ((int64_t)(h * 60 + m - minutes) * 60 + s) * CLOCK_SECOND;
	return true;
}

static bool
day_read(const char *text, int32_t *day)
{
	int64_t at;

	if (clock_parse_date(text, day))
		return true;
	if (!instant_read(text, &at))
		return false;
	*day = clock_day(at);
	return true;
}

/* Adds what fits; a pattern is short and so are the words in it. */
static void
put(char out[PAGE_SHOWN], size_t *at, const char *text, size_t len)
{
	if (len < PAGE_SHOWN - *at) {
		memcpy(out + *at, text, len);
		*at += len;
		out[*at] = '\0';
	}
}

/* The word a pattern means at its beginning, and what of it that takes. */
static const char *
pattern_word(const char *pattern, const char *words[][2], size_t *len)
{
	for (; (*words)[0] != NULL; words++) {
		*len = strlen((*words)[0]);
		if (strncmp(pattern, (*words)[0], *len) == 0)
			return (*words)[1];
	}
	return NULL;
}

static void
fill(const struct page_language *l, const char *pattern, int32_t day,
     char out[PAGE_SHOWN])
{
	const struct page_patterns *p = &l->patterns;
	char year[12], number[12];
	const char *words[][2] = {{"{d}", number}, {"{y}", year},
				  {"{month}", NULL}, {"{weekday}", NULL},
				  {NULL, NULL}};
	const char *word;
	int y, m, d, weekday;
	size_t at = 0, len;

	clock_split(day, &y, &m, &d, &weekday);
	snprintf(year, sizeof year, "%d", y);
	snprintf(number, sizeof number, "%d", d);
	words[2][1] = p->months[m - 1];
	words[3][1] = p->weekdays[weekday];
	*out = '\0';
	while (*pattern != '\0') {
		if ((word = pattern_word(pattern, words, &len)) != NULL)
			put(out, &at, word, strlen(word));
		else
			put(out, &at, pattern, len = 1);
		pattern += len;
	}
}

static bool
show_date(const struct page_language *l, const char *text,
	  char out[PAGE_SHOWN])
{
	int32_t day;

	if (!day_read(text, &day))
		return false;
	fill(l, l->patterns.date, day, out);
	return true;
}

static bool
show_day(const struct page_language *l, const char *text, char out[PAGE_SHOWN])
{
	const struct page_patterns *p = &l->patterns;
	int32_t day, today = clock_day(clock_now());
	int y, this_year, m, d, weekday;

	if (!day_read(text, &day))
		return false;
	clock_split(day, &y, &m, &d, &weekday);
	clock_split(today, &this_year, &m, &d, &weekday);
	if (day == today || day == today - 1)
		snprintf(out, PAGE_SHOWN, "%s",
			 page_words_of(l, day == today ? "Today"
						       : "Yesterday"));
	else
		fill(l, y == this_year ? p->day : p->day_year, day, out);
	return true;
}

static bool
show_time(const char *text, char out[PAGE_SHOWN])
{
	char local[CLOCK_RFC3339];
	int64_t at;

	if (!instant_read(text, &at))
		return false;
	snprintf(out, PAGE_SHOWN, "%.5s", clock_local(local, at) + 11);
	return true;
}

static bool
show_iban(const char *text, char out[PAGE_SHOWN])
{
	size_t at = 0;
	int n = 0;

	*out = '\0';
	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		if (!is_digit(*text) && (*text < 'A' || *text > 'Z') &&
		    (*text < 'a' || *text > 'z'))
			return false;
		if (n != 0 && n % 4 == 0)
			put(out, &at, " ", 1);
		put(out, &at, text, 1);
		n++;
	}
	return true;
}

bool
page_show(enum page_function function, const struct page_language *l,
	  const char *text, size_t len, char out[PAGE_SHOWN])
{
	char in[INPUT];

	while (len > 0 && page_tag_space(*text)) {
		text++;
		len--;
	}
	while (len > 0 && page_tag_space(text[len - 1]))
		len--;
	if (len >= sizeof in || memchr(text, '\0', len) != NULL)
		return false;
	memcpy(in, text, len);
	in[len] = '\0';
	switch (function) {
	case PAGE_MONEY:
		return show_money(l, in, false, out);
	case PAGE_SIGNED:
		return show_money(l, in, true, out);
	case PAGE_DATE:
		return show_date(l, in, out);
	case PAGE_DAY:
		return show_day(l, in, out);
	case PAGE_TIME:
		return show_time(in, out);
	case PAGE_IBAN:
		return show_iban(in, out);
	case PAGE_T:
	case PAGE_FUNCTIONS:
		break;
	}
	return false;
}
