/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* news.c: tests of who is told of which event. */
#include "bank/news.h"

#include <string.h>

#include "bank/emergency.h"
#include "bank/password.h"
#include "bank/session.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static struct listener
listener_of(struct bank *b, const char *token)
{
	struct session s = {.next = NULL};
	struct listener l = {.customer = -1};

	if (session_find(b->db, b->pool, token, &s) == OK) {
		l = (struct listener){.customer = s.customer, .user = s.user};
		memcpy(l.session, s.id, SECRET_ID);
	}
	db_rest(b->db);
	return l;
}

static struct listener
browser(struct bank *b, const char *user_id, const char **token)
{
	struct confirm x = deal_browser(b, user_id);

	*token = pool_strdup(b->pool, x.token);
	return listener_of(b, *token);
}

/* The types this listener is told of events after ${after}. */
static const char *
heard(struct bank *b, const struct listener *l, int64_t after)
{
	struct buf words = {.pool = b->pool};
	struct news *n;
	int64_t last;

	buf_puts(&words, "");
	if (news_read(b->db, b->pool, after, 1000, &n, &last) != OK)
		return "an error";
	db_rest(b->db);
	for (; n != NULL; n = n->next)
		if (news_is_for(n, l))
			buf_printf(&words, "%s%s", words.len > 0 ? " " : "",
				   n->type);
	return words.data;
}

static int64_t
newest(struct bank *b)
{
	int64_t id = -1;

	news_newest(b->db, &id);
	db_rest(b->db);
	return id;
}

static void
test_money(struct bank *b)
{
	const char *token;
	struct listener anna = browser(b, "anna", &token);
	struct listener ben = browser(b, "ben", &token);
	struct listener staff = {.user = 77}, late = anna;
	int64_t before = newest(b);
	struct order o;

	o = deal_order(b, ANNA_CURRENT, BEN_CURRENT, money_of(1000, "EUR"));
	is_int(deal_give(b, &o), OK, "a payment waits for its code");
	is_text(heard(b, &ben, before), "", "which is no news yet");
	deal_confirm(b, deal_challenge(b, &o), bank_code(b));
	is_text(heard(b, &anna, before), "transfer.posted",
		"who pays is told that it is paid");
	is_text(heard(b, &ben, before), "transfer.received",
		"who is paid is told so");
	is_text(heard(b, &staff, before), "", "staff are told nothing");
	late.restricted = true;
	is_text(heard(b, &late, before), "",
		"nor who must change the password first");
	before = newest(b);
	deal_pay(b, ANNA_CURRENT, ANNA_SAVINGS, 100);
	is_text(heard(b, &anna, before), "transfer.posted",
		"between one's own accounts once");
	is_text(heard(b, &ben, before), "", "and nobody else hears of it");
	before = newest(b);
	bank_tamper(b, "INSERT INTO event (type, customer, data, created_at) "
		       "VALUES ('fraud.suspected', 1, '{}', 1), "
		       "('transfer.posted', NULL, '{}', 1), "
		       "('session.ended', 1, '{}', 1), "
		       "('session.ended', 1, 'no json', 1), "
		       "('session.ended', 1, '{\"session_id\":7}', 1), "
		       "('session.ended', 1, '{\"session_id\":\"x\"}', 1)");
	is_text(heard(b, &anna, before), "",
		"what is not meant for customers reaches none");
	is_text(heard(b, &staff, before), "", "and what is nobody's, nobody");
}

