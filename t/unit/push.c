/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* push.c: tests of whose socket opens, and who is told what; the wire is
 * played by the test. */
#include "daemons/push/push.h"

#include <stdlib.h>
#include <string.h>

#include "bank/password.h"
#include "bank/session.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

/* ---- the wire */

static int dropped;

void
wire_ask(struct guest *g)
{
	g->wire = g; /* asked */
}

void
wire_drop(struct guest *g)
{
	dropped++;
	hall_leave(g);
}

/* What a guest hears until there is no more, types with blanks between. */
static const char *
hears(struct bank *b, struct guest *g)
{
	struct buf heard = {.pool = b->pool};
	struct pool *pool = pool_new();
	const char *text, *type;
	int turns = 0;

	buf_puts(&heard, "");
	while (g->wire != NULL && turns++ < 1000) {
		g->wire = NULL;
		if ((text = hall_next(pool, g)) == NULL)
			continue;
		type = strstr(text, "\"type\":\"") + 8;
		buf_printf(&heard, "%s%.*s", heard.len > 0 ? " " : "",
			   (int)strcspn(type, "\""), type);
	}
	pool_free(pool);
	return heard.data;
}

static void
tick(struct bank *b)
{
	struct pool *pool = pool_new();

	hall_tick(pool);
	pool_free(pool);
	db_rest(b->db);
}

/* ---- visitors */

static const struct visitor plain = {
	.method = "GET", .path = "/ws", .host = "bank.example:3333",
	.origin = "http://bank.example:3333", .protocol = "clicknet.push",
	.cookie = "", .authorization = "", .scheme = "http", .after = "",
	.upgrades = true};

static struct visitor
with_cookie(struct bank *b, const char *token)
{
	struct visitor v = plain;

	v.cookie = pool_printf(b->pool, "lang=en; clicknet=%s", token);
	return v;
}

static enum err
admit(struct bank *b, const struct visitor *v, struct guest *g)
{
	const char *detail = NULL;
	enum err e;

	memset(g, 0, sizeof *g);
	e = door_admit(b->db, b->pool, v, g, &detail);
	db_rest(b->db);
	return e;
}

static const char *
browser(struct bank *b, const char *user_id)
{
	struct confirm x = deal_browser(b, user_id);

	return pool_strdup(b->pool, x.token);
}

static void
enter(struct bank *b, const char *token, struct guest *g)
{
	struct visitor v = with_cookie(b, token);

	if (admit(b, &v, g) != OK)
		ok(false, "a guest comes in");
	hall_enter(g);
	hears(b, g);
}

static void
test_places(void)
{
	static const struct {
		const char *path, *pattern;
		enum place place;
	} rows[] = {
		{"/ws", "/ws", PLACE_SOCKET},
		{"/initialize/x", "/initialize/{session_id}", PLACE_SOCKET},
		{"/health", "/health", PLACE_HEALTH},
		{"/health/push", "/health/{program}", PLACE_HEALTH},
		{"/readyz", "/readyz", PLACE_READY},
		{"/readyz/push", "/readyz/{program}", PLACE_READY},
		{"/health/auth", "other", PLACE_NONE},
		{"/initialize/", "other", PLACE_NONE},
		{"/initialize/x/y", "other", PLACE_NONE},
		{"/wsx", "other", PLACE_NONE},
		{"", "other", PLACE_NONE},
	};
	const char *pattern;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		ok(door_place(rows[i].path, &pattern) == rows[i].place &&
			   strcmp(pattern, rows[i].pattern) == 0,
		   "%s is %s", rows[i].path, rows[i].pattern);
}

