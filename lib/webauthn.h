/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* webauthn.h: what the holder of a passkey sends, checked: bytes in, facts
 * out. fido.h is included by webauthn.c alone. */
#ifndef CLICKNET_WEBAUTHN_H
#define CLICKNET_WEBAUTHN_H

#include "lib/secret.h"

enum {
	WEBAUTHN_CHALLENGE = 32, /* bytes we ask to be signed */
	WEBAUTHN_KEY_MAX = 259,
	WEBAUTHN_AAGUID = 16,    /* the make of an authenticator */
	WEBAUTHN_ID_MAX = 1023   /* of a credential id */
};

struct webauthn {
	struct pool *pool;
	/* What must be so: the relying party ("bank.example"), the page's
	 * origin as browsers write it ("https://bank.example"), and the
	 * challenge that was handed out. */
	const char *rp, *origin;
	const uint8_t *challenge;
	/* What was sent: the client data as its raw bytes, the authenticator's
	 * data and, of an assertion, its signature (DER). */
	struct piece client_data, auth_data, signature;
	/* Of an assertion in, of a new one out (pool memory): a public key of
	 * ES256 (64 bytes: x, then y), EdDSA (32: x) or RS256 (259: modulus
	 * of 2048 bits, then exponent). */
	struct piece key;
	/* out */
	struct piece id; /* of a new credential, pool memory */
	uint8_t aaguid[WEBAUTHN_AAGUID];
	uint32_t sign_count;
	bool backed_up; /* the key lives on other devices too */
};

/* Checks a registration: type, challenge, origin, no other page around ours,
 * relying party, the person present and verified, a key of a kind we know.
 * NULL: good, and the facts are filled in. Else why not, one distinct reason
 * each: static, English, for the log and nobody outside. What attests the
 * authenticator's make is not looked at: aaguid is its own word. */
const char *
webauthn_create(struct webauthn *);

/* The same of an assertion: also that ${key} signed it. That the counter rose,
 * that the challenge was used once and that the credential is the person's,
 * the caller sees to. */
const char *
webauthn_get(struct webauthn *);

#endif
