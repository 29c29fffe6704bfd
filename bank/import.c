/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import.c: the run over a directory of books: file by file, row by row. */
#include "bank/import_impl.h"

#include <string.h>
#include <unistd.h>

#include "bank/event.h"
#include "lib/clock.h"

/* Every file may refer to those before it; the first are a catalogue. */
static const struct file {
	const char *name;
	const char *const *columns;
	import_row *row;
	bool must;
	size_t count; /* where struct import counts its rows */
} files[] = {
	{"products.csv", import_product_columns, import_product, false,
	 offsetof(struct import, products)},
	{"offers.csv", import_offer_columns, import_offer, false,
	 offsetof(struct import, offers)},
	{"branches.csv", import_branch_columns, import_branch, false,
	 offsetof(struct import, branches)},
	{"customers.csv", import_customer_columns, import_customer, true,
	 offsetof(struct import, customers)},
	{"accounts.csv", import_account_columns, import_opened, true,
	 offsetof(struct import, accounts)},
	{"holders.csv", import_holder_columns, import_holder, false,
	 offsetof(struct import, holders)},
	{"transactions.csv", import_transaction_columns, import_transaction,
	 false, offsetof(struct import, transactions)},
	{"standing-orders.csv", import_standing_order_columns,
	 import_standing_order, false,
	 offsetof(struct import, standing_orders)},
};

enum { CATALOGUE = 3, FILES = sizeof files / sizeof *files };

static int64_t *
file_count(struct import *i, const struct file *f)
{
	return (int64_t *)(void *)((char *)i + f->count);
}

/* "amount" or "purpose?" is that column? */
static bool
column_is(const char *listed, const char *name)
{
	size_t len = strcspn(listed, "?");

	return strlen(name) == len && memcmp(listed, name, len) == 0;
}

static void
complaint_add(struct importing *r, const char *text)
{
	struct import_line *l;

	if (++r->i->complained > IMPORT_COMPLAINTS)
		return;
	l = pool_alloc(r->pool, sizeof *l);
	l->text = text;
	*r->complaint_end = l;
	r->complaint_end = &l->next;
}

/* A column we do not know may be one of ours, misspelt. */
static bool
header_known(struct importing *r, const struct file *f)
{
	const char *name;
	bool known = true;
	int i, n;

	for (i = 0; (name = csv_name(r->csv, i)) != NULL; i++) {
		for (n = 0; f->columns[n] != NULL; n++)
			if (column_is(f->columns[n], name))
				break;
		if (f->columns[n] != NULL)
			continue;
		known = false;
		complaint_add(r, pool_printf(r->pool,
			"%s:%ld:%ld: There is no column \"%s\" in this file.",
			csv_file(r->csv), csv_line(r->csv, i),
			csv_character(r->csv, i), name));
	}
	return known;
}

static bool
header_whole(struct importing *r, const struct file *f)
{
	const char *name;
	bool whole = true;
	int n;

	for (n = 0; f->columns[n] != NULL; n++) {
		name = pool_strndup(r->pool, f->columns[n],
				    strcspn(f->columns[n], "?"));
		r->at[n] = csv_column(r->csv, name);
		if (r->at[n] >= 0 || strchr(f->columns[n], '?') != NULL)
			continue;
		whole = false;
		complaint_add(r, pool_printf(r->pool,
			"%s:1:1: The column \"%s\" is missing.",
			csv_file(r->csv), name));
	}
	return whole;
}

static enum err
rows_run(struct importing *r, const struct file *f)
{
	int64_t *count = file_count(r->i, f);
	const char *why;
	enum err e;

	while ((e = csv_row(r->csv, &why)) == OK &&
	       r->i->complained < IMPORT_COMPLAINTS) {
		e = f->row(r);
		if (e != OK && e != ERR_INPUT)
			return e;
		++*count;
		if (r->i->progress != NULL && *count % 500 == 0)
			r->i->progress(csv_done(r->csv), csv_size(r->csv));
		pool_reset(r->row);
	}
	if (e == ERR_INPUT)
		complaint_add(r, pool_strdup(r->pool, why));
	return OK;
}

static bool
file_there(const struct importing *r, const char *name)
{
	const char *path = pool_printf(r->row, "%s/%s", r->i->dir, name);

	return access(path, F_OK) == 0;
}

/* What the bank offers, and where, may come without anybody's books. */
static bool
catalogue_alone(const struct importing *r)
{
	size_t f;

	for (f = CATALOGUE; f < FILES; f++)
		if (file_there(r, files[f].name))
			return false;
	for (f = 0; f < CATALOGUE; f++)
		if (file_there(r, files[f].name))
			return true;
	return false;
}

static enum err
file_run(struct importing *r, const struct file *f)
{
	struct pool *pool = pool_new();
	const char *path = pool_printf(pool, "%s/%s", r->i->dir, f->name);
	const char *why;
	enum err e = csv_open(pool, path, &r->csv, &why);

	if (e == OK) {
		r->columns = f->columns;
		if (header_known(r, f) && header_whole(r, f))
			e = rows_run(r, f);
	} else if (e != ERR_MISSING || (f->must && !r->catalogue)) {
		complaint_add(r, pool_strdup(r->pool, why));
		e = OK;
	} else {
		e = OK;
	}
	pool_free(pool);
	return e;
}

static enum err
record(struct importing *r)
{
	const struct import *i = r->i;

	return audit_add(r->db, 0, &actor_operator, "bank.import",
			 pool_printf(r->pool,
				"products %lld, offers %lld, branches %lld, "
				"customers %lld, accounts %lld, holders %lld, "
				"transactions %lld, standing orders %lld",
				(long long)i->products, (long long)i->offers,
				(long long)i->branches,
				(long long)i->customers,
				(long long)i->accounts, (long long)i->holders,
				(long long)i->transactions,
				(long long)i->standing_orders));
}

struct job {
	struct import *i;
	struct pool *pool;
};

static enum err
books_work(struct db *db, void *arg)
{
	struct job *j = arg;
	struct importing r = {.i = j->i, .db = db, .pool = j->pool,
			      .row = pool_new(), .now = clock_now()};
	enum err e = OK;
	size_t f;

	r.today = clock_day(r.now);
	r.last_on = INT32_MIN;
	j->i->complaints = j->i->notes = NULL;
	j->i->complained = 0;
	r.complaint_end = &j->i->complaints;
	r.note_end = &j->i->notes;
	for (f = 0; f < FILES; f++)
		*file_count(j->i, &files[f]) = 0;
	r.catalogue = catalogue_alone(&r);
	for (f = 0; e == OK && f < FILES; f++)
		e = file_run(&r, &files[f]);
	if (e == OK && j->i->complained == 0)
		e = record(&r);
	pool_free(r.row);
	return e == OK && j->i->complained > 0 ? ERR_INPUT : e;
}

/* The same, ending in a refusal that undoes it. */
static enum err
rehearsal_work(struct db *db, void *arg)
{
	enum err e = books_work(db, arg);

	return e == OK ? ERR_EXPIRED : e;
}

enum err
import_books(struct db *db, struct pool *pool, struct import *i)
{
	struct job j = {i, pool};
	enum err e;

	if (!i->dry_run)
		return db_write(db, books_work, &j);
	e = db_write(db, rehearsal_work, &j);
	return e == ERR_EXPIRED ? OK : e;
}
