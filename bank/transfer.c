/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* transfer.c: booking what people order, and reading it back as receipts. */
#include "bank/transfer.h"

#include <string.h>

#include "bank/account.h"
#include "bank/customer.h"
#include "bank/event.h"
#include "bank/seal.h"
#include "lib/clock.h"

/* One news row a customer concerned: the payer's, the payee's. */
static enum err
news(struct db *db, struct pool *pool, const struct entry *t)
{
	int64_t payer = t->from_customer, payee = t->to_customer;
	char id[SECRET_ID_TEXT], amount[MONEY_TEXT];
	const char *data;
	enum err e;

	data = pool_printf(pool,
		"{\"transfer_id\":\"%s\",\"from\":\"%s\",\"to\":\"%s\","
		"\"amount\":\"%s\",\"currency\":\"%s\"}",
		secret_id_text(id, t->id), t->from, t->to,
		money_text(amount, t->amount), t->amount.currency);
	if (payer != 0 &&
	    (e = event_add(db, "transfer.posted", payer, data)) != OK)
		return e;
	if (payee == 0 || payee == payer)
		return OK;
	return event_add(db, "transfer.received", payee, data);
}

/* A fee is a transfer of its own; its reference names what it is for. */
static enum err
fee_book(struct db *db, struct pool *pool, const struct entry *t,
	 struct money fee)
{
	char id[SECRET_ID_TEXT];
	struct entry f = {
		.kind = "fee", .from_account = t->from_account, .amount = fee,
		.purpose = "Fee", .counterparty_bank = "",
		.counterparty_account = "", .address = "",
		.reference = pool_strdup(pool, secret_id_text(id, t->id)),
		.value_date = t->value_date, .booked_at = t->booked_at};
	enum err e;

	if (money_sign(fee) == 0)
		return OK;
	if ((e = account_own(db, "fees", fee.currency, &f.to_account)) != OK)
		return e;
	return ledger_post(db, pool, &f);
}

enum err
transfer_book(struct db *db, struct pool *pool, struct entry *t,
	      struct money fee)
{
	enum err e;

	if ((e = ledger_post(db, pool, t)) != OK ||
	    (e = fee_book(db, pool, t, fee)) != OK)
		return e;
	return news(db, pool, t);
}

static void
entry_read(struct stmt *q, struct pool *pool, struct entry *t)
{
	db_copy(q, "id", t->id, SECRET_ID);
	t->kind = pool_strdup(pool, db_text(q, "kind"));
	t->from = pool_strdup(pool, db_text(q, "from_number"));
	t->to = pool_strdup(pool, db_text(q, "to_number"));
	t->from_account = db_int(q, "from_account");
	t->to_account = db_int(q, "to_account");
	t->from_seq = db_int(q, "from_seq");
	t->to_seq = db_int(q, "to_seq");
	t->amount = money_of(db_int(q, "amount"), db_text(q, "currency"));
	t->purpose = pool_strdup(pool, db_text(q, "purpose"));
	t->counterparty_bank =
		pool_strdup(pool, db_text(q, "counterparty_bank"));
	t->counterparty_account =
		pool_strdup(pool, db_text(q, "counterparty_account"));
	t->reference = pool_strdup(pool, db_text(q, "reference"));
	t->address = pool_strdup(pool, db_text(q, "address"));
	t->value_date = (int32_t)db_int(q, "value_date");
	t->booked_at = db_int(q, "booked_at");
	t->ordered_by = db_int(q, "ordered_by");
}

/* Which side is theirs decides what they may see. */
static enum err
transfer_read(struct stmt *q, struct pool *pool, struct transfer *t)
{
	bool pays = !db_null(q, "from_holder");
	bool gets = !db_null(q, "to_holder");

	entry_read(q, pool, &t->entry);
	t->incoming = !pays;
	t->own = pays && gets;
	t->viewer = pays ? t->entry.from_account : t->entry.to_account;
	t->from_title = pays ? pool_strdup(pool, db_text(q, "from_title")) : "";
	t->to_title = gets ? pool_strdup(pool, db_text(q, "to_title")) : "";
	return seal_get(q, pool, "payee_name", "transfer.payee_name",
			seal_row(t->entry.id), &t->entry.payee_name);
}

