/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* intake.c: tests of what strangers ask for, and of what the bank makes of it
 * when nobody looks. */
#include "bank/intake.h"

#include <string.h>

#include "bank/customer.h"
#include "bank/password.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static int64_t cleo, dora;

static enum err
people_work(struct db *db, void *arg)
{
	struct customer c = {
		.code = "C0003", .name = "Cleo Baptiste", .branch = "",
		.birth_date = "1988-02-29", .tax_id = "TX-88 1",
		.mobile = "+4917000000003", .email = "cleo@bank.example",
		.language = "de"};
	enum err e = customer_add(db, &c);

	(void)arg;
	cleo = c.id;
	c.code = "C0004";
	c.name = "Dora Baptiste";
	c.tax_id = "TX-88 2";
	if (e == OK)
		e = customer_add(db, &c);
	dora = c.id;
	return e;
}

static struct intake
question(struct bank *b, const char *purpose)
{
	return (struct intake){
		.pool = b->pool, .who = &deal_actor, .purpose = purpose,
		.customer_id = "", .tax_id = "", .birth_date = "",
		.user_id = "", .mobile = "", .email = "", .password = ""};
}

static struct intake
registration(struct bank *b, const char *user_id)
{
	struct intake i = question(b, "register");

	i.customer_id = "c0003";
	i.tax_id = "tx/88.1";
	i.birth_date = "1988-02-29";
	i.user_id = user_id;
	i.password = password_encode(b->pool, "harbour-light-7");
	return i;
}

static struct intake
forgotten(struct bank *b, const char *user_id)
{
	struct intake i = question(b, "reset");

	i.user_id = user_id;
	i.tax_id = "C1";
	i.birth_date = "1990-05-17";
	return i;
}

/* Asks, and has the bank look. What was sent then, by its template; "" for
 * nothing. */
static const char *
ask(struct bank *b, struct intake *i)
{
	const char *name = "";
	struct stmt *q;

	bank_tamper(b, "DELETE FROM outbox");
	is_int(intake_ask(b->db, i), OK, "what is asked is written down");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), 0,
	       "and nothing else");
	is_text(i->challenge.sent_to, "···", "nobody is told where it goes");
	is_int(intake_run_due(b->db), OK, "the bank looks");
	is_int(bank_count(b, "SELECT count(*) AS n FROM challenge "
			     "WHERE state = 'asked'"),
	       0, "and has seen it then");
	q = db_sql(b->db, "SELECT template FROM outbox");
	if (db_row(q))
		name = pool_strdup(b->pool, db_text(q, "template"));
	db_done(q);
	db_rest(b->db);
	return name;
}

static struct confirm
give(struct bank *b, const struct intake *i, const char *code)
{
	struct confirm x = {.pool = b->pool, .id = i->challenge.id,
			    .code = code, .who = &deal_actor};

	x.verdict = confirm_code(b->db, &x);
	db_rest(b->db);
	return x;
}

static void
nobody(struct bank *b, struct intake i, const char *what)
{
	is_text(ask(b, &i), "", "%s: nothing is sent", what);
	is_int(give(b, &i, "000000").verdict, ERR_OTP,
	       "and a code is only wrong");
}

static void
test_identity(struct bank *b)
{
	struct intake i = registration(b, "cleo");

	i.customer_id = "C9999";
	nobody(b, i, "a customer id that nobody has");
	i = registration(b, "cleo");
	i.tax_id = "TX-88 2";
	nobody(b, i, "another one's tax id");
	i = registration(b, "cleo");
	i.birth_date = "1988-02-28";
	nobody(b, i, "another day of birth");
	bank_tamper(b, "UPDATE customer SET status = 'closed' "
		       "WHERE code = 'C0003'");
	nobody(b, registration(b, "cleo"), "who has left the bank");
	bank_tamper(b, "UPDATE customer SET status = 'active'");
}

