/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* clock.c: tests that the bank's days have no gaps and no doubles. */
#include "lib/clock.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "t/tap.h"

static int32_t
day_of(const char *date)
{
	int32_t day = INT32_MIN;

	if (!clock_parse_date(date, &day))
		printf("# %s is no date\n", date);
	return day;
}

/* The day ${date} begins at ${instant} in the bank's zone now. */
static void
is_start(const char *date, const char *instant, const char *name)
{
	char text[CLOCK_RFC3339];

	is_text(clock_rfc3339(text, clock_day_start(day_of(date))), instant,
		"%s", name);
}

static void
test_freeze(void)
{
	char text[CLOCK_RFC3339];
	int64_t a, b;

	clock_freeze(INT64_C(1795332600123));
	is_int(clock_now(), INT64_C(1795332600123), "a frozen clock stands");
	is_text(clock_rfc3339(text, clock_now()), "2026-11-22T07:30:00Z",
		"an instant is written as the contract says");
	is_text(clock_date(text, 0), "1970-01-01", "another day after it");
	is_text(clock_date(text, 20779), "2026-11-22", "and that one again");
	is_text(clock_date(text, 20779), "2026-11-22", "and again");
	clock_freeze(0);
	ok(clock_now() > INT64_C(1700000000000), "a clock let go runs");
	a = clock_mono();
	b = clock_mono();
	ok(b >= a, "measured time does not go back");
}

static void
test_dates(void)
{
	static const char *const bad[] = {
		"", "2026-11-2", "2026-11-222", "2026-13-01", "2026-00-01",
		"2026-11-00", "2026-11-31", "2026-02-29", "2100-02-29",
		"0999-01-01", "2026/11/22", " 2026-11-2", "2026-1-122",
		"2026-11-22T", "-026-11-22", "2026-+1-22", "20261122",
		"2026-02-30", "2026-11-99",
	};
	int y, m, d, weekday;
	bool refused = !clock_parse_date(NULL, &y), same = true;
	int32_t day, first, end;
	char text[CLOCK_DATE];

	is_int(day_of("1970-01-01"), 0, "days are counted from 1970");
	is_int(day_of("2000-03-01"), 11017, "2000 was a leap year");
	is_int(day_of("2026-11-22"), 20779, "a date is a number of days");
	clock_split(day_of("2026-11-22"), &y, &m, &d, &weekday);
	ok(y == 2026 && m == 11 && d == 22 && weekday == 6,
	   "22 November 2026 is a Sunday");
	clock_split(-1, &y, &m, &d, &weekday);
	ok(y == 1969 && m == 12 && d == 31 && weekday == 2,
	   "the day before 1970 was a Wednesday");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused = refused && !clock_parse_date(bad[i], &day);
	ok(refused, "what is no date is refused");
	first = day_of(tap_slow() ? "1965-01-01" : "1000-01-01");
	end = day_of(tap_slow() ? "2030-12-31" : "9999-12-31");
	for (day = first; day <= end; day++) {
		int last = weekday;

		clock_split(day, &y, &m, &d, &weekday);
		same = same && clock_join(y, m, d) == day &&
		       (day == first ||
			weekday == (last + 1) % 7);
		if (d == 29 && m == 2)
			same = same && clock_parse_date(clock_date(text, day),
							&y) && y == day;
	}
	ok(same, "nine thousand years of days split and join again");
	ok(clock_join(2026, 13, 1) == day_of("2027-01-01") &&
	   clock_join(2026, 0, 1) == day_of("2025-12-01") &&
	   clock_join(2026, 12, 32) == day_of("2027-01-01"),
	   "a month or day too many runs over into the next");
}

static void
test_berlin(void)
{
	char text[CLOCK_RFC3339];
	int64_t start = clock_day_start(day_of("2026-03-29"));

	is_start("2026-03-29", "2026-03-28T23:00:00Z",
		 "the day the clocks go forward begins an hour before UTC's");
	is_start("2026-03-30", "2026-03-29T22:00:00Z",
		 "and has 23 hours");
	is_start("2026-10-25", "2026-10-24T22:00:00Z",
		 "the day the clocks go back begins two hours before UTC's");
	is_start("2026-10-26", "2026-10-25T23:00:00Z",
		 "and has 25 hours");
	is_text(clock_local(text, start + 90 * CLOCK_MINUTE),
		"2026-03-29T01:30:00", "the wall clock is the bank's");
	is_text(clock_local(text, start + 150 * CLOCK_MINUTE),
		"2026-03-29T03:30:00", "and leaves out the hour that is not");
	is_int(clock_hour(start + 150 * CLOCK_MINUTE), 3,
	       "the hour is the bank's");
	is_int(clock_day(start - 1), day_of("2026-03-28"),
	       "a millisecond before midnight is the day before");
	is_int(clock_day(start), day_of("2026-03-29"),
	       "midnight is the new day");
}

