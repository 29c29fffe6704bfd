/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* words.c: tests of case and accents that do not count. */
#include "lib/words.h"

#include "t/tap.h"

static void
folds(const char *text, const char *want)
{
	char out[100];

	words_fold(out, sizeof out, text);
	is_text(out, want, "\"%s\" in its plain form", text);
}

static void
test_fold(void)
{
	char small[4], smaller[3];

	folds("", "");
	folds("Anna 12", "anna 12");
	folds("ÀÁÂÃÅÇÈÉÊË", "aaaaaceeee");
	folds("àáâãåçèéêë", "aaaaaceeee");
	folds("ÄÖÜäöüß", "aeoeueaeoeuess");
	folds("ÆØÞæøþ", "aeothaeoth");
	folds("ÿŸ", "yy");
	folds("ĀāŁłŃńŐőŘřŠšŽž", "aallnnoorrsszz");
	folds("ſ", "s");
	folds("Анна", "Анна");
	folds("日本", "日本");
	folds("\xc3", "\xc3");
	words_fold(small, sizeof small, "abcdef");
	is_text(small, "abc", "what does not fit is cut off");
	words_fold(smaller, sizeof smaller, "aß");
	is_text(smaller, "as", "within a letter too, but never beyond");
}

static void
test_contain(void)
{
	char text[3000];

	ok(words_contain("Café Zoë", "FE ZO"), "a part is found in any case");
	ok(words_contain("Café", "cafe") && words_contain("Cafe", "café"),
	   "with and without accents");
	ok(words_contain("anything", ""), "nothing is in everything");
	ok(words_contain("", ""), "even in nothing");
	ok(!words_contain("", "a"), "in which nothing else is");
	ok(!words_contain("Café", "cafes"), "what is longer is not found");
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	ok(words_contain(text, "xxx"), "a long text is looked through");
	ok(words_contain(text, text), "for a long part as well");
}

int
main(void)
{
	test_fold();
	test_contain();
	return tap_done();
}
