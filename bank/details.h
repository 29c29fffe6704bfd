/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* details.h: what somebody who asks for an account says about themselves. */
#ifndef CLICKNET_DETAILS_H
#define CLICKNET_DETAILS_H

#include "bank/application.h"

/* In pool memory; absent texts are "". Countries are alpha-2 codes. */
struct details {
	const char *given_names, *family_name;
	const char *birth_date;      /* "1990-05-17" */
	const char *nationality;
	const char *address, *address_more, *postcode, *city, *country;
	const char *tax_id, *tax_country;
	const char *occupation;      /* a word of DETAILS_OCCUPATIONS */
	const char *source_of_funds; /* a word of DETAILS_FUNDS */
	bool pep;          /* holds high public office, or is close to one */
	bool declarations; /* it is true, for themselves, and the terms hold */
};
#define DETAILS_OCCUPATIONS                                                  \
	"employed|self_employed|civil_servant|student|retired|at_home|"      \
	"looking|other"
#define DETAILS_FUNDS                                                        \
	"salary|business|pension|benefits|savings|investments|inheritance|"  \
	"family|sale|other"

/* Those of an application; all empty if none were given yet. */
enum err details_read(struct pool *, const struct application *,
		      struct details *out);

/* As JSON; pool memory. */
const char *details_text(struct pool *, const struct details *);

/* Writes them into the application; inside db_write. */
enum err details_write(struct db *, struct pool *, struct application *,
		       const struct details *, const struct actor *);

/* As customer_index_all, for applications. */
enum err details_index_all(struct db *, struct pool *);

/* A complaint about a field: ${message} is an English sentence, a key of
 * share/locale; static. */
struct details_note {
	struct details_note *next;
	const char *field, *message;
};

/* What is said to who is younger than an account's owner may be. */
extern const char details_too_young[];

/* Every complaint, in the order of the fields; NULL: they are good. Whoever is
 * younger than ${age_min} on the day ${today} may not have the account. */
struct details_note *details_check(struct pool *, const struct details *,
				   int32_t today, int age_min);

/* What is wrong with a person's name: an English sentence, static; NULL: it is
 * one. */
const char *details_name_wrong(const char *text);

/* Full years on the day ${today}; -1 if it is no date. */
int details_age(const char *birth_date, int32_t today);

/* Is the word one of those, "a|b|c"? */
bool details_word(const char *words, const char *word);

#endif
