/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* transfer.c: enter, check, pay. */
#include <string.h>

#include "bank/payment.h"
#include "bank/transfer.h"
#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/settings.h"

struct transfer_in {
	const char *from, *to, *purpose, *payee_name;
	struct money amount;
};

static const struct field fields[] = {
	FORM_TEXT(struct transfer_in, from, 5, 40),
	FORM_TEXT(struct transfer_in, to, 5, 60),
	FORM_MONEY(struct transfer_in, amount),
	FORM_TEXT(struct transfer_in, purpose, 0, 140),
	FORM_TEXT(struct transfer_in, payee_name, 0, 70),
};

/* The words of the request as an order, its amount in ${currency}. */
static enum err
order_read(struct req *rq, const char *currency, struct order *o)
{
	struct transfer_in t = {.amount = money_of(0, currency)};
	enum err e;

	rq->notes = rq->last_note = NULL;
	if ((e = form_read(rq, fields, FORM_COUNT(fields), &t)) != OK)
		return e;
	*o = (struct order){
		.pool = rq->pool, .user = rq->who.user,
		.customer = rq->who.customer, .session = rq->who.session,
		.address = rq->address,
		.from = account_number(rq->pool, t.from),
		.to = account_number(rq->pool, t.to), .purpose = t.purpose,
		.payee_name = t.payee_name, .amount = t.amount,
		.key = rq->idempotency_key, .request = rq->body_hash};
	return OK;
}

/* Looked at (with a preview) or ordered; a refusal says which field it is
 * about. */
static enum err
order_run(struct req *rq, const char *currency, struct order *o,
	  struct preview *p)
{
	enum err e;

	if ((e = order_read(rq, currency, o)) != OK)
		return e;
	e = p != NULL ? payment_preview(rq->db, o, p)
		      : payment_order(rq->db, o);
	if (e != OK && o->why != NULL)
		req_note(rq, o->field, o->why);
	return e;
}

/* An amount of a currency is that or nothing. Without one: nearly every account
 * is in the bank's currency, and only when that does not work out is the
 * account asked for its own. */
static enum err
order_try(struct req *rq, struct order *o, struct preview *p)
{
	const char *currency = settings()->BANK_CURRENCY;
	const char *said = req_param(rq, "currency");
	struct account *a;
	enum err e;

	if (*said != '\0' && !money_known(said))
		return req_note(rq, "currency",
				"The account has another currency.");
	if (*said != '\0')
		return order_run(rq, said, o, p);
	e = order_run(rq, currency, o, p);
	if (e != ERR_INPUT ||
	    account_get(rq->db, rq->pool, rq->who.customer,
			req_param(rq, "from"), &a) != OK ||
	    strcmp(a->balance.currency, currency) == 0)
		return e;
	return order_run(rq, a->balance.currency, o, p);
}

/* The enter page: the accounts that can pay, and the words already there. */
static enum err
enter_view(struct req *rq, json_object *v)
{
	static const char *const words[] = {"to", "amount", "purpose",
					    "payee_name"};
	json_object *array = json_object_new_array(), *o;
	const char *from = account_number(rq->pool, req_param(rq, "from"));
	struct account *a;
	enum err e;
	size_t i;

	json_object_object_add(v, "accounts", array);
	view_text(v, "from", from);
	for (i = 0; i < sizeof words / sizeof *words; i++)
		view_text(v, words[i], req_param(rq, words[i]));
	e = account_list(rq->db, rq->pool, rq->who.customer, &a);
	for (; e == OK && a != NULL; a = a->next) {
		o = view_account(rq, a);
		view_bool(o, "selected", strcmp(a->number, from) == 0);
		json_object_array_add(array, o);
	}
	return e == OK ? front_stopped(rq, v) : e;
}

enum err
transfer_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	enum err e = front_draft(rq, v, "/transfer");

	if (e == OK)
		e = enter_view(rq, v);
	return e != OK ? e : resp_page(rs, "transfer", v);
}

/* Back from the check page: the same words in the form again. */
enum err
transfer_edit(struct req *rq, struct resp *rs)
{
	return transfer_form(rq, rs);
}

static json_object *
check_view(struct req *rq, const struct order *o, const struct preview *p)
{
	json_object *v = view_new(rq), *to = json_object_new_object();

	json_object_object_add(v, "from", view_account(rq, p->from));
	view_text(to, "number", p->to.number);
	view_text(to, "name_typed", o->payee_name);
	view_bool(to, "own", p->own);
	view_text(to, "title", p->own ? p->to.title : "");
	json_object_object_add(v, "to", to);
	view_money(v, "amount", o->amount);
	view_text(v, "currency", o->amount.currency);
	view_text(v, "purpose", o->purpose);
	view_text(v, "payee_name", o->payee_name);
	view_bool(v, "needs_code", !p->own);
	view_text(v, "payee_match", p->payee_match);
	if (money_sign(p->fee) > 0)
		view_money(v, "fee", p->fee);
	if (p->has_left)
		view_money(v, "left_today", p->left_today);
	if (!rq->wants_json) {
		view_flag(v, p->payee_match);
		if (*rq->idempotency_key != '\0')
			view_text(v, "idempotency_key", rq->idempotency_key);
	}
	return v;
}

/* Looks at everything a payment must hold and changes nothing. */
enum err
transfer_check(struct req *rq, struct resp *rs)
{
	struct preview p;
	struct order o;
	enum err e;

	if ((e = order_try(rq, &o, &p)) == OK)
		return resp_page(rs, "transfer-check", check_view(rq, &o, &p));
	rs->page = "transfer";
	rs->view = view_new(rq);
	if (!rq->wants_json && enter_view(rq, rs->view) != OK)
		rs->page = NULL;
	return e;
}

static enum err
booked_answer(struct req *rq, struct resp *rs, const struct order *o)
{
	char id[SECRET_ID_TEXT];
	struct transfer t;
	enum err e;

	if (o->booked == NULL &&
	    (e = transfer_get(rq->db, rq->pool, rq->who.customer, o->id,
			      &t)) != OK)
		return e;
	return resp_see(rq, rs, 201,
			view_transfer(rq, o->booked != NULL ? o->booked : &t),
			"/transfers/%s?fresh=1", secret_id_text(id, o->id));
}

/* Booked: the receipt. Waiting: the code's page. The same for an answer given
 * again; when the code is long forgotten, what became of the payment. */
static enum err
order_answer(struct req *rq, struct resp *rs, const struct order *o)
{
	char id[SECRET_ID_TEXT];
	struct challenge c;
	struct payment p;
	enum err e;

	rs->replayed = o->replayed;
	if (o->result == IDEM_TRANSFER)
		return booked_answer(rq, rs, o);
	if ((e = payment_get(rq->db, rq->pool, o->id, &p)) == OK)
		e = challenge_get(rq->db, rq->pool, p.challenge, &c);
	if (e == ERR_MISSING)
		e = booked_answer(rq, rs, o);
	else if (e == OK)
		return resp_see(rq, rs, 202, view_challenge(rq, &c, &p),
				"/verify-otp?challenge_id=%s",
				secret_id_text(id, c.id));
	return e == ERR_MISSING ? ERR_EXPIRED : e;
}

enum err
transfer_post(struct req *rq, struct resp *rs)
{
	struct order o;
	enum err e = order_try(rq, &o, NULL);

	if (e != OK)
		return e;
	front_draft_done(rq);
	return order_answer(rq, rs, &o);
}
