/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signin.h: the first factor, and locking a user id after too many wrong
 * passwords, whether it exists or not. */
#ifndef CLICKNET_SIGNIN_H
#define CLICKNET_SIGNIN_H

#include "bank/challenge.h"
#include "bank/event.h"
#include "bank/rate.h"

/* Checks user id and password and sends a code. Takes as long and answers the
 * same for an unknown user id as for a wrong password: ERR_CREDENTIALS, and
 * ERR_LOCKED after LOGIN_WRONG_PASSWORD_ATTEMPT_LIMIT in a row. ERR_RATE: too
 * many failures came from the address's network (LOGIN_ADDRESS_LIMIT), or too
 * many sign in at once (PASSWORD_QUEUE); ask again in wait_ms. Calls
 * db_write. */
struct signin {
	struct pool *pool;
	const char *user_id, *password;
	const struct actor *who; /* address and device */
	/* out */
	struct challenge challenge;
	struct rate network; /* its failures, this one too */
	int64_t wait_ms;
};
enum err signin_password(struct db *, struct signin *);

/* Checks the password of somebody who is in already, counting wrong ones the
 * same; sends nothing. */
enum err signin_again(struct db *, struct signin *);

/* Forgets the wrong passwords and the lock of a user id in its normal form;
 * inside db_write. */
enum err signin_clear(struct db *, const char *user_id);

/* ERR_LOCKED if the user id is, for other ways in. */
enum err signin_open(struct db *, struct pool *, const char *user_id);

/* Lifts the locks of a user id, for passwords and for codes; calls db_write,
 * audited. ERR_MISSING: there is no such user. */
enum err signin_unlock(struct db *, const char *user_id, const struct actor *);

#endif
