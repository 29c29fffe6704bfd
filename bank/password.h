/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* password.h: what a password must be, which were used before, and setting a
 * new one. */
#ifndef CLICKNET_PASSWORD_H
#define CLICKNET_PASSWORD_H

#include "bank/confirm.h"
#include "bank/event.h"
#include "bank/rate.h"
#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

enum { PASSWORD_FAULTS = 8, PASSWORD_MAX = 128, PASSWORD_RESET_MINUTES = 10 };

/* Everything that is wrong with a password as sentences; how many, 0 if it
 * may be used. Reads the lists of known passwords. */
int password_faults(struct pool *, const char *password,
		    const char *faults[PASSWORD_FAULTS]);

/* What hashing costs today, and the password hashed so: takes its time, so
 * never inside db_write. Pool memory. */
struct secret_cost password_cost(void);
char *password_encode(struct pool *, const char *password);

/* Is it the user's present password or one of the last
 * PASSWORD_HISTORY_COUNT before? Takes as long as that many sign-ins. */
enum err password_used(struct db *, struct pool *, int64_t user,
		       const char *password, bool *used);

/* Inside db_write: makes ${encoded} the user's password, keeps the old one
 * among the past, ends what was begun with it, and tells the person. Sessions
 * are the caller's. */
enum err password_set(struct db *, struct pool *, int64_t user,
		      const char *encoded, const struct actor *);

/* Somebody who is in wants a new one: checks the present one and sends a code.
 * ERR_CREDENTIALS, ERR_LOCKED and ERR_RATE as signing in; ERR_CONFLICT: the new
 * one was used before, or there is no way to reach the person. Calls
 * db_write. */
struct password_change {
	struct pool *pool;
	const struct actor *who;
	int64_t user, customer;
	const char *user_id;
	const uint8_t *session;
	const char *password, *password_new;
	/* out */
	struct challenge challenge;
	bool used;           /* the new one was used before */
	struct rate network; /* as signing in */
	int64_t wait_ms;
};
enum err password_change(struct db *, struct password_change *);

/* For confirm.c. The right code to change one: it is set, all other sessions
 * end, this one gets a new token. The right code of who forgot it: x->token
 * lets password_reset set a new one, until x->expires_at. */
enum err password_confirm(struct db *, struct confirm *);
enum err password_allow(struct db *, struct confirm *);

/* Sets a new one with such a token, once: all sessions end, a lock is lifted.
 * ERR_EXPIRED: the token is not good (any more); ERR_CONFLICT: the password
 * was used before, and the token still stands. Calls db_write. */
struct password_reset {
	struct pool *pool;
	const struct actor *who; /* address and device */
	const char *token, *password_new;
};
enum err password_reset(struct db *, struct password_reset *);

/* As user_check, of such tokens. */
enum err password_check(struct db *, int64_t *count,
			void (*tell)(void *arg, const char *user_id),
			void *arg);

/* Ends those of a person, under whatever user id, and every one; inside
 * db_write. As session_end_person and session_end_all. */
enum err password_end_person(struct db *, int64_t user, int64_t customer);
enum err password_end_all(struct db *);

#endif
