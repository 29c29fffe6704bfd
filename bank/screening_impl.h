/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening_impl.h: what the files of the screening share. */
#ifndef CLICKNET_SCREENING_IMPL_H
#define CLICKNET_SCREENING_IMPL_H

#include "bank/screening.h"
#include "lib/likeness.h"

enum { SCREENING_KEYS = 256, SCREENING_KEY = 10 };

/* What a name is found by, and for which of its parts (a bit each). */
struct screening_key {
	char text[SCREENING_KEY];
	uint32_t parts;
};
struct screening_keys {
	int count;
	struct screening_key key[SCREENING_KEYS];
};
void screening_keys(const struct likeness_name *, struct screening_keys *out);

/* The names that may be like one, by their numbers; pool memory. */
enum err screening_candidates(struct db *, struct pool *,
			      const struct likeness_name *, int64_t **names,
			      int *count);

/* How near the birth dates are: see screening.h. ${listed} may hold several:
 * the nearest counts. */
enum screening_born {
	SCREENING_BORN_FAR, SCREENING_BORN_UNKNOWN, SCREENING_BORN_NEAR,
	SCREENING_BORN_SAME
};
enum screening_born screening_born(const char *birth_date,
				   const char *listed);

/* Is that one of the forms of a birth date on a list? */
bool screening_date_valid(const char *text);

#endif
