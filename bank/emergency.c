/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* emergency.c: the only reader and writer of emergency. */
#include "bank/emergency.h"

#include <ctype.h>
#include <string.h>

#include "bank/challenge.h"
#include "bank/notice.h"
#include "bank/outgoing.h"
#include "bank/password.h"
#include "bank/session.h"
#include "lib/clock.h"

enum { LETTERS = 20, GROUP = 4 };

/* No letter that looks like a digit, and none that completes a rude word. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The letters alone, as they are hashed. False: this is no code. */
static bool
code_plain(const char *typed, char plain[LETTERS + 1])
{
	size_t n = 0;
	int c;

	for (; *typed != '\0'; typed++) {
		c = toupper((unsigned char)*typed);
		if (c == ' ' || c == '-')
			continue;
		c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
		if (n == LETTERS || strchr(alphabet, c) == NULL)
			return false;
		plain[n++] = (char)c;
	}
	plain[n] = '\0';
	return n == LETTERS;
}

static void
code_hash(const char plain[LETTERS + 1], uint8_t hash[SECRET_HASH])
{
	char text[10 + LETTERS + 1] = "emergency ";

	memcpy(text + 10, plain, LETTERS);
	secret_mac(hash, SECRET_CODE, text, 10 + LETTERS);
}

static void
code_make(char code[EMERGENCY_CODE], uint8_t hash[SECRET_HASH])
{
	char plain[LETTERS + 1], *at = code;
	uint8_t random[LETTERS];
	int i;

	secret_random(random, sizeof random);
	for (i = 0; i < LETTERS; i++) {
		if (i > 0 && i % GROUP == 0)
			*at++ = '-';
		*at++ = plain[i] = alphabet[random[i] & 31];
	}
	*at = plain[LETTERS] = '\0';
	code_hash(plain, hash);
}

enum err
emergency_get(struct db *db, int64_t user, struct emergency *out)
{
	struct stmt *q = db_sql(db, "SELECT made_at, used_at FROM emergency "
				    "WHERE bank_user = :bank_user");

	*out = (struct emergency){.made = false};
	db_put_int(q, "bank_user", user);
	if (db_row(q))
		*out = (struct emergency){true, !db_null(q, "used_at"),
					  db_int(q, "made_at")};
	return db_done(q);
}

struct making {
	int64_t user, customer;
	const struct actor *who;
	uint8_t hash[SECRET_HASH];
};

static enum err
make_work(struct db *db, void *arg)
{
	const struct making *m = arg;
	struct stmt *q = db_sql(db,
		"INSERT INTO emergency (bank_user, code_hash, made_at) VALUES "
		"(:bank_user, :code_hash, :now) ON CONFLICT (bank_user) DO "
		"UPDATE SET code_hash = excluded.code_hash, "
		"made_at = excluded.made_at, used_at = NULL");
	enum err e;

	db_put_int(q, "bank_user", m->user);
	db_put_blob(q, "code_hash", m->hash, SECRET_HASH);
	db_put_int(q, "now", clock_now());
	if ((e = db_done(q)) != OK)
		return e;
	return audit_add(db, m->customer, m->who, "emergency.new", "");
}

enum err
emergency_make(struct db *db, int64_t user, int64_t customer,
	       const struct actor *who, char code[EMERGENCY_CODE])
{
	struct making m = {user, customer, who, {0}};

	code_make(code, m.hash);
	return db_write(db, make_work, &m);
}

struct using {
	struct pool *pool;
	const struct actor *who;
	uint8_t hash[SECRET_HASH];
	int64_t user, customer;
};

static enum err
use_find(struct db *db, struct using *x)
{
	struct stmt *q = db_sql(db,
		"SELECT u.id, u.customer FROM emergency e "
		"JOIN bank_user u ON u.id = e.bank_user "
		"WHERE e.code_hash = :code_hash AND e.used_at IS NULL");
	bool found;
	enum err e;

	db_put_blob(q, "code_hash", x->hash, SECRET_HASH);
	if ((found = db_row(q))) {
		x->user = db_int(q, "id");
		x->customer = db_int(q, "customer");
	}
	e = db_done(q);
	return e == OK && !found ? ERR_OTP : e;
}

static enum err
use_mark(struct db *db, const struct using *x)
{
	struct stmt *q = db_sql(db, "UPDATE emergency SET used_at = :now "
				    "WHERE bank_user = :bank_user");

	db_put_int(q, "now", clock_now());
	db_put_int(q, "bank_user", x->user);
	return db_done(q);
}

static enum err
use_work(struct db *db, void *arg)
{
	struct using *x = arg;
	struct actor who;
	enum err e;

	if ((e = use_find(db, x)) != OK || (e = use_mark(db, x)) != OK)
		return e;
	who = (struct actor){"customer", x->user, x->who->address,
			     x->who->device};
	if ((e = session_end_person(db, x->user, x->customer,
				    "lost_phone")) != OK ||
	    (e = challenge_end_person(db, x->user, x->customer)) != OK ||
	    (e = password_end_person(db, x->user, x->customer)) != OK ||
	    (e = outgoing_stop(db, x->pool, x->customer)) != OK ||
	    (e = audit_add(db, x->customer, &who, "emergency.used", "")) != OK)
		return e;
	return notice_queue(db, x->pool, x->customer, "lost-phone", "email",
			    &who);
}

/* A wrong code takes no turn at writing from anybody. */
enum err
emergency_use(struct db *db, struct pool *pool, const char *code,
	      const struct actor *who)
{
	struct using x = {.pool = pool, .who = who};
	char plain[LETTERS + 1];
	enum err e;

	if (!code_plain(code, plain))
		return ERR_OTP;
	code_hash(plain, x.hash);
	if ((e = use_find(db, &x)) != OK)
		return e;
	return db_write(db, use_work, &x);
}
