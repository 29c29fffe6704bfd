/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* register_pages.c: registering, forgotten and new passwords as a browser and
 * a program see them. */
#include <string.h>

#include "bank/customer.h"
#include "bank/intake.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static enum err
cleo_work(struct db *db, void *arg)
{
	struct customer c = {
		.code = "C0003", .name = "Cleo Baptiste", .branch = "",
		.birth_date = "1988-02-29", .tax_id = "TX-88 1",
		.mobile = "+4917000000003", .email = "cleo@bank.example",
		.language = "en"};

	(void)arg;
	return customer_add(db, &c);
}

static const char *
post(struct bank *b, const char *path, const char *token, const char *body)
{
	return bank_ask_json(b, &auth_app,
			     pool_printf(b->pool, "POST %s", path), token,
			     body, NULL);
}

static const char *
give(struct bank *b, const char *id, const char *code)
{
	return post(b, "/verify-otp", NULL,
		    pool_printf(b->pool,
				"{\"challenge_id\":\"%s\",\"code\":\"%s\"}", id,
				code));
}

/* What a stranger asks for: the person's own words, and somebody else's. */
static const struct pair_of {
	const char *path, *known, *unknown;
} asks[] = {
	{"/register",
	 "{\"customer_id\":\"C0003\",\"tax_id\":\"TX-88 1\",\"birth_date\":"
	 "\"1988-02-29\",\"user_id\":\"cleo\",\"password\":\"harbour-11\"}",
	 "{\"customer_id\":\"C0003\",\"tax_id\":\"TX-88 2\",\"birth_date\":"
	 "\"1988-02-29\",\"user_id\":\"cleo\",\"password\":\"harbour-11\"}"},
	{"/register",
	 "{\"customer_id\":\"C1\",\"tax_id\":\"C1\",\"birth_date\":"
	 "\"1990-05-17\",\"user_id\":\"anna\",\"password\":\"harbour-11\"}",
	 "{\"customer_id\":\"C9\",\"tax_id\":\"C9\",\"birth_date\":"
	 "\"1990-05-17\",\"user_id\":\"enna\",\"password\":\"harbour-11\"}"},
	{"/forgot-password",
	 "{\"user_id\":\"anna\",\"tax_id\":\"C1\",\"birth_date\":"
	 "\"1990-05-17\"}",
	 "{\"user_id\":\"enna\",\"tax_id\":\"C1\",\"birth_date\":"
	 "\"1990-05-17\"}"},
	{"/forgot-user-id",
	 "{\"mobile\":\"+4917000000001\",\"tax_id\":\"C1\",\"birth_date\":"
	 "\"1990-05-17\"}",
	 "{\"email\":\"nobody@bank.example\",\"tax_id\":\"C1\","
	 "\"birth_date\":\"1990-05-17\"}"},
};
enum { ASKS = sizeof asks / sizeof *asks };

static void
same(struct bank *b, const char *one, const char *other, int status,
     const char *what)
{
	is_int(answer_status(one), status, "%s", what);
	is_text(visit_mask(b, one, NULL), visit_mask(b, other, NULL),
		"is the same for everybody, byte for byte");
}

static const char *
code_page(struct bank *b, const char *id)
{
	struct visit v = {.bank = b};

	return visit_get(&v, &auth_app,
			 pool_printf(b->pool, "/verify-otp?challenge_id=%s",
				     id));
}

static const char *
resend(struct bank *b, const char *id)
{
	return post(b, "/resend-otp", NULL,
		    pool_printf(b->pool, "{\"challenge_id\":\"%s\"}", id));
}

static void
all_same(struct bank *b, const struct pair_of *ask)
{
	const char *one = post(b, ask->path, NULL, ask->known);
	const char *other = post(b, ask->path, NULL, ask->unknown), *i, *k;
	int64_t now = clock_now();
	int n;

	same(b, one, other, 202, ask->path);
	i = answer_text(b, one, "challenge_id");
	k = answer_text(b, other, "challenge_id");
	same(b, code_page(b, i), code_page(b, k), 200, "the page for the code");
	is_int(intake_run_due(b->db), OK, "the bank looks");
	same(b, code_page(b, i), code_page(b, k), 200, "still");
	same(b, resend(b, i), resend(b, k), 429, "asking again too soon");
	clock_freeze(now + 30 * CLOCK_SECOND);
	same(b, resend(b, i), resend(b, k), 202, "asking again");
	intake_run_due(b->db);
	same(b, code_page(b, i), code_page(b, k), 200, "the page then");
	for (n = 0; n < 5; n++)
		same(b, give(b, i, "0000000"), give(b, k, "0000000"), 401,
		     "a wrong code");
	same(b, give(b, i, "000000"), give(b, k, "000000"), 410, "one more");
	same(b, code_page(b, i), code_page(b, k), 410, "the page at the end");
	clock_freeze(now);
}

