/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signature.h: what a passkey signed for a transfer, kept so that the bank can
 * prove it. */
#ifndef CLICKNET_SIGNATURE_H
#define CLICKNET_SIGNATURE_H

#include "bank/event.h"
#include "bank/payment.h"
#include "lib/webauthn.h"

struct signature {
	uint8_t transfer[SECRET_ID], nonce[SECRET_HASH];
	const char *name, *rp, *origin; /* name: the passkey's */
	struct piece credential, public_key, client_data, auth_data, signature;
	int64_t signed_at;
};

/* What is to be signed for a payment: SHA-256 over the row of netstrings (see
 * chain.h) "clicknet passkey 1", payment id, amount in minor units, currency,
 * payee's name, the account paid to, the account paid from, nonce. */
void signature_challenge(const struct payment *,
			 const uint8_t nonce[SECRET_HASH],
			 uint8_t challenge[SECRET_HASH]);

/* Keeps one with its transfer, and its hash on the customer's record
 * ("transfer.signed"); inside db_write. */
enum err signature_keep(struct db *, struct pool *, const struct signature *,
			int64_t customer, const struct actor *);

/* A transfer's, in pool memory; ERR_MISSING if it has none. */
enum err signature_get(struct db *, struct pool *,
		       const uint8_t transfer[SECRET_ID],
		       struct signature *out);

/* What the record says of one: "TRANSFER HASH", the hash over all but the
 * name. Pool memory. */
const char *signature_detail(struct pool *, const struct signature *);

#endif
