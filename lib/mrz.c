/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mrz.c: what stands in the lines, and whether its check digits hold. */
#include "lib/mrz.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/mrz_impl.h"

const struct mrz_layout mrz_layouts[MRZ_TD3 + 1] = {
	[MRZ_TD1] = {
		.form = MRZ_TD1, .lines = 3, .width = 30, .tail = 1,
		.names = {2, 0, 30}, .number = {0, 5, 9},
		.optional = {0, 15, 15}, .more = {1, 18, 11},
		.nationality = {1, 15, 3}, .birth = {1, 0, 6},
		.sex = {1, 7, 1}, .expiry = {1, 8, 6},
		.whole_digit = {1, 29, 1},
		.whole = {{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}}},
	[MRZ_TD2] = {
		.form = MRZ_TD2, .lines = 2, .width = 36, .tail = 1,
		.names = {0, 5, 31}, .number = {1, 0, 9},
		.optional = {1, 28, 7}, .nationality = {1, 10, 3},
		.birth = {1, 13, 6}, .sex = {1, 20, 1},
		.expiry = {1, 21, 6}, .whole_digit = {1, 35, 1},
		.whole = {{1, 0, 10}, {1, 13, 7}, {1, 21, 14}}},
	[MRZ_TD3] = {
		.form = MRZ_TD3, .lines = 2, .width = 44, .tail = 2,
		.names = {0, 5, 39}, .number = {1, 0, 9},
		.optional = {1, 28, 14}, .nationality = {1, 10, 3},
		.birth = {1, 13, 6}, .sex = {1, 20, 1},
		.expiry = {1, 21, 6}, .whole_digit = {1, 43, 1},
		.whole = {{1, 0, 10}, {1, 13, 7}, {1, 21, 22}}},
};

static const struct {
	unsigned fault;
	const char *words;
} words[] = {
	{MRZ_KIND, "This is a visa. Please take a passport or an identity "
		   "card."},
	{MRZ_NUMBER, "The document number and its check digit do not go "
		     "together. Please compare them letter by letter."},
	{MRZ_BIRTH, "The birth date and its check digit do not go together. "
		    "Please compare them digit by digit."},
	{MRZ_EXPIRY, "The expiry date and its check digit do not go "
		     "together. Please compare them digit by digit."},
	{MRZ_OPTIONAL, "The personal number and its check digit do not go "
		       "together. Please compare them letter by letter."},
	{MRZ_WHOLE, "The last check digit does not go with the line. Please "
		    "compare it letter by letter."},
	{MRZ_BIRTH_DAY, "The birth date is none."},
	{MRZ_EXPIRY_DAY, "The expiry date is none."},
	{MRZ_SEX, "Between the two dates stands M, F or <."},
	{MRZ_STATE, "There is no state with this code of three letters."},
	{MRZ_NAME, "The line with the names has letters and < only."},
};

const char *
mrz_words(unsigned faults)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (faults & words[i].fault)
			return words[i].words;
	return "";
}

static int
value(char c)
{
	if (c == '<')
		return 0;
	return isdigit((unsigned char)c) ? c - '0' : c - 'A' + 10;
}

int
mrz_digit(const char *text, int len)
{
	static const int weight[] = {7, 3, 1};
	int sum = 0, i;

	for (i = 0; i < len; i++)
		sum += value(text[i]) * weight[i % 3];
	return sum % 10;
}

static char *
place(struct mrz *m, struct mrz_span s)
{
	return m->line[s.line] + s.at;
}

static void
repair(char *text, int len, char from, char to)
{
	for (; len > 0; len--, text++)
		if (*text == from)
			*text = to;
}

/* O and 0 where only one of them can stand. */
static void
repair_all(struct mrz *m, const struct mrz_layout *l)
{
	repair(m->line[0] + 2, 3, '0', 'O');
	repair(place(m, l->names), l->names.len, '0', 'O');
	repair(place(m, l->nationality), 3, '0', 'O');
	repair(place(m, l->birth), l->birth.len + 1, 'O', '0');
	repair(place(m, l->expiry), l->expiry.len + 1, 'O', '0');
	repair(place(m, l->number) + l->number.len, 1, 'O', '0');
	repair(place(m, l->whole_digit), 1, 'O', '0');
	if (m->form == MRZ_TD3)
		repair(place(m, l->optional) + l->optional.len, 1, 'O', '0');
}

/* Copies without the fillers at the end; those inside become blanks. */
static void
take(char *out, const char *text, int len)
{
	int i;

	while (len > 0 && text[len - 1] == '<')
		len--;
	for (i = 0; i < len; i++)
		out[i] = text[i] == '<' ? ' ' : text[i];
	out[len] = '\0';
}

static bool
holds(const char *text, int len, char digit)
{
	return isdigit((unsigned char)digit) &&
	       mrz_digit(text, len) == digit - '0';
}

/* A number of more than nine characters goes on in the optional data, its
 * check digit behind it. It is over the number alone; some states' older
 * cards count the filler between with it. */
static bool
number_long(struct mrz *m, const char *number, const char *optional,
	    int optional_len)
{
	char all[40];
	int len = 0;

	while (len < optional_len && optional[len] != '<')
		len++;
	if (len < 2 || number[8] == '<')
		return false;
	memcpy(all, number, 9);
	memcpy(all + 9, optional, (size_t)(len - 1));
	take(m->number, all, 8 + len);
	take(m->optional, optional + len, optional_len - len);
	return holds(all, 8 + len, optional[len - 1]) ||
	       holds(number, 9 + len, optional[len - 1]);
}

