/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* clock.h: the time. Instants are milliseconds of UTC since 1970; days are
 * the bank's own days (BANK_TIMEZONE), counted since 1970-01-01. */
#ifndef CLICKNET_CLOCK_H
#define CLICKNET_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_SECOND = 1000, CLOCK_MINUTE = 60000, CLOCK_DAY_MS = 86400000 };
enum { CLOCK_RFC3339 = 25, CLOCK_DATE = 11 }; /* sizes of text buffers */

/* Now. A test may freeze it; clock_freeze(0) lets it run again. */
int64_t clock_now(void);
void clock_freeze(int64_t now);

/* Nanoseconds that only grow, for measuring. */
int64_t clock_mono(void);

/* Nanoseconds of a processor's time that the calling thread took so far. */
int64_t clock_thread(void);

/* Makes ${zone} ("Europe/Berlin") the bank's. Call once, before threads. UTC
 * if it was never called, and (logged) if the system has no such zone. */
void clock_zone(const char *zone);

/* Has the system such a zone? UTC is always there. */
bool clock_zone_known(const char *zone);

/* The bank's day that holds an instant, and the instant a day begins: where
 * clocks skip midnight, the first instant after the gap. A day lasts until the
 * next begins; one the zone's calendar left out has no length. Days never go
 * back when instants do not. */
int32_t clock_day(int64_t instant);
int64_t clock_day_start(int32_t day);

/* The hour 0..23 of an instant in the bank's zone. */
int clock_hour(int64_t instant);

/* "2026-11-22T07:30:00Z" and "2026-11-22". Both return their buffer. */
char *clock_rfc3339(char out[CLOCK_RFC3339], int64_t instant);
char *clock_date(char out[CLOCK_DATE], int32_t day);

/* The wall clock of an instant in the bank's zone, for letters and pages:
 * "2026-11-22T08:30:00". Same buffer size as clock_rfc3339. */
char *clock_local(char out[CLOCK_RFC3339], int64_t instant);

/* Reads "2026-11-22", strictly, years 1000..9999. False if it is no date. */
bool clock_parse_date(const char *text, int32_t *day);

/* Splits a day: year, month 1..12, day 1..31, weekday 0 = Monday. clock_join
 * takes any month and day of month and runs over: month 13 is January of the
 * next year, 31 February 3 March, day 0 the last of the month before. */
void clock_split(int32_t day, int *y, int *m, int *d, int *weekday);
int32_t clock_join(int y, int m, int d);

#endif
