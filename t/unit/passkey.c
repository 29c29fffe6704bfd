/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkey.c: tests that a passkey opens one person's door, once a question,
 * and signs one payment, for good. */
#include "bank/passkey.h"

#include <pthread.h>
#include <string.h>

#include "bank/assertion.h"
#include "bank/signature.h"
#include "bank/verify.h"
#include "lib/clock.h"
#include "t/lib/authenticator.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static const uint8_t session[SECRET_HASH] = {1, 2, 3}; /* deal.c's */
static const uint8_t elsewhere[SECRET_HASH] = {3, 2, 1};
static const struct actor anna_acts = {"customer", 0, "192.0.2.7", "a phone"};
static const struct actor stranger = {"stranger", 0, "192.0.2.8", "a phone"};

#define count(b, where) bank_count((b), "SELECT count(*) AS n FROM " where)

static struct ceremony
ask(struct bank *b, const char *kind, int64_t user)
{
	struct ceremony c = {.kind = kind,
			     .user = user,
			     .session = user != 0 ? session : NULL,
			     .address = "192.0.2.7"};

	is_int(ceremony_open(b->db, &c), OK, "a question is asked");
	return c;
}

static struct passkey_new
making(struct bank *b, struct authenticator *a, const struct ceremony *c)
{
	struct answer s = authenticator_create(a, c->challenge);

	return (struct passkey_new){.w = {.pool = b->pool,
					  .rp = "bank.example",
					  .origin = "https://bank.example",
					  .client_data = s.client_data,
					  .auth_data = s.auth_data},
				    .ceremony = c->id,
				    .session = session,
				    .user = b->anna_user,
				    .customer = b->anna,
				    .name = "My phone",
				    .who = &anna_acts};
}

static struct passkey
enrol(struct bank *b, struct authenticator *a)
{
	struct ceremony c = ask(b, "create", b->anna_user);
	struct passkey_new n = making(b, a, &c);

	is_int(passkey_add(b->db, &n), OK, "a passkey is added");
	return n.made;
}

/* What a device answers to a question. */
static struct assertion using(struct bank *b, struct authenticator *a,
			      const struct ceremony *c, int64_t owner)
{
	struct answer s = authenticator_get(a, c->challenge);
	uint8_t *handle = pool_alloc(b->pool, SECRET_HASH);
	struct assertion x = {.w = {.pool = b->pool,
				    .rp = "bank.example",
				    .origin = "https://bank.example",
				    .client_data = s.client_data,
				    .auth_data = s.auth_data,
				    .signature = s.signature},
			      .x = {.pool = b->pool, .who = &stranger},
			      .ceremony = c->id,
			      .credential = {a->id, sizeof a->id},
			      .handle = {handle, SECRET_HASH}};

	passkey_handle(owner, handle);
	if (c->session != NULL) {
		x.x.session = session;
		x.x.who = &anna_acts;
	}
	return x;
}

static void
refused(struct bank *b, struct passkey_new *n, const char *why,
	const char *name)
{
	int64_t before = count(b, "passkey");

	is_int(passkey_add(b->db, n), ERR_PASSKEY, "%s is refused", name);
	is_text(n->why, why, "for what it is");
	is_int(count(b, "passkey"), before, "and not kept");
}

