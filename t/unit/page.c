/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.c: tests that pages say what their templates and views say. */
#include "lib/page.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "t/tap.h"

static char dir[] = "/tmp/clicknet-page-XXXXXX";

/* A template, a view, the page. */
struct page_case {
	const char *says, *text, *view, *want;
};

static const struct page_case values[] = {
	{"an empty template is an empty page", "", "{}", ""},
	{"text without tags stays", "Hello.\n", "{}", "Hello.\n"},
	{"a name becomes its value", "Hello, {{name}}!", "{\"name\":\"Ann\"}",
	 "Hello, Ann!"},
	{"what a customer types cannot become markup", "{{x}}",
	 "{\"x\":\"<b a=\\\"1\\\" c='2'>&\"}",
	 "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;"},
	{"a number is its digits", "{{n}} {{m}}", "{\"n\":85,\"m\":-7}",
	 "85 -7"},
	{"the largest numbers are whole", "{{n}} {{m}}",
	 "{\"n\":9223372036854775807,\"m\":18446744073709551615}",
	 "9223372036854775807 18446744073709551615"},
	{"zero is shown", "{{n}}", "{\"n\":0}", "0"},
	{"yes and no have words", "{{a}} {{b}}", "{\"a\":true,\"b\":false}",
	 "true false"},
	{"null is nothing", "[{{n}}]", "{\"n\":null}", "[]"},
	{"an absent name is nothing", "[{{n}}]", "{}", "[]"},
	{"a list or an object is no text", "[{{l}}{{o}}]",
	 "{\"l\":[1],\"o\":{\"a\":1}}", "[]"},
	{"a dotted name goes inside", "{{a.b.c}}",
	 "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep"},
	{"a dotted name that breaks off is nothing", "[{{a.b.c}}{{a.x.c}}]",
	 "{\"a\":{\"b\":{}},\"c\":\"wrong\"}", "[]"},
	{"a dotted name does not go inside text", "[{{a.b}}]",
	 "{\"a\":\"b\"}", "[]"},
	{"a dotted name starts at its first part", "{{#a}}{{b.n}}{{/a}}",
	 "{\"a\":{\"b\":{\"n\":\"right\"}},\"b\":{\"n\":\"wrong\"}}", "right"},
	{"only its first part is looked for outside", "[{{#a}}{{b.n}}{{/a}}]",
	 "{\"a\":{\"b\":{}},\"b\":{\"n\":\"wrong\"}}", "[]"},
	{"a point alone is the view itself", "{{.}}", "\"text\"", "text"},
	{"blanks around a value stay", "| {{s}} |", "{\"s\":\"-\"}", "| - |"},
	{"a value alone on a line keeps its line", "  {{s}}\n",
	 "{\"s\":\"-\"}", "  -\n"},
	{"blanks inside a tag do not count", "|{{ s }}|{{\n\ts\n}}|",
	 "{\"s\":\"-\"}", "|-|-|"},
	{"braces alone are text", "a } b }} c { d", "{}", "a } b }} c { d"},
	{"an empty name in the view is no name", "[{{a}}]", "{\"\":1}", "[]"},
};

