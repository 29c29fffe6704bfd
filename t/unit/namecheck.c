/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* namecheck.c: tests of comparing names as people write them. */
#include "bank/namecheck.h"

#include "t/tap.h"

static const struct {
	const char *typed, *owner, *want, *why;
} cases[] = {
	{"Anna Müller", "Anna Müller", "match", "the same"},
	{"anna müller", "ANNA MÜLLER", "match", "another case"},
	{"Müller Anna", "Anna Müller", "match", "another order"},
	{"Müller, Anna", "Anna Müller", "match", "with a comma"},
	{"  Anna   Müller ", "Anna Müller", "match", "with more blanks"},
	{"Anna Mueller", "Anna Müller", "match", "an umlaut written out"},
	{"Anna Muller", "Anna Müller", "close", "an umlaut left out"},
	{"Jose Garcia", "José García", "match", "without accents"},
	{"Strasse", "Straße", "match", "a sharp s written out"},
	{"O'Neil", "ONeil", "match", "without its apostrophe"},
	{"Anna-Lena Maier", "Anna Lena Maier", "match", "without a hyphen"},
	{"A. Müller", "Anna Müller", "close", "an initial"},
	{"Anna M.", "Anna Müller", "close", "an initial at the end"},
	{"Anna B.", "Anna Müller", "no_match", "a wrong initial"},
	{"Müller", "Anna Müller", "close", "a word missing"},
	{"Anna Lena Müller", "Anna Müller", "close", "a word more"},
	{"Ana Müller", "Anna Müller", "close", "a letter missing"},
	{"Annna Müller", "Anna Müller", "close", "a letter more"},
	{"Anne Müller", "Anna Müller", "close", "a letter changed"},
	{"Anne Mueler", "Anna Müller", "close", "a letter in each"},
	{"Shcmidt", "Schmidt", "close", "two letters the other way round"},
	{"Bo Li", "Bo Lu", "no_match", "a letter of two is too much"},
	{"Bo Li", "Ba Lu", "no_match", "in short words no letter is forgiven"},
	{"Ben Okoye", "Anna Müller", "no_match", "another person"},
	{"Anna Schmidt", "Anna Müller", "no_match",
	 "who shares a first name only"},
	{"Müller", "Schmidt", "no_match", "another word"},
	{"Anna Anna", "Anna Müller", "no_match",
	 "a word does not count for two"},
	{"", "Anna Müller", "unknown", "nothing"},
	{" .,- ", "Anna Müller", "unknown", "nothing but marks"},
	{"Анна", "Анна", "match", "another script"},
	{"Анна", "Инна", "close", "a letter changed in it"},
	{"Анна", "Олег", "no_match", "another word in it"},
	{"a b c d e f g h i j", "a b c d e f g h", "match",
	 "more words than anybody has"},
	{"Wolfeschlegelsteinhausenbergerdorff",
	 "Wolfeschlegelsteinhausenbergerdorff", "match", "a very long word"},
};

int
main(void)
{
	struct pool *pool = pool_new();
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_text(namecheck(pool, cases[i].typed, cases[i].owner),
			cases[i].want, "\"%s\" for \"%s\": %s", cases[i].typed,
			cases[i].owner, cases[i].why);
	pool_free(pool);
	return tap_done();
}