static void
test_add(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);
	int64_t told = count(b, "outbox WHERE template = 'security-changed'"),
		now;
	struct ceremony c;
	struct passkey_new n;
	struct passkey p = enrol(b, &a), *list;

	is_int(count(b, "outbox WHERE template = 'security-changed'"), told + 1,
	       "and the person told");
	is_int(count(b, "audit WHERE act = 'passkey.add' AND "
			"length(detail) = 32"),
	       1, "and it is on record");
	is_int(passkey_list(b->db, b->pool, b->anna_user, &list), OK,
	       "it is listed");
	ok(list != NULL && list->next == NULL &&
		   strcmp(list->name, "My phone") == 0 && list->used_at == 0 &&
		   memcmp(list->id, p.id, SECRET_ID) == 0,
	   "by its name, never used");
	is_int(count(b, "passkey WHERE instr(name, 'phone') > 0"), 0,
	       "which is sealed");
	c = ask(b, "create", b->anna_user);
	n = making(b, &a, &c);
	refused(b, &n, "known already", "the same again");
	a = authenticator_new(b->pool);
	n = making(b, &a, &c);
	refused(b, &n, "answered before", "a second answer");
	c = ask(b, "create", b->anna_user);
	n = making(b, &a, &c);
	n.session = elsewhere;
	refused(b, &n, "another session's question", "another session's");
	n.session = NULL;
	refused(b, &n, "another session's question", "nobody's");
	now = clock_now();
	clock_freeze(now + 5 * CLOCK_MINUTE);
	n.session = session;
	refused(b, &n, "too late", "one that took five minutes");
	clock_freeze(now);
	c = ask(b, "login", 0);
	n = making(b, &a, &c);
	refused(b, &n, "a question of another kind", "an answer to a sign-in");
	n.ceremony = session;
	refused(b, &n, "no such question", "an answer to nothing");
	c = ask(b, "create", b->anna_user);
	a.flags = 0x01;
	n = making(b, &a, &c);
	refused(b, &n, "the person was not verified", "a mere touch");
	ok(count(b, "audit WHERE act = 'passkey.refused'") >= 7,
	   "each refusal is on record");
}

static void
signin_refused(struct bank *b, struct assertion *x, const char *why,
	       const char *name)
{
	int64_t before = count(b, "session");

	is_int(assertion_signin(b->db, x), ERR_PASSKEY, "%s is refused", name);
	is_text(x->why, why, "for what it is");
	is_int(count(b, "session"), before, "and nobody let in");
}

static struct assertion
knock(struct bank *b, struct authenticator *a)
{
	struct ceremony *c = pool_alloc(b->pool, sizeof *c);

	*c = ask(b, "login", 0);
	return using(b, a, c, b->anna_user);
}

static void
test_signin(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool), twin;
	struct passkey p = enrol(b, &a), now;
	struct assertion x = knock(b, &a);
	int64_t before = count(b, "session");

	is_int(assertion_signin(b->db, &x), OK, "a passkey signs in");
	is_int(count(b, "session"), before + 1, "with a session");
	ok(x.x.challenge.user == b->anna_user &&
		   strcmp(x.x.user_id, "anna") == 0 && x.x.token[0] != '\0',
	   "of the one whose it is");
	is_int(count(b, "audit WHERE act = 'signin.passkey'"), 1,
	       "on record as what it is");
	passkey_get(b->db, b->pool, b->anna_user, p.id, &now);
	ok(now.used_at == clock_now() && now.sign_count == 2,
	   "its counter is kept");
	signin_refused(b, &x, "answered before", "the same answer again");
	twin = a;
	x = knock(b, &a);
	is_int(assertion_signin(b->db, &x), OK, "it signs in again");
	x = knock(b, &twin);
	signin_refused(b, &x, "the counter did not rise", "a copy of it");
	is_int(count(b, "audit WHERE act = 'passkey.clone'"), 1,
	       "on record as a copy");
	twin.count = 0;
	x = knock(b, &twin);
	signin_refused(b, &x, "the counter did not rise",
		       "one that stopped counting");
	x = knock(b, &a);
	x.handle.len = 0;
	signin_refused(b, &x, "says it is another person's",
		       "one that says not whose it is");
	x = knock(b, &a);
	passkey_handle(b->ben_user, (uint8_t *)(uintptr_t)x.handle.data);
	signin_refused(b, &x, "says it is another person's",
		       "one that says it is another's");
	x = knock(b, &a);
	x.handle.len = 31;
	signin_refused(b, &x, "says it is another person's",
		       "one that says half of it");
	x = knock(b, &a);
	x.credential.len--;
	before = count(b, "audit");
	signin_refused(b, &x, "no such passkey", "one nobody knows");
	is_int(count(b, "audit"), before, "and on nobody's record");
	x = knock(b, &a);
	x.w.origin = "https://evil.example";
	signin_refused(b, &x, "another origin", "one for another page");
}

