/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc_faults.c: every page on the way to an account with each of its
 * statements failing in turn: it says so, and nothing was half done. */
#include <string.h>

#include "fcgi-apps/kyc/kyc.h"
#include "lib/clock.h"
#include "t/lib/document.h"
#include "t/lib/fault.h"
#include "t/lib/report.h"
#include "t/lib/staff.h"
#include "t/lib/visit.h"
#include "t/tap.h"

enum { STATEMENTS_MAX = 300 };

/* A browser or a program in which an application is open. */
struct person {
	struct bank *bank;
	const char *token, *csrf;
};

static const char *
look(struct person *p, const char *what, const char *form)
{
	struct pool *pool = p->bank->pool;

	return bank_ask(p->bank, &kyc_app, what,
			form != NULL ? pool_printf(pool, "csrf=%s&%s",
						   p->csrf, form)
				     : NULL,
			"HTTP_ACCEPT=text/html",
			"HTTP_SEC_FETCH_SITE=same-origin",
			p->token != NULL
				? pool_printf(pool, "HTTP_COOKIE=clicknet-kyc=%s",
					      p->token)
				: "HTTP_COOKIE=lang=en",
			NULL);
}

static const char *
csrf_of(struct person *p, const char *page)
{
	static const char field[] = "name=\"csrf\" value=\"";
	const char *at = strstr(look(p, page, NULL), field);

	db_rest(p->bank->db);
	return at == NULL ? ""
			  : pool_strndup(p->bank->pool, at + strlen(field),
					 strcspn(at + strlen(field), "\""));
}

static bool
starts(const char *text, const char *begin)
{
	return strncmp(text, begin, strlen(begin)) == 0;
}

/* Stands beside what was asked for: the page does without. */
static bool
beside(const char *sql)
{
	return starts(sql, "SELECT name FROM customer");
}

/* One asking with the ${n}th statement failing; true if there was one. What was
 * done stands, though it may be that it could not be shown. */
static bool
fails_once(struct person *p, bool json, const char *what, const char *form,
	   int n, int *status, int *odd)
{
	uint64_t before = fault_digest_but(p->bank, " rate ");
	bool hit, told;

	fault_arm(n);
	*status = answer_status(
		json ? bank_ask_json(p->bank, &kyc_app, what, p->token, form,
				     NULL)
		     : look(p, what, form));
	hit = fault_disarm();
	db_rest(p->bank->db);
	if (!hit)
		return false;
	told = *status >= 500 || beside(fault_sql());
	if (told && (starts(fault_sql(), "SELECT") ||
		     before == fault_digest_but(p->bank, " rate ")))
		return true;
	(*odd)++;
	printf("# statement %d, %s: %d\n", n, fault_sql(), *status);
	return true;
}

static void
fails(struct person *p, bool json, const char *what, const char *form,
      int want)
{
	struct pool *pool = p->bank->pool;
	int n = 0, status = 0, odd = 0;
	bool hit = true;

	bank_tamper(p->bank, "DELETE FROM rate");
	while (hit && n < STATEMENTS_MAX) {
		p->bank->pool = pool_new();
		n += tap_step(7);
		hit = fails_once(p, json, what, form, n, &status, &odd);
		pool_free(p->bank->pool);
	}
	p->bank->pool = pool;
	ok(odd == 0 && n > 1 && n < STATEMENTS_MAX,
	   "%.50s: no failing statement is passed over, or leaves anything",
	   what);
	is_int(status, want, "and without one all is well");
}

static void
both(struct person *p, const char *what, int want)
{
	fails(p, false, what, NULL, want);
	fails(p, true, what, NULL, want);
}

static void
test_strangers(struct bank *b)
{
	struct person p = {.bank = b};

	both(&p, "GET /products", 200);
	both(&p, "GET /products/DAILY", 200);
	both(&p, "GET /branches", 200);
	both(&p, "GET /apply/branch?product=DAILY", 200);
	both(&p, "GET /apply/contact?product=DAILY&branch=NORTH", 200);
	fails(&p, true, "POST /kyc-session",
	      "{\"product_code\":\"DAILY\",\"branch_code\":\"NORTH\","
	      "\"name\":\"Nora Neu\",\"email\":\"nora@new.example\","
	      "\"mobile\":\"+4915112345678\"}", 201);
}

static void
test_links(struct bank *b)
{
	struct application a = apply_ready(b);
	struct person p = {.bank = b};
	const char *link = apply_link(b, &a);

	fails(&p, false, pool_printf(b->pool, "GET /apply/resume?token=%s",
				     link), NULL, 200);
	fails(&p, true, "POST /apply/resume",
	      pool_printf(b->pool, "{\"token\":\"%s\"}", link), 200);
	fails(&p, true, "POST /apply/link",
	      "{\"email\":\"nora@new.example\",\"mobile\":"
	      "\"+4915112345678\"}", 202);
}

