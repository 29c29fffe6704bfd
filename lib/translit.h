/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* translit.h: letters of other alphabets in Latin ones, so that names written
 * in either can be compared. */
#ifndef CLICKNET_TRANSLIT_H
#define CLICKNET_TRANSLIT_H

#include <stdbool.h>
#include <stddef.h>

enum { TRANSLIT_MAX = 6 }; /* longest form of one letter, with NUL */

enum translit {
	TRANSLIT_LATIN, /* ${out} are letters a to z or digits, maybe none */
	TRANSLIT_BARE,  /* the same, of a script that leaves vowels out */
	TRANSLIT_OTHER, /* a letter we have no table for, as it is */
	TRANSLIT_BREAK  /* no letter: a blank, a hyphen, a bracket */
};

/* The next letter of *at, which moves behind it: "É" gives "e", "ü" "ue",
 * "Щ" "shch", "ش" "sh". Accents of their own and apostrophes give nothing.
 * *at < end. */
enum translit translit(const char **at, const char *end,
		       char out[TRANSLIT_MAX]);

#endif
