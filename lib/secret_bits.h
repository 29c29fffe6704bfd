/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_bits.h: letters of some bits each put together to bytes; for
 * secret*.c alone. */
#ifndef CLICKNET_SECRET_BITS_H
#define CLICKNET_SECRET_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct secret_bits {
	uint8_t *out;
	size_t room, len;
	int width; /* of a letter, in bits */
	unsigned bits;
	int held;
};

/* One more letter's value; false: there is no room for its byte. */
bool secret_bits_put(struct secret_bits *, unsigned value);

/* How many bytes it is; -1: a letter too many, or what is left over is more
 * than zero bits. */
long secret_bits_end(const struct secret_bits *);

#endif
