/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_impl.h: what the didit*.c files share; nobody else includes it. */
#ifndef CLICKNET_DIDIT_IMPL_H
#define CLICKNET_DIDIT_IMPL_H

#include "bank/details.h"
#include "bank/didit.h"

/* When one is asked about that need not be. */
static const int64_t DIDIT_NEVER = INT64_MAX;

/* The row that stands in ${q}, with every column of struct didit. */
void didit_row(struct stmt *q, struct pool *, struct didit *out);

/* What is kept of the state of a way back. */
void didit_state_hash(uint8_t hash[SECRET_HASH], const char *state);

/* A status that asks for something: the application's identity it makes, and
 * whether it is the end. NULL: there is none of that name. */
struct didit_status {
	const char *name, *identity;
	bool ends;
};
const struct didit_status *didit_status(const char *name);

/* A word on its way: whose check it is about, and what it does. */
struct didit_tell {
	struct pool *pool;
	struct didit_word *word;
	const struct didit_status *status;
	struct didit check;
	bool current; /* the application waits for this very check */
	struct application application;
	const char *identity;
	enum didit_effect effect;
};

/* Reads the application and whether it waits for the check; writes what the
 * status makes of it, with what was found. Inside db_write. */
enum err didit_application(struct db *, struct didit_tell *);
enum err didit_apply(struct db *, struct didit_tell *);

/* Does the document that was looked at name this person? *why in words; pool
 * memory. */
bool didit_name_fits(struct pool *, const struct didit_word *,
		     const struct details *, const char **why);

/* Wants the pictures that are not there yet; inside db_write. */
enum err didit_pictures_want(struct db *, struct pool *, const char *reference,
			     const struct didit_image *);

#endif
