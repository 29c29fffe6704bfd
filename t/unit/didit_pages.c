/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_pages.c: tests of what Didit reports, of who only says so, and of the
 * way back. */
#include <string.h>

#include "lib/canonical.h"
#include "lib/clock.h"
#include "t/lib/fault.h"
#include "t/lib/report.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

/* The vector of our notes on Didit; its two signatures were made by another
 * program. */
static const char vector[] =
	"{\"session_id\":\"11111111-2222-3333-4444-555555555555\","
	"\"status\":\"Approved\",\"webhook_type\":\"status.updated\","
	"\"event_id\":\"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\","
	"\"created_at\":1700000000,\"timestamp\":1700000001,"
	"\"workflow_id\":\"99999999-8888-7777-6666-555555555555\","
	"\"vendor_data\":\"KYC-0001\",\"decision\":{\"status\":\"Approved\","
	"\"id_verifications\":[{\"status\":\"Approved\",\"first_name\":"
	"\"Jos\xc3\xa9\",\"score\":5.0}]}}";
#define V1 "c5921073874a072699e904f88785f24d76129cb1a9bfe26f0b7759dd58182e93"
#define V2 "45dfe63d54eec8216c96630127e8bbd7a0590672852ea728c695102604638e7c"
#define SIMPLE                                                               \
	"89bd5892eaf607585b33dcaaff1122baf6e1d86d557a10e44c0ece20efb5014f"

static int
post(struct bank *b, const char *body, const char *one, const char *other,
     const char *third)
{
	return answer_status(bank_ask_json(b, &kyc_app, REPORT_HOOK, NULL,
					   body, one, other, third, NULL));
}

static void
test_vector(struct bank *b)
{
	const char *at = "HTTP_X_TIMESTAMP=1700000001";
	struct buf out = {.pool = b->pool};

	canonical_put(&out, pool_json(b->pool, json_tokener_parse(vector)));
	is_text(out.data,
		"{\"created_at\":1700000000,\"decision\":{\"id_verifications\""
		":[{\"first_name\":\"Jos\xc3\xa9\",\"score\":5,\"status\":"
		"\"Approved\"}],\"status\":\"Approved\"},\"event_id\":"
		"\"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\",\"session_id\":"
		"\"11111111-2222-3333-4444-555555555555\",\"status\":"
		"\"Approved\",\"timestamp\":1700000001,\"vendor_data\":"
		"\"KYC-0001\",\"webhook_type\":\"status.updated\","
		"\"workflow_id\":\"99999999-8888-7777-6666-555555555555\"}",
		"the vector is written in the one way");
	clock_freeze(1700000010 * (int64_t)CLOCK_SECOND);
	is_int(post(b, vector, "HTTP_X_SIGNATURE=" V1, at, NULL), 204,
	       "what is signed as it is is believed");
	is_int(post(b, vector, "HTTP_X_SIGNATURE_V2=" V2, at, NULL), 204,
	       "and what is signed as it may be written");
	is_int(post(b, vector, "HTTP_X_SIGNATURE_V2=" V2,
		    "HTTP_X_SIGNATURE=" V2, at), 204,
	       "though the first signature does not fit");
	is_int(post(b, vector, "HTTP_X_SIGNATURE_SIMPLE=" SIMPLE, at, NULL),
	       401, "what is signed in part never is");
	is_int(post(b, vector, "HTTP_X_SIGNATURE=" SIMPLE,
		    "HTTP_X_SIGNATURE_V2=" SIMPLE, at), 401,
	       "under no other name");
	clock_freeze(BANK_NOW);
}

static const char *
body_of(struct bank *b, const struct application *a, const char *session,
	const char *status, int shape)
{
	return report_text(b, &(struct report_of){
		.session = session, .name = a->reference, .status = status,
		.event = pool_printf(b->pool, "E-%s-%zu", session,
				     strlen(status)),
		.at = clock_now() / CLOCK_SECOND, .shape = shape});
}

