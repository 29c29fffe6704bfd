/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* confirm.c: what a code's message says and what a right code does. */
#include "bank/confirm.h"

#include <string.h>

#include "bank/customer.h"
#include "bank/factor.h"
#include "bank/guess.h"
#include "bank/intake.h"
#include "bank/message.h"
#include "bank/password.h"
#include "bank/user.h"
#include "lib/settings.h"

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void
put_payment(json_object *data, const struct payment *p)
{
	char amount[MONEY_TEXT];

	put(data, "amount", money_text(amount, p->amount));
	put(data, "currency", p->amount.currency);
	put(data, "payee_name", p->payee_name);
	put(data, "to", p->to);
	put(data, "from_title", p->from_title);
	put(data, "purpose", p->purpose);
}

/* The message names what it confirms. */
static enum err
message_send(struct db *db, struct pool *pool, const struct challenge *c,
	     const struct route_to *way, const char *code,
	     const struct payment *p)
{
	json_object *data = pool_json(pool, json_object_new_object());
	const char *name;
	enum err e;

	if ((e = customer_name(db, pool, c->customer, &name)) != OK)
		return e;
	put(data, "name", name);
	put(data, "code", code);
	put(data, "bank", settings()->BANK_NAME);
	json_object_object_add(
		data, "expires_minutes",
		json_object_new_int64(settings()->OTP_EXPIRY_MINUTES));
	if (p != NULL)
		put_payment(data, p);
	return message_queue_code(db, pool, c, way, data);
}

/* The first way alone, or mail and SMS together. Moves them to the front. */
static int
ways_first(struct route_to *ways, int n)
{
	bool both = strcmp(settings()->CREDENTIALS_SENDING_PROCESS, "BOTH") ==
		    0;
	struct route_to way;
	int i, k = n > 0;

	for (i = 1; both && i < n; i++) {
		if (strcmp(ways[i].channel, "whatsapp") == 0)
			continue;
		way = ways[i];
		ways[i] = ways[k];
		ways[k++] = way;
	}
	return k;
}

