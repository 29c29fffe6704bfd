/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* authenticator.c: keys and signatures by OpenSSL, which is not what checks
 * them. */
#include "t/lib/authenticator.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/lib/rsa_keys.h"

static void
must(bool good)
{
	if (good)
		return;
	printf("Bail out! the authenticator is broken\n");
	exit(1);
}

static void
key_free(void *key)
{
	EVP_PKEY_free(key);
}

static void
key_ec(struct authenticator *a)
{
	uint8_t point[65];
	size_t len;

	must((a->key = EVP_EC_gen("P-256")) != NULL);
	must(EVP_PKEY_get_octet_string_param(a->key, OSSL_PKEY_PARAM_PUB_KEY,
					     point, sizeof point, &len) == 1 &&
	     len == sizeof point);
	a->key_len = 64;
	memcpy(a->public_key, point + 1, a->key_len);
}

static void
key_ed(struct authenticator *a)
{
	a->key_len = 32;
	must((a->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")) != NULL &&
	     EVP_PKEY_get_raw_public_key(a->key, a->public_key,
					 &a->key_len) == 1);
}

/* Two keys in turn. */
static void
key_rsa(struct authenticator *a)
{
	static int turn;
	uint8_t der[1200];
	const uint8_t *at = der;
	BIGNUM *n = NULL;
	long len;

	turn = !turn;
	len = secret_unbase64url(der, sizeof der, rsa_keys[turn]);
	must(len > 0 && (a->key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &at,
						 len)) != NULL &&
	     EVP_PKEY_get_bn_param(a->key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
	     BN_bn2binpad(n, a->public_key, 256) == 256);
	BN_free(n);
	memcpy(a->public_key + 256, "\x01\x00\x01", 3);
	a->key_len = 259;
}

struct authenticator
authenticator_of(struct pool *pool, int alg)
{
	struct authenticator a = {.pool = pool,
				  .rp = "bank.example",
				  .origin = "https://bank.example",
				  .flags = 0x05,
				  .more = ",\"crossOrigin\":false",
				  .alg = alg,
				  .count = 1};

	(alg == -7 ? key_ec : alg == -8 ? key_ed : key_rsa)(&a);
	pool_defer(pool, key_free, a.key);
	secret_random(a.id, sizeof a.id);
	return a;
}

struct authenticator
authenticator_new(struct pool *pool)
{
	return authenticator_of(pool, -7);
}

struct piece
authenticator_key(const struct authenticator *a)
{
	return (struct piece){a->public_key, a->key_len};
}

static struct piece
client_data(struct authenticator *a, const char *type,
	    const uint8_t challenge[32])
{
	const char *json;
	char text[44];

	secret_base64url(text, challenge, 32);
	json = pool_printf(a->pool,
			   "{\"type\":\"%s\",\"challenge\":\"%s\","
			   "\"origin\":\"%s\"%s}",
			   a->type != NULL ? a->type : type, text, a->origin,
			   a->more);
	return (struct piece){json, strlen(json)};
}

static void
put_key(struct buf *b, const struct authenticator *a)
{
	static const uint8_t aaguid[16] = {1, 2, 3, 4, 5, 6, 7, 8,
					   1, 2, 3, 4, 5, 6, 7, 8};

	buf_put(b, aaguid, sizeof aaguid);
	buf_putc(b, 0);
	buf_putc(b, sizeof a->id);
	buf_put(b, a->id, sizeof a->id);
	if (a->alg == -7) {
		buf_put(b, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10);
		buf_put(b, a->public_key, 32);
		buf_put(b, "\x22\x58\x20", 3);
		buf_put(b, a->public_key + 32, 32);
	} else if (a->alg == -8) {
		buf_put(b, "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10);
		buf_put(b, a->public_key, 32);
	} else {
		buf_put(b, "\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00",
			11);
		buf_put(b, a->public_key, 256);
		buf_put(b, "\x21\x43", 2);
		buf_put(b, a->public_key + 256, 3);
	}
}

static struct piece
auth_data(struct authenticator *a, bool with_key)
{
	struct buf b = {.pool = a->pool};
	uint8_t rp[SECRET_HASH];
	int i;

	secret_hash(rp, a->rp, strlen(a->rp));
	buf_put(&b, rp, sizeof rp);
	buf_putc(&b, (char)(a->flags | (with_key ? 0x40 : 0)));
	for (i = 24; i >= 0; i -= 8)
		buf_putc(&b, (char)(a->count >> i));
	if (with_key)
		put_key(&b, a);
	a->count += a->count != 0;
	return (struct piece){b.data, b.len};
}

struct answer
authenticator_create(struct authenticator *a, const uint8_t challenge[32])
{
	return (struct answer){
		.client_data = client_data(a, "webauthn.create", challenge),
		.auth_data = auth_data(a, true)};
}

void
authenticator_sign(struct authenticator *a, struct answer *s)
{
	struct buf b = {.pool = a->pool};
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	uint8_t hash[SECRET_HASH], *out = pool_alloc(a->pool, 256);
	const EVP_MD *md = a->alg == -8 ? NULL : EVP_sha256();
	size_t len = 256;

	secret_hash(hash, s->client_data.data, s->client_data.len);
	buf_put(&b, s->auth_data.data, s->auth_data.len);
	buf_put(&b, hash, sizeof hash);
	must(EVP_DigestSignInit(c, NULL, md, NULL, a->key) == 1 &&
	     EVP_DigestSign(c, out, &len, (uint8_t *)b.data, b.len) == 1);
	EVP_MD_CTX_free(c);
	s->signature = (struct piece){out, len};
}

struct answer
authenticator_get(struct authenticator *a, const uint8_t challenge[32])
{
	struct answer s = {.client_data =
				   client_data(a, "webauthn.get", challenge),
			   .auth_data = auth_data(a, false)};

	authenticator_sign(a, &s);
	return s;
}

const char *
authenticator_text(struct pool *pool, struct piece p)
{
	return secret_base64url(pool_alloc(pool, (4 * p.len + 2) / 3 + 1),
				p.data, p.len);
}
