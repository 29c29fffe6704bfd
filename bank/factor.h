/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* factor.h: the codes a person has beside those the bank sends: an
 * authenticator app's and recovery codes. */
#ifndef CLICKNET_FACTOR_H
#define CLICKNET_FACTOR_H

#include "bank/event.h"

/* Whose factor it is, and who acts from where. */
struct factor_owner {
	struct pool *pool;
	int64_t user, customer; /* customer 0: staff without one */
	const struct actor *who;
};

/* May such codes confirm this? A sign-in and a step-up, yes. A payment's code
 * is bound to amount and payee, which no such code can be. */
bool factor_counts(const char *purpose);

/* What a user has that would be taken now. */
struct factors {
	bool totp;
	int64_t recovery_left;
};
enum err factor_list(struct db *, int64_t user, struct factors *out);

/* Is ${code} one of the owner's? Then it is used up. Inside db_write, and the
 * writing must be kept whatever *right says. */
enum err factor_try(struct db *, const struct factor_owner *,
		    const char *code, bool *right);

#endif
