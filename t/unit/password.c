/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* password.c: tests of what a password must be and of setting a new one. */
#include "bank/password.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bank/signin.h"
#include "bank/user.h"
#include "lib/breach.h"
#include "lib/clock.h"
#include "lib/settings.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static int
faults(struct bank *b, const char *password)
{
	const char *list[PASSWORD_FAULTS];

	return password_faults(b->pool, password, list);
}

static void
test_length(struct bank *b)
{
	char text[400];

	is_int(faults(b, "1z3v5x7"), 1, "a password has eight characters");
	is_int(faults(b, "éééé"), 1, "characters, not bytes");
	ok(faults(b, "1z3v5x7u") == 0 && faults(b, "éééééééé") == 0,
	   "or more");
	memset(text, '+', sizeof text);
	text[129] = '\0';
	is_int(faults(b, text), 1, "and at most 128");
	text[128] = '\0';
	is_int(faults(b, text), 0, "which is enough");
	bank_set(b, "PASSWORD_POLICY_MIN_PASSWORD_LENGTH", "12");
	is_int(faults(b, "1z3v5x7u9q1"), 1, "the operator may want more");
	bank_set(b, "PASSWORD_POLICY_MIN_PASSWORD_LENGTH", "8");
}

static void
test_kinds(struct bank *b)
{
	static const char *const names[] = {
		"PASSWORD_POLICY_MIN_CAPITAL_CHAR_COUNT",
		"PASSWORD_POLICY_MIN_SMALL_CHAR_COUNT",
		"PASSWORD_POLICY_MIN_NUMBER_COUNT",
		"PASSWORD_POLICY_MIN_NON_ALPHA_NUMERIC_CHAR_COUNT"};
	static const char *const lacking[] = {
		"quiet-27-harvest", "QUIET-27-HARVEST", "Quiet-Harvest",
		"Quiet27Harvest"};
	size_t i;

	for (i = 0; i < 4; i++) {
		is_int(faults(b, lacking[i]), 0, "%s is good", lacking[i]);
		bank_set(b, names[i], "2");
		is_int(faults(b, lacking[i]), 1, "until %s wants two of them",
		       names[i]);
		is_int(faults(b, "QUIET-27-harvest"), 0,
		       "which others have");
	}
	is_int(faults(b, ""), 5, "all that is wrong is said at once");
	for (i = 0; i < 4; i++)
		bank_set(b, names[i], "0");
}

static void
test_known(struct bank *b)
{
	const char *from = pool_printf(b->pool, "%s/in", b->dir);
	const char *share = pool_strdup(b->pool, settings()->SHARE_DIR);
	struct breach_list l = {.pool = b->pool, .from = from};
	FILE *f = fopen(from, "w");

	l.to = settings_beside(b->pool, settings()->BREACH_FILE);
	is_int(faults(b, "Password2024!"), 1, "a common word is refused");
	is_int(faults(b, "harbour-light-7"), 0, "another is not");
	fputs("harbour-light-7\n", f);
	fclose(f);
	is_int(breach_build(&l), OK, "the operator makes a list");
	is_int(faults(b, "harbour-light-7"), 1, "what is on it is refused");
	if ((f = fopen(l.to, "w")) != NULL)
		fclose(f);
	is_int(faults(b, "harbour-light-7"), 0,
	       "a damaged list stops nobody");
	unlink(l.to);
	unlink(from);
	bank_set(b, "BREACH_FILE", "");
	is_int(faults(b, "harbour-light-7"), 0, "nor does none");
	is_int(faults(b, "Password2024!"), 1,
	       "what is common is refused without it too");
	bank_set(b, "BREACH_FILE", "breached-passwords");
	bank_set(b, "SHARE_DIR", "");
	is_int(faults(b, "harbour-light-7"), 0,
	       "where the bank is installed its own list is read");
	bank_set(b, "SHARE_DIR", share);
}

struct set {
	struct bank *bank;
	const char *password;
	int64_t user;
};

static enum err
set_work(struct db *db, void *arg)
{
	const struct set *s = arg;

	return password_set(db, s->bank->pool, s->user,
			    password_encode(s->bank->pool, s->password),
			    &deal_actor);
}

static void
set(struct bank *b, const char *password)
{
	struct set s = {b, password, b->anna_user};

	is_int(db_write(b->db, set_work, &s), OK, "a new password is set");
}

