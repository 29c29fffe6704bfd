/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settle.c: what becomes of a payment that waits for its code. */
#include <string.h>

#include "bank/limit.h"
#include "bank/outgoing.h"
#include "bank/payment.h"
#include "bank/seal.h"
#include "bank/transfer.h"
#include "lib/clock.h"

static enum err
payment_read(struct stmt *q, struct pool *pool, struct payment *p)
{
	const char *currency = db_text(q, "currency");

	db_copy(q, "id", p->id, SECRET_ID);
	db_copy(q, "challenge", p->challenge, SECRET_ID);
	p->user = db_int(q, "bank_user");
	p->from_account = db_int(q, "from_account");
	p->to_account = db_int(q, "to_account");
	p->created_at = db_int(q, "created_at");
	p->expires_at = db_int(q, "expires_at");
	p->from = pool_strdup(pool, db_text(q, "from_number"));
	p->from_title = pool_strdup(pool, db_text(q, "from_title"));
	p->to = pool_strdup(pool, db_text(q, "to_number"));
	p->purpose = pool_strdup(pool, db_text(q, "purpose"));
	p->payee_match = pool_strdup(pool, db_text(q, "payee_match"));
	p->address = pool_strdup(pool, db_text(q, "address"));
	p->state = pool_strdup(pool, db_text(q, "state"));
	p->amount = money_of(db_int(q, "amount"), currency);
	p->fee = money_of(db_int(q, "fee"), currency);
	return seal_get(q, pool, "payee_name", "payment.payee_name",
			seal_row(p->id), &p->payee_name);
}

enum err
payment_get(struct db *db, struct pool *pool, const uint8_t id[SECRET_ID],
	    struct payment *out)
{
	struct stmt *q = db_sql(db,
		"SELECT p.id, p.bank_user, p.from_account, p.to_account, "
		"p.amount, p.currency, p.fee, p.purpose, p.payee_name, "
		"p.payee_match, p.address, p.created_at, p.expires_at, "
		"p.challenge, p.state, f.number AS from_number, f.title AS "
		"from_title, t.number AS to_number FROM payment p "
		"JOIN account f ON f.id = p.from_account "
		"JOIN account t ON t.id = p.to_account WHERE p.id = :id");
	enum err e = ERR_MISSING, done;

	db_put_blob(q, "id", id, SECRET_ID);
	if (db_row(q))
		e = payment_read(q, pool, out);
	done = db_done(q);
	return done != OK ? done : e;
}

void
payment_bound(const struct payment *p, uint8_t bound[SECRET_HASH])
{
	struct chain c;

	chain_begin(&c, "clicknet payment 2");
	chain_bytes(&c, p->id, SECRET_ID);
	chain_int(&c, p->user);
	chain_int(&c, money_minor(p->amount));
	chain_int(&c, money_minor(p->fee));
	chain_text(&c, p->amount.currency);
	chain_text(&c, p->from);
	chain_text(&c, p->to);
	chain_text(&c, p->payee_name);
	chain_text(&c, p->purpose);
	chain_end(&c, bound);
}

static enum err
payment_mark(struct db *db, const struct payment *p, const char *state)
{
	struct stmt *q = db_sql(db, "UPDATE payment SET state = :state "
				    "WHERE id = :id");

	db_put_text(q, "state", state);
	db_put_blob(q, "id", p->id, SECRET_ID);
	return db_done(q);
}

/* The promise ends and so does what it used of the day's limits. */
static enum err
payment_end(struct db *db, const struct payment *p, const char *state)
{
	enum err e;

	if ((e = ledger_release(db, p->id)) != OK ||
	    (e = limit_return(db, p->from_account, p->amount,
			      clock_day(p->created_at))) != OK)
		return e;
	return payment_mark(db, p, state);
}

enum err
payment_refuse(struct db *db, struct pool *pool, const uint8_t id[SECRET_ID])
{
	struct payment p;
	enum err e;

	if ((e = payment_get(db, pool, id, &p)) != OK)
		return e;
	return strcmp(p.state, "waiting") == 0 ? payment_end(db, &p, "refused")
					       : OK;
}

static enum err
waiting_find(struct db *db, int64_t customer, uint8_t id[SECRET_ID],
	     bool *found)
{
	struct stmt *q = db_sql(db,
		"SELECT p.id FROM payment p JOIN bank_user u "
		"ON u.id = p.bank_user WHERE p.state = 'waiting' AND "
		"u.customer = :customer LIMIT 1");

	db_put_int(q, "customer", customer);
	if ((*found = db_row(q)))
		db_copy(q, "id", id, SECRET_ID);
	return db_done(q);
}

