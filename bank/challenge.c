/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* challenge.c: the rows of challenge, and codes tried against them; its other
 * readers and writers are challenge_ask.c and challenge_end.c. */
#include "bank/challenge_impl.h"

#include <string.h>

#include "bank/chain.h"
#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/settings.h"

/* The code is worth nothing without the row it belongs to. */
void
challenge_code(const struct challenge *c, const char *code,
	  uint8_t hash[SECRET_HASH])
{
	uint8_t bytes[SECRET_ID + SECRET_HASH + CHALLENGE_CODE] = {0};
	size_t len = strlen(code);

	memcpy(bytes, c->id, SECRET_ID);
	memcpy(bytes + SECRET_ID, c->bound, SECRET_HASH);
	memcpy(bytes + SECRET_ID + SECRET_HASH, code,
	       len < CHALLENGE_CODE ? len : CHALLENGE_CODE);
	secret_mac(hash, SECRET_CODE, bytes, sizeof bytes);
}

/* What was asked for is sealed for a row with just these columns: if one of
 * them is changed it opens no more, and nothing is confirmed. */
static int64_t
row_of(const struct challenge *c)
{
	struct chain row;
	uint8_t hash[SECRET_HASH];

	chain_begin(&row, NULL);
	chain_bytes(&row, c->id, SECRET_ID);
	chain_text(&row, c->purpose);
	chain_int(&row, c->user);
	chain_int(&row, c->customer);
	chain_bytes(&row, c->session, c->has_session ? SECRET_HASH : 0);
	chain_bytes(&row, c->subject, SECRET_ID);
	chain_bytes(&row, c->bound, SECRET_HASH);
	chain_end(&row, hash);
	return seal_row(hash);
}

void
challenge_put_data(struct stmt *q, struct pool *pool, const struct challenge *c)
{
	seal_put(q, pool, "data", "challenge.data", row_of(c), c->data);
}

static int64_t
expiry(void)
{
	return clock_now() + settings()->OTP_EXPIRY_MINUTES * CLOCK_MINUTE;
}

static enum err
challenge_write(struct db *db, struct pool *pool, const struct challenge *c,
		const uint8_t hash[SECRET_HASH])
{
	struct stmt *q = db_sql(db,
		"INSERT INTO challenge (id, purpose, bank_user, customer, "
		"session, subject, data, bound, code_hash, channel, sent_to, "
		"sent_at, expires_at, tries_left, resends_left, state) VALUES "
		"(:id, :purpose, nullif(:bank_user, 0), nullif(:customer, 0), "
		":session, :subject, :data, :bound, :code_hash, :channel, "
		":sent_to, :sent_at, :expires_at, :tries_left, :resends_left, "
		":state)");

	db_put_blob(q, "id", c->id, SECRET_ID);
	db_put_text(q, "purpose", c->purpose);
	db_put_int(q, "bank_user", c->user);
	db_put_int(q, "customer", c->customer);
	db_put_blob(q, "session", c->has_session ? c->session : NULL,
		    SECRET_HASH);
	db_put_blob(q, "subject", c->subject, SECRET_ID);
	challenge_put_data(q, pool, c);
	db_put_blob(q, "bound", c->bound, SECRET_HASH);
	db_put_blob(q, "code_hash", hash, SECRET_HASH);
	db_put_text(q, "channel", c->channel);
	db_put_text(q, "sent_to", c->sent_to);
	db_put_int(q, "sent_at", c->sent_at);
	db_put_int(q, "expires_at", c->expires_at);
	db_put_int(q, "tries_left", c->tries_left);
	db_put_int(q, "resends_left", c->resends_left);
	db_put_text(q, "state", c->state);
	return db_done(q);
}

void
challenge_begin(struct challenge *c, const char *state)
{
	secret_id(c->id);
	c->sent_at = clock_now();
	c->expires_at = expiry();
	c->tries_left = CHALLENGE_TRIES;
	c->resends_left = CHALLENGE_RESENDS;
	c->state = state;
	if (c->data == NULL)
		c->data = "{}";
}

enum err
challenge_open(struct db *db, struct pool *pool, struct challenge *c,
	       char code[CHALLENGE_CODE])
{
	uint8_t hash[SECRET_HASH];

	challenge_begin(c, "open");
	secret_code(code, (int)settings()->OTP_LENGTH);
	challenge_code(c, code, hash);
	return challenge_write(db, pool, c, hash);
}