static void
test_same(struct bank *b)
{
	const char *known;
	int i;

	for (i = 0; i < ASKS; i++)
		all_same(b, &asks[i]);
	known = post(b, "/login", NULL,
		     "{\"user_id\":\"anna\",\"password\":\"x\"}");
	bank_tamper(b, "DELETE FROM rate"); /* how often is told to both */
	same(b, known,
	     post(b, "/login", NULL,
		  "{\"user_id\":\"enna\",\"password\":\"x\"}"),
	     401, "a wrong password");
}

/* A browser's form; where it leads. The code's page is looked at. */
static const char *
ask_page(struct visit *v, const char *path, const char *form)
{
	const char *a = visit_post(v, &auth_app, path, form);
	const char *where = answer_header(v->bank, a, "Location");

	is_int(answer_status(a), 303, "%s leads on", path);
	ok(strncmp(where, "/verify-otp?challenge_id=", 25) == 0,
	   "to the code");
	a = visit_get(v, &auth_app, where);
	ok(answer_status(a) == 200 && !visit_has(a, "{{"), "whose page is whole");
	is_int(intake_run_due(v->bank->db), OK, "the bank looks");
	return where + 25;
}

static const char *
code_form(struct visit *v, const char *id)
{
	return visit_post(v, &auth_app, "/verify-otp",
			  pool_printf(v->bank->pool,
				      "challenge_id=%.36s&code=%s", id,
				      bank_code(v->bank)));
}

static void
test_register(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a = visit_get(&v, &auth_app, "/register"), *id;

	ok(answer_status(a) == 200 && visit_has(a, "name=\"user_id\"") &&
		   visit_has(a, "8 characters or more"),
	   "the page says what is wanted");
	a = visit_post(&v, &auth_app, "/register",
		       "customer_id=%3Cb%3E&birth_date=29.2.1988&user_id=c"
		       "&password=short77");
	is_int(answer_status(a), 422, "a form with faults comes back");
	ok(visit_has(a, "value=\"&lt;b&gt;\"") &&
		   visit_has(a, "value=\"29.2.1988\""),
	   "with the words");
	ok(!visit_has(a, "short77"), "but the password");
	ok(visit_has(a, "id=\"tax_id-why\"") &&
		   visit_has(a, "id=\"birth_date-why\"") &&
		   visit_has(a, "id=\"user_id-why\"") &&
		   visit_has(a, "id=\"password-why\""),
	   "and all that is wrong with it");
	a = visit_post(&v, &auth_app, "/register", "password=test1");
	ok(visit_has(a, "is too short") && visit_has(a, "try them out"),
	   "also all that is wrong with one field");
	id = ask_page(&v, "/register",
		      "customer_id=c0003&tax_id=tx881&birth_date=1988-02-29"
		      "&user_id=+Cleo+&password=harbour-11");
	a = code_form(&v, id);
	ok(answer_status(a) == 201 && visit_has(a, "You are registered") &&
		   visit_has(a, "<b data-copy=\"cleo\">"),
	   "the right code makes a user and says which");
	id = answer_text(b, post(b, "/login", NULL,
				 "{\"user_id\":\"cleo\","
				 "\"password\":\"harbour-11\"}"),
			 "challenge_id");
	is_int((int)strlen(id), 36, "who can sign in");
}

