/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_habit.c: when something happens in the demonstration, and how much it
 * costs. */
#include <stdlib.h>
#include <string.h>

#include "bank/demo_impl.h"
#include "lib/clock.h"

static const char weekday_names[7][4] = {"mon", "tue", "wed", "thu",
					 "fri", "sat", "sun"};

/* Percent by month. */
static const struct season {
	const char *name;
	int percent[12];
} seasons[] = {
	{"heating", {170, 155, 130, 95, 65, 42, 35, 35, 52, 95, 130, 160}},
	{"light", {116, 112, 106, 99, 93, 88, 86, 88, 94, 101, 109, 116}},
	{"guests", {74, 76, 86, 97, 108, 122, 138, 136, 112, 96, 82, 94}},
	{"gifts", {88, 92, 95, 98, 98, 98, 96, 96, 98, 100, 112, 140}},
};

struct demo_chance
demo_chance_of(int habit, int32_t day)
{
	struct demo_chance c = {(uint64_t)day * 0x9e3779b97f4a7c15u ^
				(uint64_t)habit * 0xd1b54a32d192ed03u};

	demo_chance_upto(&c, 1);
	return c;
}

int64_t
demo_chance_upto(struct demo_chance *c, int64_t n)
{
	uint64_t x = c->state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return (int64_t)((x ^ x >> 31) % ((uint64_t)n + 1));
}

static bool
month_day(int32_t day, int wanted)
{
	int y, m, d, weekday, last;

	clock_split(day, &y, &m, &d, &weekday);
	clock_split(clock_join(y, m + 1, 0), &y, &m, &last, &weekday);
	return d == (wanted < last ? wanted : last);
}

static bool
on_day(const struct demo_habit *h, int wanted, int32_t day)
{
	int y, m, d, weekday;

	clock_split(day, &y, &m, &d, &weekday);
	switch (h->every) {
	case EVERY_WEEK:
		return weekday == wanted;
	case EVERY_FORTNIGHT:
		return weekday == wanted && (day + 3) / 7 % 2 == 0;
	case EVERY_MONTH:
		return month_day(day, wanted);
	case EVERY_YEAR:
		return m * 100 + d == wanted;
	case ONCE:
		return day == wanted;
	}
	return false;
}

static bool
on_any_day(const struct demo_habit *h, int32_t day)
{
	int i;

	for (i = 0; i < h->days; i++)
		if (on_day(h, h->on[i], day))
			return true;
	return false;
}

/* Banks do not clear on weekends: what comes in comes on the Friday before,
 * what goes out goes on the Monday after. */
bool
demo_due(const struct demo_habit *h, int32_t day)
{
	int y, m, d, weekday, toward;

	if (day < h->first || day > h->last)
		return false;
	clock_split(day, &y, &m, &d, &weekday);
	if (strcmp(h->own, "clearing") != 0 || h->every == EVERY_WEEK)
		return on_any_day(h, day);
	if (weekday >= 5)
		return false;
	toward = h->sign > 0 ? 1 : -1;
	if (weekday == (h->sign > 0 ? 4 : 0) &&
	    (on_any_day(h, day + toward) || on_any_day(h, day + 2 * toward)))
		return true;
	return on_any_day(h, day);
}

/* The middle is more likely than the ends. */
int64_t
demo_sum(const struct demo_habit *h, int32_t day, struct demo_chance *c)
{
	int64_t sum = demo_chance_upto(c, h->high - h->low);
	int y, m, d, weekday;

	sum = h->low + (sum + demo_chance_upto(c, h->high - h->low)) / 2;
	clock_split(day, &y, &m, &d, &weekday);
	if (h->season != NULL)
		sum = sum * h->season[m - 1] / 100;
	return h->sign * (sum - sum % h->step);
}

static void
habit_every(struct demo *d, struct demo_habit *h, const char *word)
{
	static const char names[][10] = {"week", "fortnight", "month", "year",
					 "once"};
	int i;

	for (i = 0; i < 5; i++)
		if (strcmp(word, names[i]) == 0) {
			h->every = (enum demo_every)i;
			return;
		}
	demo_fault(d, "This is no rhythm", word);
}

