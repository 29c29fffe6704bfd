/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session_end.c: sessions end, and whoever has a page of one open hears of
 * it: each ending is an event, in the same commit. */
#include <stdio.h>

#include "bank/session.h"

/* Runs a DELETE that returns id and customer of what it ended. */
static enum err
end_told(struct db *db, struct stmt *q, const char *reason, int *count)
{
	char data[160], id_text[SECRET_ID_TEXT];
	uint8_t id[SECRET_ID];
	enum err e = OK, done;

	*count = 0;
	while (e == OK && db_row(q)) {
		db_copy(q, "id", id, SECRET_ID);
		snprintf(data, sizeof data,
			 "{\"session_id\":\"%s\",\"reason\":\"%s\"}",
			 secret_id_text(id_text, id), reason);
		e = event_add(db, "session.ended", db_int(q, "customer"),
			      data);
		++*count;
	}
	done = db_done(q);
	return done != OK ? done : e;
}

struct ending {
	int64_t user, customer;
	const uint8_t *id, *keep;
	const struct actor *who;
};

static enum err
end_work(struct db *db, void *arg)
{
	const struct ending *x = arg;
	struct stmt *q = db_sql(db, "DELETE FROM session WHERE "
				    "bank_user = :bank_user AND id = :id "
				    "RETURNING id, customer");
	enum err e;
	int count;

	db_put_int(q, "bank_user", x->user);
	db_put_blob(q, "id", x->id, SECRET_ID);
	if ((e = end_told(db, q, "ended", &count)) != OK)
		return e;
	if (count == 0)
		return ERR_MISSING;
	return audit_add(db, x->customer, x->who, "session.end", "");
}

enum err
session_end(struct db *db, int64_t user, const uint8_t id[SECRET_ID],
	    const struct actor *who, int64_t customer)
{
	struct ending x = {user, customer, id, NULL, who};

	return db_write(db, end_work, &x);
}

enum err
session_end_user(struct db *db, int64_t user, const uint8_t *keep,
		 const char *reason)
{
	static const uint8_t nobody[SECRET_HASH];
	struct stmt *q = db_sql(db, "DELETE FROM session WHERE "
				    "bank_user = :bank_user AND "
				    "token_hash <> :keep "
				    "RETURNING id, customer");
	int count;

	db_put_int(q, "bank_user", user);
	db_put_blob(q, "keep", keep != NULL ? keep : nobody, SECRET_HASH);
	return end_told(db, q, reason, &count);
}

static enum err
end_others_work(struct db *db, void *arg)
{
	const struct ending *x = arg;
	enum err e;

	if ((e = session_end_user(db, x->user, x->keep, "ended")) != OK)
		return e;
	return audit_add(db, x->customer, x->who,
			 x->keep != NULL ? "session.end_others"
					 : "session.end_all", "");
}

enum err
session_end_others(struct db *db, int64_t user, const uint8_t *keep,
		   const struct actor *who, int64_t customer)
{
	struct ending x = {user, customer, NULL, keep, who};

	return db_write(db, end_others_work, &x);
}

enum err
session_end_person(struct db *db, int64_t user, int64_t customer,
		   const char *reason)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM session WHERE bank_user = :bank_user OR "
		"bank_user IN (SELECT id FROM bank_user "
		"WHERE customer = :customer) RETURNING id, customer");
	int count;

	db_put_int(q, "bank_user", user);
	db_put_int(q, "customer", customer);
	return end_told(db, q, reason, &count);
}

static enum err
close_work(struct db *db, void *arg)
{
	const struct ending *x = arg;
	struct stmt *q = db_sql(db, "DELETE FROM session WHERE "
				    "token_hash = :token_hash "
				    "RETURNING id, customer");
	enum err e;
	int count;

	db_put_blob(q, "token_hash", x->keep, SECRET_HASH);
	if ((e = end_told(db, q, "signed_out", &count)) != OK)
		return e;
	return audit_add(db, x->customer, x->who, "signout", "");
}

enum err
session_close(struct db *db, const uint8_t hash[SECRET_HASH],
	      const struct actor *who, int64_t customer)
{
	struct ending x = {0, customer, NULL, hash, who};

	return db_write(db, close_work, &x);
}

/* Nobody has a page of theirs open: the bank is closed while it is put back. */
enum err
session_end_all(struct db *db)
{
	return db_done(db_sql(db, "DELETE FROM session"));
}
