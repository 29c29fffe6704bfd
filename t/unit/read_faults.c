/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* read_faults.c: every look into the bank with each of its statements failing
 * in turn: it says so, and shows nothing made up. */
#include <string.h>

#include "bank/account.h"
#include "bank/branch.h"
#include "bank/customer.h"
#include "bank/history.h"
#include "bank/housekeeping.h"
#include "bank/message.h"
#include "bank/payment.h"
#include "bank/product.h"
#include "bank/promise.h"
#include "bank/schema.h"
#include "bank/session.h"
#include "bank/transfer.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static struct order booked, waiting;
static char token[SESSION_TOKEN];

static enum err
see_accounts(struct bank *b, struct pool *pool, void *arg)
{
	struct account *list;

	(void)arg;
	return account_list(b->db, pool, b->anna, &list);
}

static enum err
see_account(struct bank *b, struct pool *pool, void *arg)
{
	struct account *a;

	return account_get(b->db, pool, b->anna, arg, &a);
}

static enum err
see_payee(struct bank *b, struct pool *pool, void *arg)
{
	struct payee p;

	return account_payee(b->db, pool, arg, &p);
}

static enum err
see_transfer(struct bank *b, struct pool *pool, void *arg)
{
	struct transfer t;

	(void)arg;
	return transfer_get(b->db, pool, b->anna, booked.id, &t);
}

static enum err
see_received(struct bank *b, struct pool *pool, void *arg)
{
	struct transfer t;

	(void)arg;
	return transfer_get(b->db, pool, b->ben, waiting.id, &t);
}

static enum err
see_history(struct bank *b, struct pool *pool, void *arg)
{
	struct history h = {.account = b->anna_current, .currency = "EUR",
			    .from = clock_day(BANK_NOW) - 1,
			    .to = clock_day(BANK_NOW) + 1, .q = "",
			    .limit = 10};

	(void)arg;
	return history_list(b->db, pool, &h);
}

static enum err
see_balances(struct bank *b, struct pool *pool, void *arg)
{
	int64_t balances[3];

	(void)pool;
	(void)arg;
	return history_balances(b->db, b->anna_current, clock_day(BANK_NOW),
				3, balances);
}

static enum err
see_promises(struct bank *b, struct pool *pool, void *arg)
{
	struct promise *list;

	(void)arg;
	return promise_list(b->db, pool, b->anna, &list);
}

static enum err
see_preview(struct bank *b, struct pool *pool, void *arg)
{
	struct order o = *(struct order *)arg;
	struct preview p;

	o.pool = pool;
	return payment_preview(b->db, &o, &p);
}

static enum err
see_session(struct bank *b, struct pool *pool, void *arg)
{
	struct session s;

	return session_find(b->db, pool, arg, &s);
}

static enum err
see_sessions(struct bank *b, struct pool *pool, void *arg)
{
	struct session *list;

	(void)arg;
	return session_list(b->db, pool, b->anna_user, &list);
}

static enum err
see_challenge(struct bank *b, struct pool *pool, void *arg)
{
	struct challenge c;

	return challenge_get(b->db, pool, arg, &c);
}

static enum err
see_customer(struct bank *b, struct pool *pool, void *arg)
{
	struct customer c;
	int64_t id;
	enum err e;

	if ((e = customer_find(b->db, arg, &id)) != OK)
		return e;
	return customer_get(b->db, pool, id, &c);
}

static enum err
see_user(struct bank *b, struct pool *pool, void *arg)
{
	struct user u;
	const char *name;
	enum err e;

	if ((e = user_find(b->db, pool, arg, &u)) != OK)
		return e;
	return user_name(b->db, pool, u.id, &name);
}

static enum err
see_products(struct bank *b, struct pool *pool, void *arg)
{
	struct product p, *list;
	struct branch branch, *branches;
	const struct place here = {0, 0};
	enum err e;

	if ((e = product_get(b->db, pool, arg, &p)) != OK ||
	    (e = product_list(b->db, pool, &list)) != OK ||
	    (e = branch_near(b->db, pool, here, &branches)) != OK)
		return e;
	return branch_get(b->db, pool, arg, &branch);
}

static enum err
see_inbox(struct bank *b, struct pool *pool, void *arg)
{
	struct kept *list;

	return message_inbox(b->db, pool, arg, 5, &list);
}

static enum err
see_version(struct bank *b, struct pool *pool, void *arg)
{
	int version;

	(void)pool;
	(void)arg;
	return schema_version(b->db, &version);
}

static enum err
see_fault(struct bank *b, struct pool *pool, void *arg)
{
	const char *fault = schema_fault(b->db, pool);
	int n;

	(void)arg;
	if (fault == NULL)
		fault = schema_guards(b->db, pool, &n);
	return fault == NULL ? OK : ERR_INTERNAL;
}

static enum err
forget(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return housekeeping(b->db);
}

int
main(void)
{
	static char anna[] = ANNA_CURRENT, ben[] = BEN_CURRENT, all[] = "";
	static char user[] = "anna", code[] = "C1", product[] = "SAVE";
	struct bank b;
	const uint8_t *id;

	bank_open(&b);
	booked = deal_order(&b, ANNA_CURRENT, ANNA_SAVINGS,
			    money_of(1, "EUR"));
	deal_give(&b, &booked);
	waiting = deal_order(&b, ANNA_CURRENT, BEN_CURRENT,
			     money_of(1, "EUR"));
	deal_give(&b, &waiting);
	id = deal_challenge(&b, &waiting);
	session_token(b.db, b.pool, "anna", false, token);
	fault_loop(&b, "promises", see_promises, NULL, OK);
	fault_loop(&b, "a challenge", see_challenge,
		   (void *)(uintptr_t)id, OK);
	deal_confirm(&b, id, bank_code(&b));
	fault_loop(&b, "the accounts", see_accounts, NULL, OK);
	fault_loop(&b, "an account", see_account, anna, OK);
	fault_loop(&b, "no account", see_account, ben, ERR_MISSING);
	fault_loop(&b, "a payee", see_payee, ben, OK);
	fault_loop(&b, "a receipt", see_transfer, NULL, OK);
	fault_loop(&b, "a receipt of what came", see_received, NULL, OK);
	fault_loop(&b, "a history", see_history, NULL, OK);
	fault_loop(&b, "balances by day", see_balances, NULL, OK);
	fault_loop(&b, "the page before", see_preview, &waiting, OK);
	fault_loop(&b, "a session", see_session, token, OK);
	fault_loop(&b, "sessions", see_sessions, NULL, OK);
	fault_loop(&b, "a person", see_customer, code, OK);
	fault_loop(&b, "a user id", see_user, user, OK);
	fault_loop(&b, "products", see_products, product, ERR_MISSING);
	fault_loop(&b, "the inbox", see_inbox, all, OK);
	fault_loop(&b, "the tables' version", see_version, NULL, OK);
	fault_loop(&b, "the tables' triggers", see_fault, NULL, OK);
	fault_loop(&b, "housekeeping with nothing to do", forget, NULL, OK);
	bank_close(&b);
	return tap_done();
}
