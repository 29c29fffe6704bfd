/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signin.c: tests of the first factor and of locking. */
#include "bank/signin.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "bank/password.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

enum { THREADS = 16 };

static enum err
sign(struct bank *b, const char *user_id, const char *password)
{
	struct challenge c;

	return deal_signin(b, user_id, password, &c);
}

static void
test_right(struct bank *b)
{
	struct challenge c;
	struct confirm x;

	is_int(deal_signin(b, " Anna ", "correct horse", &c), OK,
	       "user id, whatever its case, and password");
	is_text(c.purpose, "login", "ask for a code");
	is_text(c.sent_to, "s···@bank.example", "and say where it went");
	is_int(bank_count(b, "SELECT count(*) AS n FROM session"), 0,
	       "nobody is in yet");
	x = deal_confirm(b, c.id, bank_code(b));
	is_int(x.verdict, OK, "the code lets in");
	is_text(x.user_id, "anna", "and says who");
	is_int(bank_count(b, "SELECT count(*) AS n FROM session"), 1,
	       "a session stands");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit "
			     "WHERE act = 'signin.ok'"),
	       1, "on record");
	is_int(deal_confirm(b, c.id, bank_code(b)).verdict, ERR_EXPIRED,
	       "the code lets in once");
	is_int(sign(b, "anna", "Correct horse"), ERR_CREDENTIALS,
	       "the case of a password counts");
	is_int(sign(b, "anna", "correct horse "), ERR_CREDENTIALS,
	       "and so do its spaces");
	is_int(sign(b, "anna", ""), ERR_CREDENTIALS, "none is none");
	is_int(sign(b, "anna", "correct horse"), OK, "right is right");
}

static enum err
unlock(struct bank *b, const char *user_id)
{
	return signin_unlock(b->db, user_id, &actor_operator);
}

/* The same for whoever exists and whoever does not. */
static void
test_lock(struct bank *b, const char *user_id)
{
	int i, wrong = 0;

	for (i = 0; i < 4; i++)
		wrong += sign(b, user_id, "wrong") == ERR_CREDENTIALS;
	is_int(wrong, 4, "%s: four wrong passwords are wrong", user_id);
	is_int(sign(b, user_id, "wrong"), ERR_LOCKED, "the fifth locks");
	is_int(sign(b, user_id, "wrong"), ERR_LOCKED, "it stays locked");
	is_int(sign(b, user_id, "correct horse"), ERR_LOCKED,
	       "whatever the password");
	clock_freeze(clock_now() + 7ll * CLOCK_DAY_MS);
	is_int(sign(b, user_id, "correct horse"), ERR_LOCKED,
	       "however long one waits");
}

static void
test_locks(struct bank *b)
{
	int64_t messages;

	test_lock(b, "nobody");
	messages = bank_count(b, "SELECT count(*) AS n FROM outbox");
	test_lock(b, "ben");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox "
			     "WHERE template = 'locked'"),
	       1, "whose user id was locked hears of it");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"),
	       messages + 1, "once");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'signin.locked' AND actor = 'stranger' "
			     "AND subject > 0"),
	       1, "and it is on record");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'signin.locked' AND subject = 0"),
	       1, "nobody's lock is on the bank's");
	is_int(unlock(b, "nobody"), ERR_MISSING, "nobody is not unlocked");
	is_int(unlock(b, "BEN "), OK, "ben is, by the operator");
	is_int(sign(b, "ben", "correct horse"), OK, "and is let in again");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'user.unlock' AND actor = 'operator'"),
	       1, "which is on record too");
}

static void
test_reset(struct bank *b)
{
	int i;

	for (i = 0; i < 4; i++)
		sign(b, "ben", "wrong");
	is_int(deal_browser(b, "ben").verdict, OK,
	       "who signs in before the fifth");
	for (i = 0; i < 4; i++)
		sign(b, "ben", "wrong");
	is_int(sign(b, "ben", "correct horse"), OK, "counts from nothing");
	bank_set(b, "LOGIN_WRONG_PASSWORD_ATTEMPT_LIMIT", "3");
	unlock(b, "ben");
	sign(b, "ben", "wrong");
	sign(b, "ben", "wrong");
	is_int(sign(b, "ben", "wrong"), ERR_LOCKED,
	       "the operator may allow fewer");
	bank_set(b, "LOGIN_WRONG_PASSWORD_ATTEMPT_LIMIT", "5");
	unlock(b, "ben");
}