static const struct page_case sections[] = {
	{"a true section is shown", "{{#b}}yes{{/b}}", "{\"b\":true}", "yes"},
	{"a false section is not", "[{{#b}}no{{/b}}]", "{\"b\":false}", "[]"},
	{"null hides a section", "[{{#b}}no{{/b}}]", "{\"b\":null}", "[]"},
	{"absence hides a section", "[{{#b}}no{{/b}}]", "{}", "[]"},
	{"zero hides a section", "[{{#b}}no{{/b}}]", "{\"b\":0}", "[]"},
	{"empty text hides a section", "[{{#b}}no{{/b}}]", "{\"b\":\"\"}",
	 "[]"},
	{"an empty object shows a section", "{{#b}}yes{{/b}}", "{\"b\":{}}",
	 "yes"},
	{"a section looks into its object", "{{#c}}Hi {{name}}.{{/c}}",
	 "{\"c\":{\"name\":\"Joe\"}}", "Hi Joe."},
	{"outer names are seen from inside",
	 "{{#a}}{{x}},{{y}},{{#b}}{{x}},{{y}}{{/b}}{{/a}}",
	 "{\"x\":1,\"a\":{\"y\":2,\"b\":{\"y\":3}}}", "1,2,1,3"},
	{"inner names come before outer names", "{{#a}}{{x}}{{/a}}",
	 "{\"x\":\"outer\",\"a\":{\"x\":\"inner\"}}", "inner"},
	{"an inner null hides an outer value", "[{{#a}}{{x}}{{/a}}]",
	 "{\"x\":\"outer\",\"a\":{\"x\":null}}", "[]"},
	{"a list is shown entry by entry", "{{#l}}{{n}};{{/l}}",
	 "{\"l\":[{\"n\":1},{\"n\":2},{\"n\":3}]}", "1;2;3;"},
	{"an empty list shows nothing", "[{{#l}}no{{/l}}]", "{\"l\":[]}",
	 "[]"},
	{"a list of words uses the point", "{{#l}}({{.}}){{/l}}",
	 "{\"l\":[\"a\",1,true,null]}", "(a)(1)(true)()"},
	{"a list of lists uses the point twice",
	 "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[\"a\"]]}",
	 "(12)(a)"},
	{"the view itself may be the list", "{{#.}}({{v}}){{/.}}",
	 "[{\"v\":1},{\"v\":2}]", "(1)(2)"},
	{"words of a list are escaped too", "{{#l}}{{.}}{{/l}}",
	 "{\"l\":[\"<\",\"&\"]}", "&lt;&amp;"},
	{"a text opens a section", "{{#s}}{{.}}{{/s}}", "{\"s\":\"x\"}", "x"},
	{"sections follow each other", "{{#b}}1{{/b}} {{t}} {{#b}}2{{/b}}",
	 "{\"b\":true,\"t\":\"and\"}", "1 and 2"},
	{"sections lie in sections", "{{#b}}A{{#b}}B{{/b}}C{{/b}}",
	 "{\"b\":true}", "ABC"},
	{"a hidden section hides what is inside",
	 "[{{#b}}A{{#c}}B{{/c}}C{{/b}}]", "{\"b\":false,\"c\":true}", "[]"},
	{"a section may have a dotted name", "{{#a.b}}yes{{/a.b}}",
	 "{\"a\":{\"b\":true}}", "yes"},
	{"a dotted section that breaks off is hidden",
	 "[{{#a.b.c}}no{{/a.b.c}}]", "{\"a\":{}}", "[]"},
	{"blanks in a line stay", " | {{#b}}\t|\t{{/b}} | \n", "{\"b\":true}",
	 " | \t|\t | \n"},
	{"lines inside a section stay", " | {{#b}} {{! no }}\n {{/b}} | \n",
	 "{\"b\":true}", " |  \n  | \n"},
	{"two sections in a line keep the line",
	 " {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n", "{\"b\":true}",
	 " YES\n GOOD\n"},
	{"section tags alone on a line take it away",
	 "| This\n{{#b}}\n| is\n{{/b}}\n| it\n", "{\"b\":true}",
	 "| This\n| is\n| it\n"},
	{"indented ones take their line away",
	 "| This\n  {{#b}}\n| is\n\t{{/b}}  \n| it\n", "{\"b\":true}",
	 "| This\n| is\n| it\n"},
	{"CRLF ends a line as LF does", "|\r\n{{#b}}\r\n{{/b}}\r\n|",
	 "{\"b\":true}", "|\r\n|"},
	{"the first line may be a tag's", "  {{#b}}\n#{{/b}}\n/",
	 "{\"b\":true}", "#\n/"},
	{"the last line may be a tag's", "#{{#b}}\n/\n  {{/b}}", "{\"b\":true}",
	 "#\n/\n"},
	{"blanks in a section tag do not count", "|{{# b }}={{/ b }}|",
	 "{\"b\":true}", "|=|"},
};