static const char *
now_header(struct bank *b)
{
	return report_time(b, clock_now() / CLOCK_SECOND);
}

static void
test_reports(struct bank *b)
{
	struct application a = report_case(b, "S-1");
	const char *body = body_of(b, &a, "S-1", "In Review", 2), *answer;
	const char *sign = report_sign(b, body, REPORT_SECRET);

	answer = bank_ask(b, &kyc_app, REPORT_HOOK, body, sign,
			  now_header(b), NULL);
	ok(answer_status(answer) == 204 && *answer_body(answer) == '\0',
	   "a report is taken without a word, whatever its type");
	is_text(report_identity(b, &a), "review", "and taken up");
	body = body_of(b, &a, "S-1", "Approved", 3);
	sign = report_sign(b, body, REPORT_SECRET);
	is_int(post(b, body, sign, now_header(b),
		    "HTTP_X_DIDIT_TEST_WEBHOOK=true"), 204,
	       "a test from their console is answered");
	is_text(report_identity(b, &a), "review", "and changes nothing");
	is_int(post(b, body, sign, now_header(b), NULL), 204, "the true one");
	is_text(report_identity(b, &a), "passed", "does");
	is_int(post(b, body, sign, now_header(b), NULL), 204, "sent again");
	is_int(apply_acts(b, &a, "application.identity"), 3,
	       "it is not taken up again");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit_event WHERE "
			     "session_id = 'S-1'"), 2, "nor noted");
	body = body_of(b, &a, "S-nobodys", "Approved", 2);
	is_int(post(b, body, report_sign(b, body, REPORT_SECRET),
		    now_header(b), NULL), 204,
	       "about a session that is not ours: heard");
	body = "{\"webhook_type\":\"user.status.updated\"}";
	is_int(post(b, body, report_sign(b, body, REPORT_SECRET),
		    now_header(b), NULL), 204, "about no session: heard");
	body = "{\"session_id\":\"S-1\"";
	is_int(post(b, body, report_sign(b, body, REPORT_SECRET),
		    now_header(b), NULL), 400, "what is no JSON is refused");
}

static void
test_forged(struct bank *b)
{
	struct application a = report_case(b, "S-2");
	const char *body = body_of(b, &a, "S-2", "Approved", 2);
	const char *good = report_sign(b, body, REPORT_SECRET);
	const char *at = now_header(b), *upper = pool_strdup(b->pool, good);
	const char *other = body_of(b, &a, "S-2", "Declined", 2);
	uint64_t before = fault_digest(b);
	char *c;

	for (c = strchr(upper, '=') + 1; *c != '\0'; c++)
		*c = *c >= 'a' ? (char)(*c - 32) : *c;
	is_int(post(b, body, NULL, NULL, NULL), 401, "no signature, no report");
	is_int(post(b, body, at, NULL, NULL), 401, "nor with the time alone");
	is_int(post(b, body, good, NULL, NULL), 401, "nor without it");
	is_int(post(b, body, good, "HTTP_X_TIMESTAMP=now", NULL), 401,
	       "nor with a word for it");
	is_int(post(b, body, good, pool_printf(b->pool, "%s ", at), NULL), 401,
	       "nor with more behind it");
	is_int(post(b, body, good, "HTTP_X_TIMESTAMP=9999999999999999999999",
		    NULL), 401, "nor at a time that is none");
	is_int(post(b, other, good, at, NULL), 401, "nor with another's");
	is_int(post(b, body, upper, at, NULL), 401, "nor in other letters");
	is_int(post(b, body, "HTTP_X_SIGNATURE=00", at, NULL), 401,
	       "nor with a part");
	is_int(post(b, body, report_sign(b, body, ""), at, NULL), 401,
	       "nor under no secret");
	is_int(post(b, body, report_sign(b, body, REPORT_SECRET "x"), at,
		    NULL), 401, "nor under another");
	is_int(post(b, pool_printf(b->pool, "%s ", body), good, at, NULL), 401,
	       "nor with a blank more");
	is_int(post(b, "{", "HTTP_X_SIGNATURE_V2=00", at, NULL), 401,
	       "nor if it is no JSON");
	is_int(post(b, "", good, at, NULL), 401, "nor with nothing in it");
	is_int(post(b, NULL, good, at, NULL), 401, "nor without a body");
	bank_set(b, "DIDIT_WEBHOOK_SECRET", "");
	is_int(post(b, body, report_sign(b, body, ""), at, NULL), 401,
	       "a bank without a secret believes nobody");
	is_int(post(b, body, good, at, NULL), 401, "not even who knew it");
	bank_set(b, "DIDIT_WEBHOOK_SECRET", REPORT_SECRET);
	ok(fault_digest(b) == before, "and nothing has changed");
	is_int(post(b, body, good, at, NULL), 204, "the true one is taken");
	ok(fault_digest(b) != before, "and changes something");
}

