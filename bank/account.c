/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* account.c: reading accounts as people see them, and opening them. */
#include "bank/account.h"

#include <ctype.h>
#include <string.h>

#include "bank/chain.h"
#include "bank/master.h"
#include "lib/clock.h"

const char *
account_number(struct pool *pool, const char *typed)
{
	struct buf b = {.pool = pool};

	buf_puts(&b, "");
	for (; *typed != '\0'; typed++)
		if (!isspace((unsigned char)*typed))
			buf_putc(&b, (char)toupper((unsigned char)*typed));
	return b.data;
}

static struct money
column_money(struct stmt *q, const char *column, const char *currency)
{
	return money_of(db_int(q, column), currency);
}

static void
account_limits(struct stmt *q, const char *currency, struct limit *l)
{
	bool today = db_int(q, "used_on") == clock_day(clock_now());

	l->per_transfer_min = column_money(q, "per_transfer_min", currency);
	l->per_transfer_max = column_money(q, "per_transfer_max", currency);
	l->daily_amount = column_money(q, "daily_amount", currency);
	l->daily_count = db_int(q, "daily_count");
	l->used_amount =
		money_of(today ? db_int(q, "used_amount") : 0, currency);
	l->used_count = today ? db_int(q, "used_count") : 0;
}

/* The sums cannot overflow: the schema bounds them to what stands. */
static struct money
available(struct money balance, struct money held, struct money overdraft)
{
	struct money sum = balance;

	if (money_sub(&sum, sum, held) != OK ||
	    money_add(&sum, sum, overdraft) != OK)
		return money_of(0, balance.currency);
	return sum;
}

static struct account *
account_read(struct stmt *q, struct pool *pool)
{
	struct account *a = pool_alloc(pool, sizeof *a);
	const char *currency = pool_strdup(pool, db_text(q, "currency"));

	a->id = db_int(q, "id");
	a->customer = db_int(q, "customer");
	a->number = pool_strdup(pool, db_text(q, "number"));
	a->title = pool_strdup(pool, db_text(q, "title"));
	a->product = pool_strdup(pool, db_text(q, "product"));
	a->product_name = pool_strdup(pool, db_text(q, "product_name"));
	a->category = pool_strdup(pool, db_text(q, "category"));
	a->branch = pool_strdup(pool, db_text(q, "branch"));
	a->status = pool_strdup(pool, db_text(q, "status"));
	a->role = pool_strdup(pool, db_text(q, "role"));
	a->balance = column_money(q, "balance", currency);
	a->held = column_money(q, "held", currency);
	a->overdraft = column_money(q, "overdraft_limit", currency);
	a->fee = column_money(q, "transfer_fee", currency);
	a->available = available(a->balance, a->held, a->overdraft);
	a->opened_on = (int32_t)db_int(q, "opened_on");
	a->interest_bp = db_int(q, "interest_bp");
	a->seq = db_int(q, "seq");
	account_limits(q, currency, &a->limit);
	return a;
}

#define ACCOUNT_SEEN                                                         \
	"SELECT a.currency, a.id, a.customer, a.number, a.title, a.product, "\
	"p.name AS product_name, p.category, a.branch, a.status, h.role, "   \
	"a.balance, a.held, a.overdraft_limit, p.transfer_fee, a.opened_on, "\
	"p.interest_bp, a.seq, a.used_on, p.per_transfer_min, "              \
	"p.per_transfer_max, p.daily_amount, p.daily_count, a.used_amount, " \
	"a.used_count "                                                      \
	"FROM holder h JOIN account a ON a.id = h.account "                  \
	"JOIN product p ON p.code = a.product "

enum err
account_list(struct db *db, struct pool *pool, int64_t customer,
	     struct account **list)
{
	struct stmt *q = db_sql(db, ACCOUNT_SEEN
				"WHERE h.customer = :customer "
				"ORDER BY a.opened_on, a.id");

	*list = NULL;
	db_put_int(q, "customer", customer);
	while (db_row(q)) {
		*list = account_read(q, pool);
		list = &(*list)->next;
	}
	return db_done(q);
}

/* Looked for among the person's few accounts, which lie together, rather than
 * among all numbers there are: an expression has no index. A thousand accounts
 * take 0.14 ms so. */
