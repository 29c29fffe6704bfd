/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening_import.c: lists of people taken from a CSV file, all or nothing. */
#include <ctype.h>
#include <string.h>

#include "bank/identity.h"
#include "bank/import_impl.h"
#include "bank/screening_impl.h"
#include "lib/clock.h"
#include "lib/mrz.h"

enum { LIST, ENTRY, NAME, ALIASES, BIRTH_DATES, COUNTRIES, COLUMNS };
static const char *const columns[] = {"list", "entry", "name", "aliases",
				      "birth_dates", "countries"};
enum { MUST = NAME + 1, LISTS_MAX = 50, SEVERAL_MAX = 1000 };

/* One run; made anew when it runs again. */
struct run {
	struct screening_import *job;
	struct importing r;
	struct import i; /* where the fields complain */
	const char *list[LISTS_MAX];
	const char *last_entry, *last_list;
};

static enum err
lists_record(struct run *run, struct db *db)
{
	struct buf b = {.pool = run->r.pool};
	int64_t n;

	for (n = 0; n < run->job->lists; n++)
		buf_printf(&b, "%s%s", n > 0 ? ", " : "", run->list[n]);
	buf_printf(&b, ": entries %lld, names %lld",
		   (long long)run->job->entries, (long long)run->job->names);
	return audit_add(db, 0, &actor_operator, "screening.import", b.data);
}

/* A list that is met first loses what it had. */
static enum err
list_begin(struct run *run, const char *list)
{
	int64_t n;

	for (n = 0; n < run->job->lists; n++)
		if (strcmp(run->list[n], list) == 0)
			return OK;
	if (n == LISTS_MAX)
		return import_complain(&run->r, LIST,
				       "These are more than %d lists.",
				       LISTS_MAX);
	run->list[run->job->lists++] = pool_strdup(run->r.pool, list);
	return screening_drop(run->r.db, list);
}

/* The next of what stands between "|" in *text, without blanks around it and
 * passing over what is empty; row's memory. NULL: no more. */
static const char *
part_next(struct run *run, const char **text)
{
	const char *from;
	size_t len;

	while (**text != '\0') {
		*text += strspn(*text, " |");
		from = *text;
		len = strcspn(from, "|");
		*text += len;
		while (len > 0 && from[len - 1] == ' ')
			len--;
		if (len > 0)
			return pool_strndup(run->r.row, from, len);
	}
	return NULL;
}

/* The parts of a field, each through ${take}; what it makes of them, "|"
 * between, in the row's memory. */
typedef const char *taker(struct run *, const char *text);
static enum err
several(struct run *run, int column, taker *take, const char *what,
	const char **out)
{
	struct buf b = {.pool = run->r.row};
	const char *text = import_text(&run->r, column), *part, *took;

	buf_puts(&b, "");
	while ((part = part_next(run, &text)) != NULL) {
		if ((took = take(run, part)) == NULL || b.len > SEVERAL_MAX)
			return import_complain(&run->r, column,
					       "\"%s\" is no %s.", part, what);
		buf_printf(&b, "%s%s", b.len > 0 ? "|" : "", took);
	}
	*out = b.data;
	return OK;
}

static const char *
date_take(struct run *run, const char *text)
{
	(void)run;
	return screening_date_valid(text) ? text : NULL;
}

/* Two letters, or three as in documents; in capitals. */
static const char *
country_take(struct run *run, const char *text)
{
	char *up = pool_strdup(run->r.row, text), *c, alpha2[3];
	size_t len = strlen(text);

	for (c = up; *c != '\0'; c++)
		if (isalpha((unsigned char)*c))
			*c = (char)toupper((unsigned char)*c);
		else
			return NULL;
	if (len == 2)
		return up;
	if (len != 3 || !mrz_state(up, alpha2) || *alpha2 == '\0')
		return NULL;
	return pool_strdup(run->r.row, alpha2);
}

static bool
has_letters(const char *name)
{
	struct likeness_name n;

	likeness_read(name, &n);
	return n.count > 0;
}

static enum err
name_add(struct run *run, struct screening_name *n)
{
	run->job->names++;
	return screening_add(run->r.db, n);
}

static enum err
aliases_add(struct run *run, struct screening_name *n)
{
	const char *text = import_text(&run->r, ALIASES);
	enum err e;

	n->alias = true;
	while ((n->name = part_next(run, &text)) != NULL) {
		if (!has_letters(n->name))
			continue; /* "-" is none */
		if ((e = name_add(run, n)) != OK)
			return e;
	}
	return OK;
}

/* Entries that stand together are counted once. */
static void
entry_count(struct run *run, const struct screening_name *n)
{
	if (run->last_entry != NULL && strcmp(run->last_entry, n->entry) == 0 &&
	    strcmp(run->last_list, n->list) == 0)
		return;
	run->job->entries++;
	run->last_entry = pool_strdup(run->r.pool, n->entry);
	run->last_list = pool_strdup(run->r.pool, n->list);
}

