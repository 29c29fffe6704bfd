/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* factor.c: an authenticator app for tests. */
#include "t/lib/factor.h"

#include "bank/totp.h"
#include "lib/clock.h"
#include "lib/secret_otp.h"
#include "t/lib/deal.h"

struct factor_owner
factor_anna(struct bank *b)
{
	return (struct factor_owner){b->pool, b->anna_user, b->anna,
				     &deal_actor};
}

const char *
factor_code(struct bank *b, const char *secret, int steps)
{
	char *code = pool_alloc(b->pool, SECRET_OTP_DIGITS + 1);
	uint8_t key[64];
	struct secret_otp o = {
		SECRET_HMAC_SHA1, key,
		(size_t)secret_unbase32(key, sizeof key, secret), 6};

	return secret_hotp(code, &o,
			   (uint64_t)(secret_totp_step(clock_now()) + steps));
}

const char *
factor_app(struct bank *b)
{
	struct factor_owner o = factor_anna(b);
	struct totp t = {.secret = ""};

	totp_begin(b->db, &o);
	totp_get(b->db, b->pool, o.user, &t);
	db_rest(b->db);
	totp_confirm(b->db, &o, factor_code(b, t.secret, -1));
	return t.secret;
}

struct asked {
	const struct factor_owner *owner;
	const char *code;
	bool right;
};

static enum err
ask_work(struct db *db, void *arg)
{
	struct asked *a = arg;

	return factor_try(db, a->owner, a->code, &a->right);
}

enum err
factor_ask(struct bank *b, const char *code)
{
	struct factor_owner o = factor_anna(b);
	struct asked a = {&o, code, false};
	enum err e = db_write(b->db, ask_work, &a);

	return e != OK ? e : a.right ? OK : ERR_OTP;
}
