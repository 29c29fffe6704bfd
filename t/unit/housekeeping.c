/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* housekeeping.c: tests of what the bank forgets, and what it keeps. */
#include "bank/housekeeping.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/pool.h"
#include "lib/secret.h"
#include "t/tap.h"

enum { MANY = 1234 };

static const int64_t NOW = 1795332600000; /* 2026-11-22T07:30:00Z */
static struct pool *pool;

static enum err
schema_work(struct db *db, void *arg)
{
	struct buf b = {.pool = pool};
	char part[4096];
	size_t n;

	while ((n = fread(part, 1, sizeof part, arg)) > 0)
		buf_put(&b, part, n);
	buf_puts(&b, "INSERT INTO customer (id, code, name, created_at) "
		     "VALUES (1, 'C1', x'00', 0);"
		     "INSERT INTO bank_user (id, user_id, customer, password, "
		     "password_set_at, created_at) VALUES "
		     "(1, 'ada', 1, '', 0, 0);"
		     "INSERT INTO bank_user (id, user_id, customer, password, "
		     "password_set_at, created_at) VALUES "
		     "(2, 'eve', 1, '', 0, 0);");
	return db_script(db, b.data);
}

/* A row of every kind as if written at an instant. */
struct when {
	int64_t at;
	int user;
};

static enum err
session_add(struct db *db, const struct when *w)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO session (token_hash, id, bank_user, role, "
		"user_id, language, kind, device, address, created_at, "
		"last_seen, expires_at) VALUES (:id, :id, :user, 'customer', "
		"'', 'en', 'browser', '', '', :at, :at, :at)");
	uint8_t id[SECRET_ID];

	secret_random(id, sizeof id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "user", w->user);
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
challenge_add(struct db *db, const struct when *w)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO challenge (id, purpose, bank_user, bound, "
		"code_hash, channel, sent_to, sent_at, expires_at, tries_left, "
		"resends_left, state) VALUES (:id, 'login', :user, :id, :id, "
		"'email', '', :at, :at, 5, 3, 'open')");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "user", w->user);
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
ceremony_add(struct db *db, const struct when *w)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO ceremony (id, kind, nonce, challenge, address, "
		"expires_at, state) VALUES (:id, 'login', :id, :id, '', :at, "
		"'open')");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
signin_add(struct db *db, const struct when *w, bool locked)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO signin (user_index, failures, last_at, locked_at) "
		"VALUES (:id, 3, :at, nullif(:locked_at, 0))");
	uint8_t id[SECRET_ID];

	secret_random(id, sizeof id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "at", w->at);
	db_put_int(q, "locked_at", locked ? w->at : 0);
	return db_done(q);
}

/* A row of a table of (key, ..., end). */
static enum err
ended_add(struct stmt *q, const struct when *w)
{
	uint8_t id[SECRET_ID];

	secret_random(id, sizeof id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
rate_add(struct db *db, const struct when *w)
{
	return ended_add(db_sql(db, "INSERT INTO rate (rate_key, count, "
				    "ends_at) VALUES (:id, 1, :at)"), w);
}

static enum err
captcha_add(struct db *db, const struct when *w)
{
	return ended_add(db_sql(db, "INSERT INTO captcha_used (proof, "
				    "expires_at) VALUES (:id, :at)"), w);
}

static enum err
idempotency_add(struct db *db, const struct when *w)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO idempotency (key_hash, request, result, subject, "
		"created_at) VALUES (:key_hash, x'00', 'transfer', x'00', "
		":at)");
	uint8_t hash[SECRET_HASH];

	secret_random(hash, sizeof hash);
	db_put_blob(q, "key_hash", hash, sizeof hash);
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
outbox_add(struct db *db, const struct when *w, const char *state)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO outbox (id, channel, template, language, "
		"recipient, state, due_at, created_at, expires_at) VALUES "
		"(:id, 'email', 'locked', 'en', x'00', :state, :at, :at, :at)");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_text(q, "state", state);
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
inbox_add(struct db *db, const struct when *w)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO inbox (id, channel, recipient, subject, body, "
		"sent_at) VALUES (:id, 'email', x'00', x'00', x'00', :at)");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
report_add(struct db *db, const struct when *w)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO message_report (id, provider_id, status, error, "
		"received_at) VALUES (:id, :sid, 'sent', '', :at)");
	char sid[SECRET_ID_TEXT];
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_text(q, "sid", secret_id_text(sid, id));
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
draft_add(struct db *db, const struct when *w)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO draft (id, bank_user, path, fields, saved_at) "
		"VALUES (:id, :user, :path, x'00', :at)");
	char text[SECRET_ID_TEXT];
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "user", w->user);
	db_put_text(q, "path", secret_id_text(text, id));
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
device_add(struct db *db, void *arg)
{
	const struct when *w = arg;
	struct stmt *q = db_sql(db,
		"INSERT INTO device (token_hash, bank_user, device, first_at, "
		"last_at) VALUES (:id, :user, '', 0, :at)");
	uint8_t id[SECRET_ID];

	secret_random(id, sizeof id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "user", w->user);
	db_put_int(q, "at", w->at);
	return db_done(q);
}

