/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening.h: lists of people whom nobody may serve without a second look,
 * and who of them somebody is like. */
#ifndef CLICKNET_SCREENING_H
#define CLICKNET_SCREENING_H

#include "bank/application.h"
#include "bank/import.h"

/* Likeness of names (lib/likeness.h) that, with what is known of the birth
 * dates, makes a hit: the same, near (one of year and day the same, or day and
 * month exchanged, or the year known only and next to it), not known. Names
 * with birth dates far apart are of two people. */
enum {
	SCREENING_SAME = 75, SCREENING_NEAR = 85, SCREENING_UNKNOWN = 90,
	SCREENING_MOST = 20 /* hits of one search */
};

/* Somebody on a list; pool memory. One of an entry, by its best name. */
struct screening_match {
	struct screening_match *next;
	const char *list, *entry, *name;
	const char *birth_date, *country; /* all the list has, "|" between */
	int score;            /* 0 to 100 */
	const char *why;      /* in words, for staff */
	const char *evidence; /* JSON: name, birth_date, country, likeness (of
				 lib/likeness.h), born (same, near, unknown),
				 same_country (same, other, unknown), why */
};

/* Who somebody is like, best first. ${birth_date} ("1990-05-17") and
 * ${country} (alpha-2) may be "" or NULL: not known. */
enum err screening_search(struct db *, struct pool *, const char *name,
			  const char *birth_date, const char *country,
			  struct screening_match **list);

/* The same for an application: by its details and by ${also} (the name on the
 * document, or NULL). Reads only, so that it can be done before db_write. */
enum err screening_of(struct db *, struct pool *, const struct application *,
		      const char *also, struct screening_match **list);

/* Inside db_write: keeps what was found. A hit that was found before and looks
 * the same, cleared or not, stays as it is, and so does a confirmed one; one
 * that was cleared when it looked otherwise is followed by another, one that
 * was open is replaced. Audited, also that nothing was found. */
enum err screening_keep(struct db *, struct pool *, const struct application *,
			const struct screening_match *list,
			const struct actor *);

/* What was found of an application, oldest first; pool memory. Staff decide
 * about it: bank/review.h. */
struct screening_hit {
	struct screening_hit *next;
	uint8_t id[SECRET_ID];
	int64_t application;
	const char *list, *entry;
	int score;
	const char *evidence; /* JSON as of a match; "" once wiped */
	const char *state;    /* open, cleared, confirmed */
	const char *note;
	int64_t decided_by;   /* user; 0: nobody yet */
	int64_t made_at, decided_at;
};
enum err screening_hits(struct db *, struct pool *, int64_t application,
			struct screening_hit **list);

/* Inside db_write: puts a name on a list. */
struct screening_name {
	const char *list, *entry, *name, *birth_date, *country;
	bool alias;
};
enum err screening_add(struct db *, const struct screening_name *);

/* Inside db_write: takes a list away with all its names. */
enum err screening_drop(struct db *, const char *list);

/* Lists from a CSV file with the columns list, entry, name, aliases?,
 * birth_dates?, countries?; several in one field have | between. Birth dates
 * are 1966-03-05, 1966-03, 1966 or 1964/1966; countries ISO 3166-1, of two or
 * three letters. Each list that is named in the file takes the place of the
 * one of that name. Rows of one entry add names to it. Applications that wait
 * for the bank are looked up anew. */
struct screening_import {
	const char *file;
	void (*progress)(int64_t done, int64_t all); /* may be NULL */

	/* Out, in pool memory: as of struct import. */
	struct import_line *complaints;
	int complained;
	int64_t lists, entries, names, applications;
};

/* Calls db_write, once; audited. ERR_INPUT: there are complaints and nothing
 * has changed. */
enum err screening_import(struct db *, struct pool *,
			  struct screening_import *);

#endif