static const struct page_case inverted[] = {
	{"no shows what yes hides", "{{^b}}no{{/b}}", "{\"b\":false}", "no"},
	{"yes hides it", "[{{^b}}no{{/b}}]", "{\"b\":true}", "[]"},
	{"null shows it", "{{^b}}none{{/b}}", "{\"b\":null}", "none"},
	{"absence shows it", "{{^b}}none{{/b}}", "{}", "none"},
	{"an empty list shows it", "{{^l}}none{{/l}}", "{\"l\":[]}", "none"},
	{"a list hides it", "[{{^l}}none{{/l}}]", "{\"l\":[{}]}", "[]"},
	{"an object hides it", "[{{^o}}none{{/o}}]", "{\"o\":{}}", "[]"},
	{"inverted ones follow each other",
	 "{{^b}}1{{/b}} {{t}} {{^b}}2{{/b}}", "{\"t\":\"and\"}", "1 and 2"},
	{"inverted ones lie in each other", "{{^b}}A{{^b}}B{{/b}}C{{/b}}", "{}",
	 "ABC"},
	{"a dotted name may be inverted", "{{^a.b}}none{{/a.b}}", "{\"a\":{}}",
	 "none"},
	{"inverted tags alone on a line take it away",
	 "| This\n {{^b}}\n|\n {{/b}} \n| it\n", "{}", "| This\n|\n| it\n"},
	{"inverted tags take CRLF lines away",
	 "|\r\n{{^b}}\r\n{{/b}}\r\n|", "{}", "|\r\n|"},
	{"an inverted first line", "  {{^b}}\n^{{/b}}\n/", "{}", "^\n/"},
	{"an inverted last line", "^{{^b}}\n/\n  {{/b}}", "{}", "^\n/\n"},
	{"a function's name inverted is a name", "{{^date}}never{{/date}}",
	 "{}", "never"},
};

static const struct page_case comments[] = {
	{"a comment is not shown", "12345{{! no }}67890", "{}", "1234567890"},
	{"a comment may have lines", "12345{{!\n  no\n}}67890\n", "{}",
	 "1234567890\n"},
	{"a comment alone takes its line", "Begin.\n{{! no }}\nEnd.\n", "{}",
	 "Begin.\nEnd.\n"},
	{"an indented comment takes its line", "Begin.\n  {{! no }}\nEnd.\n",
	 "{}", "Begin.\nEnd.\n"},
	{"a comment takes its CRLF line", "|\r\n{{! no }}\r\n|", "{}",
	 "|\r\n|"},
	{"a comment on the first line", "  {{! no }}\n!", "{}", "!"},
	{"a comment on the last line", "!\n  {{! no }}", "{}", "!\n"},
	{"a comment of lines takes its lines",
	 "Begin.\n  {{!\n    no\n  }}\nEnd.\n", "{}", "Begin.\nEnd.\n"},
	{"a comment in a line leaves its blanks", "  12 {{! 34 }}\n", "{}",
	 "  12 \n"},
	{"braces and tags in a comment are comment", "[{{! {x} {{# }}]", "{}",
	 "[]"},
};

static const struct page_case partials[] = {
	{"a partial is shown", "\"{{>text}}\"", "{}", "\"from partial\""},
	{"a partial may lie in a folder", "{{>part/deep}}", "{}", "deep"},
	{"an absent partial is nothing", "[{{>nowhere}}]", "{}", "[]"},
	{"a partial sees the view", "*{{>value}}*", "{\"x\":\"<\"}", "*&lt;*"},
	{"a partial sees the section it is in", "{{#a}}{{>value}}{{/a}}",
	 "{\"x\":1,\"a\":{\"x\":2}}", "2"},
	{"a partial may show itself again", "{{>tree}}",
	 "{\"x\":\"a\",\"l\":[{\"x\":\"b\",\"l\":[]},{\"x\":\"c\",\"l\":[]}]}",
	 "a(b()c())"},
	{"a partial in a line keeps the blanks", "| {{>line}} |", "{}",
	 "| \t|\t |"},
	{"a partial in a line is not indented", "  {{x}}  {{> two }}\n",
	 "{\"x\":\"|\"}", "  |  >\n>\n"},
	{"a partial alone takes its CRLF line", "|\r\n{{>mark}}\r\n|", "{}",
	 "|\r\n>|"},
	{"a partial alone on the first line is indented", "  {{>two}}\n>", "{}",
	 "  >\n  >>"},
	{"a partial alone on the last line is indented", ">\n  {{>two}}", "{}",
	 ">\n  >\n  >"},
	{"only the partial's own lines are indented", "\\\n {{>content}}\n/\n",
	 "{\"x\":\"a\\nb\"}", "\\\n |\n a\nb\n |\n/\n"},
	{"indentation adds up", "\t{{>outer}}\n", "{}",
	 "\t[\n\t  >\n\t  >\t]\n"},
	{"tags that begin a line are indented",
	 "  {{>tags}}\n", "{\"x\":\"-\",\"b\":true}",
	 "  -x\n  y\n   z\n  >\n>"},
	{"blanks in a partial's tag do not count", "|{{> mark }}|", "{}",
	 "|>|"},
};

