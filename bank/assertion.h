/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* assertion.h: a passkey used: to sign in, and to sign a payment. */
#ifndef CLICKNET_ASSERTION_H
#define CLICKNET_ASSERTION_H

#include "bank/ceremony.h"
#include "bank/confirm.h"
#include "bank/passkey.h"

/* What a passkey answered. */
struct assertion {
	struct webauthn w;          /* pool, rp, origin, client_data, auth_data
	                             * and signature are the caller's */
	struct confirm x;           /* pool, session and who are the caller's;
	                             * out as of a right code */
	const uint8_t *ceremony;
	struct piece credential;
	struct piece handle;        /* whose it says it is; may be empty */
	/* out */
	struct passkey passkey;
	const char *why;            /* refused: why, for the log alone */
};

/* The question that pays: what is to be signed is the payment itself. Fills
 * nonce and challenge of ${c}, whose subject and session stand. ERR_MISSING:
 * no such challenge in this session; ERR_EXPIRED: not open any more;
 * ERR_CONFLICT: it confirms no payment. */
enum err assertion_ask(struct db *, struct pool *, struct ceremony *);

/* Signs in who holds the passkey, with nothing else. Calls db_write. OK: as a
 * right login code. ERR_PASSKEY: refused. ERR_LOCKED: the user id is. */
enum err assertion_signin(struct db *, struct assertion *);

/* Does what the payment's right code does, in one commit with the signature,
 * which is kept. Calls db_write. OK: booked. ERR_PASSKEY: refused, the code
 * may still be given. Else as confirm_code. */
enum err assertion_pay(struct db *, struct assertion *);

#endif
