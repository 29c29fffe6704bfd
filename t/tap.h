/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tap.h: the Test Anything Protocol for unit tests; a test's name is a
 * sentence about the bank. */
#ifndef CLICKNET_TAP_H
#define CLICKNET_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_count, tap_failed;

#define ok(yes, ...) tap_ok((yes), __FILE__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 4, 5), unused)) static bool
tap_ok(bool yes, const char *file, int line, const char *name, ...)
{
	char text[400];
	va_list args;

	va_start(args, name);
	vsnprintf(text, sizeof text, name, args);
	va_end(args);
	printf("%sok %d - %s\n", yes ? "" : "not ", ++tap_count, text);
	if (!yes) {
		tap_failed++;
		printf("# failed at %s:%d\n", file, line);
	}
	fflush(stdout);
	return yes;
}

#define is_int(have, want, ...)                                              \
	do {                                                                 \
		int64_t have_ = (have), want_ = (want);                      \
		if (!ok(have_ == want_, __VA_ARGS__))                        \
			printf("# have %" PRId64 ", want %" PRId64 "\n",     \
			       have_, want_);                                \
	} while (0)

#define is_text(have, want, ...)                                             \
	do {                                                                 \
		const char *have_ = (have), *want_ = (want);                 \
		if (!ok(have_ && want_ && strcmp(have_, want_) == 0,         \
			__VA_ARGS__))                                        \
			printf("# have [%s]\n# want [%s]\n",                 \
			       have_ ? have_ : "(null)",                     \
			       want_ ? want_ : "(null)");                    \
	} while (0)

/* A checker makes everything take longer: tests do less of the same. */
__attribute__((unused)) static bool
tap_slow(void)
{
	return getenv("CLICKNET_FEW") != NULL;
}

/* How often a test does the same. */
__attribute__((unused)) static int
tap_times(int all, int few)
{
	return tap_slow() ? few : all;
}

/* Where it takes longest, of a row of like tries every ${few}th is made. */
__attribute__((unused)) static bool
tap_skims(void)
{
	return getenv("CLICKNET_SKIM") != NULL;
}

__attribute__((unused)) static int
tap_step(int few)
{
	return tap_skims() ? few : 1;
}

/* True, and said, where a part is left to a run without a checker. */
__attribute__((unused)) static bool
tap_left_out(const char *what)
{
	if (tap_slow())
		printf("# %s: left to a run without a checker\n", what);
	return tap_slow();
}

/* The last line of main: prints the plan. */
__attribute__((unused)) static int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
