/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* idem.c: the only reader and writer of idempotency. */
#include "bank/idem.h"

#include <string.h>

#include "lib/clock.h"

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
		"WHERE bank_user = :bank_user AND key = :key");
	bool same = true;
	enum err e;

	i->result = IDEM_NONE;
	db_put_int(q, "bank_user", i->user);
	db_put_text(q, "key", i->key);
	if (db_row(q))
		same = idem_read(q, i);
	e = db_done(q);
	return e == OK && !same ? ERR_KEY_REUSED : e;
}

enum err
idem_keep(struct db *db, const struct idem *i)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO idempotency (bank_user, key, request, result, "
		"subject, created_at) VALUES (:bank_user, :key, :request, "
		":result, :subject, :created_at)");

	db_put_int(q, "bank_user", i->user);
	db_put_text(q, "key", i->key);
	db_put_blob(q, "request", i->request, SECRET_HASH);
	db_put_text(q, "result",
		    i->result == IDEM_TRANSFER ? "transfer" : "payment");
	db_put_blob(q, "subject", i->subject, SECRET_ID);
	db_put_int(q, "created_at", clock_now());
	return db_done(q);
}
