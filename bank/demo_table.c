/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_table.c: the files of the demonstration bank as rows of text. */
#include <string.h>

#include "bank/demo_impl.h"
#include "lib/csv.h"
#include "lib/log.h"
#include "lib/money.h"

enum { ROWS = 512 };

static enum err
table_fault(const char *why)
{
	log_event("error", "demo.file", "why", why, NULL);
	return ERR_INPUT;
}

/* Where the wanted columns stand in the file; how many they are. */
static enum err
table_columns(struct pool *pool, const struct csv *csv, const char *wanted,
	      int at[CSV_FIELDS_MAX], int *count)
{
	const char *name;
	size_t len;

	for (*count = 0; *wanted != '\0'; wanted += len, ++*count) {
		wanted += *wanted == ' ';
		len = strcspn(wanted, " ");
		name = pool_strndup(pool, wanted, len);
		if ((at[*count] = csv_column(csv, name)) < 0)
			return table_fault(pool_printf(
				pool, "The column \"%s\" is missing.", name));
	}
	return OK;
}

enum err
demo_table_read(struct pool *pool, const char *dir, const char *name,
		const char *columns, struct demo_table *t)
{
	const char *path = pool_printf(pool, "%s/demo/%s", dir, name), *why;
	int at[CSV_FIELDS_MAX], i;
	struct csv *csv;
	enum err e;

	t->name = name;
	t->rows = 0;
	if ((e = csv_open(pool, path, &csv, &why)) != OK) {
		table_fault(why);
		return e;
	}
	if ((e = table_columns(pool, csv, columns, at, &t->columns)) != OK)
		return e;
	t->cells = pool_alloc(pool, sizeof *t->cells * ROWS *
					    (size_t)t->columns);
	for (; (e = csv_row(csv, &why)) == OK && t->rows < ROWS; t->rows++)
		for (i = 0; i < t->columns; i++)
			t->cells[t->rows * t->columns + i] =
				pool_strdup(pool, csv_text(csv, at[i]));
	if (e == OK)
		return table_fault("A file has too many rows.");
	return e == ERR_MISSING ? OK : table_fault(why);
}

const char *
demo_cell(const struct demo_table *t, int row, int column)
{
	return t->cells[row * t->columns + column];
}

void
demo_fault(struct demo *d, const char *why, const char *text)
{
	if (d->fault == NULL)
		d->fault = pool_printf(d->pool, "%s: \"%s\"", why, text);
}

int64_t
demo_int(struct demo *d, const char *text, int64_t empty)
{
	const char *c = text + (*text == '-');
	int64_t n = 0;

	if (*text == '\0')
		return empty;
	if (strspn(c, "0123456789") != strlen(c) || strlen(c) > 9 ||
	    *c == '\0') {
		demo_fault(d, "This is no number", text);
		return empty;
	}
	for (; *c != '\0'; c++)
		n = n * 10 + *c - '0';
	return *text == '-' ? -n : n;
}

int64_t
demo_amount(struct demo *d, const char *text, const char *currency,
	    int64_t empty)
{
	struct money m;

	if (*text == '\0')
		return empty;
	if (money_parse(text, currency, &m) != OK) {
		demo_fault(d, "This is no amount", text);
		return empty;
	}
	return money_minor(m);
}

struct demo_account *
demo_account_find(struct demo *d, const char *key)
{
	int i;

	for (i = 0; i < d->account_count; i++)
		if (strcmp(d->accounts[i].key, key) == 0)
			return &d->accounts[i];
	return NULL;
}
