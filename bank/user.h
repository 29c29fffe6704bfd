/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* user.h: who may sign in. */
#ifndef CLICKNET_USER_H
#define CLICKNET_USER_H

#include "bank/event.h"
#include "lib/db.h"
#include "lib/pool.h"

struct user {
	int64_t id, customer; /* customer 0: staff without one */
	const char *user_id, *role, *password; /* password: encoded */
	int64_t password_set_at;
	bool changed; /* by another than this program: lets nobody in */
};

/* By the name typed at sign-in, case and outer spaces forgiven. ERR_MISSING;
 * here and wherever one is read, ERR_CONFLICT: the row was changed by another
 * (logged). */
enum err user_find(struct db *, struct pool *, const char *user_id,
		   struct user *out);

/* As user_find, with as much work for a name that nobody has: *known is false
 * then and *out somebody else's row, picked by ${chance}; its password is NULL
 * if there is none. A changed row is no error here: out->changed says so. */
enum err user_or_other(struct db *, struct pool *, const char *user_id,
		       uint64_t chance, struct user *out, bool *known);

/* By its row; and the first of a customer. */
enum err user_get(struct db *, struct pool *, int64_t id, struct user *out);
enum err user_of(struct db *, struct pool *, int64_t customer,
		 struct user *out);

/* The user id of a row. */
enum err user_name(struct db *, struct pool *, int64_t id, const char **out);

/* The normal form of a user id: lower case, trimmed. Pool memory. */
const char *user_normal(struct pool *, const char *user_id);

/* 3 to 40 letters, digits and . _ - @; NULL if good, else why not. */
const char *user_id_fault(const char *user_id);

/* Adds one; inside db_write. ${password} is encoded already
 * (secret_password): hashing takes its time outside. ERR_CONFLICT: the user id
 * is taken. */
enum err user_add(struct db *, struct user *, const struct actor *);

/* Another password, encoded, set now; or the same one encoded anew. Inside
 * db_write. */
enum err user_password(struct db *, const struct user *, const char *password);
enum err user_password_again(struct db *, const struct user *,
			     const char *password);

/* Each row that was changed by another, in the order of their ids: calls
 * ${tell} with its user id; *count is how many rows there are. */
enum err user_check(struct db *, int64_t *count,
		    void (*tell)(void *arg, const char *user_id), void *arg);

/* Seals every row as it stands, for a bank from before rows had seals; inside
 * db_write. */
enum err user_seal_all(struct db *, struct pool *);

#endif
