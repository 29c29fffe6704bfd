/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* likeness.c: tests of names as the world writes them: the same person, nearly
 * the same, somebody else. */
#include "lib/likeness.h"

#include "lib/translit.h"
#include "t/tap.h"

static const struct {
	const char *a, *b, *why;
	int least, most;
} cases[] = {
	{"Anna Müller", "Anna Müller", "the same", 100, 100},
	{"ANNA MUELLER", "Anna Müller", "an umlaut as documents have it",
	 97, 100},
	{"Anna Muller", "Anna Müller", "an umlaut left out", 97, 100},
	{"Anna Mu\u0308ller", "Anna Müller", "an umlaut of two characters",
	 97, 100},
	{"Müller, Anna", "Anna Müller", "the other order", 100, 100},
	{"Dr. Anna Müller", "Anna Müller", "a title", 100, 100},
	{"Anna Maria Eriksson", "Anna Eriksson", "a middle name dropped",
	 90, 99},
	{"Anna M. Eriksson", "Anna Maria Eriksson", "an initial", 85, 99},
	{"Anna Erikson", "Anna Eriksson", "a letter not doubled", 97, 99},
	{"Anna Eirksson", "Anna Eriksson", "two letters exchanged", 90, 97},
	{"Anna Erikssom", "Anna Eriksson", "a letter mistaken", 90, 97},
	{"José García López", "Jose Garcia Lopez", "accents", 100, 100},
	{"O'Neill, Sean", "Sean ONeill", "an apostrophe", 100, 100},
	{"Jean-Luc Picard", "Jean Luc Picard", "a hyphen", 100, 100},
	{"Jeanluc Picard", "Jean-Luc Picard", "neither", 95, 100},
	{"Ludwig van der Berg", "Ludwig Vanderberg", "small words joined",
	 60, 100},
	{"Ludwig van Beethoven", "Ludwig Beethoven", "a small word left out",
	 100, 100},
	{"Ahmed al-Rashid", "Ahmed Alrashid", "an article joined", 95, 100},
	{"Abd al-Rahman Hassan", "Abdulrahman Hassan", "a name of two words",
	 80, 100},
	{"Владимир Путин", "Vladimir Putin", "Cyrillic", 100, 100},
	{"Юрий Гагарин", "Yuri Gagarin", "Cyrillic, the English way",
	 95, 100},
	{"Юрий Гагарин", "Juri Gagarin", "Cyrillic, the German way", 95, 100},
	{"Хрущёв Никита", "Nikita Khrushchev", "a hard one", 90, 100},
	{"Щербаков Илья", "Ilya Shcherbakov", "a harder one", 90, 100},
	{"Sergei Rachmaninoff", "Сергей Рахманинов", "an old spelling",
	 85, 100},
	{"Зеленський Володимир", "Volodymyr Zelenskyi", "Ukrainian", 90, 100},
	{"Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos", "Greek", 97, 100},
	{"Νίκος Ευαγγέλου", "Nikos Evangelou", "Greek with two readings",
	 85, 100},
	{"محمد علي", "Muhammad Ali", "Arabic, which leaves vowels out",
	 85, 100},
	{"محمد يوسف", "Mohamed Youssef", "and writes some", 85, 100},
	{"عبد الله حسين", "Abdullah Hussein", "and joins words", 80, 100},
	{"بشار الأسد", "Bashar al-Assad", "and articles", 85, 100},
	{"وليد أنور", "Walid Anwar", "and has a w that is one", 85, 100},
	{"Mohammed Hassan", "Muhammad Hassan", "a name of many spellings",
	 85, 99},
	{"Nguyễn Văn Đức", "Nguyen Van Duc", "Vietnamese", 100, 100},
	{"Le Van Do", "Do Le Van", "nothing but small words", 100, 100},
	{"Wang Xiaoming", "Xiao Ming Wang", "a given name in two", 95, 100},
	{"Şükrü Çağlar", "Sukru Caglar", "Turkish", 95, 100},
	{"Łukasz Wójcik", "Lukasz Wojcik", "Polish", 100, 100},
	{"Anna Schmidt", "Anna Müller", "another family", 0, 60},
	{"Anna Müller", "Peter Müller", "another of the family", 0, 60},
	{"Anna Maria Eriksson", "Anna Lena Eriksson", "another middle name",
	 0, 84},
	{"Müller", "Anna Müller", "one part only", 50, 60},
	{"Ben Okoye", "Anna Müller", "somebody else", 0, 20},
	{"Bo Li", "Bo Lu", "two letters are not one off", 0, 60},
	{"Eva Klein", "Ewa Klein", "a w for a v", 97, 100},
	{"Eva Klein", "Eve Klein", "a letter of three", 80, 94},
	{"", "Anna Müller", "nothing", 0, 0},
	{"", "", "nothing twice", 0, 0},
	{"... ---", "Anna", "nothing but marks", 0, 0},
	{"王小明", "王小明", "a script without a table", 100, 100},
	{"王小明", "李小明", "and another in it", 0, 60},
	{"X", "Xaver", "an initial alone", 70, 70},
	{"A", "B", "two letters", 0, 0},
	{"E", "E", "a letter that is a small word elsewhere", 100, 100},
	{"Anna\xff\xfeMüller", "Anna Müller", "a broken character",
	 100, 100},
};