static const struct page_case functions[] = {
	{"an amount is grouped", "{{#money}}{{a}} {{c}}{{/money}}",
	 "{\"a\":\"1234567.50\",\"c\":\"EUR\"}", "1,234,567.50"},
	{"a debit has a real minus", "{{#money}}{{a}} {{c}}{{/money}}",
	 "{\"a\":\"-1.00\",\"c\":\"EUR\"}", "\u22121.00"},
	{"a credit may have its plus", "{{#signed}}{{a}} EUR{{/signed}}",
	 "{\"a\":\"5.00\"}", "+5.00"},
	{"no amount stays as it is", "{{#money}}{{a}} EUR{{/money}}",
	 "{\"a\":\"<none>\"}", "&lt;none&gt; EUR"},
	{"an unknown currency stays as it is", "{{#money}}1.00 ???{{/money}}",
	 "{}", "1.00 ???"},
	{"a date is written out", "{{#date}}{{d}}{{/date}}",
	 "{\"d\":\"2026-11-22\"}", "22 November 2026"},
	{"a time is a day too", "{{#date}}{{d}}{{/date}}",
	 "{\"d\":\"2026-11-22T23:30:00Z\"}", "23 November 2026"},
	{"a time of another zone is the bank's day",
	 "{{#date}}2026-11-22T00:30:00.250+02:00{{/date}}", "{}",
	 "21 November 2026"},
	{"no date stays as it is", "{{#date}}2026-02-30{{/date}}", "{}",
	 "2026-02-30"},
	{"no date is nothing", "[{{#date}}{{d}}{{/date}}]", "{}", "[]"},
	{"a time is the bank's", "{{#time}}{{at}}{{/time}}",
	 "{\"at\":\"2026-11-22T07:30:00Z\"}", "08:30"},
	{"a date alone has no time", "{{#time}}2026-11-22{{/time}}", "{}",
	 "2026-11-22"},
	{"today has its word", "{{#day}}2026-11-22{{/day}}", "{}", "Today"},
	{"yesterday has its word", "{{#day}}{{d}}{{/day}}",
	 "{\"d\":\"2026-11-21T12:00:00Z\"}", "Yesterday"},
	{"a day of this year has its weekday", "{{#day}}2026-11-20{{/day}}",
	 "{}", "Friday 20 November"},
	{"a day of another year has its year", "{{#day}}2025-12-31{{/day}}",
	 "{}", "Wednesday 31 December 2025"},
	{"an account number comes in fours", "{{#iban}}{{n}}{{/iban}}",
	 "{\"n\":\"DE89370400440532013000\"}", "DE89 3704 0044 0532 0130 00"},
	{"a grouped one stays grouped", "{{#iban}}DE89 3704 00{{/iban}}", "{}",
	 "DE89 3704 00"},
	{"no account number stays as it is", "{{#iban}}<{{n}}>{{/iban}}",
	 "{\"n\":\"a&b\"}", "&lt;a&amp;b&gt;"},
	{"a function in a function answers it",
	 "{{#iban}}{{#iban}}{{n}}{{/iban}}{{/iban}}", "{\"n\":\"12345\"}",
	 "1234 5"},
	{"text before a function's answer stays",
	 "{{#iban}}AB{{#time}}<{{n}}{{/time}}{{/iban}}", "{\"n\":\"1\"}",
	 "AB&lt;1"},
	{"a sentence without translation is itself", "{{#t}}Sign in{{/t}}",
	 "{}", "Sign in"},
};