static int
habit_day(struct demo *d, const struct demo_habit *h, const char *word)
{
	int i;

	switch (h->every) {
	case EVERY_WEEK:
	case EVERY_FORTNIGHT:
		for (i = 0; i < 7; i++)
			if (strcmp(word, weekday_names[i]) == 0)
				return i;
		demo_fault(d, "This is no weekday", word);
		return 0;
	case EVERY_MONTH:
		return (int)demo_int(d, word, 1);
	case EVERY_YEAR:
		if (strlen(word) != 5 || word[2] != '-') {
			demo_fault(d, "This is no day of the year", word);
			return 0;
		}
		return (int)demo_int(d, pool_printf(d->pool, "%.2s%s", word,
						    word + 3), 101);
	case ONCE:
		return d->today - (int)demo_int(d, word, 1);
	}
	return 0;
}

static void
habit_days(struct demo *d, struct demo_habit *h, const char *words)
{
	size_t len;

	for (; *words != '\0'; words += len) {
		words += *words == ' ';
		len = strcspn(words, " ");
		if (h->days == DEMO_DAYS)
			demo_fault(d, "These are too many days", words);
		else
			h->on[h->days++] = habit_day(
				d, h, pool_strndup(d->pool, words, len));
	}
}

static void
habit_season(struct demo *d, struct demo_habit *h, const char *word)
{
	size_t i;

	if (*word == '\0')
		return;
	for (i = 0; i < sizeof seasons / sizeof *seasons; i++)
		if (strcmp(word, seasons[i].name) == 0)
			h->season = seasons[i].percent;
	if (h->season == NULL)
		demo_fault(d, "This is no season", word);
}

/* "17-20": from the first hour to before the second. Without: in the bank's
 * own hours, before people are up. */
static void
habit_hours(struct demo *d, struct demo_habit *h, const char *words)
{
	size_t len = strcspn(words, "-");

	h->hour = 5;
	h->hours = 2;
	if (*words == '\0')
		return;
	h->hour = (int)demo_int(d, pool_strndup(d->pool, words, len), 5);
	h->hours = (int)demo_int(d, words + len + (words[len] == '-'), 7) -
		   h->hour;
	if (h->hour < 0 || h->hours < 1 || h->hour + h->hours > 22)
		demo_fault(d, "These are no hours", words);
}

static void
habit_amounts(struct demo *d, struct demo_habit *h, const char **cell)
{
	const char *currency = h->account->currency;
	int64_t low = demo_amount(d, cell[RHYTHM_LOW], currency, 0);
	int64_t high = demo_amount(d, cell[RHYTHM_HIGH], currency, low);

	h->sign = low < 0 ? -1 : 1;
	h->low = low * h->sign;
	h->high = high * h->sign;
	h->step = demo_amount(d, cell[RHYTHM_STEP], currency, 1);
	h->keeps = *cell[RHYTHM_KEEP] != '\0';
	h->keep = demo_amount(d, cell[RHYTHM_KEEP], currency, 0);
	if (h->low <= 0 || h->high < h->low || h->step <= 0)
		demo_fault(d, "These are no amounts", cell[RHYTHM_LOW]);
}

static void
habit_read(struct demo *d, struct demo_habit *h, const char **cell)
{
	h->account = demo_account_find(d, cell[RHYTHM_ACCOUNT]);
	if (h->account == NULL) {
		demo_fault(d, "There is no such account",
			   cell[RHYTHM_ACCOUNT]);
		return;
	}
	h->other = demo_account_find(d, cell[RHYTHM_OTHER]);
	h->own = h->other == NULL ? cell[RHYTHM_OTHER] : "";
	h->kind = cell[RHYTHM_KIND];
	h->party = cell[RHYTHM_PARTY];
	h->purpose = cell[RHYTHM_PURPOSE];
	h->chance = (int)demo_int(d, cell[RHYTHM_CHANCE], 100);
	h->first = d->today - (int)demo_int(d, cell[RHYTHM_FROM], 100000);
	h->last = d->today - (int)demo_int(d, cell[RHYTHM_UNTIL], 1);
	if (h->first < h->account->opened)
		h->first = h->account->opened;
	if (h->other != NULL && h->first < h->other->opened)
		h->first = h->other->opened;
	habit_every(d, h, cell[RHYTHM_EVERY]);
	habit_days(d, h, cell[RHYTHM_ON]);
	habit_season(d, h, cell[RHYTHM_SEASON]);
	habit_hours(d, h, cell[RHYTHM_HOURS]);
	habit_amounts(d, h, cell);
}

void
demo_habits(struct demo *d)
{
	const struct demo_table *t = &d->files->rhythm;
	int i;

	d->habit_count = t->rows;
	d->habits = pool_alloc(d->pool, sizeof *d->habits * (size_t)t->rows);
	for (i = 0; i < t->rows && d->fault == NULL; i++)
		habit_read(d, &d->habits[i], &t->cells[i * t->columns]);
}
