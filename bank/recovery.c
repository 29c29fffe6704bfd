/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* recovery.c: the only reader and writer of recovery_code. */
#include "bank/recovery.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bank/notice.h"
#include "lib/clock.h"

enum { LETTERS = 10, GROUP = 5 };

/* None that is taken for another: no 0 and O, no 1, I and L. */
static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/* A random letter, each as likely as any other. */
static char
letter(void)
{
	enum { COUNT = sizeof alphabet - 1, FAIR = 256 / COUNT * COUNT };
	uint8_t n;

	do
		secret_random(&n, 1);
	while (n >= FAIR);
	return alphabet[n % COUNT];
}

static void
code_make(char code[RECOVERY_TEXT])
{
	int i;

	for (i = 0; i < RECOVERY_TEXT - 1; i++)
		code[i] = i == GROUP ? '-' : letter();
	code[i] = '\0';
}

/* The letters of a code as typed; false if there are too few or too many. */
static bool
code_plain(const char *text, char plain[LETTERS])
{
	int n = 0;

	for (; *text != '\0'; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		if (n == LETTERS)
			return false;
		plain[n++] = (char)toupper((unsigned char)*text);
	}
	return n == LETTERS;
}

/* A code is worth nothing without whose it is. */
static void
code_hash(int64_t user, const char plain[LETTERS], uint8_t hash[SECRET_HASH])
{
	char text[64];
	int len = snprintf(text, sizeof text, "recovery %lld %.*s",
			   (long long)user, LETTERS, plain);

	secret_mac(hash, SECRET_CODE, text, (size_t)len);
}

struct making {
	const struct factor_owner *owner;
	char (*codes)[RECOVERY_TEXT];
};

static enum err
codes_forget(struct db *db, int64_t user)
{
	struct stmt *q = db_sql(db, "DELETE FROM recovery_code "
				    "WHERE bank_user = :bank_user");

	db_put_int(q, "bank_user", user);
	return db_done(q);
}

static enum err
code_write(struct db *db, int64_t user, const char *code)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO recovery_code (bank_user, code_hash, made_at) "
		"VALUES (:bank_user, :code_hash, :made_at)");
	uint8_t hash[SECRET_HASH];
	char plain[LETTERS];

	code_plain(code, plain);
	code_hash(user, plain, hash);
	db_put_int(q, "bank_user", user);
	db_put_blob(q, "code_hash", hash, sizeof hash);
	db_put_int(q, "made_at", clock_now());
	return db_done(q);
}

static enum err
make_work(struct db *db, void *arg)
{
	const struct making *m = arg;
	const struct factor_owner *o = m->owner;
	enum err e;
	int i;

	if ((e = codes_forget(db, o->user)) != OK)
		return e;
	for (i = 0; i < RECOVERY_CODES; i++) {
		code_make(m->codes[i]);
		if ((e = code_write(db, o->user, m->codes[i])) != OK)
			return e;
	}
	e = audit_add(db, o->customer, o->who, "recovery.make", "");
	if (e != OK)
		return e;
	return notice_send(db, o->pool, o->customer, "recovery_made", o->who);
}

enum err
recovery_make(struct db *db, const struct factor_owner *o,
	      char codes[RECOVERY_CODES][RECOVERY_TEXT])
{
	struct making m = {o, codes};

	return db_write(db, make_work, &m);
}

enum err
recovery_left(struct db *db, int64_t user, int64_t *left)
{
	struct stmt *q = db_sql(db,
		"SELECT count(*) AS n FROM recovery_code "
		"WHERE bank_user = :bank_user AND used_at IS NULL");

	db_put_int(q, "bank_user", user);
	*left = db_row(q) ? db_int(q, "n") : 0;
	return db_done(q);
}

static enum err
use_write(struct db *db, int64_t user, const char plain[LETTERS], bool *used)
{
	struct stmt *q = db_sql(db,
		"UPDATE recovery_code SET used_at = :now WHERE "
		"bank_user = :bank_user AND code_hash = :code_hash AND "
		"used_at IS NULL");
	uint8_t hash[SECRET_HASH];
	enum err e;

	code_hash(user, plain, hash);
	db_put_int(q, "now", clock_now());
	db_put_int(q, "bank_user", user);
	db_put_blob(q, "code_hash", hash, sizeof hash);
	e = db_done(q);
	*used = e == OK && db_changes(db) == 1;
	return e;
}

enum err
recovery_try(struct db *db, const struct factor_owner *o, const char *code,
	     bool *right)
{
	char plain[LETTERS];
	enum err e;

	*right = false;
	if (!code_plain(code, plain))
		return OK;
	e = use_write(db, o->user, plain, right);
	if (e != OK || !*right)
		return e;
	e = audit_add(db, o->customer, o->who, "recovery.use", "");
	if (e != OK)
		return e;
	return notice_send(db, o->pool, o->customer, "recovery_used", o->who);
}
