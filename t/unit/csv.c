/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv.c: tests of tables as comma-separated values. */
#include "lib/csv.h"
#include "t/tap.h"

#include <stdlib.h>
#include <unistd.h>

static struct pool *pool;
static struct csv *c;
static const char *why;

static enum err
bytes(const char *text)
{
	return csv_bytes(pool, "t.csv", text, strlen(text), &c, &why);
}

/* The complaint about the first row that has one; "" if none has. */
static const char *
complaint(const char *text)
{
	enum err e = bytes(text);

	while (e == OK)
		e = csv_row(c, &why);
	return e == ERR_INPUT ? why : "";
}

static void
test_rows(void)
{
	is_int(bytes("\xef\xbb\xbfname,amount,note\r\n"
		     "Z\u00fcrich,-1.50,\"a \"\"b\"\", c\"\r\n"
		     "\r\n"
		     "\"two\nlines\",,x\n"
		     "last,3,\"\""),
	       OK, "a header is read");
	is_int(csv_column(c, "note"), 2, "a column is found by its name");
	is_int(csv_column(c, "nothing"), -1, "and none by another");
	is_text(csv_name(c, 0), "name", "a byte order mark is no part of it");
	is_int(csv_row(c, &why), OK, "the first row is read");
	is_text(csv_text(c, 0), "Z\u00fcrich", "a text is as it stands");
	is_text(csv_text(c, 1), "-1.50", "so is a number");
	is_text(csv_text(c, 2), "a \"b\", c", "quotes and commas are undone");
	is_text(csv_text(c, -1), "", "a column that is not there is empty");
	is_int(csv_line(c, 2), 2, "a field knows its line");
	is_int(csv_character(c, 2), 14, "and its column in characters");
	is_int(csv_row(c, &why), OK, "an empty line is passed over");
	is_text(csv_text(c, 0), "two\nlines", "a line end may be quoted");
	is_text(csv_text(c, 1), "", "a field may be empty");
	is_int(csv_line(c, 0), 4, "a row begins on its first line");
	is_int(csv_line(c, 2), 5, "and goes on on the next");
	is_int(csv_row(c, &why), OK, "the last line needs no end");
	is_text(csv_text(c, 2), "", "empty quotes are an empty field");
	is_int(csv_row(c, &why), ERR_MISSING, "then there is no more");
	is_int(csv_row(c, &why), ERR_MISSING, "however often one asks");
}

static void
test_complaints(void)
{
	char *long_row = malloc(CSV_ROW_MAX + 100);

	is_text(complaint(""), "t.csv:1:1: The header line is missing.",
		"an empty file is no table");
	is_text(complaint("a,b,a\n"),
		"t.csv:1:5: There are two columns \"a\".",
		"a doubled column is named");
	is_text(complaint("a,b\n1,2\n1,2,3\n"),
		"t.csv:3:5: This row has 3 fields, the header has 2.",
		"a field too many is named");
	is_text(complaint("a,b\n1\n"),
		"t.csv:2:1: This row has 1 fields, the header has 2.",
		"a field too few is named");
	is_text(complaint("a,b\n1,x\"y\n"),
		"t.csv:2:4: A quote stands inside an unquoted field.",
		"a stray quote is named");
	is_text(complaint("a,b\n1,\"x\" \n"),
		"t.csv:2:6: A quoted field goes on behind its closing quote.",
		"text behind a quote is named");
	is_text(complaint("a,b\n1,\"x\n\n"),
		"t.csv:2:3: This quote is never closed.",
		"an open quote is named where it began");
	is_text(complaint("a,b\n1,2\r3\n"),
		"t.csv:2:4: A carriage return stands alone.",
		"a carriage return alone is named");
	is_text(complaint("a,b\n\u00fc,\xc3\x28\n"),
		"t.csv:2:3: This is not UTF-8.", "broken UTF-8 is named");
	is_int(csv_bytes(pool, "t.csv", "a\nb\0c\n", 6, &c, &why), OK,
	       "a header stands before a NUL");
	is_int(csv_row(c, &why), ERR_INPUT, "a NUL is refused");
	is_int(csv_row(c, &why), ERR_INPUT, "and nothing is read behind it");
	memset(long_row, 'x', CSV_ROW_MAX + 99);
	long_row[1] = '\n';
	long_row[CSV_ROW_MAX + 99] = '\0';
	is_text(complaint(long_row),
		"t.csv:2:65536: A row is longer than 65536 bytes.",
		"a row without end is refused");
	memset(long_row, ',', 100);
	long_row[100] = '\0';
	is_text(complaint(long_row),
		"t.csv:1:65: A row has more than 64 fields.",
		"a row of a hundred fields is refused");
	free(long_row);
}

static void
test_files(void)
{
	char path[] = "/tmp/csv.XXXXXX";
	int fd = mkstemp(path), i;
	FILE *f = fdopen(fd, "w");
	int64_t sum = 0;
	enum err e;

	fputs("n,text\n", f);
	for (i = 0; i < 20000; i++)
		fprintf(f, "%d,\"Z\u00fcrich %d\"\r\n", i, i);
	fclose(f);
	is_int(csv_open(pool, path, &c, &why), OK, "a file is opened");
	while ((e = csv_row(c, &why)) == OK)
		sum += atol(csv_text(c, 0));
	is_int(e, ERR_MISSING, "a long file is read to its end");
	is_int(sum, INT64_C(19999) * 20000 / 2, "every row once");
	is_int(csv_done(c), csv_size(c), "and every byte");
	unlink(path);
	is_int(csv_open(pool, path, &c, &why), ERR_MISSING,
	       "a file that is not there is said to be missing");
	is_int(csv_open(pool, "/tmp", &c, &why), ERR_INPUT,
	       "a directory is no table");
}

static const char *
put(const char *text)
{
	struct buf b = {.pool = pool};

	buf_puts(&b, "");
	csv_put(&b, text);
	return b.data;
}

static void
test_writing(void)
{
	is_text(put("plain text"), "plain text", "plain text stays");
	is_text(put("a,b"), "\"a,b\"", "a comma asks for quotes");
	is_text(put("say \"x\""), "\"say \"\"x\"\"\"", "quotes are doubled");
	is_text(put("-12.34"), "-12.34", "a negative amount is a number");
	is_text(put("=1+1"), "\"'=1+1\"", "a formula is disarmed");
	is_text(put("-1+cmd"), "\"'-1+cmd\"", "even behind a minus");
	is_text(put("@SUM(A1)"), "\"'@SUM(A1)\"", "or an at sign");
	is_text(put("\t=1"), "\"'\t=1\"", "or a tab");
	is_text(put(""), "", "nothing stays nothing");
}

int
main(void)
{
	pool = pool_new();
	test_rows();
	test_complaints();
	test_files();
	test_writing();
	pool_free(pool);
	return tap_done();
}
