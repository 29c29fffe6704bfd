/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* totp.c: tests of an authenticator app from the first code to the last. */
#include "bank/totp.h"

#include <string.h>

#include "bank/signin.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/factor.h"
#include "t/tap.h"

static const char *
secret(struct bank *b)
{
	struct totp t = {.secret = ""};

	totp_get(b->db, b->pool, b->anna_user, &t);
	db_rest(b->db);
	return t.secret;
}

static void
test_begin(struct bank *b)
{
	struct factor_owner o = factor_anna(b);
	const char *first, *second;
	struct totp t;

	is_int(totp_get(b->db, b->pool, o.user, &t), ERR_MISSING,
	       "nobody has an app at first");
	db_rest(b->db);
	is_int(totp_remove(b->db, &o), ERR_MISSING, "none is removed");
	is_int(totp_confirm(b->db, &o, "123456"), ERR_MISSING,
	       "and none confirmed");
	is_int(totp_begin(b->db, &o), OK, "one is begun");
	first = secret(b);
	is_int((int)strlen(first), 32, "with a secret of 160 bits");
	is_int(bank_count(b, "SELECT count(*) AS n FROM totp "
			     "WHERE length(secret) > 32"),
	       1, "that is sealed in the database");
	is_int(factor_ask(b, factor_code(b, first, 0)), ERR_OTP,
	       "before it is confirmed its codes open nothing");
	is_int(totp_begin(b->db, &o), OK, "it is begun again");
	second = secret(b);
	ok(strcmp(first, second) != 0, "with another secret");
	is_int(totp_confirm(b->db, &o, factor_code(b, first, 0)), ERR_OTP,
	       "the first one's codes do not confirm it");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), 0,
	       "nobody is told of an app that is not used");
	is_int(totp_confirm(b->db, &o, factor_code(b, second, 0)), OK,
	       "its own do");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'security-changed'"),
	       1, "and the person is told");
	is_int(totp_confirm(b->db, &o, factor_code(b, second, 1)),
	       ERR_MISSING, "once");
	is_int(totp_begin(b->db, &o), ERR_CONFLICT,
	       "an app in use is not replaced unseen");
	is_text(secret(b), second, "and stays");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'totp.add'"),
	       1, "it is on record");
}

static void
test_steps(struct bank *b)
{
	const char *s = secret(b);

	is_int(factor_ask(b, factor_code(b, s, 0)), ERR_OTP,
	       "the code that confirmed the app is used");
	clock_freeze(clock_now() + 10 * CLOCK_MINUTE);
	is_int(factor_ask(b, factor_code(b, s, -2)), ERR_OTP,
	       "a code of a minute ago is over");
	is_int(factor_ask(b, factor_code(b, s, 2)), ERR_OTP,
	       "one of a minute ahead is not yet right");
	is_int(factor_ask(b, factor_code(b, s, -1)), OK,
	       "one of half a minute ago is right");
	is_int(factor_ask(b, factor_code(b, s, -1)), ERR_OTP, "once");
	is_int(factor_ask(b, factor_code(b, s, 0)), OK, "so is the one of now");
	is_int(factor_ask(b, factor_code(b, s, 1)), OK,
	       "and one of half a minute ahead");
	is_int(factor_ask(b, factor_code(b, s, 0)), ERR_OTP,
	       "but none before the last one taken");
	clock_freeze(clock_now() + CLOCK_MINUTE);
	is_int(factor_ask(b, factor_code(b, s, 0)), OK, "the next is right");
}

static struct challenge
sign_in(struct bank *b)
{
	struct challenge c;

	is_int(deal_signin(b, "anna", "correct horse", &c), OK,
	       "the password is right");
	return c;
}

static void
test_signin(struct bank *b)
{
	int64_t sent = bank_count(b, "SELECT count(*) AS n FROM outbox");
	struct challenge c;
	const char *code;

	clock_freeze(clock_now() + CLOCK_MINUTE);
	c = sign_in(b);
	is_text(c.channel, "totp", "then the app is asked");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), sent,
	       "and no message sent");
	code = factor_code(b, secret(b), 0);
	is_int(deal_confirm(b, c.id, deal_wrong(b, code)).verdict, ERR_OTP,
	       "a wrong code is wrong");
	is_int(deal_confirm(b, c.id, code).verdict, OK, "a right one opens");
	c = sign_in(b);
	is_int(deal_confirm(b, c.id, code).verdict, ERR_OTP,
	       "the same one does not open another time");
	is_int(bank_count(b, "SELECT count(*) AS n FROM challenge WHERE "
			     "state = 'open' AND tries_left = 4"),
	       1, "and counts as a wrong try");
}

static void
test_message(struct bank *b)
{
	struct challenge c = sign_in(b);
	struct resend r = {.pool = b->pool, .id = c.id, .channel = "email"};

	is_int(confirm_resend(b->db, &r), OK,
	       "a message can be asked for at once");
	is_text(r.challenge.channel, "email", "by mail");
	r.channel = "sms";
	is_int(confirm_resend(b->db, &r), ERR_RATE, "the next has to wait");
	is_int(deal_confirm(b, c.id, bank_code(b)).verdict, OK,
	       "the message's code is as right as the app's");
	clock_freeze(clock_now() + CLOCK_MINUTE);
	c = sign_in(b);
	r = (struct resend){.pool = b->pool, .id = c.id, .channel = ""};
	is_int(confirm_resend(b->db, &r), OK, "without a choice");
	is_text(r.challenge.channel, "email", "it goes the first way");
	is_int(deal_confirm(b, c.id, factor_code(b, secret(b), 0)).verdict,
	       OK, "and the app's code is right still");
	c = sign_in(b);
	bank_tamper(b, "UPDATE customer SET email = NULL, mobile = NULL "
		       "WHERE code = 'C1'");
	r.id = c.id;
	is_int(confirm_resend(b->db, &r), ERR_INPUT,
	       "who has neither is sent none");
	clock_freeze(clock_now() + CLOCK_MINUTE);
	is_int(deal_confirm(b, c.id, factor_code(b, secret(b), 0)).verdict,
	       OK, "and needs none");
}

