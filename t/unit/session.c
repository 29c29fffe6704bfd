/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session.c: tests of when a session begins, lasts and ends. */
#include "bank/session.h"

#include <string.h>

#include "lib/clock.h"
#include "lib/settings.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static enum err
find(struct bank *b, const char *token, struct session *s)
{
	enum err e;

	memset(s, 0, sizeof *s);
	e = session_find(b->db, b->pool, token, s);
	db_rest(b->db);
	return e;
}

static const char *
browser(struct bank *b, const char *user_id)
{
	struct confirm x = deal_browser(b, user_id);

	is_int(x.verdict, OK, "%s signs in", user_id);
	return pool_strdup(b->pool, x.token);
}

static void
test_token(struct bank *b)
{
	const char *token = browser(b, "anna");
	char other[SESSION_TOKEN];
	struct session s;

	is_int((int)strlen(token), 43, "a token is 256 bits");
	is_int(find(b, token, &s), OK, "and opens the session");
	ok(s.user == b->anna_user && s.customer == b->anna && s.browser &&
		   !s.read_only && strcmp(s.role, "customer") == 0 &&
		   strcmp(s.user_id, "anna") == 0 &&
		   strcmp(s.device, "a browser") == 0 &&
		   strcmp(s.address, "192.0.2.7") == 0 &&
		   strcmp(s.language, "en") == 0,
	   "which knows who, with what and from where");
	is_int(bank_count(b, "SELECT count(*) AS n FROM session WHERE "
			     "length(token_hash) = 32"),
	       1, "of the token only a hash is kept");
	memcpy(other, token, sizeof other);
	other[0] = other[0] == 'A' ? 'B' : 'A';
	is_int(find(b, other, &s), ERR_LOGIN, "another token opens nothing");
	is_int(find(b, "", &s), ERR_LOGIN, "nor does an empty one");
	other[42] = '\0';
	is_int(find(b, other, &s), ERR_LOGIN, "nor one that is too short");
	is_int(find(b, pool_printf(b->pool, "%sA", token), &s), ERR_LOGIN,
	       "nor one that is too long");
}

static void
test_idle(struct bank *b)
{
	const char *token = browser(b, "anna");
	int64_t began = clock_now();
	struct session s;

	clock_freeze(began + 5 * CLOCK_MINUTE - 1);
	is_int(find(b, token, &s), OK, "a session idles to 4:59.999");
	clock_freeze(began + 5 * CLOCK_MINUTE);
	is_int(find(b, token, &s), ERR_LOGIN, "and ends at 5:00");
	clock_freeze(began + 299 * CLOCK_SECOND);
	is_int(find(b, token, &s), OK, "in use at 4:59");
	is_int(session_touch(b->db, &s), OK, "noted");
	clock_freeze(began + 598 * CLOCK_SECOND);
	is_int(find(b, token, &s), OK, "it lasts to 9:58");
	clock_freeze(began + 599 * CLOCK_SECOND);
	is_int(find(b, token, &s), ERR_LOGIN, "and not to 9:59");
	bank_set(b, "SESSION_IDLE_MINUTES", "10");
	is_int(find(b, token, &s), OK, "the operator may give more time");
	bank_set(b, "SESSION_IDLE_MINUTES", "5");
	clock_freeze(began - CLOCK_DAY_MS);
	is_int(find(b, token, &s), OK, "a clock set back ends nothing");
	clock_freeze(began + CLOCK_DAY_MS);
	is_int(find(b, token, &s), ERR_LOGIN, "one set forward does");
	clock_freeze(began);
}

static void
test_touch(struct bank *b)
{
	const char *token = browser(b, "anna");
	int64_t began = clock_now();
	uint64_t before;
	struct session s;

	find(b, token, &s);
	clock_freeze(began + CLOCK_MINUTE - 1);
	before = fault_digest(b);
	is_int(session_touch(b->db, &s), OK, "use within a minute");
	ok(fault_digest(b) == before, "is not written: reading stays reading");
	clock_freeze(began + CLOCK_MINUTE);
	is_int(session_touch(b->db, &s), OK, "use after a minute");
	find(b, token, &s);
	is_int(s.last_seen, clock_now(), "is");
	clock_freeze(began);
	s.last_seen = 0;
	is_int(session_touch(b->db, &s), OK, "a clock that was set back");
	find(b, token, &s);
	is_int(s.last_seen, began + CLOCK_MINUTE,
	       "does not make a use forgotten");
}