static const struct page_case german[] = {
	{"German groups with points", "{{#money}}{{a}} EUR{{/money}}",
	 "{\"a\":\"-1234.50\"}", "\u22121.234,50"},
	{"German dates have a point", "{{#date}}2026-03-01{{/date}}", "{}",
	 "1. M\u00e4rz 2026"},
	{"German days have theirs", "{{#day}}2026-11-20{{/day}}", "{}",
	 "Freitag, 20. November"},
	{"today is heute", "{{#day}}2026-11-22{{/day}}", "{}", "Heute"},
	{"a sentence is translated", "<b>{{#t}}Sign in{{/t}}</b>", "{}",
	 "<b>Anmelden</b>"},
	{"line breaks in a sentence do not matter",
	 "<p>\n  {{#t}}\n  Sign\n  in\n  {{/t}}\n</p>\n", "{}",
	 "<p>\n  Anmelden\n</p>\n"},
	{"blanks around a sentence stay", "a{{#t}} Sign in {{/t}}b", "{}",
	 "a Anmelden b"},
	{"a translation is a template", "{{#t}}Hello, {{name}}{{/t}}",
	 "{\"name\":\"<Ann>\"}", "Hallo, &lt;Ann&gt;"},
	{"a translation may hold functions",
	 "{{#t}}You have {{#money}}{{a}} EUR{{/money}}.{{/t}}",
	 "{\"a\":\"1.50\"}", "Sie haben 1,50."},
	{"one has its own form", "{{#t}}{{count}} transfers{{/t}}",
	 "{\"count\":1}", "1 \u00dcberweisung"},
	{"one in words of digits too", "{{#t}}{{count}} transfers{{/t}}",
	 "{\"count\":\"1\"}", "1 \u00dcberweisung"},
	{"the rest share a form", "{{#t}}{{count}} transfers{{/t}}",
	 "{\"count\":0}", "0 \u00dcberweisungen"},
	{"the rest do without a count", "{{#t}}{{count}} transfers{{/t}}",
	 "{}", " \u00dcberweisungen"},
	{"a sentence we lack stays English", "{{#t}}Lacking{{/t}}", "{}",
	 "Lacking"},
	{"an empty translation is none", "{{#t}}Empty{{/t}}", "{}", "Empty"},
	{"a broken translation is none", "{{#t}}Broken{{/t}}", "{}", "Broken"},
	{"a translated sentence may hold a sentence",
	 "{{#t}}a {{#t}}Sign in{{/t}}{{/t}}", "{}", "a Anmelden"},
};

static void
file_write(const char *name, const char *text)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	snprintf(fresh, sizeof fresh, "%s/fresh", dir);
	f = fopen(fresh, "w");
	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0 ||
	    rename(fresh, path) != 0)
		ok(false, "the test can write %s", path);
}

static char *
log_read(void)
{
	static char text[8192];
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof path, "%s/log", dir);
	f = fopen(path, "r");
	text[f == NULL ? 0 : fread(text, 1, sizeof text - 1, f)] = '\0';
	if (f != NULL)
		fclose(f);
	if (truncate(path, 0) != 0)
		text[0] = '\0';
	return text;
}

static const char *
filled(struct pool *p, const char *text, const char *view, const char *language)
{
	struct buf out = {.pool = p};
	json_object *v = json_tokener_parse(view);

	if (v != NULL)
		pool_json(p, v);
	buf_puts(&out, "");
	if (page_render_text(p, text, strlen(text), v, language, &out) != OK)
		return "(refused)";
	return out.data;
}

static void
cases_run(const struct page_case *c, size_t count, const char *language)
{
	struct pool *p = pool_new();

	for (; count > 0; c++, count--) {
		is_text(filled(p, c->text, c->view, language), c->want, "%s",
			c->says);
		pool_reset(p);
	}
	pool_free(p);
}
#define CASES(cases, language)                                               \
	cases_run(cases, sizeof(cases) / sizeof *(cases), language)

