/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* master.c: the only writer of the seals of product, account and holder. A
 * seal is over the row as a JSON array, which the engine writes: the same
 * columns for who seals and who looks. */
#include "bank/master.h"

#include "bank/seal.h"

#define PRODUCT                                                                \
	"SELECT code AS key, 0 AS second, 'Product ' || code AS row, "         \
	"json_array(code, name, category, interest_bp, per_transfer_min, "     \
	"per_transfer_max, daily_amount, daily_count, transfer_fee) "          \
	"AS said, seal FROM product "
#define ACCOUNT                                                                \
	"SELECT id AS key, 0 AS second, 'Account ' || number AS row, "         \
	"json_array(id, number, customer, title, product, currency, "          \
	"branch, opened_on, status, overdraft_limit) AS said, seal "           \
	"FROM account "
#define HOLDER                                                                 \
	"SELECT h.customer AS key, h.account AS second, 'Account ' || "        \
	"coalesce((SELECT number FROM account a WHERE a.id = h.account), "     \
	"'?') || "                                                             \
	"', holder ' || h.customer AS row, json_array(h.customer, "            \
	"h.account, h.role) AS said, h.seal AS seal FROM holder h "

static const char *const tables[MASTER_KINDS] = {"product", "account",
						 "holder"};

static struct stmt *
all_rows(struct db *db, enum master kind)
{
	if (kind == MASTER_PRODUCT)
		return db_sql(db, PRODUCT "ORDER BY code");
	if (kind == MASTER_ACCOUNT)
		return db_sql(db, ACCOUNT "ORDER BY id");
	return db_sql(db, HOLDER "ORDER BY h.customer, h.account");
}

/* A product has a code; an account has an id; a holder is a customer (id) of
 * an account (second, else 0). */
struct key {
	struct key *next;
	const char *code;
	int64_t id, second;
};

static struct stmt *
one_row(struct db *db, enum master kind)
{
	if (kind == MASTER_PRODUCT)
		return db_sql(db, PRODUCT "WHERE code = :key");
	if (kind == MASTER_ACCOUNT)
		return db_sql(db, ACCOUNT "WHERE id = :key");
	return db_sql(db, HOLDER "WHERE h.customer = :key "
				 "AND h.account = :second");
}

static struct stmt *
one_write(struct db *db, enum master kind)
{
	if (kind == MASTER_PRODUCT)
		return db_sql(db, "UPDATE product SET seal = :seal "
				  "WHERE code = :key");
	if (kind == MASTER_ACCOUNT)
		return db_sql(db, "UPDATE account SET seal = :seal "
				  "WHERE id = :key");
	return db_sql(db, "UPDATE holder SET seal = :seal "
			  "WHERE customer = :key "
			  "AND account = :second");
}

static void
key_bind(struct stmt *q, const struct key *k)
{
	if (k->code != NULL)
		db_put_text(q, "key", k->code);
	else
		db_put_int(q, "key", k->id);
	if (k->second != 0)
		db_put_int(q, "second", k->second);
}

static void
said_chain(struct stmt *q, enum master kind, struct chain *c)
{
	chain_begin(c, tables[kind]);
	chain_text(c, db_text(q, "said"));
}

static enum err
row_seal(struct db *db, enum master kind, const struct key *k)
{
	struct stmt *q = one_row(db, kind);
	struct chain c;
	bool found;
	enum err e;

	key_bind(q, k);
	if ((found = db_row(q)))
		said_chain(q, kind, &c);
	if ((e = db_done(q)) != OK || !found)
		return e != OK ? e : ERR_MISSING;
	q = one_write(db, kind);
	seal_bind(q, &c);
	key_bind(q, k);
	return db_done(q);
}

enum err
master_seal_product(struct db *db, const char *code)
{
	return row_seal(db, MASTER_PRODUCT, &(struct key){.code = code});
}

enum err
master_seal_account(struct db *db, int64_t id)
{
	return row_seal(db, MASTER_ACCOUNT, &(struct key){.id = id});
}

enum err
master_seal_holder(struct db *db, int64_t customer, int64_t account)
{
	return row_seal(db, MASTER_HOLDER,
			&(struct key){.id = customer, .second = account});
}

/* Kept first: a row is not written while it is read. */
static enum err
keys_read(struct db *db, struct pool *pool, enum master kind, struct key **list)
{
	struct stmt *q = all_rows(db, kind);
	struct key *k;

	while (db_row(q)) {
		*list = k = pool_alloc(pool, sizeof *k);
		*k = (struct key){.second = db_int(q, "second")};
		if (kind == MASTER_PRODUCT)
			k->code = pool_strdup(pool, db_text(q, "key"));
		else
			k->id = db_int(q, "key");
		list = &k->next;
	}
	return db_done(q);
}

enum err
master_seal_all(struct db *db, struct pool *pool)
{
	struct key *k;
	int kind;
	enum err e;

	for (kind = 0; kind < MASTER_KINDS; kind++) {
		k = NULL;
		if ((e = keys_read(db, pool, (enum master)kind, &k)) != OK)
			return e;
		for (; k != NULL; k = k->next)
			if ((e = row_seal(db, (enum master)kind, k)) != OK)
				return e;
	}
	return OK;
}

enum err
master_check(struct db *db, enum master kind, int64_t *count,
	     void (*tell)(void *arg, const char *row), void *arg)
{
	struct stmt *q = all_rows(db, kind);
	struct chain c;

	for (*count = 0; db_row(q); ++*count) {
		said_chain(q, kind, &c);
		if (!seal_fits(q, &c))
			tell(arg, db_text(q, "row"));
	}
	return db_done(q);
}