static enum err
one_of_each(struct db *db, void *arg)
{
	const struct when *w = arg;
	enum err e;

	if ((e = session_add(db, w)) != OK ||
	    (e = challenge_add(db, w)) != OK ||
	    (e = ceremony_add(db, w)) != OK ||
	    (e = signin_add(db, w, false)) != OK ||
	    (e = signin_add(db, w, true)) != OK ||
	    (e = rate_add(db, w)) != OK ||
	    (e = captcha_add(db, w)) != OK ||
	    (e = draft_add(db, w)) != OK ||
	    (e = idempotency_add(db, w)) != OK ||
	    (e = outbox_add(db, w, "sent")) != OK ||
	    (e = outbox_add(db, w, "failed")) != OK ||
	    (e = outbox_add(db, w, "queued")) != OK ||
	    (e = report_add(db, w)) != OK)
		return e;
	return inbox_add(db, w);
}

static enum err
many(struct db *db, void *arg)
{
	struct when w = *(struct when *)arg;
	enum err e = OK;
	int i;

	for (i = 0; e == OK && i < MANY; i++) {
		w.user = 1 + i % 2;
		if ((e = session_add(db, &w)) == OK)
			e = idempotency_add(db, &w);
	}
	return e;
}

/* The ids are of the instant too: the clock stands still there. */
static void
write_at(struct db *db, int64_t at, db_work *work)
{
	struct when w = {at, 1};

	clock_freeze(at);
	if (db_write(db, work, &w) != OK)
		printf("# a row was not written: %s\n", db_error(db));
	clock_freeze(NOW);
}

#define COUNT(db, table) \
	count(db_sql(db, "SELECT count(*) AS n FROM " table), db)

static int64_t
count(struct stmt *q, struct db *db)
{
	int64_t n = db_row(q) ? db_int(q, "n") : -1;

	db_done(q);
	db_rest(db);
	return n;
}

static void
ages(struct db *db)
{
	write_at(db, NOW - 401LL * CLOCK_DAY_MS, device_add);
	write_at(db, NOW - 399LL * CLOCK_DAY_MS, device_add);
	write_at(db, NOW - 31LL * CLOCK_DAY_MS, one_of_each);
	write_at(db, NOW - 29LL * CLOCK_DAY_MS, one_of_each);
	write_at(db, NOW - 2LL * CLOCK_DAY_MS, one_of_each);
	write_at(db, NOW - CLOCK_DAY_MS + CLOCK_MINUTE, one_of_each);
	write_at(db, NOW, one_of_each);
	is_int(housekeeping(db), OK, "housekeeping ends well");
	is_int(COUNT(db, "session"), 2, "sessions go a day after their end");
	is_int(COUNT(db, "challenge"), 2, "so do codes");
	is_int(COUNT(db, "ceremony"), 2, "and questions to passkeys");
	is_int(COUNT(db, "draft"), 2, "so do words for a form");
	is_int(COUNT(db, "device"), 1,
	       "a device is forgotten with the cookie it had");
	is_int(COUNT(db, "signin WHERE locked_at IS NULL"), 2,
	       "wrong passwords that locked nobody are forgotten in a day");
	is_int(COUNT(db, "signin WHERE locked_at IS NOT NULL"), 5,
	       "a lock is never forgotten");
	is_int(COUNT(db, "rate"), 2, "counted tries go a day after their end");
	is_int(COUNT(db, "captcha_used"), 2, "so do used captchas");
	is_int(COUNT(db, "idempotency"), 4, "keys are kept thirty days");
	is_int(COUNT(db, "outbox WHERE state <> 'queued'"), 8,
	       "so are finished messages");
	is_int(COUNT(db, "outbox WHERE state = 'queued'"), 5,
	       "a message to send is never forgotten");
	is_int(COUNT(db, "inbox"), 4, "and the inbox is kept as long");
	is_int(COUNT(db, "message_report"), 4, "and what carriers reported");
}

static void
steps(struct db *db)
{
	write_at(db, NOW - 40LL * CLOCK_DAY_MS, many);
	write_at(db, NOW, many);
	is_int(COUNT(db, "idempotency"), 2 * MANY + 4, "many rows are there");
	is_int(housekeeping(db), OK, "many steps end well");
	is_int(COUNT(db, "session"), MANY + 2, "all old sessions are gone");
	is_int(COUNT(db, "idempotency"), MANY + 4,
	       "and all old keys of all people");
	is_int(housekeeping(db), OK, "nothing to do is nothing done");
	is_int(COUNT(db, "session"), MANY + 2, "and nothing is gone");
}

int
main(void)
{
	char dir[] = "/tmp/clicknet-housekeeping-XXXXXX";
	const char *src = getenv("CLICKNET_SRC"), *path;
	struct store *store;
	struct db *db;
	FILE *schema;

	pool = pool_new();
	secret_start();
	schema = fopen(pool_printf(pool, "%s/db/schema.sql",
				   src == NULL ? "." : src), "r");
	path = pool_printf(pool, "%s/bank.db", mkdtemp(dir));
	if (schema == NULL || store_open(path, 1, true, &store) != OK) {
		puts("Bail out! no database");
		return 1;
	}
	db = db_new(store);
	is_int(db_write(db, schema_work, schema), OK, "a bank is made");
	fclose(schema);
	ages(db);
	steps(db);
	db_free(db);
	store_close(store);
	unlink(path);
	unlink(pool_printf(pool, "%s.lock", path));
	unlink(pool_printf(pool, "%s-wal", path));
	unlink(pool_printf(pool, "%s-shm", path));
	rmdir(dir);
	pool_free(pool);
	return tap_done();
}
