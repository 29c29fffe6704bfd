/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seals.c: whoever writes into the rows that decide who gets in gets nobody
 * in, and is found out. */
#include <string.h>

#include "bank/assertion.h"
#include "bank/passkey.h"
#include "bank/password.h"
#include "bank/session.h"
#include "bank/signin.h"
#include "bank/user.h"
#include "bank/verify.h"
#include "lib/clock.h"
#include "t/lib/authenticator.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

#define FROM_BEN(column)                                                     \
	"UPDATE bank_user SET " column " = (SELECT " column " FROM bank_user "  \
	"WHERE user_id = 'ben') WHERE user_id = 'anna'"

/* What the verification says of the people who may come in; NULL: all holds. */
static const char *
fault_of(struct bank *b)
{
	struct verify v;

	verify_bank(b->db, b->pool, NULL, &v);
	return v.checks[VERIFY_USERS].ok ? NULL
					 : v.checks[VERIFY_USERS].detail;
}

static enum err
sign(struct bank *b, const char *password)
{
	struct challenge c;

	bank_tamper(b, "DELETE FROM signin; DELETE FROM rate");
	return deal_signin(b, "anna", password, &c);
}

/* A hash whose password one knows, in somebody's row. */
static void
test_password(struct bank *b)
{
	struct user u;

	bank_arrange(b, "UPDATE bank_user SET password = 'other' "
			"WHERE user_id = 'anna'");
	is_int(sign(b, "correct horse"), ERR_CREDENTIALS,
	       "with another password the old one is wrong");
	bank_tamper(b, FROM_BEN("password"));
	is_int(sign(b, "correct horse"), ERR_CREDENTIALS,
	       "a hash that was pasted in lets nobody in");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'signin.changed' AND subject = 1"),
	       1, "which is on record");
	is_text(fault_of(b),
		"User anna: the password, role or customer was changed by "
		"another.",
		"and the verification names whose it is");
	bank_tamper(b, FROM_BEN("seal"));
	is_int(sign(b, "correct horse"), ERR_CREDENTIALS,
	       "nor with the seal pasted, too");
	is_int(user_find(b->db, b->pool, "anna", &u), ERR_CONFLICT,
	       "nobody acts on that row");
	db_rest(b->db);
	bank_arrange(b, FROM_BEN("password"));
	is_int(sign(b, "correct horse"), OK,
	       "sealed by the bank it would (negative control)");
	ok(fault_of(b) == NULL, "and all holds");
}

static void
test_columns(struct bank *b)
{
	static const char *const edits[] = {
		"UPDATE bank_user SET customer = 2 WHERE user_id = 'anna'",
		"UPDATE bank_user SET role = 'admin' WHERE user_id = 'anna'",
		"UPDATE bank_user SET password_set_at = 1 "
		"WHERE user_id = 'anna'",
		"PRAGMA defer_foreign_keys = 1;"
		"UPDATE bank_user SET user_id = 'x' WHERE user_id = 'ben';"
		"UPDATE bank_user SET user_id = 'ben' WHERE user_id = 'anna';"
		"UPDATE bank_user SET user_id = 'anna' WHERE user_id = 'x'",
		"UPDATE bank_user SET seal = x'' WHERE user_id = 'anna'"};
	static const char save[] =
		"CREATE TABLE kept AS SELECT * FROM bank_user";
	static const char back[] =
		"DELETE FROM bank_user WHERE user_id = 'x';"
		"UPDATE bank_user SET user_id = 'kept' || id;"
		"UPDATE bank_user SET (user_id, customer, role, "
		"password_set_at, seal) = (SELECT user_id, customer, role, "
		"password_set_at, seal FROM kept WHERE kept.id = "
		"bank_user.id)";
	size_t i;

	bank_tamper(b, save);
	for (i = 0; i < sizeof edits / sizeof *edits; i++) {
		is_int(bank_tamper(b, edits[i]), OK, "%.50s", edits[i]);
		is_int(sign(b, "correct horse"), ERR_CREDENTIALS,
		       "lets nobody in");
		ok(fault_of(b) != NULL, "and is found out");
		is_int(session_token(b->db, b->pool, "anna", false,
				     (char[SESSION_TOKEN]){0}),
		       ERR_CONFLICT, "nor is there a token for it");
		bank_tamper(b, back);
		is_int(sign(b, "correct horse"), OK, "as it was it does");
	}
	bank_tamper(b, "DROP TABLE kept");
}

