/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_code.c: sends and tries the codes of an application, and keeps
 * whoever sends and tries too many from it. */
#include "bank/application_code.h"

#include <ctype.h>
#include <string.h>

#include "bank/application_impl.h"
#include "bank/guess.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "lib/settings.h"

static bool
by_mail(const struct application_code *x)
{
	return strcmp(x->channel, "email") == 0;
}

static const char *
address_of(const struct application_code *x)
{
	return by_mail(x) ? x->application.email : x->application.mobile;
}

/* It is what the code confirms, in this channel and no other. */
static void
bound_set(const struct application_code *x, uint8_t bound[SECRET_HASH])
{
	const char *to = address_of(x);
	struct piece pieces[] = {{x->channel, strlen(x->channel) + 1},
				 {to, strlen(to)}};

	secret_hash_pieces(bound, pieces, 2);
}

/* Of the session and the application alone; for the address as it is now. */
static enum err
code_find(struct db *db, struct application_code *x)
{
	uint8_t bound[SECRET_HASH];
	enum err e;

	e = challenge_newest(db, x->pool, x->session,
			     x->application.public_id, by_mail(x),
			     &x->challenge);
	if (e != OK)
		return e;
	bound_set(x, bound);
	return secret_equal(bound, x->challenge.bound, SECRET_HASH)
		       ? OK
		       : ERR_MISSING;
}

enum err
application_code_look(struct db *db, struct application_code *x)
{
	return code_find(db, x);
}

/* As it stands now, and whether this may be confirmed. */
static enum err
application_again(struct db *db, struct application_code *x)
{
	struct application *a = &x->application;
	enum err e = application_get(db, x->pool, a->id, a);

	if (e != OK)
		return e;
	if (!application_open(a, x->channel) ||
	    application_done(a, x->channel))
		return ERR_CONFLICT;
	return OK;
}

enum err
application_rate_to(struct db *db, struct pool *pool, const char *address,
		    struct rate *out)
{
	char *folded = pool_strdup(pool, address), *c;

	for (c = folded; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return rate_take(db, RATE_APPLY_TO, folded, out);
}

/* No mailbox or phone can be flooded, however many applications name it; and no
 * application makes the bank write to one number after the other. */
static enum err
not_too_often(struct db *db, struct application_code *x)
{
	char id[SECRET_ID_TEXT];
	struct rate rate;
	enum err e = application_rate_to(db, x->pool, address_of(x), &rate);

	if (e == OK)
		e = rate_take(db, RATE_APPLY_OWN,
			      secret_id_text(id, x->application.public_id),
			      &rate);

	x->wait_ms = e == ERR_RATE ? rate.wait_ms : 0;
	return e;
}

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static enum err
code_queue(struct db *db, struct application_code *x, const char *code)
{
	json_object *data = pool_json(x->pool, json_object_new_object());
	struct message_to to = {
		.language = x->application.language,
		.channel = x->challenge.channel, .address = address_of(x),
		.template = "code-apply", .challenge = &x->challenge,
		.expires_at = x->challenge.expires_at};

	put(data, "name", x->application.name);
	put(data, "code", code);
	put(data, "bank", settings()->BANK_NAME);
	put(data, "reference", x->application.reference);
	json_object_object_add(
		data, "expires_minutes",
		json_object_new_int64(settings()->OTP_EXPIRY_MINUTES));
	return message_send_to(db, x->pool, &to, data);
}

static enum err
code_open(struct db *db, struct application_code *x, const char *channel,
	  char code[CHALLENGE_CODE])
{
	struct challenge *c = &x->challenge;

	*c = (struct challenge){
		.purpose = "apply", .has_session = true, .channel = channel,
		.sent_to = message_masked(x->pool, address_of(x))};
	memcpy(c->session, x->session, SECRET_HASH);
	memcpy(c->subject, x->application.public_id, SECRET_ID);
	bound_set(x, c->bound);
	return challenge_open(db, x->pool, c, code);
}

/* What is not good any more is begun anew, with new tries: guess.h counts
 * those that died. */
static enum err
code_send(struct db *db, struct application_code *x)
{
	const char *channel = by_mail(x) ? "email" : message_mobile_channel();
	char code[CHALLENGE_CODE];
	enum err e;

	if (channel == NULL)
		return ERR_MISSING;
	e = code_find(db, x);
	if (e == OK)
		e = challenge_renew(db, &x->challenge, code);
	if (e == ERR_MISSING || e == ERR_EXPIRED)
		e = code_open(db, x, channel, code);
	if (e != OK)
		return e;
	if ((e = code_queue(db, x, code)) != OK)
		return e;
	return application_audit(db, &x->application, x->who,
				 "application.code", x->channel);
}

static enum err
send_work(struct db *db, void *arg)
{
	struct application_code *x = arg;
	enum err e = application_again(db, x);
	struct challenge c = {.purpose = "apply"};

	if (e != OK)
		return e;
	memcpy(c.subject, x->application.public_id, SECRET_ID);
	if ((e = guess_allowed(db, &c)) != OK ||
	    (e = not_too_often(db, x)) != OK)
		return e;
	return code_send(db, x);
}

enum err
application_code_send(struct db *db, struct application_code *x)
{
	return db_write(db, send_work, x);
}

/* The mail is the person's: so is what comes by it. */
enum err
application_link_mail(struct db *db, struct pool *pool,
		      const struct application *a)
{
	json_object *data = pool_json(pool, json_object_new_object());
	char token[SESSION_TOKEN];
	enum err e = application_link_new(db, a, token);

	if (e != OK)
		return e;
	put(data, "link", pool_printf(pool, "%s/apply/resume?token=%s",
				      settings()->PUBLIC_BASE_URL, token));
	json_object_object_add(data, "days",
			       json_object_new_int(APPLICATION_LINK_DAYS));
	return application_tell(db, pool, a, "apply-link", data);
}

static enum err
code_right(struct db *db, struct application_code *x)
{
	enum err e = guess_right(db, &x->challenge);

	if (e == OK)
		e = application_mark_code(db, &x->application, x->channel,
					  x->who);
	if (e != OK || !by_mail(x))
		return e;
	return application_link_mail(db, x->pool, &x->application);
}

static enum err
code_wrong(struct db *db, struct application_code *x)
{
	enum err e = application_audit(db, &x->application, x->who,
				       "application.code_wrong", x->channel);

	return e != OK ? e : guess_wrong(db, x->pool, &x->challenge, x->who);
}

/* What this returns decides what is kept; x->verdict is the answer. */
static enum err
try_work(struct db *db, void *arg)
{
	struct application_code *x = arg;
	struct attempt a = {.session = x->session, .code = x->code};
	uint8_t id[SECRET_ID];
	enum err broken;

	if ((x->verdict = application_again(db, x)) != OK ||
	    (x->verdict = code_find(db, x)) != OK ||
	    (x->verdict = guess_allowed(db, &x->challenge)) != OK)
		return x->verdict;
	memcpy(id, x->challenge.id, SECRET_ID);
	a.id = id;
	x->verdict = challenge_try(db, x->pool, &a, &x->challenge, &broken);
	if (broken != OK)
		return broken;
	if (x->verdict == OK)
		return code_right(db, x);
	return x->verdict == ERR_OTP ? code_wrong(db, x) : OK;
}

enum err
application_code_try(struct db *db, struct application_code *x)
{
	enum err e = db_write(db, try_work, x);

	return e != OK ? e : x->verdict;
}
