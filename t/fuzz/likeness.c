/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* likeness.c: any two texts, a line each, as people's names: alike to the same
 * degree whichever stands first, and whole to themselves. */
#include "lib/likeness.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
both(const char *a, const char *b)
{
	struct likeness_name one, other;
	struct likeness l, turned;
	int i;

	likeness_read(a, &one);
	likeness_read(b, &other);
	l = likeness_of(&one, &other);
	turned = likeness_of(&other, &one);
	if (l.score < 0 || l.score > 100 || l.score != turned.score)
		abort();
	for (i = 0; i < l.count; i++)
		if (l.pair[i].fit < 1 || l.pair[i].fit > 100)
			abort();
	l = likeness_of(&one, &one);
	if (one.count > 0 && l.score != 100)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[600], *end;

	if (len >= sizeof text)
		len = sizeof text - 1;
	memcpy(text, data, len);
	text[len] = '\0';
	end = strchr(text, '\n');
	if (end != NULL)
		*end = '\0';
	both(text, end != NULL ? end + 1 : "");
	return 0;
}
