/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* auth_pages.c: signing in and out as a browser and a program see it. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static const char *
login(struct bank *b, const char *user_id, const char *password)
{
	return bank_ask_json(b, &auth_app, "POST /login", NULL,
			     pool_printf(b->pool,
					 "{\"user_id\":\"%s\","
					 "\"password\":\"%s\"}",
					 user_id, password),
			     NULL);
}

/* One try, the first of its network. */
static const char *
try_first(struct bank *b, const char *user_id, const char *password)
{
	bank_tamper(b, "DELETE FROM rate");
	return login(b, user_id, password);
}

/* What a stranger can tell by trying. */
static void
test_same_answers(struct bank *b)
{
	const char *known, *unknown;
	int i, same = 0;

	for (i = 0; i < 7; i++) {
		known = try_first(b, "ben", "wrong");
		unknown = try_first(b, "neb", "wrong");
		same += strcmp(visit_mask(b, known, NULL),
			       visit_mask(b, unknown, NULL)) == 0;
		if (i == 0)
			is_int(answer_status(known), 401, "a wrong password");
	}
	is_int(answer_status(known), 423, "too many are locked");
	is_int(same, 7, "whether the user id exists is not to be told, "
			"byte for byte, before and behind the lock");
	known = try_first(b, "ben", "correct horse");
	is_text(visit_mask(b, known, NULL), visit_mask(b, unknown, NULL),
		"the right password is answered the same then");
}

static void
test_form(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a = visit_get(&v, &auth_app, "/login");

	is_int(answer_status(a), 200, "the sign-in page");
	ok(visit_has(a, "name=\"password\"") && !visit_has(a, "{{"),
	   "has its fields");
	a = visit_post(&v, &auth_app, "/login",
		       "user_id=%3Cb%3Eanna&password=secret-word");
	is_int(answer_status(a), 401, "a wrong password");
	ok(visit_has(a, "value=\"&lt;b&gt;anna\""),
	   "keeps the user id, and what it says is only shown");
	ok(!visit_has(a, "secret-word"), "and never the password");
	ok(visit_has(a, "id=\"problem\""), "and says what is wrong");
	a = visit_post(&v, &auth_app, "/login", "user_id=&password=");
	is_int(answer_status(a), 422, "an empty form");
	ok(visit_has(a, "id=\"user_id-why\"") &&
		   visit_has(a, "id=\"password-why\""),
	   "is told of both fields at once");
	a = visit_get(&v, &auth_app, "/login?idle=1");
	ok(visit_has(a, "You were signed out."), "who idled is told why");
	a = visit_get(&v, &auth_app, "/login?signed_out=1");
	ok(visit_has(a, "You are signed out."), "who left is told so");
	ok(visit_has(a, "demonstration"), "the demonstration says it is one");
	bank_set(b, "MESSAGE_DELIVERY", "real");
	a = visit_get(&v, &auth_app, "/login");
	ok(!visit_has(a, "demonstration"), "a real bank does not");
	bank_set(b, "MESSAGE_DELIVERY", "inbox");
}

/* A visit of a person: password, code, in. */
static void
test_browser(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a, *where, *cookie, *page;

	a = visit_post(&v, &auth_app, "/login",
		       "user_id=anna&password=correct+horse&next=/limits");
	is_int(answer_status(a), 303, "the right password leads on");
	where = answer_header(b, a, "Location");
	ok(strncmp(where, "/verify-otp?challenge_id=", 25) == 0 &&
		   visit_has(where, "next=/limits"),
	   "to the code");
	is_text(answer_header(b, a, "Set-Cookie"), "",
		"and lets nobody in yet");
	page = visit_get(&v, &auth_app, where);
	ok(answer_status(page) == 200 &&
		   visit_has(page, "s···@bank.example"),
	   "whose page says where it went");
	ok(!visit_has(page, bank_code(b)), "and not what it is");
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool,
				   "challenge_id=%.36s&code=%s&next=/limits",
				   where + 25,
				   deal_wrong(b, bank_code(b))));
	ok(answer_status(a) == 401 && visit_has(a, "Tries left: 4"),
	   "a wrong code says how many are left");
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool,
				   "challenge_id=%.36s&code=+%.3s-%s+"
				   "&next=/limits",
				   where + 25, bank_code(b),
				   bank_code(b) + 3));
	is_int(answer_status(a), 303, "the right one, however it is pasted");
	is_text(answer_header(b, a, "Location"), "/limits",
		"leads to where they wanted");
	cookie = answer_header(b, a, "Set-Cookie");
	ok(strncmp(cookie, "clicknet=", 9) == 0 &&
		   visit_has(cookie, "HttpOnly") &&
		   visit_has(cookie, "SameSite=Strict") &&
		   visit_has(cookie, "Path=/"),
	   "with a cookie no script and no other site can use");
	v.cookie = pool_strndup(b->pool, cookie + 9, 43);
	is_int(answer_status(visit_get(&v, &banking_app, "/")), 200,
	       "which opens the bank");
	a = visit_get(&v, &auth_app, "/login?next=/limits");
	is_text(answer_header(b, a, "Location"), "/limits",
		"who is in need not sign in");
}