/* "a···@bank.example, ··· 01" */
static const char *
ways_masked(struct pool *pool, const struct route_to *ways, int n)
{
	struct buf b = {.pool = pool};
	int i;

	for (i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", ways[i].masked);
	return b.data;
}

static enum err
message_spread(struct db *db, struct pool *pool, const struct challenge *c,
	       const struct route_to *ways, int n, const char *code,
	       const struct payment *p)
{
	enum err e = OK;
	int i;

	for (i = 0; e == OK && i < n; i++)
		e = message_send(db, pool, c, &ways[i], code, p);
	return e;
}

/* Whom an app gives codes, no message disturbs unless they ask for one. */
static enum err
app_serves(struct db *db, const struct challenge *c, bool *serves)
{
	struct factors f;
	enum err e;

	*serves = false;
	if (!factor_counts(c->purpose))
		return OK;
	e = factor_list(db, c->user, &f);
	*serves = e == OK && f.totp;
	return e;
}

enum err
confirm_begin(struct db *db, struct pool *pool, struct challenge *c,
	      const struct payment *p)
{
	struct route_to ways[MESSAGE_WAYS];
	char code[CHALLENGE_CODE];
	bool app;
	enum err e;
	int n;

	if ((e = guess_allowed(db, c)) != OK ||
	    (e = app_serves(db, c, &app)) != OK)
		return e;
	if (app) {
		c->channel = "totp";
		c->sent_to = "";
		return challenge_open_silent(db, pool, c);
	}
	if ((e = message_ways(db, pool, c->customer, ways, &n)) != OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	n = ways_first(ways, n);
	c->channel = ways[0].channel;
	c->sent_to = ways_masked(pool, ways, n);
	if ((e = challenge_open(db, pool, c, code)) != OK)
		return e;
	return message_spread(db, pool, c, ways, n, code, p);
}

/* The one asked for, else as before, else the first. */
static const struct route_to *
way_choose(const struct route_to *ways, int n, const struct resend *r)
{
	const char *channel =
		*r->channel != '\0' ? r->channel : r->challenge.channel;
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(ways[i].channel, channel) == 0)
			return &ways[i];
	return *r->channel == '\0' && n > 0 ? &ways[0] : NULL;
}

static enum err
resend_message(struct db *db, struct resend *r, const struct route_to *way,
	       const char *code)
{
	struct challenge *c = &r->challenge;
	struct payment p;
	enum err e;

	if (strcmp(c->purpose, "transfer") != 0)
		return message_send(db, r->pool, c, way, code, NULL);
	if ((e = payment_get(db, r->pool, c->subject, &p)) != OK ||
	    (e = payment_extend(db, p.id, c->expires_at)) != OK)
		return e;
	return message_send(db, r->pool, c, way, code, &p);
}

static enum err
resend_work(struct db *db, void *arg)
{
	struct resend *r = arg;
	struct challenge *c = &r->challenge;
	const struct route_to *way;
	struct route_to ways[MESSAGE_WAYS];
	char code[CHALLENGE_CODE];
	enum err e;
	int n;

	if ((e = challenge_get(db, r->pool, r->id, c)) != OK)
		return e;
	if (c->has_session &&
	    (r->session == NULL ||
	     !secret_equal(c->session, r->session, SECRET_HASH)))
		return ERR_MISSING;
	if (challenge_strange(c))
		return challenge_ask_again(db, c);
	if ((e = message_ways(db, r->pool, c->customer, ways, &n)) != OK)
		return e;
	if ((way = way_choose(ways, n, r)) == NULL)
		return ERR_INPUT;
	c->channel = way->channel;
	c->sent_to = way->masked;
	if ((e = challenge_renew(db, c, code)) != OK ||
	    (e = guess_resent(db, c)) != OK)
		return e;
	return resend_message(db, r, way, code);
}

enum err
confirm_resend(struct db *db, struct resend *r)
{
	return db_write(db, resend_work, r);
}

enum err
confirm_signin(struct db *db, struct confirm *x, const char *act)
{
	struct challenge *c = &x->challenge;
	struct actor who = {"customer", c->user, x->who->address,
			    x->who->device};
	enum err e;

	x->session_new = (struct session){
		.user = c->user, .customer = c->customer, .browser = true,
		.address = who.address, .device = who.device};
	if ((e = session_new(db, &x->session_new, x->token)) != OK)
		return e;
	if ((e = user_name(db, x->pool, c->user, &x->user_id)) != OK ||
	    (e = audit_add(db, c->customer, &who, act, "")) != OK)
		return e;
	return device_seen(db, x->pool, &x->device, c->user, c->customer, &who);
}

/* Password and code were right: in. */
static enum err
login_confirm(struct db *db, struct confirm *x)
{
	return confirm_signin(db, x, "signin.ok");
}

/* The person is here: the session goes on under a new token. */
static enum err
step_up_confirm(struct db *db, struct confirm *x)
{
	struct challenge *c = &x->challenge;
	struct actor who = {"customer", c->user, x->who->address,
			    x->who->device};
	enum err e;

	e = session_renew(db, x->pool, c->session, false, &x->session_new,
			  x->token);
	if (e != OK)
		return e;
	e = challenge_follow(db, c->session, x->session_new.token_hash);
	if (e != OK)
		return e;
	if ((e = user_name(db, x->pool, c->user, &x->user_id)) != OK)
		return e;
	return audit_add(db, c->customer, &who, "step_up.ok", "");
}

static enum err
transfer_confirm(struct db *db, struct confirm *x)
{
	enum err broken;

	x->verdict = payment_confirm(db, x->pool, &x->challenge, &broken);
	return broken;
}

static enum err
transfer_refuse(struct db *db, struct confirm *x)
{
	return payment_refuse(db, x->pool, x->challenge.subject);
}

/* What a right code does, and what the last wrong one does (NULL: nothing
 * more). Each returns whether what it wrote can be kept; x->verdict is the
 * answer. */
static const struct purpose {
	const char *name;
	enum err (*right)(struct db *, struct confirm *);
	enum err (*refused)(struct db *, struct confirm *);
} purposes[] = {
	{"login", login_confirm, NULL},
	{"transfer", transfer_confirm, transfer_refuse},
	{"register", intake_register, NULL},
	{"reset", password_allow, NULL},
	{"user_id", intake_user_id, NULL},
	{"password", password_confirm, NULL},
	{"step_up", step_up_confirm, NULL},
};

static const struct purpose *
purpose_of(const struct challenge *c)
{
	const struct purpose *p = purposes;

	while (strcmp(p->name, c->purpose) != 0)
		p++; /* the schema knows no others */
	return p;
}

enum err
confirm_right(struct db *db, struct confirm *x)
{
	return purpose_of(&x->challenge)->right(db, x);
}

static enum err
wrong_code(struct db *db, struct confirm *x)
{
	struct challenge *c = &x->challenge;
	struct actor who = {c->user != 0 ? "customer" : "stranger", c->user,
			    x->who->address, x->who->device};
	enum err e;

	/* Nobody's is on the bank's own record: as much work, as long. */
	e = audit_add(db, c->customer, &who, "code.wrong", c->purpose);
	if (e == OK)
		e = guess_wrong(db, x->pool, c, &who);
	if (e != OK || c->tries_left > 0 || purpose_of(c)->refused == NULL)
		return e;
	return purpose_of(c)->refused(db, x);
}

/* Whose codes are locked has no right one: it is answered like any wrong one,
 * which tells nobody whom they are guessing at. */
static enum err
code_that_counts(struct db *db, struct confirm *x, const char **code)
{
	enum err e = challenge_get(db, x->pool, x->id, &x->challenge);

	if (e == OK)
		e = guess_allowed(db, &x->challenge);
	*code = e == ERR_LOCKED ? "" : x->code;
	return e == ERR_LOCKED || e == ERR_MISSING ? OK : e;
}

static enum err
right_code(struct db *db, struct confirm *x)
{
	enum err e = guess_right(db, &x->challenge);

	return e != OK ? e : confirm_right(db, x);
}

/* A code as it counts: none at all where codes are locked. */
struct given {
	struct confirm *x;
	const char *code;
};

/* Is it the person's app's, or on their paper? */
static enum err
other_code(struct db *db, void *arg, const struct challenge *c, bool *right)
{
	const struct given *g = arg;
	struct confirm *x = g->x;
	struct actor who = {"customer", c->user, x->who->address,
			    x->who->device};
	struct factor_owner owner = {x->pool, c->user, c->customer, &who};

	if (!factor_counts(c->purpose))
		return OK;
	return factor_try(db, &owner, g->code, right);
}

/* What this returns decides what is kept; x->verdict is the answer. */
static enum err
confirm_work(struct db *db, void *arg)
{
	struct confirm *x = arg;
	struct given g = {.x = x};
	struct attempt a = {x->id, x->session, NULL, other_code, &g};
	enum err broken;

	if ((broken = code_that_counts(db, x, &g.code)) != OK)
		return broken;
	a.code = g.code;
	x->verdict = challenge_try(db, x->pool, &a, &x->challenge, &broken);
	if (broken != OK)
		return broken;
	if (x->verdict == OK)
		return right_code(db, x);
	return x->verdict == ERR_OTP ? wrong_code(db, x) : OK;
}

enum err
confirm_code(struct db *db, struct confirm *x)
{
	enum err e = db_write(db, confirm_work, x);

	return e != OK ? e : x->verdict;
}
