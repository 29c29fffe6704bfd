/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* authenticator.h: a passkey's device, with a real key: it signs what it is
 * asked to, and lies where a test wants it to. */
#ifndef CLICKNET_TEST_AUTHENTICATOR_H
#define CLICKNET_TEST_AUTHENTICATOR_H

#include "lib/webauthn.h"

enum { AUTHENTICATOR_ID = 20 };
struct authenticator {
	struct pool *pool;
	void *key;
	uint8_t public_key[WEBAUTHN_KEY_MAX], id[AUTHENTICATOR_ID];
	size_t key_len;
	uint32_t count;
	/* What it says; a test may change it. */
	const char *rp, *origin; /* "bank.example", "https://bank.example" */
	const char *type; /* NULL: as asked */
	const char *more; /* members behind the others */
	uint8_t flags; /* present, verified; a key is added */
	int alg; /* COSE */
};

/* With a new key, which ends with the pool: ES256, or of the kind -7 (ES256),
 * -8 (EdDSA) or -257 (RS256). */
struct authenticator
authenticator_new(struct pool *);
struct authenticator
authenticator_of(struct pool *, int alg);
struct piece
authenticator_key(const struct authenticator *);

/* What it answers; pool memory. Each counts one up, unless count is 0. */
struct answer {
	struct piece client_data, auth_data, signature;
};
struct answer
authenticator_create(struct authenticator *, const uint8_t challenge[32]);
struct answer
authenticator_get(struct authenticator *, const uint8_t challenge[32]);

/* The signature made anew, over what now stands in the answer. */
void
authenticator_sign(struct authenticator *, struct answer *);

/* As a page sends bytes; pool memory. */
const char *
authenticator_text(struct pool *, struct piece);

#endif