static void
test_register(struct bank *b)
{
	struct intake i = registration(b, "cleo"), twice = i, late;
	struct challenge c;
	struct confirm x;
	const char *code;
	int k;

	is_text(ask(b, &twice), "code-register", "who fits is sent a code");
	code = bank_code(b);
	is_text(ask(b, &i), "code-register", "and another");
	for (k = 0; k < 4; k++)
		is_int(give(b, &i, deal_wrong(b, bank_code(b))).verdict,
		       ERR_OTP, "a wrong one makes nobody");
	x = give(b, &i, bank_code(b));
	is_int(x.verdict, OK, "the right one does");
	is_text(x.user_id, "cleo", "under the name they wished for");
	is_int(give(b, &i, bank_code(b)).verdict, ERR_EXPIRED, "once");
	is_int(give(b, &twice, code).verdict, ERR_CONFLICT,
	       "a second user the customer does not get");
	is_int(bank_count(b, "SELECT count(*) AS n FROM bank_user"), 3,
	       "so there is one");
	is_int(deal_signin(b, "cleo", "harbour-light-7", &c), OK,
	       "who signs in with the password they chose");
	late = registration(b, "cleopatra");
	is_text(ask(b, &late), "has-user-id",
	       "who is registered already is told so in the message alone");
	is_int(give(b, &late, "000000").verdict, ERR_OTP, "and has no code");
}

/* Between the code and its use somebody else may be faster. */
static void
test_taken(struct bank *b)
{
	struct intake i;

	bank_tamper(b, "DELETE FROM challenge; DELETE FROM bank_user "
		       "WHERE user_id = 'cleo'");
	i = registration(b, "anna");
	is_text(ask(b, &i), "code-register",
		"a taken user id is no matter for strangers");
	is_int(give(b, &i, bank_code(b)).verdict, ERR_CONFLICT,
	       "the right code finds it taken");
	i = registration(b, "");
	ask(b, &i);
	ok(user_id_fault(give(b, &i, bank_code(b)).user_id) == NULL,
	   "the bank can choose one itself");
	bank_tamper(b, "DELETE FROM challenge; DELETE FROM bank_user "
		       "WHERE user_id LIKE 'u%'");
}

static void
test_mobile(struct bank *b)
{
	struct intake i = registration(b, "cleo");

	bank_set(b, "RESTRICT_SAME_MOBILE_NO_AT_SIGNUP", "yes");
	is_text(ask(b, &i), "same-mobile",
		"who shares a number is told why it does not work");
	is_int(give(b, &i, "000000").verdict, ERR_OTP, "and has no code");
	bank_tamper(b, "UPDATE customer SET mobile_index = NULL "
		       "WHERE code = 'C0004'");
	is_text(ask(b, &i), "code-register", "a number of one's own works");
	bank_set(b, "RESTRICT_SAME_MOBILE_NO_AT_SIGNUP", "no");
	bank_tamper(b, "UPDATE customer SET mobile_index = (SELECT "
		       "mobile_index FROM customer WHERE code = 'C0003') "
		       "WHERE code = 'C0004'");
}

static void
test_reset(struct bank *b)
{
	struct intake i = forgotten(b, "anna");
	struct confirm x;

	is_text(ask(b, &i), "code-reset", "who forgot the password gets a code");
	x = give(b, &i, bank_code(b));
	is_int(x.verdict, OK, "which lets them");
	is_int((int)strlen(x.token), 43, "by a token");
	ok(x.expires_at > clock_now(), "for a while");
	nobody(b, forgotten(b, "nobody"), "a user id that nobody has");
	i = forgotten(b, "anna");
	i.birth_date = "1990-05-18";
	nobody(b, i, "another day of birth");
	i = forgotten(b, "anna");
	i.customer_id = "C2";
	nobody(b, i, "another one's customer id");
	i = forgotten(b, "anna");
	i.customer_id = "C1";
	i.tax_id = i.birth_date = "";
	is_text(ask(b, &i), "code-reset", "what is not given need not fit");
	bank_arrange(b, "UPDATE bank_user SET role = 'teller', customer = NULL "
		       "WHERE user_id = 'ben'");
	i = forgotten(b, "ben");
	nobody(b, i, "staff without an account");
	bank_arrange(b, "UPDATE bank_user SET role = 'customer', customer = 2 "
		       "WHERE user_id = 'ben'");
	bank_tamper(b, "UPDATE bank_user SET role = 'admin' "
		       "WHERE user_id = 'anna'");
	i = forgotten(b, "anna");
	nobody(b, i, "somebody whose row was changed by another");
	bank_tamper(b, "UPDATE bank_user SET role = 'customer' "
		       "WHERE user_id = 'anna'");
}