struct guesser {
	pthread_t thread;
	struct bank *bank;
	const char *user_id, *password, *next;
	enum err e;
};

static void *
guess(void *arg)
{
	struct guesser *g = arg;
	struct db *db = db_new(g->bank->store);
	struct signin s = {.pool = pool_new(), .user_id = g->user_id,
			   .password = g->password, .who = &deal_actor};

	g->e = signin_password(db, &s);
	pool_free(s.pool);
	db_free(db);
	return NULL;
}

static void
test_parallel(struct bank *b)
{
	struct guesser g[THREADS];
	int i, wrong = 0, locked = 0;

	for (i = 0; i < THREADS; i++) {
		g[i] = (struct guesser){.bank = b, .user_id = "ben",
					.password = "wrong"};
		pthread_create(&g[i].thread, NULL, guess, &g[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(g[i].thread, NULL);
		wrong += g[i].e == ERR_CREDENTIALS;
		locked += g[i].e == ERR_LOCKED;
	}
	is_int(wrong, 4, "of 16 wrong passwords at once four are tried");
	is_int(locked, 12, "and the rest find it locked");
	unlock(b, "ben");
}

/* One password for many names, from one network. */
static void
test_spray(struct bank *b)
{
	struct guesser g[THREADS];
	int i, wrong = 0, told = 0;

	bank_tamper(b, "DELETE FROM rate");
	bank_set(b, "LOGIN_ADDRESS_LIMIT", "10");
	for (i = 0; i < THREADS; i++) {
		g[i] = (struct guesser){
			.bank = b, .password = "wrong",
			.user_id = pool_printf(b->pool, "nobody%d", i)};
		pthread_create(&g[i].thread, NULL, guess, &g[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(g[i].thread, NULL);
		wrong += g[i].e == ERR_CREDENTIALS;
		told += g[i].e == ERR_RATE;
	}
	is_int(wrong, 10, "of 16 sign-ins at once a network has ten wrong");
	is_int(told, 6, "and hears nothing of the rest");
	bank_tamper(b, "DELETE FROM rate");
	bank_set(b, "LOGIN_ADDRESS_LIMIT", "300");
}

/* Sets another password (none: changes the user behind the bank's back) while
 * a sign-in with the old one, which was right when it began, waits for its turn
 * to write. */
static enum err
overtake_work(struct db *db, void *arg)
{
	const struct timespec pause = {0, 300000000};
	struct guesser *g = arg;
	struct bank *b = g->bank;
	struct stmt *q;

	pthread_create(&g->thread, NULL, guess, g);
	nanosleep(&pause, NULL);
	if (g->next == NULL) {
		q = db_sql(db, "UPDATE bank_user SET role = 'teller' "
			       "WHERE id = :id");
		db_put_int(q, "id", b->ben_user);
		return db_done(q);
	}
	return password_set(db, b->pool, b->ben_user,
			    password_encode(b->pool, g->next),
			    &actor_operator);
}

static enum err
overtake(struct bank *b, const char *password, const char *next)
{
	struct guesser g = {.bank = b, .user_id = "ben",
			    .password = password, .next = next};

	clock_freeze(clock_now() + CLOCK_MINUTE);
	is_int(db_write(b->db, overtake_work, &g), OK,
	       "a password is changed while the old one signs in");
	pthread_join(g.thread, NULL);
	return g.e;
}

static void
test_overtaken(struct bank *b)
{
	is_int(overtake(b, "correct horse", "battery staple"), ERR_CREDENTIALS,
	       "which is wrong by then");
	bank_set(b, "PASSWORD_HASH_PASSES", "2");
	is_int(overtake(b, "battery staple", "correct horse"), ERR_CREDENTIALS,
	       "also when it was to be hashed anew");
	is_int(sign(b, "ben", "correct horse"), OK, "the new one is right");
	is_int(sign(b, "ben", "battery staple"), ERR_CREDENTIALS,
	       "and the old one does not come back");
	bank_set(b, "PASSWORD_HASH_PASSES", "1");
	is_int(overtake(b, "correct horse", NULL), ERR_CREDENTIALS,
	       "nor does who is changed by another hand get in");
	bank_tamper(b, "UPDATE bank_user SET role = 'customer' "
		       "WHERE role = 'teller'");
	is_int(sign(b, "ben", "correct horse"), OK, "as before");
	unlock(b, "ben");
}

static enum err
user_work(struct db *db, void *arg)
{
	return user_add(db, arg, &actor_operator);
}

static void
test_unreachable(struct bank *b)
{
	struct user u = {.user_id = "teller", .role = "teller"};
	uint64_t before;
	int i;

	u.password = secret_password(b->pool, "correct horse",
				     (struct secret_cost){1, 1024, 1, 0});
	is_int(db_write(b->db, user_work, &u), OK, "staff without a customer");
	before = fault_digest(b);
	ok(sign(b, "teller", "correct horse") != OK,
	   "whom no code can reach is not let in");
	ok(fault_digest(b) == before, "and nothing is left of the try");
	for (i = 0; i < 4; i++)
		sign(b, "teller", "wrong");
	is_int(sign(b, "teller", "wrong"), ERR_LOCKED,
	       "staff are locked like anybody");
	bank_tamper(b, "UPDATE customer SET email = NULL, mobile = NULL "
		       "WHERE code = 'C2'");
	is_int(sign(b, "ben", "correct horse"), ERR_CONFLICT,
	       "nor is a customer without mail or telephone");
	for (i = 0; i < 4; i++)
		sign(b, "ben", "wrong");
	is_int(sign(b, "ben", "wrong"), ERR_LOCKED,
	       "locking one tells nobody then, and is no fault");
}

static const char *
encoded(struct bank *b)
{
	struct user u;

	user_find(b->db, b->pool, "anna", &u);
	db_rest(b->db);
	return u.password;
}

static void
test_rehash(struct bank *b)
{
	const char *before = encoded(b);

	is_int(sign(b, "anna", "correct horse"), OK, "a sign-in");
	is_text(encoded(b), before, "leaves a password as it is");
	bank_set(b, "PASSWORD_HASH_PASSES", "2");
	is_int(sign(b, "anna", "wrong"), ERR_CREDENTIALS,
	       "when the cost has changed, a wrong one");
	is_text(encoded(b), before, "does too");
	is_int(sign(b, "anna", "correct horse"), OK, "but the right one");
	ok(strcmp(encoded(b), before) != 0, "is hashed anew");
	before = encoded(b);
	is_int(sign(b, "anna", "correct horse"), OK, "works again");
	is_text(encoded(b), before, "and stays then");
	bank_tamper(b, "UPDATE bank_user SET password = 'nonsense'");
	ok(sign(b, "anna", "correct horse") != OK,
	   "a hash that was tampered with lets nobody in");
}

/* Somebody's row is read in any case: its hash takes the time. */
static void
test_other(struct bank *b)
{
	struct user u;
	bool known;

	is_int(user_or_other(b->db, b->pool, "Ben", 0, &u, &known), OK,
	       "a name that somebody has");
	ok(known && u.id == b->ben_user, "is theirs");
	is_int(user_or_other(b->db, b->pool, "neb", 7, &u, &known), OK,
	       "one that nobody has");
	ok(!known && u.id != 0 && u.password != NULL,
	   "is tried against somebody else's row");
	db_rest(b->db);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_right(&b);
	test_locks(&b);
	test_reset(&b);
	test_parallel(&b);
	test_spray(&b);
	test_overtaken(&b);
	test_unreachable(&b);
	test_rehash(&b);
	test_other(&b);
	bank_close(&b);
	return tap_done();
}