static void
test_cases(void)
{
	struct likeness l, turned;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		l = likeness(cases[i].a, cases[i].b);
		turned = likeness(cases[i].b, cases[i].a);
		ok(l.score >= cases[i].least && l.score <= cases[i].most,
		   "\"%s\" and \"%s\" are alike at %d: %s", cases[i].a,
		   cases[i].b, l.score, cases[i].why);
		is_int(turned.score, l.score, "whichever stands first");
	}
}

static void
test_edits(void)
{
	is_int(likeness_edits("anna", "anna", 2), 0, "the same: no edit");
	is_int(likeness_edits("anna", "anan", 2), 1, "two exchanged: one");
	is_int(likeness_edits("anna", "ana", 2), 1, "one left out: one");
	is_int(likeness_edits("anna", "hanna", 2), 1, "one more: one");
	is_int(likeness_edits("anna", "anne", 2), 1, "one other: one");
	is_int(likeness_edits("anna", "ben", 2), 3, "more than is asked");
	is_int(likeness_edits("abcdef", "fedcba", 3), 4, "in any way");
	is_int(likeness_edits("", "ab", 2), 2, "from nothing");
	is_int(likeness_edits("ab", "", 1), 2, "to nothing");
}

static void
test_long(void)
{
	struct likeness_name n, whole;
	struct likeness l;
	int i;

	likeness_read("a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 l1 m1 n1", &n);
	is_int(n.count, LIKENESS_PARTS, "twelve parts are enough");
	likeness_read("Wolfeschlegelsteinhausenbergerdorffwelchevoraltern",
		      &n);
	is_int((int64_t)strlen(n.part[0].plain), LIKENESS_PART - 1,
	       "and thirty-one letters");
	likeness_read("Wolfeschlegelsteinhausen Bergerdorffwelche", &n);
	likeness_join(&n, 0);
	is_int(n.count, 1, "two of them become one");
	is_int((int64_t)strlen(n.part[0].plain), LIKENESS_PART - 1,
	       "cut where it ends");
	likeness_read("Mustermann Erika Maria Luise C", &n);
	n.cut = true;
	likeness_read("Erika Maria Luise Charlotte Mustermann", &whole);
	l = likeness_of(&n, &whole);
	ok(l.score >= 95, "a name cut off is the same name (%d)", l.score);
	l = likeness_of(&whole, &n);
	ok(l.score >= 95, "whichever of the two is (%d)", l.score);
	for (i = 0; i < l.count; i++)
		if (strcmp(l.pair[i].how, "the same, cut off") == 0)
			break;
	ok(i < l.count, "and it is said");
	is_text(l.pair[i].b, "c", "of the right one");
}

static void
test_said(void)
{
	struct pool *pool = pool_new();
	struct likeness l = likeness("Anna Mueller", "Anna Maria Müler");
	json_object *json = likeness_json(&l);

	is_text(likeness_words(pool, &l),
		"anna - anna: the same; mueller - mueler: the same in another "
		"spelling; 1 more in one of them",
		"why two names are alike is said in words");
	is_text(json_object_to_json_string_ext(json, 0),
		"{\"score\":95,\"parts\":[{\"a\":\"anna\",\"b\":\"anna\","
		"\"fit\":100,\"how\":\"the same\"},{\"a\":\"mueller\",\"b\":"
		"\"mueler\",\"fit\":97,\"how\":\"the same in another spelling"
		"\"}],\"missing\":1}",
		"and as evidence");
	l = likeness("Anna", "Ben");
	is_text(likeness_words(pool, &l), "nothing in common",
		"and that they are not");
	json_object_put(json);
	pool_free(pool);
}

static void
test_letters(void)
{
	static const struct {
		const char *text, *latin;
		enum translit kind;
	} all[] = {
		{"É", "e", TRANSLIT_LATIN}, {"ß", "ss", TRANSLIT_LATIN},
		{"Щ", "shch", TRANSLIT_LATIN}, {"ь", "", TRANSLIT_LATIN},
		{"θ", "th", TRANSLIT_LATIN}, {"ش", "sh", TRANSLIT_BARE},
		{"ع", "", TRANSLIT_BARE}, {"گ", "g", TRANSLIT_BARE},
		{"ʼ", "", TRANSLIT_LATIN}, {"’", "", TRANSLIT_LATIN},
		{"ệ", "e", TRANSLIT_LATIN}, {"ə", "a", TRANSLIT_LATIN},
		{"ү", "u", TRANSLIT_LATIN}, {"李", "李", TRANSLIT_OTHER},
		{"א", "א", TRANSLIT_OTHER}, {"—", "", TRANSLIT_BREAK},
		{"7", "7", TRANSLIT_LATIN}, {"ƿ", "", TRANSLIT_BREAK},
		{"\xff", "", TRANSLIT_BREAK}, {"Ου", "ou", TRANSLIT_LATIN},
		{"Αύ", "au", TRANSLIT_LATIN}, {"γγ", "ng", TRANSLIT_LATIN},
		{"ο", "o", TRANSLIT_LATIN}, {"ου", "ou", TRANSLIT_LATIN},
	};
	char out[TRANSLIT_MAX];
	const char *at;
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++) {
		at = all[i].text;
		is_int(translit(&at, at + strlen(at), out), all[i].kind,
		       "%s is a letter of its kind", all[i].text);
		if (all[i].kind != TRANSLIT_BREAK)
			is_text(out, all[i].latin, "and comes out as known");
		is_text(at, "", "all of it is read");
	}
}

int
main(void)
{
	test_cases();
	test_edits();
	test_long();
	test_said();
	test_letters();
	return tap_done();
}