/* With a hash that is no code's. */
enum err
challenge_codeless(struct db *db, struct pool *pool, struct challenge *c)
{
	uint8_t hash[SECRET_HASH];

	secret_random(hash, sizeof hash);
	return challenge_write(db, pool, c, hash);
}

enum err
challenge_open_silent(struct db *db, struct pool *pool, struct challenge *c)
{
	challenge_begin(c, "open");
	c->sent_at = 0;
	return challenge_codeless(db, pool, c);
}

enum err
challenge_read(struct stmt *q, struct pool *pool, struct challenge *c,
	       uint8_t hash[SECRET_HASH])
{
	enum err e;

	memset(c, 0, sizeof *c);
	db_copy(q, "id", c->id, SECRET_ID);
	c->purpose = pool_strdup(pool, db_text(q, "purpose"));
	c->user = db_int(q, "bank_user");
	c->customer = db_int(q, "customer");
	c->has_session = !db_null(q, "session");
	db_copy(q, "session", c->session, SECRET_HASH);
	db_copy(q, "subject", c->subject, SECRET_ID);
	db_copy(q, "bound", c->bound, SECRET_HASH);
	db_copy(q, "code_hash", hash, SECRET_HASH);
	c->channel = pool_strdup(pool, db_text(q, "channel"));
	c->sent_to = pool_strdup(pool, db_text(q, "sent_to"));
	c->state = pool_strdup(pool, db_text(q, "state"));
	c->sent_at = db_int(q, "sent_at");
	c->expires_at = db_int(q, "expires_at");
	c->tries_left = db_int(q, "tries_left");
	c->resends_left = db_int(q, "resends_left");
	e = seal_get(q, pool, "data", "challenge.data", row_of(c), &c->data);
	return e == OK && *c->data == '\0' ? ERR_INTERNAL : e;
}

static enum err
challenge_load(struct db *db, struct pool *pool, const uint8_t id[SECRET_ID],
	       struct challenge *c, uint8_t hash[SECRET_HASH])
{
	struct stmt *q = db_sql(db, CHALLENGE_SEEN "WHERE c.id = :id");
	enum err e = ERR_MISSING, done;

	db_put_blob(q, "id", id, SECRET_ID);
	if (db_row(q))
		e = challenge_read(q, pool, c, hash);
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
challenge_get(struct db *db, struct pool *pool, const uint8_t id[SECRET_ID],
	      struct challenge *out)
{
	uint8_t hash[SECRET_HASH];

	return challenge_load(db, pool, id, out, hash);
}

/* Found by its end: few have not ended. */
enum err
challenge_newest(struct db *db, struct pool *pool,
		 const uint8_t session[SECRET_HASH],
		 const uint8_t subject[SECRET_ID], bool by_mail,
		 struct challenge *out)
{
	struct stmt *q = db_sql(db, CHALLENGE_SEEN
				"WHERE c.expires_at > :now AND "
				"c.session = :session AND "
				"c.subject = :subject AND "
				"c.purpose = 'apply' AND "
				"(c.channel = 'email') = :by_mail "
				"ORDER BY c.id DESC LIMIT 1");
	uint8_t hash[SECRET_HASH];
	enum err e = ERR_MISSING, done;

