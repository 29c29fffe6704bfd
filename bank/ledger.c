/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ledger.c: the only writer of transfer, posting, hold and of balances. */
#include "bank/ledger.h"

#include <string.h>

#include "bank/customer.h"
#include "bank/limit.h"
#include "bank/seal.h"

/* One side of a transfer: the account's head before, and after. */
struct side {
	int64_t id, seq, last_at, customer; /* customer 0: the bank's own */
	bool active, closed;
	const char *number, *title;
	struct money balance, held, overdraft;
	uint8_t hash[SECRET_HASH];
};

static void
side_fill(struct stmt *q, struct pool *pool, struct side *s)
{
	const char *currency = db_text(q, "currency");
	const char *status = db_text(q, "status");

	s->customer = db_int(q, "customer");
	s->active = strcmp(status, "active") == 0;
	s->closed = strcmp(status, "closed") == 0;
	s->number = pool_strdup(pool, db_text(q, "number"));
	s->title = pool_strdup(pool, db_text(q, "title"));
	s->seq = db_int(q, "seq");
	s->last_at = db_int(q, "last_at");
	s->balance = money_of(db_int(q, "balance"), currency);
	s->held = money_of(db_int(q, "held"), currency);
	s->overdraft = money_of(db_int(q, "overdraft_limit"), currency);
	db_copy(q, "hash", s->hash, SECRET_HASH);
}

static enum err
side_read(struct db *db, struct pool *pool, int64_t account, struct side *s)
{
	struct stmt *q = db_sql(db,
		"SELECT a.number, a.title, a.customer, a.currency, a.status, "
		"a.seq, a.last_at, a.balance, a.held, a.overdraft_limit, "
		"a.hash FROM account a WHERE a.id = :id");
	enum err e;

	memset(s, 0, sizeof *s);
	db_put_int(q, "id", account);
	if (db_row(q)) {
		side_fill(q, pool, s);
		s->id = account;
	}
	e = db_done(q);
	return e == OK && s->id == 0 ? ERR_MISSING : e;
}

/* What of the balance may still be promised or spent: ERR_FUNDS if ${amount}
 * is more. The bank's own accounts have no floor. */
static enum err
side_afford(const struct side *s, struct money amount)
{
	struct money left;

	if (s->customer == 0)
		return OK;
	if (money_sub(&left, s->balance, s->held) != OK ||
	    money_add(&left, left, s->overdraft) != OK ||
	    money_sub(&left, left, amount) != OK)
		return ERR_INPUT;
	return money_sign(left) < 0 ? ERR_FUNDS : OK;
}

static enum err
entry_check(const struct entry *t, const struct side *from,
	    const struct side *to)
{
	if (from->id == to->id || money_sign(t->amount) <= 0)
		return ERR_INPUT;
	if (!from->active || to->closed)
		return ERR_CONFLICT;
	return side_afford(from, t->amount);
}

/* Time on a chain never runs backwards, whatever the clock does. */
static void
entry_date(struct entry *t, const struct side *from, const struct side *to)
{
	if (t->booked_at < from->last_at)
		t->booked_at = from->last_at;
	if (t->booked_at < to->last_at)
		t->booked_at = to->last_at;
}

static enum err
transfer_write(struct db *db, struct pool *pool, const struct entry *t)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO transfer (id, kind, from_account, to_account, "
		"from_seq, to_seq, amount, currency, purpose, payee_name, "
		"counterparty_bank, counterparty_account, reference, "
		"value_date, booked_at, ordered_by, address) VALUES (:id, "
		":kind, :from, :to, :from_seq, :to_seq, :amount, :currency, "
		":purpose, :payee_name, :counterparty_bank, "
		":counterparty_account, :reference, :value_date, :booked_at, "
		"nullif(:ordered_by, 0), :address)");

	db_put_blob(q, "id", t->id, sizeof t->id);
	db_put_text(q, "kind", t->kind);
	db_put_int(q, "from", t->from_account);
	db_put_int(q, "to", t->to_account);
	db_put_int(q, "from_seq", t->from_seq);
	db_put_int(q, "to_seq", t->to_seq);
	db_put_int(q, "amount", money_minor(t->amount));
	db_put_text(q, "currency", t->amount.currency);
	db_put_text(q, "purpose", t->purpose);
	seal_put(q, pool, "payee_name", "transfer.payee_name", seal_row(t->id),
		 t->payee_name);
	db_put_text(q, "counterparty_bank", t->counterparty_bank);
	db_put_text(q, "counterparty_account", t->counterparty_account);
	db_put_text(q, "reference", t->reference);
	db_put_int(q, "value_date", t->value_date);
	db_put_int(q, "booked_at", t->booked_at);
	db_put_int(q, "ordered_by", t->ordered_by);
	db_put_text(q, "address", t->address);
	return db_done(q);
}