static void
test_taken(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a, *id;

	bank_tamper(b, "DELETE FROM challenge; DELETE FROM bank_user "
		       "WHERE user_id = 'cleo'");
	id = ask_page(&v, "/register",
		      "customer_id=C0003&tax_id=tx881&birth_date=1988-02-29"
		      "&user_id=anna&password=harbour-11");
	a = code_form(&v, id);
	ok(answer_status(a) == 409 && visit_has(a, "href=\"/register\""),
	   "a user id that is taken is told with the code, with a way on");
	bank_set(b, "AUTO_SET_USER_ID_AT_SIGNUP", "yes");
	a = visit_get(&v, &auth_app, "/register");
	ok(!visit_has(a, "name=\"user_id\""),
	   "where the bank chooses, nobody is asked");
	a = post(b, "/register", NULL,
		 "{\"customer_id\":\"C0003\",\"tax_id\":\"TX881\","
		 "\"birth_date\":\"1988-02-29\",\"password\":\"harbour-11\"}");
	intake_run_due(b->db);
	a = give(b, answer_text(b, a, "challenge_id"), bank_code(b));
	ok(answer_status(a) == 201 && *answer_text(b, a, "user_id") == 'u',
	   "and a program is told what was chosen");
	bank_set(b, "AUTO_SET_USER_ID_AT_SIGNUP", "no");
}

static bool
available(struct bank *b, const char *user_id)
{
	const char *a = bank_ask_json(
		b, &auth_app,
		pool_printf(b->pool, "GET /user-id-available?user_id=%s",
			    user_id),
		NULL, NULL, NULL);

	is_int(answer_status(a), 200, "%s can be asked about", user_id);
	return strcmp(answer_text(b, a, "available"), "true") == 0;
}

static void
test_available(struct bank *b)
{
	ok(available(b, "cleopatra"), "a free one is free");
	ok(!available(b, "anna") && !available(b, "%20ANNA"),
	   "a taken one is not, however it is written");
	ok(!available(b, "") && !available(b, "a%20b"),
	   "nor one that can never be");
}

static void
test_forgot(struct bank *b)
{
	struct visit v = {.bank = b}, in = visit_begin(b, "anna");
	const char *a, *id, *token;

	id = ask_page(&v, "/forgot-password",
		      "user_id=ANNA&tax_id=c1&birth_date=1990-05-17");
	a = code_form(&v, id);
	ok(answer_status(a) == 200 && visit_has(a, "action=\"/reset-password\""),
	   "the right code leads to the form for a new one");
	token = strstr(a, "name=\"reset_token\" value=\"");
	ok(token != NULL, "which carries what allows it");
	token = pool_strndup(b->pool, token + 26, 43);
	a = visit_post(&v, &auth_app, "/reset-password",
		       pool_printf(b->pool,
				   "reset_token=%s&new_password=password1",
				   token));
	ok(answer_status(a) == 422 && visit_has(a, token) &&
		   visit_has(a, "id=\"new_password-why\""),
	   "a bad one is told, and the form still works");
	a = visit_post(&v, &auth_app, "/reset-password",
		       pool_printf(b->pool,
				   "reset_token=%s&new_password=correct+horse",
				   token));
	ok(answer_status(a) == 422 && visit_has(a, "before"),
	   "nor is the old one taken");
	a = visit_post(&v, &auth_app, "/reset-password",
		       pool_printf(b->pool,
				   "reset_token=%s&new_password=harbour-12",
				   token));
	is_text(answer_header(b, a, "Location"), "/login?reset=1",
		"a good one is, and leads to the door");
	a = visit_get(&v, &auth_app, "/login?reset=1");
	ok(visit_has(a, "Your new password is set."), "which says so");
	a = visit_post(&v, &auth_app, "/reset-password",
		       pool_printf(b->pool,
				   "reset_token=%s&new_password=harbour-13",
				   token));
	ok(answer_status(a) == 410 && visit_has(a, "/forgot-password"),
	   "once, and then the way is the first again");
	is_int(answer_status(visit_get(&in, &auth_app, "/sessions")), 303,
	       "who was in is out");
	a = visit_get(&v, &auth_app, "/reset-password");
	is_text(answer_header(b, a, "Location"), "/forgot-password",
		"without a code there is no form");
	bank_tamper(b, "DELETE FROM password_past");
}

