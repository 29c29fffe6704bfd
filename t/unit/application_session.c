/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_session.c: tests of who an application is open for, and of the
 * links that open it elsewhere. */
#include "bank/application_session.h"

#include <string.h>

#include "bank/housekeeping.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/fault.h"

static enum err
find(struct bank *b, const char *token, struct application_session *s)
{
	enum err e = application_session_find(b->db, b->pool, token, s);

	db_rest(b->db);
	return e;
}

static void
test_token(struct bank *b)
{
	struct application a = apply_begin(b);
	const char *token = apply_session(b, &a);
	struct application_session s;
	char *other = pool_strdup(b->pool, token);

	is_int(find(b, token, &s), OK, "a token opens the application");
	ok(s.application == a.id && strcmp(s.address, "192.0.2.7") == 0 &&
		   strcmp(s.device, "a browser") == 0,
	   "the one it is for");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application_session "
			     "WHERE length(token_hash) = 32"),
	       1, "of the token only a hash is kept");
	other[0] = other[0] == 'A' ? 'B' : 'A';
	is_int(find(b, other, &s), ERR_LOGIN, "another token opens nothing");
	is_int(find(b, "", &s), ERR_LOGIN, "nor does none");
	find(b, token, &s);
	is_int(application_session_close(b->db, &a, s.token_hash,
					 &apply_actor),
	       OK, "it is left");
	is_int(find(b, token, &s), ERR_LOGIN, "and closed");
	is_int(apply_acts(b, &a, "application.leave"), 1, "on record");
}

static void
test_idle(struct bank *b)
{
	struct application a = apply_begin(b);
	const char *token = apply_session(b, &a);
	int64_t hour = 60 * CLOCK_MINUTE;
	struct application_session s;

	clock_freeze(BANK_NOW + hour - 1);
	is_int(find(b, token, &s), OK, "it can be left for an hour");
	clock_freeze(BANK_NOW + hour);
	is_int(find(b, token, &s), ERR_LOGIN, "and not longer");
	clock_freeze(BANK_NOW + hour - 1);
	is_int(application_session_touch(b->db, &s), OK, "in use");
	clock_freeze(BANK_NOW + hour);
	is_int(find(b, token, &s), OK, "it lasts");
	is_int(s.last_seen, BANK_NOW + hour - 1, "as is noted");
	bank_tamper(b, "UPDATE application_session SET "
		       "last_seen = 9000000000000");
	clock_freeze(BANK_NOW + 12 * hour - 1);
	is_int(find(b, token, &s), OK, "but half a day");
	clock_freeze(BANK_NOW + 12 * hour);
	is_int(find(b, token, &s), ERR_LOGIN, "at the most");
	clock_freeze(BANK_NOW);
}

static void
test_touch(struct bank *b)
{
	struct application a = apply_begin(b);
	const char *token = apply_session(b, &a);
	struct application_session s;
	uint64_t before;

	find(b, token, &s);
	before = fault_digest(b);
	clock_freeze(BANK_NOW + CLOCK_MINUTE - 1);
	is_int(application_session_touch(b->db, &s), OK, "within a minute");
	ok(fault_digest(b) == before, "reading stays reading");
	clock_freeze(BANK_NOW);
}

static enum err
take(struct bank *b, const char *token, struct application_link *l)
{
	*l = (struct application_link){.pool = b->pool, .token = token,
				       .who = &apply_actor};
	return application_link_take(b->db, l);
}

static void
test_link(struct bank *b)
{
	struct application a = apply_begin(b), c;
	const char *token = apply_link(b, &a);
	struct application_session s;
	struct application_link l;

	is_int(find(b, token, &s), ERR_LOGIN, "a link is no session");
	is_int(application_link_find(b->db, b->pool, token, &c), OK,
	       "who looks at it");
	is_int(application_link_find(b->db, b->pool, token, &c), OK,
	       "does not use it up");
	is_int(c.id, a.id, "and sees which it is");
	db_rest(b->db);
	is_int(take(b, token, &l), OK, "taken");
	ok(l.application.id == a.id &&
		   find(b, l.session_token, &s) == OK && s.application == a.id,
	   "it opens the application");
	is_int(take(b, token, &l), ERR_MISSING, "once");
	is_int(apply_acts(b, &a, "application.resume"), 1, "and on record");
	token = apply_session(b, &a);
	is_int(take(b, token, &l), ERR_MISSING, "a session is no link");
	is_int(take(b, "", &l), ERR_MISSING, "nothing is none either");
	token = apply_link(b, &a);
	apply_link(b, &a);
	is_int(take(b, token, &l), ERR_MISSING,
	       "a newer link ends the older one");
	token = apply_link(b, &a);
	clock_freeze(BANK_NOW + 7ll * CLOCK_DAY_MS - 1);
	is_int(application_link_find(b->db, b->pool, token, &c), OK,
	       "it is good for a week");
	db_rest(b->db);
	clock_freeze(BANK_NOW + 7ll * CLOCK_DAY_MS);
	is_int(take(b, token, &l), ERR_MISSING, "and not longer");
	clock_freeze(BANK_NOW);
	apply_contact(b, &a, a.name, a.email, "+4915100000000");
	is_int(application_link_find(b->db, b->pool, token, &c), OK,
	       "another number leaves it good");
	db_rest(b->db);
	apply_contact(b, &a, a.name, "other@new.example", a.mobile);
	is_int(take(b, token, &l), ERR_MISSING,
	       "another mail does not: it went to the first");
}

static enum err
end_work(struct db *db, void *arg)
{
	const struct application_session *s = arg;

	return application_session_end_all(db, s->application, s->token_hash);
}

static void
test_end_all(struct bank *b)
{
	struct application a = apply_begin(b), c = apply_begin(b);
	const char *one = apply_session(b, &a), *two = apply_session(b, &a);
	const char *foreign = apply_session(b, &c);
	struct application_session s, other;

	find(b, one, &s);
	is_int(db_write(b->db, end_work, &s), OK, "all others are ended");
	is_int(find(b, two, &other), ERR_LOGIN, "the second");
	is_int(find(b, one, &other), OK, "not the first");
	is_int(find(b, foreign, &other), OK, "nor somebody else's");
}

static void
test_housekeeping(struct bank *b)
{
	struct application a = apply_begin(b);

	bank_tamper(b, "DELETE FROM application_session");
	apply_session(b, &a);
	apply_link(b, &a);
	clock_freeze(BANK_NOW + 2ll * CLOCK_DAY_MS);
	is_int(housekeeping(b->db), OK, "two days later");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application_session "
			     "WHERE kind = 'browser'"),
	       0, "a session is forgotten");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application_session"),
	       1, "a link is not");
	clock_freeze(a.expires_at);
	is_int(housekeeping(b->db), OK, "after thirty days");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application WHERE "
			     "state = 'started' AND wiped_at IS NULL"),
	       0, "so is what was never sent");
	db_rest(b->db);
	clock_freeze(BANK_NOW);
}

static enum err
fault_take(struct bank *b, struct pool *pool, void *arg)
{
	struct application_link l = {.pool = pool, .token = arg,
				     .who = &apply_actor};

	return application_link_take(b->db, &l);
}

static void
test_faults(struct bank *b)
{
	struct application a = apply_begin(b);
	const char *token = apply_link(b, &a);

	fault_loop(b, "taking a link", fault_take, (void *)(uintptr_t)token,
		   OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_token(&b);
	test_idle(&b);
	test_touch(&b);
	test_link(&b);
	test_end_all(&b);
	test_faults(&b);
	test_housekeeping(&b);
	bank_close(&b);
	return tap_done();
}