/* Their clock, ours, and a report that somebody kept. */
static void
test_times(struct bank *b)
{
	static const struct {
		int header, body, status;
	} rows[] = {{0, 0, 204},      {300, 0, 204},    {-300, 0, 204},
		    {301, 0, 401},    {-301, 0, 401},   {0, 300, 204},
		    {0, -300, 204},   {0, 301, 401},    {0, -301, 401},
		    {0, -90000, 401}, {-300, 300, 204}, {-90000, 0, 401}};
	int64_t now = BANK_NOW / CLOCK_SECOND;
	const char *body, *bad[] = {"\"1795168800\"", "1795168800.0", "null",
				    "[]"};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		body = pool_printf(b->pool, "{\"timestamp\":%lld}",
				   (long long)(now + rows[i].body));
		is_int(post(b, body, report_sign(b, body, REPORT_SECRET),
			    report_time(b, now + rows[i].header), NULL),
		       rows[i].status, "header %d s, body %d s: %d",
		       rows[i].header, rows[i].body, rows[i].status);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		body = pool_printf(b->pool, "{\"timestamp\":%s}", bad[i]);
		is_int(post(b, body, report_sign(b, body, REPORT_SECRET),
			    report_time(b, now), NULL), 401,
		       "%s is no time", bad[i]);
	}
	body = "{\"event_id\":\"x\"}";
	is_int(post(b, body, report_sign(b, body, REPORT_SECRET),
		    report_time(b, now), NULL), 204,
	       "a body without a time has the header's");
}

static void
test_size(struct bank *b)
{
	char *body = pool_alloc(b->pool, HTTP_RAW_MAX + 2);

	memset(body, ' ', HTTP_RAW_MAX + 1);
	memcpy(body, "{}", 2);
	is_int(post(b, body, report_sign(b, body, REPORT_SECRET),
		    now_header(b), NULL), 413, "too much is not read");
	body[HTTP_RAW_MAX] = '\0';
	is_int(post(b, body, report_sign(b, body, REPORT_SECRET),
		    now_header(b), NULL), 204, "a megabyte is");
	is_int(post(b, body, "HTTP_X_SIGNATURE_V2="
			     "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e83"
			     "10c060f61caaff8a", now_header(b), NULL), 401,
	       "but by nobody who may be anybody");
}