const char *
ledger_other(struct pool *pool, const struct entry *t, bool other_is_banks,
	     const char *number)
{
	if (!other_is_banks)
		return number;
	return pool_printf(pool, "%s%s%s", t->counterparty_bank,
			   *t->counterparty_bank != '\0' ? " " : "",
			   t->counterparty_account);
}

/* Whose name stands on the other side: between own accounts the account's
 * title; for who pays, what the payer wrote; for who is paid, who owns the
 * paying account. */
static enum err
other_name(struct db *db, struct pool *pool, const struct entry *t,
	   const struct side *s, const struct side *other, const char **name)
{
	*name = t->payee_name;
	if (s->customer == 0 || other->customer == 0)
		return OK;
	if (s->customer == other->customer)
		*name = other->title;
	else if (other->id == t->from_account)
		return customer_name(db, pool, other->customer, name);
	return OK;
}

static enum err
posting_write(struct db *db, struct pool *pool, const struct entry *t,
	      const struct side *s, const struct side *other,
	      struct money amount)
{
	const char *name;
	struct stmt *q;
	enum err e;

	if ((e = other_name(db, pool, t, s, other, &name)) != OK)
		return e;
	q = db_sql(db,
		"INSERT INTO posting (id, transfer, amount, balance_after, "
		"booked_at, hash, kind, value_date, purpose, reference, "
		"other, name) VALUES (" POSTING_ID(":account", ":seq") ", "
		":transfer, :amount, :balance_after, :booked_at, :hash, "
		":kind, :value_date, :purpose, :reference, :other, :name)");
	db_put_int(q, "account", s->id);
	db_put_int(q, "seq", s->seq);
	db_put_blob(q, "transfer", t->id, sizeof t->id);
	db_put_int(q, "amount", money_minor(amount));
	db_put_int(q, "balance_after", money_minor(s->balance));
	db_put_int(q, "booked_at", t->booked_at);
	db_put_blob(q, "hash", s->hash, sizeof s->hash);
	db_put_text(q, "kind", t->kind);
	db_put_int(q, "value_date", t->value_date);
	db_put_text(q, "purpose", t->purpose);
	db_put_text(q, "reference", t->reference);
	db_put_text(q, "other",
		    ledger_other(pool, t, other->customer == 0,
				 other->number));
	seal_put(q, pool, "name", "posting.name", seal_row(t->id) ^ s->id,
		 name);
	return db_done(q);
}

#define HEAD                                                                 \
	"UPDATE account SET seq = :seq, balance = :balance, hash = :hash, "  \
	"last_at = :last_at"

static enum err
head_write(struct db *db, const struct entry *t, const struct side *s)
{
	struct stmt *q;

	if (t->counted_on != 0 && s->id == t->from_account) {
		q = db_sql(db, HEAD ", " LIMIT_USED " WHERE id = :id");
		db_put_int(q, "used", money_minor(t->amount));
		db_put_int(q, "today", t->counted_on);
	} else {
		q = db_sql(db, HEAD " WHERE id = :id");
	}
	db_put_int(q, "seq", s->seq);
	db_put_int(q, "balance", money_minor(s->balance));
	db_put_blob(q, "hash", s->hash, sizeof s->hash);
	db_put_int(q, "last_at", t->booked_at);
	db_put_int(q, "id", s->id);
	return db_done(q);
}

/* Moves one side's head on by ${amount} and writes posting and head. */
static enum err
side_post(struct db *db, struct pool *pool, const struct entry *t,
	  const struct chain *shared, struct side *s, const struct side *other,
	  struct money amount)
{
	enum err e;

