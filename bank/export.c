/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* export.c: the only writer of journals and of the book as CSV. */
#include "bank/export.h"

#include <ctype.h>
#include <string.h>

#include "bank/account.h"
#include "bank/ledger.h"
#include "lib/clock.h"
#include "lib/csv.h"
#include "lib/money.h"
#include "lib/secret.h"

struct exporting {
	struct db *db;
	struct pool *pool; /* of one row */
	enum export_format format;
	FILE *out;
	int64_t account; /* 0: all */
};

/* What the bank's own account is in the customers' eyes. */
static const char *
own_kind(const char *title)
{
	if (strcmp(title, "fees") == 0 ||
	    strcmp(title, "interest-charged") == 0)
		return "expenses";
	if (strcmp(title, "interest-paid") == 0)
		return "revenues";
	return "equity";
}

/* Titles come from people: a name of a journal has no line end, no double
 * space, no sign with a meaning. */
static const char *
account_name(struct pool *pool, const char *number, const char *title,
	     bool customers)
{
	struct buf b = {.pool = pool};

	if (customers)
		return pool_printf(pool, "assets:customers:%s", number);
	buf_printf(&b, "%s:bank:", own_kind(title));
	for (; *title != '\0'; title++)
		buf_putc(&b, isalnum((unsigned char)*title) ? *title : '-');
	return b.data;
}

/* A description ends at a line end or a semicolon. */
static const char *
description(struct pool *pool, const char *text)
{
	struct buf b = {.pool = pool};

	buf_puts(&b, "");
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			buf_putc(&b, ' ');
		else if (*text == ';' || *text == '|')
			buf_putc(&b, ',');
		else
			buf_putc(&b, *text);
	return b.data;
}

static void
amount_put(struct exporting *x, const char *name, int64_t minor,
	   const char *currency)
{
	char text[MONEY_TEXT];

	fprintf(x->out, "    %-40s  %s %s", name,
		money_text(text, money_of(minor, currency)), currency);
}

static void
entry_put(struct exporting *x, struct stmt *q)
{
	const char *bank = db_text(q, "counterparty_bank");
	const char *other = db_text(q, "counterparty_account");
	const char *text = db_text(q, "purpose");
	const char *currency = db_text(q, "currency");
	char text_id[SECRET_ID_TEXT], day[CLOCK_DATE];
	uint8_t id[SECRET_ID];

	db_copy(q, "id", id, sizeof id);
	fprintf(x->out, "%s (%s) ",
		clock_date(day, clock_day(db_int(q, "booked_at"))),
		secret_id_text(text_id, id));
	if (*bank != '\0' || *other != '\0')
		fprintf(x->out, "%s %s | ", description(x->pool, bank),
			description(x->pool, other));
	fprintf(x->out, "%s\n",
		description(x->pool, *text != '\0' ? text
						   : db_text(q, "kind")));
	amount_put(x, account_name(x->pool, db_text(q, "from_number"),
				   db_text(q, "from_title"),
				   !db_null(q, "from_customer")),
		   -db_int(q, "amount"), currency);
	fputc('\n', x->out);
	amount_put(x, account_name(x->pool, db_text(q, "to_number"),
				   db_text(q, "to_title"),
				   !db_null(q, "to_customer")),
		   db_int(q, "amount"), currency);
	fputs("\n\n", x->out);
}

#define JOURNAL                                                              \
	"SELECT t.id, t.kind, t.amount, t.currency, t.purpose, "             \
	"t.counterparty_bank, t.counterparty_account, t.booked_at, "         \
	"f.number AS from_number, f.title AS from_title, "                   \
	"f.customer AS from_customer, o.number AS to_number, "               \
	"o.title AS to_title, o.customer AS to_customer FROM "
#define JOURNAL_ACCOUNTS                                                     \
	" JOIN account f ON f.id = t.from_account "                          \
	"JOIN account o ON o.id = t.to_account "

/* The book in the order of its transfers' ids, one account's in the order of
 * its postings: both are how they lie on disk. */
static enum err
entries_put(struct exporting *x)
{
	struct stmt *q;

	if (x->account == 0) {
		q = db_sql(x->db, JOURNAL "transfer t" JOURNAL_ACCOUNTS
				  "ORDER BY t.id");
	} else {
		q = db_sql(x->db, JOURNAL "posting p JOIN transfer t "
				  "ON t.id = p.transfer" JOURNAL_ACCOUNTS
				  "WHERE p.id" POSTINGS_OF(":account")
				  "ORDER BY p.id");
		db_put_int(q, "account", x->account);
	}
	while (db_row(q)) {
		entry_put(x, q);
		pool_reset(x->pool);
	}
	return db_done(q);
}