/* Anna and Ben have one mailbox; Cleo and Dora one telephone. */
static void
test_user_id(struct bank *b)
{
	struct intake i = question(b, "user_id");
	struct confirm x;

	i.email = "Someone@bank.example";
	i.birth_date = "1990-05-17";
	i.tax_id = "C2";
	is_text(ask(b, &i), "code-user_id", "who forgot the user id");
	x = give(b, &i, bank_code(b));
	is_int(x.verdict, OK, "is told it");
	is_text(x.user_id, "ben", "the right one of those in one mailbox");
	i = question(b, "user_id");
	i.mobile = "+49 170 0000-0001";
	i.birth_date = "1990-05-17";
	is_text(ask(b, &i), "code-user_id", "by telephone, too");
	is_text(give(b, &i, bank_code(b)).user_id, "anna", "and it is hers");
	i.mobile = "+4917000000003";
	i.birth_date = "1988-02-29";
	nobody(b, i, "who has none");
	i.mobile = "+49170";
	nobody(b, i, "a number that nobody has");
}

static enum err
again(struct bank *b, const struct intake *i, struct challenge *c)
{
	struct resend r = {.pool = b->pool, .id = i->challenge.id,
			   .channel = ""};
	enum err e = confirm_resend(b->db, &r);

	*c = r.challenge;
	db_rest(b->db);
	return e;
}

/* Asking again is the same for everybody as well. */
static void
test_again(struct bank *b)
{
	struct intake known = forgotten(b, "anna"),
		      unknown = forgotten(b, "nobody");
	int64_t now = clock_now();
	struct challenge c, d;
	const char *first;
	int k;

	ask(b, &unknown);
	ask(b, &known);
	first = bank_code(b);
	give(b, &known, deal_wrong(b, first));
	give(b, &unknown, "000000");
	is_int(again(b, &known, &c), ERR_RATE, "asking again has to wait");
	is_int(again(b, &unknown, &d), ERR_RATE, "whoever asks");
	for (k = 1; k <= 3; k++) {
		clock_freeze(now + k * 30 * CLOCK_SECOND);
		is_int(again(b, &known, &c), OK, "then it is asked again");
		is_int(again(b, &unknown, &d), OK, "whoever asks");
		ok(strcmp(c.sent_to, d.sent_to) == 0 &&
			   strcmp(c.channel, d.channel) == 0 &&
			   strcmp(c.state, d.state) == 0 &&
			   c.expires_at == d.expires_at &&
			   c.tries_left == d.tries_left &&
			   c.resends_left == d.resends_left,
		   "and nothing tells one from the other");
	}
	clock_freeze(now + 200 * CLOCK_SECOND);
	is_int(again(b, &known, &c), ERR_RATE, "a fourth time it is not");
	is_int(again(b, &unknown, &d), ERR_RATE, "whoever asks");
	is_int(give(b, &known, first).verdict, ERR_OTP,
	       "the first code is right no more");
	is_int(intake_run_due(b->db), OK, "the bank looks");
	is_int(give(b, &known, bank_code(b)).verdict, OK,
	       "and the new one is");
	clock_freeze(now);
}

/* What cannot be answered must not stand in the way of the others. */
static void
test_stuck(struct bank *b)
{
	struct intake old = forgotten(b, "anna"), broken = old, good = old;
	int64_t now = clock_now();

	intake_ask(b->db, &old);
	clock_freeze(now + 6 * CLOCK_MINUTE);
	intake_ask(b->db, &broken);
	bank_tamper(b, "UPDATE challenge SET data = x'00' WHERE state = "
		       "'asked' AND sent_at = (SELECT max(sent_at) FROM "
		       "challenge)");
	clock_freeze(now + 6 * CLOCK_MINUTE + 1);
	is_text(ask(b, &good), "code-reset", "the one behind them is sent");
	is_int(give(b, &good, bank_code(b)).verdict, OK, "its code");
	is_int(give(b, &old, "000000").verdict, ERR_EXPIRED,
	       "what was too late is over");
	clock_freeze(now);
}