static enum err
row_take(struct run *run)
{
	struct importing *r = &run->r;
	struct screening_name n = {0};
	const char *aliases;
	enum err e;

	if ((e = import_words(r, LIST, 1, 60, &n.list)) != OK ||
	    (e = import_words(r, ENTRY, 1, 60, &n.entry)) != OK ||
	    (e = import_words(r, NAME, 1, 400, &n.name)) != OK ||
	    (e = import_words(r, ALIASES, 0, 20000, &aliases)) != OK ||
	    (e = several(run, BIRTH_DATES, date_take,
			 "date as 1966-03-05, 1966-03, 1966 or 1964/1966",
			 &n.birth_date)) != OK ||
	    (e = several(run, COUNTRIES, country_take, "code of a country",
			 &n.country)) != OK)
		return e;
	if (!has_letters(n.name))
		return import_complain(r, NAME, "\"%s\" is no name.", n.name);
	if ((e = list_begin(run, n.list)) != OK)
		return e;
	entry_count(run, &n);
	return (e = name_add(run, &n)) != OK ? e : aliases_add(run, &n);
}

static void
say(struct run *run, const char *text)
{
	struct import_line *l;

	if (++run->i.complained > IMPORT_COMPLAINTS)
		return;
	l = pool_alloc(run->r.pool, sizeof *l);
	l->text = pool_strdup(run->r.pool, text);
	*run->r.complaint_end = l;
	run->r.complaint_end = &l->next;
}

/* Every column is known, and none that must be there is missing. */
static bool
header_take(struct run *run, struct csv *csv)
{
	const char *name;
	int i, n;

	for (i = 0; (name = csv_name(csv, i)) != NULL; i++) {
		for (n = 0; n < COLUMNS && strcmp(columns[n], name) != 0;)
			n++;
		if (n == COLUMNS)
			say(run, pool_printf(run->r.pool,
				"%s:%ld:%ld: There is no column \"%s\" in "
				"this file.", csv_file(csv),
				csv_line(csv, i), csv_character(csv, i),
				name));
	}
	for (n = 0; n < COLUMNS; n++) {
		run->r.at[n] = csv_column(csv, columns[n]);
		if (run->r.at[n] < 0 && n < MUST)
			say(run, pool_printf(run->r.pool,
				"%s:1:1: The column \"%s\" is missing.",
				csv_file(csv), columns[n]));
	}
	run->r.csv = csv;
	run->r.columns = columns;
	return run->i.complained == 0;
}

static enum err
rows_take(struct run *run)
{
	struct csv *csv = run->r.csv;
	const char *why;
	int64_t rows = 0;
	enum err e;

	while ((e = csv_row(csv, &why)) == OK &&
	       run->i.complained < IMPORT_COMPLAINTS) {
		e = row_take(run);
		if (e != OK && e != ERR_INPUT)
			return e;
		if (run->job->progress != NULL && ++rows % 500 == 0)
			run->job->progress(csv_done(csv), csv_size(csv));
		pool_reset(run->r.row);
	}
	if (e == ERR_INPUT)
		say(run, why);
	else if (run->job->entries == 0 && run->i.complained == 0)
		say(run, pool_printf(run->r.pool, "%s:1:1: Nobody is in this "
				     "file.", csv_file(csv)));
	return OK;
}

static enum err
file_take(struct run *run)
{
	struct pool *pool = pool_new();
	const char *why;
	struct csv *csv;
	enum err e = csv_open(pool, run->job->file, &csv, &why);

	if (e == OK && header_take(run, csv))
		e = rows_take(run);
	else if (e != OK)
		say(run, why);
	pool_free(pool);
	return e == ERR_MISSING ? ERR_INPUT : e;
}

struct work {
	struct screening_import *job;
	struct pool *pool;
};

static enum err
import_work(struct db *db, void *arg)
{
	struct work *w = arg;
	struct run run = {.job = w->job};
	enum err e;

	w->job->complaints = NULL;
	w->job->lists = w->job->entries = w->job->names = 0;
	run.r = (struct importing){
		.i = &run.i, .db = db, .pool = w->pool, .row = pool_new(),
		.complaint_end = &w->job->complaints, .now = clock_now()};
	e = file_take(&run);
	w->job->complained = run.i.complained;
	if (run.i.complained > 0 && (e == OK || e == ERR_MISSING))
		e = ERR_INPUT;
	if (e == OK && (e = lists_record(&run, db)) == OK)
		e = identity_screen_sent(db, &actor_system,
					 &w->job->applications);
	pool_free(run.r.row);
	return e;
}

enum err
screening_import(struct db *db, struct pool *pool, struct screening_import *i)
{
	struct work w = {i, pool};

	return db_write(db, import_work, &w);
}
