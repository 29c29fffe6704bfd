/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* puzzle.c: sets proofs of work and checks them; keeps nothing. */
#include "lib/puzzle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/http.h"

enum { RANDOM = 12, SOLUTION_MAX = 2000, DIGITS_MAX = 10 };

/* The sign at the end parts the salt from the number behind it: without it a
 * digit could move from one to the other, and the puzzle outlive its day. */
static const char salt_end = '&';

static void
hash_hex(char out[PUZZLE_HEX], const char *salt, const char *number)
{
	struct piece pieces[] = {{salt, strlen(salt)},
				 {number, strlen(number)}};
	uint8_t hash[SECRET_HASH];

	secret_hash_pieces(hash, pieces, 2);
	secret_hex(out, hash, sizeof hash);
}

static void
sign(char out[PUZZLE_HEX], const char *challenge)
{
	uint8_t mac[SECRET_HASH];

	secret_mac(mac, SECRET_PUZZLE, challenge, strlen(challenge));
	secret_hex(out, mac, sizeof mac);
}

void
puzzle_make(struct puzzle *p, long max, int64_t expires_at)
{
	char hex[2 * RANDOM + 1], number[24];
	uint8_t random[RANDOM];
	uint64_t chance;

	secret_random(random, sizeof random);
	secret_random(&chance, sizeof chance);
	snprintf(p->salt, sizeof p->salt, "%s?expires=%" PRId64 "%c",
		 secret_hex(hex, random, sizeof random),
		 expires_at / CLOCK_SECOND, salt_end);
	snprintf(number, sizeof number, "%" PRIu64,
		 chance % ((uint64_t)max + 1));
	hash_hex(p->challenge, p->salt, number);
	sign(p->signature, p->challenge);
	p->max = max;
}

/* base64 with its padding, as browsers make it. */
static long
unbase64(uint8_t *out, size_t room, const char *text)
{
	char plain[SOLUTION_MAX + 1];
	size_t i, len = strlen(text);

	if (len > SOLUTION_MAX || strpbrk(text, "-_") != NULL)
		return -1;
	while (len > 0 && text[len - 1] == '=')
		len--;
	for (i = 0; i < len; i++)
		plain[i] = text[i] == '+' ? '-'
			   : text[i] == '/' ? '_' : text[i];
	plain[len] = '\0';
	return secret_unbase64url(out, room, plain);
}

static const char *
member(const struct pairs *p, const char *name, enum pair_kind kind)
{
	const struct pair *found = pairs_find(p, name);

	return found != NULL && found->kind == kind ? found->value : "";
}

/* "<hex>?expires=<seconds>&" and no other form. */
static bool
salt_read(const char *salt, int64_t *expires_at)
{
	static const char between[] = "?expires=";
	const char *at = salt + strspn(salt, "0123456789abcdef");
	size_t digits;

	if (at - salt != 2 * RANDOM ||
	    strncmp(at, between, sizeof between - 1) != 0)
		return false;
	at += sizeof between - 1;
	digits = strspn(at, "0123456789");
	if (digits == 0 || digits > DIGITS_MAX || at[digits] != salt_end ||
	    at[digits + 1] != '\0')
		return false;
	*expires_at = (int64_t)strtoll(at, NULL, 10) * CLOCK_SECOND;
	return true;
}

static bool
is_number(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= DIGITS_MAX && text[n] == '\0' &&
	       (text[0] != '0' || n == 1);
}

static bool
same_hex(const char *a, const char *b)
{
	return strlen(a) == PUZZLE_HEX - 1 && secret_equal(a, b, PUZZLE_HEX);
}

static enum err
solution_check(const struct pairs *p, int64_t now, int64_t *expires_at)
{
	const char *salt = member(p, "salt", PAIR_TEXT);
	const char *challenge = member(p, "challenge", PAIR_TEXT);
	const char *number = member(p, "number", PAIR_NUMBER);
	char want[PUZZLE_HEX];

	if (strcmp(member(p, "algorithm", PAIR_TEXT), "SHA-256") != 0 ||
	    !is_number(number) || !salt_read(salt, expires_at))
		return ERR_INPUT;
	hash_hex(want, salt, number);
	if (!same_hex(challenge, want))
		return ERR_INPUT;
	sign(want, challenge);
	if (!same_hex(member(p, "signature", PAIR_TEXT), want))
		return ERR_INPUT;
	return now < *expires_at ? OK : ERR_EXPIRED;
}

enum err
puzzle_check(struct pool *pool, const char *solution, int64_t now,
	     int64_t *expires_at, uint8_t id[SECRET_HASH])
{
	struct pairs parts = {NULL, NULL, 0};
	uint8_t text[SOLUTION_MAX];
	const char *challenge;
	json_object *o = NULL;
	long len = unbase64(text, sizeof text, solution);
	enum err e;

	if (len < 0 || http_json(pool, (const char *)text, (size_t)len,
				 &parts, &o) != OK)
		return ERR_INPUT;
	e = solution_check(&parts, now, expires_at);
	challenge = member(&parts, "challenge", PAIR_TEXT);
	secret_hash(id, challenge, strlen(challenge));
	return e;
}
