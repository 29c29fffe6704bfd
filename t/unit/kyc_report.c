/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc_report.c: tests of what is counted about applications, and of what is
 * wiped of them when their time is over. */
#include "bank/kyc_report.h"

#include <string.h>

#include "bank/document.h"
#include "bank/retention.h"
#include "bank/review.h"
#include "lib/clock.h"
#include "t/lib/fault.h"
#include "t/lib/paint.h"
#include "t/lib/staff.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

static const char *
get(struct bank *b, const char *user, const char *query)
{
	return bank_ask_json(b, &kyc_app,
			     pool_printf(b->pool, "GET /staff/reports/kyc%s",
					 query),
			     bank_token(b, user), NULL, NULL);
}

static void
test_counts(struct bank *b)
{
	struct kyc_report r = {.from = clock_day(clock_now()) - 1,
			       .to = clock_day(clock_now())};
	const struct kyc_count *c;
	int64_t all = 0;

	is_int(kyc_report(b->db, b->pool, &r), OK, "a report can be made");
	for (c = r.states; c != NULL; c = c->next)
		all += c->count;
	ok(r.begun == 3 && all == 3, "every application has one state");
	is_int(r.decided, 1, "one was decided");
	is_int(r.longest_ms, 90 * CLOCK_MINUTE, "in an hour and a half");
	is_int(r.median_ms, r.longest_ms, "which is the median of one");
	ok(r.reasons != NULL && strcmp(r.reasons->name, "documents") == 0 &&
		   r.reasons->count == 1 && r.reasons->next == NULL,
	   "its reason is counted");
	ok(r.deciders != NULL && r.deciders->next != NULL &&
		   r.deciders->made + r.deciders->next->made == 1 &&
		   r.deciders->checked + r.deciders->next->checked == 1,
	   "one proposed and another checked");
	r = (struct kyc_report){.from = 1, .to = 2};
	is_int(kyc_report(b->db, b->pool, &r), OK, "of another time");
	ok(r.begun == 0 && r.states == NULL && r.deciders == NULL,
	   "there is nothing");
}

static void
test_faces(struct bank *b, const struct application *a)
{
	const char *page = get(b, "sam", "");

	ok(answer_status(page) == 200 && visit_has(page, "\"begun\":3"),
	   "staff see how this month's applications went");
	page = get(b, "sam", "?format=csv");
	ok(visit_has(page, "text/csv") && visit_has(page, "attachment; "),
	   "as a table to keep");
	ok(visit_has(page, a->reference) && visit_has(page, ",90,"),
	   "with each application and how many minutes it took");
	ok(!visit_has(page, a->name), "and nobody's name");
	page = get(b, "sam", "?format=pdf");
	ok(visit_has(page, "application/pdf") && visit_has(page, "%PDF-1."),
	   "or as a document");
	is_int(answer_status(get(b, "sam", "?from=2026-02-30")), 422,
	       "a day that is none is refused");
	is_int(answer_status(get(b, "sam", "?from=2026-11-22&to=2026-11-21")),
	       422, "like a time that ends before it begins");
	is_int(answer_status(get(b, "anna", "")), 404,
	       "for a customer there is no such page");
}

static const char *
file_pdf(struct bank *b, const struct application *a, const char *user)
{
	char id[SECRET_ID_TEXT];

	return bank_ask_json(b, &kyc_app,
			     pool_printf(b->pool,
					 "GET /staff/applications/%s/file.pdf",
					 secret_id_text(id, a->public_id)),
			     bank_token(b, user), NULL, NULL);
}

static void
test_file(struct bank *b, const struct application *a)
{
	const char *page = file_pdf(b, a, "sam");

	ok(answer_status(page) == 200 && visit_has(page, "%PDF-1."),
	   "the whole file is a document");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'document.view' AND "
			     "detail = 'whole file'"),
	       1, "and that somebody took it is on record");
	is_int(answer_status(file_pdf(b, a, "anna")), 404,
	       "for a customer there is none");
}

static int64_t
left(struct bank *b)
{
	return bank_count(b, "SELECT (SELECT count(*) FROM document_data) + "
			     "(SELECT count(*) FROM application WHERE "
			     "details IS NOT NULL AND state = 'declined') + "
			     "(SELECT count(*) FROM identity_check WHERE "
			     "evidence IS NOT NULL) AS n");
}

/* Undone in the end: that time alone has it done is tested after. */
static enum err
wipe_work(struct db *db, void *arg)
{
	struct application now = *(struct application *)arg;
	enum err e = retention_wipe(db, &now, &actor_system);

	return e == OK ? ERR_CONFLICT : e;
}

static enum err
wipe(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	return db_write(b->db, wipe_work, arg);
}

static void
test_retention(struct bank *b, struct application *a)
{
	int64_t records = bank_count(b, "SELECT count(*) AS n FROM audit");
	int64_t all = left(b);

	ok(all >= 2, "of a declined application there is something to wipe");
	is_int(retention_run(b->db), OK, "looked at early");
	is_int(left(b), all, "it is kept");
	clock_freeze(clock_now() + 366 * (int64_t)CLOCK_DAY_MS);
	fault_loop(b, "a wiping", wipe, a, ERR_CONFLICT);
	is_int(retention_run(b->db), OK, "after a year");
	is_int(left(b), 0, "what the person sent is gone");
	is_int(application_get(b->db, b->pool, a->id, a), OK,
	       "the application is still there");
	ok(a->wiped_at == clock_now() && *a->name == '\0' &&
		   strcmp(a->state, "declined") == 0,
	   "without a name, with what became of it");
	is_int(bank_count(b, "SELECT count(*) AS n FROM document"), 1,
	       "the hashes of its pictures stay");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit"), records + 1,
	       "the wiping is on record");
	is_int(retention_run(b->db), OK, "once more");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit"), records + 1,
	       "does nothing");
	is_int(answer_status(file_pdf(b, a, "sam")), 200,
	       "its file can still be printed");
}

/* One declined after an hour and a half, with a picture; two that wait. */
static struct application
applications(struct bank *b)
{
	struct application a = staff_sent(b, 1);
	struct painted file = paint_jpeg(b->pool, (struct paint){
		.width = 64, .height = 40});
	struct document d = {.application = a.id, .kind = "passport",
			     .side = "front", .source = "didit"};
	const char *complaint;

	is_int(document_add(b->db, b->pool, &d, file.data, file.len,
			    &actor_system, &complaint), OK, "a picture");
	staff_sent(b, 2);
	staff_sent(b, 3);
	clock_freeze(clock_now() + 90 * CLOCK_MINUTE);
	is_int(staff_says(b, &staff_sam, &a, "decline", "documents", NULL),
	       OK, "proposed");
	is_int(staff_says(b, &staff_tia, &a, "agree", NULL, NULL), OK,
	       "and agreed to");
	return a;
}

int
main(void)
{
	struct application a;
	struct bank b;

	bank_open(&b);
	staff_bank(&b);
	a = applications(&b);
	test_counts(&b);
	test_faces(&b, &a);
	test_file(&b, &a);
	test_retention(&b, &a);
	bank_close(&b);
	return tap_done();
}
