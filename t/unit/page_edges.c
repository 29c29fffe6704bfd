/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_edges.c: tests of values that cannot be shown, and of languages and
 * templates that cannot be read. */
#include "lib/page_impl.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "t/tap.h"

static char dir[] = "/tmp/clicknet-edges-XXXXXX";
static struct pool *pool;

static const char *
in_dir(const char *name)
{
	return pool_printf(pool, "%s/%s", dir, name);
}

static void
file_write(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(in_dir(name), "w");

	if (f == NULL || fwrite(text, 1, len, f) != len || fclose(f) != 0)
		ok(false, "%s can be written", name);
}

static const char *
shown(enum page_function function, const char *text)
{
	const struct page_language *l = page_locale_find("en", 2);
	char out[PAGE_SHOWN];

	if (!page_show(function, l, text, strlen(text), out))
		return "(as it is)";
	return pool_strdup(pool, out);
}

struct value {
	const char *says, *text;
};

static void
none_shown(enum page_function function, const struct value *v)
{
	for (; v->says != NULL; v++)
		is_text(shown(function, v->text), "(as it is)", "%s", v->says);
}

static void
test_amounts(void)
{
	static const struct value none[] = {
		{"an amount without a currency is not shown as one", "12.00"},
		{"nor one in a currency nobody knows", "12.00 QQQ"},
		{"nor one without digits", "x EUR"},
		{"nor a currency alone", " EUR"},
		{"nor nothing", ""},
		{NULL, NULL}};

	none_shown(PAGE_MONEY, none);
	none_shown(PAGE_SIGNED, none);
	is_text(shown(PAGE_MONEY, "\t1234.50   EUR\n"),
		shown(PAGE_MONEY, "1234.50 EUR"),
		"blanks around and inside an amount do not matter");
	ok(strchr(shown(PAGE_SIGNED, "5.00 EUR"), '+') != NULL,
	   "what came in has a plus");
}

static void
test_instants(void)
{
	static const struct value none[] = {
		{"a word is no time", "yesterday"},
		{"nor is a day alone", "2026-11-22"},
		{"nor a day and a blank", "2026-11-22 07:30:00Z"},
		{"nor hours without a colon", "2026-11-22T07.30:00Z"},
		{"nor minutes without one", "2026-11-22T07:30.00Z"},
		{"the hour must be digits", "2026-11-22Tx7:30:00Z"},
		{"both of them", "2026-11-22T0x:30:00Z"},
		{"a day has no hour 24", "2026-11-22T24:30:00Z"},
		{"a minute must be digits", "2026-11-22T07:/0:00Z"},
		{"an hour has no minute 60", "2026-11-22T07:60:00Z"},
		{"a second must be digits", "2026-11-22T07:30:0:Z"},
		{"a minute has no second 61", "2026-11-22T07:30:61Z"},
		{"a point without a fraction is none",
		 "2026-11-22T07:30:00.Z"},
		{"a zone must be one", "2026-11-22T07:30:00X"},
		{"nothing stands behind the Z", "2026-11-22T07:30:00Z "
						"or so"},
		{"a zone has a sign", "2026-11-22T07:30:00 02:00"},
		{"and its whole length", "2026-11-22T07:30:00+02"},
		{"and a colon", "2026-11-22T07:30:00+02.00"},
		{"and an hour", "2026-11-22T07:30:00+x2:00"},
		{"that there is", "2026-11-22T07:30:00+24:00"},
		{"and a minute", "2026-11-22T07:30:00+02:x0"},
		{"that there is too", "2026-11-22T07:30:00-02:60"},
		{"the day must be in the calendar", "2026-02-30T07:30:00Z"},
		{NULL, NULL}};

	none_shown(PAGE_TIME, none);
	is_text(shown(PAGE_TIME, "2026-11-22T07:30:00Z"), "08:30",
		"a time is that of the bank's zone");
	is_text(shown(PAGE_TIME, "2026-11-22T07:30:00.123456+02:00"), "06:30",
		"fractions are passed over, a zone is not");
	is_text(shown(PAGE_TIME, "2026-11-22T07:30:60-01:30"), "10:01",
		"a leap second is the next minute");
}

