/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* customer.c: the only reader and writer of sealed personal data. */
#include "bank/customer.h"

#include <string.h>

#include "bank/seal.h"
#include "lib/clock.h"

static enum err
next_id(struct db *db, int64_t *id)
{
	struct stmt *q = db_sql(db, "SELECT coalesce(max(id), 0) + 1 AS id "
				    "FROM customer");

	*id = db_row(q) ? db_int(q, "id") : 0;
	return db_done(q);
}

enum err
customer_add(struct db *db, struct customer *c)
{
	struct pool *pool;
	struct stmt *q;
	enum err e;

	if ((e = next_id(db, &c->id)) != OK)
		return e;
	pool = pool_new();
	q = db_sql(db,
		"INSERT INTO customer (id, code, name, birth_date, tax_id, "
		"mobile, email, tax_index, mobile_index, email_index, branch, "
		"language, created_at) VALUES (:id, :code, :name, :birth_date, "
		":tax_id, :mobile, :email, :tax_index, :mobile_index, "
		":email_index, :branch, :language, :created_at)");
	db_put_int(q, "id", c->id);
	db_put_text(q, "code", c->code);
	seal_put(q, pool, "name", "customer.name", c->id, c->name);
	seal_put(q, pool, "birth_date", "customer.birth_date", c->id,
		   c->birth_date);
	seal_put(q, pool, "tax_id", "customer.tax_id", c->id, c->tax_id);
	seal_put(q, pool, "mobile", "customer.mobile", c->id, c->mobile);
	seal_put(q, pool, "email", "customer.email", c->id, c->email);
	seal_put_tax(q, c->tax_id);
	seal_put_index(q, "mobile_index", c->mobile);
	seal_put_index(q, "email_index", c->email);
	db_put_text(q, "branch", *c->branch != '\0' ? c->branch : NULL);
	db_put_text(q, "language", c->language);
	db_put_int(q, "created_at", clock_now());
	e = db_done(q);
	pool_free(pool);
	return e;
}

static enum err
customer_read(struct stmt *q, struct pool *pool, struct customer *c)
{
	enum err e;

	c->id = db_int(q, "id");
	c->code = pool_strdup(pool, db_text(q, "code"));
	c->branch = pool_strdup(pool, db_text(q, "branch"));
	c->language = pool_strdup(pool, db_text(q, "language"));
	c->closed = strcmp(db_text(q, "status"), "closed") == 0;
	if ((e = seal_get(q, pool, "name", "customer.name", c->id,
			    &c->name)) != OK ||
	    (e = seal_get(q, pool, "birth_date", "customer.birth_date",
			    c->id, &c->birth_date)) != OK ||
	    (e = seal_get(q, pool, "tax_id", "customer.tax_id", c->id,
			    &c->tax_id)) != OK ||
	    (e = seal_get(q, pool, "mobile", "customer.mobile", c->id,
			    &c->mobile)) != OK)
		return e;
	return seal_get(q, pool, "email", "customer.email", c->id,
			  &c->email);
}

enum err
customer_get(struct db *db, struct pool *pool, int64_t id,
	     struct customer *out)
{
	struct stmt *q = db_sql(db,
		"SELECT id, code, name, birth_date, tax_id, mobile, email, "
		"coalesce(branch, '') AS branch, language, status "
		"FROM customer "
		"WHERE id = :id");
	enum err e = ERR_MISSING, done;

	db_put_int(q, "id", id);
	if (db_row(q))
		e = customer_read(q, pool, out);
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
customer_name(struct db *db, struct pool *pool, int64_t id, const char **name)
{
	struct stmt *q = db_sql(db, "SELECT name FROM customer "
				    "WHERE id = :id");
	enum err e = ERR_MISSING, done;

	db_put_int(q, "id", id);
	if (db_row(q))
		e = seal_get(q, pool, "name", "customer.name", id, name);
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
customer_find(struct db *db, const char *code, int64_t *id)
{
	struct stmt *q = db_sql(db, "SELECT id FROM customer "
				    "WHERE code = :code");
	enum err e;

	db_put_text(q, "code", code);
	*id = db_row(q) ? db_int(q, "id") : 0;
	e = db_done(q);
	return e == OK && *id == 0 ? ERR_MISSING : e;
}

enum err
customer_reached(struct db *db, bool by_mail, const char *address,
		 int64_t ids[CUSTOMER_SAME], int *count)
{
	struct stmt *q;

	if (by_mail)
		q = db_sql(db, "SELECT id FROM customer WHERE "
			       "email_index = :address ORDER BY id LIMIT 20");
	else
		q = db_sql(db, "SELECT id FROM customer WHERE "
			       "mobile_index = :address ORDER BY id LIMIT 20");
	seal_put_index(q, "address", address);
	*count = 0;
	while (*count < CUSTOMER_SAME && db_row(q))
		ids[(*count)++] = db_int(q, "id");
	return db_done(q);
}

/* The first after ${*id} who has a tax id; ERR_MISSING. */
static enum err
tax_next(struct db *db, struct pool *pool, int64_t *id, const char **tax_id)
{
	struct stmt *q = db_sql(db,
		"SELECT id, tax_id FROM customer WHERE id > :id "
		"AND tax_id IS NOT NULL ORDER BY id LIMIT 1");
	enum err e = ERR_MISSING, done;

	db_put_int(q, "id", *id);
	if (db_row(q)) {
		*id = db_int(q, "id");
		e = seal_get(q, pool, "tax_id", "customer.tax_id", *id,
			     tax_id);
	}
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
customer_index_all(struct db *db, struct pool *pool)
{
	const char *tax_id;
	struct stmt *q;
	int64_t id = 0;
	enum err e;

	while ((e = tax_next(db, pool, &id, &tax_id)) == OK) {
		q = db_sql(db, "UPDATE customer SET tax_index = :tax_index "
			       "WHERE id = :id");
		seal_put_tax(q, tax_id);
		db_put_int(q, "id", id);
		if ((e = db_done(q)) != OK)
			break;
	}
	return e == ERR_MISSING ? OK : e;
}