static void
world_make(void)
{
	static const char *const files[][2] = {
		{"html/text.html", "from partial"},
		{"html/part/deep.html", "deep"},
		{"html/value.html", "{{x}}"},
		{"html/tree.html", "{{x}}({{#l}}{{>tree}}{{/l}})"},
		{"html/line.html", "\t|\t"},
		{"html/two.html", ">\n>"},
		{"html/mark.html", ">"},
		{"html/content.html", "|\n{{x}}\n|\n"},
		{"html/outer.html", "[\n  {{>two}}\n]\n"},
		{"html/tags.html", "{{x}}x\n{{! c }}y\n{{#b}} z\n{{/b}}\n"
				   "{{#b}}\n{{#b}}{{>two}}{{/b}}{{/b}}"},
		{"html/self.html", "{{>self}}"},
		{"html/page.html", "first"},
		{"html/bad.html", "<p>\n  \u00fc {{oops\n"},
		{"locale/de.json", ""},
		{"locale/pt-BR.json", "{\"words\":{\"Sign in\":\"Entrar\"}}"},
		{"locale/broken.json", "{\"words\":"},
		{"locale/readme.txt", "no language"},
	};
	char path[PATH_MAX];
	size_t i;

	if (mkdtemp(dir) == NULL)
		ok(false, "the test has a folder");
	snprintf(path, sizeof path, "%s/html", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/html/part", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/locale", dir);
	mkdir(path, 0700);
	for (i = 0; i < sizeof files / sizeof *files; i++)
		file_write(files[i][0], files[i][1]);
	file_write("locale/de.json",
		   "{\"patterns\":{\"group\":\".\",\"point\":\",\","
		   "\"date\":\"{d}. {month} {y}\","
		   "\"day\":\"{weekday}, {d}. {month}\","
		   "\"months\":[\"Januar\",\"Februar\",\"M\u00e4rz\",\"April\","
		   "\"Mai\",\"Juni\",\"Juli\",\"August\",\"September\","
		   "\"Oktober\",\"November\",\"Dezember\"],"
		   "\"weekdays\":[\"Montag\",\"Dienstag\",\"Mittwoch\","
		   "\"Donnerstag\",\"Freitag\",\"Samstag\",\"Sonntag\"]},"
		   "\"words\":{\"Sign in\":\"Anmelden\",\"Today\":\"Heute\","
		   "\"Hello, {{name}}\":\"Hallo, {{name}}\",\"Empty\":\"\","
		   "\"You have {{#money}}{{a}} EUR{{/money}}.\":"
		   "\"Sie haben {{#money}}{{a}} EUR{{/money}}.\","
		   "\"Broken\":\"{{#x}}\",\"Endless\":"
		   "\"{{#t}}Endless{{/t}}\",\"{{count}} transfers\":{"
		   "\"one\":\"{{count}} \u00dcberweisung\","
		   "\"other\":\"{{count}} \u00dcberweisungen\"}}}");
	snprintf(path, sizeof path, "%s/log", dir);
	log_open("page", path);
	page_start(dir);
	clock_zone("Europe/Berlin");
	clock_freeze(INT64_C(1795336200000)); /* 2026-11-22T07:30:00Z */
}

static void
refusals(void)
{
	static const struct {
		const char *says, *text, *where, *why;
	} bad[] = {
		{"triple braces", "a\nb {{{x}}}", "2 3", "unescaped"},
		{"an ampersand", "{{&x}}", "1 1", "unescaped"},
		{"other delimiters", "\u00e4{{=<% %>=}}", "1 2", "delimiters"},
		{"a tag without an end", "x\n{{x", "2 1", "without an end"},
		{"two braces at the end", "x{{", "1 2", "without an end"},
		{"a tag that ends in one brace", "{{x}", "1 1", "without an"},
		{"a comment without an end", "{{! x", "1 1", "comment"},
		{"a tag without a name", "{{}}", "1 1", "name"},
		{"a section without a name", "{{#}}", "1 1", "name"},
		{"a name with two points", "{{a..b}}", "1 1", "name"},
		{"a name that ends in a point", "{{a.}}", "1 1", "name"},
		{"a name of two words", "{{a b}}", "1 1", "without an end"},
		{"a sign it does not know", "{{$a}}{{/a}}", "1 1", "name"},
		{"a partial out of the folder", "{{>../x}}", "1 1", "name"},
		{"a partial from the root", "{{>/etc/x}}", "1 1", "name"},
		{"a section without an end", "\n {{#a}}x", "2 2", "section"},
		{"an end without a section", "x{{/a}}", "1 2", "open"},
		{"sections that cross", "{{#a}}{{#b}}{{/a}}{{/b}}", "1 13",
		 "another section"},
	};
	char line[40], *log;
	struct pool *p = pool_new();
	size_t i;
	int l, c;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		log_read();
		is_text(filled(p, bad[i].text, "{}", "en"), "(refused)",
			"%s: refused", bad[i].says);
		log = log_read();
		sscanf(bad[i].where, "%d %d", &l, &c);
		snprintf(line, sizeof line, "\"line\":\"%d\"", l);
		ok(strstr(log, line) != NULL, "%s: the log has the line",
		   bad[i].says);
		snprintf(line, sizeof line, "\"column\":\"%d\"", c);
		ok(strstr(log, line) != NULL && strstr(log, bad[i].why) != NULL,
		   "%s: the log has the column and why", bad[i].says);
	}
	pool_free(p);
}

