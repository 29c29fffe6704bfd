/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* digits.h: numbers as decimal text where printf would take longer than all the
 * rest. */
#ifndef CLICKNET_DIGITS_H
#define CLICKNET_DIGITS_H

#include <stdint.h>

enum { DIGITS = 20 }; /* of any number, its sign among them */

/* Writes them before ${end}; returns where they begin. No NUL. */
static inline char *
digits_before(char *end, int64_t n)
{
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--end = (char)('0' + left % 10);
	while ((left /= 10) != 0);
	if (n < 0)
		*--end = '-';
	return end;
}

#endif
