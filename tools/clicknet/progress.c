/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* progress.c: a bar for who waits, and for nobody else. */
#include "tools/clicknet/clicknet.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"

enum { WIDTH = 40, EVERY_NS = 100000000 };

static const char *name = "";
static int64_t last;

void
progress_name(const char *what)
{
	name = what;
	last = 0;
}

void
progress_show(int64_t done, int64_t all)
{
	int64_t now = clock_mono();
	int filled;

	if (now - last < EVERY_NS || all <= 0 || !isatty(STDERR_FILENO))
		return;
	last = now;
	if (done > all)
		done = all;
	filled = (int)(done * WIDTH / all);
	fprintf(stderr, "\r%-10s [%.*s%*s] %3d %%", name, filled,
		"########################################", WIDTH - filled,
		"", (int)(done * 100 / all));
	fflush(stderr);
}

void
progress_end(void)
{
	if (last != 0)
		fputs("\r\033[K", stderr);
	last = 0;
}
