/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import_book.c: another bank's bookings, posted one by one as our own. */
#include <ctype.h>
#include <string.h>

#include "bank/account.h"
#include "bank/import_impl.h"
#include "bank/ledger.h"
#include "lib/clock.h"

enum { NOON = 12 * 60 * CLOCK_MINUTE };

enum {
	T_ACCOUNT, T_BOOKED, T_KIND, T_AMOUNT, T_BALANCE, T_CONTRA, T_BANK,
	T_COUNTERPARTY, T_PURPOSE, T_REFERENCE, T_CURRENCY
};
const char *const import_transaction_columns[] = {
	"account_number", "booked_on", "kind", "amount", "balance_after?",
	"contra", "counterparty_bank?", "counterparty_account?", "purpose?",
	"reference?", "currency?", NULL};

static const char *const contras[] = {
	"cash", "clearing", "cards", "fees", "interest-paid",
	"interest-charged", "opening", NULL};

/* The bank's own account, looked up once for each purpose and currency. */
static enum err
contra_id(struct importing *r, const char *purpose, const char *currency,
	  int64_t *id)
{
	struct contra *c = r->contras;
	enum err e;

	for (; c < r->contras + r->contra_count; c++)
		if (strcmp(c->purpose, purpose) == 0 &&
		    strcmp(c->currency, currency) == 0) {
			*id = c->id;
			return OK;
		}
	if ((e = account_own(r->db, purpose, currency, id)) != OK ||
	    r->contra_count == IMPORT_CONTRAS)
		return e;
	memccpy(c->purpose, purpose, '\0', sizeof c->purpose);
	memccpy(c->currency, currency, '\0', sizeof c->currency);
	c->id = *id;
	r->contra_count++;
	return OK;
}

static enum err
contra_read(struct importing *r, const char *currency, int64_t *id)
{
	const char *text = import_text(r, T_CONTRA);
	int i;

	for (i = 0; contras[i] != NULL; i++)
		if (strcmp(contras[i], text) == 0)
			return contra_id(r, text, currency, id);
	return import_complain(r, T_CONTRA, "\"%s\" is none of the bank's own "
			       "accounts (cash, clearing, cards, fees, "
			       "interest-paid, interest-charged, opening).",
			       text);
}

static enum err
kind_read(struct importing *r, const char **kind)
{
	const char *c = *kind = import_text(r, T_KIND);

	while (islower((unsigned char)*c) || *c == '-')
		c++;
	if (c == *kind || *c != '\0' || c - *kind > 30)
		return import_complain(r, T_KIND, "\"%s\" is no kind: small "
				       "letters and - only.", *kind);
	return OK;
}

static enum err
currency_check(struct importing *r, int column, const char *currency)
{
	const char *text = import_text(r, column);

	if (*text == '\0' || strcmp(text, currency) == 0)
		return OK;
	return import_complain(r, column, "The account has %s, not %s.",
			       currency, text);
}

/* Booking order is the order of the rows. */
static enum err
day_read(struct importing *r, struct entry *t)
{
	enum err e = import_date(r, T_BOOKED, &t->value_date);

	if (e != OK)
		return e;
	if (t->value_date < r->last_on)
		return import_complain(r, T_BOOKED, "%s is before the row "
				       "above: rows are in booking order.",
				       import_text(r, T_BOOKED));
	r->last_on = t->value_date;
	t->booked_at = clock_day_start(t->value_date) + NOON;
	if (t->booked_at > r->now)
		t->booked_at = r->now;
	return OK;
}

static enum err
texts_read(struct importing *r, struct entry *t)
{
	enum err e;

	if ((e = import_words(r, T_BANK, 0, 40, &t->counterparty_bank)) != OK ||
	    (e = import_words(r, T_COUNTERPARTY, 0, 40,
			      &t->counterparty_account)) != OK ||
	    (e = import_words(r, T_PURPOSE, 0, 140, &t->purpose)) != OK)
		return e;
	return import_words(r, T_REFERENCE, 0, 60, &t->reference);
}

/* Which way the money goes, and what the account holds then. */
static enum err
amount_read(struct importing *r, const struct import_account *a,
	    int64_t contra, struct entry *t, struct money *after)
{
	struct money m;
	bool in;

	if (import_money(r, T_AMOUNT, a->currency, &m) != OK)
		return ERR_INPUT;
	if (money_sign(m) == 0)
		return import_complain(r, T_AMOUNT, "An amount is not zero.");
	in = money_sign(m) > 0;
	if (money_add(after, a->balance, m) != OK ||
	    (!in && money_sub(&m, money_of(0, a->currency), m) != OK))
		return import_complain(r, T_AMOUNT, "This is too much.");
	t->from_account = in ? contra : a->id;
	t->to_account = in ? a->id : contra;
	t->amount = m;
	return OK;
}

