/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* confirm.c: what a right code does, whatever it confirms. */
#include "bank/confirm.h"

#include <string.h>

#include "bank/factor.h"
#include "bank/guess.h"
#include "bank/intake.h"
#include "bank/password.h"
#include "bank/user.h"

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
	e = challenge_follow(db, x->pool, c->session,
			     x->session_new.token_hash);
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

/* An application's own codes are given to it (application_code.h). */
static enum err
apply_confirm(struct db *db, struct confirm *x)
{
	(void)db;
	x->verdict = ERR_MISSING;
	return ERR_MISSING;
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
	{"apply", apply_confirm, NULL},
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