static void
test_back(struct bank *b)
{
	struct application a = apply_begin(b);
	struct didit_task t;
	const char *page, *path;

	report_want(b, &a);
	is_int(didit_take(b->db, b->pool, 1000, &t), OK, "a check is taken");
	is_int(didit_made(b->db, &t, "S-back", "https://d.example"), OK,
	       "and made");
	path = pool_printf(b->pool, "GET /apply/identity/back?state=%s&"
				    "verificationSessionId=S-back&"
				    "status=Approved", t.state);
	page = bank_ask(b, &kyc_app, path, NULL, NULL);
	is_int(answer_status(page), 303, "the way back is open");
	is_text(answer_header(b, page, "Location"), "/apply/identity",
		"and leads on");
	is_text(report_identity(b, &a), "open", "what its query says is none");
	ok(!visit_has(page, t.state) && !visit_has(page, "S-back"),
	   "and is not said again");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit WHERE "
			     "session_id = 'S-back' AND ask_at = "
			     "1795168805000"), 1, "Didit is asked soon");
	is_int(answer_status(bank_ask(b, &kyc_app, path, NULL, NULL)), 303,
	       "used again it is the same page");
	is_int(answer_status(bank_ask(b, &kyc_app, "GET /apply/identity/back",
				      NULL, NULL)), 303, "as without one");
	bank_tamper(b, "UPDATE didit SET ask_at = 9e15");
}

/* The page of the step, as a browser and as a program have it. */
static const char *
page_of(struct bank *b, const char *token)
{
	return bank_ask(b, &kyc_app, "GET /apply/identity", NULL,
			"HTTP_ACCEPT=text/html",
			pool_printf(b->pool, "HTTP_AUTHORIZATION=Bearer %s",
				    token), NULL);
}

static void
is_page(struct bank *b, const char *token, const char *part, const char *again,
	const char *name)
{
	const char *page = page_of(b, token);

	ok(answer_status(page) == 200 && visit_has(page, part), "%s", name);
	is_text(answer_header(b, page, "Refresh"), again,
		"%s: it looks again in [%s] s", name, again);
}

static const char *
told(struct bank *b, const struct application *a, const char *session,
     const char *status, int shape)
{
	const char *body = body_of(b, a, session, status, shape);

	if (post(b, body, report_sign(b, body, REPORT_SECRET), now_header(b),
		 NULL) != 204)
		printf("# %s was not taken\n", status);
	return status;
}

static void
test_step(struct bank *b)
{
	struct application a = apply_begin(b);
	const char *token, *answer;
	struct didit_task t;

	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	token = apply_session(b, &a);
	is_int(answer_status(bank_ask_json(b, &kyc_app, "POST /verify-identity",
					   token, "{}", NULL)), 409,
	       "not before it is said who one is");
	apply_do(b, apply_details, &a);
	is_page(b, token, "Begin the check", "", "then one can begin");
	answer = bank_ask_json(b, &kyc_app, "POST /verify-identity", token,
			       "{}", NULL);
	is_int(answer_status(answer), 202, "a check is asked for");
	is_text(answer_text(b, answer, "provider"), "didit", "of Didit");
	is_text(answer_text(b, answer, "status"), "open", "it is open");
	is_text(answer_text(b, answer, "url"), "", "not yet anywhere");
	is_page(b, token, "One moment", "2", "one waits for a place");
	is_int(didit_take(b->db, b->pool, 1000, &t), OK, "the courier goes");
	is_int(didit_made(b->db, &t, "S-step", "https://d.example/?a&b"), OK,
	       "and has it");
	is_page(b, token, "href=\"https://d.example/?a&amp;b\"", "",
		"then one can go on there");
	answer = bank_ask_json(b, &kyc_app, "POST /verify-identity", token,
			       "{}", NULL);
	is_int(answer_status(answer), 202, "asked for again");
	is_text(answer_text(b, answer, "url"), "https://d.example/?a&b",
		"it is the same");
	told(b, &a, "S-step", "In Progress", 0);
	is_page(b, token, "under way", "10", "who was there waits for a word");
	told(b, &a, "S-step", "Resubmitted", 0);
	is_page(b, token, "under way", "10", "also for another");
	told(b, &a, "S-step", "Declined", 2);
	is_page(b, token, "did not work", "", "which may be no");
	ok(!visit_has(page_of(b, token), "d.example"), "the place is gone");
	is_int(answer_status(bank_ask_json(b, &kyc_app, "POST /verify-identity",
					   token, "{}", NULL)), 202,
	       "one may try again");
	report_made(b, "S-step-2");
	a.reference = pool_printf(b->pool, "%s-2", a.reference);
	told(b, &a, "S-step-2", "Expired", 0);
	is_page(b, token, "was not finished", "", "or leave it");
	bank_ask_json(b, &kyc_app, "POST /verify-identity", token, "{}", NULL);
	report_made(b, "S-step-3");
	memcpy(strrchr(a.reference, '-'), "-3", 2);
	told(b, &a, "S-step-3", "In Review", 2);
	is_page(b, token, "One of us", "", "somebody looks");
	told(b, &a, "S-step-3", "Approved", 2);
	is_page(b, token, "We know who you are", "", "or it is known at once");
	is_int(answer_status(bank_ask_json(b, &kyc_app, "POST /verify-identity",
					   token, "{}", NULL)), 202,
	       "asked for again");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit WHERE state = "
			     "'wanted'"), 0, "no other check is made");
}