/* Two browsers of Anna's and one of Ben's. */
static void
test_endings(struct bank *b)
{
	const char *first, *second, *bens;
	struct listener one = browser(b, "anna", &first);
	struct listener two = browser(b, "anna", &second);
	struct listener ben = browser(b, "ben", &bens);
	int64_t before = newest(b);
	struct session s = {.next = NULL};

	is_int(session_end(b->db, b->anna_user, one.session, &deal_actor,
			   b->anna), OK, "one session is ended");
	is_text(heard(b, &one, before), "session.ended", "it is told");
	is_text(heard(b, &two, before), "", "the person's other one is not");
	is_text(heard(b, &ben, before), "", "nor is anybody else");
	is_int(session_end(b->db, b->anna_user, one.session, &deal_actor,
			   b->anna), ERR_MISSING, "it ends once");
	is_text(heard(b, &one, before), "session.ended", "and is told once");
	one = browser(b, "anna", &first);
	session_find(b->db, b->pool, first, &s);
	db_rest(b->db);
	before = newest(b);
	session_end_others(b->db, b->anna_user, s.token_hash, &deal_actor,
			   b->anna);
	is_text(heard(b, &two, before), "session.ended", "all others end");
	is_text(heard(b, &one, before), "", "but the one that asked");
	session_close(b->db, s.token_hash, &deal_actor, b->anna);
	is_text(heard(b, &one, before), "session.ended",
		"signing out is told to other pages of that browser");
	is_int(bank_count(b, "SELECT count(*) AS n FROM event WHERE "
			     "data LIKE '%\"signed_out\"%'"),
	       1, "as what it is");
	is_text(heard(b, &ben, before), "", "Ben hears of none of it");
	before = newest(b);
	session_close(b->db, s.token_hash, &deal_actor, b->anna);
	is_int(newest(b), before, "what has ended is no news");
}

static void
test_password(struct bank *b)
{
	const char *token;
	struct listener one = browser(b, "anna", &token), two;
	struct password_change p = {.pool = b->pool, .user_id = "anna",
		.password = "correct horse", .password_new = "battery staple",
		.user = b->anna_user, .customer = b->anna,
		.who = &deal_actor};
	struct session s = {.next = NULL};
	struct confirm x = {.pool = b->pool, .who = &deal_actor};
	uint8_t hash[SECRET_HASH];
	int64_t before;

	session_find(b->db, b->pool, token, &s);
	db_rest(b->db);
	memcpy(hash, s.token_hash, SECRET_HASH);
	two = browser(b, "anna", &token);
	before = newest(b);
	p.session = hash;
	is_int(password_change(b->db, &p), OK, "a new password is asked for");
	x.id = p.challenge.id;
	x.session = hash;
	x.code = bank_code(b);
	is_int(confirm_code(b->db, &x), OK, "and confirmed");
	is_text(heard(b, &two, before), "session.ended",
		"which ends the other sessions");
	is_text(heard(b, &one, before), "", "but not this one");
	memset(&s, 0, sizeof s);
	is_int(session_watch(b->db, b->pool, hash, &s), ERR_LOGIN,
	       "though its token is another now");
	db_rest(b->db);
}

static void
test_watch(struct bank *b)
{
	struct confirm x = deal_browser(b, "ben");
	int64_t began = clock_now(), end = began + 5 * CLOCK_MINUTE;
	uint8_t hash[SECRET_HASH];
	struct session s = {.next = NULL};

	ok(session_hash(x.token, hash), "a token has a hash");
	ok(!session_hash("short", hash + 0), "what is no token has none");
	session_hash(x.token, hash);
	clock_freeze(end + CLOCK_MINUTE - 1);
	is_int(session_watch(b->db, b->pool, hash, &s), OK,
	       "who may have been seen by another program is not over");
	clock_freeze(end + CLOCK_MINUTE);
	is_int(session_watch(b->db, b->pool, hash, &s), ERR_LOGIN,
	       "and a minute later is");
	bank_tamper(b, "UPDATE session SET last_seen = 9000000000000");
	clock_freeze(began + 12 * 60 * CLOCK_MINUTE - 1);
	is_int(session_watch(b->db, b->pool, hash, &s), OK,
	       "one in use lives on");
	clock_freeze(began + 12 * 60 * CLOCK_MINUTE);
	is_int(session_watch(b->db, b->pool, hash, &s), ERR_LOGIN,
	       "but the end of its life is its end");
	clock_freeze(began);
	db_rest(b->db);
}

