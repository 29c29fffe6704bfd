/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bench.c: made-up customers by the thousand. */
#include "bank/bench.h"

#include "bank/account.h"
#include "bank/customer.h"
#include "bank/ledger.h"
#include "bank/number.h"
#include "bank/password.h"
#include "bank/product.h"
#include "bank/session.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "lib/settings.h"

struct filling {
	struct pool *pool; /* of one customer */
	struct buf lines;  /* of this step */
	const char *password, *currency;
	struct money funds;
	bool tokens;
	int64_t opening, from, to, all; /* accounts from..to−1 of all */
};

static enum err
account_fund(struct db *db, struct filling *f, int64_t account)
{
	int64_t now = clock_now();
	struct entry t = {
		.kind = "opening", .from_account = f->opening,
		.to_account = account, .amount = f->funds,
		.purpose = "opening balance", .counterparty_bank = "",
		.counterparty_account = "", .reference = "", .address = "",
		.value_date = clock_day(now), .booked_at = now};

	return ledger_post(db, f->pool, &t);
}

static enum err
account_make(struct db *db, struct filling *f, int64_t customer, int64_t n,
	     const char **number)
{
	struct account_new a = {
		.number = number_of(f->pool, n + 1), .title = "Bench account",
		.product = "BENCH", .currency = f->currency,
		.customer = customer, .opened_on = clock_day(clock_now()),
		.overdraft = money_of(0, f->currency)};
	int64_t id;
	enum err e;

	if ((*number = a.number) == NULL)
		return ERR_LIMIT;
	if ((e = account_open(db, &a, &id)) != OK)
		return e;
	return account_fund(db, f, id);
}

static enum err
token_make(struct db *db, struct filling *f, const struct user *u,
	   const char *const numbers[2])
{
	char token[SESSION_TOKEN];
	struct session s = {
		.user = u->id, .customer = u->customer,
		.device = "bearer token", .address = "",
		.expires_at = clock_now() +
			      settings()->TOKEN_DAYS * (int64_t)CLOCK_DAY_MS};
	enum err e = session_new(db, &s, token);

	if (e == OK)
		buf_printf(&f->lines, "%s %s %s %s\n", u->user_id, token,
			   numbers[0], numbers[1]);
	return e;
}

/* The customer of the accounts n and, if there is one more, n + 1. */
static enum err
customer_make(struct db *db, struct filling *f, int64_t n)
{
	long long k = n / 2 + 1;
	const char *code = pool_printf(f->pool, "B%06lld", k);
	struct customer c = {
		.code = code,
		.name = pool_printf(f->pool, "Bench Customer %lld", k),
		.email = pool_printf(f->pool, "bench%lld@bench.example", k),
		.birth_date = "1990-01-01", .tax_id = code, .mobile = "",
		.branch = "", .language = "en"};
	struct user u = {.user_id = pool_printf(f->pool, "bench%lld", k),
			 .role = "customer", .password = f->password};
	const char *numbers[2] = {NULL, NULL};
	int64_t i;
	enum err e;

	if ((e = customer_add(db, &c)) != OK)
		return e;
	for (i = 0; i < 2 && n + i < f->all; i++)
		if ((e = account_make(db, f, c.id, n + i, &numbers[i])) != OK)
			return e;
	u.customer = c.id;
	if ((e = user_add(db, &u, &actor_operator)) != OK)
		return e;
	return f->tokens && numbers[1] != NULL
		       ? token_make(db, f, &u, numbers)
		       : OK;
}

static enum err
step_work(struct db *db, void *arg)
{
	struct filling *f = arg;
	int64_t n;
	enum err e = OK;

	f->lines.len = 0;
	for (n = f->from; e == OK && n < f->to; n += 2) {
		e = customer_make(db, f, n);
		pool_reset(f->pool);
	}
	return e;
}

static enum err
start_work(struct db *db, void *arg)
{
	struct product p = {.code = "BENCH", .name = "Bench",
			    .category = "current"};
	struct filling *f = arg;
	struct stmt *q = db_sql(db, "SELECT id FROM customer LIMIT 1");
	bool any = db_row(q);
	enum err e = db_done(q);

	if (e != OK || any)
		return e != OK ? e : ERR_CONFLICT;
	if ((e = product_add(db, &p)) != OK ||
	    (e = account_own(db, "opening", f->currency, &f->opening)) != OK)
		return e;
	return audit_add(db, 0, &actor_operator, "bank.bench_data",
			 pool_printf(f->pool, "accounts %lld",
				     (long long)f->all));
}

static enum err
steps_run(struct db *db, struct filling *f, FILE *tokens,
	  void (*progress)(int64_t, int64_t))
{
	enum err e;

	for (f->from = 0; f->from < f->all; f->from = f->to) {
		f->to = f->from + BENCH_STEP < f->all ? f->from + BENCH_STEP
						      : f->all;
		if ((e = db_write(db, step_work, f)) != OK)
			return e;
		if (tokens != NULL && f->lines.len > 0 &&
		    fwrite(f->lines.data, 1, f->lines.len, tokens) !=
			    f->lines.len)
			return ERR_BUSY;
		if (progress != NULL)
			progress(f->to, f->all);
	}
	return OK;
}

/* One hash for all: what takes its time is done once. */
enum err
bench_fill(struct db *db, struct pool *pool, int64_t accounts, FILE *tokens,
	   void (*progress)(int64_t, int64_t))
{
	const struct settings *s = settings();
	struct filling f = {
		.pool = pool_new(), .lines = {.pool = pool},
		.currency = s->BANK_CURRENCY, .tokens = tokens != NULL,
		.all = accounts};
	enum err e;

	f.password = secret_password(pool, BENCH_PASSWORD, password_cost());
	if ((e = money_parse("1000000", f.currency, &f.funds)) == OK &&
	    (e = db_write(db, start_work, &f)) == OK)
		e = steps_run(db, &f, tokens, progress);
	pool_free(f.pool);
	return e;
}
