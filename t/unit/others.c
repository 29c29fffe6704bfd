/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* others.c: what is somebody else's looks as if it were not there, on every
 * route; and nobody writes more than they are asked. */
#include <pthread.h>
#include <string.h>

#include "bank/session.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

enum { THREADS = 64 };

/* Everything of anna's that has a name, and names of nothing. */
struct names {
	const char *account, *transfer, *challenge, *session, *key;
};
static struct names annas;
static const struct names nobodys = {
	"T99999999999", "01234567-89ab-7def-8123-456789abcdef",
	"01234567-89ab-7def-8123-456789abcdee",
	"01234567-89ab-7def-8123-456789abcded", "never"};

static const char *
id_text(struct bank *b, const uint8_t *id)
{
	return secret_id_text(pool_alloc(b->pool, SECRET_ID_TEXT), id);
}

static void
fill_annas(struct bank *b)
{
	struct order booked = deal_order(b, ANNA_CURRENT, ANNA_SAVINGS,
					 money_of(1, "EUR"));
	struct order waits = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
					money_of(1, "EUR"));
	struct confirm x = deal_browser(b, "anna");

	deal_give(b, &booked);
	deal_give(b, &waits);
	annas = (struct names){
		ANNA_CURRENT, id_text(b, booked.id),
		id_text(b, deal_challenge(b, &waits)),
		id_text(b, x.session_new.id), booked.key};
}

/* The path with ${id} for its part, and every name in the query. */
static const char *
path_of(struct bank *b, const struct route *r, const char *id,
	const struct names *n)
{
	struct buf out = {.pool = b->pool};
	const char *at = strchr(r->path, '{');

	buf_puts(&out, r->path);
	if (at != NULL) {
		out.len = (size_t)(at - r->path);
		buf_puts(&out, id);
		buf_puts(&out, at + strcspn(at, "}") + 1);
	}
	buf_printf(&out, "?account=%s&challenge_id=%s&idempotency_key=%s",
		   n->account, n->challenge, n->key);
	return out.data;
}

static const char *
masked(struct bank *b, const char *answer)
{
	return visit_mask(b, answer, annas.account, nobodys.account,
			  annas.key, nobodys.key, NULL);
}

static const char *
json_of(struct bank *b, const struct names *n)
{
	return pool_printf(b->pool,
		"{\"from\":\"%s\",\"to\":\"" ANNA_SAVINGS "\","
		"\"amount\":\"1.00\",\"challenge_id\":\"%s\","
		"\"code\":\"000000\",\"account\":\"%s\"}",
		n->account, n->challenge, n->account);
}

static const char *
form_of(struct bank *b, const struct names *n)
{
	return pool_printf(b->pool,
			   "from=%s&to=" ANNA_SAVINGS "&amount=1.00"
			   "&challenge_id=%s&code=000000&account=%s",
			   n->account, n->challenge, n->account);
}

/* Ben asks for anna's, then for nobody's. */
static void
compare(struct bank *b, struct visit *ben, const struct app *app,
	const struct route *r, const char *id, const char *none)
{
	static const char *const names[] = {
		[GET] = "GET", [POST] = "POST", [PUT] = "PUT",
		[DELETE] = "DELETE"};
	const char *hers = path_of(b, r, id, &annas), *have, *want;
	const char *his = path_of(b, r, none, &nobodys);
	uint64_t before = fault_digest_but(b, " rate ");
	bool writes = r->method != GET;

	bank_tamper(b, "DELETE FROM rate");
	have = bank_ask_json(b, app,
			     pool_printf(b->pool, "%s %s", names[r->method],
					 hers),
			     ben->cookie, writes ? json_of(b, &annas) : NULL,
			     "HTTP_IDEMPOTENCY_KEY=x", NULL);
	bank_tamper(b, "DELETE FROM rate");
	want = bank_ask_json(b, app,
			     pool_printf(b->pool, "%s %s", names[r->method],
					 his),
			     ben->cookie, writes ? json_of(b, &nobodys) : NULL,
			     "HTTP_IDEMPOTENCY_KEY=x", NULL);
	is_text(masked(b, have), masked(b, want),
		"%s %s: anna's is as good as nobody's", names[r->method],
		r->path);
	ok(fault_digest_but(b, " rate ") == before,
	   "and nothing changes but how often it was asked");
	if (r->method != GET && r->method != POST)
		return;
	bank_tamper(b, "DELETE FROM rate");
	have = writes ? visit_post(ben, app, hers, form_of(b, &annas))
		      : visit_get(ben, app, hers);
	bank_tamper(b, "DELETE FROM rate");
	want = writes ? visit_post(ben, app, his, form_of(b, &nobodys))
		      : visit_get(ben, app, his);
	is_text(masked(b, have), masked(b, want), "on the page too");
	ok(!visit_has(have, "Anna") && !visit_has(have, "Müller") &&
		   !visit_has(have, "Everyday"),
	   "which says nothing of her");
}

/* What names nobody and nothing changes who asks it alone. */
static bool
about_oneself(const struct route *r)
{
	static const char *const paths[] = {
		"/logout", "/sessions", "/sessions/end-all",
		"/sessions/end-others", "/step-up",
		"/totp", "/totp/confirm", "/totp/remove", "/recovery-codes",
		"/emergency-code"};
	size_t i;

	for (i = 0; r->method != GET && i < sizeof paths / sizeof *paths; i++)
		if (strcmp(r->path, paths[i]) == 0)
			return true;
	return false;
}

