/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_hmac.h: HMAC-SHA-1 under keys that others gave us; our own are used
 * through secret_mac alone. */
#ifndef CLICKNET_SECRET_HMAC_H
#define CLICKNET_SECRET_HMAC_H

#include "lib/secret.h"

/* RFC 2104 with SHA-1, for protocols that ask for it. Any length of key; an
 * empty one protects nothing: refuse it before. After secret_start. */
void secret_hmac_sha1(uint8_t out[SECRET_SHA1], const void *key,
		      size_t key_len, const void *data, size_t len);

#endif
