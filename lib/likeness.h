/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* likeness.h: how alike two people's names are, whatever alphabet, spelling
 * and order they are written in, and why. */
#ifndef CLICKNET_LIKENESS_H
#define CLICKNET_LIKENESS_H

#include <json-c/json.h>
#include <stdbool.h>
#include "lib/pool.h"

enum { LIKENESS_PARTS = 12, LIKENESS_PART = 32 };

/* One part of a name: in Latin letters; as it sounds, so that Mueller, Müller
 * and Muller are one; and its consonants. */
struct likeness_part {
	char plain[LIKENESS_PART], sound[LIKENESS_PART], bones[LIKENESS_PART];
	char core[LIKENESS_PART]; /* the consonants every script writes */
	bool small; /* "al", "von", "de": counts only where all else does */
	bool bare;  /* of a script that leaves vowels out */
};

struct likeness_name {
	int count;
	struct likeness_part part[LIKENESS_PARTS];
	bool cut; /* the last part may be the beginning of a longer one */
};

/* Takes a name apart. Titles are left out, and what is beyond the twelfth
 * part. */
void likeness_read(const char *name, struct likeness_name *out);

/* Makes one part of the part ${at} and the next. */
void likeness_join(struct likeness_name *, int at);

/* What was found alike; the parts are of the two names, or of them with two
 * of their parts in one. */
struct likeness_pair {
	char a[LIKENESS_PART], b[LIKENESS_PART];
	int fit;         /* 0 to 100 */
	const char *how; /* a phrase, static: "the same" */
};
struct likeness {
	int score; /* 0 to 100 */
	int count, missing; /* pairs; parts of the longer name without one */
	struct likeness_pair pair[LIKENESS_PARTS];
};

/* From 0, nothing in common, to 100, the same parts in any order. Parts that
 * only one of the two has cost little, parts that differ much. One part in
 * common with a longer name is at most 60. */
struct likeness likeness_of(const struct likeness_name *a,
			    const struct likeness_name *b);

/* The same for two texts. */
struct likeness likeness(const char *a, const char *b);

/* How many letters to change, add, drop or exchange with their neighbour to
 * make one the other; ${bound} + 1 if more than ${bound} (at most 3). Texts
 * are shorter than LIKENESS_PART. */
int likeness_edits(const char *a, const char *b, int bound);

/* {score, parts: [{a, b, fit, how}], missing}: a new reference. */
json_object *likeness_json(const struct likeness *);

/* "anna - anna: the same; mueller - miller: one letter off". Pool memory. */
const char *likeness_words(struct pool *, const struct likeness *);

#endif