static void
test_next(struct bank *b)
{
	static const char *const away[] = {
		"https://evil.example", "//evil.example", "/%5Cevil.example",
		"/\\evil.example", "javascript:alert(1)", "evil", "",
		"/a%0d%0aSet-Cookie:x=1", "/%09/evil.example"};
	struct visit v = visit_begin(b, "anna");
	const char *to;
	size_t i;

	for (i = 0; i < sizeof away / sizeof *away; i++) {
		to = answer_header(b,
			visit_get(&v, &auth_app,
				  pool_printf(b->pool, "/login?next=%s",
					      away[i])),
			"Location");
		is_text(to, "/", "nobody is sent away to %s", away[i]);
	}
}

/* A search that was on the way to a person is still there after the code. */
static void
test_next_whole(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a, *to, *id;

	a = visit_post(&v, &auth_app, "/login",
		       "user_id=anna&password=correct+horse&next="
		       "/transactions%3Fq%3Da%26min%3D5");
	to = answer_header(b, a, "Location");
	ok(visit_has(to, "&next=/transactions%3Fq%3Da%26min%3D5"),
	   "where they wanted is handed on whole");
	a = visit_get(&v, &auth_app, to);
	ok(visit_has(a, "name=\"next\" value=\"/transactions?q=a&amp;min=5\""),
	   "to the code's page");
	id = pool_strndup(b->pool, strstr(to, "challenge_id=") + 13, 36);
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool, "challenge_id=%s&code=%s&next="
				   "/transactions%%3Fq%%3Da%%26min%%3D5", id,
				   bank_code(b)));
	is_text(answer_header(b, a, "Location"), "/transactions?q=a&min=5",
		"and beyond");
}

static void
test_https(struct bank *b)
{
	struct challenge c;
	const char *a, *cookie;
	char id[SECRET_ID_TEXT];

	deal_signin(b, "anna", "correct horse", &c);
	a = bank_ask(b, &auth_app, "POST /verify-otp",
		     pool_printf(b->pool, "challenge_id=%s&code=%s",
				 secret_id_text(id, c.id), bank_code(b)),
		     "HTTPS=on", NULL);
	cookie = answer_header(b, a, "Set-Cookie");
	ok(strncmp(cookie, "__Host-clicknet=", 16) == 0 &&
		   visit_has(cookie, "; Secure"),
	   "over TLS the cookie is bound to it");
	ok(*answer_header(b, a, "Strict-Transport-Security") != '\0',
	   "and the browser told to stay there");
	ok(answer_status(bank_ask(b, &banking_app, "GET /accounts", NULL,
				  pool_printf(b->pool,
					      "HTTP_COOKIE=clicknet=%.43s",
					      cookie + 16),
				  "HTTPS=on", NULL)) == 303,
	   "a cookie by the other name is none");
}

static void
test_verify(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a, *code, *id;
	int64_t now = clock_now();

	a = login(b, "anna", "correct horse");
	id = answer_text(b, a, "challenge_id");
	is_text(answer_text(b, a, "channel"), "email", "a program is told how");
	is_text(answer_text(b, a, "sent_to"), "s···@bank.example", "and where");
	clock_freeze(now + 30 * CLOCK_SECOND);
	a = bank_ask_json(b, &auth_app, "POST /resend-otp", NULL,
			  pool_printf(b->pool, "{\"challenge_id\":\"%s\","
					       "\"channel\":\"sms\"}", id),
			  NULL);
	is_int(answer_status(a), 202, "it can be sent again");
	is_text(answer_text(b, a, "channel"), "sms", "another way");
	a = visit_post(&v, &auth_app, "/resend-otp",
		       pool_printf(b->pool, "challenge_id=%s", id));
	ok(answer_status(a) == 429 &&
		   *answer_header(b, a, "Retry-After") != '\0',
	   "but not at once");
	clock_freeze(now + 60 * CLOCK_SECOND);
	a = visit_post(&v, &auth_app, "/resend-otp",
		       pool_printf(b->pool, "challenge_id=%s", id));
	ok(answer_status(a) == 303 &&
		   visit_has(answer_header(b, a, "Location"), "resent=1"),
	   "a person is led back to the code");
	code = bank_code(b);
	a = bank_ask_json(b, &auth_app, "POST /verify-otp", NULL,
			  pool_printf(b->pool, "{\"challenge_id\":\"%s\","
					       "\"code\":\"%s\"}", id, code),
			  NULL);
	is_int(answer_status(a), 200, "a program is let in");
	is_text(answer_text(b, a, "name"), "Anna Müller", "by name");
	is_int((int)strlen(answer_text(b, a, "token")), 43, "with its token");
	a = visit_get(&v, &auth_app,
		      pool_printf(b->pool, "/verify-otp?challenge_id=%s",
				  id));
	is_int(answer_status(a), 410, "the page is over then");
	a = visit_get(&v, &auth_app, "/verify-otp?challenge_id=x");
	is_int(answer_status(a), 404, "and of no challenge there is none");
	clock_freeze(now);
}