/* The application of ${p}, as it is now. */
static void
open_in(struct person *p, struct bank *b, const struct application *a)
{
	*p = (struct person){.bank = b, .token = apply_session(b, a)};
	p->csrf = csrf_of(p, "GET /apply/contact");
}

static const char details_said[] =
	"{\"given_names\":\"Nora\",\"family_name\":\"Neu\",\"birth_date\":"
	"\"1994-02-28\",\"nationality\":\"DE\",\"address\":\"Lindenweg 3\","
	"\"postcode\":\"10115\",\"city\":\"Berlin\",\"country\":\"DE\","
	"\"tax_country\":\"DE\",\"tax_id\":\"12345678901\",\"occupation\":"
	"\"employed\",\"source_of_funds\":\"salary\",\"pep\":false,"
	"\"declarations\":true}";

static void
test_steps(struct bank *b)
{
	struct application a = apply_begin(b);
	struct person p;

	open_in(&p, b, &a);
	fails(&p, false, "GET /apply", NULL, 303);
	fails(&p, true, "GET /kyc-session", NULL, 200);
	both(&p, "GET /apply/mobile", 200);
	fails(&p, true, "PUT /kyc-session", "{\"branch_code\":\"SOUTH\"}",
	      200);
	fails(&p, false, "POST /apply/branch",
	      "product_code=SAVE&branch_code=SOUTH", 303);
	both(&p, "GET /apply/contact", 200);
	fails(&p, true, "POST /kyc-session/send-otp",
	      "{\"channel\":\"mobile\"}", 202);
	fails(&p, true, "POST /kyc-session/verify",
	      pool_printf(b->pool, "{\"channel\":\"mobile\",\"code\":\"%s\"}",
			  bank_code(b)), 200);
	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	both(&p, "GET /apply/details", 200);
	fails(&p, true, "PUT /kyc-session/details", details_said, 200);
	both(&p, "GET /apply/documents", 200);
	fails(&p, true, "GET /kyc-session/documents", NULL, 200);
	document_sent(b, a.id, "passport");
	a = staff_look(b, &a);
	apply_do(b, apply_documents, &a);
	both(&p, "GET /apply/identity", 200);
	fails(&p, false, "POST /verify-identity",
	      "document_kind=passport&mrz=&unread=true", 303);
	both(&p, "GET /apply/review", 200);
	fails(&p, true, "POST /kyc-session/submit", "{}", 200);
	both(&p, "GET /apply/sent", 200);
	fails(&p, false, "POST /apply/leave", "a=b", 303);
}

/* The form of somebody who was away for too long. */
static void
test_late(struct bank *b)
{
	struct application a = apply_begin(b);
	struct person p;

	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	open_in(&p, b, &a);
	clock_freeze(BANK_NOW + 61ll * CLOCK_MINUTE);
	fails(&p, false, "POST /kyc-session/details",
	      "given_names=Nora&family_name=Late", 303);
	is_int(apply_acts(b, &a, "application.keep"), 1,
	       "what was written is kept once");
	clock_freeze(BANK_NOW);
}

/* Didit looks. */
static void
test_didit(struct bank *b)
{
	struct application a;
	struct person p;

	report_bank(b);
	a = report_case(b, "S-faults");
	open_in(&p, b, &a);
	both(&p, "GET /apply/documents", 200);
	both(&p, "GET /apply/identity", 200);
	fails(&p, true, "POST /verify-identity",
	      "{\"document_kind\":\"passport\",\"provider\":\"didit\"}", 202);
	fails(&p, false, "GET /apply/identity/back?state=nobodys", NULL, 303);
	bank_set(b, "DIDIT_API_KEY", "");
}

static void
test_user(struct bank *b)
{
	struct application a = staff_sent(b, 1);
	struct person p;

	staff_says(b, &staff_sam, &a, "approve", NULL, NULL);
	staff_says(b, &staff_tia, &a, "agree", NULL, NULL);
	a = staff_look(b, &a);
	open_in(&p, b, &a);
	both(&p, "GET /apply/sent", 200);
	both(&p, "GET /apply/user", 200);
	fails(&p, true, "POST /kyc-session/user",
	      "{\"user_id\":\"nora.neu\",\"password\":\"harbour-light-7\"}", 201);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	staff_bank(&b);
	test_strangers(&b);
	test_links(&b);
	test_steps(&b);
	test_late(&b);
	test_didit(&b);
	test_user(&b);
	bank_close(&b);
	return tap_done();
}