static void
test_forgot_json(struct bank *b)
{
	const char *a;

	a = post(b, "/forgot-password", NULL,
		 "{\"user_id\":\"anna\",\"tax_id\":\"C1\","
		 "\"birth_date\":\"1990-05-17\"}");
	is_text(answer_text(b, a, "sent_to"), "···", "a program asks");
	intake_run_due(b->db);
	a = give(b, answer_text(b, a, "challenge_id"), bank_code(b));
	ok(answer_status(a) == 200 &&
		   strcmp(answer_text(b, a, "status"), "password_required") ==
			   0 &&
		   *answer_text(b, a, "expires_at") != '\0',
	   "and is told that a password is wanted");
	a = post(b, "/reset-password", NULL,
		 pool_printf(b->pool,
			     "{\"reset_token\":\"%s\","
			     "\"new_password\":\"correct horse\"}",
			     answer_text(b, a, "reset_token")));
	is_int(answer_status(a), 204, "which it sets");
	a = post(b, "/forgot-password", NULL, "{}");
	ok(answer_status(a) == 422 && visit_has(a, "birth_date") &&
		   visit_has(a, "tax_id") && visit_has(a, "user_id") &&
		   !visit_has(a, "customer_id"),
	   "what must be given is said at once");
	bank_set(b, "DOB_VERIFICATION_MENDATORY_AT_FORGET_PASSWORD", "no");
	bank_set(b, "TAXID_MENDATORY_AT_FORGET_PASSWORD", "no");
	bank_set(b, "CUSTOMERID_MENDATORY_AT_FORGET_PASSWORD", "yes");
	a = post(b, "/forgot-password", NULL, "{\"user_id\":\"anna\"}");
	ok(visit_has(a, "customer_id") && !visit_has(a, "tax_id"),
	   "as the operator wants it");
	bank_set(b, "DOB_VERIFICATION_MENDATORY_AT_FORGET_PASSWORD", "yes");
	bank_set(b, "TAXID_MENDATORY_AT_FORGET_PASSWORD", "yes");
	bank_set(b, "CUSTOMERID_MENDATORY_AT_FORGET_PASSWORD", "no");
}

static void
test_forgot_user_id(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a = visit_post(&v, &auth_app, "/forgot-user-id",
				   "tax_id=C1&birth_date=1990-05-17"), *id;

	ok(answer_status(a) == 422 && visit_has(a, "id=\"email-why\""),
	   "one of the two ways must be given");
	id = ask_page(&v, "/forgot-user-id",
		      "mobile=%2B49170+0000+0001&tax_id=C1"
		      "&birth_date=1990-05-17");
	a = code_form(&v, id);
	ok(answer_status(a) == 200 && visit_has(a, "<b data-copy=\"anna\">"),
	   "the right code shows the user id");
	a = post(b, "/forgot-user-id", NULL, asks[3].known);
	intake_run_due(b->db);
	a = give(b, answer_text(b, a, "challenge_id"), bank_code(b));
	is_text(answer_text(b, a, "user_id"), "anna", "to a program, too");
}

static void
test_change(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), other = visit_begin(b, "anna");
	const char *a, *where, *cookie;

	a = visit_get(&v, &auth_app, "/change-password");
	ok(answer_status(a) == 200 && visit_has(a, "name=\"new_password\""),
	   "who is in can change the password");
	a = visit_post(&v, &auth_app, "/change-password",
		       "password=wrong&new_password=harbour-14");
	ok(answer_status(a) == 422 && visit_has(a, "id=\"password-why\""),
	   "not without the present one");
	a = visit_post(&v, &auth_app, "/change-password",
		       "password=correct+horse&new_password=short");
	ok(answer_status(a) == 422 && visit_has(a, "id=\"new_password-why\""),
	   "nor to any");
	a = visit_post(&v, &auth_app, "/change-password",
		       "password=correct+horse&new_password=correct+horse");
	ok(answer_status(a) == 422 && visit_has(a, "before"),
	   "nor to the same");
	a = visit_post(&v, &auth_app, "/change-password",
		       "password=correct+horse&new_password=harbour-14");
	where = answer_header(b, a, "Location");
	is_int(answer_status(a), 303, "a good one needs a code");
	a = code_form(&v, where + 25);
	is_text(answer_header(b, a, "Location"), "/change-password?changed=1",
		"the right one changes it");
	cookie = answer_header(b, a, "Set-Cookie");
	ok(strncmp(cookie, "clicknet=", 9) == 0 &&
		   strncmp(cookie + 9, v.cookie, 43) != 0,
	   "and the browser gets a new token");
	is_int(answer_status(visit_get(&v, &auth_app, "/sessions")), 303,
	       "the old one opens nothing");
	is_int(answer_status(visit_get(&other, &auth_app, "/sessions")), 303,
	       "nor does anybody else's");
	v.cookie = pool_strndup(b->pool, cookie + 9, 43);
	a = visit_get(&v, &auth_app, "/change-password?changed=1");
	ok(answer_status(a) == 200 && visit_has(a, "Your password is changed."),
	   "the new one does, and says so");
}

