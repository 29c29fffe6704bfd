/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* webauthn.c: the only includer of fido.h; it adds what libfido2 leaves to
 * the relying party. */
#include "lib/webauthn.h"

#include <fido.h>
#include <fido/es256.h>
#include <string.h>

#include "lib/http.h"
#include "lib/log.h"

/* The authenticator's data: hash of the relying party's id, flags, counter. */
enum { AUTH_FLAGS = SECRET_HASH, AUTH_SIZE = SECRET_HASH + 5 };
enum {
	PRESENT = 0x01,
	VERIFIED = 0x04,
	MAY_BACK_UP = 0x08,
	BACKED_UP = 0x10,
	HAS_KEY = 0x40,
	HAS_MORE = 0x80
};

static bool
member_is(const struct pairs *members, const char *name, const char *want)
{
	const struct pair *p = pairs_find(members, name);

	return p != NULL && p->kind == PAIR_TEXT && strcmp(p->value, want) == 0;
}

/* A page that is not alone in its window is not the page they see. */
static bool
is_alone(const struct pairs *members)
{
	const struct pair *cross = pairs_find(members, "crossOrigin");

	if (pairs_find(members, "topOrigin") != NULL)
		return false;
	return cross == NULL ||
	       (cross->kind == PAIR_BOOL && strcmp(cross->value, "false") == 0);
}

static const char *
client_check(const struct webauthn *w, const char *type)
{
	char challenge[2 * WEBAUTHN_CHALLENGE];
	struct pairs members = {0};
	json_object *whole;

	if (http_json(w->pool, w->client_data.data, w->client_data.len,
		      &members, &whole) != OK)
		return "client data is no JSON object";
	if (!member_is(&members, "type", type))
		return "another type";
	secret_base64url(challenge, w->challenge, WEBAUTHN_CHALLENGE);
	if (!member_is(&members, "challenge", challenge))
		return "another challenge";
	if (!member_is(&members, "origin", w->origin))
		return "another origin";
	return is_alone(&members) ? NULL : "within another page";
}

static uint8_t
flags_of(const struct webauthn *w)
{
	return ((const uint8_t *)w->auth_data.data)[AUTH_FLAGS];
}

static uint32_t
count_of(const struct webauthn *w)
{
	const uint8_t *at = w->auth_data.data;
	uint32_t n = 0;
	int i;

	for (i = AUTH_FLAGS + 1; i < AUTH_SIZE; i++)
		n = n << 8 | at[i];
	return n;
}

static const char *
auth_check(struct webauthn *w)
{
	const uint8_t *data = w->auth_data.data;
	uint8_t rp[SECRET_HASH], flags;

	if (w->auth_data.len < AUTH_SIZE)
		return "authenticator data is too short";
	secret_hash(rp, w->rp, strlen(w->rp));
	if (!secret_equal(rp, data, sizeof rp))
		return "another relying party";
	flags = flags_of(w);
	if (!(flags & PRESENT))
		return "nobody was present";
	if (!(flags & VERIFIED))
		return "the person was not verified";
	w->sign_count = count_of(w);
	w->backed_up = flags & BACKED_UP;
	return w->backed_up && !(flags & MAY_BACK_UP)
		       ? "backed up without being able to"
		       : NULL;
}

static bool
key_good(const uint8_t key[WEBAUTHN_KEY])
{
	es256_pk_t *pk = es256_pk_new();
	int r;

	if (pk == NULL)
		log_bug("out of memory");
	r = es256_pk_from_ptr(pk, key, WEBAUTHN_KEY);
	es256_pk_free(&pk);
	return r == FIDO_OK;
}

/* The key in the one form CTAP2 prescribes (COSE, ES256); a general reader of
 * CBOR would reserve whatever room a stranger's bytes announce. */
