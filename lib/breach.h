/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* breach.h: passwords that others know already: a short list of words, and a
 * large one of hashes. */
#ifndef CLICKNET_BREACH_H
#define CLICKNET_BREACH_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/err.h"
#include "lib/pool.h"

/* Is a password in the list of hashes at ${path}? Takes a few dozen reads
 * however long the list is. ERR_MISSING: there is no such file; ERR_INTERNAL:
 * it is no such list. *found is false then. */
enum err breach_find(const char *path, const char *password, bool *found);

/* Is it one of the lines of the text file at ${path}, in any case, or one with
 * digits and signs behind it? As breach_find. */
enum err breach_common(const char *path, const char *password, bool *found);

/* Makes the list of hashes ${to} of the text file ${from}: a password a line,
 * or, if the first line is one, SHA-1 in hex with or without ":COUNT". The old
 * list stays until the new one is on disk. ERR_INPUT: *why (pool memory) names
 * the line; ERR_INTERNAL: what the system says. */
struct breach_list {
	struct pool *pool;
	const char *from, *to;
	void (*progress)(int64_t done, int64_t all); /* bytes; may be NULL */
	const char *why;                             /* out */
	int64_t lines, entries;
};
enum err breach_build(struct breach_list *);

#endif
