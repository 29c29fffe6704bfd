/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* plain_impl.h: what the plain*.c files share; nobody else includes it. */
#ifndef CLICKNET_PLAIN_IMPL_H
#define CLICKNET_PLAIN_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLAIN_NAME = 12 }; /* room for a name of an element or entity */

struct plain_tag {
	char name[PLAIN_NAME]; /* lower case, cut; "" for what is no element */
	bool closes;
	const char *href;
	size_t href_len;
};

/* A tag or comment at its "<"; returns what stands behind it, NULL if the "<"
 * begins none. */
const char *plain_tag(const char *at, const char *end, struct plain_tag *);

/* The character an entity stands for, 0 if it is none we know. */
int32_t plain_entity(const char *name);

/* White space as HTML has it: blanks that do not break are none. */
bool plain_space(char);

#endif
