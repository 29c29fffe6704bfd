/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* factor_faults.c: every act on a factor with each of its statements failing
 * in turn, and a code that many give at once. */
#include <pthread.h>
#include <string.h>

#include "bank/signin.h"
#include "bank/step_up.h"
#include "bank/totp.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/factor.h"
#include "t/lib/fault.h"
#include "t/tap.h"

enum { THREADS = 16 };

static struct factor_owner
anna(struct bank *b, struct pool *pool)
{
	struct factor_owner o = factor_anna(b);

	o.pool = pool;
	return o;
}

static enum err
begin(struct bank *b, struct pool *pool, void *arg)
{
	struct factor_owner o = anna(b, pool);

	(void)arg;
	return totp_begin(b->db, &o);
}

static enum err
take(struct bank *b, struct pool *pool, void *code)
{
	struct factor_owner o = anna(b, pool);

	return totp_confirm(b->db, &o, code);
}

static enum err
drop(struct bank *b, struct pool *pool, void *arg)
{
	struct factor_owner o = anna(b, pool);

	(void)arg;
	return totp_remove(b->db, &o);
}

static enum err
make(struct bank *b, struct pool *pool, void *codes)
{
	struct factor_owner o = anna(b, pool);

	return recovery_make(b->db, &o, codes);
}

static enum err
list(struct bank *b, struct pool *pool, void *arg)
{
	struct factors f;

	(void)pool;
	(void)arg;
	return factor_list(b->db, b->anna_user, &f);
}

static enum err
sign_in(struct bank *b, struct pool *pool, void *arg)
{
	struct signin s = {.pool = pool, .user_id = "anna",
			   .password = "correct horse", .who = &deal_actor};

	(void)arg;
	return signin_password(b->db, &s);
}

struct given {
	const uint8_t *id, *session;
	const char *code;
};

static enum err
give(struct bank *b, struct pool *pool, void *arg)
{
	const struct given *g = arg;
	struct confirm x = {.pool = pool, .id = g->id, .code = g->code,
			    .session = g->session, .who = &deal_actor};

	return confirm_code(b->db, &x);
}

static enum err
send(struct bank *b, struct pool *pool, void *arg)
{
	const struct given *g = arg;
	struct resend r = {.pool = pool, .id = g->id, .channel = "email"};

	return confirm_resend(b->db, &r);
}

static enum err
ask_again(struct bank *b, struct pool *pool, void *session)
{
	struct step_up s = {.pool = pool, .user = b->anna_user,
			    .customer = b->anna, .session = session};

	return step_up_begin(b->db, &s);
}

static const char *
secret(struct bank *b)
{
	struct totp t = {.secret = ""};

	totp_get(b->db, b->pool, b->anna_user, &t);
	db_rest(b->db);
	return t.secret;
}

static void
test_acts(struct bank *b)
{
	char codes[RECOVERY_CODES][RECOVERY_TEXT];
	char *code;

	fault_loop(b, "beginning an app", begin, NULL, OK);
	code = pool_strdup(b->pool, factor_code(b, secret(b), 0));
	fault_loop(b, "its first code", take, code, OK);
	fault_loop(b, "beginning another", begin, NULL, ERR_CONFLICT);
	fault_loop(b, "looking what there is", list, NULL, OK);
	fault_loop(b, "making codes for paper", make, codes, OK);
	fault_loop(b, "making them anew", make, codes, OK);
	is_int(bank_count(b, "SELECT count(*) AS n FROM recovery_code"), 10,
	       "ten stand");
	fault_loop(b, "removing the app", drop, NULL, OK);
	fault_loop(b, "removing none", drop, NULL, ERR_MISSING);
}

static void
test_signin(struct bank *b)
{
	char codes[RECOVERY_CODES][RECOVERY_TEXT];
	struct factor_owner o = factor_anna(b);
	const char *s = factor_app(b);
	struct challenge c;
	struct given g = {.id = c.id};

	recovery_make(b->db, &o, codes);
	clock_freeze(clock_now() + CLOCK_MINUTE);
	fault_loop(b, "signing in with an app", sign_in, NULL, OK);
	deal_signin(b, "anna", "correct horse", &c);
	g.code = "000000";
	fault_loop(b, "a wrong code", give, &g, ERR_OTP);
	g.code = factor_code(b, s, 0);
	fault_loop(b, "the app's code", give, &g, OK);
	deal_signin(b, "anna", "correct horse", &c);
	fault_loop(b, "the same one again", give, &g, ERR_OTP);
	fault_loop(b, "a message instead", send, &g, OK);
	g.code = codes[0];
	fault_loop(b, "a code from paper", give, &g, OK);
	is_int(bank_count(b, "SELECT count(*) AS n FROM recovery_code "
			     "WHERE used_at IS NOT NULL"),
	       1, "which is used once");
}

static void
test_step_up(struct bank *b)
{
	struct confirm in = deal_browser(b, "anna");
	struct step_up s = {.pool = b->pool, .user = b->anna_user,
			    .customer = b->anna,
			    .session = in.session_new.token_hash};
	struct given g = {s.challenge.id, s.session, NULL};

	fault_loop(b, "asking again", ask_again,
		   in.session_new.token_hash, OK);
	step_up_begin(b->db, &s);
	g.code = bank_code(b);
	fault_loop(b, "the code of a step-up", give, &g, OK);
}

struct giver {
	pthread_t thread;
	struct bank *bank;
	struct challenge c;
	const char *code;
	enum err e;
};

static void *
give_one(void *arg)
{
	struct giver *g = arg;
	struct db *db = db_new(g->bank->store);
	struct confirm x = {.pool = pool_new(), .id = g->c.id,
			    .code = g->code, .who = &deal_actor};

	g->e = confirm_code(db, &x);
	pool_free(x.pool);
	db_free(db);
	return NULL;
}

/* Each has the password and saw the same code. */
static void
test_at_once(struct bank *b, const char *code, const char *what)
{
	struct giver g[THREADS];
	int i, in = 0, wrong = 0;

	for (i = 0; i < THREADS; i++) {
		g[i] = (struct giver){.bank = b, .code = code};
		deal_signin(b, "anna", "correct horse", &g[i].c);
	}
	for (i = 0; i < THREADS; i++)
		pthread_create(&g[i].thread, NULL, give_one, &g[i]);
	for (i = 0; i < THREADS; i++) {
		pthread_join(g[i].thread, NULL);
		in += g[i].e == OK;
		wrong += g[i].e == ERR_OTP;
	}
	is_int(in, 1, "%s, given by many at once, lets one in", what);
	is_int(wrong, THREADS - 1, "and is wrong for all others");
}

int
main(void)
{
	char codes[RECOVERY_CODES][RECOVERY_TEXT];
	struct factor_owner o;
	struct bank b;

	bank_open(&b);
	test_acts(&b);
	test_signin(&b);
	bank_tamper(&b, "DELETE FROM totp");
	test_step_up(&b);
	o = factor_anna(&b);
	recovery_make(b.db, &o, codes);
	factor_app(&b);
	clock_freeze(clock_now() + CLOCK_MINUTE);
	test_at_once(&b, factor_code(&b, secret(&b), 0), "an app's code");
	test_at_once(&b, codes[0], "a code from paper");
	bank_close(&b);
	return tap_done();
}