/* Nothing is moved: the balances are asserted. */
static enum err
balances_put(struct exporting *x)
{
	struct stmt *q = db_sql(x->db,
		"SELECT number, title, currency, balance, "
		"(SELECT max(last_at) FROM account) AS last FROM account "
		"WHERE customer IS NOT NULL AND (id = :account OR "
		":account = 0) ORDER BY number");
	char text[MONEY_TEXT], day[CLOCK_DATE];
	const char *currency;
	bool any = false;

	db_put_int(q, "account", x->account);
	while (db_row(q)) {
		currency = db_text(q, "currency");
		if (!any)
			fprintf(x->out, "%s balances\n",
				clock_date(day, clock_day(db_int(q, "last"))));
		any = true;
		amount_put(x, account_name(x->pool, db_text(q, "number"),
					   db_text(q, "title"), true),
			   0, currency);
		fprintf(x->out, " = %s %s\n",
			money_text(text, money_of(db_int(q, "balance"),
						  currency)),
			currency);
		pool_reset(x->pool);
	}
	return db_done(q);
}

static enum err
journal_put(struct exporting *x)
{
	enum err e;

	fputs("; The book of a bank, seen from its customers' side.\n", x->out);
	if (x->format == EXPORT_HLEDGER)
		fputs("decimal-mark .\n", x->out);
	fputc('\n', x->out);
	e = entries_put(x);
	return e != OK ? e : balances_put(x);
}

static void
cell(struct buf *b, const char *text)
{
	csv_put(b, text);
	buf_putc(b, ',');
}

static const char *
amount_text(struct exporting *x, int64_t minor, const char *currency)
{
	char text[MONEY_TEXT];

	return pool_strdup(x->pool,
			   money_text(text, money_of(minor, currency)));
}

static void
row_put(struct exporting *x, struct stmt *q)
{
	const char *currency = db_text(q, "currency");
	char text_id[SECRET_ID_TEXT], day[CLOCK_DATE];
	struct buf b = {.pool = x->pool};
	uint8_t id[SECRET_ID];

	cell(&b, db_text(q, "number"));
	cell(&b, clock_date(day, clock_day(db_int(q, "booked_at"))));
	cell(&b, db_text(q, "kind"));
	cell(&b, amount_text(x, db_int(q, "amount"), currency));
	cell(&b, amount_text(x, db_int(q, "balance_after"), currency));
	cell(&b, db_text(q, db_null(q, "other_customer") ? "other_title"
							 : "other_number"));
	cell(&b, db_text(q, "counterparty_bank"));
	cell(&b, db_text(q, "counterparty_account"));
	cell(&b, db_text(q, "purpose"));
	cell(&b, db_text(q, "reference"));
	cell(&b, currency);
	db_copy(q, "transfer", id, sizeof id);
	csv_put(&b, secret_id_text(text_id, id));
	fprintf(x->out, "%s\r\n", b.data);
}

static enum err
rows_put(struct exporting *x)
{
	struct stmt *q = db_sql(x->db,
		"SELECT a.number, p.booked_at, t.kind, p.amount, "
		"p.balance_after, o.title AS other_title, "
		"o.number AS other_number, o.customer AS other_customer, "
		"t.counterparty_bank, t.counterparty_account, t.purpose, "
		"t.reference, t.currency, p.transfer FROM account a "
		"JOIN posting p ON p.id" POSTINGS_OF("a.id")
		"JOIN transfer t ON t.id = p.transfer "
		"JOIN account o ON o.id = CASE WHEN t.from_account = a.id "
		"THEN t.to_account ELSE t.from_account END "
		"WHERE a.id = :account OR (:account = 0 AND "
		"a.customer IS NOT NULL) ORDER BY a.id, p.id");

	fputs("account_number,booked_on,kind,amount,balance_after,contra,"
	      "counterparty_bank,counterparty_account,purpose,reference,"
	      "currency,transfer_id\r\n",
	      x->out);
	db_put_int(q, "account", x->account);
	while (db_row(q)) {
		row_put(x, q);
		pool_reset(x->pool);
	}
	return db_done(q);
}

static enum err
account_find(struct exporting *x, const char *number)
{
	struct stmt *q = db_sql(x->db, "SELECT id FROM account "
				       "WHERE number = :number");
	enum err e;

	db_put_text(q, "number", account_number(x->pool, number));
	x->account = db_row(q) ? db_int(q, "id") : 0;
	e = db_done(q);
	return e == OK && x->account == 0 ? ERR_MISSING : e;
}

enum err
export_book(struct db *db, enum export_format format, const char *number,
	    FILE *out)
{
	struct exporting x = {.db = db, .pool = pool_new(), .format = format,
			      .out = out};
	enum err e = number != NULL ? account_find(&x, number) : OK;

	if (e == OK)
		e = format == EXPORT_CSV ? rows_put(&x) : journal_put(&x);
	if (e == OK && (fflush(out) != 0 || ferror(out)))
		e = ERR_BUSY;
	db_rest(db);
	pool_free(x.pool);
	return e;
}
