/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_hmac.c: HMAC for protocols that were made with it. */
#include "lib/secret_hmac.h"

#include <gcrypt.h>

#include "lib/log.h"

static const struct {
	int algorithm;
	size_t len;
} hashes[] = {
	[SECRET_HMAC_SHA1] = {GCRY_MD_SHA1, 20},
	[SECRET_HMAC_SHA256] = {GCRY_MD_SHA256, 32},
	[SECRET_HMAC_SHA512] = {GCRY_MD_SHA512, 64},
};

/* libgcrypt takes the key as the first of its pieces and changes none. */
size_t
secret_hmac(enum secret_hmac hash, uint8_t out[SECRET_HMAC_MAX],
	    const void *key, size_t key_len, const void *data, size_t len)
{
	gcry_buffer_t pieces[2] = {{.data = (void *)(uintptr_t)key,
				    .len = key_len},
				   {.data = (void *)(uintptr_t)data,
				    .len = len}};

	secret_start();
	if (gcry_md_hash_buffers(hashes[hash].algorithm, GCRY_MD_FLAG_HMAC,
				 out, pieces, 2) != 0)
		log_bug("libgcrypt has no such HMAC");
	return hashes[hash].len;
}