static void
test_five(struct bank *b)
{
	struct challenge c = sign_in(b);
	const char *code;
	int i;

	clock_freeze(clock_now() + CLOCK_MINUTE);
	code = factor_code(b, secret(b), 0);
	for (i = 0; i < 4; i++)
		deal_confirm(b, c.id, "ABCDE-FGHJK");
	is_int(deal_confirm(b, c.id, deal_wrong(b, code)).verdict, ERR_OTP,
	       "five wrong codes of any kind");
	is_int(deal_confirm(b, c.id, code).verdict, ERR_EXPIRED,
	       "and the sixth is not looked at, right as it is");
	c = sign_in(b);
	is_int(deal_confirm(b, c.id, code).verdict, OK,
	       "nor used up: it opens the next time");
}

/* A payment's code is bound to amount and payee; an app's is not. */
static void
test_payment(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(100, "EUR"));
	const uint8_t *id;

	clock_freeze(clock_now() + CLOCK_MINUTE);
	is_int(deal_give(b, &o), OK, "a payment waits for its code");
	id = deal_challenge(b, &o);
	is_int(deal_confirm(b, id, factor_code(b, secret(b), 0)).verdict,
	       ERR_OTP, "the app's is not its");
	is_int(deal_confirm(b, id, bank_code(b)).verdict, OK,
	       "the message's is");
}

static void
test_guessing(struct bank *b)
{
	const char *code;
	int i;

	for (i = 0; i < TOTP_WRONG_MAX - 1; i++)
		factor_ask(b, "000000");
	clock_freeze(clock_now() + CLOCK_MINUTE);
	code = factor_code(b, secret(b), 0);
	is_int(factor_ask(b, code), OK, "99 wrong codes, then a right one");
	for (i = 0; i < TOTP_WRONG_MAX; i++)
		factor_ask(b, "000000");
	clock_freeze(clock_now() + CLOCK_MINUTE);
	code = factor_code(b, secret(b), 0);
	is_int(factor_ask(b, code), ERR_OTP,
	       "after a hundred none is taken any more");
	bank_tamper(b, "UPDATE totp SET failures = 0");
	is_int(factor_ask(b, code), OK, "it was that alone");
}

static void
test_remove(struct bank *b)
{
	struct factor_owner o = factor_anna(b);

	is_int(totp_remove(b->db, &o), OK, "the app is removed");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'security-changed'"),
	       2, "and the person told");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'totp.remove'"),
	       1, "on record");
	is_text(sign_in(b).channel, "email", "a message is sent again");
	is_int(totp_begin(b->db, &o), OK, "one is begun");
	is_int(totp_remove(b->db, &o), OK, "and given up");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'security-changed'"),
	       2, "of which nobody need hear");
}

static void
test_broken(struct bank *b)
{
	void *sealed;
	size_t len;
	char *hex;

	bank_tamper(b, "UPDATE totp SET secret = (SELECT name FROM customer "
		       "WHERE code = 'C1')");
	is_int(factor_ask(b, "123456"), ERR_INTERNAL,
	       "a secret moved here from elsewhere is not believed");
	sealed = secret_seal(b->pool, "totp.secret", b->anna_user, "JBSWY3DP",
			     &len);
	hex = pool_alloc(b->pool, 2 * len + 1);
	bank_tamper(b, pool_printf(b->pool, "UPDATE totp SET secret = x'%s'",
				   secret_hex(hex, sealed, len)));
	is_int(factor_ask(b, factor_code(b, "JBSWY3DP", 0)), ERR_OTP,
	       "nor does a secret of another length open anything");
}

static void
test_uri(struct bank *b)
{
	is_text(totp_uri(b->pool, "user@x", "JBSWY3DP"),
		"otpauth://totp/Test%20Bank:user%40x?secret=JBSWY3DP&issuer="
		"Test%20Bank&algorithm=SHA1&digits=6&period=30",
		"an app reads bank, user id and secret");
	bank_set(b, "BANK_NAME", "B\xc3\xa4nk & Co");
	ok(strstr(totp_uri(b->pool, "a.b-c_d~e", "A"), ":a.b-c_d~e?") != NULL,
	   "with what a user id may have");
	is_text(totp_uri(b->pool, "a", "A"),
		"otpauth://totp/B%C3%A4nk%20%26%20Co:a?secret=A&issuer="
		"B%C3%A4nk%20%26%20Co&algorithm=SHA1&digits=6&period=30",
		"whatever the bank is called");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_begin(&b);
	test_steps(&b);
	test_signin(&b);
	test_five(&b);
	test_payment(&b);
	test_guessing(&b);
	test_remove(&b);
	factor_app(&b);
	test_message(&b);
	test_broken(&b);
	test_uri(&b);
	bank_close(&b);
	return tap_done();
}
