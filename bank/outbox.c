/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* outbox.c: the courier's side of messages: take, send, keep, give up. */
#include <string.h>

#include "bank/message_impl.h"
#include "bank/seal.h"
#include "lib/clock.h"

struct take {
	struct pool *pool;
	int64_t lease_ms;
	struct message *out;
	bool found, broken;
};

static enum err
message_read(struct stmt *q, struct pool *pool, struct message *m)
{
	const char *data;
	json_object *object;
	enum err e;

	db_copy(q, "id", m->id, SECRET_ID);
	m->channel = pool_strdup(pool, db_text(q, "channel"));
	m->template = pool_strdup(pool, db_text(q, "template"));
	m->language = pool_strdup(pool, db_text(q, "language"));
	m->tries = db_int(q, "tries");
	m->created_at = db_int(q, "created_at");
	m->expires_at = db_int(q, "expires_at");
	if ((e = seal_get(q, pool, "recipient", "outbox.recipient",
			  seal_row(m->id), &m->recipient)) != OK ||
	    (e = seal_get(q, pool, "data", "outbox.data", seal_row(m->id),
			  &data)) != OK)
		return e;
	if ((object = json_tokener_parse(data)) == NULL)
		return ERR_INTERNAL;
	m->data = pool_json(pool, object);
	return OK;
}

/* One that cannot be read any more is given up: it must not stand in the way
 * of all the others. */
static enum err
give_up(struct db *db, const struct message *m)
{
	struct stmt *q = db_sql(db,
		"UPDATE outbox SET state = 'failed', data = NULL, "
		"error = 'it cannot be opened' WHERE id = :id");

	db_put_blob(q, "id", m->id, SECRET_ID);
	return db_done(q);
}

/* A lease is a due time in the future: a courier that dies with a message in
 * hand leaves it to whoever looks when the lease is over. */
static enum err
take_work(struct db *db, void *arg)
{
	struct take *t = arg;
	struct stmt *q = db_sql(db,
		"UPDATE outbox SET due_at = :until, tries = tries + 1 "
		"WHERE id = (SELECT id FROM outbox WHERE state = 'queued' AND "
		"due_at <= :now ORDER BY due_at LIMIT 1) "
		"RETURNING id, channel, template, language, recipient, data, "
		"tries, created_at, expires_at");
	enum err e = OK, done;

	db_put_int(q, "now", clock_now());
	db_put_int(q, "until", clock_now() + t->lease_ms);
	t->found = db_row(q);
	if (t->found)
		e = message_read(q, t->pool, t->out);
	if ((done = db_done(q)) != OK || e == OK)
		return done;
	t->broken = true;
	return give_up(db, t->out);
}

/* Looking costs no write: most of the time nothing is due. */
static enum err
anything_due(struct db *db)
{
	struct stmt *q = db_sql(db, "SELECT 1 AS one FROM outbox WHERE "
				    "state = 'queued' AND due_at <= :now "
				    "LIMIT 1");
	bool due;
	enum err e;

	db_put_int(q, "now", clock_now());
	due = db_row(q);
	e = db_done(q);
	db_rest(db);
	return e == OK && !due ? ERR_MISSING : e;
}

enum err
message_take(struct db *db, struct pool *pool, int64_t lease_ms,
	     struct message *out)
{
	struct take t = {.pool = pool, .lease_ms = lease_ms, .out = out};
	enum err e;

	do {
		t.broken = false;
		if ((e = anything_due(db)) != OK ||
		    (e = db_write(db, take_work, &t)) != OK)
			return e;
	} while (t.broken);
	return t.found ? OK : ERR_MISSING;
}

/* What is left of a message's words. */
enum words { WIPED, OF_A_CODE, KEPT };

struct mark {
	const struct message *m;
	const char *state, *error;
	enum words words;
	int64_t due_at;
	bool falls; /* a code goes another way now */
	const char *provider_id, *next, *subject, *text;
};

/* *marked is false if it had come to an end before. */
static enum err
mark_write(struct db *db, const struct mark *k, bool *marked)
{
	struct stmt *q = db_sql(db,
		"UPDATE outbox SET state = :state, error = :error, "
		"due_at = :due_at, sent_at = nullif(:sent_at, 0), "
		"provider_id = nullif(:provider_id, ''), "
		"data = CASE WHEN :words = 2 OR (:words = 1 AND "
		"challenge IS NOT NULL) THEN data ELSE NULL END "
		"WHERE id = :id AND state = 'queued' RETURNING id");

	db_put_text(q, "state", k->state);
	db_put_text(q, "error", k->error);
	db_put_int(q, "due_at", k->due_at);
	db_put_int(q, "sent_at",
		   strcmp(k->state, "sent") == 0 ? clock_now() : 0);
	db_put_text(q, "provider_id",
		    k->provider_id != NULL ? k->provider_id : "");
	db_put_int(q, "words", k->falls ? KEPT : k->words);
	db_put_blob(q, "id", k->m->id, SECRET_ID);
	*marked = db_row(q);
	return db_done(q);
}

static enum err
wipe(struct db *db, const uint8_t id[SECRET_ID])
{
	struct stmt *q = db_sql(db, "UPDATE outbox SET data = NULL "
				    "WHERE id = :id");

	db_put_blob(q, "id", id, SECRET_ID);
	return db_done(q);
}