static void
test_door(struct bank *b)
{
	const char *token = browser(b, "anna");
	struct visitor v = with_cookie(b, token), bad;
	struct guest g;
	char id[SECRET_ID_TEXT];

	is_int(admit(b, &v, &g), OK, "her own page's socket opens");
	ok(g.who.customer == b->anna && g.who.user == b->anna_user &&
		   !g.who.restricted,
	   "and it is known whose it is");
	bad = v;
	bad.path = pool_printf(b->pool, "/initialize/%s",
			       secret_id_text(id, g.who.session));
	is_int(admit(b, &bad, &g), OK, "by its session's name, too");
	bad.path = "/initialize/0190b6f0-5c1e-7a31-9c42-3f5d0a7be611";
	is_int(admit(b, &bad, &g), ERR_FORBIDDEN, "by no other name");
	bad.path = "/elsewhere";
	is_int(admit(b, &bad, &g), ERR_MISSING, "nor elsewhere");
	bad = v;
	bad.method = "HEAD";
	is_int(admit(b, &bad, &g), ERR_METHOD, "a socket is got");
	bad = v;
	bad.upgrades = false;
	is_int(admit(b, &bad, &g), ERR_BAD, "nothing but a WebSocket opens");
	bad = v;
	bad.protocol = "chat, clicknet.pushy";
	is_int(admit(b, &bad, &g), ERR_BAD, "nor one of another protocol");
	bad.protocol = "chat, clicknet.push";
	is_int(admit(b, &bad, &g), OK, "ours may be one of several");
	bad = v;
	bad.origin = "";
	is_int(admit(b, &bad, &g), ERR_FORBIDDEN, "a browser says its page");
	bad.cookie = "";
	is_int(admit(b, &bad, &g), ERR_LOGIN, "a stranger has none");
	bad = v;
	bad.origin = "https://bank.example:3333";
	is_int(admit(b, &bad, &g), ERR_FORBIDDEN, "over TLS it is another's");
	bad.scheme = "https";
	is_int(admit(b, &bad, &g), ERR_LOGIN, "and so is its cookie");
	bad.cookie = pool_printf(b->pool, "__Host-clicknet=%s", token);
	is_int(admit(b, &bad, &g), OK, "which has a name of its own there");
	bad.authorization = "Bearer nonsense";
	is_int(admit(b, &bad, &g), ERR_LOGIN, "a token goes before a cookie");
	bad = plain;
	bad.origin = "";
	bad.authorization = pool_printf(b->pool, "Bearer %s",
					bank_token(b, "anna"));
	is_int(admit(b, &bad, &g), OK, "a program has no page");
	bank_set(b, "PUBLIC_BASE_URL", "https://www.bank.example/online");
	bad = v;
	bad.origin = "https://www.bank.example";
	is_int(admit(b, &bad, &g), OK, "the public address is ours");
	bad.origin = "https://www.bank.example.evil.example";
	is_int(admit(b, &bad, &g), ERR_FORBIDDEN, "and not what begins so");
	bank_set(b, "PUBLIC_BASE_URL", "");
	bank_set(b, "SYSTEM_DOWN", "yes");
	is_int(admit(b, &v, &g), ERR_DOWN, "a closed bank opens no socket");
	bank_set(b, "SYSTEM_DOWN", "no");
	bad = v;
	bad.after = "nonsense";
	is_int(admit(b, &bad, &g), ERR_INPUT, "there is no such place");
	bad.after = news_id_text((char[NEWS_ID]){0}, b->anna, 1000000);
	is_int(admit(b, &bad, &g), ERR_INPUT, "nor one yet to come");
}

static enum err
admit_try(struct bank *b, struct pool *pool, void *arg)
{
	const char *detail = NULL;
	struct guest g = {.wire = NULL};
	enum err e = door_admit(b->db, pool, arg, &g, &detail);

	db_rest(b->db);
	return e;
}

static void
pay(struct bank *b, int64_t minor)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(minor, "EUR"));

	bank_tamper(b, "UPDATE account SET used_count = 0");
	deal_give(b, &o);
	deal_confirm(b, deal_challenge(b, &o), bank_code(b));
}

static void
test_hall(struct bank *b)
{
	const char *annas = browser(b, "anna"), *bens = browser(b, "ben");
	struct guest anna, other, ben;
	struct session s = {.next = NULL};

	tick(b);
	enter(b, annas, &anna);
	enter(b, browser(b, "anna"), &other);
	enter(b, bens, &ben);
	is_int(hall_count(), 3, "three are here");
	pay(b, 100);
	is_text(hears(b, &ben), "", "nobody is told before somebody looks");
	tick(b);
	is_text(hears(b, &ben), "transfer.received", "who is paid is told");
	is_text(hears(b, &anna), "transfer.posted", "who paid");
	is_text(hears(b, &other), "transfer.posted", "in each of her pages");
	tick(b);
	ok(ben.wire == NULL && anna.wire == NULL, "and nobody twice");
	session_find(b->db, b->pool, annas, &s);
	db_rest(b->db);
	pay(b, 100);
	session_close(b->db, s.token_hash, &deal_actor, b->anna);
	tick(b);
	is_text(hears(b, &anna), "session.ended",
		"who is signed out hears that, and no more of money");
	is_int(anna.close, PUSH_OVER, "and is shown out");
	is_text(hears(b, &other), "transfer.posted", "others hear of it");
	is_int(other.close, 0, "and stay");
	hall_leave(&anna);
	hall_leave(&anna);
	is_int(hall_count(), 2, "one leaves once");
	pay(b, 100);
	pay(b, 100);
	tick(b);
	is_text(hears(b, &ben),
		"transfer.received transfer.received transfer.received",
		"what comes together is told one by one");
	hall_leave(&other);
	hall_leave(&ben);
	is_int(hall_count(), 0, "nobody is left");
}

