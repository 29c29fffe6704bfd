/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* recovery.c: tests of codes on paper: each opens once. */
#include "bank/recovery.h"

#include <ctype.h>
#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/factor.h"
#include "t/tap.h"

typedef char codes[RECOVERY_CODES][RECOVERY_TEXT];

static void
make(struct bank *b, codes made)
{
	struct factor_owner o = factor_anna(b);

	is_int(recovery_make(b->db, &o, made), OK, "codes are made");
}

static int64_t
left(struct bank *b)
{
	int64_t n = -1;

	recovery_left(b->db, b->anna_user, &n);
	db_rest(b->db);
	return n;
}

static void
test_make(struct bank *b)
{
	codes made, again;
	int i, k, alike = 0, shaped = 0;

	is_int(left(b), 0, "nobody has any at first");
	make(b, made);
	is_int(left(b), 10, "there are ten");
	for (i = 0; i < RECOVERY_CODES; i++) {
		shaped += strlen(made[i]) == 11 && made[i][5] == '-' &&
			  strspn(made[i], "-23456789ABCDEFGHJKMNPQRSTUVWXYZ") ==
				  11;
		for (k = 0; k < i; k++)
			alike += strcmp(made[i], made[k]) == 0;
	}
	is_int(shaped, 10, "each of ten letters in two groups");
	is_int(alike, 0, "and each another");
	is_int(bank_count(b, "SELECT count(*) AS n FROM recovery_code WHERE "
			     "length(code_hash) = 32"),
	       10, "of which only hashes are kept");
	make(b, again);
	is_int(left(b), 10, "new ones take the place of the old");
	is_int(factor_ask(b, made[0]), ERR_OTP, "which open nothing more");
	is_int(factor_ask(b, again[0]), OK, "as the new ones do");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'security-changed'"),
	       3, "the person hears of each");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act IN ('recovery.make', 'recovery.use')"),
	       3, "and it is on record");
}

static void
test_use(struct bank *b)
{
	char lower[RECOVERY_TEXT];
	codes made;
	int i;

	make(b, made);
	is_int(factor_ask(b, made[3]), OK, "a code opens");
	is_int(factor_ask(b, made[3]), ERR_OTP, "once");
	is_int(left(b), 9, "nine are left");
	for (i = 0; i < RECOVERY_TEXT; i++)
		lower[i] = (char)tolower((unsigned char)made[4][i]);
	is_int(factor_ask(b, lower), OK, "in small letters too");
	is_int(factor_ask(b, pool_printf(b->pool, "%.5s%s", made[5],
					 made[5] + 6)),
	       OK, "and without its dash");
	is_int(factor_ask(b, pool_printf(b->pool, " %.5s %s", made[2],
					 made[2] + 6)),
	       OK, "or with blanks");
	is_int(factor_ask(b, pool_printf(b->pool, "%sA", made[6])), ERR_OTP,
	       "but with no letter more");
	is_int(factor_ask(b, pool_strndup(b->pool, made[6], 10)), ERR_OTP,
	       "and with none less");
	is_int(factor_ask(b, ""), ERR_OTP, "none is none");
	is_int(left(b), 6, "six are left");
	bank_tamper(b, "UPDATE recovery_code SET bank_user = "
		       "(SELECT id FROM bank_user WHERE user_id = 'ben')");
	bank_tamper(b, "UPDATE recovery_code SET bank_user = "
		       "(SELECT id FROM bank_user WHERE user_id = 'anna') "
		       "WHERE used_at IS NOT NULL");
	is_int(factor_ask(b, made[7]), ERR_OTP, "another's open nothing");
}

static void
test_signin(struct bank *b)
{
	struct challenge c;
	codes made;

	make(b, made);
	is_int(deal_signin(b, "anna", "correct horse", &c), OK,
	       "who has only such codes");
	is_text(c.channel, "email", "is sent a message all the same");
	is_int(deal_confirm(b, c.id, made[0]).verdict, OK,
	       "and may use one instead");
	deal_signin(b, "anna", "correct horse", &c);
	is_int(deal_confirm(b, c.id, made[0]).verdict, ERR_OTP,
	       "the next time it is used");
	is_int(deal_confirm(b, c.id, made[1]).verdict, OK,
	       "another one is not");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_make(&b);
	test_use(&b);
	test_signin(&b);
	bank_close(&b);
	return tap_done();
}
