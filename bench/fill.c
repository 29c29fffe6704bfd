/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fill.c: proves nothing itself: books transfers back and forth between the
 * accounts of a bank, until it has as many postings as a large bank would. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bank/ledger.h"
#include "bench/options.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/settings.h"

enum { CHUNK = 5000 };

struct fill {
	struct pool *pool;
	int64_t *accounts, count, room;
	int64_t transfers, done, pair_from, each; /* each: for a pair */
	const char *currency;
};

static void
must(enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "fill: %s: %s\n", what, err_sentence(e));
	exit(1);
}

static void
accounts_read(struct db *db, struct fill *f)
{
	struct stmt *q = db_sql(db, "SELECT id FROM account WHERE "
				    "customer IS NOT NULL ORDER BY id");

	while (db_row(q)) {
		if (f->count == f->room) {
			f->room = f->room * 2 + 1024;
			f->accounts = realloc(f->accounts,
					      (size_t)f->room *
						      sizeof *f->accounts);
			if (f->accounts == NULL)
				exit(71);
		}
		f->accounts[f->count++] = db_int(q, "id");
	}
	must(db_done(q), "accounts");
	f->count -= f->count % 2;
	if (f->count == 0)
		must(ERR_MISSING, "accounts");
}

static int64_t
postings_count(struct db *db)
{
	struct stmt *q = db_sql(db, "SELECT sum(seq) AS n FROM account");
	int64_t n = db_row(q) ? db_int(q, "n") : 0;

	must(db_done(q), "postings");
	db_rest(db);
	return n;
}

/* The nth transfer: pair after pair, so that what is written lies together. */
static enum err
post(struct db *db, struct fill *f, int64_t n)
{
	int64_t pair = n / f->each % (f->count / 2), now = clock_now();
	int64_t first = f->accounts[2 * pair + n % 2];
	int64_t second = f->accounts[2 * pair + 1 - n % 2];
	struct entry t = {
		.kind = "transfer", .from_account = first,
		.to_account = second, .amount = money_of(1, f->currency),
		.purpose = "Rent, electricity and water", .reference = "",
		.counterparty_bank = "", .counterparty_account = "",
		.address = "192.0.2.1", .value_date = clock_day(now),
		.booked_at = now};

	return ledger_post(db, f->pool, &t);
}

static enum err
chunk_work(struct db *db, void *arg)
{
	struct fill *f = arg;
	int64_t n;
	enum err e;

	for (n = f->done; n < f->done + CHUNK && n < f->transfers; n++)
		if ((e = post(db, f, n)) != OK)
			return e;
	return OK;
}

int
main(int argc, char **argv)
{
	const char *database = NULL, *why = "";
	long postings = 10000000;
	const struct option_row rows[] = {
		{"database", OPTION_TEXT, &database, 0, 0, "the book"},
		{"postings", OPTION_NUMBER, &postings, 1, 1L << 40,
		 "that it shall have"}};
	struct fill f = {.pool = pool_new()};
	struct store *store;
	struct db *db;

	options_read(rows, 2, "bench/fill --database FILE --postings N", argc,
		     argv);
	log_open("fill", NULL);
	secret_start();
	must(settings_start(f.pool, NULL, &why), why);
	must(secret_keys(settings_beside(f.pool, settings()->KEY_FILE)),
	     "the keys");
	must(database != NULL ? store_open(database, 2, false, &store)
			      : ERR_MISSING, "--database");
	db = db_new(store);
	accounts_read(db, &f);
	f.currency = settings()->BANK_CURRENCY;
	f.transfers = (postings - postings_count(db)) / 2;
	f.each = f.transfers / (f.count / 2) + 1;
	for (; f.done < f.transfers; f.done += CHUNK) {
		must(db_write(db, chunk_work, &f), "ledger_post");
		pool_reset(f.pool);
	}
	must(db_checkpoint(db), "checkpoint");
	printf("%" PRId64 " postings, %" PRId64 " accounts\n",
	       postings_count(db), f.count);
	db_free(db);
	store_close(store);
	pool_free(f.pool);
	free(f.accounts);
	return 0;
}
