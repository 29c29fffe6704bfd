/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret.c: hashes, and what is sealed under a key. */
#include "lib/secret.h"

#include <gcrypt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/digits.h"
#include "lib/log.h"
#include "lib/secret_key.h"

/* The sealed form: key id, nonce, ciphertext, tag. Nonces are random; with 96
 * bits a key stays good for 2^32 of them, far beyond what a bank stores. */
enum { NONCE = 12, TAG = 16, HEAD = 1 + NONCE, WHERE = 160 };

/* What a thread keeps open, for a fresh handle costs more than its use. */
struct handles {
	gcry_md_hd_t hash;
	gcry_mac_hd_t mac[SECRET_USES];
	gcry_cipher_hd_t cipher;
	uint8_t cipher_id; /* the key it has now; 0: none */
	unsigned round;    /* of the keys the handles have */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_exit;
static _Thread_local struct handles *here;

static void
must(gcry_error_t e)
{
	if (e != 0)
		log_bug(gcry_strerror(e));
}

static void
handles_close(void *arg)
{
	struct handles *h = arg;

	gcry_md_close(h->hash);
	for (int use = 0; use < SECRET_USES; use++)
		gcry_mac_close(h->mac[use]);
	gcry_cipher_close(h->cipher);
	free(h);
	here = NULL;
}

static void
start(void)
{
	if (gcry_check_version("1.10.0") == NULL)
		log_bug("libgcrypt is older than 1.10.0");
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	if (pthread_key_create(&at_exit, handles_close) != 0)
		log_bug("no thread key is left");
}

void
secret_start(void)
{
	pthread_once(&once, start);
}

static struct handles *
handles(void)
{
	struct handles *h = here;

	if (h != NULL)
		return h;
	secret_start();
	if ((h = calloc(1, sizeof *h)) == NULL)
		log_bug("out of memory");
	must(gcry_md_open(&h->hash, GCRY_MD_SHA256, 0));
	for (int use = 0; use < SECRET_USES; use++)
		must(gcry_mac_open(&h->mac[use],
				   use == SECRET_TAG ? GCRY_MAC_GMAC_AES
						     : GCRY_MAC_HMAC_SHA256,
				   0, NULL));
	must(gcry_cipher_open(&h->cipher, GCRY_CIPHER_AES256,
			      GCRY_CIPHER_MODE_GCM, 0));
	if (pthread_setspecific(at_exit, h) != 0)
		log_bug("out of memory");
	return here = h;
}

/* The handles of this thread with the keys of today. */
static struct handles *
keyed(void)
{
	struct handles *h = handles();

	if (h->round == secret_key_round() && h->round != 0)
		return h;
	for (int use = 0; use < SECRET_USES; use++)
		must(gcry_mac_setkey(h->mac[use],
				     secret_key_first((enum secret_use)use),
				     SECRET_KEY));
	h->cipher_id = 0;
	h->round = secret_key_round();
	return h;
}

bool
secret_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	volatile uint8_t difference = 0;

	for (size_t i = 0; i < len; i++)
		difference = difference | (uint8_t)(x[i] ^ y[i]);
	return difference == 0;
}

void
secret_hash(uint8_t out[SECRET_HASH], const void *data, size_t len)
{
	struct piece piece = {data, len};

	secret_hash_pieces(out, &piece, 1);
}

void
secret_hash_pieces(uint8_t out[SECRET_HASH], const struct piece *pieces, int n)
{
	gcry_md_hd_t hash = handles()->hash;

	gcry_md_reset(hash);
	for (int i = 0; i < n; i++)
		gcry_md_write(hash, pieces[i].data, pieces[i].len);
	memcpy(out, gcry_md_read(hash, GCRY_MD_SHA256), SECRET_HASH);
}

void
secret_sha1(uint8_t out[SECRET_SHA1], const void *data, size_t len)
{
	secret_start();
	gcry_md_hash_buffer(GCRY_MD_SHA1, out, data, len);
}

void
secret_mac(uint8_t out[SECRET_HASH], enum secret_use use, const void *data,
	   size_t len)
{
	size_t out_len = SECRET_HASH;
	gcry_mac_hd_t mac = keyed()->mac[use];

	/* One key, one algorithm: two of them are AES's. */
	if (use == SECRET_PERSON || use == SECRET_TAG)
		log_bug("a code under a key for something else");
	must(gcry_mac_reset(mac));
	must(gcry_mac_write(mac, data, len));
	must(gcry_mac_read(mac, out, &out_len));
}