enum err
account_get(struct db *db, struct pool *pool, int64_t customer,
	    const char *number, struct account **out)
{
	struct stmt *q = db_sql(db, ACCOUNT_SEEN
				"WHERE h.customer = :customer "
				"AND a.number || '' = :number");
	enum err e;

	*out = NULL;
	db_put_int(q, "customer", customer);
	db_put_text(q, "number", account_number(pool, number));
	if (db_row(q))
		*out = account_read(q, pool);
	if ((e = db_done(q)) != OK)
		return e;
	return *out != NULL ? OK : ERR_MISSING;
}

enum err
account_payee(struct db *db, struct pool *pool, const char *number,
	      struct payee *out)
{
	struct stmt *q = db_sql(db,
		"SELECT id, number, customer, currency, status, title "
		"FROM account "
		"WHERE number = :number AND customer IS NOT NULL");
	bool found;
	enum err e;

	db_put_text(q, "number", account_number(pool, number));
	if ((found = db_row(q))) {
		out->account = db_int(q, "id");
		out->customer = db_int(q, "customer");
		out->number = pool_strdup(pool, db_text(q, "number"));
		out->currency = pool_strdup(pool, db_text(q, "currency"));
		out->status = pool_strdup(pool, db_text(q, "status"));
		out->title = pool_strdup(pool, db_text(q, "title"));
	}
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}

enum err
account_hold_by(struct db *db, int64_t account, int64_t customer,
		const char *role)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO holder (customer, account, role) "
		"VALUES (:customer, :account, :role)");
	enum err e;

	db_put_int(q, "customer", customer);
	db_put_int(q, "account", account);
	db_put_text(q, "role", role);
	if ((e = db_done(q)) != OK)
		return e;
	return master_seal_holder(db, customer, account);
}

enum err
account_open(struct db *db, const struct account_new *a, int64_t *id)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO account (number, customer, title, product, "
		"currency, branch, opened_on, overdraft_limit, hash) VALUES "
		"(:number, nullif(:customer, 0), :title, :product, :currency, "
		":branch, :opened_on, :overdraft, :hash) RETURNING id");
	enum err e;

	db_put_text(q, "number", a->number);
	db_put_int(q, "customer", a->customer);
	db_put_text(q, "title", a->title);
	db_put_text(q, "product", a->product);
	db_put_text(q, "currency", a->currency);
	db_put_text(q, "branch", a->branch);
	db_put_int(q, "opened_on", a->opened_on);
	db_put_int(q, "overdraft", money_minor(a->overdraft));
	db_put_blob(q, "hash", chain_origin, sizeof chain_origin);
	*id = db_row(q) ? db_int(q, "id") : 0;
	if ((e = db_done(q)) != OK ||
	    (e = master_seal_account(db, *id)) != OK || a->customer == 0)
		return e;
	return account_hold_by(db, *id, a->customer, "owner");
}

static enum err
own_product(struct db *db)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO product (code, name, category) VALUES "
		"('BANK', 'The bank''s own accounts', 'internal') "
		"ON CONFLICT (code) DO NOTHING");
	enum err e = db_done(q);

	return e != OK || db_changes(db) == 0 ? e
					      : master_seal_product(db, "BANK");
}

static enum err
own_open(struct db *db, const char *purpose, const char *currency,
	 const char *number, int64_t *id)
{
	struct account_new a = {
		.number = number, .title = purpose, .product = "BANK",
		.currency = currency, .opened_on = clock_day(clock_now()),
		.overdraft = money_of(0, currency)};
	enum err e = own_product(db);

	return e != OK ? e : account_open(db, &a, id);
}

enum err
account_own(struct db *db, const char *purpose, const char *currency,
	    int64_t *id)
{
	struct stmt *q = db_sql(db, "SELECT id FROM account "
				    "WHERE number = :number");
	struct pool *pool = pool_new();
	const char *number = account_number(
		pool, pool_printf(pool, "BANK-%s-%s", purpose, currency));
	enum err e;

	db_put_text(q, "number", number);
	*id = db_row(q) ? db_int(q, "id") : 0;
	e = db_done(q);
	if (e == OK && *id == 0)
		e = own_open(db, purpose, currency, number, id);
	pool_free(pool);
	return e;
}