static void
compare_all(struct bank *b, struct visit *ben, const struct app *app)
{
	const struct route *r = app->routes, *end = r + app->count;

	for (; r < end; r++) {
		if (about_oneself(r))
			continue;
		if (strncmp(r->path, "/captcha", 8) == 0)
			continue; /* about nobody, and each time another */
		compare(b, ben, app, r, annas.account, nobodys.account);
		if (strchr(r->path, '{') == NULL)
			continue;
		compare(b, ben, app, r, annas.transfer, nobodys.transfer);
		compare(b, ben, app, r, annas.challenge, nobodys.challenge);
		compare(b, ben, app, r, annas.session, nobodys.session);
	}
}

/* The names above are hers, and open things to her. */
static void
control(struct bank *b)
{
	struct visit anna = visit_begin(b, "anna");
	const char *a;

	a = visit_get(&anna, &banking_app, "/accounts/" ANNA_CURRENT);
	ok(answer_status(a) == 200 && visit_has(a, "Everyday"),
	   "anna sees her account");
	a = visit_get(&anna, &banking_app,
		      pool_printf(b->pool, "/transfers/%s", annas.transfer));
	is_int(answer_status(a), 200, "and her receipt");
	a = visit_get(&anna, &banking_app,
		      pool_printf(b->pool, "/transfers?idempotency_key=%s",
				  annas.key));
	is_int(answer_status(a), 200, "and finds it by its key");
	a = visit_post(&anna, &auth_app,
		       pool_printf(b->pool, "/sessions/%s/end",
				   annas.session),
		       "");
	is_int(answer_status(a), 303, "and ends her session");
}

/* Fields nobody asked for. */
static void
test_more(struct bank *b)
{
	static const char more[] =
		"{\"from\":\"" ANNA_CURRENT "\",\"to\":\"" ANNA_SAVINGS "\","
		"\"amount\":\"2.00\",\"purpose\":\"mine\",\"fee\":\"0.00\","
		"\"status\":\"posted\",\"state\":\"posted\",\"user\":2,"
		"\"customer\":2,\"ordered_by\":2,\"kind\":\"deposit\","
		"\"booked_at\":\"2001-01-01T00:00:00Z\",\"id\":\"x\","
		"\"transfer_id\":\"01234567-89ab-7def-8123-456789abcdef\","
		"\"balance_after\":\"1000000.00\",\"hash\":\"00\","
		"\"currency\":\"EUR\",\"value_date\":\"2001-01-01\","
		"\"reference\":\"x\",\"address\":\"x\",\"own\":true,"
		"\"payee_match\":\"match\",\"from_account\":4}";
	const char *a = bank_ask_json(b, &banking_app, "POST /transfer",
				      bank_token(b, "anna"), more,
				      "HTTP_IDEMPOTENCY_KEY=more", NULL);

	is_int(answer_status(a), 201, "a payment with more fields than asked");
	is_text(answer_text(b, a, "kind"), "transfer", "is a transfer");
	is_text(answer_text(b, a, "currency"), "EUR", "in its own currency");
	is_text(answer_text(b, a, "booked_at"), "2026-11-20T10:00:00Z",
		"booked now");
	is_int(bank_count(b, "SELECT count(*) AS n FROM transfer t JOIN "
			     "bank_user u ON u.id = t.ordered_by WHERE "
			     "t.purpose = 'mine' AND u.user_id = 'anna' AND "
			     "t.reference = '' AND t.address = '192.0.2.7' "
			     "AND t.amount = 200"),
	       1, "by who ordered it, with nothing they made up");
	a = bank_ask_json(b, &auth_app, "POST /login", NULL,
			  "{\"user_id\":\"ben\",\"password\":\"correct "
			  "horse\",\"role\":\"admin\",\"customer\":1,"
			  "\"signed_in\":true,\"purpose\":\"transfer\"}",
			  NULL);
	is_int(answer_status(a), 200, "a sign-in with more fields");
	is_int(bank_count(b, "SELECT count(*) AS n FROM bank_user "
			     "WHERE role <> 'customer'"),
	       0, "makes nobody an admin");
}

struct guesser {
	pthread_t thread;
	struct bank bank;
	const char *body;
	int status;
};

static void *
guess(void *arg)
{
	struct guesser *g = arg;

	g->bank.pool = pool_new();
	g->status = answer_status(bank_ask_json(
		&g->bank, &auth_app, "POST /verify-otp", NULL, g->body, NULL));
	pool_free(g->bank.pool);
	return NULL;
}

static void
test_guessing(struct bank *b)
{
	struct guesser *g = pool_alloc(b->pool, THREADS * sizeof *g);
	struct challenge c;
	const char *code, *format = "{\"challenge_id\":\"%s\","
				    "\"code\":\"%s\"}";
	int i, wrong = 0, gone = 0;

	deal_signin(b, "anna", "correct horse", &c);
	code = bank_code(b);
	for (i = 0; i < THREADS; i++) {
		g[i] = (struct guesser){.bank = *b};
		g[i].body = pool_printf(b->pool, format, id_text(b, c.id),
					deal_wrong(b, code));
		pthread_create(&g[i].thread, NULL, guess, &g[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(g[i].thread, NULL);
		wrong += g[i].status == 401;
		gone += g[i].status == 410;
	}
	is_int(wrong, 5, "of 64 codes guessed at once five are looked at");
	is_int(gone, THREADS - 5, "the rest are told it is over");
	g[0].body = pool_printf(b->pool, format, id_text(b, c.id), code);
	guess(&g[0]);
	is_int(g[0].status, 410, "and so is the right one");
}

int
main(void)
{
	struct bank b;
	struct visit ben;

	bank_open(&b);
	fill_annas(&b);
	ben = visit_begin(&b, "ben");
	compare_all(&b, &ben, &banking_app);
	compare_all(&b, &ben, &auth_app);
	control(&b);
	test_more(&b);
	test_guessing(&b);
	bank_close(&b);
	return tap_done();
}
