/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* webauthn.c: the only includer of fido.h; it adds what libfido2 leaves to
 * the relying party. */
#include "lib/webauthn.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
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

/* Keys as libfido2 has them; NULL: these bytes cannot be one. */
#define KEY_LIST(X) X(es256) X(eddsa) X(rs256)
#define KEY_OPEN(name)                                                       \
	static void *name##_open(struct piece key)                           \
	{                                                                    \
		name##_pk_t *pk = name##_pk_new();                           \
		if (pk == NULL)                                              \
			log_bug("out of memory");                            \
		if (name##_pk_from_ptr(pk, key.data, key.len) == FIDO_OK)    \
			return pk;                                           \
		name##_pk_free(&pk);                                         \
		return NULL;                                                 \
	}                                                                    \
	static void name##_end(void *key)                                    \
	{                                                                    \
		name##_pk_t *pk = key;                                       \
		name##_pk_free(&pk);                                         \
	}
KEY_LIST(KEY_OPEN)
#undef KEY_OPEN

enum { ES256_HALF = 32, EDDSA_KEY = 32, RS256_N = 256, RS256_E = 3 };

/* The kinds of key in the one form CTAP2 prescribes (COSE); a general reader
 * of CBOR would reserve whatever room a stranger's bytes announce. Each part
 * is announced by the bytes before it. */
static const struct kind {
	int alg;
	size_t size; /* of a key, which no two kinds have in common */
	struct {
		struct piece head;
		size_t len;
	} part[2];
	void *(*open)(struct piece key);
	void (*end)(void *key);
} kinds[] = {
	{COSE_ES256, 2 * ES256_HALF,
	 {{{"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10}, ES256_HALF},
	  {{"\x22\x58\x20", 3}, ES256_HALF}},
	 es256_open, es256_end},
	{COSE_EDDSA, EDDSA_KEY,
	 {{{"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10}, EDDSA_KEY},
	  {{"", 0}, 0}},
	 eddsa_open, eddsa_end},
	{COSE_RS256, RS256_N + RS256_E,
	 {{{"\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00", 11}, RS256_N},
	  {{"\x21\x43", 2}, RS256_E}},
	 rs256_open, rs256_end},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* 2048 bits, and the exponent all devices use: with 1 anybody could sign. */
static bool
rsa_sound(const uint8_t *key)
{
	static const uint8_t e[RS256_E] = {1, 0, 1};

	return key[0] & 0x80 && key[RS256_N - 1] & 1 &&
	       memcmp(key + RS256_N, e, sizeof e) == 0;
}

static void *
key_open(const struct kind *k, struct piece key)
{
	if (k->alg == COSE_RS256 && !rsa_sound(key.data))
		return NULL;
	return k->open(key);
}

/* The bytes of a key of that kind; false if it is of another. */
static bool
key_parts(const struct kind *k, const uint8_t *at, size_t left, uint8_t *key)
{
	size_t i, head, len;

	for (i = 0; i < 2; i++) {
		head = k->part[i].head.len;
		len = k->part[i].len;
		if (left < head + len ||
		    memcmp(at, k->part[i].head.data, head) != 0)
			return false;
		memcpy(key, at + head, len);
		key += len;
		at += head + len;
		left -= head + len;
	}
	return true;
}

static const char *
key_read(struct webauthn *w, const uint8_t *at, size_t left)
{
	uint8_t *key = pool_alloc(w->pool, WEBAUTHN_KEY_MAX);
	const struct kind *k = kinds;
	void *opened;

	while (k < kinds + KINDS && !key_parts(k, at, left, key))
		k++;
	if (k == kinds + KINDS)
		return "key is of no kind we know";
	w->key = (struct piece){key, k->size};
	if ((opened = key_open(k, w->key)) == NULL)
		return "key cannot be one";
	k->end(opened);
	return NULL;
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
assertion_verify(struct webauthn *w, fido_assert_t *a, int alg, const void *key)
{
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
	if (fido_assert_verify(a, 0, alg, key) != FIDO_OK)
		return "the signature does not fit";
	return NULL;
}

/* A key we kept tells its kind by its size. */
static const char *
key_verify(struct webauthn *w)
{
	const struct kind *k = kinds;
	const char *why;
	fido_assert_t *a;
	void *key;

	while (k < kinds + KINDS && k->size != w->key.len)
		k++;
	fido_init(0);
	if (k == kinds + KINDS || (key = key_open(k, w->key)) == NULL)
		return "the stored key cannot be one";
	if ((a = fido_assert_new()) == NULL)
		log_bug("out of memory");
	why = assertion_verify(w, a, k->alg, key);
	fido_assert_free(&a);
	k->end(key);
	return why;
}

const char *
webauthn_get(struct webauthn *w)
{
	const char *why;

	if ((why = client_check(w, "webauthn.get")) != NULL ||
	    (why = auth_check(w)) != NULL)
		return why;
	if (w->auth_data.len != AUTH_SIZE ||
	    (flags_of(w) & (HAS_KEY | HAS_MORE)) != 0)
		return "more than was asked for";
	return key_verify(w);
}