	if ((e = money_add(&s->balance, s->balance, amount)) != OK)
		return e;
	s->seq++;
	chain_posting(s->hash, shared, s->number, s->seq, amount, s->balance,
		      s->hash);
	if ((e = posting_write(db, pool, t, s, other, amount)) != OK)
		return e;
	return head_write(db, t, s);
}

/* What the checks leave to be said: who stands where on which chain. */
static void
entry_fill(struct entry *t, const struct side *from, const struct side *to)
{
	static const uint8_t none[SECRET_ID];

	if (memcmp(t->id, none, sizeof none) == 0)
		secret_id(t->id);
	entry_date(t, from, to);
	t->from = from->number;
	t->to = to->number;
	t->from_seq = from->seq + 1;
	t->to_seq = to->seq + 1;
	t->from_customer = from->customer;
	t->to_customer = to->customer;
}

enum err
ledger_post(struct db *db, struct pool *pool, struct entry *t)
{
	struct side from, to;
	struct chain shared;
	enum err e;

	if ((e = side_read(db, pool, t->from_account, &from)) != OK ||
	    (e = side_read(db, pool, t->to_account, &to)) != OK ||
	    (e = entry_check(t, &from, &to)) != OK)
		return e;
	entry_fill(t, &from, &to);
	chain_entry(&shared, t);
	if ((e = transfer_write(db, pool, t)) != OK ||
	    (e = side_post(db, pool, t, &shared, &from, &to,
			   money_negate(t->amount))) != OK)
		return e;
	t->balance_after = from.balance;
	memcpy(t->hash, from.hash, SECRET_HASH);
	return side_post(db, pool, t, &shared, &to, &from, t->amount);
}

void
ledger_hold_hash(const struct hold *h, uint8_t hash[SECRET_HASH])
{
	struct chain c;

	chain_begin(&c, "clicknet hold 1");
	chain_bytes(&c, h->id, sizeof h->id);
	chain_int(&c, h->account);
	chain_int(&c, money_minor(h->amount));
	chain_text(&c, h->reason);
	chain_int(&c, h->created_at);
	chain_int(&c, h->expires_at);
	chain_end(&c, hash);
}

static enum err
held_add(struct db *db, int64_t account, int64_t amount)
{
	struct stmt *q = db_sql(db, "UPDATE account SET held = held + :amount "
				    "WHERE id = :id");

	db_put_int(q, "amount", amount);
	db_put_int(q, "id", account);
	return db_done(q);
}

static enum err
hold_write(struct db *db, const struct hold *h)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO hold (id, account, amount, reason, created_at, "
		"expires_at, hash) VALUES (:id, :account, :amount, :reason, "
		":created_at, :expires_at, :hash)");
	uint8_t hash[SECRET_HASH];

	ledger_hold_hash(h, hash);
	db_put_blob(q, "id", h->id, sizeof h->id);
	db_put_int(q, "account", h->account);
	db_put_int(q, "amount", money_minor(h->amount));
	db_put_text(q, "reason", h->reason);
	db_put_int(q, "created_at", h->created_at);
	db_put_int(q, "expires_at", h->expires_at);
	db_put_blob(q, "hash", hash, sizeof hash);
	return db_done(q);
}

enum err
ledger_hold(struct db *db, const struct hold *h)
{
	struct pool *pool = pool_new();
	struct side s;
	enum err e = side_read(db, pool, h->account, &s);

	pool_free(pool);
	if (e != OK)
		return e;
	if (!s.active)
		return ERR_CONFLICT;
	if ((e = side_afford(&s, h->amount)) != OK ||
	    (e = hold_write(db, h)) != OK)
		return e;
	return held_add(db, h->account, money_minor(h->amount));
}

enum err
ledger_release(struct db *db, const uint8_t id[SECRET_ID])
{
	struct stmt *q = db_sql(db, "DELETE FROM hold WHERE id = :id "
				    "RETURNING account, amount");
	int64_t account = 0, amount = 0;
	enum err e;

	db_put_blob(q, "id", id, SECRET_ID);
	if (db_row(q)) {
		account = db_int(q, "account");
		amount = db_int(q, "amount");
	}
	if ((e = db_done(q)) != OK)
		return e;
	return account != 0 ? held_add(db, account, -amount) : ERR_MISSING;
}
