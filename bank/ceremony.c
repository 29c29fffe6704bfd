/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ceremony.c: the only reader and writer of ceremony. */
#include "bank/ceremony.h"

#include <string.h>

#include "lib/clock.h"

/* What is over need not be told from what never was. */
static enum err
ceremony_sweep(struct db *db)
{
	struct stmt *q = db_sql(db, "DELETE FROM ceremony "
				    "WHERE expires_at <= :now");

	db_put_int(q, "now", clock_now());
	return db_done(q);
}

static enum err
ceremony_count(struct db *db, const struct ceremony *c, int64_t *own,
	       int64_t *all)
{
	struct stmt *q = db_sql(db,
		"SELECT count(*) AS n FROM ceremony WHERE kind = :kind AND "
		"address = :address AND coalesce(bank_user, 0) = :user");
	enum err e;

	*own = *all = 0;
	db_put_text(q, "kind", c->kind);
	db_put_text(q, "address", c->address);
	db_put_int(q, "user", c->user);
	if (db_row(q))
		*own = db_int(q, "n");
	if ((e = db_done(q)) != OK || c->user != 0)
		return e;
	q = db_sql(db, "SELECT count(*) AS n FROM ceremony "
		       "WHERE kind = :kind");
	db_put_text(q, "kind", c->kind);
	if (db_row(q))
		*all = db_int(q, "n");
	return db_done(q);
}

static enum err
ceremony_write(struct db *db, const struct ceremony *c)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO ceremony (id, kind, bank_user, session, subject, "
		"nonce, challenge, address, expires_at, state) VALUES (:id, "
		":kind, nullif(:bank_user, 0), :session, :subject, :nonce, "
		":challenge, :address, :expires_at, 'open')");

	db_put_blob(q, "id", c->id, SECRET_ID);
	db_put_text(q, "kind", c->kind);
	db_put_int(q, "bank_user", c->user);
	db_put_blob(q, "session", c->session, SECRET_HASH);
	db_put_blob(q, "subject", c->subject, SECRET_ID);
	db_put_blob(q, "nonce", c->nonce, SECRET_HASH);
	db_put_blob(q, "challenge", c->challenge, SECRET_HASH);
	db_put_text(q, "address", c->address);
	db_put_int(q, "expires_at", c->expires_at);
	return db_done(q);
}

/* Refused, whoever holds networks enough would keep everybody else out. */
static enum err
oldest_drop(struct db *db, const char *kind, int64_t rows)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM ceremony WHERE id IN (SELECT id FROM ceremony "
		"WHERE kind = :kind ORDER BY expires_at, id "
		"LIMIT max(0, :rows))");

	db_put_text(q, "kind", kind);
	db_put_int(q, "rows", rows);
	return db_done(q);
}

static enum err
open_work(struct db *db, void *arg)
{
	struct ceremony *c = arg;
	int64_t all;
	enum err e;

	if ((e = ceremony_sweep(db)) != OK ||
	    (e = ceremony_count(db, c, &c->open, &all)) != OK)
		return e;
	if (c->open >= CEREMONY_OF_ONE)
		return ERR_RATE;
	e = oldest_drop(db, c->kind, all + 1 - CEREMONY_OF_STRANGERS);
	if (e != OK)
		return e;
	c->open++;
	return ceremony_write(db, c);
}

enum err
ceremony_open(struct db *db, struct ceremony *c)
{
	secret_id(c->id);
	c->expires_at = clock_now() + CEREMONY_MINUTES * CLOCK_MINUTE;
	if (strcmp(c->kind, "pay") != 0) {
		secret_random(c->nonce, sizeof c->nonce);
		memcpy(c->challenge, c->nonce, sizeof c->challenge);
	}
	return db_write(db, open_work, c);
}

static const char *
ceremony_fault(struct stmt *q, const char *kind, const uint8_t *session)
{
	uint8_t asked[SECRET_HASH];

	if (strcmp(db_text(q, "kind"), kind) != 0)
		return "a question of another kind";
	if (!db_null(q, "session")) {
		db_copy(q, "session", asked, sizeof asked);
		if (session == NULL ||
		    !secret_equal(asked, session, sizeof asked))
			return "another session's question";
	}
	if (strcmp(db_text(q, "state"), "open") != 0)
		return "answered before";
	return clock_now() < db_int(q, "expires_at") ? NULL : "too late";
}

static enum err
ceremony_use(struct db *db, const uint8_t id[SECRET_ID])
{
	struct stmt *q = db_sql(db, "UPDATE ceremony SET state = 'used' "
				    "WHERE id = :id");

	db_put_blob(q, "id", id, SECRET_ID);
	return db_done(q);
}

enum err
ceremony_take(struct db *db, const char *kind, const uint8_t id[SECRET_ID],
	      const uint8_t *session, struct ceremony *c, const char **why)
{
	struct stmt *q = db_sql(db,
		"SELECT kind, bank_user, session, subject, nonce, challenge, "
		"expires_at, state FROM ceremony WHERE id = :id");
	enum err e;

	memset(c, 0, sizeof *c);
	*why = "no such question";
	db_put_blob(q, "id", id, SECRET_ID);
	if (db_row(q)) {
		*why = ceremony_fault(q, kind, session);
		c->user = db_int(q, "bank_user");
		db_copy(q, "subject", c->subject, SECRET_ID);
		db_copy(q, "nonce", c->nonce, SECRET_HASH);
		db_copy(q, "challenge", c->challenge, SECRET_HASH);
	}
	if ((e = db_done(q)) != OK || *why != NULL)
		return e;
	return ceremony_use(db, id);
}

enum err
ceremony_end_all(struct db *db)
{
	return db_done(db_sql(db, "DELETE FROM ceremony"));
}
