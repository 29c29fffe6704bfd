/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* product.c: products as data: added, listed, found. */
#include "bank/product.h"

#include "bank/master.h"

enum err
product_add(struct db *db, const struct product *p)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO product (code, name, category, interest_bp, "
		"per_transfer_min, per_transfer_max, daily_amount, "
		"daily_count, transfer_fee) VALUES (:code, :name, :category, "
		":interest_bp, :per_transfer_min, "
		"nullif(:per_transfer_max, 0), nullif(:daily_amount, 0), "
		"nullif(:daily_count, 0), :transfer_fee)");
	enum err e;

	db_put_text(q, "code", p->code);
	db_put_text(q, "name", p->name);
	db_put_text(q, "category", p->category);
	db_put_int(q, "interest_bp", p->interest_bp);
	db_put_int(q, "per_transfer_min",
		   p->per_transfer_min > 0 ? p->per_transfer_min : 1);
	db_put_int(q, "per_transfer_max", p->per_transfer_max);
	db_put_int(q, "daily_amount", p->daily_amount);
	db_put_int(q, "daily_count", p->daily_count);
	db_put_int(q, "transfer_fee", p->transfer_fee);
	if ((e = db_done(q)) != OK)
		return e;
	return master_seal_product(db, p->code);
}

static void
product_read(struct stmt *q, struct pool *pool, struct product *p)
{
	*p = (struct product){
		.code = pool_strdup(pool, db_text(q, "code")),
		.name = pool_strdup(pool, db_text(q, "name")),
		.category = pool_strdup(pool, db_text(q, "category")),
		.interest_bp = db_int(q, "interest_bp"),
		.per_transfer_min = db_int(q, "per_transfer_min"),
		.per_transfer_max = db_int(q, "per_transfer_max"),
		.daily_amount = db_int(q, "daily_amount"),
		.daily_count = db_int(q, "daily_count"),
		.transfer_fee = db_int(q, "transfer_fee")};
}

#define PRODUCT_SEEN                                                         \
	"SELECT code, name, category, interest_bp, per_transfer_min, "       \
	"per_transfer_max, daily_amount, daily_count, transfer_fee "         \
	"FROM product "

enum err
product_list(struct db *db, struct pool *pool, struct product **list)
{
	struct stmt *q = db_sql(db, PRODUCT_SEEN "ORDER BY code");

	*list = NULL;
	while (db_row(q)) {
		*list = pool_alloc(pool, sizeof **list);
		product_read(q, pool, *list);
		list = &(*list)->next;
	}
	return db_done(q);
}

enum err
product_get(struct db *db, struct pool *pool, const char *code,
	    struct product *out)
{
	struct stmt *q = db_sql(db, PRODUCT_SEEN "WHERE code = :code");
	bool found;
	enum err e;

	db_put_text(q, "code", code);
	if ((found = db_row(q)))
		product_read(q, pool, out);
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}
