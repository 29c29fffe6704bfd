/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* likeness.c: parts of two names paired, and what that comes to. */
#include "lib/likeness.h"

#include <string.h>

int
likeness_edits(const char *a, const char *b, int bound)
{
	int row[3][LIKENESS_PART + 1], m = (int)strlen(a), n = (int)strlen(b);
	int *two = row[0], *one = row[1], *now = row[2], *old, i, j, best;

	if (m - n > bound || n - m > bound)
		return bound + 1;
	for (j = 0; j <= n; j++)
		one[j] = two[j] = j;
	for (i = 1; i <= m; i++) {
		now[0] = best = i;
		for (j = 1; j <= n; j++) {
			now[j] = one[j - 1] + (a[i - 1] != b[j - 1]);
			if (one[j] + 1 < now[j])
				now[j] = one[j] + 1;
			if (now[j - 1] + 1 < now[j])
				now[j] = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && two[j - 2] + 1 < now[j])
				now[j] = two[j - 2] + 1;
			if (now[j] < best)
				best = now[j];
		}
		if (best > bound)
			return bound + 1;
		old = two;
		two = one;
		one = now;
		now = old;
	}
	return one[n] > bound ? bound + 1 : one[n];
}

struct fit {
	int fit;
	const char *how;
};

static int
min(int a, int b)
{
	return a < b ? a : b;
}

/* One or two letters off, as far as the length allows. */
static struct fit
fit_edits(const struct likeness_part *a, const struct likeness_part *b,
	  int shorter)
{
	int bound = shorter >= 7 ? 2 : shorter >= 3 ? 1 : 0, off;

	off = min(likeness_edits(a->plain, b->plain, bound),
		  likeness_edits(a->sound, b->sound, bound));
	if (off > bound || off == 0)
		return (struct fit){0, NULL};
	if (off == 2)
		return (struct fit){82, "two letters off"};
	return (struct fit){shorter > 3 ? 90 : 75, "one letter off"};
}

/* Short ones may be alike by chance. */
static bool
core_alike(const struct likeness_part *a, const struct likeness_part *b)
{
	return strcmp(a->core, b->core) == 0 && a->core[0] != '\0' &&
	       (a->core[1] != '\0' ||
		likeness_edits(a->sound, b->sound, 1) <= 1);
}

static struct fit
fit_of(const struct likeness_part *a, const struct likeness_part *b)
{
	int m = (int)strlen(a->plain), n = (int)strlen(b->plain);
	struct fit f;

	if (strcmp(a->plain, b->plain) == 0)
		return (struct fit){100, "the same"};
	if (strcmp(a->sound, b->sound) == 0)
		return (struct fit){97, "the same in another spelling"};
	if (min(m, n) == 1)
		return a->plain[0] == b->plain[0]
			       ? (struct fit){70, "an initial"}
			       : (struct fit){0, NULL};
	if (a->bare != b->bare && core_alike(a, b))
		return (struct fit){92, "the same, its vowels not written"};
	f = fit_edits(a, b, min(m, n));
	if (f.fit == 0 && strlen(a->bones) > 2 &&
	    strcmp(a->bones, b->bones) == 0)
		return (struct fit){78, "the same consonants"};
	return f;
}

/* The last part of a cut name, where the other's goes on. */
static struct fit
fit_cut(const struct likeness_name *a, int i, const struct likeness_part *b)
{
	size_t len = strlen(a->part[i].plain);

	if (a->cut && i == a->count - 1 && len > 0 &&
	    strncmp(a->part[i].plain, b->plain, len) == 0)
		return (struct fit){95, "the same, cut off"};
	return (struct fit){0, NULL};
}

static struct fit
fit_pair(const struct likeness_name *a, int i, const struct likeness_name *b,
	 int j)
{
	struct fit f = fit_of(&a->part[i], &b->part[j]), cut;

	cut = fit_cut(a, i, &b->part[j]);
	if (cut.fit <= f.fit)
		cut = fit_cut(b, j, &a->part[i]);
	return cut.fit > f.fit ? cut : f;
}

/* Longer parts say more. */
static int
weight(const struct likeness_part *p)
{
	int n = (int)strlen(p->plain);

	return p->small ? 0 : n < 3 ? 3 : n > 9 ? 9 : n;
}

static int
big(const struct likeness_name *n)
{
	int i, count = 0;

	for (i = 0; i < n->count; i++)
		count += !n->part[i].small;
	return count;
}

/* All fits of all parts, best first, each part in one pair. */
struct pairing {
	const struct likeness_name *a, *b;
	struct fit fit[LIKENESS_PARTS][LIKENESS_PARTS];
	bool took_a[LIKENESS_PARTS], took_b[LIKENESS_PARTS];
	int sum, all; /* of weight times fit, and of weights */
};

static bool
pair_best(struct pairing *p, int *i, int *j)
{
	int best = 0, x, y;

	for (x = 0; x < p->a->count; x++)
		for (y = 0; y < p->b->count; y++)
			if (!p->took_a[x] && !p->took_b[y] &&
			    p->fit[x][y].fit > best) {
				best = p->fit[x][y].fit;
				*i = x;
				*j = y;
			}
	return best > 0;
}

