/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* options.h: the command line of a driver, by table. */
#ifndef CLICKNET_BENCH_OPTIONS_H
#define CLICKNET_BENCH_OPTIONS_H

#include <stddef.h>

enum option_kind { OPTION_NUMBER, OPTION_TEXT, OPTION_FLAG };

/* ${to} is a long for a number and a flag, a const char * for a text. The
 * sentence says what it means; the default is what stands there. */
struct option_row {
	const char *name;
	enum option_kind kind;
	void *to;
	long min, max;
	const char *sentence;
};

/* Reads --name VALUE and --name=VALUE. What is unknown or out of bounds ends
 * the process with the usage and status 64; --help with status 0. */
void options_read(const struct option_row *, size_t count, const char *usage,
		  int argc, char **argv);

#endif