static void
test_change_json(struct bank *b)
{
	const char *token = bank_token(b, "anna"), *a, *fresh;
	int i;

	a = post(b, "/change-password", token,
		 "{\"password\":\"harbour-14\",\"new_password\":\"quiet-15\"}");
	is_int(answer_status(a), 202, "a program is asked for a code, too");
	a = post(b, "/verify-otp", token,
		 pool_printf(b->pool,
			     "{\"challenge_id\":\"%s\",\"code\":\"%s\"}",
			     answer_text(b, a, "challenge_id"), bank_code(b)));
	fresh = answer_text(b, a, "token");
	ok(answer_status(a) == 200 && strlen(fresh) == 43 &&
		   *answer_header(b, a, "Set-Cookie") == '\0',
	   "and gets its new token in the answer alone");
	a = bank_ask_json(b, &auth_app, "GET /sessions", token, NULL, NULL);
	is_int(answer_status(a), 401, "the old one is nobody's");
	a = bank_ask_json(b, &auth_app, "GET /sessions", fresh, NULL, NULL);
	is_int(answer_status(a), 200, "the new one is");
	for (i = 0; i < 5; i++)
		a = post(b, "/change-password", fresh,
			 "{\"password\":\"x\",\"new_password\":\"quiet-16\"}");
	is_int(answer_status(a), 423, "guessing is over at the fifth");
	bank_arrange(b, "DELETE FROM signin; UPDATE bank_user SET password = "
		       "(SELECT password FROM bank_user WHERE "
		       "user_id = 'ben') WHERE user_id = 'anna'");
}

/* Whose password is too old does one thing first. */
static void
test_old(struct bank *b)
{
	int64_t now = clock_now();
	struct visit v;
	const char *a, *id;

	bank_set(b, "PASSWORD_EXPIRY_DAYS", "30");
	clock_freeze(now + 31 * (int64_t)CLOCK_DAY_MS);
	v = visit_begin(b, "ben");
	a = visit_get(&v, &banking_app, "/");
	is_text(answer_header(b, a, "Location"), "/change-password",
		"an old password lets nobody further than to a new one");
	a = visit_get(&v, &auth_app, "/sessions");
	is_text(answer_header(b, a, "Location"), "/change-password",
		"wherever they go");
	a = visit_get(&v, &auth_app, "/lost-phone");
	is_int(answer_status(a), 200,
	       "but the page for a lost phone, which waits for nothing");
	a = post(b, "/login", NULL,
		 "{\"user_id\":\"ben\",\"password\":\"correct horse\"}");
	a = give(b, answer_text(b, a, "challenge_id"), bank_code(b));
	ok(answer_status(a) == 200 && visit_has(a, "password_expired"),
	   "a program is told at the door");
	a = bank_ask_json(b, &banking_app, "GET /accounts",
			  answer_text(b, a, "token"), NULL, NULL);
	ok(answer_status(a) == 403 &&
		   strcmp(answer_text(b, a, "code"), "expired") == 0,
	   "and at every other");
	a = visit_get(&v, &auth_app, "/change-password");
	ok(answer_status(a) == 200 && visit_has(a, "has expired"),
	   "the page says why");
	id = strstr(a, "name=\"csrf\" value=\"");
	v.csrf = pool_strndup(b->pool, id + 19, 32);
	a = visit_post(&v, &auth_app, "/change-password",
		       "password=correct+horse&new_password=harbour-17");
	a = code_form(&v, answer_header(b, a, "Location") + 25);
	v.cookie = pool_strndup(b->pool,
				answer_header(b, a, "Set-Cookie") + 9, 43);
	is_int(answer_status(visit_get(&v, &banking_app, "/")), 200,
	       "with a new one all is as before");
	bank_set(b, "PASSWORD_EXPIRY_DAYS", "0");
	clock_freeze(now);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	is_int(db_write(b.db, cleo_work, NULL), OK, "one more customer");
	test_same(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_register(&b);
	test_taken(&b);
	test_available(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_forgot(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_forgot_json(&b);
	bank_tamper(&b, "DELETE FROM challenge");
	test_forgot_user_id(&b);
	test_change(&b);
	test_change_json(&b);
	test_old(&b);
	bank_close(&b);
	return tap_done();
}
