/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* likeness_name.c: a name taken apart: its parts, how they sound, their
 * consonants. */
#include <string.h>

#include "lib/likeness.h"
#include "lib/translit.h"

/* Letters that are one sound in some language's way to write it; what stands
 * first wins. */
static const struct {
	const char *from, *to;
} sounds[] = {
	{"schtsch", "s"}, {"stsch", "s"}, {"shch", "s"}, {"tsch", "c"},
	{"dsch", "i"}, {"dzh", "i"}, {"sch", "s"}, {"tch", "c"},
	{"ph", "f"}, {"sh", "s"}, {"sz", "s"}, {"zh", "z"}, {"cz", "c"},
	{"ch", "c"}, {"kh", "h"}, {"gh", "g"}, {"th", "t"}, {"dh", "d"},
	{"rh", "r"}, {"ts", "z"}, {"tz", "z"}, {"dj", "i"}, {"ck", "k"},
	{"qu", "k"}, {"ce", "se"}, {"ci", "si"}, {"cy", "si"},
	{"ae", "a"}, {"oe", "o"}, {"ue", "u"}, {"ou", "u"}, {"oo", "u"},
	{"ee", "i"}, {"aa", "a"}, {"c", "k"}, {"q", "k"}, {"w", "v"},
	{"x", "ks"}, {"j", "i"}, {"y", "i"},
};

static const char *const small[] = {
	"ad", "af", "al", "ar", "as", "av", "ben", "bin", "bint", "da", "das",
	"de", "del", "della", "den", "der", "di", "do", "dos", "du", "e", "el",
	"ibn", "la", "las", "le", "los", "och", "os", "the", "ter", "ten",
	"ul", "und", "van", "vom", "von", "y", "zu", "zum", "zur",
};
static const char *const titles[] = {
	"dipl", "dr", "frau", "herr", "ing", "mag", "miss", "mr", "mrs", "ms",
	"prof", "sir",
};

static bool
among(const char *const *list, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}
#define AMONG(list, word) among((list), sizeof(list) / sizeof *(list), (word))

/* Appends unless it doubles the letter before. */
static void
sound_put(char *out, size_t *n, const char *letters)
{
	for (; *letters != '\0'; letters++)
		if (*n + 1 < LIKENESS_PART &&
		    (*n == 0 || out[*n - 1] != *letters))
			out[(*n)++] = *letters;
}

/* The sound that *at begins with, moved past. */
static void
sound_next(const char **at, char out[3])
{
	size_t i, len;

	for (i = 0; i < sizeof sounds / sizeof *sounds; i++) {
		len = strlen(sounds[i].from);
		if (strncmp(*at, sounds[i].from, len) == 0) {
			memcpy(out, sounds[i].to, strlen(sounds[i].to) + 1);
			*at += len;
			return;
		}
	}
	out[0] = *(*at)++;
	out[1] = '\0';
}

/* Endings that are heard alike: -off and -ov, -a and -ah. */
static void
ending(const char *plain, char *sound, size_t n)
{
	size_t len = strlen(plain);

	if (n < 3)
		return;
	if (strcmp(plain + len - 2, "ff") == 0)
		sound[n - 1] = 'v';
	else if (sound[n - 1] == 'h' && strchr("aeiou", sound[n - 2]) != NULL)
		sound[n - 1] = '\0';
}

static void
bones_of(const char *sound, char *bones)
{
	size_t n = 0;

	for (; *sound != '\0'; sound++)
		if (strchr("aeiou", *sound) == NULL &&
		    (n == 0 || bones[n - 1] != *sound))
			bones[n++] = *sound;
	bones[n] = '\0';
}

/* In a script without vowels w may be one, and a last h is not heard. */
static void
core_of(const struct likeness_part *p, char *core)
{
	bool keep = p->plain[0] == 'w' || p->plain[0] == 'v';
	const char *c;
	size_t n = 0;

	for (c = p->bones; *c != '\0'; c++)
		if ((*c != 'v' || keep) && (*c != 'h' || c[1] != '\0'))
			core[n++] = *c;
	core[n] = '\0';
}

/* All that follows from the plain letters. */
static void
part_finish(struct likeness_part *p)
{
	const char *at = p->plain;
	char next[3];
	size_t n = 0;

	while (*at != '\0') {
		sound_next(&at, next);
		sound_put(p->sound, &n, next);
	}
	p->sound[n] = '\0';
	ending(p->plain, p->sound, n);
	bones_of(p->sound, p->bones);
	core_of(p, p->core);
	p->small = AMONG(small, p->plain);
}

static void
part_end(struct likeness_name *n, size_t *len)
{
	struct likeness_part *p;

	if (*len == 0)
		return;
	p = &n->part[n->count];
	p->plain[*len] = '\0';
	*len = 0;
	if (AMONG(titles, p->plain)) {
		memset(p, 0, sizeof *p);
		return;
	}
	part_finish(p);
	n->count++;
}

static int
big_count(const struct likeness_name *n)
{
	int i, big = 0;

	for (i = 0; i < n->count; i++)
		big += !n->part[i].small;
	return big;
}

/* Names of nothing but small words ("Le Van Do") are names all the same; of
 * one letter only if there is no other. */
static void
small_few(struct likeness_name *n)
{
	int least, i;

	for (least = 2; least > 0 && big_count(n) < least; least--)
		for (i = 0; i < n->count; i++)
			if (strlen(n->part[i].plain) >= (size_t)least)
				n->part[i].small = false;
}

void
likeness_read(const char *name, struct likeness_name *out)
{
	const char *end = name + strlen(name);
	char letter[TRANSLIT_MAX];
	enum translit kind;
	size_t len = 0, more;

	memset(out, 0, sizeof *out);
	while (name < end && out->count < LIKENESS_PARTS) {
		kind = translit(&name, end, letter);
		if (kind == TRANSLIT_BREAK) {
			part_end(out, &len);
			continue;
		}
		more = strlen(letter);
		if (len + more >= LIKENESS_PART)
			continue;
		memcpy(out->part[out->count].plain + len, letter, more);
		out->part[out->count].bare |= kind == TRANSLIT_BARE;
		len += more;
	}
	if (out->count < LIKENESS_PARTS)
		part_end(out, &len);
	small_few(out);
}

void
likeness_join(struct likeness_name *n, int at)
{
	struct likeness_part *p = &n->part[at];
	size_t len = strlen(p->plain), more = strlen(p[1].plain);
	bool bare = p->bare || p[1].bare;

	if (len + more >= LIKENESS_PART)
		more = LIKENESS_PART - 1 - len;
	memcpy(p->plain + len, p[1].plain, more);
	p->plain[len + more] = '\0';
	part_finish(p);
	p->bare = bare;
	p->small = false;
	n->count--;
	memmove(p + 1, p + 2, (size_t)(n->count - at - 1) * sizeof *p);
}
