/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mrz.h: the machine-readable lines of passports and identity cards (ICAO Doc
 * 9303 parts 3 to 6), as people type them. */
#ifndef CLICKNET_MRZ_H
#define CLICKNET_MRZ_H

#include <stdbool.h>
#include <stdint.h>

enum { MRZ_LINES = 3, MRZ_WIDTH = 44, MRZ_TEXT_MAX = 600 };

/* Three lines of 30, two of 36, two of 44. */
enum mrz_form { MRZ_NONE, MRZ_TD1, MRZ_TD2, MRZ_TD3 };

/* What does not hold, a bit each: check digits, then what they guard. */
enum {
	MRZ_NUMBER = 1,      /* check digit of the document number */
	MRZ_BIRTH = 2,       /* of the birth date */
	MRZ_EXPIRY = 4,      /* of the expiry date */
	MRZ_OPTIONAL = 8,    /* of a passport's personal number */
	MRZ_WHOLE = 16,      /* of them all together */
	MRZ_BIRTH_DAY = 32,  /* no day of the calendar, or still to come */
	MRZ_EXPIRY_DAY = 64, /* no day, or not after the birth */
	MRZ_SEX = 128,       /* none of M, F, X and < */
	MRZ_STATE = 256,     /* a code no state has */
	MRZ_NAME = 512,      /* no family name, or digits in it */
	MRZ_KIND = 1024      /* a visa, which says nobody's identity */
};

struct mrz {
	enum mrz_form form;
	char line[MRZ_LINES][MRZ_WIDTH + 1]; /* as they were understood */
	char document[3];        /* "P", "ID" */
	char issuer[4], nationality[4];      /* "D", "UTO" */
	char issuer_alpha2[3], alpha2[3];    /* "" if there is none */
	char number[30];
	char optional[31];       /* without what belongs to the number */
	char family[41], given[41];          /* words with a blank between */
	bool cut;                /* the names fill their line: maybe cut off */
	char sex;                /* 'M', 'F', 'X' */
	char birth_date[11];     /* "1974-08-12"; "1974-08", "1974" or "" if the
				    document does not know more */
	char expiry[11];         /* "2012-04-15"; "" if it has none */
	unsigned faults;
};

/* Reads the lines out of typed text: case, blanks and line ends do not count,
 * nor how many < fill a line up; typographic angles are <; O is 0 where only
 * digits can stand, 0 is O where only letters can. NULL, or an English
 * sentence (static) that says why these are no such lines; *out then has no
 * meaning. Faults are left in *out. A birth date lies in the hundred years up
 * to ${today}, an expiry within fifty years of it. */
const char *mrz_read(const char *text, int32_t today, struct mrz *out);

/* The first of some faults in words: an English sentence, static; "" for 0. */
const char *mrz_words(unsigned faults);

/* The check digit (0 to 9) over ${len} characters: weights 7, 3, 1. */
int mrz_digit(const char *text, int len);

/* Is this a state or an organisation of Doc 9303? Its ISO 3166-1 alpha-2
 * code, "" if it has none. ${code} without fillers. */
bool mrz_state(const char code[4], char alpha2[3]);

#endif
