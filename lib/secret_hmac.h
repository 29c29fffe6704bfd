/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_hmac.h: HMAC under keys that others gave us; our own are used through
 * secret_mac alone. */
#ifndef CLICKNET_SECRET_HMAC_H
#define CLICKNET_SECRET_HMAC_H

#include "lib/secret.h"

enum { SECRET_HMAC_MAX = 64 };
enum secret_hmac { SECRET_HMAC_SHA1, SECRET_HMAC_SHA256, SECRET_HMAC_SHA512 };

/* RFC 2104, for protocols that ask for it: the length of the hash, which is in
 * ${out}. Any length of key; an empty one protects nothing: refuse it
 * before. */
size_t secret_hmac(enum secret_hmac, uint8_t out[SECRET_HMAC_MAX],
		   const void *key, size_t key_len, const void *data,
		   size_t len);

#endif