static void
test_replay(struct bank *b)
{
	const char *token = browser(b, "ben");
	struct visitor v = with_cookie(b, token);
	int64_t at = bank_count(b, "SELECT max(id) AS n FROM event");
	struct guest g, h;

	pay(b, 100);
	pay(b, 100);
	v.after = news_id_text((char[NEWS_ID]){0}, b->ben, at);
	is_int(admit(b, &v, &g), OK, "somebody comes again");
	hall_enter(&g);
	is_text(hears(b, &g), "transfer.received transfer.received",
		"and hears what was missed");
	enter(b, token, &h);
	tick(b);
	is_text(hears(b, &h), "", "who is new hears nothing old");
	hall_leave(&g);
	hall_leave(&h);
	bank_tamper(b, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
		       "SELECT i + 1 FROM n WHERE i < 12000) "
		       "INSERT INTO event (type, customer, data, created_at) "
		       "SELECT 'transfer.posted', 1, '{}', i FROM n");
	is_int(admit(b, &v, &g), OK, "who was away for long");
	hall_enter(&g);
	is_text(hears(b, &g), "", "hears only of the last ten thousand");
	pay(b, 100);
	tick(b);
	is_text(hears(b, &g), "transfer.received", "and then of all");
	hall_leave(&g);
	v = with_cookie(b, browser(b, "anna"));
	v.after = news_id_text((char[NEWS_ID]){0}, b->anna, at);
	admit(b, &v, &g);
	hall_enter(&g);
	is_int((int)(strlen(hears(b, &g)) + 1) / 16, 1000,
	       "much is told piece by piece");
	hall_leave(&g);
}

/* What ends without an event: idleness, a token that is another now. */
static void
test_sessions(struct bank *b)
{
	const char *token = browser(b, "anna");
	int64_t began = clock_now();
	struct guest g, h;
	struct visitor v = with_cookie(b, token);
	int i;

	enter(b, token, &g);
	enter(b, browser(b, "ben"), &h);
	clock_freeze(began + 6 * CLOCK_MINUTE - 1);
	for (i = 0; i < 3; i++)
		tick(b);
	is_int(g.close, 0, "who may be idle is let be");
	is_int(bank_count(b, "SELECT count(*) AS n FROM session WHERE "
			     "last_seen > created_at"),
	       0, "and is kept alive by nothing here");
	clock_freeze(began + 6 * CLOCK_MINUTE);
	pay(b, 100);
	tick(b);
	is_text(hears(b, &g), "", "who is idle hears of nothing");
	hears(b, &h);
	for (i = 0; i < 3; i++)
		tick(b);
	is_int(g.close, PUSH_OVER, "and is shown out");
	is_int(h.close, PUSH_OVER, "like everybody");
	is_int(admit(b, &v, &g), ERR_LOGIN, "and does not come in again");
	clock_freeze(began);
	hall_open(b->db);
	enter(b, token, &g);
	bank_tamper(b, "UPDATE session SET token_hash = zeroblob(32) "
		       "WHERE kind = 'browser' AND id = (SELECT max(id) FROM "
		       "session WHERE bank_user = 1)");
	bank_tamper(b, "DELETE FROM session");
	tick(b);
	is_int(g.close, PUSH_OVER, "a session that is gone is over");
	hall_leave(&g);
	bank_set(b, "PASSWORD_EXPIRY_DAYS", "30");
	clock_freeze(began + 31 * (int64_t)CLOCK_DAY_MS);
	enter(b, browser(b, "anna"), &g);
	bank_set(b, "PASSWORD_EXPIRY_DAYS", "0");
	ok(g.who.restricted, "who must change the password comes in");
	pay(b, 100);
	tick(b);
	is_text(hears(b, &g), "", "and hears of nothing but the end");
	hall_leave(&g);
}

static void
test_room(struct bank *b)
{
	const char *tokens[3] = {browser(b, "ben"), browser(b, "ben"),
				 browser(b, "anna")};
	struct visitor v[3], *ben = &v[0], *bens = &v[1], *anna = &v[2];
	struct guest g[4], more;
	int i;

	for (i = 0; i < 3; i++)
		v[i] = with_cookie(b, tokens[i]);
	bank_set(b, "PUSH_SOCKETS_SESSION", "2");
	enter(b, tokens[0], &g[0]);
	enter(b, tokens[0], &g[1]);
	is_int(admit(b, ben, &more), ERR_RATE, "a session has its places");
	is_int(admit(b, bens, &more), OK, "another has others");
	bank_set(b, "PUSH_SOCKETS", "10");
	is_int(admit(b, bens, &more), ERR_RATE,
	       "but a person no more than a tenth of all");
	is_int(admit(b, anna, &more), OK, "others come in");
	bank_set(b, "PUSH_SOCKETS", "2");
	is_int(admit(b, anna, &more), ERR_BUSY, "until the house is full");
	bank_set(b, "PUSH_SOCKETS", "1000");
	bank_set(b, "PUSH_SOCKETS_SESSION", "10");
	hall_end();
	ok(g[0].close == PUSH_ENDING && g[1].close == PUSH_ENDING,
	   "at the end everybody is told to come again");
	is_text(hears(b, &g[0]), "", "and nothing else");
	hall_leave(&g[0]);
	hall_leave(&g[1]);
}