static void
number_read(struct mrz *m, const struct mrz_layout *l)
{
	const char *number = place(m, l->number);
	const char *optional = place(m, l->optional);

	take(m->number, number, l->number.len);
	take(m->optional, optional, l->optional.len);
	if (m->form != MRZ_TD3 && number[9] == '<') {
		if (!number_long(m, number, optional, l->optional.len))
			m->faults |= MRZ_NUMBER;
	} else if (!holds(number, l->number.len, number[9]) ||
		   m->number[0] == '\0') {
		m->faults |= MRZ_NUMBER;
	}
	if (m->form == MRZ_TD3 &&
	    !holds(optional, l->optional.len, optional[l->optional.len]) &&
	    (m->optional[0] != '\0' || optional[l->optional.len] != '<'))
		m->faults |= MRZ_OPTIONAL;
}

static void
whole_read(struct mrz *m, const struct mrz_layout *l)
{
	char all[MRZ_LINES * MRZ_WIDTH];
	int len = 0, i;

	for (i = 0; i < 4; i++) {
		memcpy(all + len, place(m, l->whole[i]),
		       (size_t)l->whole[i].len);
		len += l->whole[i].len;
	}
	if (!holds(all, len, *place(m, l->whole_digit)))
		m->faults |= MRZ_WHOLE;
}

/* Two digits; −1 for two fillers, −2 for anything else. */
static int
pair_read(const char *text)
{
	if (text[0] == '<' && text[1] == '<')
		return -1;
	if (!isdigit((unsigned char)text[0]) ||
	    !isdigit((unsigned char)text[1]))
		return -2;
	return (text[0] - '0') * 10 + text[1] - '0';
}

/* "740812" in the hundred years that begin with ${first}. What the document
 * does not know is left off. False if it is no date. */
static bool
date_read(const char *text, int first, char out[11])
{
	int yy = pair_read(text), mm = pair_read(text + 2);
	int dd = pair_read(text + 4), year;
	int32_t day;

	*out = '\0';
	if (yy < 0 || mm < -1 || dd < -1 || (mm == -1 && dd != -1))
		return yy == -1 && mm == -1 && dd == -1;
	year = first - first % 100 + yy;
	if (year < first)
		year += 100;
	snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000,
		 (unsigned)mm % 100, (unsigned)dd % 100);
	if (dd == -1)
		out[mm == -1 ? 4 : 7] = '\0';
	if (dd == -1)
		return mm == -1 || (mm >= 1 && mm <= 12);
	return clock_parse_date(out, &day);
}

/* A birthday that is still to come this year was a hundred years ago. */
static bool
birth_read(struct mrz *m, const char *text, int year, int32_t today)
{
	char now[CLOCK_DATE];

	if (!date_read(text, year - 99, m->birth_date))
		return false;
	clock_date(now, today);
	if (strncmp(m->birth_date, now, strlen(m->birth_date)) > 0)
		return date_read(text, year - 100, m->birth_date);
	return true;
}

static void
dates_read(struct mrz *m, const struct mrz_layout *l, int32_t today)
{
	const char *birth = place(m, l->birth), *expiry = place(m, l->expiry);
	int year, month, day, weekday;

	clock_split(today, &year, &month, &day, &weekday);
	if (!holds(birth, l->birth.len, birth[l->birth.len]))
		m->faults |= MRZ_BIRTH;
	if (!birth_read(m, birth, year, today))
		m->faults |= MRZ_BIRTH_DAY;
	if (!holds(expiry, l->expiry.len, expiry[l->expiry.len]))
		m->faults |= MRZ_EXPIRY;
	if (!date_read(expiry, year - 50, m->expiry) ||
	    (m->expiry[0] != '\0' && strlen(m->expiry) < 10) ||
	    (m->expiry[0] != '\0' && strcmp(m->expiry, m->birth_date) <= 0))
		m->faults |= MRZ_EXPIRY_DAY;
}

static void
states_read(struct mrz *m, const struct mrz_layout *l)
{
	take(m->issuer, m->line[0] + 2, 3);
	take(m->nationality, place(m, l->nationality), 3);
	if (!mrz_state(m->issuer, m->issuer_alpha2) ||
	    !mrz_state(m->nationality, m->alpha2))
		m->faults |= MRZ_STATE;
}

static void
names_read(struct mrz *m, const struct mrz_layout *l)
{
	const char *names = place(m, l->names), *c;
	int len = l->names.len, family = 0;

	for (c = names; c < names + len; c++)
		if (isdigit((unsigned char)*c))
			m->faults |= MRZ_NAME;
	while (family < len && (names[family] != '<' ||
				(family + 1 < len && names[family + 1] != '<')))
		family++;
	take(m->family, names, family);
	if (family + 2 < len)
		take(m->given, names + family + 2, len - family - 2);
	m->cut = names[len - 1] != '<';
	if (names[0] == '<')
		m->faults |= MRZ_NAME;
}

const char *
mrz_read(const char *text, int32_t today, struct mrz *out)
{
	const struct mrz_layout *l;
	const char *why;

	memset(out, 0, sizeof *out);
	if ((why = mrz_lines(text, out)) != NULL)
		return why;
	l = &mrz_layouts[out->form];
	repair_all(out, l);
	take(out->document, out->line[0], 2);
	if (out->document[0] == 'V' || !isalpha((unsigned char)*out->document))
		out->faults |= MRZ_KIND;
	number_read(out, l);
	dates_read(out, l, today);
	whole_read(out, l);
	states_read(out, l);
	names_read(out, l);
	out->sex = *place(out, l->sex);
	if (strchr("MFX<", out->sex) == NULL)
		out->faults |= MRZ_SEX;
	if (out->sex == '<')
		out->sex = 'X';
	return NULL;
}