/* Didit cannot be had: the person is told why the bank asks for more. */
static void
test_away(struct bank *b)
{
	struct application a = apply_begin(b);
	const char *token = apply_session(b, &a), *page;
	struct didit_task t;

	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_details, &a);
	bank_ask_json(b, &kyc_app, "POST /verify-identity", token, "{}", NULL);
	is_int(didit_take(b->db, b->pool, 1000, &t), OK, "the courier goes");
	is_int(didit_given_up(b->db, &t, "away"), OK, "in vain");
	is_text(answer_header(b, page_of(b, token), "Location"),
		"/apply/documents", "then pictures are asked for");
	page = bank_ask(b, &kyc_app, "GET /apply/documents", NULL,
			"HTTP_ACCEPT=text/html",
			pool_printf(b->pool, "HTTP_AUTHORIZATION=Bearer %s",
				    token), NULL);
	ok(visit_has(page, "cannot be reached just now"), "and why is said");
	ok(!visit_has(page, "Go on with Didit"), "nobody is sent in a circle");
	application_get(b->db, b->pool, a.id, &a);
	db_rest(b->db);
	apply_do(b, apply_documents, &a);
	is_page(b, token, "cannot be reached just now", "",
		"the desk says it too");
}

/* One token is of one application, and none is of none. */
static void
test_others(struct bank *b)
{
	struct application a = report_case(b, "S-others");
	struct application other = report_case(b, "S-another");
	const char *token = apply_session(b, &other);

	ok(!visit_has(page_of(b, token), a.reference),
	   "nobody sees another's check");
	is_int(answer_status(bank_ask_json(b, &kyc_app, "GET /apply/identity",
					   NULL, NULL, NULL)), 401,
	       "nor does who has none");
	is_int(answer_status(bank_ask_json(b, &kyc_app, "POST /verify-identity",
					   "x", "{}", NULL)), 401,
	       "nor wants one");
}

static enum err
hook_work(struct bank *b, struct pool *pool, void *arg)
{
	const char *body = arg;

	(void)pool;
	switch (post(b, body, report_sign(b, body, REPORT_SECRET),
		     now_header(b), NULL)) {
	case 204:
		return OK;
	case 503:
		return ERR_BUSY;
	case 500:
		return ERR_INTERNAL;
	}
	return ERR_BAD; /* for them it would be the last answer */
}

static void
test_faults(struct bank *b)
{
	struct application a = report_case(b, "S-fault");
	const char *body = body_of(b, &a, "S-fault", "Approved", 3);

	fault_loop(b, "a report", hook_work, (void *)(uintptr_t)body, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	report_bank(&b);
	test_vector(&b);
	test_reports(&b);
	test_forged(&b);
	test_times(&b);
	test_size(&b);
	test_back(&b);
	test_step(&b);
	test_away(&b);
	test_others(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
