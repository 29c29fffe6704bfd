/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mrz.c: tests of the lines at the foot of a document: the specimens of ICAO
 * Doc 9303, how people type them, and every single wrong character. */
#include "lib/mrz.h"

#include <ctype.h>

#include "lib/clock.h"
#include "t/tap.h"

/* The specimens of parts 4, 5, 6 and 11. */
static const char td1[] = "I<UTOD231458907<<<<<<<<<<<<<<<\n"
			  "7408122F1204159UTO<<<<<<<<<<<6\n"
			  "ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
static const char td1_long[] = "I<UTOD23145890<7349<<<<<<<<<<<\n"
			       "3407127M9507122UTO<<<<<<<<<<<2\n"
			       "STEVENSON<<PETER<JOHN<<<<<<<<<";
static const char td2[] = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
			  "D231458907UTO7408122F1204159<<<<<<<6";
static const char td2_long[] = "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\n"
			       "D23145890<UTO3407127M95071227349<<<8";
static const char td3[] = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
			  "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

static int32_t today;

static struct mrz
read_it(const char *text)
{
	struct mrz m;
	const char *why = mrz_read(text, today, &m);

	if (why != NULL) {
		memset(&m, 0, sizeof m);
		m.faults = ~0u;
		printf("# %s\n", why);
	}
	return m;
}

static void
test_specimens(void)
{
	static const struct {
		const char *name, *text;
		enum mrz_form form;
		const char *document, *number, *optional, *family, *given;
		const char *birth, *expiry, *personal;
		char sex;
	} all[] = {
		{"TD1", td1, MRZ_TD1, "I", "D23145890", "", "ERIKSSON",
		 "ANNA MARIA", "1974-08-12", "2012-04-15", "", 'F'},
		{"TD1, a long number", td1_long, MRZ_TD1, "I", "D23145890734",
		 "", "STEVENSON", "PETER JOHN", "1934-07-12", "1995-07-12",
		 "", 'M'},
		{"TD2", td2, MRZ_TD2, "I", "D23145890", "", "ERIKSSON",
		 "ANNA MARIA", "1974-08-12", "2012-04-15", "", 'F'},
		{"TD2, a long number", td2_long, MRZ_TD2, "I", "D23145890734",
		 "", "STEVENSON", "PETER JOHN", "1934-07-12", "1995-07-12",
		 "", 'M'},
		{"TD3", td3, MRZ_TD3, "P", "L898902C3", "ZE184226B",
		 "ERIKSSON", "ANNA MARIA", "1974-08-12", "2012-04-15", "",
		 'F'},
	};
	struct mrz m;
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++) {
		m = read_it(all[i].text);
		is_int(m.faults, 0, "%s: nothing is wrong with the specimen",
		       all[i].name);
		is_int(m.form, all[i].form, "%s: it is of that form",
		       all[i].name);
		is_text(m.document, all[i].document, "%s: the document",
			all[i].name);
		is_text(m.number, all[i].number, "%s: its number",
			all[i].name);
		is_text(m.optional, all[i].optional, "%s: the rest",
			all[i].name);
		is_text(m.family, all[i].family, "%s: the family name",
			all[i].name);
		is_text(m.given, all[i].given, "%s: the given names",
			all[i].name);
		is_text(m.birth_date, all[i].birth, "%s: the birth date",
			all[i].name);
		is_text(m.expiry, all[i].expiry, "%s: the expiry date",
			all[i].name);
		is_text(m.nationality, "UTO", "%s: the nationality",
			all[i].name);
		is_text(m.alpha2, "", "%s: which is on no map", all[i].name);
		is_int(m.sex, all[i].sex, "%s: the sex", all[i].name);
		ok(!m.cut, "%s: the names are whole", all[i].name);
	}
}