static void
test_uncounted(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);
	struct assertion x;

	a.count = 0;
	enrol(b, &a);
	x = knock(b, &a);
	is_int(assertion_signin(b->db, &x), OK,
	       "a passkey that never counts signs in");
	x = knock(b, &a);
	is_int(assertion_signin(b->db, &x), OK, "and again");
	a.count = 7;
	x = knock(b, &a);
	is_int(assertion_signin(b->db, &x), OK, "it may begin to count");
	a.count = 0;
	x = knock(b, &a);
	signin_refused(b, &x, "the counter did not rise",
		       "one that stops counting");
}

static enum err
list_again(struct bank *b, struct pool *pool, void *arg)
{
	struct passkey *list;

	(void)arg;
	return passkey_list(b->db, pool, b->anna_user, &list);
}

static enum err
signature_again(struct bank *b, struct pool *pool, void *transfer)
{
	struct signature s;

	return signature_get(b->db, pool, transfer, &s);
}

static void
test_damaged(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);

	enrol(b, &a);
	fault_loop(b, "listing", list_again, NULL, OK);
	bank_tamper(b, "UPDATE passkey SET name = x'00'");
	is_int(list_again(b, b->pool, NULL), ERR_INTERNAL,
	       "a passkey with a name that does not open is not shown");
	db_rest(b->db);
	bank_tamper(b, "DELETE FROM passkey");
}

static void
test_locked(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);
	struct challenge c;
	struct assertion x;
	int i;

	enrol(b, &a);
	for (i = 0; i < 6; i++)
		deal_signin(b, "anna", "wrong", &c);
	x = knock(b, &a);
	is_int(assertion_signin(b->db, &x), ERR_LOCKED,
	       "who is locked out stays out with a passkey");
	bank_tamper(b, "DELETE FROM signin");
	x = knock(b, &a);
	is_int(assertion_signin(b->db, &x), OK, "until it is lifted");
}

static void
test_questions(struct bank *b)
{
	struct ceremony c = {.kind = "login", .address = "198.51.100.1"};
	int64_t now = clock_now();
	int i, asked = 0;

	for (i = 0; i < CEREMONY_OF_ONE; i++)
		asked += ceremony_open(b->db, &c) == OK;
	is_int(asked, CEREMONY_OF_ONE, "strangers may ask");
	is_int(ceremony_open(b->db, &c), ERR_RATE, "but not without end");
	c.address = "198.51.100.2";
	is_int(ceremony_open(b->db, &c), OK, "which keeps nobody else out");
	clock_freeze(now + 5 * CLOCK_MINUTE);
	is_int(ceremony_open(b->db, &c), OK, "later one may ask again");
	is_int(count(b, "ceremony"), 1, "and what is over is gone");
	clock_freeze(now);
	bank_tamper(b, "DELETE FROM ceremony");
	bank_tamper(b, pool_printf(b->pool,
		    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
		    "FROM n WHERE i < 5000) INSERT INTO ceremony (id, kind, "
		    "nonce, challenge, address, expires_at, state) SELECT "
		    "CAST('x' || i AS BLOB), 'login', x'', x'', 'x' || i, "
		    "%lld + i, 'open' FROM n", (long long)now));
	is_int(ceremony_open(b->db, &c), OK, "however many ask from everywhere");
	is_int(count(b, "ceremony"), 5000, "there is an end to it");
	is_int(count(b, "ceremony WHERE address = 'x1'"), 0,
	       "for the oldest question gives way");
	is_int(count(b, "ceremony WHERE address IN ('x2', '198.51.100.2')"),
	       2, "and no other");
	c = (struct ceremony){.kind = "create",
			      .user = b->anna_user,
			      .session = session,
			      .address = "203.0.113.9"};
	is_int(ceremony_open(b->db, &c), OK, "who is signed in may ask too");
	is_int(count(b, "ceremony"), 5001, "and takes nobody's place");
	bank_tamper(b, "DELETE FROM ceremony");
}

