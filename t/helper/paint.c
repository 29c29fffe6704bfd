/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* paint.c: draws a picture as a stranger might send it, to standard output:
 * paint jpeg 800x600 turn6 gps (see t/lib/paint.h). */
#include "t/lib/paint.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
	struct pool *pool = pool_new();
	struct painted p;
	bool drawn = paint_words(pool, argc - 1, argv + 1, &p);

	if (drawn)
		fwrite(p.data, 1, p.len, stdout);
	pool_free(pool);
	return drawn ? 0 : 64;
}
