/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkey_recorded.c: the bank and what a real browser sent: taken once, for
 * the question it answers; a counter that does not rise is a copy's. */
#include <string.h>

#include "bank/assertion.h"
#include "bank/passkey.h"
#include "t/lib/bank.h"
#include "t/tap.h"

static const struct recorded {
	int alg;
	const char *made_client, *made_data;
	const char *used_client, *used_data, *used_signature;
	const char *touched_client, *touched_data, *touched_signature;
} recorded[] = {
#define RECORDED(...) {__VA_ARGS__},
#include "t/unit/webauthn.def"
};

static const uint8_t session[SECRET_HASH] = {9};
static const struct actor somebody = {"customer", 0, "127.0.0.1", "a browser"};

static struct piece
bytes(struct bank *b, const char *hex)
{
	size_t len = strlen(hex) / 2;
	char *out = pool_alloc(b->pool, len);

	secret_unhex(out, len, hex);
	return (struct piece){out, len};
}

static struct webauthn
sent(struct bank *b, const char *client, const char *data,
     const char *signature)
{
	return (struct webauthn){.pool = b->pool,
				 .rp = "localhost",
				 .origin = "http://localhost:8123",
				 .client_data = {client, strlen(client)},
				 .auth_data = bytes(b, data),
				 .signature = bytes(b, signature)};
}

/* The question they answered was no question of ours: make it one. */
static struct ceremony
ask(struct bank *b, const char *kind, int64_t user)
{
	struct ceremony c = {.kind = kind, .user = user,
			     .session = user != 0 ? session : NULL,
			     .address = "127.0.0.1"};

	ceremony_open(b->db, &c);
	bank_tamper(b, "UPDATE ceremony SET challenge = x'0707070707070707"
		       "070707070707070707070707070707070707070707070707'");
	return c;
}

static struct passkey
enrol(struct bank *b, const struct recorded *r)
{
	struct ceremony c = ask(b, "create", b->anna_user);
	struct passkey_new n = {
		.w = sent(b, r->made_client, r->made_data, ""),
		.ceremony = c.id, .session = session, .user = b->anna_user,
		.customer = b->anna, .name = "A browser", .who = &somebody};

	is_int(passkey_add(b->db, &n), OK,
	       "a browser's passkey of kind %d is added", r->alg);
	is_int(passkey_add(b->db, &n), ERR_PASSKEY, "once");
	return n.made;
}

static struct assertion
using(struct bank *b, const struct passkey *p, const struct ceremony *c,
      struct webauthn w)
{
	uint8_t *handle = pool_alloc(b->pool, SECRET_HASH);

	passkey_handle(b->anna_user, handle);
	return (struct assertion){.w = w,
				  .x = {.pool = b->pool, .who = &somebody},
				  .ceremony = c->id,
				  .credential = p->credential,
				  .handle = {handle, SECRET_HASH}};
}

static void
refused(struct bank *b, const struct passkey *p, struct webauthn w,
	const char *why, const char *name)
{
	struct ceremony c = ask(b, "login", 0);
	struct assertion x = using(b, p, &c, w);

	is_int(assertion_signin(b->db, &x), ERR_PASSKEY, "%s is refused", name);
	is_text(x.why, why, "for what it is");
}

static void
test_recorded(struct bank *b, const struct recorded *r)
{
	struct passkey p = enrol(b, r), now;
	struct webauthn w = sent(b, r->used_client, r->used_data,
				 r->used_signature);
	struct ceremony c = {.kind = "login", .address = "127.0.0.1"};
	struct assertion x;

	refused(b, &p,
		sent(b, r->touched_client, r->touched_data,
		     r->touched_signature),
		"the person was not verified", "what was only touched");
	w.origin = "https://bank.example";
	refused(b, &p, w, "another origin", "what another page asked");
	w.origin = "http://localhost:8123";
	w.rp = "bank.example";
	refused(b, &p, w, "another relying party", "what another bank asked");
	w.rp = "localhost";
	ceremony_open(b->db, &c);
	x = using(b, &p, &c, w);
	is_int(assertion_signin(b->db, &x), ERR_PASSKEY,
	       "what another question was answered with is refused");
	is_text(x.why, "another challenge", "for what it is");
	c = ask(b, "login", 0);
	x = using(b, &p, &c, w);
	is_int(assertion_signin(b->db, &x), OK, "the answer signs in");
	is_int(assertion_signin(b->db, &x), ERR_PASSKEY, "and only once");
	is_text(x.why, "answered before", "to its question");
	refused(b, &p, w, "the counter did not rise",
		"the same to the same question asked anew");
	passkey_get(b->db, b->pool, b->anna_user, p.id, &now);
	is_int(now.sign_count, 2, "the counter stays where it was");
	bank_tamper(b, "UPDATE passkey SET sign_count = 9");
	refused(b, &p, w, "the counter did not rise", "a counter that sank");
	bank_tamper(b, "DELETE FROM passkey");
}

int
main(void)
{
	struct bank b;
	size_t i;

	bank_open(&b);
	for (i = 0; i < sizeof recorded / sizeof *recorded; i++)
		test_recorded(&b, &recorded[i]);
	bank_close(&b);
	return tap_done();
}