static void
test_typed(void)
{
	static const struct {
		const char *how, *text;
	} same[] = {
		{"in lower case",
		 "p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<\n"
		 "l898902c36uto7408122f1204159ze184226b<<<<<10"},
		{"with blanks between",
		 " P<UTO ERIKSSON<<ANNA<MARIA <<<<<<<<<<<<<<<<<<<\t\r\n\r\n"
		 "L898902C36 UTO 7408122 F 1204159 ZE184226B <<<<< 10\r\n"},
		{"with O for nought in the dates",
		 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
		 "L898902C36UTO74O8122F12O4159ZE184226B<<<<<1O"},
		{"with nought for O in a code",
		 "P<UT0ERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
		 "L898902C36UT07408122F1204159ZE184226B<<<<<10"},
		{"with fillers nobody counted",
		 "P<UTOERIKSSON<<ANNA<MARIA\n"
		 "L898902C36UTO7408122F1204159ZE184226B<<10"},
		{"with too many fillers",
		 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<<<<<\n"
		 "L898902C36UTO7408122F1204159ZE184226B<<<<<<<<10"},
		{"with quotes a phone made of angles",
		 "P‹UTOERIKSSON«ANNA‹MARIA«««««««««\n"
		 "L898902C36UTO7408122F1204159ZE184226B«‹«10"},
		{"with angles the other way round",
		 "P>UTOERIKSSON>>ANNA>MARIA>>\n"
		 "L898902C36UTO7408122F1204159ZE184226B>>>>>10"},
		{"in full-width letters",
		 "Ｐ＜ＵＴＯERIKSSON＜＜ANNA＜MARIA\n"
		 "L８９８902C36UTO7408122F1204159ZE184226B<<<<<10"},
		{"all in one line",
		 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
		 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
	};
	struct mrz want = read_it(td3), m;
	size_t i;

	for (i = 0; i < sizeof same / sizeof *same; i++) {
		m = read_it(same[i].text);
		ok(memcmp(&m, &want, sizeof m) == 0,
		   "the same document is read when typed %s", same[i].how);
	}
	want = read_it(td1);
	m = read_it("I<UTOD231458907\n7408122F1204159UTO<6\n"
		    "ERIKSSON<<ANNA<MARIA");
	ok(memcmp(&m, &want, sizeof m) == 0, "a card too, without fillers");
	m = read_it("I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO"
		    "<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<");
	ok(memcmp(&m, &want, sizeof m) == 0, "and all in one line");
	want = read_it(td2);
	m = read_it("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<"
		    "D231458907UTO7408122F1204159<<<<<<<6");
	ok(memcmp(&m, &want, sizeof m) == 0, "and one of the middle size");
}

static void
test_refused(void)
{
	static const struct {
		const char *text, *says, *why;
	} all[] = {
		{"", "two or three lines", "nothing"},
		{"P<UTO", "two or three lines", "one short line"},
		{"A\nB\nC\nD", "more than three", "four lines"},
		{"A\nB\nC\nD\nE\n", "more than three", "five"},
		{"P<UTOERIKSSON<<ANNA\nL898902C36é", "Only letters",
		 "a letter with an accent"},
		{"P<UTO\nL898-902", "Only letters", "a dash"},
		{"P<UTO\nL898\xff", "Only letters", "a broken character"},
		{"P<UTOERIKSSON\nL898902C36UTO7408122F1204159ZE184226B10",
		 "second line", "a line without fillers that is too short"},
		{"P<UTOERIKSSONERIKSSONERIKSSONERIKSSONERIKSSON\n"
		 "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
		 "first line", "a line that is too long"},
		{"I<UTOD231458907\n7408122F1204159UTO<6\n"
		 "ERIKSSONERIKSSONERIKSSONERIKSSONERIKSSON",
		 "third line", "a third line that is too long"},
		{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		 "Only letters", "a line without an end"},
		{"X\n1", "second line", "two letters"},
	};
	char much[MRZ_TEXT_MAX + 2];
	const char *why;
	struct mrz m;
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++) {
		why = mrz_read(all[i].text, today, &m);
		if (!ok(why != NULL && strstr(why, all[i].says) != NULL,
			"%s is told from a document", all[i].why))
			printf("# %s\n", why != NULL ? why : "taken");
	}
	memset(much, '<', sizeof much - 1);
	much[sizeof much - 1] = '\0';
	ok(mrz_read(much, today, &m) != NULL, "a novel is refused");
}

/* A document with its check digits made right. */
static struct mrz
made(const char *line1, const char *line2)
{
	char text[200], whole[60];
	char *l = text + strlen(line1) + 1;

	snprintf(text, sizeof text, "%s\n%s", line1, line2);
	l[9] = (char)('0' + mrz_digit(l, 9));
	l[19] = (char)('0' + mrz_digit(l + 13, 6));
	l[27] = (char)('0' + mrz_digit(l + 21, 6));
	if (l[42] == '?')
		l[42] = (char)('0' + mrz_digit(l + 28, 14));
	memcpy(whole, l, 10);
	memcpy(whole + 10, l + 13, 7);
	memcpy(whole + 17, l + 21, 22);
	l[43] = (char)('0' + mrz_digit(whole, 39));
	return read_it(text);
}

static const char *
birth_of(const char *date)
{
	static struct mrz m;
	char line[45];

	snprintf(line, sizeof line, "C01X00T47?D<<%s?M3001010<<<<<<<<<<<<<<<?",
		 date);
	m = made("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", line);
	return m.faults == 0 ? m.birth_date : mrz_words(m.faults);
}