static void
bounds(void)
{
	struct pool *p = pool_new();
	char *text = pool_alloc(p, PAGE_MAX + 3);
	struct buf out = {.pool = p};
	struct buf deep = {.pool = p};
	int i;

	memset(text, '{', PAGE_MAX);
	is_text(filled(p, text, "{}", "en"), "(refused)",
		"a megabyte of brackets is refused");
	memset(text, 'x', PAGE_MAX + 1);
	is_text(filled(p, text, "{}", "en"), "(refused)",
		"more than a megabyte of anything is refused");
	ok(page_render_text(p, "a\0b", 3, NULL, "en", &out) == ERR_INTERNAL,
	   "a zero byte is refused");
	is_text(filled(p, "{{>self}}", "{}", "en"), "(refused)",
		"a partial that shows itself for ever is refused");
	is_text(filled(p, "{{#t}}Endless{{/t}}", "{}", "de"), "(refused)",
		"a translation that shows itself for ever is refused");
	for (i = 0; i < 5; i++)
		buf_puts(&deep, "{{#l}}");
	buf_puts(&deep, "x");
	for (i = 0; i < 5; i++)
		buf_puts(&deep, "{{/l}}");
	buf_puts(&out, "{\"l\":[0");
	for (i = 0; i < 50; i++)
		buf_puts(&out, ",0");
	buf_puts(&out, "]}");
	is_text(filled(p, deep.data, out.data, "en"), "(refused)",
		"a page of millions of parts is refused");
	for (deep.len = 0, i = 0; i <= PAGE_NESTING; i++)
		buf_puts(&deep, "{{#l}}");
	for (i = 0; i <= PAGE_NESTING; i++)
		buf_puts(&deep, "{{/l}}");
	is_text(filled(p, deep.data, "{}", "en"), "(refused)",
		"sections within sections have an end");
	out.len = 0;
	buf_puts(&out, "before");
	page_render_text(p, "more {{>self}}", 14, NULL, "en", &out);
	is_text(out.data, "before", "what is refused appends nothing");
	pool_free(p);
}

static void
a_second_later(void)
{
	nanosleep(&(struct timespec){1, 50000000}, NULL);
}

static void
files(void)
{
	struct pool *p = pool_new();
	struct buf out = {.pool = p};

	ok(page_render(p, "page", NULL, "en", &out) == OK, "a page is found");
	is_text(out.data, "first", "and filled");
	ok(page_render(p, "nowhere", NULL, "en", &out) == ERR_MISSING,
	   "a page that is not there is missing");
	ok(page_render(p, "../log", NULL, "en", &out) == ERR_MISSING,
	   "a page outside the folder is missing");
	ok(page_render(p, "part", NULL, "en", &out) == ERR_MISSING,
	   "a folder is no page");
	log_read();
	ok(page_render(p, "bad", NULL, "en", &out) == ERR_INTERNAL,
	   "a bad page is our fault");
	ok(strstr(log_read(), "/html/bad.html\",\"line\":\"2\","
			      "\"column\":\"5\"") != NULL,
	   "the log names the file, line and column of it");
	ok(page_render(p, "bad", NULL, "en", &out) == ERR_INTERNAL &&
	   *log_read() == '\0', "and does so once");
	page_render_text(p, "{{>nowhere}}", 12, NULL, "en", &out);
	ok(strstr(log_read(), "nowhere") != NULL,
	   "an absent partial is in the log");
	file_write("html/page.html", "second");
	file_write("html/bad.html", "good");
	a_second_later();
	out.len = 0;
	page_render(p, "page", NULL, "en", &out);
	is_text(out.data, "second", "a changed page is seen");
	out.len = 0;
	page_render(p, "bad", NULL, "en", &out);
	is_text(out.data, "good", "a mended page is good");
	remove(pool_printf(p, "%s/html/page.html", dir));
	a_second_later();
	ok(page_render(p, "page", NULL, "en", &out) == ERR_MISSING,
	   "a page that went is missing");
	file_write("html/page.html", "third");
	a_second_later();
	out.len = 0;
	page_render(p, "page", NULL, "en", &out);
	is_text(out.data, "third", "a page that came back is there");
	pool_free(p);
}

