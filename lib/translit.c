/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* translit.c: letters of other alphabets in Latin ones, by table. */
#include "lib/translit.h"

#include <ctype.h>
#include <string.h>

#include "lib/utf8.h"
#include "lib/words.h"

/* Latin beyond lib/words.c, without its accents: U+0180..U+024F and (much
 * used in Vietnam) U+1E00..U+1EFF. */
static const char extended[] =
	"bbbb---ccdddd--aeffg---ikkl--nnooo--pp-----ttttuu-vyyzz-----"
	"--------dddlllnnnaaiioouuuuuuuuuu-aaaa--ggggkkoooo--jdddgg--"
	"nnaa----aaaaeeeeiiiioooorrrruuuusstt--hhnd--zzaaeeooooooooyy"
	"------accltsz--bu-eejj--rryy";
static const char additional[] =
	"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllll"
	"llmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuu"
	"uuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas--sdaaaaaaaaaaaaaaaaaaaa"
	"aaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu"
	"uuyyyyyyyy------";

/* U+0386..U+03CE, ISO 843. */
static const char greek[][3] = {
	"a", "", "e", "i", "i", "", "o", "", "y", "o", "i", "a", "v", "g",
	"d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p",
	"r", "", "s", "t", "y", "f", "ch", "ps", "o", "i", "y", "a", "e",
	"i", "i", "y", "a", "v", "g", "d", "e", "z", "i", "th", "i", "k",
	"l", "m", "n", "x", "o", "p", "r", "s", "s", "t", "y", "f", "ch",
	"ps", "o", "i", "y", "o", "y", "o"};

/* U+0400..U+045F, Doc 9303 part 3 section 6.B. */
static const char cyrillic[][5] = {
	"e", "e", "d", "g", "ie", "dz", "i", "i", "j", "lj", "nj", "c", "k",
	"i", "u", "dz", "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i",
	"k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts",
	"ch", "sh", "shch", "ie", "y", "", "e", "iu", "ia", "a", "b", "v",
	"g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p",
	"r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "ie", "y",
	"", "e", "iu", "ia", "e", "e", "d", "g", "ie", "dz", "i", "i", "j",
	"lj", "nj", "c", "k", "i", "u", "dz"};

/* U+0621..U+064A, as newspapers write them; the vowels nobody writes are not
 * here, and neither is ain. */
static const char arabic[][3] = {
	"", "a", "a", "w", "i", "y", "a", "b", "a", "t", "th", "j", "h",
	"kh", "d", "dh", "r", "z", "s", "sh", "s", "d", "t", "z", "", "gh",
	"", "", "", "", "", "", "f", "q", "k", "l", "m", "n", "h", "w", "a",
	"y"};

/* What stands outside these blocks: Ukraine, Persia, and letters like them. */
static const struct {
	int32_t c;
	const char *latin;
} others[] = {
	{0x259, "a"}, {0x490, "g"}, {0x491, "g"}, {0x4d8, "a"}, {0x4d9, "a"},
	{0x492, "g"}, {0x493, "g"}, {0x49a, "k"}, {0x49b, "k"},
	{0x4a2, "n"}, {0x4a3, "n"}, {0x4ae, "u"}, {0x4af, "u"},
	{0x4b0, "u"}, {0x4b1, "u"}, {0x4ba, "h"}, {0x4bb, "h"},
	{0x4e8, "o"}, {0x4e9, "o"}, {0x671, "a"}, {0x67e, "p"},
	{0x686, "ch"}, {0x698, "zh"}, {0x6a9, "k"}, {0x6af, "g"},
	{0x6be, "h"}, {0x6c1, "h"}, {0x6cc, "y"}, {0x6d2, "y"},
};

#define IN(c, first, table)                                                  \
	((c) >= (first) &&                                                   \
	 (c) - (first) < (int32_t)(sizeof(table) / sizeof *(table)))

/* Two Greek letters that are read as one sound. */
static const struct {
	int32_t first, second, second_accented;
	const char *latin;
} pairs[] = {
	{0x3bf, 0x3c5, 0x3cd, "ou"}, {0x39f, 0x3c5, 0x3cd, "ou"},
	{0x3b1, 0x3c5, 0x3cd, "au"}, {0x391, 0x3c5, 0x3cd, "au"},
	{0x3b5, 0x3c5, 0x3cd, "eu"}, {0x395, 0x3c5, 0x3cd, "eu"},
	{0x3b3, 0x3b3, 0, "ng"}, {0x39f, 0x3a5, 0x38e, "ou"},
	{0x391, 0x3a5, 0x38e, "au"}, {0x395, 0x3a5, 0x38e, "eu"},
	{0x393, 0x393, 0, "ng"},
};

static const char *
pair(int32_t c, const char **at, const char *end)
{
	const char *ahead = *at;
	int32_t next;
	size_t i;

	if (c < 0x391 || c > 0x3bf || ahead >= end)
		return NULL;
	next = utf8_next(&ahead, end);
	for (i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i].first == c && (pairs[i].second == next ||
					    pairs[i].second_accented == next)) {
			*at = ahead;
			return pairs[i].latin;
		}
	return NULL;
}

static bool
mark(int32_t c)
{
	return (c >= 0x300 && c < 0x370) || (c >= 0x64b && c < 0x660) ||
	       c == 0x640 || c == 0x670 || c == 0x2bc || c == 0x2bb ||
	       c == '\'' || c == 0x60 || c == 0xb4 || c == 0x2018 ||
	       c == 0x2019 || c == 0x200c || c == 0x200d || c == 0xad;
}

static const char *
other(int32_t c)
{
	size_t i;

	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (others[i].c == c)
			return others[i].latin;
	return NULL;
}

/* The table's word for a letter beyond Latin, or NULL. */
static const char *
foreign(int32_t c)
{
	if (IN(c, 0x386, greek))
		return greek[c - 0x386];
	if (IN(c, 0x400, cyrillic))
		return cyrillic[c - 0x400];
	if (IN(c, 0x621, arabic))
		return arabic[c - 0x621];
	return other(c);
}

static enum translit
latin(int32_t c, const char *text, char out[TRANSLIT_MAX])
{
	if (IN(c, 0x180, extended))
		out[0] = extended[c - 0x180];
	else if (IN(c, 0x1e00, additional))
		out[0] = additional[c - 0x1e00];
	else if (c < 0x180)
		words_plain(&text, out);
	else
		return TRANSLIT_OTHER;
	if (!isalnum((unsigned char)out[0]))
		return TRANSLIT_BREAK;
	return TRANSLIT_LATIN;
}

enum translit
translit(const char **at, const char *end, char out[TRANSLIT_MAX])
{
	const char *text = *at, *word;
	int32_t c = utf8_next(at, end);

	memset(out, 0, TRANSLIT_MAX);
	if (c < 0) {
		++*at;
		return TRANSLIT_BREAK;
	}
	if (mark(c))
		return TRANSLIT_LATIN;
	if ((word = pair(c, at, end)) != NULL ||
	    (c >= 0x250 && (word = foreign(c)) != NULL)) {
		memcpy(out, word, strlen(word));
		return c >= 0x600 ? TRANSLIT_BARE : TRANSLIT_LATIN;
	}
	if (c < 0x250 || IN(c, 0x1e00, additional))
		return latin(c, text, out);
	if (c < 0x2000 || c >= 0x3040) { /* a letter we have no table for */
		memcpy(out, text, (size_t)(*at - text));
		return TRANSLIT_OTHER;
	}
	return TRANSLIT_BREAK;
}