static void
test_dates(void)
{
	is_text(birth_of("000229"), "2000-02-29", "2000 was a leap year");
	is_text(birth_of("990229"), "The birth date is none.",
		"1999 was none");
	is_text(birth_of("261119"), "2026-11-19",
		"somebody born yesterday is one day old");
	is_text(birth_of("261121"), "1926-11-21",
		"and somebody born tomorrow is about a hundred");
	is_text(birth_of("271121"), "1927-11-21", "as who follows");
	is_text(birth_of("741301"), "The birth date is none.",
		"there is no thirteenth month");
	is_text(birth_of("740832"), "The birth date is none.",
		"and no thirty-second day");
	is_text(birth_of("740800"), "The birth date is none.", "nor a day 0");
	is_text(birth_of("7408<<"), "1974-08", "a day may be unknown");
	is_text(birth_of("74<<<<"), "1974", "a month with it");
	is_text(birth_of("<<<<<<"), "", "or all of it");
	is_text(birth_of("7413<<"), "The birth date is none.",
		"but not a thirteenth month");
	is_text(birth_of("74<<01"), "The birth date is none.",
		"and no day of an unknown month");
	is_text(birth_of("<<0801"), "The birth date is none.",
		"or of an unknown year");
	is_text(birth_of("A40801"), "The birth date is none.",
		"a letter is no digit there");
}