static void
test_change(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);
	struct passkey p = enrol(b, &a), now;
	struct passkey_change c = {.pool = b->pool,
				   .user = b->ben_user,
				   .customer = b->ben,
				   .id = p.id,
				   .name = "Mine now",
				   .who = &anna_acts};
	int64_t told = count(b, "outbox WHERE template = 'security-changed'");
	struct assertion x;

	is_int(passkey_rename(b->db, &c), ERR_MISSING,
	       "nobody names another's passkey");
	is_int(passkey_remove(b->db, &c), ERR_MISSING, "or removes it");
	c.user = b->anna_user;
	c.customer = b->anna;
	is_int(passkey_rename(b->db, &c), OK, "whose it is names it");
	passkey_get(b->db, b->pool, b->anna_user, p.id, &now);
	is_text(now.name, "Mine now", "anew");
	is_int(passkey_remove(b->db, &c), OK, "and removes it");
	is_int(count(b, "outbox WHERE template = 'security-changed'"), told + 1,
	       "and is told");
	is_int(passkey_get(b->db, b->pool, b->anna_user, p.id, &now),
	       ERR_MISSING, "then it is gone");
	x = knock(b, &a);
	signin_refused(b, &x, "no such passkey", "what was removed");
}

/* A payment that waits, and what is to be signed for it. */
static struct ceremony *
bill(struct bank *b, struct order *o)
{
	struct ceremony *c = pool_alloc(b->pool, sizeof *c);

	*o = deal_order(b, ANNA_CURRENT, BEN_CURRENT, money_of(1250, "EUR"));
	deal_give(b, o);
	*c = (struct ceremony){.kind = "pay",
			       .user = b->anna_user,
			       .session = session,
			       .address = "192.0.2.7"};
	memcpy(c->subject, deal_challenge(b, o), SECRET_ID);
	is_int(assertion_ask(b->db, b->pool, c), OK, "a payment can be signed");
	is_int(ceremony_open(b->db, c), OK, "it is asked");
	return c;
}

static bool
all_holds(struct bank *b)
{
	struct verify v;
	int i;

	verify_bank(b->db, b->pool, NULL, &v);
	for (i = 0; i < VERIFY_CHECKS; i++)
		if (!v.checks[i].ok)
			printf("# %s: %s\n", v.checks[i].name,
			       v.checks[i].detail);
	return v.ok;
}

static void
test_pay(struct bank *b, int alg)
{
	int64_t before = count(b, "signature");
	int64_t held = deal_look(b, b->anna_current).held;
	struct authenticator a = authenticator_of(b->pool, alg);
	struct signature kept;
	struct ceremony *c;
	struct assertion x;
	struct order o;

	enrol(b, &a);
	c = bill(b, &o);
	x = using(b, &a, c, b->anna_user);
	x.handle.len = 0;
	is_int(assertion_pay(b->db, &x), OK, "a passkey of kind %d pays",
	       alg);
	is_int(deal_look(b, b->anna_current).held, held,
	       "nothing is held for it then");
	is_int(signature_get(b->db, b->pool, o.id, &kept), OK,
	       "what was signed is kept");
	ok(strcmp(kept.name, "My phone") == 0 &&
		   kept.public_key.len == a.key_len &&
		   memcmp(kept.public_key.data, a.public_key, a.key_len) == 0,
	   "with the passkey's name and key");
	is_int(deal_confirm(b, c->subject, bank_code(b)).verdict, ERR_EXPIRED,
	       "the code of the message pays nothing more");
	is_int(assertion_pay(b->db, &x), ERR_PASSKEY, "nor the same signature");
	is_text(x.why, "answered before", "which was used");
	ok(all_holds(b), "and the book holds");
	is_int(count(b, "audit WHERE act = 'transfer.signed'"), before + 1,
	       "it is on record");
}

enum { RUSH = 8 };
struct rush {
	struct bank *bank;
	const struct assertion *same;
	enum err e;
};