static void
test_ids(struct bank *b)
{
	char one[NEWS_ID], two[NEWS_ID], other[NEWS_ID];
	int64_t id, i;
	bool good = true;

	news_id_text(one, b->anna, 41);
	news_id_text(two, b->anna, 42);
	news_id_text(other, b->ben, 41);
	is_int((int)strlen(one), 16, "an id's name is of one length");
	ok(strncmp(one, two, 8) != 0 && strncmp(one + 8, two + 8, 8) != 0,
	   "from which nobody can count what happens at the bank");
	ok(strcmp(one, other) != 0, "nor compare it with another's");
	for (i = 1; good && i < (int64_t)1 << 60; i *= 3)
		good = news_id_parse(news_id_text(one, b->anna, i), b->anna,
				     &id) && id == i;
	ok(good, "each is read back");
	ok(!news_id_parse(two, b->ben, &id) || id > 1000000000,
	   "another's leads nowhere");
	ok(!news_id_parse("", 1, &id) && !news_id_parse("12", 1, &id) &&
		   !news_id_parse("xxxxxxxxxxxxxxxx", 1, &id) &&
		   !news_id_parse("00112233445566778", 1, &id),
	   "what is no name is none");
}

static void
test_text(struct bank *b)
{
	struct news n = {.id = 7, .customer = b->anna, .at = BANK_NOW,
			 .type = "transfer.received",
			 .data = "{\"amount\":\"1.00\"}"};
	char id[NEWS_ID];

	is_text(news_text(b->pool, &n),
		pool_printf(b->pool,
			    "{\"id\":\"%s\",\"type\":\"transfer.received\","
			    "\"time\":\"2026-11-20T10:00:00Z\","
			    "\"data\":{\"amount\":\"1.00\"}}",
			    news_id_text(id, b->anna, 7)),
		"it is one line of JSON");
	n.data = "[1]";
	ok(strstr(news_text(b->pool, &n), "\"data\":{}") != NULL,
	   "data that is no object is left out");
	n.data = "{";
	ok(strstr(news_text(b->pool, &n), "\"data\":{}") != NULL,
	   "and so is what is no JSON");
}

static void
test_order(struct bank *b)
{
	struct news *n;
	int64_t last, all = bank_count(b, "SELECT count(*) AS n FROM event");
	int64_t after = 0, seen = 0;

	do {
		news_read(b->db, b->pool, after, 3, &n, &last);
		for (; n != NULL; n = n->next, seen++)
			if (n->id <= after)
				seen = -1000000;
			else
				after = n->id;
	} while (last == after && seen < all);
	is_int(seen, all, "step by step each is read once, in order");
	is_int(news_read(b->db, b->pool, after, 3, &n, &last), OK, "then");
	ok(n == NULL && last == after, "there are no more");
	db_rest(b->db);
}

static enum err
close_try(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return session_close(b->db, arg, &deal_actor, b->ben);
}

static enum err
others_try(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return session_end_others(b->db, b->ben_user, NULL, &deal_actor,
				  b->ben);
}

static enum err
read_try(struct bank *b, struct pool *pool, void *arg)
{
	struct news *n;
	int64_t id;
	enum err e;

	(void)arg;
	if ((e = news_newest(b->db, &id)) == OK)
		e = news_read(b->db, pool, 0, 5, &n, &id);
	db_rest(b->db);
	return e;
}

static void
test_faults(struct bank *b)
{
	struct confirm x = deal_browser(b, "ben");
	uint8_t hash[SECRET_HASH];

	session_hash(x.token, hash);
	ok(fault_loop(b, "signing out", close_try, hash, OK) >= 4,
	   "the event is a part of it");
	deal_browser(b, "ben");
	deal_browser(b, "ben");
	ok(fault_loop(b, "ending all", others_try, NULL, OK) >= 5,
	   "one for each session");
	fault_loop(b, "reading events", read_try, NULL, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	is_int(newest(&b), 0, "a new bank has no news");
	test_money(&b);
	test_endings(&b);
	test_watch(&b);
	test_ids(&b);
	test_text(&b);
	test_order(&b);
	test_faults(&b);
	test_password(&b);
	bank_close(&b);
	return tap_done();
}
