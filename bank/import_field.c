/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import_field.c: one field of a foreign book, read or complained about. */
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "bank/account.h"
#include "bank/import_impl.h"
#include "lib/clock.h"
#include "lib/utf8.h"

static struct import_line *
line_new(struct pool *pool, const char *format, va_list args)
{
	struct import_line *l = pool_alloc(pool, sizeof *l);

	l->text = pool_vprintf(pool, format, args);
	return l;
}

enum err
import_complain(struct importing *r, int column, const char *format, ...)
{
	struct import_line *l;
	va_list args;

	if (++r->i->complained > IMPORT_COMPLAINTS)
		return ERR_INPUT;
	va_start(args, format);
	l = line_new(r->pool, format, args);
	va_end(args);
	l->text = pool_printf(r->pool, "%s:%ld:%ld: %s", csv_file(r->csv),
			      csv_line(r->csv, r->at[column]),
			      csv_character(r->csv, r->at[column]), l->text);
	*r->complaint_end = l;
	r->complaint_end = &l->next;
	return ERR_INPUT;
}

void
import_note(struct importing *r, const char *format, ...)
{
	struct import_line *l;
	va_list args;

	va_start(args, format);
	l = line_new(r->pool, format, args);
	va_end(args);
	*r->note_end = l;
	r->note_end = &l->next;
}

void
import_spoil(struct importing *r, const char *what)
{
	struct import_line *l = pool_alloc(r->pool, sizeof *l);

	l->text = pool_strdup(r->pool, what);
	l->next = r->spoiled;
	r->spoiled = l;
}

bool
import_spoiled(const struct importing *r, const char *what)
{
	const struct import_line *l;

	for (l = r->spoiled; l != NULL; l = l->next)
		if (strcmp(l->text, what) == 0)
			return true;
	return false;
}

const char *
import_text(struct importing *r, int column)
{
	return csv_text(r->csv, r->at[column]);
}

enum err
import_words(struct importing *r, int column, long min, long max,
	     const char **out)
{
	const char *text = import_text(r, column);
	long len = utf8_length(text);

	*out = text;
	if (len < min)
		return import_complain(r, column, "This is missing.");
	if (len > max)
		return import_complain(r, column, "This is longer than %ld "
				       "characters.", max);
	if (utf8_hides(text))
		return import_complain(r, column,
				       "There are characters in this that "
				       "cannot be seen.");
	return OK;
}

enum err
import_code(struct importing *r, int column, const char **out)
{
	const char *c;
	enum err e = import_words(r, column, 1, 40, out);

	for (c = *out; e == OK && *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr("._-", *c) == NULL)
			e = import_complain(r, column, "A code has letters, "
					    "digits and . _ - only.");
	return e;
}

enum err
import_number(struct importing *r, int column, const char **out)
{
	const char *c;
	size_t len;

	*out = account_number(r->row, import_text(r, column));
	len = strlen(*out);
	if (len < 5 || len > 34)
		return import_complain(r, column, "An account number has 5 to "
				       "34 letters and digits.");
	for (c = *out; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && *c != '-')
			return import_complain(r, column,
					       "An account number has letters "
					       "and digits only.");
	if (strncmp(*out, "BANK-", 5) == 0)
		return import_complain(r, column, "Numbers that begin with "
				       "BANK- are the bank's own.");
	return OK;
}

enum err
import_money(struct importing *r, int column, const char *currency,
	     struct money *out)
{
	const char *text = import_text(r, column);

	*out = money_of(0, currency);
	if (*text == '\0' || money_parse(text, currency, out) != OK)
		return import_complain(r, column,
				       "\"%s\" is no amount in %s.", text,
				       currency);
	return OK;
}

enum err
import_bound(struct importing *r, int column, const char *currency,
	     int64_t *out)
{
	struct money m;
	enum err e;

	*out = 0;
	if (*import_text(r, column) == '\0')
		return OK;
	e = import_money(r, column, currency, &m);
	if (e == OK && money_sign(m) < 0)
		e = import_complain(r, column, "This is not negative.");
	*out = money_minor(m);
	return e;
}

enum err
import_count(struct importing *r, int column, int64_t *out)
{
	const char *text = import_text(r, column), *c = text;

	*out = 0;
	for (; isdigit((unsigned char)*c) && c - text < 9; c++)
		*out = *out * 10 + *c - '0';
	if (*c != '\0')
		return import_complain(r, column, "\"%s\" is no number.",
				       text);
	return OK;
}

enum err
import_date(struct importing *r, int column, int32_t *out)
{
	const char *text = import_text(r, column);

	if (!clock_parse_date(text, out))
		return import_complain(r, column,
				       "\"%s\" is no date as 2026-11-22.",
				       text);
	if (*out > r->today)
		return import_complain(r, column, "%s lies in the future.",
				       text);
	return OK;
}

static enum err
account_find(struct importing *r, const char *number,
	     struct import_account *a)
{
	struct stmt *q = db_sql(r->db, "SELECT id, customer, currency, "
				       "balance FROM account "
				       "WHERE number = :number");
	const char *currency;

	a->id = 0;
	db_put_text(q, "number", number);
	if (db_row(q)) {
		currency = db_text(q, "currency");
		a->id = db_int(q, "id");
		a->customer = db_int(q, "customer");
		memcpy(a->currency, currency, sizeof a->currency);
		a->balance = money_of(db_int(q, "balance"), currency);
	}
	return db_done(q);
}

enum err
import_account(struct importing *r, int column, const char **number,
	       struct import_account *out)
{
	enum err e;

	if ((e = import_number(r, column, number)) != OK)
		return e;
	if (import_spoiled(r, *number))
		return ERR_INPUT;
	if ((e = account_find(r, *number, out)) != OK || out->id != 0)
		return e;
	e = import_complain(r, column, "There is no account %s.", *number);
	import_spoil(r, *number);
	return e;
}
