/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* drills.c: every route of every program against everybody who has no
 * business there. The routes are read from the tables: a new one is drilled
 * by being there. */
#include <string.h>

#include "bank/session.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static const struct app *const apps[] = {&auth_app, &banking_app};
enum { APPS = sizeof apps / sizeof *apps };

static const char *
method_name(const struct route *r)
{
	return r->method == GET	   ? "GET"
	       : r->method == POST ? "POST"
	       : r->method == PUT  ? "PUT"
				   : "DELETE";
}

/* The route with every {part} filled in: "GET /accounts/T1?account=...". All
 * that a handler may look for is in the query. */
static const char *
ask_for(struct bank *b, const struct route *r, const char *id,
	const char *query)
{
	struct buf out = {.pool = b->pool};
	const char *at;

	buf_printf(&out, "%s ", method_name(r));
	for (at = r->path; *at != '\0'; at++) {
		if (*at == '{') {
			buf_puts(&out, id);
			at += strcspn(at, "}");
		} else {
			buf_putc(&out, *at);
		}
	}
	buf_printf(&out, "?%s", query);
	return out.data;
}

/* A body that every POST could do something with. */
static const char body[] =
	"{\"from\":\"" ANNA_CURRENT "\",\"to\":\"" ANNA_SAVINGS
	"\",\"amount\":\"1.00\",\"user_id\":\"anna\","
	"\"password\":\"correct horse\"}";
static const char form[] = "from=" ANNA_CURRENT "&to=" ANNA_SAVINGS
			   "&amount=1.00&user_id=anna"
			   "&password=correct+horse";

typedef void drill(struct bank *, const struct app *, const struct route *,
		   const void *arg);

static int
every_route(struct bank *b, drill *run, const void *arg)
{
	int i, k, n = 0;

	for (i = 0; i < APPS; i++)
		for (k = 0; k < apps[i]->count; k++, n++)
			run(b, apps[i], &apps[i]->routes[k], arg);
	return n;
}

/* Somebody with a token that opens nothing, or none. */
static void
stranger(struct bank *b, const struct app *app, const struct route *r,
	 const void *arg)
{
	const char *what = ask_for(b, r, ANNA_CURRENT, "account=" ANNA_CURRENT);
	const char *sent = r->method == GET ? NULL : body, *a;
	uint64_t before = fault_digest(b);
	struct visit v = {.bank = b, .cookie = arg};

	if (r->flags & GUEST)
		return;
	a = bank_ask_json(b, app, what, arg, sent,
			  "HTTP_IDEMPOTENCY_KEY=stranger", NULL);
	is_int(answer_status(a), 401, "%s: a program must sign in", what);
	is_text(answer_text(b, a, "code"), "login", "and is told so");
	a = r->method == GET
		    ? visit_get(&v, app, strchr(what, ' ') + 1)
		    : visit_post(&v, app, strchr(what, ' ') + 1, form);
	if (r->method == GET || r->method == POST)
		ok(answer_status(a) == 303 &&
			   strncmp(answer_header(b, a, "Location"), "/login",
				   6) == 0,
		   "a person is sent to sign in");
	ok(fault_digest(b) == before, "and nothing changes");
}