static void
test_days(void)
{
	static const struct value none[] = {
		{"a word is no day", "tomorrow"},
		{"nor is the 30th of February", "2026-02-30"},
		{"nor a broken instant", "2026-11-22T07:30"},
		{NULL, NULL}};

	none_shown(PAGE_DATE, none);
	none_shown(PAGE_DAY, none);
	is_text(shown(PAGE_DATE, "2026-11-22T23:30:00Z"), "23 November 2026",
		"late in the evening it is tomorrow in the bank's zone");
	is_text(shown(PAGE_DAY, "2026-11-22"), "Today", "today has a word");
	is_text(shown(PAGE_DAY, "2026-11-21"), "Yesterday", "so has yesterday");
	is_text(shown(PAGE_DAY, "2026-11-20"), "Friday 20 November",
		"a day of this year has no year");
	is_text(shown(PAGE_DAY, "2025-11-20"), "Thursday 20 November 2025",
		"one of another year has");
	is_text(shown(PAGE_DAY, "2027-01-01"), "Friday 1 January 2027",
		"also one to come");
}

static void
test_others(void)
{
	char text[200], out[PAGE_SHOWN];

	is_text(shown(PAGE_IBAN, "de89 3704 0044 0532 0130 00"),
		"de89 3704 0044 0532 0130 00",
		"an account number is shown in fours");
	is_text(shown(PAGE_IBAN, "DE89-3704"), "(as it is)",
		"one with a dash is left alone");
	is_text(shown(PAGE_IBAN, "DE89[3704"), "(as it is)",
		"one with a bracket too");
	is_text(shown(PAGE_IBAN, "DE89{3704"), "(as it is)",
		"and one with a brace");
	is_text(shown(PAGE_T, "x"), "(as it is)",
		"a translation is no way to show a value");
	is_text(shown(PAGE_FUNCTIONS, "x"), "(as it is)",
		"nor is what is no function");
	memset(text, '1', sizeof text);
	ok(!page_show(PAGE_IBAN, page_locale_find("en", 2), text, sizeof text,
		      out),
	   "no value is longer than a line");
	ok(!page_show(PAGE_IBAN, page_locale_find("en", 2), "1\0002", 3, out),
	   "and none has a zero byte");
}

static const char *
locale_file(const char *name)
{
	return pool_printf(pool, "locale/%s.json", name);
}

static void
test_languages(void)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{"en", "{\"words\":{\"Hello\":\"Hello!\"}}"},
		{"aa", "[1, 2]"},
		{"ab", "{\"patterns\":7,\"words\":7}"},
		{"ac", "{\"patterns\":{\"group\":1,\"months\":[\"a\"],"
		       "\"weekdays\":{},\"date\":\"{d}/{y}\"},\"words\":{}}"},
		{"ad", "{\"patterns\":{\"weekdays\":[1,2,3,4,5,6,\"So\"]},"
		       "\"words\":{\"Hello\":7,\"Bye\":\"\","
		       "\"Broken\":\"{{#x}}\",\"Forms\":{\"other\":7},"
		       "\"None\":{}}}"},
		{"ae", "{\"words\":{}} more"},
		{"a_long_name_of_a_language", "{}"},
		{"b d", "{}"}};
	const struct page_language *l;
	size_t i;

	for (i = 0; i < sizeof files / sizeof *files; i++)
		file_write(locale_file(files[i].name), files[i].text,
			   strlen(files[i].text));
	mkdir(in_dir(locale_file("af")), 0700);
	file_write("locale/.json", "{}", 2);
	ok(symlink("nowhere", in_dir(locale_file("ag"))) == 0,
	   "(a link to nowhere is made)");
	page_start(dir);
	ok(page_locale_find("af", 2) == NULL, "a folder is no language");
	ok(page_locale_find("ag", 2) == NULL, "nor is a link to nowhere");
	ok(page_locale_find("ae", 2) == NULL, "nor one with more behind it");
	ok(page_locale_find("b d", 3) == NULL, "nor one with a blank");
	ok((l = page_locale_find("ac", 2)) != NULL &&
		   strcmp(l->patterns.group, ",") == 0 &&
		   strcmp(l->patterns.months[0], "January") == 0 &&
		   strcmp(l->patterns.date, "{d}/{y}") == 0,
	   "what a language says badly it has from English");
	ok((l = page_locale_find("ad", 2)) != NULL &&
		   strcmp(l->patterns.weekdays[0], "Monday") == 0 &&
		   strcmp(l->patterns.weekdays[6], "So") == 0,
	   "also one day of seven");
	is_text(page_words("ad", "Hello"), "Hello",
		"a number is no translation");
	is_text(page_words("ad", "Bye"), "Bye", "nor is nothing");
	is_text(page_words("ad", "Forms"), "Forms", "in no form");
	is_text(page_words("ad", "None"), "None", "and without forms");
	is_text(page_words("ab", "Hello"), "Hello",
		"a language may have no words");
	is_text(page_words("en", "Hello"), "Hello!",
		"English too may say it otherwise");
	for (i = 0; i < sizeof files / sizeof *files; i++)
		remove(in_dir(locale_file(files[i].name)));
	remove(in_dir("locale/.json"));
	remove(in_dir(locale_file("af")));
	remove(in_dir(locale_file("ag")));
}

