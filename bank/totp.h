/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* totp.h: a person's authenticator app: begun, confirmed, asked, removed. */
#ifndef CLICKNET_TOTP_H
#define CLICKNET_TOTP_H

#include "bank/factor.h"

enum { TOTP_DIGITS = 6, TOTP_WRONG_MAX = 100 };

/* In pool memory. confirmed_at 0: its first code has not been given yet, and
 * none is taken at sign-in. */
struct totp {
	const char *secret; /* base32 */
	int64_t made_at, confirmed_at, failures;
};

/* ERR_MISSING if the user has none. */
enum err totp_get(struct db *, struct pool *, int64_t user, struct totp *out);

/* Makes a new secret, in place of one that was never confirmed. ERR_CONFLICT:
 * there is one in use. Calls db_write. */
enum err totp_begin(struct db *, const struct factor_owner *);

/* The app's first right code takes it into use, and the person is told.
 * ERR_OTP: wrong. ERR_MISSING: none is waiting. Calls db_write. */
enum err totp_confirm(struct db *, const struct factor_owner *,
		      const char *code);

/* Removes it and tells the person, if it was in use. ERR_MISSING: there is
 * none. Calls db_write. */
enum err totp_remove(struct db *, const struct factor_owner *);

/* Would a code be taken? Not after TOTP_WRONG_MAX wrong ones since the last
 * right one, until the app is added anew. */
enum err totp_usable(struct db *, int64_t user, bool *usable);

/* Is ${code} right now, give or take half a minute? It counts once, and none
 * before it after it. Inside db_write; the writing must be kept. */
enum err totp_try(struct db *, const struct factor_owner *, const char *code,
		  bool *right);

/* What an app reads off the QR code; pool memory. */
const char *totp_uri(struct pool *, const char *user_id, const char *secret);

#endif
