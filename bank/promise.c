/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* promise.c: holds as people see them. */
#include "bank/promise.h"

#include "bank/seal.h"

static enum err
promise_read(struct stmt *q, struct pool *pool, struct promise *p)
{
	int64_t row = seal_row_of(q, "id");

	p->account = pool_strdup(pool, db_text(q, "number"));
	p->purpose = pool_strdup(pool, db_text(q, "purpose"));
	p->amount = money_of(db_int(q, "amount"), db_text(q, "currency"));
	p->expires_at = db_int(q, "expires_at");
	return seal_get(q, pool, "payee_name", "payment.payee_name", row,
			&p->payee_name);
}

enum err
promise_list(struct db *db, struct pool *pool, int64_t customer,
	     struct promise **list)
{
	struct stmt *q = db_sql(db,
		"SELECT h.id, a.number, a.currency, h.amount, p.purpose, "
		"p.payee_name, p.expires_at FROM holder w "
		"JOIN hold h ON h.account = w.account "
		"JOIN account a ON a.id = h.account "
		"JOIN payment p ON p.id = h.id "
		"WHERE w.customer = :customer ORDER BY p.expires_at");
	enum err e = OK, done;

	*list = NULL;
	db_put_int(q, "customer", customer);
	while (e == OK && db_row(q)) {
		*list = pool_alloc(pool, sizeof **list);
		e = promise_read(q, pool, *list);
		list = &(*list)->next;
	}
	done = db_done(q);
	return done != OK ? done : e;
}
