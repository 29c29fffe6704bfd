/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mrz_text.c: what people type, made into lines of the right width. */
#include <ctype.h>
#include <string.h>

#include "lib/mrz_impl.h"
#include "lib/utf8.h"

enum { ROWS = 4, ROW_MAX = 100 };

struct rows {
	int count;
	int len[ROWS];
	char text[ROWS][ROW_MAX + 1];
};

/* What stands for fillers; a phone makes « of <<. */
static int
angles(int32_t c)
{
	switch (c) {
	case '<': case '>': case 0x2039: case 0x203a: case 0x2329:
	case 0x27e8: case 0x3008: case 0xff1c:
		return 1;
	case 0xab: case 0xbb: case 0x226a: case 0x27ea: case 0x300a:
		return 2;
	}
	return 0;
}

static bool
row_put(struct rows *r, char c, int times)
{
	for (; times > 0; times--) {
		if (r->len[r->count] >= ROW_MAX)
			return false;
		r->text[r->count][r->len[r->count]++] = c;
	}
	return true;
}

/* One character; false if none of the lines can have it. */
static bool
row_take(struct rows *r, int32_t c)
{
	int n = angles(c);

	if (n > 0)
		return row_put(r, '<', n);
	if (c >= 0xff01 && c <= 0xff5e) /* full-width letters and digits */
		c -= 0xfee0;
	if (utf8_space(c) || c == 0x200b || c == 0xfeff)
		return true;
	return c < 0x80 && isalnum((int)c) &&
	       row_put(r, (char)toupper((int)c), 1);
}

static const char *
rows_read(const char *text, struct rows *r)
{
	const char *end = text + strlen(text);
	int32_t c;

	memset(r, 0, sizeof *r);
	while (text < end) {
		c = utf8_next(&text, end);
		if (c == '\n' || c == '\r') {
			if (r->len[r->count] == 0)
				continue;
			if (++r->count == ROWS)
				return "These are more than three lines.";
		} else if (!row_take(r, c)) {
			return "Only letters, digits and < stand in these "
			       "lines.";
		}
	}
	if (r->len[r->count] > 0)
		r->count++;
	return r->count > ROWS - 1 ? "These are more than three lines." : NULL;
}

/* Everything in one line, as a program or a paste without line ends has it. */
static void
row_split(struct rows *r, int lines, int width)
{
	int i;

	for (i = lines - 1; i >= 0; i--) {
		if (i > 0)
			memcpy(r->text[i], r->text[0] + i * width,
			       (size_t)width);
		r->text[i][width] = '\0';
		r->len[i] = width;
	}
	r->count = lines;
}

static enum mrz_form
form_guess(struct rows *r)
{
	int i, longest;

	for (i = MRZ_TD1; r->count == 1 && i <= MRZ_TD3; i++)
		if (r->len[0] == mrz_layouts[i].lines * mrz_layouts[i].width)
			row_split(r, mrz_layouts[i].lines,
				  mrz_layouts[i].width);
	if (r->count != 2)
		return r->count == 3 ? MRZ_TD1 : MRZ_NONE;
	longest = r->len[0] > r->len[1] ? r->len[0] : r->len[1];
	if (r->text[0][0] == 'P')
		return r->len[0] == 36 && r->len[1] == 36 ? MRZ_TD2 : MRZ_TD3;
	return longest >= 40 ? MRZ_TD3 : MRZ_TD2;
}

/* Makes a row as wide as it should be by the last run of fillers before its
 * ${tail} characters: nobody counts those. */
static bool
row_fit(char *row, int len, int width, int tail)
{
	int end = len - tail, run = end;

	while (run > 0 && row[run - 1] == '<')
		run--;
	if (len == width)
		return true;
	if (end < 0 || run + tail > width || (tail > 0 && run == end))
		return false;
	memmove(row + width - tail, row + end, (size_t)tail);
	memset(row + run, '<', (size_t)(width - tail - run));
	row[width] = '\0';
	return true;
}

/* The row with the check digit over all: characters behind its fillers. */
static int
tail_of(const struct mrz_layout *l, int row)
{
	return row == l->whole_digit.line ? l->tail : 0;
}

const char *
mrz_lines(const char *text, struct mrz *out)
{
	static const char *const width_wrong[] = {
		"The first line is too short or too long.",
		"The second line is too short or too long.",
		"The third line is too short or too long."};
	const struct mrz_layout *l;
	struct rows r;
	const char *why;
	int i;

	if (strlen(text) > MRZ_TEXT_MAX)
		return "These lines are too long.";
	if ((why = rows_read(text, &r)) != NULL)
		return why;
	if ((out->form = form_guess(&r)) == MRZ_NONE)
		return "Please type the two or three lines as they are "
		       "printed, each in a line of its own.";
	l = &mrz_layouts[out->form];
	for (i = 0; i < l->lines; i++) {
		if (!row_fit(r.text[i], r.len[i], l->width, tail_of(l, i)))
			return width_wrong[i];
		memcpy(out->line[i], r.text[i], (size_t)l->width);
	}
	return NULL;
}
