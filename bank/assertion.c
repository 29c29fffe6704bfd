/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* assertion.c: what must hold before a passkey's answer counts, and what it
 * does then. */
#include "bank/assertion.h"

#include <string.h>

#include "bank/signature.h"
#include "bank/signin.h"
#include "lib/clock.h"

/* Who may be missing only where we asked for this user's passkeys. */
static bool
handle_fits(const struct assertion *a, bool needed)
{
	uint8_t handle[SECRET_HASH];

	if (a->handle.len == 0)
		return !needed;
	passkey_handle(a->passkey.user, handle);
	return a->handle.len == sizeof handle &&
	       secret_equal(a->handle.data, handle, sizeof handle);
}

/* A device that counts must have counted on: else there are two of it. */
static bool
is_clone(const struct assertion *a)
{
	return (a->passkey.sign_count != 0 || a->w.sign_count != 0) &&
	       (int64_t)a->w.sign_count <= a->passkey.sign_count;
}

static const char clone[] = "the counter did not rise";

static const char *
answer_fault(struct assertion *a, const struct ceremony *c)
{
	const char *why;

	if (a->passkey.changed)
		return "the bank's record of it was changed by another";
	if (c->user != 0 && c->user != a->passkey.user)
		return "another person's passkey";
	if (!handle_fits(a, c->user == 0))
		return "says it is another person's";
	a->w.challenge = c->challenge;
	a->w.key = a->passkey.public_key;
	if ((why = webauthn_get(&a->w)) != NULL)
		return why;
	return is_clone(a) ? clone : NULL;
}

static enum err
answer_check(struct db *db, struct assertion *a, const char *kind,
	     struct ceremony *c)
{
	enum err e;

	memset(&a->passkey, 0, sizeof a->passkey);
	e = ceremony_take(db, kind, a->ceremony, a->x.session, c, &a->why);
	if (e != OK || a->why != NULL)
		return e;
	e = passkey_find(db, a->w.pool, a->credential, &a->passkey);
	if (e == ERR_MISSING) {
		a->why = "no such passkey";
		return OK;
	}
	if (e != OK)
		return e;
	a->why = answer_fault(a, c);
	return a->why == NULL ? passkey_used(db, &a->passkey, &a->w) : OK;
}

/* What a stranger tries with nobody's passkey is on nobody's record. */
static enum err
answer_refuse(struct db *db, struct assertion *a)
{
	a->x.verdict = ERR_PASSKEY;
	if (a->passkey.user == 0)
		return OK;
	return audit_add(db, a->passkey.customer, a->x.who,
			 a->why == clone ? "passkey.clone" : "passkey.refused",
			 a->why);
}

static enum err
signin_work(struct db *db, void *arg)
{
	struct assertion *a = arg;
	struct ceremony c;
	enum err e;

	a->x.verdict = OK;
	if ((e = answer_check(db, a, "login", &c)) != OK)
		return e;
	if (a->why != NULL)
		return answer_refuse(db, a);
	e = signin_open(db, a->w.pool, a->passkey.user_id);
	if (e == ERR_LOCKED) {
		a->x.verdict = e;
		return OK;
	}
	if (e != OK)
		return e;
	a->x.challenge = (struct challenge){
		.purpose = "login", .user = a->passkey.user,
		.customer = a->passkey.customer};
	return confirm_signin(db, &a->x, "signin.passkey");
}

enum err
assertion_signin(struct db *db, struct assertion *a)
{
	enum err e = db_write(db, signin_work, a);

	return e != OK ? e : a->x.verdict;
}

enum err
assertion_ask(struct db *db, struct pool *pool, struct ceremony *c)
{
	struct challenge code;
	struct payment p;
	enum err e;

	e = challenge_get_open(db, pool, c->subject, c->session, &code);
	if (e != OK)
		return e;
	if (strcmp(code.purpose, "transfer") != 0)
		return ERR_CONFLICT;
	if ((e = payment_get(db, pool, code.subject, &p)) != OK)
		return e;
	secret_random(c->nonce, sizeof c->nonce);
	signature_challenge(&p, c->nonce, c->challenge);
	return OK;
}

/* What was asked is computed again from the payment as it stands now. */
static enum err
payment_check(struct db *db, const struct assertion *a,
	      const struct ceremony *c)
{
	uint8_t challenge[SECRET_HASH];
	struct payment p;
	enum err e;

	e = payment_get(db, a->w.pool, a->x.challenge.subject, &p);
	if (e != OK)
		return e;
	signature_challenge(&p, c->nonce, challenge);
	return secret_equal(challenge, c->challenge, sizeof challenge)
		       ? OK
		       : ERR_INTERNAL;
}

static enum err
payment_sign(struct db *db, const struct assertion *a,
	     const struct ceremony *c)
{
	struct signature s = {
		.name = a->passkey.name, .rp = a->w.rp, .origin = a->w.origin,
		.credential = a->passkey.credential,
		.public_key = a->passkey.public_key,
		.client_data = a->w.client_data, .auth_data = a->w.auth_data,
		.signature = a->w.signature, .signed_at = clock_now()};

	memcpy(s.transfer, a->x.challenge.subject, SECRET_ID);
	memcpy(s.nonce, c->nonce, SECRET_HASH);
	return signature_keep(db, a->w.pool, &s, a->passkey.customer,
			      a->x.who);
}

static enum err
pay_work(struct db *db, void *arg)
{
	struct assertion *a = arg;
	struct confirm *x = &a->x;
	struct ceremony c;
	enum err e;

	x->verdict = OK;
	if ((e = answer_check(db, a, "pay", &c)) != OK)
		return e;
	if (a->why != NULL)
		return answer_refuse(db, a);
	e = challenge_take(db, x->pool, c.subject, x->session, &x->challenge);
	if (e == ERR_EXPIRED) {
		x->verdict = e;
		return OK;
	}
	if (e != OK)
		return e;
	if ((e = payment_check(db, a, &c)) != OK ||
	    (e = confirm_right(db, x)) != OK || x->verdict != OK)
		return e;
	return payment_sign(db, a, &c);
}

enum err
assertion_pay(struct db *db, struct assertion *a)
{
	enum err e = db_write(db, pay_work, a);

	return e != OK ? e : a->x.verdict;
}
