/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* auth_faults.c: every page of signing in and of security with each of its
 * statements failing in turn: it says so, and is whole again afterwards. */
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/factor.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

enum { STATEMENTS_MAX = 100 };

/* ${form} NULL: it is looked at. Json: as a program asks it. */
static int
asked(struct visit *v, bool json, const char *path, const char *form)
{
	const char *a;

	if (json)
		a = bank_ask_json(v->bank, &auth_app,
				  pool_printf(v->bank->pool, "%s %s",
					      form != NULL ? "POST" : "GET",
					      path),
				  v->cookie, form, NULL);
	else
		a = form != NULL ? visit_post(v, &auth_app, path, form)
				 : visit_get(v, &auth_app, path);
	return answer_status(a);
}

/* Whose page it is, and other ways for a code, stand beside what was asked
 * for: the page does without. */
static bool
beside(const char *sql)
{
	static const char *const begins[] = {
		"SELECT name FROM customer", "SELECT id, code, name",
		"SELECT 1 AS one FROM totp",
		"SELECT count(*) AS n FROM recovery_code"};
	size_t i;

	for (i = 0; i < sizeof begins / sizeof *begins; i++)
		if (strncmp(sql, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

/* Each time it is told as trouble of the bank's own, until none is left. */
static void
fails(struct visit *v, bool json, const char *path, const char *form, int want)
{
	struct pool *pool = v->bank->pool;
	int n = 0, status = 0, odd = 0;
	bool hit = true;

	while (hit && n < STATEMENTS_MAX) {
		v->bank->pool = pool_new();
		fault_arm(++n);
		status = asked(v, json, path, form);
		hit = fault_disarm();
		if (hit && status < 500 && !beside(fault_sql())) {
			odd++;
			printf("# statement %d, %s: %d\n", n, fault_sql(),
			       status);
		}
		db_rest(v->bank->db);
		pool_free(v->bank->pool);
	}
	v->bank->pool = pool;
	ok(odd == 0 && n < STATEMENTS_MAX,
	   "%s %.40s: no failing statement is passed over",
	   form != NULL ? "POST" : "GET", path);
	is_int(status, want, "and without one all is well");
}

static void
test_looks(struct visit *v)
{
	static const char *const paths[] = {
		"/passkeys",	   "/sessions",	       "/security", "/activity",
		"/emergency-code", "/change-password", "/session"};
	size_t i;

	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		fails(v, false, paths[i], NULL, 200);
		fails(v, true, paths[i], NULL, 200);
	}
}

/* The page that asks for a payment's code. A code that was taken stays taken,
 * though what was done could not be shown. */
static void
test_verify(struct bank *b, struct visit *v)
{
	struct order o =
		deal_order(b, ANNA_CURRENT, BEN_CURRENT, money_of(100, "EUR"));
	char id[SECRET_ID_TEXT];
	struct challenge c;
	struct session s;
	const char *page;

	session_find(b->db, b->pool, v->cookie, &s);
	db_rest(b->db);
	o.session = s.token_hash;
	deal_give(b, &o);
	secret_id_text(id, deal_challenge(b, &o));
	page = pool_printf(b->pool, "/verify-otp?challenge_id=%s", id);
	fails(v, false, page, NULL, 200);
	fails(v, true, "/verify-otp",
	      pool_printf(b->pool, "{\"challenge_id\":\"%s\",\"code\":\"%s\"}",
			  id, bank_code(b)),
	      410);
	deal_signin(b, "anna", "correct horse", &c);
	secret_id_text(id, c.id);
	clock_freeze(clock_now() + CLOCK_MINUTE);
	fails(&(struct visit){.bank = b}, true, "/resend-otp",
	      pool_printf(b->pool, "{\"challenge_id\":\"%s\"}", id), 429);
	fails(&(struct visit){.bank = b}, true, "/verify-otp",
	      pool_printf(b->pool, "{\"challenge_id\":\"%s\",\"code\":\"%s\"}",
			  id, bank_code(b)),
	      410);
}

static void
test_acts(struct visit *v)
{
	fails(v, false, "/step-up", "a=b", 303);
	fails(v, true, "/passkeys/options", "{}", 200);
	fails(v, true, "/recovery-codes", "{}", 201);
	fails(v, true, "/emergency-code", "{}", 201);
	fails(v, true, "/drafts", "{\"path\":\"/transfer\",\"fields\":{}}",
	      422);
}

/* An app that is begun, and given up. */
static void
test_app(struct visit *v)
{
	fails(v, false, "/totp", "a=b", 303);
	fails(v, false, "/totp", NULL, 200);
	fails(v, true, "/totp", NULL, 200);
	fails(v, false, "/totp/qr.svg", NULL, 200);
	fails(v, true, "/totp/confirm", "{\"code\":\"000000\"}", 401);
	fails(v, false, "/totp/remove", "a=b", 303);
}

static void
test_strangers(struct bank *b)
{
	struct visit v = {.bank = b};

	fails(&v, true, "/login/passkey/options", "{}", 200);
	fails(&v, true, "/forgot-user-id",
	      "{\"mobile\":\"+4917000000001\",\"tax_id\":"
	      "\"C1\",\"birth_date\":\"1990-05-17\"}",
	      202);
	fails(&v, true, "/forgot-password",
	      "{\"user_id\":\"anna\",\"tax_id\":\"C1\","
	      "\"birth_date\":\"1990-05-17\"}",
	      202);
	fails(&v, true, "/register",
	      "{\"customer_id\":\"C9\",\"tax_id\":\"C9\",\"birth_date\":"
	      "\"1990-05-17\",\"user_id\":\"nina\",\"password\":"
	      "\"harbour-light-7\"}",
	      202);
	fails(&v, true, "/user-id-available?user_id=nina", NULL, 200);
	fails(&v, false, "/register", NULL, 200);
	fails(&v, false, "/forgot-password", NULL, 200);
	fails(&v, false, "/login", NULL, 200);
}

static void
test_ends(struct visit *v)
{
	fails(v, true, "/sessions/end-others", "{}", 204);
	fails(v, false, "/sessions/end-all", "a=b", 303);
}

/* The demonstration's people, for whom looks at it. */
static void
test_demo(struct bank *b)
{
	const char *path = pool_printf(b->pool, "%s/demo-signins.txt", b->dir);
	struct visit v = {.bank = b};
	FILE *f = fopen(path, "w");
	const char *a, *badge;

	bank_set(b, "MESSAGE_DELIVERY", "inbox");
	fputs("anna\tcorrect horse\tAnna Example\r\n"
	      "no password\nno\tname\nben\tsecret\tBen\tadmin\n",
	      f);
	fclose(f);
	a = visit_get(&v, &auth_app, "/login");
	badge = strstr(a, "Works for the bank");
	ok(badge != NULL && strstr(badge + 1, "Works for the bank") == NULL,
	   "and says who of them works for it");
	ok(visit_has(a, "Anna Example") && visit_has(a, "Ben") &&
		   !visit_has(a, "no password"),
	   "a demonstration names its people");
	remove(path);
	a = visit_get(&v, &auth_app, "/login");
	ok(answer_status(a) == 200 && !visit_has(a, "Anna Example"),
	   "unless nobody wrote them down");
}

int
main(void)
{
	struct bank b;
	struct visit v;

	bank_open(&b);
	v = visit_begin(&b, "anna");
	bank_set(&b, "PUBLIC_BASE_URL", "https://bank.example");
	test_looks(&v);
	test_verify(&b, &v);
	test_acts(&v);
	test_app(&v);
	test_strangers(&b);
	test_ends(&v);
	test_demo(&b);
	bank_close(&b);
	return tap_done();
}
