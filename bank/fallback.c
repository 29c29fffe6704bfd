/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fallback.c: sends a code that did not arrive another way. */
#include <string.h>

#include "bank/message_impl.h"
#include "bank/seal.h"
#include "lib/clock.h"

struct fallen {
	struct challenge challenge;
	struct letter_new letter; /* without where to */
};

/* ERR_MISSING: it is no code, or not worth sending any more; or a stranger's,
 * whose one address it is to confirm. */
static enum err
row_read(struct db *db, struct pool *pool, const uint8_t id[SECRET_ID],
	 struct fallen *f)
{
	struct stmt *q = db_sql(db,
		"SELECT customer, challenge, template, language, data, "
		"created_at, expires_at FROM outbox WHERE id = :id AND "
		"challenge IS NOT NULL AND data IS NOT NULL AND "
		"customer IS NOT NULL AND expires_at > :now");
	struct letter_new *l = &f->letter;
	uint8_t challenge[SECRET_ID];
	enum err e = ERR_MISSING, done;
	int64_t created_at = 0;

	db_put_blob(q, "id", id, SECRET_ID);
	db_put_int(q, "now", clock_now());
	if (db_row(q)) {
		db_copy(q, "challenge", challenge, sizeof challenge);
		l->customer = db_int(q, "customer");
		l->template = pool_strdup(pool, db_text(q, "template"));
		l->language = pool_strdup(pool, db_text(q, "language"));
		l->expires_at = db_int(q, "expires_at");
		created_at = db_int(q, "created_at");
		e = seal_get(q, pool, "data", "outbox.data", seal_row(id),
			     &l->data);
	}
	if ((done = db_done(q)) != OK)
		return done;
	if (e == OK)
		e = challenge_get(db, pool, challenge, &f->challenge);
	/* A newer code may have been asked for: this one fits no more. */
	if (e == OK && (strcmp(f->challenge.state, "open") != 0 ||
			f->challenge.sent_at > created_at))
		e = ERR_MISSING;
	return e;
}

/* Did this code go there already? */
static enum err
channel_used(struct db *db, const struct challenge *c, const char *channel,
	     bool *used)
{
	struct stmt *q = db_sql(db,
		"SELECT 1 AS one FROM outbox WHERE challenge = :challenge AND "
		"channel = :channel AND created_at >= :sent_at LIMIT 1");

	db_put_blob(q, "challenge", c->id, SECRET_ID);
	db_put_text(q, "channel", channel);
	db_put_int(q, "sent_at", c->sent_at);
	*used = db_row(q);
	return db_done(q);
}

static enum err
send_by(struct db *db, struct pool *pool, struct fallen *f,
	const struct route_to *way)
{
	enum err e;

	f->letter.challenge = f->challenge.id;
	f->letter.to = way;
	if ((e = message_insert(db, pool, &f->letter)) != OK)
		return e;
	if (challenge_strange(&f->challenge))
		return OK; /* where it goes is not for who asked to know */
	f->challenge.channel = way->channel;
	f->challenge.sent_to = way->masked;
	return challenge_went(db, &f->challenge);
}

static enum err
fall_back(struct db *db, struct pool *pool, const uint8_t id[SECRET_ID],
	  const char **next)
{
	struct route_to ways[MESSAGE_WAYS];
	struct fallen f = {.letter = {0}};
	bool used = true;
	enum err e;
	int n, i;

	if ((e = row_read(db, pool, id, &f)) != OK)
		return e == ERR_MISSING ? OK : e;
	e = message_ways(db, pool, f.letter.customer, ways, &n);
	for (i = 0; e == OK && i < n; i++) {
		e = channel_used(db, &f.challenge, ways[i].channel, &used);
		if (e == OK && !used) {
			*next = ways[i].channel;
			return send_by(db, pool, &f, &ways[i]);
		}
	}
	return e;
}

enum err
message_fall_back(struct db *db, const uint8_t id[SECRET_ID],
		  const char **next)
{
	struct pool *pool = pool_new();
	enum err e;

	*next = "";
	e = fall_back(db, pool, id, next);
	pool_free(pool);
	return e;
}
