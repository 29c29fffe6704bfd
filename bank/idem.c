/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* idem.c: the only reader and writer of idempotency. */
#include "bank/idem.h"

#include <string.h>

#include "bank/chain.h"
#include "lib/clock.h"

/* Whose key it is and the key, told apart from every other. */
static void
key_hash_put(struct stmt *q, const struct idem *i)
{
	struct chain c;
	uint8_t hash[SECRET_HASH];

	chain_begin(&c, "clicknet key 1");
	chain_int(&c, i->user);
	chain_text(&c, i->key);
	chain_end(&c, hash);
	db_put_blob(q, "key_hash", hash, sizeof hash);
}

static bool
idem_read(struct stmt *q, struct idem *i)
{
	uint8_t request[SECRET_HASH];

	db_copy(q, "subject", i->subject, SECRET_ID);
	db_copy(q, "request", request, sizeof request);
	i->result = strcmp(db_text(q, "result"), "transfer") == 0
			    ? IDEM_TRANSFER
			    : IDEM_PAYMENT;
	return i->request == NULL ||
	       memcmp(i->request, request, sizeof request) == 0;
}

enum err
idem_find(struct db *db, struct idem *i)
{
	struct stmt *q = db_sql(db,
		"SELECT request, result, subject FROM idempotency "
		"WHERE key_hash = :key_hash");
	bool same = true;
	enum err e;

	i->result = IDEM_NONE;
	key_hash_put(q, i);
	if (db_row(q))
		same = idem_read(q, i);
	e = db_done(q);
	return e == OK && !same ? ERR_KEY_REUSED : e;
}

static enum err
keep(struct db *db, const struct idem *i, int64_t created_at)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO idempotency (key_hash, request, result, subject, "
		"created_at) VALUES (:key_hash, :request, :result, :subject, "
		":created_at)");

	key_hash_put(q, i);
	db_put_blob(q, "request", i->request, SECRET_HASH);
	db_put_text(q, "result",
		    i->result == IDEM_TRANSFER ? "transfer" : "payment");
	db_put_blob(q, "subject", i->subject, SECRET_ID);
	db_put_int(q, "created_at", created_at);
	return db_done(q);
}

enum err
idem_keep(struct db *db, const struct idem *i)
{
	return keep(db, i, clock_now());
}

enum err
idem_hash_all(struct db *db)
{
	struct stmt *q = db_sql(db,
		"SELECT bank_user, key, request, result, subject, created_at "
		"FROM idempotency_before");
	uint8_t request[SECRET_HASH];
	struct idem i;
	enum err e = OK, done;

	while (e == OK && db_row(q)) {
		i = (struct idem){.user = db_int(q, "bank_user"),
				  .key = db_text(q, "key")};
		idem_read(q, &i);
		db_copy(q, "request", request, sizeof request);
		i.request = request;
		e = keep(db, &i, db_int(q, "created_at"));
	}
	done = db_done(q);
	if (e != OK || done != OK)
		return e != OK ? e : done;
	return db_script(db, "DROP TABLE idempotency_before");
}