static const char *
key_read(struct webauthn *w, const uint8_t *at, size_t left)
{
	static const uint8_t x_head[] = {0xa5, 0x01, 0x02, 0x03, 0x26,
					 0x20, 0x01, 0x21, 0x58, 0x20};
	static const uint8_t y_head[] = {0x22, 0x58, 0x20};
	enum { HALF = WEBAUTHN_KEY / 2 };

	if (left < sizeof x_head + HALF + sizeof y_head + HALF ||
	    memcmp(at, x_head, sizeof x_head) != 0 ||
	    memcmp(at + sizeof x_head + HALF, y_head, sizeof y_head) != 0)
		return "key is not ES256";
	memcpy(w->key, at + sizeof x_head, HALF);
	memcpy(w->key + HALF, at + sizeof x_head + HALF + sizeof y_head, HALF);
	return key_good(w->key) ? NULL : "key is not on the curve";
}

/* Make, length of the id, id, key; what extensions say is behind it. */
static const char *
credential_read(struct webauthn *w)
{
	const uint8_t *at = (const uint8_t *)w->auth_data.data + AUTH_SIZE;
	size_t left = w->auth_data.len - AUTH_SIZE, len;

	if (left < WEBAUTHN_AAGUID + 2)
		return "credential is cut short";
	memcpy(w->aaguid, at, WEBAUTHN_AAGUID);
	len = (size_t)at[WEBAUTHN_AAGUID] << 8 | at[WEBAUTHN_AAGUID + 1];
	at += WEBAUTHN_AAGUID + 2;
	left -= WEBAUTHN_AAGUID + 2;
	if (len == 0 || len > WEBAUTHN_ID_MAX || len > left)
		return "credential id of another size";
	w->id.len = len;
	w->id.data = memcpy(pool_alloc(w->pool, len), at, len);
	return key_read(w, at + len, left - len);
}

const char *
webauthn_create(struct webauthn *w)
{
	const char *why;

	if ((why = client_check(w, "webauthn.create")) != NULL ||
	    (why = auth_check(w)) != NULL)
		return why;
	return flags_of(w) & HAS_KEY ? credential_read(w)
				     : "no credential in it";
}

/* Presence and verification are asked for again: without set_uv libfido2
 * takes an assertion of anybody who touched the device. */
static const char *
assertion_verify(struct webauthn *w, fido_assert_t *a, es256_pk_t *pk)
{
	if (es256_pk_from_ptr(pk, w->key, WEBAUTHN_KEY) != FIDO_OK)
		return "the stored key is not on the curve";
	if (fido_assert_set_rp(a, w->rp) != FIDO_OK ||
	    fido_assert_set_count(a, 1) != FIDO_OK ||
	    fido_assert_set_up(a, FIDO_OPT_TRUE) != FIDO_OK ||
	    fido_assert_set_uv(a, FIDO_OPT_TRUE) != FIDO_OK)
		log_bug("out of memory");
	if (fido_assert_set_clientdata(a, w->client_data.data,
				       w->client_data.len) != FIDO_OK ||
	    fido_assert_set_authdata_raw(a, 0, w->auth_data.data,
					 w->auth_data.len) != FIDO_OK)
		return "authenticator data cannot be read";
	if (fido_assert_set_sig(a, 0, w->signature.data, w->signature.len) !=
	    FIDO_OK)
		return "no signature";
	if (fido_assert_verify(a, 0, COSE_ES256, pk) != FIDO_OK)
		return "the signature does not fit";
	return NULL;
}

const char *
webauthn_get(struct webauthn *w)
{
	const char *why;
	fido_assert_t *a;
	es256_pk_t *pk;

	if ((why = client_check(w, "webauthn.get")) != NULL ||
	    (why = auth_check(w)) != NULL)
		return why;
	if (w->auth_data.len != AUTH_SIZE ||
	    (flags_of(w) & (HAS_KEY | HAS_MORE)) != 0)
		return "more than was asked for";
	fido_init(0);
	if ((a = fido_assert_new()) == NULL || (pk = es256_pk_new()) == NULL)
		log_bug("out of memory");
	why = assertion_verify(w, a, pk);
	es256_pk_free(&pk);
	fido_assert_free(&a);
	return why;
}