static void
pairs_make(struct pairing *p, struct likeness *out)
{
	struct likeness_pair *pair;
	int i, j, w;

	for (i = 0; i < p->a->count; i++)
		for (j = 0; j < p->b->count; j++)
			if (p->a->part[i].small == p->b->part[j].small)
				p->fit[i][j] = fit_pair(p->a, i, p->b, j);
	i = j = 0;
	while (pair_best(p, &i, &j)) {
		p->took_a[i] = p->took_b[j] = true;
		if (p->a->part[i].small)
			continue;
		pair = &out->pair[out->count++];
		memcpy(pair->a, p->a->part[i].plain, LIKENESS_PART);
		memcpy(pair->b, p->b->part[j].plain, LIKENESS_PART);
		pair->fit = p->fit[i][j].fit;
		pair->how = p->fit[i][j].how;
		w = weight(&p->a->part[i]) + weight(&p->b->part[j]);
		p->sum += w * pair->fit;
		p->all += w;
	}
}

/* Parts of ${n} without a pair; if it is the shorter name they count for those
 * they would have been paired with as well. */
static void
alone(struct pairing *p, const struct likeness_name *n, const bool *took,
      int times)
{
	int i;

	for (i = 0; i < n->count; i++)
		if (!took[i])
			p->all += times * weight(&n->part[i]);
}

/* ${a} has no more parts than ${b}. */
static struct likeness
compare(const struct likeness_name *a, const struct likeness_name *b)
{
	struct pairing p = {.a = a, .b = b};
	struct likeness out = {0};
	bool even = big(a) == big(b);

	pairs_make(&p, &out);
	alone(&p, a, p.took_a, even ? 1 : 2);
	alone(&p, b, p.took_b, even);
	out.missing = big(b) - out.count;
	if (p.all == 0)
		return out;
	out.score = p.sum / p.all - 3 * min(out.missing, 4);
	if (out.count < 2 && big(b) > 1)
		out.score = min(out.score, 60);
	if (out.score < 0)
		out.score = 0;
	return out;
}

static struct likeness
compare_any(const struct likeness_name *a, const struct likeness_name *b)
{
	struct likeness out;
	struct likeness_pair *p;
	char text[LIKENESS_PART];

	if (big(a) <= big(b))
		return compare(a, b);
	out = compare(b, a);
	for (p = out.pair; p < out.pair + out.count; p++) {
		memcpy(text, p->a, sizeof text);
		memcpy(p->a, p->b, sizeof text);
		memcpy(p->b, text, sizeof text);
	}
	return out;
}

/* Each two neighbours of ${a} (or, ${turned}, of ${b}) in one; the best. */
static void
compare_joined(const struct likeness_name *a, const struct likeness_name *b,
	       bool turned, struct likeness *best)
{
	const struct likeness_name *n = turned ? b : a;
	struct likeness_name joined;
	struct likeness l;
	int i;

	for (i = 0; i + 1 < n->count; i++) {
		joined = *n;
		likeness_join(&joined, i);
		if (n->part[i + 1].small && i + 1 < joined.count)
			likeness_join(&joined, i);
		l = turned ? compare_any(a, &joined)
			   : compare_any(&joined, b);
		if (--l.score > best->score)
			*best = l;
	}
}

struct likeness
likeness_of(const struct likeness_name *a, const struct likeness_name *b)
{
	struct likeness best = compare_any(a, b);

	if (best.count > 0 && best.score < 97) {
		compare_joined(a, b, false, &best);
		compare_joined(a, b, true, &best);
	}
	return best;
}

struct likeness
likeness(const char *a, const char *b)
{
	struct likeness_name one, other;

	likeness_read(a, &one);
	likeness_read(b, &other);
	return likeness_of(&one, &other);
}

json_object *
likeness_json(const struct likeness *l)
{
	json_object *out = json_object_new_object();
	json_object *parts = json_object_new_array(), *part;
	int i;

	json_object_object_add(out, "score", json_object_new_int(l->score));
	for (i = 0; i < l->count; i++) {
		part = json_object_new_object();
		json_object_object_add(part, "a",
			json_object_new_string(l->pair[i].a));
		json_object_object_add(part, "b",
			json_object_new_string(l->pair[i].b));
		json_object_object_add(part, "fit",
			json_object_new_int(l->pair[i].fit));
		json_object_object_add(part, "how",
			json_object_new_string(l->pair[i].how));
		json_object_array_add(parts, part);
	}
	json_object_object_add(out, "parts", parts);
	json_object_object_add(out, "missing",
			       json_object_new_int(l->missing));
	return out;
}

const char *
likeness_words(struct pool *pool, const struct likeness *l)
{
	struct buf b = {.pool = pool};
	int i;

	for (i = 0; i < l->count; i++)
		buf_printf(&b, "%s%s - %s: %s", i > 0 ? "; " : "",
			   l->pair[i].a, l->pair[i].b, l->pair[i].how);
	if (l->count == 0)
		buf_puts(&b, "nothing in common");
	else if (l->missing > 0)
		buf_printf(&b, "; %d more in one of them", l->missing);
	return b.data;
}
