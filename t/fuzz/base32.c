/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base32.c: any text as base32; what is read is written and read again. */
#include "lib/secret_otp.h"

#include <stdlib.h>
#include <string.h>

#include "lib/pool.h"

enum { ROOM = 64 };

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pool *pool = pool_new();
	const char *text = pool_strndup(pool, (const char *)data, len);
	uint8_t first[ROOM], second[ROOM];
	char again[2 * ROOM];
	long n = secret_unbase32(first, sizeof first, text);

	if (n > ROOM || n < -1)
		abort();
	if (n >= 0 &&
	    (secret_unbase32(second, sizeof second,
			     secret_base32(again, first, (size_t)n)) != n ||
	     memcmp(first, second, (size_t)n) != 0))
		abort();
	pool_free(pool);
	return 0;
}