static bool
used(struct bank *b, const char *password)
{
	bool is;

	is_int(password_used(b->db, b->pool, b->anna_user, password, &is), OK,
	       "whether %s was used can be asked", password);
	return is;
}

static void
test_past(struct bank *b)
{
	struct challenge c;

	ok(used(b, "correct horse") && !used(b, "first-new-one"),
	   "the present password counts as used");
	bank_set(b, "PASSWORD_HISTORY_COUNT", "2");
	set(b, "first-new-one");
	is_int(deal_signin(b, "anna", "correct horse", &c), ERR_CREDENTIALS,
	       "the old one opens nothing any more");
	is_int(deal_signin(b, "anna", "first-new-one", &c), OK, "the new does");
	set(b, "second-new-one");
	ok(used(b, "correct horse") && used(b, "first-new-one") &&
		   used(b, "second-new-one"),
	   "past ones are kept");
	set(b, "third-new-one");
	ok(!used(b, "correct horse") && used(b, "first-new-one") &&
		   used(b, "second-new-one") && used(b, "third-new-one"),
	   "as many as the operator wants");
	is_int(bank_count(b, "SELECT count(*) AS n FROM password_past"), 2,
	       "and no more");
	bank_set(b, "PASSWORD_HISTORY_COUNT", "0");
	set(b, "fourth-new-one");
	ok(!used(b, "third-new-one") && used(b, "fourth-new-one"),
	   "with none kept only the present one counts");
	is_int(bank_count(b, "SELECT count(*) AS n FROM password_past"), 0,
	       "and nothing is kept");
	set(b, "correct horse");
	bank_set(b, "PASSWORD_HISTORY_COUNT", "3");
}

/* A code for a sign-in with the old password is worth nothing then. */
static void
test_pending(struct bank *b)
{
	struct challenge c;
	struct confirm x;
	const char *code;

	deal_signin(b, "anna", "correct horse", &c);
	code = bank_code(b);
	set(b, "another-one-9");
	x = deal_confirm(b, c.id, code);
	is_int(x.verdict, ERR_EXPIRED,
	       "who was half in with the old password stays out");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'password-changed'") > 0,
	       1, "and the person is told that it was changed");
	set(b, "correct horse");
}

/* Staff need be no customers: there is nobody to write to. */
static void
test_staff(struct bank *b)
{
	struct set s = {b, "quiet-desk-5", b->ben_user};
	int64_t n;

	bank_arrange(b, "UPDATE bank_user SET role = 'teller', customer = NULL "
		       "WHERE user_id = 'ben'");
	n = bank_count(b, "SELECT count(*) AS n FROM outbox");
	is_int(db_write(b->db, set_work, &s), OK, "staff get a password, too");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), n,
	       "and no letter");
	s.password = "correct horse";
	is_int(db_write(b->db, set_work, &s), OK, "and the old one again");
	bank_arrange(b, "UPDATE bank_user SET role = 'customer', customer = 2 "
		       "WHERE user_id = 'ben'");
}

static struct password_change
wish(struct bank *b, const uint8_t *session, const char *password,
     const char *password_new)
{
	return (struct password_change){
		.pool = b->pool, .who = &deal_actor, .user = b->anna_user,
		.customer = b->anna, .user_id = "anna", .session = session,
		.password = password, .password_new = password_new};
}

static struct confirm
give(struct bank *b, const uint8_t *id, const uint8_t *session)
{
	struct confirm x = {.pool = b->pool, .id = id, .session = session,
			    .code = bank_code(b), .who = &deal_actor};

	x.verdict = confirm_code(b->db, &x);
	return x;
}

