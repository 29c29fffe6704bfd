/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* solve.c: tries every number. */
#include "t/lib/solve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

long
solve_number(const struct puzzle *p)
{
	uint8_t want[SECRET_HASH], hash[SECRET_HASH];
	char digits[24];
	long n;

	if (secret_unhex(want, sizeof want, p->challenge) != SECRET_HASH)
		return -1;
	for (n = 0; n <= p->max; n++) {
		struct piece pieces[] = {
			{p->salt, strlen(p->salt)},
			{digits, (size_t)snprintf(digits, sizeof digits,
						  "%ld", n)}};

		secret_hash_pieces(hash, pieces, 2);
		if (memcmp(hash, want, sizeof hash) == 0)
			return n;
	}
	return -1;
}

const char *
solve_base64(struct pool *pool, const char *text)
{
	size_t len = strlen(text);
	char *out = pool_alloc(pool, len * 2 + 8), *at;

	secret_base64url(out, text, len);
	for (at = out; *at != '\0'; at++)
		*at = *at == '-' ? '+' : *at == '_' ? '/' : *at;
	while ((at - out) % 4 != 0)
		*at++ = '=';
	return out;
}

const char *
solve_with(struct pool *pool, const struct puzzle *p, long number)
{
	return solve_base64(
		pool, pool_printf(pool,
				  "{\"algorithm\":\"SHA-256\","
				  "\"challenge\":\"%s\",\"number\":%ld,"
				  "\"salt\":\"%s\",\"signature\":\"%s\","
				  "\"took\":7}",
				  p->challenge, number, p->salt,
				  p->signature));
}

const char *
solve(struct pool *pool, const struct puzzle *p)
{
	return solve_with(pool, p, solve_number(p));
}

const char *
solve_answer(struct bank *b, const char *answer)
{
	struct puzzle p;

	snprintf(p.challenge, sizeof p.challenge, "%s",
		 answer_text(b, answer, "challenge"));
	snprintf(p.salt, sizeof p.salt, "%s", answer_text(b, answer, "salt"));
	snprintf(p.signature, sizeof p.signature, "%s",
		 answer_text(b, answer, "signature"));
	p.max = strtol(answer_text(b, answer, "maxnumber"), NULL, 10);
	return solve(b->pool, &p);
}