/* Every text has the same nonce: that would give the key of a proof away, and
 * this is none. */
void
secret_tag(uint8_t out[SECRET_TAG_SIZE], const void *data, size_t len)
{
	static const uint8_t nonce[NONCE];
	gcry_mac_hd_t mac = keyed()->mac[SECRET_TAG];
	size_t out_len = SECRET_TAG_SIZE;

	must(gcry_mac_reset(mac));
	must(gcry_mac_setiv(mac, nonce, sizeof nonce));
	must(gcry_mac_write(mac, data, len));
	must(gcry_mac_read(mac, out, &out_len));
}

/* The cipher with key ${id}, nonce and place set, ready for the text. */
static gcry_cipher_hd_t
cipher(const uint8_t *key, uint8_t id, const uint8_t nonce[NONCE],
       const char *where, int64_t row)
{
	struct handles *h = keyed();
	char place[WHERE], *end = place + sizeof place;
	char *start = digits_before(end, row);
	size_t len = strlen(where);

	if (h->cipher_id != id) {
		must(gcry_cipher_setkey(h->cipher, key, SECRET_KEY));
		h->cipher_id = id;
	}
	if (len >= (size_t)(start - place))
		log_bug("a name of a sealed column too long");
	*--start = ':';
	start = memcpy(start - len, where, len);
	must(gcry_cipher_setiv(h->cipher, nonce, NONCE));
	must(gcry_cipher_authenticate(h->cipher, start,
				      (size_t)(end - start)));
	return h->cipher;
}

void *
secret_seal_bytes(struct pool *p, const char *where, int64_t row,
		  const void *data, size_t len, size_t *sealed_len)
{
	uint8_t *sealed = pool_alloc(p, HEAD + len + TAG);
	const uint8_t *key = secret_key_current(SECRET_PERSON, sealed);
	gcry_cipher_hd_t c;

	secret_random(sealed + 1, NONCE);
	c = cipher(key, sealed[0], sealed + 1, where, row);
	if (len > 0)
		must(gcry_cipher_encrypt(c, sealed + HEAD, len, data, len));
	must(gcry_cipher_gettag(c, sealed + HEAD + len, TAG));
	*sealed_len = HEAD + len + TAG;
	return sealed;
}

/* The bytes, with a NUL behind them; NULL if they are not what was sealed
 * here. Nothing of them is shown before the tag is checked. */
static char *
unseal(struct pool *p, const char *where, int64_t row, const uint8_t *sealed,
       size_t sealed_len)
{
	const uint8_t *key;
	gcry_cipher_hd_t c;
	size_t len;
	char *text;

	if (sealed == NULL || sealed_len < HEAD + TAG)
		return NULL;
	if ((key = secret_key_by_id(SECRET_PERSON, sealed[0])) == NULL)
		return NULL;
	len = sealed_len - HEAD - TAG;
	text = pool_alloc(p, len + 1);
	c = cipher(key, sealed[0], sealed + 1, where, row);
	if (len > 0)
		must(gcry_cipher_decrypt(c, text, len, sealed + HEAD, len));
	if (gcry_cipher_checktag(c, sealed + HEAD + len, TAG) == 0)
		return text;
	explicit_bzero(text, len);
	return NULL;
}

enum err
secret_open_bytes(struct pool *p, const char *where, int64_t row,
		  const void *sealed, size_t sealed_len, void **data,
		  size_t *len)
{
	char *found = unseal(p, where, row, sealed, sealed_len), number[24];

	if (found == NULL) {
		snprintf(number, sizeof number, "%" PRId64, row);
		log_event("error", "seal_broken", "where", where, "row",
			  number, NULL);
		return ERR_INTERNAL;
	}
	*data = found;
	*len = sealed_len - HEAD - TAG;
	return OK;
}

void *
secret_seal(struct pool *p, const char *where, int64_t row, const char *text,
	    size_t *sealed_len)
{
	return secret_seal_bytes(p, where, row, text, strlen(text),
				 sealed_len);
}

enum err
secret_open(struct pool *p, const char *where, int64_t row, const void *sealed,
	    size_t sealed_len, char **text)
{
	void *data;
	size_t len;
	enum err e;

	if ((e = secret_open_bytes(p, where, row, sealed, sealed_len, &data,
				   &len)) != OK)
		return e;
	*text = data;
	return OK;
}
