/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lost.c: tests of what the emergency code ends, and how it is undone. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bank/emergency.h"
#include "bank/outgoing.h"
#include "bank/password.h"
#include "bank/session.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static const char *
code_new(struct bank *b)
{
	char *code = pool_alloc(b->pool, EMERGENCY_CODE);

	is_int(emergency_make(b->db, b->anna_user, b->anna, &deal_actor, code),
	       OK, "a code is made");
	return code;
}

static enum err
use(struct bank *b, const char *code)
{
	enum err e = emergency_use(b->db, b->pool, code, &deal_actor);

	db_rest(b->db);
	return e;
}

/* As somebody copies it from paper. */
static const char *
sloppy(struct bank *b, const char *code)
{
	char *text = pool_printf(b->pool, "  %s ", code), *c;

	for (c = text; *c != '\0'; c++)
		*c = *c == '-'	 ? ' '
		     : *c == '0' ? 'o'
		     : *c == '1' ? (c[1] == '-' ? 'I' : 'l')
				 : (char)tolower((unsigned char)*c);
	return text;
}

static void
test_code(struct bank *b)
{
	const char *old = code_new(b), *code = code_new(b);
	struct emergency m;
	uint64_t before;
	char *wrong;

	ok(strlen(code) == 24 && code[4] == '-' && code[19] == '-' &&
		   strcmp(code, old) != 0,
	   "in groups of four, never the same");
	is_int(bank_count(b, "SELECT count(*) AS n FROM emergency WHERE "
			     "length(code_hash) = 32"),
	       1, "only a hash of it is kept");
	is_int(emergency_get(b->db, b->anna_user, &m), OK, "it is known");
	ok(m.made && !m.used && m.made_at == clock_now(), "that there is one");
	emergency_get(b->db, b->ben_user, &m);
	ok(!m.made, "Ben has none");
	db_rest(b->db);
	before = fault_digest(b);
	is_int(use(b, old), ERR_OTP, "the one before is good no more");
	wrong = pool_strdup(b->pool, code);
	wrong[23] = wrong[23] == 'A' ? 'B' : 'A';
	is_int(use(b, wrong), ERR_OTP, "nor is one with a wrong letter");
	wrong[23] = '\0';
	is_int(use(b, wrong), ERR_OTP, "nor one that is too short");
	is_int(use(b, pool_printf(b->pool, "%s0", code)), ERR_OTP,
	       "nor one too long");
	is_int(use(b, "UUUU-UUUU-UUUU-UUUU-UUUU"), ERR_OTP,
	       "nor letters no code has");
	is_int(use(b, "O0OO-IL11-llll-ooii-0101"), ERR_OTP,
	       "nor one nobody has");
	is_int(use(b, ""), ERR_OTP, "nor nothing");
	ok(fault_digest(b) == before, "and none of them changes anything");
}

static enum err
pay(struct bank *b, const char *to, struct order *o)
{
	*o = deal_order(b, ANNA_CURRENT, to, money_of(100, "EUR"));
	return deal_give(b, o);
}

static void
test_lost(struct bank *b)
{
	const char *code = code_new(b), *token = bank_token(b, "anna");
	const char *bens = bank_token(b, "ben"), *payment_code;
	struct confirm browser = deal_browser(b, "anna"), x;
	struct challenge open;
	struct session s;
	struct order o;
	bool stopped;

	is_int(pay(b, BEN_CURRENT, &o), OK, "a payment waits");
	payment_code = bank_code(b);
	is_int(deal_look(b, b->anna_current).held, 100, "for its code");
	deal_signin(b, "anna", "correct horse", &open);
	is_int(use(b, sloppy(b, code)), OK,
	       "the code ends everything, however it is typed");
	is_int(session_find(b->db, b->pool, browser.token, &s), ERR_LOGIN,
	       "the browser is signed out");
	is_int(session_find(b->db, b->pool, token, &s), ERR_LOGIN,
	       "so is the program");
	is_int(session_find(b->db, b->pool, bens, &s), OK, "Ben is not");
	db_rest(b->db);
	is_int(deal_look(b, b->anna_current).held, 0, "nothing is held");
	is_int(deal_look(b, b->anna_current).used_amount, 0,
	       "nor counted against the day's limit");
	x = deal_confirm(b, deal_challenge(b, &o), payment_code);
	is_int(x.verdict, ERR_EXPIRED, "the payment's code books nothing");
	x = deal_confirm(b, open.id, bank_code(b));
	is_int(x.verdict, ERR_EXPIRED, "a code on its way lets nobody in");
	is_int(outgoing_stopped(b->db, b->anna, &stopped), OK, "it is known");
	ok(stopped, "that her payments are stopped");
	outgoing_stopped(b->db, b->ben, &stopped);
	ok(!stopped, "and that Ben's are not");
	db_rest(b->db);
	is_int(pay(b, BEN_CURRENT, &o), ERR_CONFLICT, "a new one is refused");
	is_text(o.why, OUTGOING_STOPPED, "with the reason");
	is_int(pay(b, ANNA_SAVINGS, &o), OK,
	       "between her own accounts money still moves");
	is_int(use(b, code), ERR_OTP, "the code is used up");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'lost-phone' AND channel = 'email'"),
	       1, "she is told, and not by the lost phone");
	is_int(bank_count(b, "SELECT count(*) AS n FROM event WHERE "
			     "type = 'session.ended' AND customer = 1 AND "
			     "data LIKE '%lost_phone%'"),
	       2, "open pages can be, of each session by itself");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'emergency.used' AND actor = 'customer'"),
	       1, "and it is on record");
}

