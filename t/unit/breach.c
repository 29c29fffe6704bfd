/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* breach.c: tests of the lists of known passwords. */
#include "lib/breach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/secret.h"
#include "t/tap.h"

static char dir[] = "/tmp/clicknet-test-XXXXXX";
static struct pool *pool;

static const char *
in_dir(const char *name)
{
	return pool_printf(pool, "%s/%s", dir, name);
}

static void
put(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(in_dir(name), "w");

	if (f == NULL || fwrite(text, 1, len, f) != len || fclose(f) != 0)
		ok(false, "%s can be written", name);
}

static int64_t heard;

static void
hear(int64_t done, int64_t all)
{
	heard = done <= all ? done : -1;
}

static enum err
build(const char *text, size_t len, struct breach_list *l)
{
	put("in", text, len);
	*l = (struct breach_list){.pool = pool, .from = in_dir("in"),
				  .to = in_dir("list"), .progress = hear,
				  .why = ""};
	return breach_build(l);
}

static bool
listed(const char *password)
{
	bool found;

	is_int(breach_find(in_dir("list"), password, &found), OK,
	       "the list can be asked about %s", password);
	return found;
}

static void
test_passwords(void)
{
	static const char text[] =
		"hunter2\nhunter2\r\n\nTr0ub4dor&3\nletmein\npassword";
	struct breach_list l;

	is_int(build(text, sizeof text - 1, &l), OK,
	       "a list is made of passwords");
	ok(l.entries == 4 && l.lines == 6, "each is in it once");
	ok(listed("hunter2") && listed("Tr0ub4dor&3") && listed("letmein") &&
		   listed("password"),
	   "and found");
	ok(!listed("Hunter2") && !listed("") && !listed("hunter"),
	   "others are not");
	is_int(build("", 0, &l), OK, "a list may be empty");
	ok(!listed("hunter2"), "and has nothing then");
}

/* The hash of "password" is known to everybody. */
static void
test_hashes(void)
{
	static const char upper[] =
		"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9659365\n"
		"0000000000000000000000000000000000000000:1\n";
	static const char lower[] =
		"5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8\r\n";
	struct breach_list l;

	is_int(build(upper, sizeof upper - 1, &l), OK,
	       "a list is made of hashes with counts, in any order");
	ok(l.entries == 2 && listed("password"), "and found by the password");
	is_int(build(lower, sizeof lower - 1, &l), OK,
	       "small digits and no count will do");
	ok(listed("password") && !listed("letmein"), "as well");
}

static void
refused(const char *text, size_t len, const char *where, const char *what)
{
	struct breach_list l;

	is_int(build(text, len, &l), ERR_INPUT, "%s is refused", what);
	ok(strstr(l.why, where) != NULL, "and its line named: %s", l.why);
	ok(listed("password"), "the old list stays");
	ok(access(in_dir("list.new"), F_OK) != 0, "and no half of a new one");
}

static void
test_refused(void)
{
	static const char mixed[] =
		"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\nhello\n";
	static const char tail[] =
		"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\n"
		"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:x\n";
	struct breach_list l;
	char longest[1200];

	build("password\n", 9, &l);
	refused(mixed, sizeof mixed - 1, "in:2:", "a word among hashes");
	refused(tail, sizeof tail - 1, "in:2:", "a count that is none");
	refused("a\nb\0c\n", 6, "in:2:", "a NUL");
	memset(longest, 'a', sizeof longest);
	refused(longest, sizeof longest, "in:1:", "an endless line");
}

static void
test_files(void)
{
	struct breach_list l = {.pool = pool, .from = in_dir("nothing"),
				.to = in_dir("list")};
	bool found = true;

	is_int(breach_build(&l), ERR_INTERNAL, "of nothing nothing is made");
	ok(strstr(l.why, "nothing: ") != NULL, "and the file is named");
	l.from = dir;
	is_int(breach_build(&l), ERR_INTERNAL, "nor of a directory");
	l.from = in_dir("in");
	l.to = in_dir("no/list");
	is_int(breach_build(&l), ERR_INTERNAL, "nor into no directory");
	is_int(breach_find(in_dir("nothing"), "x", &found), ERR_MISSING,
	       "a list that is not there says so");
	ok(!found, "and has nothing");
	is_int(breach_find(dir, "x", &found), ERR_INTERNAL,
	       "a directory is no list");
	put("list", "clicknet breach\0" "123", 19);
	is_int(breach_find(in_dir("list"), "x", &found), ERR_INTERNAL,
	       "nor half a row");
	put("list", "0123456789012345678901234567", 26);
	is_int(breach_find(in_dir("list"), "x", &found), ERR_INTERNAL,
	       "nor another file");
}

/* Enough for every step of a search, and for the bar. */
static void
test_many(void)
{
	struct buf b = {.pool = pool};
	struct breach_list l;
	int i, found = 0;
	bool one;

	for (i = 0; i < 10000; i++)
		buf_printf(&b, "word-%d\n", i * 2);
	heard = 0;
	is_int(build(b.data, b.len, &l), OK, "ten thousand passwords");
	is_int(l.entries, 10000, "are ten thousand rows");
	ok(heard > 0, "and show how far it is");
	for (i = 0; i < 20000; i++) {
		breach_find(in_dir("list"),
			    pool_printf(pool, "word-%d", i), &one);
		found += one == (i % 2 == 0);
	}
	is_int(found, 20000, "each is found, and nothing between");
}

static void
test_common(void)
{
	static const char words[] = "# comment\npassword\nqwertz\nabc123\n";
	static const char *const bad[] = {"password", "PassWord",
					  "password123!", "Qwertz_1",
					  "abc123"};
	static const char *const good[] = {"passwords", "my password",
					   "abc1234", "# comment", "", "123",
					   "qwertzä"};
	bool found;
	size_t i;

	put("words", words, sizeof words - 1);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		breach_common(in_dir("words"), bad[i], &found);
		ok(found, "%s is common", bad[i]);
	}
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		breach_common(in_dir("words"), good[i], &found);
		ok(!found, "\"%s\" is not", good[i]);
	}
	is_int(breach_common(in_dir("nothing"), "x", &found), ERR_MISSING,
	       "a list that is not there says so");
	is_int(breach_common(in_dir("words/x"), "x", &found), ERR_INTERNAL,
	       "one that cannot be read, too");
}

int
main(void)
{
	static const char *const files[] = {"in", "list", "words"};
	size_t i;

	pool = pool_new();
	if (mkdtemp(dir) == NULL)
		return 1;
	test_passwords();
	test_hashes();
	test_refused();
	test_many();
	test_files();
	test_common();
	for (i = 0; i < sizeof files / sizeof *files; i++)
		unlink(in_dir(files[i]));
	rmdir(dir);
	pool_free(pool);
	return tap_done();
}
