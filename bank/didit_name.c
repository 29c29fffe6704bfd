/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_name.c: whether a document names the person who applies. */
#include "bank/didit_impl.h"
#include "lib/likeness.h"

/* Another spelling of the same, or a name that only one of the two has, fits;
 * one letter off is for people to look at. */
enum { ALIKE = 90, SAME = 95 };

static bool
is_same(const struct likeness *l)
{
	int i;

	for (i = 0; i < l->count; i++)
		if (l->pair[i].fit < SAME)
			return false;
	return l->score >= ALIKE;
}

bool
didit_name_fits(struct pool *pool, const struct didit_word *w,
		const struct details *d, const char **why)
{
	const char *ours = pool_printf(pool, "%s %s", d->given_names,
				       d->family_name);
	const char *theirs = pool_printf(pool, "%s %s", w->first_name,
					 w->last_name);
	struct likeness parts = likeness(ours, theirs);
	struct likeness whole = likeness(ours, w->full_name);

	if (whole.score > parts.score)
		parts = whole;
	*why = likeness_words(pool, &parts);
	return is_same(&parts);
}
