/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cursor.c: a cursor is a sequence number that only we can make: its eight
 * bytes, then eight of its HMAC with whose list it is. */
#include "fcgi-apps/cursor.h"

#include <string.h>

#include "lib/secret.h"

enum { CURSOR_BYTES = 16, CURSOR_TEXT = 24 };

static void
cursor_bytes(int64_t owner, int64_t before, uint8_t out[CURSOR_BYTES])
{
	uint8_t mac[SECRET_HASH];
	int64_t signed_[2] = {owner, before};

	secret_mac(mac, SECRET_CURSOR, signed_, sizeof signed_);
	memcpy(out, &before, 8);
	memcpy(out + 8, mac, 8);
}

const char *
cursor_make(struct req *rq, int64_t owner, int64_t before)
{
	uint8_t bytes[CURSOR_BYTES];
	char *text = pool_alloc(rq->pool, CURSOR_TEXT);

	cursor_bytes(owner, before, bytes);
	return secret_base64url(text, bytes, sizeof bytes);
}

bool
cursor_read(int64_t owner, const char *text, int64_t *before)
{
	uint8_t given[CURSOR_BYTES], ours[CURSOR_BYTES];

	*before = 0;
	if (*text == '\0')
		return true;
	if (secret_unbase64url(given, sizeof given, text) != CURSOR_BYTES)
		return false;
	memcpy(before, given, 8);
	cursor_bytes(owner, *before, ours);
	return secret_equal(given, ours, sizeof ours);
}