static void
test_sessions(struct bank *b)
{
	static const char *const edits[] = {
		"bank_user = 2", "customer = 2", "role = 'admin'",
		"user_id = 'ben'", "read_only = 1", "password_old = 1",
		"created_at = created_at + 1", "kind = 'token'",
		"expires_at = 9000000000000", "id = randomblob(16)",
		"confirmed_at = confirmed_at + 1",
		"seal = x''"};
	struct confirm in;
	struct session s, *list;
	size_t i;

	for (i = 0; i < sizeof edits / sizeof *edits; i++) {
		in = deal_browser(b, "anna");
		is_int(session_find(b->db, b->pool, in.token, &s), OK,
		       "a session is open");
		db_rest(b->db);
		bank_tamper(b, pool_printf(b->pool, "UPDATE session SET %s",
					   edits[i]));
		is_int(session_find(b->db, b->pool, in.token, &s), ERR_LOGIN,
		       "with %s it is over", edits[i]);
		ok(!s.idled, "for good");
		session_list(b->db, b->pool, b->anna_user, &list);
		ok(list == NULL, "nobody is shown it");
		db_rest(b->db);
		ok(fault_of(b) != NULL, "and that is found out");
		bank_tamper(b, "DELETE FROM session");
	}
	in = deal_browser(b, "anna");
	bank_tamper(b, "UPDATE session SET last_seen = last_seen + 1, "
		       "language = 'de'");
	is_int(session_find(b->db, b->pool, in.token, &s), OK,
	       "what is noted of its use does not end it");
	ok(fault_of(b) == NULL, "and all holds");
}

struct renewing {
	struct pool *pool;
	uint8_t hash[SECRET_HASH];
	bool password_new;
	struct session s;
	char token[SESSION_TOKEN];
};

static enum err
renew_work(struct db *db, void *arg)
{
	struct renewing *r = arg;

	return session_renew(db, r->pool, r->hash, r->password_new, &r->s,
			     r->token);
}

static void
test_renewed(struct bank *b)
{
	struct confirm in = deal_browser(b, "anna");
	struct renewing r = {.pool = b->pool};
	struct session s;

	memcpy(r.hash, in.session_new.token_hash, SECRET_HASH);
	bank_arrange(b, "UPDATE session SET password_old = 1");
	is_int(db_write(b->db, renew_work, &r), OK, "a session goes on");
	is_int(session_find(b->db, b->pool, r.token, &s), OK,
	       "under another token");
	ok(s.password_old, "with a password that is still too old");
	db_rest(b->db);
	memcpy(r.hash, s.token_hash, SECRET_HASH);
	r.password_new = true;
	db_write(b->db, renew_work, &r);
	is_int(session_find(b->db, b->pool, r.token, &s), OK, "and again");
	ok(!s.password_old, "with a new one");
	db_rest(b->db);
	ok(fault_of(b) == NULL, "and all holds");
	bank_tamper(b, "UPDATE session SET role = 'admin'");
	memcpy(r.hash, s.token_hash, SECRET_HASH);
	is_int(db_write(b->db, renew_work, &r), ERR_MISSING,
	       "one that was changed does not");
	bank_tamper(b, "DELETE FROM session");
}

static enum err
allow_work(struct db *db, void *arg)
{
	return password_allow(db, arg);
}

static void
test_resets(struct bank *b)
{
	static const char *const edits[] = {"bank_user = 2",
					    "expires_at = 9000000000000",
					    "seal = x'00'"};
	struct confirm x = {.pool = b->pool, .who = &deal_actor};
	struct password_reset r = {.pool = b->pool, .who = &deal_actor,
				   .password_new = "harbour-11"};
	size_t i;

	x.challenge.user = b->anna_user;
	x.challenge.customer = b->anna;
	for (i = 0; i < sizeof edits / sizeof *edits; i++) {
		db_write(b->db, allow_work, &x);
		ok(fault_of(b) == NULL, "a new password is allowed");
		bank_tamper(b, pool_printf(b->pool,
					   "UPDATE password_reset SET %s",
					   edits[i]));
		r.token = x.token;
		is_int(password_reset(b->db, &r), ERR_EXPIRED,
		       "with %s it is not", edits[i]);
		ok(fault_of(b) != NULL, "which is found out");
		bank_tamper(b, "DELETE FROM password_reset");
	}
}