static void
test_change(struct bank *b)
{
	struct confirm in = deal_browser(b, "anna"), x;
	struct confirm other = deal_browser(b, "anna");
	const uint8_t *session = in.session_new.token_hash;
	struct password_change p = wish(b, session, "wrong", "harbour-11");
	const char *token = bank_token(b, "anna");
	struct session s;

	is_int(password_change(b->db, &p), ERR_CREDENTIALS,
	       "without the present password there is no new one");
	p = wish(b, session, "correct horse", "correct horse");
	is_int(password_change(b->db, &p), ERR_CONFLICT,
	       "nor is the same one new");
	p = wish(b, session, "correct horse", "harbour-11");
	is_int(password_change(b->db, &p), OK, "a code is sent");
	is_text(p.challenge.purpose, "password", "for this");
	x = give(b, p.challenge.id, other.session_new.token_hash);
	is_int(x.verdict, ERR_MISSING, "another session cannot confirm it");
	x = give(b, p.challenge.id, session);
	is_int(x.verdict, OK, "the right code changes it");
	is_int(session_find(b->db, b->pool, other.token, &s), ERR_LOGIN,
	       "every other session has ended");
	is_int(session_find(b->db, b->pool, token, &s), ERR_LOGIN,
	       "and every bearer token");
	is_int(session_find(b->db, b->pool, in.token, &s), ERR_LOGIN,
	       "the old token of this one is worth nothing");
	is_int(session_find(b->db, b->pool, x.token, &s), OK,
	       "its new one is");
	ok(memcmp(s.id, in.session_new.id, SECRET_ID) == 0,
	   "it is the same session");
	db_rest(b->db);
	set(b, "correct horse");
}

/* Guessing the password from within counts like guessing it outside. */
static void
test_guess(struct bank *b)
{
	struct confirm in = deal_browser(b, "ben");
	struct password_change p = {
		.pool = b->pool, .who = &deal_actor, .user = b->ben_user,
		.customer = b->ben, .user_id = "ben",
		.session = in.session_new.token_hash, .password = "wrong",
		.password_new = "harbour-11"};
	struct challenge c;
	enum err e = OK;
	int i;

	for (i = 0; i < 5; i++)
		e = password_change(b->db, &p);
	is_int(e, ERR_LOCKED, "five wrong ones lock the user id");
	is_int(deal_signin(b, "ben", "correct horse", &c), ERR_LOCKED,
	       "at the door, too");
	p.password = "correct horse";
	is_int(password_change(b->db, &p), ERR_LOCKED, "and for the right one");
	is_int(signin_unlock(b->db, "ben", &deal_actor), OK,
	       "until it is lifted");
}

static struct confirm
allow(struct bank *b, int64_t user)
{
	struct confirm x = {.pool = b->pool, .who = &deal_actor};

	x.challenge.user = user;
	x.challenge.customer = b->ben;
	return x;
}

static enum err
allow_work(struct db *db, void *arg)
{
	return password_allow(db, arg);
}

static enum err
end_all_work(struct db *db, void *arg)
{
	(void)arg;
	return password_end_all(db);
}

static void
test_reset(struct bank *b)
{
	struct confirm x = allow(b, b->ben_user), y = allow(b, b->ben_user);
	struct confirm in = deal_browser(b, "ben");
	struct password_reset r = {.pool = b->pool, .who = &deal_actor,
				   .token = "none",
				   .password_new = "harbour-22"};
	int64_t now = clock_now();
	struct challenge c;
	struct session s;
	int i;

	for (i = 0; i < 5; i++)
		deal_signin(b, "ben", "wrong", &c);
	is_int(password_reset(b->db, &r), ERR_EXPIRED, "no token, no reset");
	is_int(db_write(b->db, allow_work, &x), OK, "a token is given");
	is_int(db_write(b->db, allow_work, &y), OK, "and another");
	r.token = x.token;
	clock_freeze(x.expires_at);
	is_int(password_reset(b->db, &r), ERR_EXPIRED,
	       "after ten minutes it is over");
	clock_freeze(now + 9 * CLOCK_MINUTE);
	r.password_new = "correct horse";
	is_int(password_reset(b->db, &r), ERR_CONFLICT,
	       "the old password is not a new one");
	r.password_new = "harbour-22";
	is_int(password_reset(b->db, &r), OK, "then it is set");
	is_int(password_reset(b->db, &r), ERR_EXPIRED, "once");
	r.token = y.token;
	is_int(password_reset(b->db, &r), ERR_EXPIRED,
	       "and no other token is left");
	is_int(session_find(b->db, b->pool, in.token, &s), ERR_LOGIN,
	       "every session has ended");
	is_int(deal_signin(b, "ben", "harbour-22", &c), OK,
	       "the lock is lifted, and the new password opens");
	x = allow(b, b->ben_user);
	is_int(db_write(b->db, allow_work, &x), OK, "one more token");
	is_int(db_write(b->db, end_all_work, NULL), OK, "the bank ends all");
	r.token = x.token;
	is_int(password_reset(b->db, &r), ERR_EXPIRED, "also that one");
	clock_freeze(now);
}

