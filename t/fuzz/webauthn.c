/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* webauthn.c: any bytes as a passkey's answer. The client data ends at the
 * first line end, then come the authenticator's data behind their length (255:
 * all the rest), then the signature. What is taken as a new passkey has a name and a key. */
#include "lib/webauthn.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The key of the seeds, from Chromium's virtual authenticator. */
static const char key[] =
	"43c644ce51b1e1cfed977e34a9338a4af9f6aacc823622829ab7396a87ee56d9"
	"2a469d3a29173e017366b1ab01be27b2f3e71b56b2f7a5a72fa90bd1c24e8a1d";

static struct piece
piece_take(const uint8_t **data, size_t *left, size_t len)
{
	struct piece p = {*data, len < *left ? len : *left};

	*data += p.len;
	*left -= p.len;
	return p;
}

static void
both(struct pool *pool, struct webauthn *w)
{
	uint8_t ours[64];

	w->pool = pool;
	if (webauthn_create(w) == NULL &&
	    (w->id.len == 0 || w->id.len > WEBAUTHN_ID_MAX))
		abort();
	webauthn_get(w); /* by the key it brought, whatever that is */
	secret_unhex(ours, sizeof ours, key);
	w->key = (struct piece){ours, sizeof ours};
	webauthn_get(w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t challenge[WEBAUTHN_CHALLENGE];
	struct webauthn w = {.rp = "localhost",
			     .origin = "http://localhost:8123",
			     .challenge = challenge};
	const uint8_t *end = memchr(data, '\n', len);
	struct pool *pool = pool_new();
	size_t size = 0;

	memset(challenge, 7, sizeof challenge);
	w.client_data = piece_take(&data, &len,
				   end != NULL ? (size_t)(end - data) : len);
	piece_take(&data, &len, 1);
	if (len > 0)
		size = *data < 255 ? *data : len;
	piece_take(&data, &len, 1);
	w.auth_data = piece_take(&data, &len, size);
	w.signature = (struct piece){data, len};
	secret_start();
	both(pool, &w);
	pool_free(pool);
	return 0;
}
