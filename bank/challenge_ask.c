/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* challenge_ask.c: what strangers ask for, and what the bank finds when it
 * looks. */
#include "bank/challenge_impl.h"

#include <string.h>

#include "lib/settings.h"

enum err
challenge_ask(struct db *db, struct pool *pool, struct challenge *c)
{
	challenge_begin(c, "asked");
	return challenge_codeless(db, pool, c);
}

enum err
challenge_asked(struct db *db, struct pool *pool, struct challenge *out)
{
	struct stmt *q = db_sql(db, CHALLENGE_SEEN
				"WHERE c.state = 'asked' "
				"ORDER BY c.sent_at LIMIT 1");
	uint8_t hash[SECRET_HASH];
	enum err e = ERR_MISSING, done;

	if (db_row(q))
		e = challenge_read(q, pool, out, hash);
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
challenge_found(struct db *db, struct pool *pool, struct challenge *c,
		char code[CHALLENGE_CODE])
{
	uint8_t hash[SECRET_HASH];
	struct stmt *q = db_sql(db,
		"UPDATE challenge SET bank_user = nullif(:bank_user, 0), "
		"customer = nullif(:customer, 0), data = :data, "
		"code_hash = :code_hash, state = 'open' "
		"WHERE id = :id AND state = 'asked'");

	secret_code(code, (int)settings()->OTP_LENGTH);
	challenge_code(c, code, hash);
	db_put_int(q, "bank_user", c->user);
	db_put_int(q, "customer", c->customer);
	challenge_put_data(q, pool, c);
	db_put_blob(q, "code_hash", hash, sizeof hash);
	db_put_blob(q, "id", c->id, SECRET_ID);
	return db_done(q);
}

enum err
challenge_unknown(struct db *db, struct pool *pool, struct challenge *c)
{
	struct stmt *q = db_sql(db,
		"UPDATE challenge SET bank_user = NULL, "
		"customer = nullif(:customer, 0), data = :data, "
		"state = 'open' WHERE id = :id AND state = 'asked'");

	c->user = 0;
	db_put_int(q, "customer", c->customer);
	challenge_put_data(q, pool, c);
	db_put_blob(q, "id", c->id, SECRET_ID);
	return db_done(q);
}

bool
challenge_strange(const struct challenge *c)
{
	return strcmp(c->purpose, "register") == 0 ||
	       strcmp(c->purpose, "reset") == 0 ||
	       strcmp(c->purpose, "user_id") == 0;
}

enum err
challenge_ask_again(struct db *db, struct challenge *c)
{
	uint8_t hash[SECRET_HASH];
	enum err e;

	if ((e = challenge_resend(c)) != OK)
		return e;
	secret_random(hash, sizeof hash);
	c->state = "asked";
	return challenge_sent(db, c, hash);
}

enum err
challenge_count(struct db *db, const struct challenge *c, int64_t customer,
		int64_t *count)
{
	struct stmt *q = db_sql(db,
		"SELECT count(*) AS asked FROM challenge WHERE id > :edge AND "
		"id <> :id AND customer = :customer AND "
		"purpose IN ('register', 'reset', 'user_id')");

	challenge_put_hour(q);
	db_put_blob(q, "id", c->id, SECRET_ID);
	db_put_int(q, "customer", customer);
	*count = db_row(q) ? db_int(q, "asked") : 0;
	return db_done(q);
}
