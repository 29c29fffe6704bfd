/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ceremony.h: questions put to passkeys: random, answered once, within
 * minutes, in the session that asked. */
#ifndef CLICKNET_CEREMONY_H
#define CLICKNET_CEREMONY_H

#include "lib/db.h"
#include "lib/secret.h"

/* How long one lives, and how many live at once: of a kind from one address
 * for one person (or for all strangers there), and of all strangers, of whose
 * the oldest gives way. */
enum {
	CEREMONY_MINUTES = 5,
	CEREMONY_OF_ONE = 50,
	CEREMONY_OF_STRANGERS = 5000
};

struct ceremony {
	uint8_t id[SECRET_ID];
	const char *kind;             /* "create", "login", "pay" */
	int64_t user;                 /* 0: a stranger */
	const uint8_t *session;       /* token hash; NULL before sign-in */
	uint8_t subject[SECRET_ID];   /* of "pay": the code's challenge */
	uint8_t nonce[SECRET_HASH];
	uint8_t challenge[SECRET_HASH]; /* what is to be signed */
	const char *address;          /* or its network */
	int64_t expires_at;
	int64_t open;                 /* how many are now, of CEREMONY_OF_ONE */
};

/* Asks; calls db_write. The caller fills kind, user, session, subject and
 * address and, for "pay", nonce and challenge; gets the rest. ERR_RATE: too
 * many are open for that address. */
enum err ceremony_open(struct db *, struct ceremony *);

/* Uses one up, whatever the answer is worth; inside db_write. Returns whether
 * what it wrote can be kept; *why is NULL, or why it may not be answered. Fills
 * user, subject, nonce and challenge. */
enum err ceremony_take(struct db *, const char *kind,
		       const uint8_t id[SECRET_ID], const uint8_t *session,
		       struct ceremony *out, const char **why);

/* Ends every one; inside db_write. As session_end_all. */
enum err ceremony_end_all(struct db *);

#endif