static enum err
posting_read(struct db *db, struct transfer *t)
{
	struct stmt *q = db_sql(db, "SELECT balance_after, hash FROM posting "
				    "WHERE id = " POSTING_ID(":account",
							     ":seq"));

	db_put_int(q, "account", t->viewer);
	db_put_int(q, "seq",
		   t->incoming ? t->entry.to_seq : t->entry.from_seq);
	if (db_row(q)) {
		t->balance_after = money_of(db_int(q, "balance_after"),
					    t->entry.amount.currency);
		db_copy(q, "hash", t->hash, SECRET_HASH);
	}
	return db_done(q);
}

/* The fee, if one was booked, is the payer's next posting. */
static enum err
fee_read(struct db *db, struct transfer *t)
{
	struct stmt *q = db_sql(db,
		"SELECT t.amount FROM posting p JOIN transfer t "
		"ON t.id = p.transfer WHERE p.id = "
		POSTING_ID(":account", ":seq") " AND t.kind = 'fee' AND "
		"t.reference = :id");
	char id[SECRET_ID_TEXT];

	t->fee = money_of(0, t->entry.amount.currency);
	db_put_int(q, "account", t->entry.from_account);
	db_put_int(q, "seq", t->incoming ? 0 : t->entry.from_seq + 1);
	db_put_text(q, "id", secret_id_text(id, t->entry.id));
	if (db_row(q))
		t->fee = money_of(db_int(q, "amount"),
				  t->entry.amount.currency);
	return db_done(q);
}

/* Who paid, for the one who got it: the account's owner. */
static enum err
payer_read(struct db *db, struct pool *pool, int64_t customer,
	   struct transfer *t)
{
	t->from_name = "";
	if (!t->incoming)
		return OK;
	if (customer == 0) {
		t->from_name = t->entry.payee_name;
		return OK;
	}
	return customer_name(db, pool, customer, &t->from_name);
}

enum err
transfer_get(struct db *db, struct pool *pool, int64_t customer,
	     const uint8_t id[SECRET_ID], struct transfer *out)
{
	struct stmt *q = db_sql(db,
		"SELECT t.id, t.kind, f.number AS from_number, o.number AS "
		"to_number, t.from_account, t.to_account, t.from_seq, "
		"t.to_seq, t.amount, t.currency, t.purpose, t.payee_name, "
		"t.counterparty_bank, t.counterparty_account, t.reference, "
		"t.address, t.value_date, t.booked_at, t.ordered_by, "
		"f.title AS from_title, o.title AS to_title, f.customer AS "
		"payer, hf.role AS from_holder, ho.role AS to_holder "
		"FROM transfer t JOIN account f ON f.id = t.from_account "
		"JOIN account o ON o.id = t.to_account "
		"LEFT JOIN holder hf ON hf.customer = :customer AND "
		"hf.account = t.from_account "
		"LEFT JOIN holder ho ON ho.customer = :customer AND "
		"ho.account = t.to_account WHERE t.id = :id AND "
		"(hf.role IS NOT NULL OR ho.role IS NOT NULL)");
	enum err e = ERR_MISSING, done;
	int64_t payer = 0;

	memset(out, 0, sizeof *out);
	db_put_int(q, "customer", customer);
	db_put_blob(q, "id", id, SECRET_ID);
	if (db_row(q)) {
		payer = db_int(q, "payer");
		e = transfer_read(q, pool, out);
	}
	if ((done = db_done(q)) != OK)
		return done;
	if (e != OK || (e = posting_read(db, out)) != OK ||
	    (e = fee_read(db, out)) != OK)
		return e;
	return payer_read(db, pool, payer, out);
}