	db_put_int(q, "now", clock_now());
	db_put_blob(q, "session", session, SECRET_HASH);
	db_put_blob(q, "subject", subject, SECRET_ID);
	db_put_int(q, "by_mail", by_mail);
	if (db_row(q))
		e = challenge_read(q, pool, out, hash);
	done = db_done(q);
	return done != OK ? done : e;
}

static bool
challenge_ended(const struct challenge *c)
{
	return (strcmp(c->state, "open") != 0 &&
		strcmp(c->state, "asked") != 0) ||
	       clock_now() >= c->expires_at;
}

/* One resend less, if it is time for one. */
enum err
challenge_resend(struct challenge *c)
{
	int64_t pause = settings()->OTP_RESEND_SECONDS * CLOCK_SECOND;

	if (challenge_ended(c))
		return ERR_EXPIRED;
	if (c->resends_left == 0 || clock_now() < c->sent_at + pause)
		return ERR_RATE;
	c->sent_at = clock_now();
	c->expires_at = expiry();
	c->resends_left--;
	return OK;
}

enum err
challenge_sent(struct db *db, const struct challenge *c,
	     const uint8_t hash[SECRET_HASH])
{
	struct stmt *q = db_sql(db,
		"UPDATE challenge SET code_hash = :code_hash, "
		"channel = :channel, sent_to = :sent_to, sent_at = :sent_at, "
		"expires_at = :expires_at, resends_left = :resends_left, "
		"state = :state WHERE id = :id");

	db_put_blob(q, "code_hash", hash, SECRET_HASH);
	db_put_text(q, "channel", c->channel);
	db_put_text(q, "sent_to", c->sent_to);
	db_put_int(q, "sent_at", c->sent_at);
	db_put_int(q, "expires_at", c->expires_at);
	db_put_int(q, "resends_left", c->resends_left);
	db_put_text(q, "state", c->state);
	db_put_blob(q, "id", c->id, SECRET_ID);
	return db_done(q);
}

enum err
challenge_renew(struct db *db, struct challenge *c, char code[CHALLENGE_CODE])
{
	uint8_t hash[SECRET_HASH];
	enum err e;

	if ((e = challenge_resend(c)) != OK)
		return e;
	secret_code(code, (int)settings()->OTP_LENGTH);
	challenge_code(c, code, hash);
	return challenge_sent(db, c, hash);
}

enum err
challenge_went(struct db *db, const struct challenge *c)
{
	struct stmt *q = db_sql(db,
		"UPDATE challenge SET channel = :channel, sent_to = :sent_to "
		"WHERE id = :id");

	db_put_text(q, "channel", c->channel);
	db_put_text(q, "sent_to", c->sent_to);
	db_put_blob(q, "id", c->id, SECRET_ID);
	return db_done(q);
}

static enum err
challenge_mark(struct db *db, const struct challenge *c)
{
	struct stmt *q = db_sql(db,
		"UPDATE challenge SET tries_left = :tries_left, "
		"state = :state WHERE id = :id");

	db_put_int(q, "tries_left", c->tries_left);
	db_put_text(q, "state", c->state);
	db_put_blob(q, "id", c->id, SECRET_ID);
	return db_done(q);
}

/* Another's challenge looks like none at all. */
static bool
challenge_foreign(const struct challenge *c, const uint8_t *session)
{
	return c->has_session &&
	       (session == NULL ||
		!secret_equal(c->session, session, SECRET_HASH));
}

/* The message's code, or one that is right in another way. */
static void
challenge_judge(struct db *db, const struct attempt *a,
		const struct challenge *c, const uint8_t want[SECRET_HASH],
		bool *right, enum err *broken)
{
	uint8_t have[SECRET_HASH];

	challenge_code(c, a->code, have);
	*right = secret_equal(want, have, SECRET_HASH);
	if (!*right && a->other != NULL)
		*broken = a->other(db, a->arg, c, right);
}

enum err
challenge_try(struct db *db, struct pool *pool, const struct attempt *a,
	      struct challenge *c, enum err *broken)
{
	uint8_t want[SECRET_HASH];
	bool right;

	*broken = challenge_load(db, pool, a->id, c, want);
	if (*broken == ERR_MISSING) {
		*broken = OK;
		return ERR_MISSING;
	}
	if (*broken != OK)
		return *broken;
	if (challenge_foreign(c, a->session))
		return ERR_MISSING;
	if (challenge_ended(c))
		return ERR_EXPIRED;
	challenge_judge(db, a, c, want, &right, broken);
	if (*broken != OK)
		return *broken;
	c->tries_left -= !right;
	if (right || c->tries_left == 0)
		c->state = right ? "used" : "dead";
	*broken = challenge_mark(db, c);
	return right ? OK : ERR_OTP;
}

enum err
challenge_get_open(struct db *db, struct pool *pool,
		   const uint8_t id[SECRET_ID], const uint8_t *session,
		   struct challenge *c)
{
	enum err e = challenge_get(db, pool, id, c);

	if (e != OK)
		return e;
	if (challenge_foreign(c, session))
		return ERR_MISSING;
	return challenge_ended(c) ? ERR_EXPIRED : OK;
}

enum err
challenge_take(struct db *db, struct pool *pool, const uint8_t id[SECRET_ID],
	       const uint8_t *session, struct challenge *c)
{
	enum err e = challenge_get_open(db, pool, id, session, c);

	if (e != OK)
		return e;
	c->state = "used";
	return challenge_mark(db, c);
}

/* The first id of the last hour: ids are ordered by time, so that one range
 * of them is looked at. */
void
challenge_put_hour(struct stmt *q)
{
	int64_t since = clock_now() - 60 * CLOCK_MINUTE;
	uint8_t edge[SECRET_ID] = {0};
	int i;

	for (i = 0; i < 6; i++)
		edge[i] = (uint8_t)(since >> (40 - 8 * i));
	db_put_blob(q, "edge", edge, sizeof edge);
}