enum err
payment_refuse_all(struct db *db, struct pool *pool, int64_t customer)
{
	uint8_t id[SECRET_ID];
	bool found = true;
	enum err e = OK;

	while (e == OK && found) {
		e = waiting_find(db, customer, id, &found);
		if (e == OK && found)
			e = payment_refuse(db, pool, id);
	}
	return e;
}

/* Books it under its own id; the day's counter follows the day it is booked
 * on. */
static enum err
payment_book(struct db *db, struct pool *pool, const struct payment *p)
{
	int64_t now = clock_now();
	struct entry t = {
		.kind = "transfer", .from_account = p->from_account,
		.to_account = p->to_account, .amount = p->amount,
		.purpose = p->purpose, .payee_name = p->payee_name,
		.counterparty_bank = "", .counterparty_account = "",
		.reference = "", .address = p->address,
		.value_date = clock_day(now), .booked_at = now,
		.ordered_by = p->user};
	enum err e;

	memcpy(t.id, p->id, SECRET_ID);
	if ((e = transfer_book(db, pool, &t, p->fee)) != OK)
		return e;
	return limit_use(db, p->from_account, p->amount, clock_day(now));
}

struct booking {
	struct pool *pool;
	const struct payment *payment;
};

static enum err
book_work(struct db *db, void *arg)
{
	const struct booking *k = arg;

	return payment_book(db, k->pool, k->payment);
}

/* A refusal of the bank's own rules can be kept; a fault of the engine
 * cannot. */
static bool
is_refusal(enum err e)
{
	return e == ERR_FUNDS || e == ERR_CONFLICT || e == ERR_INPUT;
}

enum err
payment_confirm(struct db *db, struct pool *pool, const struct challenge *c,
		enum err *broken)
{
	uint8_t bound[SECRET_HASH];
	struct payment p;
	struct booking k = {pool, &p};
	bool stopped;
	enum err e;

	if ((*broken = payment_get(db, pool, c->subject, &p)) != OK)
		return *broken;
	if (strcmp(p.state, "waiting") != 0)
		return ERR_EXPIRED;
	payment_bound(&p, bound);
	if (!secret_equal(bound, c->bound, sizeof bound))
		return *broken = ERR_INTERNAL;
	*broken = outgoing_stopped_user(db, p.user, &stopped);
	if (*broken == OK)
		*broken = payment_end(db, &p, stopped ? "refused" : "posted");
	if (*broken != OK || stopped)
		return *broken != OK ? *broken : ERR_CONFLICT;
	e = db_try(db, book_work, &k);
	if (is_refusal(e))
		*broken = payment_mark(db, &p, "refused");
	else
		*broken = e;
	return e;
}

enum err
payment_extend(struct db *db, const uint8_t id[SECRET_ID], int64_t expires_at)
{
	struct stmt *q = db_sql(db, "UPDATE payment SET "
				    "expires_at = :expires_at WHERE id = :id");

	db_put_int(q, "expires_at", expires_at);
	db_put_blob(q, "id", id, SECRET_ID);
	return db_done(q);
}

struct due {
	uint8_t id[SECRET_ID];
	struct pool *pool;
	bool found;
};

static enum err
due_find(struct db *db, struct due *d)
{
	struct stmt *q = db_sql(db,
		"SELECT id FROM payment WHERE state = 'waiting' AND "
		"expires_at <= :now AND id > :after ORDER BY id LIMIT 1");

	db_put_int(q, "now", clock_now());
	db_put_blob(q, "after", d->id, SECRET_ID);
	if ((d->found = db_row(q)))
		db_copy(q, "id", d->id, SECRET_ID);
	return db_done(q);
}

static enum err
expire_work(struct db *db, void *arg)
{
	struct due *d = arg;
	struct payment p;
	enum err e;

	if ((e = payment_get(db, d->pool, d->id, &p)) != OK)
		return e;
	if (strcmp(p.state, "waiting") != 0)
		return OK;
	return payment_end(db, &p, "expired");
}

enum err
payment_expire_due(struct db *db)
{
	struct due d = {.pool = pool_new()};
	enum err e, failed = OK;

	/* One that cannot be ended does not keep the others from it. */
	while ((e = due_find(db, &d)) == OK && d.found) {
		if ((e = db_write(db, expire_work, &d)) != OK)
			failed = e;
		pool_reset(d.pool);
	}
	db_rest(db);
	pool_free(d.pool);
	return e != OK ? e : failed;
}
