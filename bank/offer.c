/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* offer.c: the only reader and writer of offer. */
#include "bank/offer.h"

#include <string.h>

bool
offer_category(const char *text)
{
	return strcmp(text, "deposit") == 0 || strcmp(text, "loan") == 0 ||
	       strcmp(text, "card") == 0;
}

static void
offer_put(struct stmt *q, const struct offer *o)
{
	db_put_text(q, "product", o->product.code);
	db_put_text(q, "category", o->category);
	db_put_text(q, "currency", o->currency);
	db_put_int(q, "position", o->position);
	db_put_text(q, "summary", o->summary);
	db_put_text(q, "features", o->features);
	db_put_text(q, "terms", o->terms);
	db_put_int(q, "monthly_fee", o->monthly_fee);
	db_put_int(q, "opening_min", o->opening_min);
	db_put_int(q, "age_min", o->age_min);
}

static enum err
offer_update(struct db *db, const struct offer *o)
{
	struct stmt *q = db_sql(db,
		"UPDATE offer SET category = :category, currency = :currency, "
		"position = :position, summary = :summary, "
		"features = :features, terms = :terms, "
		"monthly_fee = :monthly_fee, opening_min = :opening_min, "
		"age_min = :age_min WHERE product = :product");
	enum err e;

	offer_put(q, o);
	e = db_done(q);
	return e == OK && db_changes(db) == 0 ? ERR_MISSING : e;
}

enum err
offer_set(struct db *db, const struct offer *o)
{
	enum err e = offer_update(db, o);
	struct stmt *q;

	if (e != ERR_MISSING)
		return e;
	q = db_sql(db,
		"INSERT INTO offer (product, category, currency, position, "
		"summary, features, terms, monthly_fee, opening_min, age_min) "
		"VALUES (:product, :category, :currency, :position, :summary, "
		":features, :terms, :monthly_fee, :opening_min, :age_min)");
	offer_put(q, o);
	return db_done(q);
}

static void
offer_read(struct stmt *q, struct pool *pool, struct offer *o)
{
	*o = (struct offer){
		.product.code = pool_strdup(pool, db_text(q, "product")),
		.category = pool_strdup(pool, db_text(q, "category")),
		.currency = pool_strdup(pool, db_text(q, "currency")),
		.position = db_int(q, "position"),
		.summary = pool_strdup(pool, db_text(q, "summary")),
		.features = pool_strdup(pool, db_text(q, "features")),
		.terms = pool_strdup(pool, db_text(q, "terms")),
		.monthly_fee = db_int(q, "monthly_fee"),
		.opening_min = db_int(q, "opening_min"),
		.age_min = db_int(q, "age_min")};
}

#define OFFER_SEEN                                                           \
	"SELECT product, category, currency, position, summary, features, "  \
	"terms, monthly_fee, opening_min, age_min FROM offer "

/* What each offer's product costs, earns and allows. */
static enum err
products_read(struct db *db, struct pool *pool, struct offer *list)
{
	enum err e = OK;

	for (; list != NULL && e == OK; list = list->next)
		e = product_get(db, pool, list->product.code, &list->product);
	return e;
}

enum err
offer_list(struct db *db, struct pool *pool, const char *category,
	   struct offer **list)
{
	struct offer **end = list;
	struct stmt *q = db_sql(db, OFFER_SEEN
		"WHERE :category IN ('', category) ORDER BY CASE category "
		"WHEN 'deposit' THEN 1 WHEN 'loan' THEN 2 ELSE 3 END, "
		"position, product");
	enum err e;

	*list = NULL;
	db_put_text(q, "category", category);
	while (db_row(q)) {
		*end = pool_alloc(pool, sizeof **end);
		offer_read(q, pool, *end);
		end = &(*end)->next;
	}
	e = db_done(q);
	return e == OK ? products_read(db, pool, *list) : e;
}

enum err
offer_get(struct db *db, struct pool *pool, const char *code,
	  struct offer *out)
{
	struct stmt *q = db_sql(db, OFFER_SEEN "WHERE product = :product");
	bool found;
	enum err e;

	db_put_text(q, "product", code);
	if ((found = db_row(q)))
		offer_read(q, pool, out);
	if ((e = db_done(q)) != OK)
		return e;
	return found ? products_read(db, pool, out) : ERR_MISSING;
}