static void
test_trouble(struct bank *b)
{
	const char *token = browser(b, "ben");
	struct visitor v = with_cookie(b, token);
	struct guest g;

	fault_loop(b, "coming in", admit_try, &v, OK);
	enter(b, token, &g);
	pay(b, 100);
	fault_arm_on("SELECT id, type", 1);
	tick(b);
	fault_disarm();
	ok(g.wire == NULL, "while the book cannot be read nobody is told");
	fault_arm_on("SELECT id, type", 2);
	tick(b);
	is_text(hears(b, &g), "", "nor by half");
	fault_disarm();
	fault_arm_on("SELECT token_hash", 1);
	tick(b);
	is_int(g.close, 0, "and nobody is shown out");
	fault_disarm();
	tick(b);
	is_text(hears(b, &g), "transfer.received", "then it goes on");
	pay(b, 100);
	tick(b);
	ok(g.asked_at != 0, "who does not take what there is");
	g.asked_at -= INT64_C(21000000000);
	dropped = 0;
	tick(b);
	is_int(dropped, 1, "is let go");
	is_int(hall_count(), 0, "with its place");
}

static const char *
refusal(struct bank *b, enum err e, const char *method)
{
	struct visitor v = plain;
	size_t len;
	const char *a;

	v.method = method;
	memcpy(v.id, "an-id", sizeof "an-id");
	a = answer_refusal(b->pool, &v, e, NULL, &len);
	ok(strlen(a) == len, "an answer is as long as it says");
	return a;
}

static const char *
asked(struct bank *b, const char *method, const char *path)
{
	struct visitor v = plain;
	size_t len;

	v.method = method;
	v.path = path;
	v.upgrades = false;
	return answer_request(b->db, b->pool, &v, &len);
}

static bool
is_status(const char *a, const char *status)
{
	return strncmp(a, "HTTP/1.1 ", 9) == 0 &&
	       strncmp(a + 9, status, strlen(status)) == 0;
}

static void
test_answers(struct bank *b)
{
	const char *a = refusal(b, ERR_RATE, "GET");

	ok(is_status(a, "429 Too Many Requests\r\n") &&
		   strstr(a, "\r\nRetry-After: 30\r\n") != NULL &&
		   strstr(a, "\"request_id\":\"an-id\"") != NULL &&
		   strstr(a, "\"type\":\"/problems/rate\"") != NULL,
	   "a problem is a problem document");
	a = refusal(b, ERR_LOGIN, "HEAD");
	ok(strstr(a, "\r\nWWW-Authenticate: Bearer\r\n") != NULL &&
		   strcmp(a + strlen(a) - 4, "\r\n\r\n") == 0,
	   "its head alone is asked for by HEAD");
	a = refusal(b, ERR_METHOD, "other");
	ok(strstr(a, "\r\nAllow: GET, HEAD\r\n") != NULL,
	   "what is allowed is said");
	ok(is_status(refusal(b, ERR_CONFLICT, "GET"), "409 Other\r\n"),
	   "whatever it is");
	a = asked(b, "GET", "/health/push");
	ok(is_status(a, "200 OK\r\n") &&
		   strstr(a, "\"program\":\"push\"") != NULL &&
		   strstr(a, "reason") == NULL,
	   "health is told");
	a = asked(b, "HEAD", "/health");
	ok(is_status(a, "200 OK\r\n") && strchr(a, '{') == NULL,
	   "and its head");
	ok(is_status(asked(b, "GET", "/readyz"), "200 "), "it is ready");
	fault_arm_on("SELECT max(id)", 1);
	a = asked(b, "GET", "/readyz");
	fault_disarm();
	ok(is_status(a, "503 ") &&
		   strstr(a, "\"reason\":\"The book cannot be read.\"") != NULL,
	   "or says why not");
	ok(is_status(asked(b, "other", "/health"), "405 "), "nothing is posted");
	ok(is_status(asked(b, "GET", "/ws"), "400 "), "a socket is no page");
	ok(is_status(asked(b, "GET", "/x"), "404 "), "and there is no more");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	hall_open(b.db);
	test_places();
	test_answers(&b);
	test_door(&b);
	test_hall(&b);
	test_replay(&b);
	test_room(&b);
	test_trouble(&b);
	test_sessions(&b);
	bank_close(&b);
	return tap_done();
}
