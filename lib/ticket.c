/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ticket.c: makes tickets and tells ours from others. */
#include "lib/ticket.h"

#include <string.h>

enum { TIME = 8, NONCE = 16, SAID = 2 * TIME + NONCE, MAC = 32 };

/* No base64 of a puzzle has a point in it. */
static const char mark[] = "ticket.";

static void
time_put(uint8_t *at, int64_t t)
{
	int i;

	for (i = 0; i < TIME; i++)
		at[i] = (uint8_t)((uint64_t)t >> (56 - 8 * i));
}

static int64_t
time_get(const uint8_t *at)
{
	uint64_t t = 0;
	int i;

	for (i = 0; i < TIME; i++)
		t = t << 8 | at[i];
	return (int64_t)t;
}

static void
sign(uint8_t mac[SECRET_HASH], const uint8_t said[SAID], const char *scope)
{
	struct piece pieces[] = {{mark, sizeof mark},
				 {said, SAID},
				 {scope, strlen(scope)}};
	uint8_t hash[SECRET_HASH];

	secret_hash_pieces(hash, pieces, 3);
	secret_mac(mac, SECRET_PUZZLE, hash, sizeof hash);
}

char *
ticket_make(char out[TICKET], const char *scope, int64_t from, int64_t until)
{
	uint8_t bytes[SAID + MAC];

	time_put(bytes, from);
	time_put(bytes + TIME, until);
	secret_random(bytes + 2 * TIME, NONCE);
	sign(bytes + SAID, bytes, scope);
	memcpy(out, mark, sizeof mark);
	secret_base64url(out + sizeof mark - 1, bytes, sizeof bytes);
	return out;
}

bool
ticket_looks(const char *text)
{
	return strncmp(text, mark, sizeof mark - 1) == 0;
}

enum err
ticket_check(const char *text, const char *scope, int64_t now,
	     struct ticket *out)
{
	uint8_t bytes[SAID + MAC], mac[SECRET_HASH];

	if (!ticket_looks(text) ||
	    secret_unbase64url(bytes, sizeof bytes,
			       text + sizeof mark - 1) != sizeof bytes)
		return ERR_INPUT;
	sign(mac, bytes, scope);
	if (!secret_equal(mac, bytes + SAID, MAC))
		return ERR_INPUT;
	out->from = time_get(bytes);
	out->until = time_get(bytes + TIME);
	secret_hash(out->id, bytes, SAID);
	if (now >= out->until)
		return ERR_EXPIRED;
	return now < out->from ? ERR_RATE : OK;
}