static void
test_end_of_life(struct bank *b)
{
	const char *token = browser(b, "anna");
	int64_t began = clock_now(), end = began + 12 * 60 * CLOCK_MINUTE;
	struct session s;

	bank_tamper(b, "UPDATE session SET last_seen = 9000000000000");
	clock_freeze(end - 1);
	is_int(find(b, token, &s), OK, "a session in use lives twelve hours");
	clock_freeze(end);
	is_int(find(b, token, &s), ERR_LOGIN, "and no millisecond longer");
	clock_freeze(began);
}

static void
test_bearer(struct bank *b)
{
	char token[SESSION_TOKEN], reader[SESSION_TOKEN];
	int64_t began = clock_now(), end = began + 90ll * CLOCK_DAY_MS;
	struct session s;

	is_int(session_token(b->db, b->pool, " ANNA ", false, token), OK,
	       "the operator makes a token");
	is_int(session_token(b->db, b->pool, "anna", true, reader), OK,
	       "and one that may only read");
	is_int(session_token(b->db, b->pool, "nobody", false, token),
	       ERR_MISSING, "but none for nobody");
	is_int(find(b, reader, &s), OK, "it opens");
	ok(s.read_only && !s.browser && strcmp(s.device, "bearer token") == 0,
	   "and says what it is");
	is_int(find(b, token, &s), OK, "as the first does");
	ok(!s.read_only, "which may write");
	clock_freeze(end - 1);
	is_int(find(b, token, &s), OK, "a token does not idle");
	clock_freeze(end);
	is_int(find(b, token, &s), ERR_LOGIN, "but ends after 90 days");
	clock_freeze(began);
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'token.new' AND actor = 'operator'"),
	       2, "each token is on record");
	bank_tamper(b, "DELETE FROM session");
}

static int
listed(struct bank *b, int64_t user)
{
	struct session *s;
	int n = 0;

	is_int(session_list(b->db, b->pool, user, &s), OK, "a list");
	for (; s != NULL; s = s->next)
		n++;
	db_rest(b->db);
	return n;
}

static void
test_list(struct bank *b)
{
	const char *first = browser(b, "anna"), *second;
	struct session s, *list;
	int64_t now = clock_now();

	clock_freeze(now + 4 * CLOCK_MINUTE);
	second = browser(b, "anna");
	browser(b, "ben");
	is_int(listed(b, b->anna_user), 2, "a person sees their sessions");
	session_list(b->db, b->pool, b->anna_user, &list);
	find(b, second, &s);
	ok(memcmp(list->id, s.id, SECRET_ID) == 0, "the newest first");
	clock_freeze(now + 6 * CLOCK_MINUTE);
	is_int(find(b, first, &s), ERR_LOGIN, "one is over");
	is_int(listed(b, b->anna_user), 1, "and no more listed");
	is_int(listed(b, b->ben_user), 1, "others see theirs");
	clock_freeze(now);
	bank_tamper(b, "DELETE FROM session");
}

static void
test_end(struct bank *b)
{
	const char *first = browser(b, "anna"), *second = browser(b, "anna");
	const char *third = browser(b, "anna"), *bens = browser(b, "ben");
	struct session s, keep;

	find(b, bens, &s);
	is_int(session_end(b->db, b->anna_user, s.id, &deal_actor, b->anna),
	       ERR_MISSING, "nobody ends another's session");
	is_int(find(b, bens, &s), OK, "which lives on");
	find(b, first, &s);
	is_int(session_end(b->db, b->anna_user, s.id, &deal_actor, b->anna),
	       OK, "one's own ends");
	is_int(find(b, first, &s), ERR_LOGIN, "and opens nothing any more");
	is_int(session_end(b->db, b->anna_user, s.id, &deal_actor, b->anna),
	       ERR_MISSING, "it ends once");
	find(b, third, &keep);
	is_int(session_end_others(b->db, b->anna_user, keep.token_hash,
				  &deal_actor, b->anna),
	       OK, "all others end");
	ok(find(b, second, &s) == ERR_LOGIN && find(b, third, &s) == OK &&
		   find(b, bens, &s) == OK,
	   "but the one that asked, and other people's");
	is_int(session_close(b->db, keep.token_hash, &deal_actor, b->anna),
	       OK, "signing out");
	is_int(find(b, third, &s), ERR_LOGIN, "ends that one too");
	third = browser(b, "anna");
	is_int(session_end_others(b->db, b->anna_user, NULL, &deal_actor,
				  b->anna),
	       OK, "all end, if none is to be kept");
	is_int(find(b, third, &s), ERR_LOGIN, "even the last");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE act IN "
			     "('session.end', 'session.end_others', "
			     "'session.end_all', 'signout')"),
	       4, "each ending is on record");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_token(&b);
	test_idle(&b);
	test_touch(&b);
	test_end_of_life(&b);
	test_bearer(&b);
	test_list(&b);
	test_end(&b);
	bank_close(&b);
	return tap_done();
}