static void
test_strange_days(void)
{
	char text[CLOCK_RFC3339];

	clock_zone("America/Sao_Paulo");
	is_start("2018-11-04", "2018-11-04T03:00:00Z",
		 "a day without midnight begins where its first hour does");
	is_text(clock_local(text, clock_day_start(day_of("2018-11-04"))),
		"2018-11-04T01:00:00", "which the wall calls one o'clock");
	is_start("2018-11-05", "2018-11-05T02:00:00Z", "and has 23 hours");
	is_start("2018-02-17", "2018-02-17T02:00:00Z",
		 "a day whose last hour comes twice");
	is_start("2018-02-18", "2018-02-18T03:00:00Z", "has 25 hours");
	clock_zone("Asia/Kolkata");
	is_start("2026-11-22", "2026-11-21T18:30:00Z",
		 "a day in Kolkata begins on the half hour");
	clock_zone("Pacific/Apia");
	is_start("2011-12-30", "2011-12-30T10:00:00Z",
		 "a day Samoa left out begins with the next");
	is_start("2011-12-31", "2011-12-30T10:00:00Z",
		 "and has no length");
	is_int(clock_day(clock_day_start(day_of("2011-12-30"))),
	       day_of("2011-12-31"), "so that no instant is in it");
	clock_zone("America/St_Johns");
	ok(clock_day(clock_day_start(day_of("2006-10-29"))) ==
	   day_of("2006-10-29"),
	   "a clock set back across midnight does not bring a day back");
}

/* True if the days of fifty years follow each other without gap or double,
 * and each instant is in the day clock_day says. */
static bool
days_fit(const char *zone)
{
	int32_t first, last, day;
	int64_t start, next, t;

	clock_zone(zone);
	first = day_of(tap_slow() ? "2009-01-01" : "1985-01-01");
	last = day_of(tap_slow() ? "2013-01-01" : "2036-01-01");
	for (day = first; day < last; day++) {
		start = clock_day_start(day);
		next = clock_day_start(day + 1);
		if (start > next)
			return false;
		if (start < next && (clock_day(start) != day ||
				     clock_day(next - 1) != day))
			return false;
	}
	start = clock_day_start(first);
	next = clock_day_start(last);
	for (int i = 0; i < tap_times(20000, 500); i++) {
		t = start + (int64_t)rand() * 997 % (next - start);
		day = clock_day(t);
		if (clock_day_start(day) > t || clock_day_start(day + 1) <= t)
			return false;
	}
	return true;
}

static void
test_zones(void)
{
	static const char *const zones[] = {
		"UTC", "Europe/Berlin", "Europe/London", "America/Sao_Paulo",
		"America/St_Johns", "America/New_York", "Asia/Kolkata",
		"Asia/Tehran", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia",
		"Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu",
		"Australia/Lord_Howe", "Antarctica/Troll", "America/Havana",
	};

	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		ok(days_fit(zones[i]), "each instant is in one day of %s",
		   zones[i]);
}

static void
test_unknown_zone(void)
{
	static const char *const bad[] = {
		"Europe/Atlantis", "", "../../../etc/passwd", "/etc/localtime",
		"Europe", "tzdata.zi", "CET-1CEST",
	};
	bool utc = true;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		clock_zone("Asia/Kolkata");
		clock_zone(bad[i]);
		utc = utc && clock_day_start(20779) == 20779 *
			      (int64_t)CLOCK_DAY_MS;
	}
	ok(utc, "a zone nobody knows is UTC");
}

static void
test_ends(void)
{
	char text[CLOCK_RFC3339], date[CLOCK_DATE];

	clock_zone("Pacific/Kiritimati");
	ok(clock_day(INT64_MAX) > 0 && clock_day(INT64_MIN) < 0 &&
	   clock_day_start(INT32_MAX) > 0 && clock_day_start(INT32_MIN) < 0,
	   "instants beyond all calendars have a day");
	is_int((int64_t)strlen(clock_rfc3339(text, INT64_MAX)), 20,
	       "and can be written");
	is_text(clock_date(date, INT32_MAX), "9999-12-31",
		"the last date is that of the year 9999");
	is_text(clock_date(date, INT32_MIN), "0000-01-01",
		"the first date is that of the year 0");
}

static void *
ask_days(void *arg)
{
	bool *good = arg;

	*good = true;
	for (int32_t day = 15000; day < 20000; day++)
		*good = *good && clock_day(clock_day_start(day)) == day;
	return NULL;
}

static void
test_threads(void)
{
	pthread_t threads[4];
	bool good[4];

	clock_zone("Europe/Berlin");
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, ask_days, &good[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ok(good[0] && good[1] && good[2] && good[3],
	   "threads may ask for days at once");
}

int
main(void)
{
	int64_t began;

	setenv("TZ", "Asia/Tokyo", 1);
	is_start("2026-11-22", "2026-11-22T00:00:00Z",
		 "a bank without a zone has UTC, wherever it is started");
	test_freeze();
	test_dates();
	clock_zone("Europe/Berlin");
	test_berlin();
	test_strange_days();
	test_zones();
	test_unknown_zone();
	test_ends();
	test_threads();
	began = clock_mono();
	for (int i = 0; i < 100000; i++)
		clock_day(INT64_C(1795332600123) + i);
	printf("# asking for the day takes %d ns\n",
	       (int)((clock_mono() - began) / 100000));
	return tap_done();
}