/* The bank wants passwords that are younger than a year. */
static void
test_expiry(struct bank *b)
{
	int64_t now = clock_now();
	struct confirm in;
	struct session s;

	in = deal_browser(b, "anna");
	session_find(b->db, b->pool, in.token, &s);
	ok(!s.password_old, "no password is too old if the bank does not care");
	bank_set(b, "PASSWORD_EXPIRY_DAYS", "365");
	clock_freeze(now + 364 * (int64_t)CLOCK_DAY_MS);
	in = deal_browser(b, "anna");
	session_find(b->db, b->pool, in.token, &s);
	ok(!s.password_old && !in.session_new.password_old,
	   "nor if it is younger than that");
	clock_freeze(now + 366 * (int64_t)CLOCK_DAY_MS);
	in = deal_browser(b, "anna");
	session_find(b->db, b->pool, in.token, &s);
	ok(s.password_old && in.session_new.password_old,
	   "older, the session says so");
	session_find(b->db, b->pool, bank_token(b, "anna"), &s);
	ok(!s.password_old, "programs are let be");
	clock_freeze(now);
	bank_set(b, "PASSWORD_EXPIRY_DAYS", "0");
	db_rest(b->db);
}

static enum err
faulty_set(struct bank *b, struct pool *pool, void *arg)
{
	struct set s = {b, arg, b->anna_user};

	(void)pool;
	return db_write(b->db, set_work, &s);
}

static enum err
faulty_change(struct bank *b, struct pool *pool, void *arg)
{
	struct password_change p = wish(b, arg, "correct horse",
					"harbour-fault-1");

	p.pool = pool;
	return password_change(b->db, &p);
}

static enum err
faulty_confirm(struct bank *b, struct pool *pool, void *arg)
{
	struct confirm x = *(struct confirm *)arg;

	x.pool = pool;
	return confirm_code(b->db, &x);
}

static enum err
faulty_reset(struct bank *b, struct pool *pool, void *arg)
{
	struct password_reset r = {.pool = pool, .who = &deal_actor,
				   .token = arg,
				   .password_new = "harbour-fault-2"};

	return password_reset(b->db, &r);
}

static enum err
empty_work(struct db *db, void *arg)
{
	struct confirm *x = arg;
	struct challenge *c = &x->challenge;

	return confirm_begin(db, x->pool, c, NULL);
}

/* No page asks so; nothing is set by mistake. */
static void
test_empty(struct bank *b)
{
	struct confirm in = deal_browser(b, "anna");
	struct confirm x = {.pool = b->pool, .who = &deal_actor,
			    .session = in.session_new.token_hash,
			    .challenge = {.purpose = "password",
					  .user = b->anna_user,
					  .customer = b->anna,
					  .has_session = true}};
	uint8_t id[SECRET_ID];
	uint64_t before;

	memcpy(x.challenge.session, x.session, SECRET_HASH);
	is_int(db_write(b->db, empty_work, &x), OK,
	       "a code for a new password that nobody said");
	memcpy(id, x.challenge.id, SECRET_ID);
	x.id = id;
	x.code = bank_code(b);
	before = fault_digest(b);
	is_int(confirm_code(b->db, &x), ERR_INTERNAL, "sets none");
	ok(fault_digest(b) == before, "and changes nothing");
}

static void
test_faults(struct bank *b)
{
	struct confirm in = deal_browser(b, "anna"), x;
	struct password_change p = wish(b, in.session_new.token_hash,
					"correct horse", "harbour-fault-0");
	char password[] = "correct horse";

	fault_loop(b, "setting", faulty_set, password, OK);
	in = deal_browser(b, "anna");
	fault_loop(b, "asking", faulty_change, in.session_new.token_hash, OK);
	p.session = in.session_new.token_hash;
	is_int(password_change(b->db, &p), OK, "a code is sent");
	x = (struct confirm){.id = p.challenge.id, .session = p.session,
			     .code = bank_code(b), .who = &deal_actor};
	fault_loop(b, "changing", faulty_confirm, &x, OK);
	x = allow(b, b->anna_user);
	x.challenge.customer = b->anna;
	is_int(db_write(b->db, allow_work, &x), OK, "a token is given");
	fault_loop(b, "resetting", faulty_reset, x.token, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_length(&b);
	test_kinds(&b);
	test_known(&b);
	test_past(&b);
	test_pending(&b);
	test_staff(&b);
	test_change(&b);
	test_guess(&b);
	test_expiry(&b);
	test_reset(&b);
	test_empty(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
