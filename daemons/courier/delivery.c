/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* delivery.c: decides what becomes of a message the courier has taken. */
#include <string.h>
#include <time.h>

#include "daemons/courier/courier.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/settings.h"

enum { LONGEST_WAIT_S = 3600, MARKS = 20, MARK_PAUSE_NS = 250000000 };

enum ending { SENT, KEPT, LATER, FAILED };

struct outcome {
	enum ending ending;
	bool alarm; /* the operator must mend something */
	const char *why;
	struct letter letter;
};

/* Doubled each time and up to a quarter longer, so that what failed together
 * is not tried together; never beyond the message's own end. */
static int64_t
next_try(const struct message *m)
{
	int64_t wait = settings()->MESSAGE_RETRY_SECONDS, at, i;
	uint32_t random;

	for (i = 1; i < m->tries && wait < LONGEST_WAIT_S; i++)
		wait *= 2;
	if (wait > LONGEST_WAIT_S)
		wait = LONGEST_WAIT_S;
	wait *= CLOCK_SECOND;
	secret_random(&random, sizeof random);
	at = clock_now() + wait + random % (wait / 4);
	return at < m->expires_at ? at : m->expires_at;
}

static struct outcome
mail_outcome(struct pool *pool, const struct message *m,
	     const struct letter *letter)
{
	char id[SECRET_ID_TEXT];
	struct mail mail = {m->recipient, secret_id_text(id, m->id),
			    m->created_at, *letter};
	struct outcome out = {.why = ""};

	switch (mail_send(pool, &mail, &out.why)) {
	case MAIL_SENT:
		out.ending = SENT;
		out.why = "";
		break;
	case MAIL_MEND:
		out.alarm = true;
		/* fall through */
	case MAIL_LATER:
		out.ending = LATER;
		break;
	case MAIL_NEVER:
		out.ending = FAILED;
		break;
	}
	return out;
}

static struct outcome
outcome_of(struct pool *pool, const struct message *m)
{
	struct outcome out = {FAILED, false, "", {NULL, NULL, NULL}};

	if (m->expires_at <= clock_now()) {
		out.why = "expired";
		return out;
	}
	if (letter_write(pool, m, &out.letter) != OK)
		return (struct outcome){LATER, true,
			"the letter could not be written", out.letter};
	if (strcmp(settings()->MESSAGE_DELIVERY, "inbox") == 0) {
		out.ending = KEPT;
		return out;
	}
	if (strcmp(m->channel, "email") == 0)
		return mail_outcome(pool, m, &out.letter);
	out.alarm = true;
	out.why = "no SMS carrier is configured";
	return out;
}

static enum err
mark(struct db *db, const struct message *m, const struct outcome *o)
{
	switch (o->ending) {
	case SENT:
		return message_sent(db, m);
	case KEPT:
		return message_keep(db, m, o->letter.subject, o->letter.text);
	case LATER:
		return message_later(db, m, next_try(m), o->why);
	case FAILED:
		break;
	}
	return message_failed(db, m, o->why);
}

/* A mail that went out and is not marked so would go out again when its lease
 * is over: this is worth trying more than once. */
static enum err
mark_surely(struct db *db, const struct message *m, const struct outcome *o)
{
	struct timespec pause = {0, MARK_PAUSE_NS};
	enum err e;
	int i;

	for (i = 0; (e = mark(db, m, o)) != OK && i < MARKS; i++)
		nanosleep(&pause, NULL);
	return e;
}

static void
tell(struct pool *pool, const struct message *m, const struct outcome *o,
     enum err marked)
{
	static const char *const words[] = {
		[SENT] = "sent", [KEPT] = "kept",
		[LATER] = "later", [FAILED] = "failed",
	};
	const char *level = "info";
	char id[SECRET_ID_TEXT];

	if (o->alarm || marked != OK)
		level = "error";
	else if (o->ending == LATER || o->ending == FAILED)
		level = "warn";
	log_event(level, "message", "id", secret_id_text(id, m->id), "channel",
		  m->channel, "template", m->template, "result",
		  words[o->ending], "try",
		  pool_printf(pool, "%lld", (long long)m->tries), "why",
		  marked != OK ? "what became of it could not be written"
			       : o->why, NULL);
}

enum err
delivery_run(struct db *db, struct pool *pool)
{
	const struct settings *s = settings();
	struct outcome o;
	struct message m;
	enum err e;

	e = message_take(db, pool,
			 (2 * s->SMTP_TIMEOUT_SECONDS + 30) * CLOCK_SECOND, &m);
	if (e != OK)
		return e;
	o = outcome_of(pool, &m);
	if (o.ending == LATER && m.tries >= s->MESSAGE_TRIES)
		o.ending = FAILED;
	e = mark_surely(db, &m, &o);
	tell(pool, &m, &o, e);
	return e;
}
