/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* testbank.c: a bank of many accounts, made through the bank's own functions,
 * for a machine whose power will fail. */
#include "bench/boot.h"

#include <stdio.h>
#include <stdlib.h>

#include "bank/customer.h"
#include "bank/product.h"
#include "bank/schema.h"
#include "bank/user.h"
#include "lib/clock.h"

enum { FUNDS = 100000, CHUNK = 500 };

struct build {
	struct machine *m;
	struct pool *pool;
	int64_t from, opening;
};

static void
must(enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "the test bank cannot be made: %s: %s\n", what,
		err_sentence(e));
	exit(70);
}

static enum err
customer_work(struct db *db, void *arg)
{
	struct build *b = arg;
	int64_t i, half = b->m->accounts / 2;
	enum err e;

	for (i = b->from; i < b->from + CHUNK && i < half; i++) {
		const char *name = pool_printf(b->pool, "p%06lld",
					       (long long)i);
		struct customer c = {
			.code = name, .name = name, .birth_date = "",
			.tax_id = "", .mobile = "", .email = "", .branch = "",
			.language = "en"};
		struct user u = {.user_id = name, .role = "customer",
				 .password = "none"};

		if ((e = customer_add(db, &c)) != OK)
			return e;
		u.customer = c.id;
		if ((e = user_add(db, &u, &actor_operator)) != OK)
			return e;
		if (c.id != i + 1 || u.id != i + 1)
			return ERR_INTERNAL;
	}
	return OK;
}

static enum err
product_work(struct db *db, void *arg)
{
	struct build *b = arg;
	struct product p = {.code = "TEST", .name = "Test account",
			    .category = "current", .per_transfer_min = 1};
	enum err e = product_add(db, &p);

	return e != OK ? e : account_own(db, "opening", "EUR", &b->opening);
}

static enum err
account_fund(struct db *db, struct build *b, int64_t account)
{
	int64_t now = clock_now();
	struct entry t = {
		.kind = "opening", .from_account = b->opening,
		.to_account = account, .amount = money_of(FUNDS, "EUR"),
		.purpose = "", .counterparty_bank = "",
		.counterparty_account = "", .reference = "", .address = "",
		.value_date = clock_day(now), .booked_at = now};

	return ledger_post(db, b->pool, &t);
}

static enum err
account_work(struct db *db, void *arg)
{
	struct build *b = arg;
	int64_t i, id, half = b->m->accounts / 2;
	enum err e;

	for (i = b->from; i < b->from + CHUNK && i < b->m->accounts; i++) {
		struct account_new a = {
			.title = "", .product = "TEST", .currency = "EUR",
			.customer = i % half + 1,
			.opened_on = clock_day(clock_now()),
			.overdraft = money_of(0, "EUR")};

		a.number = pool_printf(b->pool, "P%07lld",
				       (long long)(b->opening + 1 + i));
		if ((e = account_open(db, &a, &id)) != OK ||
		    (e = account_fund(db, b, id)) != OK)
			return e;
		if (id != b->opening + 1 + i)
			return ERR_INTERNAL;
		b->m->base[i] = (struct head){.seq = 1, .balance = FUNDS};
	}
	return OK;
}

void
machine_build(struct machine *m)
{
	struct build b = {.m = m, .pool = pool_new()};
	const char *why = "";
	struct store *st;
	struct db *db;

	must(store_open(m->path, 1, true, &st), "store_open");
	db = db_new(st);
	must(schema_create(db, b.pool, &why), why);
	must(db_write(db, product_work, &b), "product");
	m->first = b.opening + 1;
	for (b.from = 0; b.from < m->accounts / 2; b.from += CHUNK)
		must(db_write(db, customer_work, &b), "customer");
	for (b.from = 0; b.from < m->accounts; b.from += CHUNK)
		must(db_write(db, account_work, &b), "account");
	must(db_checkpoint(db), "checkpoint");
	db_free(db);
	store_close(st);
	pool_free(b.pool);
}