static atomic_bool stop;
static atomic_int strange;

static void *
reader(void *arg)
{
	struct pool *p = pool_new();
	struct buf out;

	(void)arg;
	while (!stop) {
		out = (struct buf){.pool = p};
		if (page_render_text(p, "{{>race}}", 9, NULL, "de", &out) !=
			    OK ||
		    (strcmp(out.data, "Anmelden a") != 0 &&
		     strcmp(out.data, "Anmelden bb") != 0))
			strange++;
		pool_reset(p);
	}
	pool_free(p);
	return NULL;
}

static void
threads(void)
{
	static const char *const words[] = {"{{#t}}Sign in{{/t}} a",
					    "{{#t}}Sign in{{/t}} bb"};
	pthread_t thread[3];
	int i;

	file_write("html/race.html", words[0]);
	for (i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, reader, NULL);
	for (i = 0; i < 22; i++) {
		nanosleep(&(struct timespec){0, 100000000}, NULL);
		file_write("html/race.html", words[i % 2]);
	}
	stop = true;
	for (i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	is_int(strange, 0, "readers never see half of a changed page");
}

static void
languages(void)
{
	static const struct {
		const char *says, *accept, *want;
	} asked[] = {
		{"no wish is English", NULL, "en"},
		{"an empty wish is English", "", "en"},
		{"German is German", "de", "de"},
		{"Austrian is German", "de-AT", "de"},
		{"the heaviest wins", "en;q=0.3, de;q=0.8", "de"},
		{"the first of equals wins", "en,de", "en"},
		{"no weight is the full weight", "en;q=0.9,de", "de"},
		{"what we have not is passed over", "fr,it;q=0.9,de;q=0.1",
		 "de"},
		{"weight zero is a no", "de;q=0", "en"},
		{"case does not matter", "DE-de;Q=1.0", "de"},
		{"a region we have is found", "pt-br", "pt-BR"},
		{"a region we have not is not", "pt-PT", "en"},
		{"a star is English", "*", "en"},
		{"a broken file is no language", "broken", "en"},
		{"nonsense is English", ";;;=,,-,--;q=,q", "en"},
		{"blanks do not matter", "\t fr ; q=1 ,  de ; q=0.5", "de"},
	};
	size_t i;

	for (i = 0; i < sizeof asked / sizeof *asked; i++)
		is_text(page_language(asked[i].accept), asked[i].want, "%s",
			asked[i].says);
	is_text(page_words("de", "Sign in"), "Anmelden", "a word has its word");
	is_text(page_words("de", "Lacking"), "Lacking", "or stays itself");
	is_text(page_words("xx", "Sign in"), "Sign in",
		"an unknown language is English");
	is_text(page_words(NULL, "Sign in"), "Sign in", "as is none");
	is_text(page_words("de", "{{count}} transfers"),
		"{{count}} \u00dcberweisungen", "of many forms: the other");
}

static void
world_end(void)
{
	static const char *const names[] = {
		"html/text.html", "html/part/deep.html", "html/value.html",
		"html/tree.html", "html/line.html", "html/two.html",
		"html/mark.html", "html/content.html", "html/outer.html",
		"html/tags.html", "html/self.html", "html/page.html",
		"html/bad.html", "html/race.html", "html/part", "html",
		"locale/de.json", "locale/pt-BR.json", "locale/broken.json",
		"locale/readme.txt", "locale", "log"};
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		remove(path);
	}
	rmdir(dir);
}

int
main(void)
{
	world_make();
	CASES(values, "en");
	CASES(sections, "en");
	CASES(inverted, "en");
	CASES(comments, "en");
	CASES(partials, "en");
	CASES(functions, "en");
	CASES(german, "de");
	refusals();
	bounds();
	languages();
	files();
	threads();
	world_end();
	return tap_done();
}