static void
test_passkeys(struct bank *b)
{
	static const char *const edits[] = {
		"bank_user = 2", "public_key = zeroblob(64)",
		"public_key = x''",
		"seal = zeroblob(32)"};
	static const uint8_t session[SECRET_HASH] = {9};
	struct authenticator a = authenticator_new(b->pool);
	struct ceremony c = {.kind = "create", .user = b->anna_user,
			     .session = session, .address = "127.0.0.1"};
	struct passkey_new n = {.ceremony = c.id, .session = session,
				.user = b->anna_user, .customer = b->anna,
				.name = "My phone", .who = &deal_actor};
	struct assertion x;
	struct answer s;
	uint8_t handle[SECRET_HASH];
	size_t i;

	ceremony_open(b->db, &c);
	s = authenticator_create(&a, c.challenge);
	n.w = (struct webauthn){.pool = b->pool, .rp = a.rp,
				.origin = a.origin,
				.client_data = s.client_data,
				.auth_data = s.auth_data};
	is_int(passkey_add(b->db, &n), OK, "a passkey is added");
	ok(fault_of(b) == NULL, "and sealed");
	passkey_handle(b->anna_user, handle);
	for (i = 0; i < sizeof edits / sizeof *edits; i++) {
		bank_tamper(b, pool_printf(b->pool, "UPDATE passkey SET %s",
					   edits[i]));
		c = (struct ceremony){.kind = "login", .address = "127.0.0.1"};
		ceremony_open(b->db, &c);
		s = authenticator_get(&a, c.challenge);
		x = (struct assertion){
			.w = {.pool = b->pool, .rp = a.rp, .origin = a.origin,
			      .client_data = s.client_data,
			      .auth_data = s.auth_data,
			      .signature = s.signature},
			.x = {.pool = b->pool, .who = &deal_actor},
			.ceremony = c.id,
			.credential = {a.id, sizeof a.id},
			.handle = {handle, sizeof handle}};
		is_int(assertion_signin(b->db, &x), ERR_PASSKEY,
		       "with %s it opens nothing", edits[i]);
		is_text(x.why, "the bank's record of it was changed by another",
			"for what it is");
		ok(fault_of(b) != NULL, "which is found out");
	}
	bank_tamper(b, "UPDATE passkey SET name = x'00'");
	ok(fault_of(b) != NULL, "nor is what cannot be opened sound");
	bank_tamper(b, "DELETE FROM passkey");
	ok(fault_of(b) == NULL, "what is gone is");
}

static enum err
seal_all(struct db *db, void *arg)
{
	struct pool *pool = pool_new();
	enum err e = arg == NULL ? user_seal_all(db, pool)
				 : session_seal_all(db, pool);

	if (e == OK && arg != NULL)
		e = passkey_seal_all(db, pool);
	pool_free(pool);
	return e;
}

static enum err
seal_try(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return db_write(b->db, seal_all, arg);
}

/* Rows that nothing of ours wrote end it: no other can be sealed then. */
static void
test_odd(struct bank *b)
{
	bank_tamper(b, "INSERT INTO session (token_hash, id, bank_user, role, "
		       "user_id, language, kind, device, address, created_at, "
		       "last_seen, expires_at) VALUES (x'01', x'', 1, "
		       "'customer', 'anna', 'en', 'token', '', '', 1, 1, 9)");
	is_int(db_write(b->db, seal_all, b), ERR_INTERNAL,
	       "a session that can be nobody's is not sealed");
	bank_tamper(b, "DELETE FROM session");
	bank_tamper(b, "INSERT INTO passkey (id, bank_user, credential, "
		       "public_key, name, sign_count, aaguid, backed_up, "
		       "made_at) VALUES (x'01', 1, x'02', x'03', x'', 0, x'', "
		       "0, 1)");
	is_int(db_write(b->db, seal_all, b), ERR_INTERNAL,
	       "nor such a passkey");
	bank_tamper(b, "DELETE FROM passkey;"
		       "INSERT INTO passkey (id, bank_user, credential, "
		       "public_key, name, sign_count, aaguid, backed_up, "
		       "made_at) VALUES (randomblob(16), 1, x'02', x'03', "
		       "x'', 0, x'', 0, 1)");
	fault_loop(b, "sealing passkeys", seal_try, b, OK);
	bank_tamper(b, "DELETE FROM passkey");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	ok(fault_of(&b) == NULL, "what the bank wrote holds");
	test_password(&b);
	test_columns(&b);
	test_sessions(&b);
	test_renewed(&b);
	test_resets(&b);
	test_passkeys(&b);
	bank_tamper(&b, "UPDATE bank_user SET seal = x''");
	fault_loop(&b, "sealing users", seal_try, NULL, OK);
	ok(fault_of(&b) == NULL, "what is sealed as it stands holds");
	deal_browser(&b, "anna");
	bank_tamper(&b, "UPDATE session SET seal = x''");
	fault_loop(&b, "sealing sessions", seal_try, &b, OK);
	ok(fault_of(&b) == NULL, "as do they");
	test_odd(&b);
	bank_close(&b);
	return tap_done();
}