static void
test_many(struct bank *b)
{
	struct intake i = question(b, "reset");
	int k;

	i.user_id = "nobody-at-all";
	for (k = 0; k <= INTAKE_RUN; k++)
		intake_ask(b->db, &i);
	is_int(intake_run_due(b->db), OK, "of many the bank looks at some");
	is_int(bank_count(b, "SELECT count(*) AS n FROM challenge "
			     "WHERE state = 'asked'"),
	       1, "and leaves the rest for the next time");
	is_int(intake_run_due(b->db), OK, "which comes");
	is_int(intake_run_due(b->db), OK, "and then there is nothing to do");
}

static void
test_often(struct bank *b)
{
	struct intake i = forgotten(b, "anna"), last;
	int64_t now = clock_now();
	struct challenge c;
	int k;

	bank_tamper(b, "DELETE FROM challenge");
	for (k = 0; k < INTAKE_HOURLY; k++)
		is_text(ask(b, &i), "code-reset", "five times an hour");
	last = i;
	nobody(b, i, "a sixth time");
	clock_freeze(now + 30 * CLOCK_SECOND);
	is_int(again(b, &last, &c), OK, "the fifth can be asked again");
	is_int(intake_run_due(b->db), OK, "and is looked at");
	is_int(give(b, &last, bank_code(b)).verdict, OK, "it has a code");
	clock_freeze(now + 70 * CLOCK_MINUTE);
	is_text(ask(b, &i), "code-reset", "an hour later all is well");
	clock_freeze(now);
}

static void
test_unreachable(struct bank *b)
{
	struct intake i = registration(b, "cleo");

	bank_tamper(b, "UPDATE customer SET email = NULL, mobile = NULL "
		       "WHERE code = 'C0003'");
	is_text(ask(b, &i), "", "who cannot be reached gets no code");
}

static enum err
faulty_ask(struct bank *b, struct pool *pool, void *arg)
{
	struct intake i = *(struct intake *)arg;

	i.pool = pool;
	return intake_ask(b->db, &i);
}

/* Every statement fails once, until one after the answer does. */
static void
faulty_run(struct bank *b, const char *what)
{
	uint64_t before = fault_digest(b);
	enum err e = ERR_BUSY;
	bool same = true;
	int n;

	for (n = 1; same && e != OK && n < 100; n++) {
		fault_arm(n);
		e = intake_run_due(b->db);
		fault_disarm();
		same = e == OK || fault_digest(b) == before;
	}
	ok(same && n > 3, "%s: a failing look leaves nothing behind", what);
	is_int(e, OK, "%s: without a fault it ends as it should", what);
}

static enum err
faulty_give(struct bank *b, struct pool *pool, void *arg)
{
	struct confirm x = *(struct confirm *)arg;

	x.pool = pool;
	return confirm_code(b->db, &x);
}

static void
test_faults(struct bank *b)
{
	struct intake i[] = {registration(b, "cleo"), forgotten(b, "anna"),
			     question(b, "user_id")};
	struct confirm x = {.who = &deal_actor};
	size_t k;

	i[2].mobile = "+4917000000001";
	bank_set(b, "RESTRICT_SAME_MOBILE_NO_AT_SIGNUP", "yes");
	bank_tamper(b, "DELETE FROM challenge; UPDATE customer SET "
		       "mobile_index = NULL WHERE code = 'C0004'");
	fault_loop(b, "asking", faulty_ask, &i[0], OK);
	faulty_run(b, "looking");
	for (k = 0; k < sizeof i / sizeof *i; k++) {
		intake_ask(b->db, &i[k]);
		faulty_run(b, i[k].purpose);
		x.id = i[k].challenge.id;
		x.code = bank_code(b);
		fault_loop(b, i[k].purpose, faulty_give, &x, OK);
	}
	i[0].user_id = "again";
	intake_ask(b->db, &i[0]);
	faulty_run(b, "registered already");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	is_int(db_write(b.db, people_work, NULL), OK, "two more customers");
	test_identity(&b);
	test_mobile(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_register(&b);
	test_taken(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_reset(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_user_id(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_again(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_stuck(&b);
	test_many(&b);
	test_often(&b);
	test_faults(&b);
	bank_tamper(&b, "DELETE FROM challenge; DELETE FROM bank_user WHERE "
			"user_id = 'cleo'");
	test_unreachable(&b);
	bank_close(&b);
	return tap_done();
}
