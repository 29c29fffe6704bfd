/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* step_up.c: tests of what needs a code given a moment ago. */
#include <string.h>

#include "bank/step_up.h"
#include "fcgi-apps/front.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static enum err
guarded(struct req *rq, struct resp *rs)
{
	enum err e = front_confirmed(rq);

	return e != OK ? e : resp_see(rq, rs, 204, NULL, "/done");
}

static const struct route routes[] = {
	{GET, "/guarded", guarded, 0},
	{POST, "/guarded", guarded, 0},
};
static const struct app guarded_app = {
	.name = "guarded", APP_ROUTES(routes), .ask = front_ask,
	.frame = front_frame};

static int
program(struct bank *b, const char *token)
{
	return answer_status(bank_ask_json(b, &guarded_app, "GET /guarded",
					   token, NULL, NULL));
}

static void
test_programs(struct bank *b)
{
	const char *token = bank_token(b, "anna"), *a;
	struct visit v = visit_begin(b, "anna");
	int64_t now = clock_now();

	is_int(program(b, v.cookie), 204, "who just signed in gave a code");
	clock_freeze(now + 10 * CLOCK_MINUTE - 1);
	bank_tamper(b, "UPDATE session SET last_seen = last_seen + 600000");
	is_int(program(b, v.cookie), 204, "which counts for ten minutes");
	clock_freeze(now + 10 * CLOCK_MINUTE);
	is_int(program(b, v.cookie), 403, "and no longer");
	clock_freeze(now - 1);
	is_int(program(b, v.cookie), 403, "nor before it was given");
	clock_freeze(now);
	a = bank_ask_json(b, &guarded_app, "GET /guarded", token, NULL, NULL);
	is_int(answer_status(a), 403, "an operator's token never gave one");
	is_text(answer_text(b, a, "code"), "otp", "and is told what is asked");
}

static void
test_pages(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a;

	bank_arrange(b, "UPDATE session SET confirmed_at = NULL");
	a = visit_get(&v, &guarded_app, "/guarded?a=b&c=d");
	is_int(answer_status(a), 303, "a page leads to the code");
	is_text(answer_header(b, a, "Location"),
		"/step-up?next=/guarded%3Fa%3Db%26c%3Dd",
		"and will come back to itself");
	a = visit_post(&v, &guarded_app, "/guarded", "next=/limits");
	is_text(answer_header(b, a, "Location"), "/step-up?next=/limits",
		"a form to where it says");
	a = visit_post(&v, &guarded_app, "/guarded", "a=b");
	is_text(answer_header(b, a, "Location"), "/step-up",
		"or nowhere in particular");
}

static struct confirm
give(struct bank *b, const struct session *s, const uint8_t *id,
     const char *code)
{
	struct confirm x = {.pool = b->pool, .id = id,
			    .session = s->token_hash, .code = code,
			    .who = &deal_actor};

	x.verdict = confirm_code(b->db, &x);
	return x;
}

static enum err
find(struct bank *b, const char *token, struct session *s)
{
	enum err e = session_find(b->db, b->pool, token, s);

	db_rest(b->db);
	return e;
}

static void
test_renewal(struct bank *b)
{
	struct confirm in = deal_browser(b, "anna"), x;
	struct step_up up = {.pool = b->pool, .user = b->anna_user,
			     .customer = b->anna};
	struct session s, other, after;

	find(b, in.token, &s);
	find(b, deal_browser(b, "anna").token, &other);
	up.session = s.token_hash;
	clock_freeze(clock_now() + 2 * CLOCK_MINUTE);
	is_int(step_up_begin(b->db, &up), OK, "a code is asked for");
	is_text(up.challenge.channel, "email", "by mail");
	is_int(give(b, &other, up.challenge.id, bank_code(b)).verdict,
	       ERR_MISSING, "another session of the same person has no part");
	x = give(b, &s, up.challenge.id, bank_code(b));
	is_int(x.verdict, OK, "the right code is taken");
	is_text(x.user_id, "anna", "from its person");
	is_int(find(b, in.token, &after), ERR_LOGIN, "the old token is dead");
	is_int(find(b, x.token, &after), OK, "the new one opens");
	ok(memcmp(after.id, s.id, SECRET_ID) == 0 &&
		   after.expires_at == s.expires_at &&
		   after.created_at == s.created_at,
	   "the same session, for no longer than before");
	is_int((int)(after.confirmed_at - s.confirmed_at), 2 * CLOCK_MINUTE,
	       "confirmed now");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'step_up.ok'"),
	       1, "on record");
	up.session = after.token_hash;
	step_up_begin(b->db, &up);
	session_end(b->db, b->anna_user, after.id, &deal_actor, b->anna);
	is_int(give(b, &after, up.challenge.id, bank_code(b)).verdict,
	       ERR_MISSING, "a session that ended meanwhile");
	is_int(find(b, x.token, &after), ERR_LOGIN, "does not come to life");
	clock_freeze(clock_now() - 2 * CLOCK_MINUTE);
}

/* A payment that waits for its code is not lost by it. */
static void
test_payment(struct bank *b)
{
	struct confirm in = deal_browser(b, "anna"), x;
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(100, "EUR"));
	struct step_up up = {.pool = b->pool, .user = b->anna_user,
			     .customer = b->anna};
	struct session s, after;
	const char *code;

	find(b, in.token, &s);
	o.session = up.session = s.token_hash;
	is_int(deal_give(b, &o), OK, "a payment waits for its code");
	code = bank_code(b);
	step_up_begin(b->db, &up);
	x = give(b, &s, up.challenge.id, bank_code(b));
	find(b, x.token, &after);
	is_int(give(b, &s, deal_challenge(b, &o), code).verdict, ERR_MISSING,
	       "after a step-up the old session cannot give it");
	is_int(give(b, &after, deal_challenge(b, &o), code).verdict, OK,
	       "and the new one can");
}

/* It is the same session and the same browser as before. */
static void
test_browser(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a, *at;

	a = visit_post(&v, &auth_app, "/step-up", "");
	at = strstr(answer_header(b, a, "Location"), "challenge_id=");
	a = visit_post(&v, &auth_app, "/verify-otp",
		       pool_printf(b->pool, "%.49s&code=%s", at,
				   bank_code(b)));
	is_int(answer_status(a), 303, "a browser gives the code");
	ok(visit_has(a, "Set-Cookie: clicknet="), "and goes on");
	ok(!visit_has(a, "Set-Cookie: clicknet-device="),
	   "with the mark it is known by");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'signout'"),
	       0, "nobody is said to have signed out");
}

/* A program's token opens no browser. */
static void
test_bearer(struct bank *b)
{
	const char *token = bank_token(b, "anna"), *a, *id;

	a = bank_ask_json(b, &auth_app, "POST /step-up", token, "{}", NULL);
	id = answer_text(b, a, "challenge_id");
	a = bank_ask_json(b, &auth_app, "POST /verify-otp", token,
			  pool_printf(b->pool,
				      "{\"challenge_id\":\"%s\","
				      "\"code\":\"%s\"}", id, bank_code(b)),
			  NULL);
	is_int((int)strlen(answer_text(b, a, "token")), 43,
	       "a program is given its new token");
	ok(!visit_has(a, "Set-Cookie:"), "and no cookie");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_programs(&b);
	test_pages(&b);
	test_renewal(&b);
	test_payment(&b);
	test_browser(&b);
	test_bearer(&b);
	bank_close(&b);
	return tap_done();
}
