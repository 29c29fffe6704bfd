/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* namecheck.c: comparing names as people write them. */
#include "bank/namecheck.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "lib/words.h"

enum { WORDS_MAX = 8, WORD_MAX = 32 };

struct name {
	int count;
	char word[WORDS_MAX][WORD_MAX];
};

static void
word_put(struct name *n, size_t *at, const char *text, size_t len)
{
	if (n->count >= WORDS_MAX || *at + len >= WORD_MAX)
		return;
	memcpy(n->word[n->count] + *at, text, len);
	*at += len;
}

static void
word_end(struct name *n, size_t *at)
{
	if (*at != 0 && n->count < WORDS_MAX)
		n->count++;
	*at = 0;
}

/* Splits into plain words; other scripts' letters stay as they are. */
static void
name_split(struct name *n, const char *text)
{
	char plain[WORDS_PLAIN];
	size_t at = 0;

	memset(n, 0, sizeof *n);
	while (*text != '\0') {
		words_plain(&text, plain);
		if (isalnum((unsigned char)plain[0]) ||
		    (unsigned char)plain[0] >= 0x80)
			word_put(n, &at, plain, strlen(plain));
		else if (plain[0] != '\'' && plain[0] != '.')
			word_end(n, &at);
	}
	word_end(n, &at);
}

/* Letters to change, add or drop to make one word the other. */
static int
distance(const char *a, const char *b)
{
	int row[WORD_MAX + 1], left, corner, best, i, j;
	int m = (int)strlen(a), n = (int)strlen(b);

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; i <= m; i++) {
		corner = row[0];
		row[0] = left = i;
		for (j = 1; j <= n; j++) {
			best = corner + (a[i - 1] != b[j - 1]);
			if (left + 1 < best)
				best = left + 1;
			if (row[j] + 1 < best)
				best = row[j] + 1;
			corner = row[j];
			row[j] = left = best;
		}
	}
	return row[n];
}

/* 0: another word; 1: near, or an initial; 2: the same. */
static int
word_fit(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);
	int off = distance(a, b);

	if (off == 0)
		return 2;
	if ((m == 1 || n == 1) && a[0] == b[0])
		return 1;
	if (off == 1 && m > 2)
		return 1;
	return off == 2 && m > 5;
}

const char *
namecheck(struct pool *pool, const char *typed, const char *owner)
{
	struct name *a = pool_alloc(pool, sizeof *a);
	struct name *b = pool_alloc(pool, sizeof *b);
	bool taken[WORDS_MAX] = {false};
	int i, j, best, at, same = 0, near = 0, fit;

	name_split(a, typed);
	name_split(b, owner);
	if (a->count == 0)
		return "unknown";
	for (i = 0; i < a->count; i++) {
		for (best = 0, at = 0, j = 0; j < b->count; j++) {
			fit = taken[j] ? 0 : word_fit(a->word[i], b->word[j]);
			if (fit > best) {
				best = fit;
				at = j;
			}
		}
		if (best > 0)
			taken[at] = true;
		same += best == 2;
		near += best == 1;
	}
	if (same == a->count && same == b->count)
		return "match";
	if (same > 0 && same + near >= (a->count < b->count ? a->count
							    : b->count))
		return "close";
	if (near > 0 && same + near == a->count && a->count == b->count)
		return "close";
	return "no_match";
}
