/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* totp.c: the only reader and writer of totp. */
#include "bank/totp.h"

#include <ctype.h>
#include <string.h>

#include "bank/notice.h"
#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/secret_otp.h"
#include "lib/settings.h"

enum { KEY = 20, KEY_TEXT = 33 }; /* 160 bits, as RFC 4226 would have it */

/* What is asked of the one row; used by all that work on it. */
struct asking {
	const struct factor_owner *owner;
	const char *code;
};

struct row {
	struct totp t;
	int64_t last_step;
};

static enum err
row_get(struct db *db, struct pool *pool, int64_t user, struct row *r)
{
	struct stmt *q = db_sql(db,
		"SELECT secret, made_at, confirmed_at, last_step, failures "
		"FROM totp WHERE bank_user = :bank_user");
	enum err e = ERR_MISSING, done;

	db_put_int(q, "bank_user", user);
	if (db_row(q)) {
		r->t.made_at = db_int(q, "made_at");
		r->t.confirmed_at = db_int(q, "confirmed_at");
		r->t.failures = db_int(q, "failures");
		r->last_step = db_int(q, "last_step");
		e = seal_get(q, pool, "secret", "totp.secret", user,
			     &r->t.secret);
	}
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
totp_get(struct db *db, struct pool *pool, int64_t user, struct totp *out)
{
	struct row r;
	enum err e = row_get(db, pool, user, &r);

	if (e == OK)
		*out = r.t;
	return e;
}

static enum err
begin_work(struct db *db, void *arg)
{
	const struct factor_owner *o = arg;
	uint8_t key[KEY];
	char text[KEY_TEXT];
	struct stmt *q;
	enum err e;

	secret_random(key, sizeof key);
	q = db_sql(db,
		"INSERT INTO totp (bank_user, secret, made_at) VALUES "
		"(:bank_user, :secret, :made_at) ON CONFLICT (bank_user) "
		"DO UPDATE SET secret = :secret, made_at = :made_at "
		"WHERE totp.confirmed_at IS NULL");
	db_put_int(q, "bank_user", o->user);
	seal_put(q, o->pool, "secret", "totp.secret", o->user,
		 secret_base32(text, key, sizeof key));
	db_put_int(q, "made_at", clock_now());
	if ((e = db_done(q)) != OK)
		return e;
	if (db_changes(db) == 0)
		return ERR_CONFLICT;
	return audit_add(db, o->customer, o->who, "totp.begin", "");
}

enum err
totp_begin(struct db *db, const struct factor_owner *o)
{
	return db_write(db, begin_work, (void *)(uintptr_t)o);
}

static bool
code_fits(const struct row *r, const char *code, int64_t *step)
{
	uint8_t key[KEY];
	long len = secret_unbase32(key, sizeof key, r->t.secret);
	struct secret_otp o = {SECRET_HMAC_SHA1, key, (size_t)len,
			       TOTP_DIGITS};

	return len == KEY &&
	       secret_totp_fits(&o, code, clock_now(), r->last_step, step);
}

static enum err
right_write(struct db *db, int64_t user, int64_t step)
{
	struct stmt *q = db_sql(db,
		"UPDATE totp SET last_step = :last_step, failures = 0, "
		"confirmed_at = coalesce(confirmed_at, :now) "
		"WHERE bank_user = :bank_user");

	db_put_int(q, "last_step", step);
	db_put_int(q, "now", clock_now());
	db_put_int(q, "bank_user", user);
	return db_done(q);
}

static enum err
wrong_write(struct db *db, int64_t user)
{
	struct stmt *q = db_sql(db, "UPDATE totp SET failures = failures + 1 "
				    "WHERE bank_user = :bank_user");

	db_put_int(q, "bank_user", user);
	return db_done(q);
}

static enum err
confirm_work(struct db *db, void *arg)
{
	const struct asking *a = arg;
	const struct factor_owner *o = a->owner;
	struct row r;
	int64_t step;
	enum err e;

	if ((e = row_get(db, o->pool, o->user, &r)) != OK)
		return e;
	if (r.t.confirmed_at != 0)
		return ERR_MISSING;
	if (!code_fits(&r, a->code, &step))
		return ERR_OTP;
	if ((e = right_write(db, o->user, step)) != OK ||
	    (e = audit_add(db, o->customer, o->who, "totp.add", "")) != OK)
		return e;
	return notice_send(db, o->pool, o->customer, "totp_added", o->who);
}

enum err
totp_confirm(struct db *db, const struct factor_owner *o, const char *code)
{
	struct asking a = {o, code};

	return db_write(db, confirm_work, &a);
}

static enum err
remove_work(struct db *db, void *arg)
{
	const struct factor_owner *o = arg;
	struct stmt *q = db_sql(db, "DELETE FROM totp WHERE bank_user = "
				    ":bank_user RETURNING confirmed_at");
	bool found, used;
	enum err e;

	db_put_int(q, "bank_user", o->user);
	found = db_row(q);
	used = found && !db_null(q, "confirmed_at");
	if ((e = db_done(q)) != OK)
		return e;
	if (!found)
		return ERR_MISSING;
	e = audit_add(db, o->customer, o->who, "totp.remove", "");
	if (e != OK || !used)
		return e;
	return notice_send(db, o->pool, o->customer, "totp_removed", o->who);
}

enum err
totp_remove(struct db *db, const struct factor_owner *o)
{
	return db_write(db, remove_work, (void *)(uintptr_t)o);
}

enum err
totp_usable(struct db *db, int64_t user, bool *usable)
{
	struct stmt *q = db_sql(db,
		"SELECT 1 AS one FROM totp WHERE bank_user = :bank_user AND "
		"confirmed_at IS NOT NULL AND failures < :wrong_max");

	db_put_int(q, "bank_user", user);
	db_put_int(q, "wrong_max", TOTP_WRONG_MAX);
	*usable = db_row(q);
	return db_done(q);
}

enum err
totp_try(struct db *db, const struct factor_owner *o, const char *code,
	 bool *right)
{
	bool usable;
	struct row r;
	int64_t step;
	enum err e;

	*right = false;
	if ((e = totp_usable(db, o->user, &usable)) != OK || !usable)
		return e;
	if ((e = row_get(db, o->pool, o->user, &r)) != OK)
		return e;
	*right = code_fits(&r, code, &step);
	return *right ? right_write(db, o->user, step)
		      : wrong_write(db, o->user);
}

/* What stands in a part of a URI. */
static void
put_part(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++)
		if (isascii((unsigned char)*text) &&
		    (isalnum((unsigned char)*text) ||
		     strchr("-._~", *text) != NULL))
			buf_putc(b, *text);
		else
			buf_printf(b, "%%%02X", (unsigned char)*text);
}

const char *
totp_uri(struct pool *pool, const char *user_id, const char *secret)
{
	struct buf b = {.pool = pool};

	buf_puts(&b, "otpauth://totp/");
	put_part(&b, settings()->BANK_NAME);
	buf_putc(&b, ':');
	put_part(&b, user_id);
	buf_printf(&b, "?secret=%s&issuer=", secret);
	put_part(&b, settings()->BANK_NAME);
	buf_printf(&b, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS,
		   SECRET_OTP_STEP_S);
	return b.data;
}