static void
test_sessions(struct bank *b)
{
	struct visit v, other;
	const char *a, *at;

	bank_tamper(b, "DELETE FROM session");
	v = visit_begin(b, "anna");
	other = visit_begin(b, "anna");
	a = visit_get(&v, &auth_app, "/sessions");
	ok(answer_status(a) == 200 && visit_has(a, "192.0.2.7") &&
		   !visit_has(a, "{{"),
	   "a person sees where they are signed in");
	at = strstr(a, "action=\"/sessions/");
	while (at != NULL && strncmp(at + 18, "end-others", 10) == 0)
		at = strstr(at + 1, "action=\"/sessions/");
	ok(at != NULL, "and can end it there");
	a = visit_post(&v, &auth_app, "/sessions/end-others", "");
	is_int(answer_status(a), 303, "all others can be ended");
	is_int(answer_status(visit_get(&other, &auth_app, "/sessions")), 303,
	       "then they are over");
	is_int(answer_status(visit_get(&v, &auth_app, "/sessions")), 200,
	       "and this one is not");
	a = visit_post(&v, &auth_app, "/logout", "");
	ok(answer_status(a) == 303 &&
		   visit_has(answer_header(b, a, "Set-Cookie"), "Max-Age=0"),
	   "signing out takes the cookie back");
	is_int(answer_status(visit_get(&v, &auth_app, "/sessions")), 303,
	       "and it opens nothing any more, even kept");
}

static void
test_token(struct bank *b)
{
	const char *token = bank_token(b, "anna"), *a;
	json_object *o, *list;

	a = bank_ask_json(b, &auth_app, "GET /sessions", token, NULL, NULL);
	o = json_tokener_parse(answer_body(a));
	ok(json_object_object_get_ex(o, "sessions", &list) &&
		   json_object_array_length(list) == 1,
	   "a token is among the sessions");
	json_object_put(o);
	a = bank_ask_json(b, &auth_app, "DELETE /sessions", token, NULL, NULL);
	is_int(answer_status(a), 204, "a program ends all others");
	a = bank_ask_json(b, &auth_app, "POST /logout", token, "{}", NULL);
	ok(answer_status(a) == 204 &&
		   *answer_header(b, a, "Set-Cookie") == '\0',
	   "and itself, with no cookie to take back");
	a = bank_ask_json(b, &auth_app, "GET /sessions", token, NULL, NULL);
	is_int(answer_status(a), 401, "then it is nobody");
}

static void *
hash_long(void *done)
{
	const struct secret_cost dear = {4, 65536, 1, 0};

	struct pool *pool = pool_new();

	secret_password(pool, "x", dear); /* which waits for its turn */
	pool_free(pool);
	atomic_store((atomic_bool *)done, true);
	return NULL;
}

/* While one password is hashed and nobody may wait. */
static void
test_storm(struct bank *b)
{
	int64_t failed = bank_count(b, "SELECT count(*) AS n FROM signin");
	const char *a = "", *refused = NULL;
	atomic_bool done = false;
	pthread_t thread;

	secret_hashes(1, 0);
	pthread_create(&thread, NULL, hash_long, &done);
	while (!atomic_load(&done) && refused == NULL) {
		a = login(b, "anna", "correct horse");
		if (answer_status(a) != 200)
			refused = a;
		usleep(1000);
	}
	pthread_join(thread, NULL);
	ok(refused != NULL && answer_status(refused) == 429 &&
		   strcmp(answer_header(b, refused, "Retry-After"), "3") == 0,
	   "more sign-ins than can be looked at are asked to come again");
	is_int(bank_count(b, "SELECT count(*) AS n FROM signin"), failed,
	       "and not counted as wrong");
	is_int(answer_status(login(b, "anna", "correct horse")), 200,
	       "who comes again is let on");
	secret_hashes(2, 8);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_form(&b);
	test_browser(&b);
	test_next(&b);
	test_next_whole(&b);
	test_https(&b);
	test_verify(&b);
	test_sessions(&b);
	test_token(&b);
	test_storm(&b);
	test_same_answers(&b);
	bank_close(&b);
	return tap_done();
}