static enum err
render(const char *name)
{
	struct buf out = {.pool = pool};

	return page_render(pool, name, NULL, "en", &out);
}

static void
test_templates(void)
{
	char *large = pool_alloc(pool, PAGE_MAX + 1);

	memset(large, 'x', PAGE_MAX + 1);
	file_write("html/large.html", large, PAGE_MAX + 1);
	is_int(render("large"), ERR_INTERNAL,
	       "a template of more than its size is refused");
	file_write("html/empty.html", "", 0);
	is_int(render("empty"), OK, "one without a byte is not");
	ok(symlink("loop.html", in_dir("html/loop.html")) == 0,
	   "(a link to itself is made)");
	is_int(render("loop"), ERR_INTERNAL,
	       "a link to itself is the operator's fault");
	is_int(render("empty/more"), ERR_MISSING, "a file has nothing below");
	mkdir(in_dir("html/folder.html"), 0700);
	is_int(render("folder"), ERR_MISSING, "a folder is no template");
	is_int(render("large"), ERR_INTERNAL, "what was bad is still bad");
	file_write("html/large.html", "good", 4);
	remove(in_dir("html/empty.html"));
	nanosleep(&(struct timespec){1, 50000000}, NULL);
	is_int(render("large"), OK, "until it is mended");
	is_int(render("empty"), ERR_MISSING, "what went is missing");
	remove(in_dir("html/large.html"));
	remove(in_dir("html/loop.html"));
	remove(in_dir("html/folder.html"));
}

/* Last: no folder of pages is left. */
static void
test_folders(void)
{
	char *long_name = pool_alloc(pool, PATH_MAX + 1);

	page_tree_start("/proc/self/mem");
	is_int(render("other"), ERR_MISSING, "a file holds no templates");
	page_start(in_dir("nowhere"));
	is_int(render("other"), ERR_MISSING, "a folder may not be there");
	memset(long_name, 'a', PATH_MAX);
	long_name[PATH_MAX] = '\0';
	page_start(long_name);
	is_int(render("other"), ERR_MISSING,
	       "a name may be too long to look for");
}

int
main(void)
{
	pool = pool_new();
	if (mkdtemp(dir) == NULL)
		return 1;
	mkdir(in_dir("html"), 0700);
	mkdir(in_dir("locale"), 0700);
	log_open("page", in_dir("log"));
	clock_zone("Europe/Berlin");
	clock_freeze(INT64_C(1795336200000)); /* 2026-11-22T07:30:00Z */
	is_int(render("early"), ERR_MISSING, "before the start is no page");
	test_languages();
	test_amounts();
	test_instants();
	test_days();
	test_others();
	test_templates();
	test_folders();
	remove(in_dir("html"));
	remove(in_dir("locale"));
	remove(in_dir("log"));
	is_int(rmdir(dir), 0, "nothing else was left behind");
	pool_free(pool);
	return tap_done();
}
