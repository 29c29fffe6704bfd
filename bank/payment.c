/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* payment.c: what has to hold before a payment is ordered, and ordering it. */
#include "bank/payment.h"

#include <string.h>

#include "bank/confirm.h"
#include "bank/customer.h"
#include "bank/limit.h"
#include "bank/namecheck.h"
#include "bank/number.h"
#include "bank/outgoing.h"
#include "bank/seal.h"
#include "bank/transfer.h"
#include "lib/clock.h"
#include "lib/settings.h"

static enum err
refuse(struct order *o, enum err e, const char *field, const char *why)
{
	o->field = field;
	o->why = why;
	return e;
}

/* Both ends, and whether they go together. */
static enum err
ends_check(struct db *db, struct order *o, struct preview *p)
{
	enum err e;

	e = account_get(db, o->pool, o->customer, o->from, &p->from);
	if (e != OK)
		return refuse(o, e, "from", "You have no such account.");
	e = account_payee(db, o->pool, o->to, &p->to);
	if (e == ERR_MISSING && !number_valid(o->to))
		return refuse(o, ERR_INPUT, "to",
			      "There is a typing error in this number.");
	if (e != OK)
		return refuse(o, e, "to", "There is no such account.");
	if (p->to.account == p->from->id)
		return refuse(o, ERR_INPUT, "to",
			      "This is the account the money comes from.");
	if (strcmp(p->to.currency, p->from->balance.currency) != 0)
		return refuse(o, ERR_INPUT, "to",
			      "The two accounts have different currencies.");
	if (strcmp(o->amount.currency, p->from->balance.currency) != 0)
		return refuse(o, ERR_INPUT, "amount",
			      "The account has another currency.");
	if (strcmp(p->from->category, "loan") == 0)
		return refuse(o, ERR_CONFLICT, "from",
			      "A loan account cannot pay others.");
	if (strcmp(p->from->status, "active") != 0)
		return refuse(o, ERR_CONFLICT, "from",
			      "This account cannot pay at present.");
	if (strcmp(p->to.status, "closed") == 0)
		return refuse(o, ERR_CONFLICT, "to",
			      "This account is closed.");
	return OK;
}

static enum err
money_check(struct order *o, struct preview *p)
{
	struct money all;
	enum err e;

	if ((e = limit_check(p->from, o->amount, &o->why)) != OK)
		return refuse(o, e, "amount", o->why);
	if (money_add(&all, o->amount, p->fee) != OK ||
	    money_cmp(all, p->from->available) > 0)
		return refuse(o, ERR_FUNDS, "amount",
			      err_sentence(ERR_FUNDS));
	return OK;
}

static void
left_today(const struct order *o, struct preview *p)
{
	const struct limit *l = &p->from->limit;

	p->has_left = money_sign(l->daily_amount) > 0;
	if (p->has_left &&
	    (money_sub(&p->left_today, l->daily_amount, l->used_amount) != OK ||
	     money_sub(&p->left_today, p->left_today, o->amount) != OK))
		p->has_left = false;
}

/* Who lost their phone pays nobody; between own accounts nothing leaves. */
static enum err
outgoing_check(struct db *db, struct order *o, const struct preview *p)
{
	bool stopped = false;
	enum err e = OK;

	if (!p->own)
		e = outgoing_stopped(db, o->customer, &stopped);
	return stopped ? refuse(o, ERR_CONFLICT, "to", OUTGOING_STOPPED) : e;
}

/* Between their own accounts no code is needed; anybody else's name is
 * checked. */
static enum err
payee_check(struct db *db, struct order *o, struct preview *p)
{
	const char *owner;
	enum err e;

	p->payee_match = "match";
	if (p->own)
		return OK;
	if ((e = customer_name(db, o->pool, p->to.customer, &owner)) != OK)
		return e;
	p->payee_match = namecheck(o->pool, o->payee_name, owner);
	return OK;
}

enum err
payment_preview(struct db *db, struct order *o, struct preview *p)
{
	enum err e;

	memset(p, 0, sizeof *p);
	o->why = o->field = NULL;
	if ((e = ends_check(db, o, p)) != OK)
		return e;
	p->own = p->from->customer == o->customer &&
		 p->to.customer == o->customer;
	if ((e = outgoing_check(db, o, p)) != OK)
		return e;
	p->fee = p->own ? money_of(0, o->amount.currency) : p->from->fee;
	if ((e = money_check(o, p)) != OK)
		return e;
	left_today(o, p);
	return payee_check(db, o, p);
}

/* Between own accounts: booked at once. */
static enum err
order_book(struct db *db, struct order *o, struct preview *p)
{
	int64_t now = clock_now();
	struct entry t = {
		.kind = "transfer", .from_account = p->from->id,
		.to_account = p->to.account, .amount = o->amount,
		.purpose = o->purpose, .payee_name = o->payee_name,
		.counterparty_bank = "", .counterparty_account = "",
		.reference = "", .address = o->address,
		.value_date = clock_day(now), .booked_at = now,
		.ordered_by = o->user, .counted_on = clock_day(now)};
	enum err e;

	if ((e = transfer_book(db, o->pool, &t, p->fee)) != OK)
		return e;
	memcpy(o->id, t.id, SECRET_ID);
	o->result = IDEM_TRANSFER;
	o->booked = pool_alloc(o->pool, sizeof *o->booked);
	*o->booked = (struct transfer){
		.entry = t, .viewer = t.from_account, .own = true,
		.from_title = p->from->title, .to_title = p->to.title,
		.from_name = "", .fee = p->fee,
		.balance_after = t.balance_after};
	memcpy(o->booked->hash, t.hash, SECRET_HASH);
	return OK;
}

