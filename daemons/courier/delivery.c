/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* delivery.c: decides what becomes of a message the courier has taken. */
#include <string.h>
#include <time.h>

#include "daemons/courier/courier.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/settings.h"

enum { LONGEST_WAIT_S = 3600, MARKS = 20, MARK_PAUSE_NS = 250000000 };

enum ending { SENT, KEPT, LATER, UNKNOWN, FAILED };

struct outcome {
	enum ending ending;
	bool alarm; /* the operator must mend something */
	const char *why;
	const char *sid;  /* what the carrier calls it; "" */
	const char *next; /* the channel the same code goes on now; "" */
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
outcome_from(enum send_end end, const char *why, const char *sid)
{
	struct outcome out = {.why = why, .sid = sid};

	out.alarm = end == SEND_MEND || end == SEND_AMISS;
	switch (end) {
	case SEND_DONE:
		out.ending = SENT;
		break;
	case SEND_LATER:
	case SEND_MEND:
		out.ending = LATER;
		break;
	case SEND_UNKNOWN:
		out.ending = UNKNOWN;
		break;
	case SEND_NEVER:
	case SEND_AMISS:
		out.ending = FAILED;
		break;
	}
	return out;
}

static struct outcome
by_mail(struct pool *pool, const struct message *m,
	const struct letter *letter)
{
	char id[SECRET_ID_TEXT];
	struct mail mail = {m->recipient, secret_id_text(id, m->id),
			    m->created_at, *letter};
	const char *why = "";
	enum send_end end = mail_send(pool, &mail, &why);

	return outcome_from(end, end == SEND_DONE ? "" : why, "");
}

static const char *
word_of(const struct message *m, const char *name)
{
	json_object *v;

	return json_object_object_get_ex(m->data, name, &v)
		       ? json_object_get_string(v) : "";
}

static struct outcome
by_twilio(struct pool *pool, const struct message *m,
	  const struct letter *letter)
{
	struct text text = {
		.channel = m->channel, .to = m->recipient,
		.language = m->language, .line = letter->line,
		.subject = letter->subject, .code = word_of(m, "code"),
		.minutes = word_of(m, "expires_minutes"),
		.expires_at = m->expires_at};
	const char *why = "", *sid;
	enum send_end end = twilio_send(pool, &text, &sid, &why);

	return outcome_from(end, end == SEND_DONE ? "" : why, sid);
}

static struct outcome
outcome_of(struct pool *pool, const struct message *m)
{
	bool mail = strcmp(m->channel, "email") == 0;
	struct outcome out = {.ending = FAILED, .why = "expired", .sid = ""};
	struct letter letter;

	if (m->expires_at <= clock_now())
		return out;
	if (letter_write(pool, m, &letter) != OK)
		return (struct outcome){
			.ending = LATER, .alarm = true, .sid = "",
			.why = "the letter could not be written"};
	if (strcmp(settings()->MESSAGE_DELIVERY, "inbox") == 0)
		return (struct outcome){.ending = KEPT, .why = "", .sid = "",
					.letter = letter};
	return mail ? by_mail(pool, m, &letter)
		    : by_twilio(pool, m, &letter);
}

static enum err
mark(struct db *db, const struct message *m, struct outcome *o)
{
	const struct letter *l = &o->letter;

	o->next = "";
	switch (o->ending) {
	case SENT:
		return message_sent(db, m, o->sid, &o->next);
	case KEPT:
		return message_keep(db, m, l->subject,
				    *l->line != '\0' ? l->line : l->text);
	case LATER:
		return message_later(db, m, next_try(m), o->why, &o->next);
	case UNKNOWN:
		return message_unknown(db, m, o->why);
	case FAILED:
		break;
	}
	return message_failed(db, m, o->why, &o->next);
}

/* A mail that went out and is not marked so would go out again when its lease
 * is over: this is worth trying more than once. */
static enum err
mark_surely(struct db *db, const struct message *m, struct outcome *o)
{
	struct timespec pause = {0, MARK_PAUSE_NS};
	enum err e;
	int i;

	for (i = 0; (e = mark(db, m, o)) != OK && i < MARKS; i++)
		nanosleep(&pause, NULL);
	return e;
}

static const char *
level_of(const struct outcome *o, enum err marked)
{
	if (o->alarm || marked != OK)
		return "error";
	return o->ending == SENT || o->ending == KEPT ? "info" : "warn";
}

static void
tell(struct pool *pool, const struct message *m, const struct outcome *o,
     enum err marked)
{
	static const char *const words[] = {
		[SENT] = "sent", [KEPT] = "kept", [LATER] = "later",
		[UNKNOWN] = "unknown", [FAILED] = "failed",
	};
	char id[SECRET_ID_TEXT];

	secret_id_text(id, m->id);
	log_event(level_of(o, marked), "message", "id", id, "channel",
		  m->channel, "template", m->template, "result",
		  words[o->ending], "try",
		  pool_printf(pool, "%lld", (long long)m->tries), "why",
		  marked != OK ? "what became of it could not be written"
			       : o->why, NULL);
	if (*o->next != '\0')
		log_event("warn", "message", "id", id, "channel", m->channel,
			  "template", m->template, "result", "fell back",
			  "next", o->next, NULL);
}

enum err
delivery_run(struct db *db, struct pool *pool)
{
	const struct settings *s = settings();
	long wait = s->SMTP_TIMEOUT_SECONDS > s->TWILIO_TIMEOUT_SECONDS
			    ? s->SMTP_TIMEOUT_SECONDS
			    : s->TWILIO_TIMEOUT_SECONDS;
	struct outcome o;
	struct message m;
	enum err e;

	e = message_take(db, pool, (2 * wait + 30) * CLOCK_SECOND, &m);
	if (e != OK)
		return e;
	o = outcome_of(pool, &m);
	if (o.ending == LATER && m.tries >= s->MESSAGE_TRIES)
		o.ending = FAILED;
	e = mark_surely(db, &m, &o);
	tell(pool, &m, &o, e);
	return e;
}