static enum err
balance_check(struct importing *r, const char *currency, struct money after)
{
	const char *text = import_text(r, T_BALANCE);
	char is[MONEY_TEXT];
	struct money said;

	if (*text == '\0')
		return OK;
	if (import_money(r, T_BALANCE, currency, &said) != OK)
		return ERR_INPUT;
	if (money_cmp(said, after) == 0)
		return OK;
	return import_complain(r, T_BALANCE, "The balance after this row is "
			       "%s, not %s.", money_text(is, after), text);
}

static enum err
entry_read(struct importing *r, const struct import_account *a,
	   struct entry *t)
{
	struct money after;
	int64_t contra;
	enum err e;

	if ((e = currency_check(r, T_CURRENCY, a->currency)) != OK ||
	    (e = day_read(r, t)) != OK || (e = kind_read(r, &t->kind)) != OK ||
	    (e = contra_read(r, a->currency, &contra)) != OK ||
	    (e = amount_read(r, a, contra, t, &after)) != OK ||
	    (e = texts_read(r, t)) != OK)
		return e;
	return balance_check(r, a->currency, after);
}

static enum err
entry_post(struct importing *r, const char *number, struct entry *t)
{
	int64_t booked_at = t->booked_at;
	enum err e = ledger_post(r->db, r->row, t);

	if (e == ERR_FUNDS)
		return import_complain(r, T_AMOUNT, "This is more than %s has "
				       "with its overdraft limit.", number);
	if (e == ERR_CONFLICT || e == ERR_INPUT)
		return import_complain(r, T_ACCOUNT,
				       "This cannot be booked on %s: %s",
				       number, err_sentence(e));
	if (e == OK && t->booked_at != booked_at)
		return import_complain(r, T_BOOKED, "There are later bookings "
				       "in the book already.");
	return e;
}

enum err
import_transaction(struct importing *r)
{
	struct entry t = {.address = ""};
	struct import_account a;
	const char *number;
	enum err e;

	if ((e = import_account(r, T_ACCOUNT, &number, &a)) != OK)
		return e;
	if ((e = entry_read(r, &a, &t)) == OK)
		e = entry_post(r, number, &t);
	if (e == ERR_INPUT)
		import_spoil(r, number);
	return e;
}

enum { S_ACCOUNT, S_BANK, S_TO, S_AMOUNT, S_PURPOSE, S_CURRENCY };
const char *const import_standing_order_columns[] = {
	"account_number", "to_bank", "to_account", "amount", "purpose?",
	"currency?", NULL};

static enum err
order_write(struct importing *r, int64_t account, const char *bank,
	    const char *to, struct money amount, const char *purpose)
{
	struct stmt *q = db_sql(r->db,
		"INSERT INTO standing_order (id, account, to_bank, "
		"to_account, amount, purpose, state) VALUES (:id, :account, "
		":to_bank, :to_account, :amount, :purpose, 'imported')");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "account", account);
	db_put_text(q, "to_bank", bank);
	db_put_text(q, "to_account", to);
	db_put_int(q, "amount", money_minor(amount));
	db_put_text(q, "purpose", purpose);
	return db_done(q);
}

enum err
import_standing_order(struct importing *r)
{
	const char *number, *bank, *to, *purpose;
	struct import_account a;
	struct money amount;
	enum err e;

	if ((e = import_account(r, S_ACCOUNT, &number, &a)) != OK ||
	    (e = currency_check(r, S_CURRENCY, a.currency)) != OK ||
	    (e = import_words(r, S_BANK, 0, 40, &bank)) != OK ||
	    (e = import_words(r, S_TO, 1, 40, &to)) != OK ||
	    (e = import_money(r, S_AMOUNT, a.currency, &amount)) != OK ||
	    (e = import_words(r, S_PURPOSE, 0, 140, &purpose)) != OK)
		return e;
	if (money_sign(amount) <= 0)
		return import_complain(r, S_AMOUNT,
				       "A standing order is above zero.");
	return order_write(r, a.id, bank, to, amount, purpose);
}
