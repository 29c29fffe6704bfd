/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* words.c: folding case and accents. */
#include "lib/words.h"

#include <ctype.h>
#include <string.h>

/* U+00C0..U+00DF; lower case is 32 further. */
static const char latin1[32][WORDS_PLAIN] = {
	"a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e",
	"e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o",
	"oe", "x", "o", "u", "u", "u", "ue", "y", "th", "ss"};
/* U+0100..U+017F */
static const char extended[] =
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnn"
	"nnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

void
words_plain(const char **text, char plain[WORDS_PLAIN])
{
	unsigned char c = (unsigned char)**text;
	unsigned code = 0;

	memset(plain, 0, WORDS_PLAIN);
	if (c >= 0xc3 && c <= 0xc5 && (*text)[1] != '\0')
		code = (c & 0x1fu) << 6 | ((unsigned char)(*text)[1] & 0x3fu);
	if (code == 0xff) {
		plain[0] = 'y';
	} else if (code >= 0xc0 && code < 0x100) {
		memcpy(plain, latin1[(code - 0xc0) % 32], WORDS_PLAIN);
	} else if (code >= 0x100 && code < 0x100 + sizeof extended - 1) {
		plain[0] = extended[code - 0x100];
	} else {
		plain[0] = (char)(c < 0x80 ? tolower(c) : c);
		code = 0;
	}
	*text += code != 0 ? 2 : 1;
}

void
words_fold(char *out, size_t size, const char *text)
{
	char plain[WORDS_PLAIN];
	size_t n = 0, i;

	while (*text != '\0') {
		words_plain(&text, plain);
		for (i = 0; plain[i] != '\0' && n + 1 < size; i++)
			out[n++] = plain[i];
	}
	out[n] = '\0';
}

bool
words_contain(const char *text, const char *part)
{
	char folded[1024], wanted[200];

	words_fold(folded, sizeof folded, text);
	words_fold(wanted, sizeof wanted, part);
	return strstr(folded, wanted) != NULL;
}