static void *
rush(void *arg)
{
	struct rush *r = arg;
	struct pool *pool = pool_new();
	struct db *db = db_new(r->bank->store);
	struct assertion x = *r->same;

	x.w.pool = x.x.pool = pool;
	r->e = assertion_pay(db, &x);
	db_free(db);
	pool_free(pool);
	return NULL;
}

static void
test_rush(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);
	int64_t before = deal_look(b, b->ben_current).balance;
	pthread_t threads[RUSH];
	struct rush all[RUSH];
	struct assertion x;
	struct order o;
	int i, paid = 0;

	clock_freeze(clock_now() + CLOCK_DAY_MS); /* for the day's limits */
	enrol(b, &a);
	x = using(b, &a, bill(b, &o), b->anna_user);
	for (i = 0; i < RUSH; i++) {
		all[i] = (struct rush){b, &x, ERR_INTERNAL};
		pthread_create(&threads[i], NULL, rush, &all[i]);
	}
	for (i = 0; i < RUSH; i++) {
		pthread_join(threads[i], NULL);
		paid += all[i].e == OK;
	}
	is_int(paid, 1, "the same signature eight times at once pays once");
	is_int(deal_look(b, b->ben_current).balance, before + 1250,
	       "once is what arrives");
	ok(all_holds(b), "and the book holds");
}

static void
test_pay_refused(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);
	struct authenticator bens = authenticator_new(b->pool);
	int64_t before = count(b, "transfer"), now = clock_now();
	struct ceremony *c, login;
	struct assertion x;
	struct order o;

	enrol(b, &a);
	enrol(b, &bens);
	bank_arrange(b, "UPDATE passkey SET bank_user = (SELECT id FROM "
		       "bank_user WHERE user_id = 'ben') WHERE id = "
		       "(SELECT max(id) FROM passkey)");
	c = bill(b, &o);
	x = using(b, &bens, c, b->ben_user);
	is_int(assertion_pay(b->db, &x), ERR_PASSKEY, "another cannot pay");
	is_text(x.why, "another person's passkey", "for that reason");
	c = bill(b, &o);
	x = using(b, &a, c, b->anna_user);
	x.x.session = elsewhere;
	is_int(assertion_pay(b->db, &x), ERR_PASSKEY, "nor another session");
	login = ask(b, "login", 0);
	x = using(b, &a, &login, b->anna_user);
	x.x.session = session;
	is_int(assertion_pay(b->db, &x), ERR_PASSKEY, "nor who signed in");
	x = using(b, &a, c, b->anna_user);
	is_int(deal_confirm(b, c->subject, bank_code(b)).verdict, OK,
	       "who gives the code");
	is_int(assertion_pay(b->db, &x), ERR_EXPIRED, "has no need to sign");
	is_int(count(b, "transfer"), before + 1, "and pays once");
	is_int(assertion_ask(b->db, b->pool, c), ERR_EXPIRED,
	       "what is paid is not signed");
	c = bill(b, &o);
	x = using(b, &a, c, b->anna_user);
	clock_freeze(now + 5 * CLOCK_MINUTE);
	is_int(assertion_pay(b->db, &x), ERR_PASSKEY, "nor five minutes later");
	clock_freeze(now);
	c->session = elsewhere;
	is_int(assertion_ask(b->db, b->pool, c), ERR_MISSING,
	       "another session has no such payment");
	is_int(count(b, "signature"), 1, "no refused signature is kept");
}

