/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* clock.c: the only file that asks the time. */
#include "lib/clock.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/log.h"

#define ZONES "/usr/share/zoneinfo/"

/* What a buffer can show: 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z. */
static const int32_t first_day = -719528, last_day = 2932896;
enum { DAY_S = 86400 };

static _Atomic int64_t frozen;
static unsigned zone_count; /* 0: none was set, the bank's zone is UTC */

/* The bank's day this thread asked for last, as [start, end). */
static _Thread_local struct {
	unsigned zone;
	int32_t day;
	int64_t start, end;
} known = {.zone = UINT_MAX};

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t
clock_now(void)
{
	int64_t held = atomic_load(&frozen);
	struct timespec t;

	if (held != 0)
		return held;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * CLOCK_SECOND + t.tv_nsec / 1000000;
}

void
clock_freeze(int64_t now)
{
	atomic_store(&frozen, now);
}

static int64_t
nanoseconds(clockid_t of)
{
	struct timespec t;

	clock_gettime(of, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t
clock_mono(void)
{
	return nanoseconds(CLOCK_MONOTONIC);
}

int64_t
clock_thread(void)
{
	return nanoseconds(CLOCK_THREAD_CPUTIME_ID);
}

/* True if the system has rules for ${zone}. The name may come from a settings
 * file: it must not lead out of the folder. */
static bool
zone_exists(const char *zone)
{
	char path[PATH_MAX], magic[4];
	int fd, n;
	bool yes;

	n = snprintf(path, sizeof path, ZONES "%s", zone);
	if (zone[0] == '\0' || zone[0] == '/' || strstr(zone, "..") != NULL ||
	    n < 0 || (size_t)n >= sizeof path)
		return false;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	yes = read(fd, magic, sizeof magic) == sizeof magic &&
	      memcmp(magic, "TZif", sizeof magic) == 0;
	close(fd);
	return yes;
}

bool
clock_zone_known(const char *zone)
{
	return strcmp(zone, "UTC") == 0 || zone_exists(zone);
}

void
clock_zone(const char *zone)
{
	char name[PATH_MAX + 1] = "UTC0";

	if (zone_exists(zone))
		snprintf(name, sizeof name, ":%s", zone);
	else if (!clock_zone_known(zone))
		log_event("error", "zone_unknown", "zone", zone, "instead",
			  "UTC", NULL);
	setenv("TZ", name, 1);
	tzset();
	zone_count++;
}

static void
local(int64_t second, struct tm *tm)
{
	time_t t = second;

	if (zone_count == 0 || localtime_r(&t, tm) == NULL)
		gmtime_r(&t, tm);
}

static int32_t
local_day(int64_t second)
{
	struct tm tm;

	local(second, &tm);
	return clock_join(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* The second at which the date turns to ${day}, or past it where the zone's
 * calendar skips it. Nearly always midnight as the offset of that UTC day has
 * it; else the turn is looked for between bounds no zone's offset reaches. */
static int64_t
day_turn(int32_t day)
{
	int64_t low = (int64_t)day * DAY_S - 16 * 3600, middle;
	int64_t high = (int64_t)day * DAY_S + 16 * 3600;
	struct tm tm;

	local((int64_t)day * DAY_S, &tm);
	middle = (int64_t)day * DAY_S - tm.tm_gmtoff;
	if (local_day(middle) == day && local_day(middle - 1) < day)
		return middle;
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (local_day(middle) >= day)
			high = middle;
		else
			low = middle;
	}
	return high;
}

static int32_t
day_clamp(int64_t day)
{
	return day < first_day ? first_day : day > last_day ? last_day : day;
}

/* Keeps an instant to what can be shown, two days from the ends: days have
 * neighbours then, and an offset leads nowhere strange. */
static int64_t
instant_clamp(int64_t instant)
{
	int64_t low = ((int64_t)first_day + 2) * CLOCK_DAY_MS;
	int64_t high = ((int64_t)last_day - 1) * CLOCK_DAY_MS - 1;

	return instant < low ? low : instant > high ? high : instant;
}

/* Days are made of [start, next start), so that no day ever comes back, not
 * even where a clock was once set back across midnight. */
int32_t
clock_day(int64_t instant)
{
	instant = instant_clamp(instant);
	if (known.zone == zone_count && instant >= known.start &&
	    instant < known.end)
		return known.day;
	known.day = local_day(floor_div(instant, CLOCK_SECOND));
	known.start = clock_day_start(known.day);
	while (instant < known.start)
		known.start = clock_day_start(--known.day);
	known.end = clock_day_start(known.day + 1);
	while (instant >= known.end) {
		known.start = known.end;
		known.end = clock_day_start(++known.day + 1);
	}
	known.zone = zone_count;
	return known.day;
}

int64_t
clock_day_start(int32_t day)
{
	return day_turn(day_clamp(day)) * CLOCK_SECOND;
}

int
clock_hour(int64_t instant)
{
	struct tm tm;

	local(floor_div(instant_clamp(instant), CLOCK_SECOND), &tm);
	return tm.tm_hour;
}

/* Two digits at ${out}, with a mark before them if there is one. A page of
 * history has a hundred of these. */
static void
two_digits(char *out, int n, char mark)
{
	if (mark != '\0')
		out[-1] = mark;
	out[0] = (char)('0' + n / 10 % 10);
	out[1] = (char)('0' + n % 10);
}

char *
clock_rfc3339(char out[CLOCK_RFC3339], int64_t instant)
{
	int64_t second = floor_div(instant_clamp(instant), CLOCK_SECOND);
	int32_t day = (int32_t)floor_div(second, DAY_S);
	int s = (int)(second - (int64_t)day * DAY_S);

	clock_date(out, day);
	two_digits(out + 11, s / 3600, 'T');
	two_digits(out + 14, s / 60 % 60, ':');
	two_digits(out + 17, s % 60, ':');
	memcpy(out + 19, "Z", 2);
	return out;
}

/* One day after the other is nearly always the same. */
char *
clock_date(char out[CLOCK_DATE], int32_t day)
{
	static _Thread_local struct {
		int32_t day;
		char text[CLOCK_DATE];
	} last = {.day = 0, .text = "1970-01-01"};
	int y, m, d, weekday;

	if (day != last.day) {
		clock_split(day_clamp(day), &y, &m, &d, &weekday);
		two_digits(last.text, y / 100 % 100, '\0');
		two_digits(last.text + 2, y % 100, '\0');
		two_digits(last.text + 5, m, '-');
		two_digits(last.text + 8, d, '-');
		last.day = day;
	}
	return memcpy(out, last.text, CLOCK_DATE);
}

char *
clock_local(char out[CLOCK_RFC3339], int64_t instant)
{
	struct tm tm;

	local(floor_div(instant_clamp(instant), CLOCK_SECOND), &tm);
	strftime(out, CLOCK_RFC3339, "%Y-%m-%dT%H:%M:%S", &tm);
	return out;
}

/* Reads ${n} digits; −1 if there are others. */
static int
digits(const char *text, int n)
{
	int value = 0;

	while (n-- > 0) {
		if (*text < '0' || *text > '9')
			return -1;
		value = value * 10 + (*text++ - '0');
	}
	return value;
}

bool
clock_parse_date(const char *text, int32_t *day)
{
	int y, m, d, y2, m2, d2, weekday;
	int32_t found;

	if (text == NULL || strnlen(text, CLOCK_DATE) != CLOCK_DATE - 1 ||
	    text[4] != '-' || text[7] != '-')
		return false;
	y = digits(text, 4);
	m = digits(text + 5, 2);
	d = digits(text + 8, 2);
	if (y < 1000 || m < 1 || m > 12 || d < 1)
		return false;
	found = clock_join(y, m, d);
	clock_split(found, &y2, &m2, &d2, &weekday);
	if (d2 != d)
		return false;
	*day = found;
	return true;
}

/* The proleptic Gregorian calendar, with years that begin in March: then the
 * leap day comes last, the months before a given one have (153 m + 2) / 5
 * days, and the calendar repeats every 400 years of 146097 days. 719468 days
 * lie between 0000-03-01 and 1970-01-01. */
int32_t
clock_join(int y, int m, int d)
{
	int64_t year = y + floor_div(m - 3, 12), era = floor_div(year, 400);
	int64_t month = m - 3 - floor_div(m - 3, 12) * 12;
	int64_t in_era = year - era * 400;

	return (int32_t)(era * 146097 + in_era * 365 + in_era / 4 -
			 in_era / 100 + (153 * month + 2) / 5 + d - 1 -
			 719468);
}

void
clock_split(int32_t day, int *y, int *m, int *d, int *weekday)
{
	int64_t shifted = (int64_t)day + 719468;
	int64_t era = floor_div(shifted, 146097);
	int64_t in_era = shifted - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 -
			in_era / 146096) / 365;
	int64_t in_year = in_era - (year * 365 + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;

	*d = (int)(in_year - (153 * month + 2) / 5 + 1);
	*m = (int)(month < 10 ? month + 3 : month - 9);
	*y = (int)(year + era * 400 + (month >= 10));
	/* 1970-01-01 was a Thursday. */
	*weekday = (int)(day + INT64_C(3) -
			 floor_div(day + INT64_C(3), 7) * 7);
}
