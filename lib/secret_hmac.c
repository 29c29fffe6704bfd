/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_hmac.c: HMAC-SHA-1 for protocols that were made with it. */
#include "lib/secret_hmac.h"

#include <gcrypt.h>

#include "lib/log.h"

/* libgcrypt takes the key as the first of its pieces and changes none. */
void
secret_hmac_sha1(uint8_t out[SECRET_SHA1], const void *key, size_t key_len,
		 const void *data, size_t len)
{
	gcry_buffer_t pieces[2] = {{.data = (void *)(uintptr_t)key,
				    .len = key_len},
				   {.data = (void *)(uintptr_t)data,
				    .len = len}};

	if (gcry_md_hash_buffers(GCRY_MD_SHA1, GCRY_MD_FLAG_HMAC, out, pieces,
				 2) != 0)
		log_bug("libgcrypt has no HMAC-SHA-1");
}