static enum err
mark_work(struct db *db, void *arg)
{
	struct mark *k = arg;
	bool marked;
	enum err e;

	k->next = "";
	if ((e = mark_write(db, k, &marked)) != OK || !marked)
		return e;
	if (k->provider_id != NULL && *k->provider_id != '\0')
		return message_reports_apply(db, k->m->id, k->provider_id,
					     &k->next);
	if (!k->falls)
		return OK;
	e = message_fall_back(db, k->m->id, &k->next);
	return e != OK || k->words == KEPT ? e : wipe(db, k->m->id);
}

enum err
message_sent(struct db *db, const struct message *m, const char *provider_id,
	     const char **next)
{
	struct mark k = {.m = m, .state = "sent", .error = "",
			 .provider_id = provider_id,
			 .words = *provider_id != '\0' ? OF_A_CODE : WIPED};
	enum err e = db_write(db, mark_work, &k);

	*next = k.next;
	return e;
}

enum err
message_unknown(struct db *db, const struct message *m, const char *error)
{
	struct mark k = {.m = m, .state = "unknown", .error = error};

	return db_write(db, mark_work, &k);
}

enum err
message_failed(struct db *db, const struct message *m, const char *error,
	       const char **next)
{
	struct mark k = {.m = m, .state = "failed", .error = error,
			 .falls = true};
	enum err e = db_write(db, mark_work, &k);

	*next = k.next;
	return e;
}

/* A code that waits for a third of its life goes another way besides: whoever
 * waits for it must have time left to type it. */
enum err
message_later(struct db *db, const struct message *m, int64_t due_at,
	      const char *error, const char **next)
{
	int64_t late = m->created_at + (m->expires_at - m->created_at) / 3;
	struct mark k = {.m = m, .state = "queued", .error = error,
			 .due_at = due_at, .words = KEPT,
			 .falls = clock_now() >= late};
	enum err e = db_write(db, mark_work, &k);

	*next = k.next;
	return e;
}

static enum err
keep_work(struct db *db, void *arg)
{
	struct mark *k = arg;
	struct pool *pool = pool_new();
	int64_t row = seal_row(k->m->id);
	struct stmt *q = db_sql(db,
		"INSERT INTO inbox (id, channel, recipient, subject, body, "
		"sent_at) VALUES (:id, :channel, :recipient, :subject, :body, "
		":sent_at) ON CONFLICT (id) DO NOTHING");
	enum err e;

	db_put_blob(q, "id", k->m->id, SECRET_ID);
	db_put_text(q, "channel", k->m->channel);
	seal_put(q, pool, "recipient", "inbox.recipient", row,
		 k->m->recipient);
	seal_put(q, pool, "subject", "inbox.subject", row, k->subject);
	seal_put(q, pool, "body", "inbox.body", row, k->text);
	db_put_int(q, "sent_at", clock_now());
	e = db_done(q);
	pool_free(pool);
	return e != OK ? e : mark_work(db, k);
}

enum err
message_keep(struct db *db, const struct message *m, const char *subject,
	     const char *text)
{
	struct mark k = {.m = m, .state = "sent", .error = "",
			 .subject = subject, .text = text};

	return db_write(db, keep_work, &k);
}

static enum err
wipe_work(struct db *db, void *arg)
{
	struct stmt *q = db_sql(db,
		"UPDATE outbox SET data = NULL WHERE data IS NOT NULL AND "
		"state <> 'queued' AND expires_at <= :now");

	db_put_int(q, "now", *(int64_t *)arg);
	return db_done(q);
}

enum err
message_wipe_due(struct db *db)
{
	struct stmt *q = db_sql(db,
		"SELECT 1 AS one FROM outbox WHERE data IS NOT NULL AND "
		"state <> 'queued' AND expires_at <= :now LIMIT 1");
	int64_t now = clock_now();
	bool due;
	enum err e;

	db_put_int(q, "now", now);
	due = db_row(q);
	if ((e = db_done(q)) != OK || !due)
		return e;
	db_rest(db);
	return db_write(db, wipe_work, &now);
}

static enum err
kept_read(struct stmt *q, struct pool *pool, struct kept *k)
{
	int64_t row = seal_row_of(q, "id");
	enum err e;

	k->channel = pool_strdup(pool, db_text(q, "channel"));
	k->sent_at = db_int(q, "sent_at");
	if ((e = seal_get(q, pool, "recipient", "inbox.recipient", row,
			  &k->to)) != OK ||
	    (e = seal_get(q, pool, "subject", "inbox.subject", row,
			  &k->subject)) != OK)
		return e;
	return seal_get(q, pool, "body", "inbox.body", row, &k->text);
}

enum err
message_inbox(struct db *db, struct pool *pool, const char *to, int limit,
	      struct kept **list)
{
	struct stmt *q = db_sql(db, "SELECT id, channel, recipient, subject, "
				    "body, sent_at FROM inbox "
				    "ORDER BY sent_at DESC, id DESC");
	struct kept *k;
	enum err e = OK, done;
	int n = 0;

	*list = NULL;
	while (e == OK && n < limit && db_row(q)) {
		k = pool_alloc(pool, sizeof *k);
		e = kept_read(q, pool, k);
		if (e != OK || (*to != '\0' && strcasecmp(to, k->to) != 0))
			continue;
		*list = k;
		list = &k->next;
		n++;
	}
	done = db_done(q);
	return done != OK ? done : e;
}
