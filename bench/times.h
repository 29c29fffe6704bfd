/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* times.h: how long things took, to one part in 64. */
#ifndef CLICKNET_BENCH_TIMES_H
#define CLICKNET_BENCH_TIMES_H

#include <stdint.h>

enum { TIMES_STEPS = 64, TIMES_ROWS = 34 };
struct times {
	int64_t count, max;
	int64_t bucket[TIMES_ROWS * TIMES_STEPS];
};

void times_add(struct times *, int64_t microseconds);

/* The time that ${per_mille} of them did not exceed; 0 if there are none. */
int64_t times_part(const struct times *, int per_mille);

/* Microseconds that only grow. */
int64_t times_now(void);

#endif
