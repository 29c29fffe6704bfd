/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* faults.c: every act of the bank with each of its statements failing in
 * turn: it says so, and nothing of it is left. */
#include <string.h>

#include "bank/account.h"
#include "bank/branch.h"
#include "bank/customer.h"
#include "bank/message.h"
#include "bank/number.h"
#include "bank/product.h"
#include "bank/signin.h"
#include "bank/transfer.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static enum err
pay(struct bank *b, struct pool *pool, void *arg)
{
	struct order o = *(struct order *)arg;

	o.pool = pool;
	return payment_order(b->db, &o);
}

/* A code given, in the session that ordered. */
struct given {
	struct order order;
	const uint8_t *challenge;
	const char *code;
	struct confirm last;
};

static enum err
confirm(struct bank *b, struct pool *pool, void *arg)
{
	struct given *g = arg;

	g->last = (struct confirm){.pool = pool, .id = g->challenge,
				   .code = g->code, .who = &deal_actor,
				   .session = g->order.session};
	return confirm_code(b->db, &g->last);
}

static enum err
resend(struct bank *b, struct pool *pool, void *arg)
{
	struct given *g = arg;
	struct resend r = {.pool = pool, .id = g->challenge, .channel = "",
			   .session = g->order.session};

	return confirm_resend(b->db, &r);
}

static struct given
waiting(struct bank *b)
{
	struct given g;

	bank_tamper(b, "UPDATE account SET used_amount = 0, used_count = 0");
	g.order = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
			     money_of(500, "EUR"));
	deal_give(b, &g.order);
	g.challenge = deal_challenge(b, &g.order);
	g.code = bank_code(b);
	return g;
}

static void
test_pay(struct bank *b)
{
	struct order own = deal_order(b, ANNA_CURRENT, ANNA_SAVINGS,
				      money_of(100, "EUR"));
	struct order other = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
					money_of(100, "EUR"));
	struct order many = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				       money_of(50001, "EUR"));

	ok(fault_loop(b, "a transfer", pay, &own, OK) > 12,
	   "which takes many statements");
	fault_loop(b, "the same key again", pay, &own, OK);
	ok(fault_loop(b, "a payment to others", pay, &other, OK) > 12,
	   "which takes many too");
	fault_loop(b, "a refused payment", pay, &many, ERR_LIMIT);
}

static void
test_confirm(struct bank *b)
{
	struct given g = waiting(b);
	const char *right = g.code;
	int i;

	clock_freeze(clock_now() + CLOCK_MINUTE);
	fault_loop(b, "a code sent again", resend, &g, OK);
	g.code = bank_code(b);
	ok(fault_loop(b, "a confirmation", confirm, &g, OK) > 12,
	   "which takes many");
	g = waiting(b);
	right = g.code;
	g.code = deal_wrong(b, right);
	fault_loop(b, "a wrong code", confirm, &g, ERR_OTP);
	is_int(g.last.challenge.tries_left, 4,
	       "which counts once, however often the disk was full");
	for (i = 0; i < 3; i++)
		deal_confirm(b, g.challenge, g.code);
	fault_loop(b, "the fifth wrong code", confirm, &g, ERR_OTP);
	fault_loop(b, "a code that comes too late", confirm, &g, ERR_EXPIRED);
	g = waiting(b);
	bank_tamper(b, "UPDATE account SET status = 'frozen'");
	fault_loop(b, "a confirmation of what cannot be booked", confirm, &g,
		   ERR_CONFLICT);
	bank_tamper(b, "UPDATE account SET status = 'active'");
}

/* Held, waiting and counted, or none of them. */
static bool
is_whole(struct bank *b)
{
	struct deal_row r = deal_look(b, b->anna_current);
	int64_t holds = bank_count(b, "SELECT count(*) AS n FROM hold");
	int64_t waits = bank_count(b, "SELECT count(*) AS n FROM payment "
				      "WHERE state = 'waiting'");

	return holds == waits && r.held == 500 * waits &&
	       r.used_amount == 500 * waits && r.used_count == waits;
}

/* Each payment ends in a commit of its own. */
static void
test_expire(struct bank *b)
{
	bool hit = true, whole = true;
	int n;

	clock_freeze(clock_now() + CLOCK_DAY_MS);
	is_int(payment_expire_due(b->db), OK, "what waits is over");
	waiting(b);
	ok(is_whole(b), "one waits");
	clock_freeze(clock_now() + 60 * CLOCK_MINUTE);
	for (n = 1; hit && whole; n += tap_step(7)) {
		fault_arm(n);
		payment_expire_due(b->db);
		hit = fault_disarm();
		db_rest(b->db);
		whole = is_whole(b);
	}
	ok(whole && n > 10, "an expiry happens as a whole, whatever fails");
	is_int(deal_look(b, b->anna_current).held, 0, "nothing is held then");
}

struct words {
	const char *user_id, *password;
};

static enum err
sign(struct bank *b, struct pool *pool, void *arg)
{
	const struct words *w = arg;
	struct signin s = {.pool = pool, .user_id = w->user_id,
			   .password = w->password, .who = &deal_actor};

	return signin_password(b->db, &s);
}

static enum err
unlock(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return signin_unlock(b->db, "anna", &actor_operator);
}