static void
test_strangers(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *ended = visit_begin(b, "anna").cookie;
	int64_t now = clock_now();
	struct session s;

	session_find(b->db, b->pool, ended, &s);
	session_close(b->db, s.token_hash, &deal_actor, b->anna);
	ok(every_route(b, stranger, ended) >= 26, "nobody is signed in");
	if (tap_left_out("tokens that never were, and one that idled"))
		return;
	every_route(b, stranger, NULL);
	every_route(b, stranger, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	clock_freeze(now + 5 * CLOCK_MINUTE);
	every_route(b, stranger, v.cookie);
	clock_freeze(now);
}

static void
reader(struct bank *b, const struct app *app, const struct route *r,
       const void *token)
{
	const char *what = ask_for(b, r, ANNA_CURRENT, "account=" ANNA_CURRENT);
	uint64_t before = fault_digest_but(b, " rate ");
	int status = answer_status(bank_ask_json(
		b, app, what, token, r->method == GET ? NULL : body,
		"HTTP_IDEMPOTENCY_KEY=reader", NULL));

	if (r->method == GET || (r->flags & READ))
		ok(status != 401 && status != 403,
		   "%s: a token that may only read may read", what);
	else
		is_int(status, 403, "%s: a token that may only read may not",
		       what);
	ok(fault_digest_but(b, " rate ") == before,
	   "and changes nothing but how often it was asked");
}

static void
test_readers(struct bank *b)
{
	char token[SESSION_TOKEN];

	session_token(b->db, b->pool, "anna", true, token);
	every_route(b, reader, token);
}

/* What another's page can make a browser send, and what it cannot. */
static const struct {
	const char *what, *header;
	bool own_csrf, others_csrf;
} forgeries[] = {
	{"without csrf", "HTTP_X=1", false, false},
	{"with another session's csrf", "HTTP_X=1", false, true},
	{"from another site", "HTTP_SEC_FETCH_SITE=cross-site", true, false},
	{"from a neighbour", "HTTP_SEC_FETCH_SITE=same-site", true, false},
	{"from another origin", "HTTP_ORIGIN=https://evil.example", true,
	 false},
	{"from no origin", "HTTP_ORIGIN=null", true, false},
	{"from the origin's other scheme",
	 "HTTP_ORIGIN=https://bank.example", true, false},
	{"with a csrf cut short", "HTTP_X_CSRF_TOKEN=abc", true, false},
};
enum { FORGERIES = sizeof forgeries / sizeof *forgeries };

struct pair_of {
	struct visit own, other;
};

static void
forger(struct bank *b, const struct app *app, const struct route *r,
       const void *arg)
{
	const struct pair_of *p = arg;
	const char *what = ask_for(b, r, ANNA_CURRENT, "x=1"), *csrf;
	char *cookie = pool_printf(b->pool, "HTTP_COOKIE=clicknet=%s",
				   p->own.cookie);
	uint64_t before = fault_digest(b);
	int i, sent = 0, refused = 0;

	if (r->method == GET)
		return;
	for (i = 0; i < FORGERIES; i += tap_step(3), sent++) {
		csrf = forgeries[i].own_csrf	  ? p->own.csrf
		       : forgeries[i].others_csrf ? p->other.csrf
						  : "";
		if (answer_status(bank_ask(
			    b, app, what,
			    pool_printf(b->pool, "csrf=%s&%s&challenge_id=x"
						 "&idempotency_key=forged",
					csrf, form),
			    cookie, forgeries[i].header, NULL)) == 403)
			refused++;
		else
			printf("# %s %s\n", what, forgeries[i].what);
	}
	is_int(refused, sent, "%s: no forged request is taken", what);
	ok(fault_digest(b) == before, "and none changes anything");
	is_int(answer_status(bank_ask_json(b, app, what, NULL, body, cookie,
					   NULL)),
	       403, "nor does a cookie alone write as a program");
	ok(answer_status(bank_ask_json(b, app, what, NULL, body, cookie,
				       "CONTENT_TYPE=text/plain",
				       NULL)) >= 400 &&
		   fault_digest(b) == before,
	   "in no other clothes either");
}

static void
honest(struct bank *b, const struct app *app, const struct route *r,
       const void *arg)
{
	const struct pair_of *p = arg;
	struct visit v = p->own;

	/* A webhook is no page's: it asks for its sender's signature. */
	if (r->method == POST && strcmp(r->path, "/logout") != 0 &&
	    strstr(r->path, "-webhook") == NULL)
		ok(answer_status(visit_post(
			   &v, app,
			   strchr(ask_for(b, r, "x", "x=1"), ' ') + 1,
			   "a=b")) != 403,
		   "%s: its own page is not refused", r->path);
}

static void
test_forgers(struct bank *b)
{
	struct pair_of p = {visit_begin(b, "anna"), visit_begin(b, "ben")};

	ok(p.own.csrf != NULL && p.other.csrf != NULL &&
		   strcmp(p.own.csrf, p.other.csrf) != 0,
	   "each session has its own csrf");
	every_route(b, forger, &p);
	every_route(b, honest, &p);
}

/* A guest's forms cannot be sent from elsewhere either. */
static void
guest(struct bank *b, const struct app *app, const struct route *r,
      const void *arg)
{
	const char *what = ask_for(b, r, "x", "x=1");

	(void)arg;
	if (r->method == GET || !(r->flags & GUEST))
		return;
	is_int(answer_status(bank_ask(b, app, what, form,
				      "HTTP_SEC_FETCH_SITE=cross-site",
				      NULL)),
	       403, "%s: nobody is signed in from another site", what);
	is_int(answer_status(bank_ask(b, app, what, form,
				      "HTTP_ORIGIN=https://evil.example",
				      NULL)),
	       403, "or from another origin");
}

/* What no table has, and methods a path has not. */
static void
test_elsewhere(struct bank *b)
{
	const char *token = bank_token(b, "anna");
	static const char *const paths[] = {
		"GET /nowhere", "GET /accounts/", "GET /accounts/a/b",
		"GET //accounts", "GET /.git/config", "GET /../etc/passwd"};
	size_t i;
	int k;

	for (i = 0; i < sizeof paths / sizeof *paths; i++)
		for (k = 0; k < APPS; k++)
			is_int(answer_status(bank_ask_json(
				       b, apps[k], paths[i], token, NULL,
				       NULL)),
			       404, "%s is nowhere in %s", paths[i],
			       apps[k]->name);
	is_int(answer_status(bank_ask_json(b, &banking_app, "DELETE /transfer",
					   token, NULL, NULL)),
	       405, "a transfer is not deleted");
	is_int(answer_status(bank_ask_json(b, &banking_app, "PUT /accounts",
					   token, "{}", NULL)),
	       405, "accounts are not put");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_strangers(&b);
	test_readers(&b);
	test_forgers(&b);
	every_route(&b, guest, NULL);
	test_elsewhere(&b);
	bank_close(&b);
	return tap_done();
}