static enum err
allow_work(struct db *db, void *arg)
{
	return password_allow(db, arg);
}

/* Whoever has the phone may have used its code already. */
static void
test_reset(struct bank *b)
{
	struct confirm x = {.pool = b->pool, .who = &deal_actor,
			    .challenge.user = b->anna_user,
			    .challenge.customer = b->anna}, bens = x;
	struct password_reset r = {.pool = b->pool, .who = &deal_actor,
				   .token = x.token,
				   .password_new = "battery staple"};

	bens.challenge.user = b->ben_user;
	bens.challenge.customer = b->ben;
	db_write(b->db, allow_work, &x);
	db_write(b->db, allow_work, &bens);
	is_int(use(b, code_new(b)), OK, "the code ends also");
	is_int(password_reset(b->db, &r), ERR_EXPIRED,
	       "the right to set a new password");
	r.token = bens.token;
	is_int(password_reset(b->db, &r), OK, "but not that of another");
}

static void
test_release(struct bank *b)
{
	struct order o;

	is_int(outgoing_release(b->db, "nobody", &actor_operator),
	       ERR_MISSING, "nobody is released");
	is_int(outgoing_release(b->db, "ben", &actor_operator), ERR_CONFLICT,
	       "nor who is not stopped");
	is_int(outgoing_release(b->db, " Anna", &actor_operator), OK,
	       "staff release her payments");
	is_int(pay(b, BEN_CURRENT, &o), OK, "then they are taken");
	is_int(deal_confirm(b, deal_challenge(b, &o), bank_code(b)).verdict,
	       OK, "and booked");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'released'"),
	       1, "she is told");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'user.release' AND actor = 'operator'"),
	       1, "it is on record who did it");
}

/* Stopped between ordering and the code: by whatever hand. */
static void
test_confirm(struct bank *b)
{
	struct order o;

	is_int(pay(b, BEN_CURRENT, &o), OK, "a payment waits");
	bank_tamper(b, "UPDATE customer SET outgoing_stopped_at = 1 "
		       "WHERE code = 'C1'");
	is_int(deal_confirm(b, deal_challenge(b, &o), bank_code(b)).verdict,
	       ERR_CONFLICT, "its code books nothing while she is stopped");
	is_int(deal_look(b, b->anna_current).held, 0, "and nothing is held");
	is_int(bank_count(b, "SELECT count(*) AS n FROM payment WHERE "
			     "state = 'refused'"),
	       2, "it is refused");
	outgoing_release(b->db, "anna", &actor_operator);
}

/* Staff have no account to stop. */
static void
test_staff(struct bank *b)
{
	char code[EMERGENCY_CODE];
	struct session s;
	const char *token;

	bank_arrange(b, "INSERT INTO bank_user (id, user_id, role, password, "
		       "created_at, password_set_at) VALUES "
		       "(900, 'tess', 'teller', '', 0, 0)");
	token = bank_token(b, "tess");
	is_int(emergency_make(b->db, 900, 0, &deal_actor, code), OK,
	       "staff have codes too");
	is_int(use(b, code), OK, "which end");
	is_int(session_find(b->db, b->pool, token, &s), ERR_LOGIN,
	       "their sessions");
	db_rest(b->db);
}

static enum err
use_try(struct bank *b, struct pool *pool, void *arg)
{
	enum err e = emergency_use(b->db, pool, arg, &deal_actor);

	db_rest(b->db);
	return e;
}

static enum err
release_try(struct bank *b, struct pool *pool, void *arg)
{
	enum err e = outgoing_release(b->db, "anna", &actor_operator);

	(void)pool;
	(void)arg;
	db_rest(b->db);
	return e;
}

static enum err
make_try(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return emergency_make(b->db, b->anna_user, b->anna, &deal_actor, arg);
}

static void
test_faults(struct bank *b)
{
	char code[EMERGENCY_CODE];
	struct order o;

	fault_loop(b, "making a code", make_try, code, OK);
	pay(b, BEN_CURRENT, &o);
	ok(fault_loop(b, "using it", use_try, code, OK) > 8,
	   "in all its parts");
	fault_loop(b, "releasing", release_try, NULL, OK);
}

/* Twenty an hour from one network, right or wrong. */
static void
test_guessing(struct bank *b)
{
	const char *a = "";
	int i;

	for (i = 0; i < 20; i++)
		a = bank_ask_json(b, &auth_app, "POST /lost-phone", NULL,
				  "{\"code\":\"AAAAA-AAAAA-AAAAA-AAAAA\"}",
				  NULL);
	is_int(answer_status(a), 401, "a wrong code is only wrong");
	a = bank_ask_json(b, &auth_app, "POST /lost-phone", NULL,
			  "{\"code\":\"AAAAA-AAAAA-AAAAA-AAAAA\"}", NULL);
	is_int(answer_status(a), 429, "who tries on must wait");
	ok(atoi(answer_header(b, a, "Retry-After")) > 60, "for a while");
	is_text(answer_header(b, a, "RateLimit"), "\"emergency\";r=0;t=3600",
		"which also programs are told");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_code(&b);
	test_lost(&b);
	test_reset(&b);
	test_release(&b);
	test_confirm(&b);
	test_staff(&b);
	test_faults(&b);
	bank_tamper(&b, "DELETE FROM rate");
	test_guessing(&b);
	bank_close(&b);
	return tap_done();
}
