/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* times.c: counts durations in buckets that grow with them. */
#include "bench/times.h"

#include <time.h>

/* Below 64 each has its own bucket; each further doubling has 64. */
void
times_add(struct times *t, int64_t us)
{
	int row = 0;
	int64_t step = us;

	for (; step >= 2 * TIMES_STEPS && row < TIMES_ROWS - 2; row++)
		step >>= 1;
	if (step >= TIMES_STEPS) {
		row++;
		step -= TIMES_STEPS;
	}
	if (step >= TIMES_STEPS)
		step = TIMES_STEPS - 1;
	t->bucket[row * TIMES_STEPS + step]++;
	t->count++;
	if (us > t->max)
		t->max = us;
}

int64_t
times_part(const struct times *t, int per_mille)
{
	int64_t need = (t->count * per_mille + 999) / 1000, seen = 0, end;
	int i, row;

	for (i = 0; i < TIMES_ROWS * TIMES_STEPS; i++) {
		seen += t->bucket[i];
		if (seen < need || need == 0)
			continue;
		row = i / TIMES_STEPS;
		end = row == 0 ? i
			       : ((int64_t)(TIMES_STEPS + i % TIMES_STEPS + 1)
				  << (row - 1)) - 1;
		return end < t->max ? end : t->max;
	}
	return 0;
}

int64_t
times_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