static void
test_pay_changed(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);
	struct challenge login;
	struct ceremony *c;
	struct assertion x;
	struct order o;
	uint64_t before;

	enrol(b, &a);
	c = bill(b, &o);
	x = using(b, &a, c, b->anna_user);
	bank_tamper(b, "UPDATE payment SET amount = amount + 1 "
		       "WHERE state = 'waiting'");
	before = fault_digest(b);
	is_int(assertion_pay(b->db, &x), ERR_INTERNAL,
	       "a payment changed behind the bank's back is not paid");
	ok(fault_digest(b) == before, "and nothing happens");
	bank_tamper(b, "UPDATE payment SET amount = amount - 1 "
		       "WHERE state = 'waiting'");
	bank_tamper(b, "UPDATE account SET status = 'frozen' "
		       "WHERE number = '" ANNA_CURRENT "'");
	is_int(assertion_pay(b->db, &x), ERR_CONFLICT,
	       "an account frozen meanwhile pays nothing");
	is_int(signature_get(b->db, b->pool, o.id, &(struct signature){0}),
	       ERR_MISSING, "and keeps no signature");
	bank_tamper(b, "UPDATE account SET status = 'active' "
		       "WHERE number = '" ANNA_CURRENT "'");
	deal_signin(b, "anna", "correct horse", &login);
	memcpy(c->subject, login.id, SECRET_ID);
	is_int(assertion_ask(b->db, b->pool, c), ERR_CONFLICT,
	       "a sign-in is no payment");
	c = bill(b, &o);
	bank_tamper(b, "DELETE FROM hold WHERE id = (SELECT max(id) FROM "
		       "payment); DELETE FROM payment WHERE id = "
		       "(SELECT max(id) FROM payment);"
		       "UPDATE account SET held = held - 1250, "
		       "used_amount = used_amount - 1250, "
		       "used_count = used_count - 1 "
		       "WHERE number = '" ANNA_CURRENT "'");
	is_int(assertion_ask(b->db, b->pool, c), ERR_MISSING,
	       "what is not there any more is not signed");
	db_rest(b->db);
	ok(all_holds(b), "the book holds");
}

struct edit {
	const char *sql;
	struct pool *pool;
	struct verify v;
	enum err edited;
};

/* Looks at an edited book, and leaves it as it was. */
static enum err
edit_work(struct db *db, void *arg)
{
	struct edit *l = arg;

	l->edited = db_script(db, l->sql);
	if (l->edited == OK)
		verify_bank(db, l->pool, NULL, &l->v);
	return ERR_FUNDS;
}

static void
test_verify(struct bank *b)
{
	static const char *const edits[] = {
		"UPDATE signature SET credential = x'00'",
		"UPDATE signature SET public_key = zeroblob(64)",
		"UPDATE signature SET rp = 'evil.example'",
		"UPDATE signature SET origin = 'https://evil.example'",
		"UPDATE signature SET nonce = zeroblob(32)",
		"UPDATE signature SET nonce = x''",
		"UPDATE signature SET client_data = x'7b7d'",
		"UPDATE signature SET auth_data = zeroblob(37)",
		"UPDATE signature SET signature = x'00'",
		"UPDATE signature SET signed_at = signed_at + 1",
		"UPDATE signature SET name = x'00'",
		"UPDATE signature SET transfer = (SELECT id FROM transfer "
		"WHERE id NOT IN (SELECT transfer FROM signature) LIMIT 1)",
		"DELETE FROM signature",
		"UPDATE transfer SET payee_name = NULL "
		"WHERE id IN (SELECT transfer FROM signature)",
		"UPDATE transfer SET amount = amount + 1 "
		"WHERE id IN (SELECT transfer FROM signature)",
		"UPDATE transfer SET currency = 'XXQ' "
		"WHERE id IN (SELECT transfer FROM signature)",
		"UPDATE transfer SET payee_name = x'00' "
		"WHERE id IN (SELECT transfer FROM signature)",
		"UPDATE audit SET detail = '' WHERE act = 'transfer.signed'",
		"UPDATE audit SET detail = substr('xxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxx', 1, 40) WHERE act = 'transfer.signed'",
		"UPDATE audit SET act = 'x' WHERE act = 'transfer.signed'"};
	struct edit l = {.pool = b->pool};
	size_t i;

	for (i = 0; i < sizeof edits / sizeof *edits; i++) {
		l.sql = pool_printf(b->pool,
				    "PRAGMA defer_foreign_keys = 1;"
				    "DROP TRIGGER signature_is_final_update;"
				    "DROP TRIGGER signature_is_final_delete;"
				    "DROP TRIGGER transfer_is_final_update;"
				    "DROP TRIGGER audit_is_final_update;%s",
				    edits[i]);
		db_write(b->db, edit_work, &l);
		ok(l.edited == OK && !l.v.checks[VERIFY_SIGNATURES].ok &&
			   *l.v.checks[VERIFY_SIGNATURES].detail != '\0',
		   "seen: %.60s", edits[i]);
		ok(!l.v.checks[VERIFY_GUARDS].ok, "as are the missing guards");
	}
	ok(all_holds(b), "unedited all holds");
	is_int(bank_tamper(b, "UPDATE signature SET signed_at = 0"),
	       ERR_CONFLICT, "a signature is final");
	is_int(bank_tamper(b, "DELETE FROM signature"), ERR_CONFLICT,
	       "and stays");
}

