/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture.c: any bytes as a picture. What is taken is a JPEG of a bearable
 * size, and can be taken again. */
#include "lib/picture.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { PIXELS = 1000 * 1000 };

static void
check(struct pool *pool, const struct picture *made)
{
	struct picture again = {.pixels_max = PIXELS};
	const char *why;

	if (made->len < 4 || memcmp(made->jpeg, "\xff\xd8\xff", 3) != 0 ||
	    made->width > PICTURE_SIDE || made->height > PICTURE_SIDE ||
	    picture_make(pool, made->jpeg, made->len, &again, &why) != OK ||
	    again.width != made->width || again.height != made->height)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pool *pool = pool_new();
	struct picture made = {.pixels_max = PIXELS};
	const char *why = NULL;
	enum err e = picture_make(pool, data, len, &made, &why);

	if (e == OK)
		check(pool, &made);
	else if (e == ERR_INTERNAL || why == NULL)
		abort();
	pool_free(pool);
	return 0;
}
