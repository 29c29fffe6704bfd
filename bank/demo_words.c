/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_words.c: who stands on the other side of a movement, and what a
 * statement says of it. */
#include <string.h>

#include "bank/demo_impl.h"
#include "lib/clock.h"

enum { PARTIES = 64 };

struct demo_party
demo_party_of(const struct demo *d, const char *group, struct demo_chance *c)
{
	const struct demo_table *t = &d->files->parties;
	const struct demo_table *b = &d->files->branches;
	struct demo_party found[PARTIES];
	const char **cell;
	int n = 0, i;

	for (i = 0; i < t->rows && n < PARTIES; i++) {
		cell = &t->cells[i * t->columns];
		if (strcmp(cell[PARTY_GROUP], group) == 0)
			found[n++] = (struct demo_party){
				cell[PARTY_NAME], cell[PARTY_TOWN],
				cell[PARTY_BANK], cell[PARTY_ACCOUNT]};
	}
	for (i = 0; i < b->rows && n < PARTIES; i++) {
		cell = &b->cells[i * b->columns];
		if (strcmp(cell[BRANCH_KIND], group) == 0)
			found[n++] = (struct demo_party){
				cell[BRANCH_NAME], cell[BRANCH_ADDRESS], "",
				""};
	}
	if (n == 0)
		return (struct demo_party){group, "", "", ""};
	return found[demo_chance_upto(c, n - 1)];
}

/* The words in braces of a purpose. */
static void
word_put(struct buf *out, const char *word, size_t len, int32_t day,
	 const struct demo_habit *h, const struct demo_party *p)
{
	static const char months[12][10] = {
		"January", "February", "March", "April", "May", "June", "July",
		"August", "September", "October", "November", "December"};
	char date[CLOCK_DATE];
	int y, m, d, weekday;

	clock_split(day, &y, &m, &d, &weekday);
	clock_date(date, day);
	if (strncmp(word, "month", len) == 0)
		buf_puts(out, months[m - 1]);
	else if (strncmp(word, "year", len) == 0)
		buf_put(out, date, 4);
	else if (strncmp(word, "mm", len) == 0)
		buf_put(out, date + 5, 2);
	else if (strncmp(word, "dd", len) == 0)
		buf_put(out, date + 8, 2);
	else if (strncmp(word, "n", len) == 0)
		buf_printf(out, "%03d", h->count + 1);
	else if (strncmp(word, "town", len) == 0)
		buf_puts(out, p->town);
	else if (strncmp(word, "card", len) == 0)
		buf_puts(out, h->account->card);
}

const char *
demo_purpose(struct pool *pool, int32_t day, const struct demo_habit *h,
	     const struct demo_party *p)
{
	struct buf out = {.pool = pool};
	const char *text = h->purpose;
	size_t len;

	buf_puts(&out, "");
	while (*text != '\0') {
		len = strcspn(text, "{");
		buf_put(&out, text, len);
		text += len;
		if (*text == '\0')
			break;
		len = strcspn(++text, "}");
		word_put(&out, text, len, day, h, p);
		text += len + (text[len] == '}');
	}
	return out.data;
}
