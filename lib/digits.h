/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* digits.h: numbers as decimal text where printf would take longer than all the
 * rest. */
#ifndef CLICKNET_DIGITS_H
#define CLICKNET_DIGITS_H

#include <stdint.h>
#include <string.h>

enum { DIGITS = 20 }; /* of any number, its sign among them */

/* Writes them before ${end}; returns where they begin. No NUL. */
static inline char *
digits_of(char *end, uint64_t n)
{
	static const char pairs[] =
		"00010203040506070809" "10111213141516171819"
		"20212223242526272829" "30313233343536373839"
		"40414243444546474849" "50515253545556575859"
		"60616263646566676869" "70717273747576777879"
		"80818283848586878889" "90919293949596979899";

	for (; n >= 100; n /= 100)
		memcpy(end -= 2, pairs + n % 100 * 2, 2);
	if (n >= 10)
		return memcpy(end - 2, pairs + n * 2, 2);
	*--end = (char)('0' + n);
	return end;
}

/* The same with a sign. */
static inline char *
digits_before(char *end, int64_t n)
{
	end = digits_of(end, n < 0 ? -(uint64_t)n : (uint64_t)n);
	if (n < 0)
		*--end = '-';
	return end;
}

#endif