static void
test_fields(void)
{
	static const char line1[] =
		"P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<";
	struct mrz m = made(line1, "C01X00T47?D<<640812?F2702283"
				   "<<<<<<<<<<<<<<??");

	is_text(m.alpha2, "DE", "D is Germany");
	is_text(m.issuer_alpha2, "DE", "as issuer as well");
	is_text(m.expiry, "2027-02-28", "an expiry to come");
	is_int(m.faults, 0, "a personal number that is none");
	m = made(line1, "C01X00T47?D<<640812?F2702283<<<<<<<<<<<<<<<?");
	is_int(m.faults, 0, "may have a filler for its check digit");
	m = made(line1, "C01X00T47?D<<640812?F2702283A<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_OPTIONAL, "one that is there may not");
	m = made(line1, "C01X00T47?D<<640812?F2702<<3<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_EXPIRY_DAY, "an expiry is a day");
	m = made(line1, "C01X00T47?D<<640812?F<<<<<<3<<<<<<<<<<<<<<<?");
	is_int(m.faults, 0, "unless the document has none");
	is_text(m.expiry, "", "and then none is made up");
	m = made(line1, "C01X00T47?D<<100812?F1008123<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_EXPIRY_DAY, "it comes after the birth");
	m = made(line1, "C01X00T47?D<<640812?<2702283<<<<<<<<<<<<<<<?");
	is_int(m.sex, 'X', "a filler is a sex not said");
	m = made(line1, "C01X00T47?D<<640812?Q2702283<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_SEX, "Q is none");
	m = made(line1, "C01X00T47?QQQ640812?F2702283<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_STATE, "and QQQ no state");
	m = made(line1, "C01X00T47?<<<640812?F2702283<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_STATE, "nor is nothing");
	m = made(line1, "<<<<<<<<<?D<<640812?F2702283<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_NUMBER, "a document has a number");
	m = made("V<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<",
		 "C01X00T47?D<<640812?F2702283<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_KIND, "a visa is not taken");
	m = made("P<D<<MUSTER1ANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<",
		 "C01X00T47?D<<640812?F2702283<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_NAME, "a name has no digits");
	m = made("P<D<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
		 "C01X00T47?D<<640812?F2702283<<<<<<<<<<<<<<<?");
	is_int(m.faults, MRZ_NAME, "and there is one");
	m = made("P<D<<VAN<DER<MUSTERMANN<<ERIKA<MARIA<LUISE<C",
		 "C01X00T47?D<<640812?F2702283<<<<<<<<<<<<<<<?");
	ok(m.cut, "names up to the end of their line may be cut");
	is_text(m.family, "VAN DER MUSTERMANN", "in several words");
	m = made("P<D<<MADONNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
		 "C01X00T47?D<<640812?F2702283<<<<<<<<<<<<<<<?");
	is_text(m.given, "", "some have one name only");
	m = read_it("IDBEL600001795<0152<<<<<<<<<<<\n"
		    "1301014F2311207UTO<<<<<<<<<<<4\n"
		    "SPECIMEN<<SPECIMEN<<<<<<<<<<<<");
	ok(!(m.faults & MRZ_NUMBER), "a Belgian card's number goes on");
	is_text(m.number, "600001795015", "behind its first nine");
	m = read_it("IDBEL000590240<6013<<<<<<<<<<<\n"
		    "1301014F2311207UTO<<<<<<<<<<<4\n"
		    "SPECIMEN<<SPECIMEN<<<<<<<<<<<<");
	ok(!(m.faults & MRZ_NUMBER), "an older one counts the filler");
	is_text(m.issuer_alpha2, "BE", "BEL is Belgium");
	is_text(mrz_words(0), "", "no fault has no words");
}

/* Every other character at every place of the data that is under a check
 * digit. What may pass is what has the same value but for tens: 0AKU< 1BLV
 * 2CMW 3DNX 4EOY 5FPZ 6GQ 7HR 8IS 9JT, where letters may stand (x). Where only
 * digits may (d), nothing passes. */
struct tally {
	int all, caught, class_of_ten, by_form;
	bool as_expected;
};

static int
value(char c)
{
	if (c == '<')
		return 0;
	return isdigit((unsigned char)c) ? c - '0' : c - 'A' + 10;
}

static void
one_error(struct tally *t, const char *text, size_t at, char c, bool digit)
{
	char wrong[120];
	struct mrz m, right = read_it(text);
	const char *why;
	bool same = (value(c) - value(text[at])) % 10 == 0, caught;

	snprintf(wrong, sizeof wrong, "%s", text);
	wrong[at] = c;
	why = mrz_read(wrong, today, &m);
	if (why == NULL && memcmp(m.line, right.line, sizeof m.line) == 0)
		return; /* O for 0: the same document */
	caught = why != NULL || m.faults != 0;
	t->all++;
	t->caught += caught;
	t->class_of_ten += same;
	t->by_form += same && caught;
	if ((!same || digit) && !caught) {
		t->as_expected = false;
		printf("# %.90s\n", wrong);
	}
}

static void
test_errors(const char *name, const char *text, const char *checked)
{
	static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
	struct tally t = {.as_expected = true};
	size_t at;
	const char *c;

	for (at = 0; text[at] != '\0'; at++)
		for (c = letters; checked[at] > ' ' && *c != '\0'; c++)
			if (*c != text[at])
				one_error(&t, text, at, *c,
					  checked[at] == 'd');
	ok(t.as_expected,
	   "%s: %d of %d wrong characters are caught", name, t.caught, t.all);
	printf("# %s: %d have the same value but for tens, which no check "
	       "digit sees: %d of them are caught because digits are due "
	       "there, %d pass, in the number and the optional data\n",
	       name, t.class_of_ten, t.by_form, t.all - t.caught);
	ok(t.all > 500 && t.all - t.caught <= t.class_of_ten,
	   "%s: what passes is of the blind class, where letters stand", name);
}

static void
test_every_error(void)
{
	static const char card[] = "     xxxxxxxxxdxxxxxxxxxxxxxxx\n"
				   "ddddddd ddddddd   xxxxxxxxxxxd\n"
				   "                              ";
	static const char longer[] = "     xxxxxxxxxxxxxxxxxxxxxxxxx\n"
				     "ddddddd ddddddd   xxxxxxxxxxxd\n"
				     "                              ";

	test_errors("TD1", td1, card);
	test_errors("TD1, a long number", td1_long, longer);
	test_errors("TD2", td2, "                                    \n"
				"xxxxxxxxxd   ddddddd dddddddxxxxxxxd");
	test_errors("TD2, a long number", td2_long,
		    "                                    \n"
		    "xxxxxxxxxx   ddddddd dddddddxxxxxxxd");
	test_errors("TD3", td3,
		    "                                            \n"
		    "xxxxxxxxxd   ddddddd dddddddxxxxxxxxxxxxxxdd");
}

/* The dates and check digits alone: digits, so nothing passes. */
static void
test_digits(void)
{
	struct tally t = {.as_expected = true};
	size_t at;
	char c;

	for (at = 45; td3[at] != '\0'; at++)
		for (c = '0'; isdigit((unsigned char)td3[at]) && c <= '9'; c++)
			if (c != td3[at] && (at < 55 || at > 57))
				one_error(&t, td3, at, c, true);
	is_int(t.caught, t.all, "every digit mistaken for another is caught");
	is_int(t.class_of_ten, 0, "none of them is of the blind class");
}

int
main(void)
{
	clock_parse_date("2026-11-20", &today);
	test_specimens();
	test_typed();
	test_refused();
	test_dates();
	test_fields();
	test_every_error();
	test_digits();
	return tap_done();
}