static enum err
payment_write(struct db *db, struct pool *pool, const struct payment *p)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO payment (id, bank_user, from_account, to_account, "
		"amount, currency, fee, purpose, payee_name, payee_match, "
		"address, created_at, expires_at, challenge, state) VALUES "
		"(:id, :bank_user, :from_account, :to_account, :amount, "
		":currency, :fee, :purpose, :payee_name, :payee_match, "
		":address, :created_at, :expires_at, :challenge, 'waiting')");

	db_put_blob(q, "id", p->id, SECRET_ID);
	db_put_int(q, "bank_user", p->user);
	db_put_int(q, "from_account", p->from_account);
	db_put_int(q, "to_account", p->to_account);
	db_put_int(q, "amount", money_minor(p->amount));
	db_put_text(q, "currency", p->amount.currency);
	db_put_int(q, "fee", money_minor(p->fee));
	db_put_text(q, "purpose", p->purpose);
	seal_put(q, pool, "payee_name", "payment.payee_name", seal_row(p->id),
		 p->payee_name);
	db_put_text(q, "payee_match", p->payee_match);
	db_put_text(q, "address", p->address);
	db_put_int(q, "created_at", p->created_at);
	db_put_int(q, "expires_at", p->expires_at);
	db_put_blob(q, "challenge", p->challenge, SECRET_ID);
	return db_done(q);
}

/* Amount and fee are promised for as long as codes can still be sent. */
static enum err
payment_hold(struct db *db, const struct payment *p)
{
	struct hold h = {
		.account = p->from_account, .reason = "payment",
		.created_at = p->created_at, .expires_at = p->held_until};
	enum err e;

	if ((e = money_add(&h.amount, p->amount, p->fee)) != OK)
		return e;
	memcpy(h.id, p->id, SECRET_ID);
	return ledger_hold(db, &h);
}

static void
payment_fill(struct payment *pay, const struct order *o,
	     const struct preview *p)
{
	const struct settings *s = settings();
	int64_t lives = s->OTP_EXPIRY_MINUTES * CLOCK_MINUTE;

	*pay = (struct payment){
		.user = o->user, .from_account = p->from->id,
		.to_account = p->to.account, .from = p->from->number,
		.from_title = p->from->title, .to = p->to.number,
		.purpose = o->purpose, .payee_name = o->payee_name,
		.payee_match = p->payee_match, .address = o->address,
		.amount = o->amount, .fee = p->fee,
		.created_at = clock_now()};
	pay->expires_at = pay->created_at + lives;
	pay->held_until = pay->created_at + (1 + CHALLENGE_RESENDS) * lives;
	secret_id(pay->id);
}

/* To others: held, and a code sent that names amount and payee. */
static enum err
order_wait(struct db *db, struct order *o, struct preview *p)
{
	struct payment pay;
	struct challenge c = {.purpose = "transfer", .user = o->user,
			      .customer = o->customer, .has_session = true};
	enum err e;

	payment_fill(&pay, o, p);
	memcpy(c.session, o->session, SECRET_HASH);
	memcpy(c.subject, pay.id, SECRET_ID);
	payment_bound(&pay, c.bound);
	if ((e = confirm_begin(db, o->pool, &c, &pay)) != OK)
		return e;
	memcpy(pay.challenge, c.id, SECRET_ID);
	if ((e = payment_hold(db, &pay)) != OK ||
	    (e = payment_write(db, o->pool, &pay)) != OK)
		return e;
	memcpy(o->id, pay.id, SECRET_ID);
	o->result = IDEM_PAYMENT;
	return limit_use(db, p->from->id, o->amount,
			 clock_day(pay.created_at));
}

static enum err
order_work(struct db *db, void *arg)
{
	struct order *o = arg;
	struct idem i = {.user = o->user, .key = o->key,
			 .request = o->request};
	struct preview p;
	enum err e;

	o->replayed = false;
	o->booked = NULL;
	if ((e = idem_find(db, &i)) != OK)
		return e;
	if (i.result != IDEM_NONE) {
		o->replayed = true;
		o->result = i.result;
		memcpy(o->id, i.subject, SECRET_ID);
		return OK;
	}
	if ((e = payment_preview(db, o, &p)) != OK ||
	    (e = p.own ? order_book(db, o, &p) : order_wait(db, o, &p)) != OK)
		return e;
	i.result = o->result;
	memcpy(i.subject, o->id, SECRET_ID);
	return idem_keep(db, &i);
}

enum err
payment_order(struct db *db, struct order *o)
{
	return db_write_rerunnable(db, order_work, o);
}