static enum err
add_again(struct bank *b, struct pool *pool, void *arg)
{
	struct passkey_new n = *(struct passkey_new *)arg;

	n.w.pool = pool;
	return passkey_add(b->db, &n);
}

static enum err
signin_again(struct bank *b, struct pool *pool, void *arg)
{
	struct assertion x = *(struct assertion *)arg;

	x.w.pool = x.x.pool = pool;
	return assertion_signin(b->db, &x);
}

static enum err
pay_again(struct bank *b, struct pool *pool, void *arg)
{
	struct assertion x = *(struct assertion *)arg;

	x.w.pool = x.x.pool = pool;
	return assertion_pay(b->db, &x);
}

static enum err
open_again(struct bank *b, struct pool *pool, void *arg)
{
	struct ceremony c = *(struct ceremony *)arg;

	(void)pool;
	return ceremony_open(b->db, &c);
}

static enum err
change_again(struct bank *b, struct pool *pool, void *arg)
{
	struct passkey_change c = *(struct passkey_change *)arg;

	c.pool = pool;
	return c.name != NULL ? passkey_rename(b->db, &c)
			      : passkey_remove(b->db, &c);
}

static void
test_faults(struct bank *b)
{
	struct authenticator a = authenticator_new(b->pool);
	struct ceremony c = ask(b, "create", b->anna_user), *due;
	struct passkey_new n = making(b, &a, &c);
	struct passkey_change change = {.pool = b->pool,
					.user = b->anna_user,
					.customer = b->anna,
					.name = "Other",
					.who = &anna_acts};
	struct passkey made;
	struct assertion x;
	struct order o;

	fault_loop(b, "adding", add_again, &n, OK);
	passkey_find(b->db, b->pool, (struct piece){a.id, sizeof a.id}, &made);
	c = ask(b, "login", 0);
	fault_loop(b, "asking", open_again, &c, OK);
	x = using(b, &a, &c, b->anna_user);
	fault_loop(b, "signing in", signin_again, &x, OK);
	due = bill(b, &o);
	x = using(b, &a, due, b->anna_user);
	fault_loop(b, "paying", pay_again, &x, OK);
	fault_loop(b, "reading what was signed", signature_again, o.id, OK);
	c = ask(b, "login", 0);
	x = using(b, &a, &c, b->anna_user);
	x.w.origin = "https://evil.example";
	fault_loop(b, "refusing", signin_again, &x, ERR_PASSKEY);
	change.id = made.id;
	fault_loop(b, "naming", change_again, &change, OK);
	change.name = NULL;
	fault_loop(b, "removing", change_again, &change, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_add(&b);
	test_signin(&b);
	test_uncounted(&b);
	test_damaged(&b);
	test_locked(&b);
	test_questions(&b);
	test_change(&b);
	test_pay(&b, -7);
	test_pay_refused(&b);
	test_pay_changed(&b);
	test_verify(&b);
	test_faults(&b);
	test_rush(&b); /* whose day is another one's */
	test_pay(&b, -8);
	test_pay(&b, -257);
	bank_close(&b);
	return tap_done();
}