static void
test_signin(struct bank *b)
{
	struct words right = {"anna", "correct horse"};
	struct words wrong = {"anna", "wrong"}, nobody = {"nobody", "wrong"};
	struct given g = {.code = ""};
	struct challenge c;
	int i;

	fault_loop(b, "a password", sign, &right, OK);
	bank_set(b, "PASSWORD_HASH_PASSES", "2");
	fault_loop(b, "a password hashed anew", sign, &right, OK);
	deal_signin(b, "anna", "correct horse", &c);
	g.challenge = c.id;
	g.code = bank_code(b);
	fault_loop(b, "a sign-in", confirm, &g, OK);
	for (i = 0; i < 4; i++)
		fault_loop(b, "a wrong password", sign, &wrong,
			   ERR_CREDENTIALS);
	fault_loop(b, "the fifth", sign, &wrong, ERR_LOCKED);
	fault_loop(b, "a stranger's", sign, &nobody, ERR_CREDENTIALS);
	fault_loop(b, "an unlocking", unlock, NULL, OK);
}

static enum err
end_one(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return session_end(b->db, b->anna_user, arg, &deal_actor, b->anna);
}

static enum err
end_others(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return session_end_others(b->db, b->anna_user, arg, &deal_actor,
				  b->anna);
}

static enum err
sign_out(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return session_close(b->db, arg, &deal_actor, b->anna);
}

static enum err
touch(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return session_touch(b->db, arg);
}

static enum err
token(struct bank *b, struct pool *pool, void *arg)
{
	char text[SESSION_TOKEN];

	return session_token(b->db, pool, arg, true, text);
}

static void
test_session(struct bank *b)
{
	struct confirm x = deal_browser(b, "anna"), y;
	char anna[] = "anna";

	clock_freeze(clock_now() + 2 * CLOCK_MINUTE);
	fault_loop(b, "a session in use", touch, &x.session_new, OK);
	fault_loop(b, "a session's end", end_one, x.session_new.id, OK);
	fault_loop(b, "its second end", end_one, x.session_new.id,
		   ERR_MISSING);
	x = deal_browser(b, "anna");
	y = deal_browser(b, "anna");
	fault_loop(b, "the end of all others", end_others,
		   y.session_new.token_hash, OK);
	fault_loop(b, "signing out", sign_out, y.session_new.token_hash, OK);
	fault_loop(b, "a token made", token, anna, OK);
}

static enum err
open_work(struct db *db, void *arg)
{
	struct customer c = {
		.code = "C9", .name = "Nina", .birth_date = "", .tax_id = "",
		.mobile = "", .email = "", .branch = "B1", .language = "en"};
	struct branch branch = {.code = "B1", .name = "Main", .region = "",
				.address = "", .hours = "", .services = "",
				.placed = true};
	struct product product = {.code = "P1", .name = "P",
				  .category = "current"};
	struct user u = {.user_id = "nina", .role = "customer",
			 .password = "x"};
	struct account_new a = {.title = "T", .product = "P1",
				.currency = "EUR",
				.overdraft = money_of(0, "EUR")};
	int64_t id;
	enum err e;

	if ((e = branch_add(db, &branch)) != OK ||
	    (e = product_add(db, &product)) != OK ||
	    (e = customer_add(db, &c)) != OK ||
	    (e = number_make(db, arg, &a.number)) != OK)
		return e;
	u.customer = a.customer = c.id;
	if ((e = user_add(db, &u, &actor_operator)) != OK ||
	    (e = account_open(db, &a, &id)) != OK)
		return e;
	return account_own(db, "cards", "EUR", &id);
}

static enum err
open_all(struct bank *b, struct pool *pool, void *arg)
{
	(void)arg;
	return db_write(b->db, open_work, pool);
}

static enum err
take(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return message_take(b->db, b->pool, 1000, arg);
}

static enum err
keep(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return message_keep(b->db, arg, "subject", "text");
}

static void
test_rest(struct bank *b)
{
	struct message m;

	ok(fault_loop(b, "a branch, a product, a person and an account",
		      open_all, NULL, OK) > 10,
	   "opened in one commit");
	fault_loop(b, "a message taken", take, &m, OK);
	fault_loop(b, "a message kept", keep, &m, OK);
}

/* What says that nothing changed sees what changes. */
static void
test_digest(struct bank *b)
{
	uint64_t first = fault_digest(b), but = fault_digest_but(b, " rate ");

	ok(fault_digest(b) == first, "nothing changed");
	bank_tamper(b, "INSERT INTO rate VALUES "
		       "(x'00', 1, 1)");
	ok(fault_digest(b) != first, "a row more is seen");
	ok(fault_digest_but(b, " rate ") == but, "not where nobody looks");
	bank_tamper(b, "DELETE FROM rate");
	ok(fault_digest(b) == first, "without it all is as it was");
	bank_tamper(b, "UPDATE account SET held = held + 1 WHERE number = '"
		       ANNA_CURRENT "'");
	ok(fault_digest_but(b, " rate ") != but, "a cent held is seen");
	bank_tamper(b, "UPDATE account SET held = held - 1 WHERE number = '"
		       ANNA_CURRENT "'; CREATE TABLE more (x)");
	ok(fault_digest(b) != first, "a table more is seen");
	bank_tamper(b, "DROP TABLE more");
	ok(fault_digest(b) == first, "and one less");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_digest(&b);
	test_pay(&b);
	test_confirm(&b);
	test_expire(&b);
	test_signin(&b);
	test_session(&b);
	test_rest(&b);
	bank_close(&b);
	return tap_done();
}
