/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff_pages.c: the queue and the files of applications as staff see them,
 * and as nobody else does. */
#include <string.h>

#include "bank/document.h"
#include "bank/identity.h"
#include "bank/screening.h"
#include "lib/clock.h"
#include "t/lib/document.h"
#include "t/lib/fault.h"
#include "t/lib/paint.h"
#include "t/lib/staff.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

static const char *
id_of(struct bank *b, const struct application *a)
{
	return secret_id_text(pool_alloc(b->pool, SECRET_ID_TEXT),
			      a->public_id);
}

static const char *
file_of(struct bank *b, const struct application *a, const char *more)
{
	return pool_printf(b->pool, "/staff/applications/%s%s", id_of(b, a),
			   more);
}

/* A picture that came with it. */
static struct document
picture(struct bank *b, const struct application *a, const char *kind,
	const char *side)
{
	struct painted file = paint_jpeg(b->pool, (struct paint){
		.width = 64, .height = 40});
	struct document d = {.application = a->id, .kind = kind, .side = side,
			     .source = "didit"};
	const char *complaint;

	is_int(document_add(b->db, b->pool, &d, file.data, file.len,
			    &actor_system, &complaint), OK, "a picture");
	return d;
}

static const char *
picture_of(struct bank *b, const struct application *a,
	   const struct document *d)
{
	char text[SECRET_ID_TEXT];

	return file_of(b, a, pool_printf(b->pool, "/documents/%s",
					 secret_id_text(text, d->id)));
}

static void
test_door(struct bank *b, const struct application *a,
	  const struct document *d)
{
	const char *const paths[] = {"/staff/applications", file_of(b, a, ""),
				     picture_of(b, a, d)};
	const char *anna = bank_token(b, "anna"), *tom = bank_token(b, "tom");
	const char *there, *nowhere;
	size_t i;

	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		const char *what = pool_printf(b->pool, "GET %s", paths[i]);

		is_int(answer_status(bank_ask_json(b, &kyc_app, what, NULL,
						   NULL, NULL)),
		       401, "%s is behind the sign-in", paths[i]);
		is_int(answer_status(bank_ask_json(
			       b, &kyc_app, what, apply_session(b, a), NULL,
			       NULL)),
		       401, "whoever applies is not signed in");
		is_int(answer_status(bank_ask_json(b, &kyc_app, what, anna,
						   NULL, NULL)),
		       404, "for a customer it is not there");
		is_int(answer_status(bank_ask_json(b, &kyc_app, what, tom,
						   NULL, NULL)),
		       403, "others of the bank may not");
		is_int(answer_status(bank_ask_json(
			       b, &kyc_app, what, bank_token(b, "ada"), NULL,
			       NULL)),
		       200, "an admin may");
	}
	there = bank_ask_json(b, &kyc_app,
			      pool_printf(b->pool, "GET %s", paths[1]), anna,
			      NULL, NULL);
	nowhere = bank_ask_json(b, &kyc_app, "GET /staff/nothing", anna, NULL,
				NULL);
	is_text(visit_mask(b, answer_body(there), NULL),
		visit_mask(b, answer_body(nowhere), NULL),
		"a customer is told the same as of what nobody has");
	is_int(answer_status(bank_ask_json(
		       b, &kyc_app,
		       pool_printf(b->pool, "POST %s",
				   file_of(b, a, "/decision")),
		       anna, "{\"verdict\":\"approve\"}", NULL)),
	       404, "nor does a customer decide");
}

static void
test_home(struct bank *b)
{
	struct visit sam = visit_begin(b, "sam"), tom = visit_begin(b, "tom"),
		     anna = visit_begin(b, "anna");
	const char *page;

	is_text(answer_header(b, visit_get(&sam, &banking_app, "/"),
			      "Location"),
		"/staff/applications", "who works on applications is led there");
	is_int(answer_status(visit_get(&tom, &banking_app, "/")), 200,
	       "a teller is not");
	page = visit_get(&anna, &banking_app, "/");
	ok(answer_status(page) == 200 &&
		   !visit_has(page, "/staff/applications"),
	   "a customer sees nothing of it");
	page = visit_get(&sam, &auth_app, "/security");
	ok(visit_has(page, "href=\"/staff/applications\"") &&
		   !visit_has(page, "href=\"/transfer\""),
	   "the menu of staff leads to the queue");
}

static void
test_queue(struct bank *b)
{
	struct visit sam = visit_begin(b, "sam");
	struct application a = staff_sent(b, 1), c = staff_sent(b, 2);
	const char *page, *token = bank_token(b, "sam"), *next;

	staff_hit(b, &a, 90);
	staff_says(b, &staff_tia, &c, "approve", NULL, NULL);
	clock_freeze(clock_now() + 3 * 60 * CLOCK_MINUTE);
	sam = visit_begin(b, "sam");
	page = visit_get(&sam, &kyc_app, "/staff/applications");
	ok(answer_status(page) == 200 && !visit_has(page, "{{"),
	   "the queue is whole");
	ok(visit_has(page, "Nora Neu 1") && visit_has(page, a.reference) &&
		   visit_has(page, file_of(b, &a, "")),
	   "who waits is named, and leads to the file");
	ok(visit_has(page, "3 hours"), "with how long they have waited");
	ok(visit_has(page, "On lists: 1"), "and what was found");
	ok(visit_has(page, "tia proposes to approve"),
	   "and what waits for a second person");
	page = visit_get(&sam, &kyc_app, "/staff/applications?turn=checker");
	ok(visit_has(page, "Nora Neu 2") && !visit_has(page, "Nora Neu 1"),
	   "those alone, if that is wanted");
	page = visit_get(&sam, &kyc_app,
			 pool_printf(b->pool,
				     "/staff/applications?reference=%.4s+%s",
				     a.reference, a.reference + 5));
	ok(visit_has(page, "Nora Neu 1") && !visit_has(page, "Nora Neu 2"),
	   "one is found by its reference as people say it");
	page = visit_get(&sam, &kyc_app, "/staff/applications?reference=zzzz");
	ok(visit_has(page, "There is no application ZZZZ"), "or is not");
	page = visit_get(&sam, &kyc_app, "/staff/applications?state=declined");
	ok(visit_has(page, "There are none here"), "an empty list says so");
	sam.language = "de";
	page = visit_get(&sam, &kyc_app, "/staff/applications");
	ok(visit_has(page, "3 Stunden") && visit_has(page, "Erste Pr"),
	   "all of it in German, too");
	page = bank_ask_json(b, &kyc_app, "GET /staff/applications?limit=2",
			     token, NULL, NULL);
	next = answer_text(b, page, "next");
	ok(*next != '\0' && *answer_header(b, page, "Link") == '<',
	   "a program gets it page by page");
	page = bank_ask_json(b, &kyc_app,
			     pool_printf(b->pool,
					 "GET /staff/applications?limit=1&"
					 "cursor=%s", next),
			     token, NULL, NULL);
	ok(visit_has(page, "\"proposal\":\"approve\"") &&
		   visit_has(page, "\"proposed_by\":\"tia\""),
	   "with the same");
	is_int(answer_status(bank_ask_json(
		       b, &kyc_app, "GET /staff/applications?cursor=x", token,
		       NULL, NULL)),
	       422, "a page that is none is refused");
	is_int(answer_status(bank_ask_json(
		       b, &kyc_app, "GET /staff/applications?state=gone",
		       token, NULL, NULL)),
	       422, "so is a state that is none");
	clock_freeze(BANK_NOW);
}

static void
test_file(struct bank *b, const struct application *a,
	  const struct document *d)
{
	struct visit sam = visit_begin(b, "sam");
	const char *page;
	int64_t before = apply_acts(b, a, "application.view");

	page = visit_get(&sam, &kyc_app, file_of(b, a, ""));
	ok(answer_status(page) == 200 && !visit_has(page, "{{"),
	   "the file is whole");
	ok(visit_has(page, "Lindenweg 3") && visit_has(page, "Germany") &&
		   visit_has(page, "28 February 1994") &&
		   visit_has(page, "Employed") && visit_has(page, "Salary"),
	   "it says what the person says");
	ok(visit_has(page, picture_of(b, a, d)) &&
		   visit_has(page, "Passport"),
	   "shows the pictures beside it");
	ok(visit_has(page, "The application was sent."), "and the record");
	is_int(apply_acts(b, a, "application.view"), before + 1,
	       "and each look is on it");
	is_int(answer_status(visit_get(&sam, &kyc_app,
				       "/staff/applications/x")),
	       404, "what is no id is nothing");
	is_int(answer_status(visit_get(&sam, &kyc_app,
				       "/staff/applications/0190b6f0-5c1e-"
				       "7a31-9c42-3f5d0a7be611")),
	       404, "nor is an id of nothing");
	sam.language = "de";
	page = visit_get(&sam, &kyc_app, file_of(b, a, ""));
	ok(visit_has(page, "Deutschland") && visit_has(page, "Reisepass") &&
		   visit_has(page, "Annahme vorschlagen"),
	   "all of it in German, too");
}

static void
test_known(struct bank *b)
{
	struct visit sam = visit_begin(b, "sam");
	struct application a = staff_sent(b, 11), again, fresh;
	struct application_contact none = {NULL, NULL, NULL};
	const char *page;

	(void)none;
	staff_says(b, &staff_sam, &a, "approve", NULL, NULL);
	staff_says(b, &staff_tia, &a, "agree", NULL, NULL);
	again = staff_sent(b, 11);
	page = visit_get(&sam, &kyc_app, file_of(b, &again, ""));
	ok(visit_has(page, "A customer already: Nora Neu, C000001"),
	   "who is a customer already is told to be");
	bank_tamper(b, "UPDATE customer SET birth_date = NULL WHERE "
		       "code = 'C000001'");
	page = visit_get(&sam, &kyc_app, file_of(b, &again, ""));
	ok(visit_has(page, "A customer has this tax id"),
	   "who only has their tax id is suspicious");
	bank_tamper(b, "UPDATE customer SET status = 'closed' WHERE "
		       "code = 'C000001'");
	fresh = apply_begin(b);
	page = visit_get(&sam, &kyc_app, file_of(b, &fresh, ""));
	ok(answer_status(page) == 200 && visit_has(page, "not sent yet") &&
		   visit_has(page, "There are no pictures") &&
		   !visit_has(page, "Propose to approve</summary>"),
	   "what was not sent is there, and not decided");
	apply_do(b, apply_wipe, &fresh);
	page = visit_get(&sam, &kyc_app, file_of(b, &fresh, ""));
	ok(answer_status(page) == 200 && visit_has(page, "was wiped") &&
		   !visit_has(page, "nora@"),
	   "what was wiped says so");
}

static void
test_picture(struct bank *b, const struct application *a,
	     const struct document *d)
{
	struct visit sam = visit_begin(b, "sam");
	struct application other = staff_sent(b, 21);
	const char *answer;

	answer = visit_get(&sam, &kyc_app, picture_of(b, a, d));
	is_int(answer_status(answer), 200, "a picture is shown");
	is_text(answer_header(b, answer, "Content-Type"), "image/jpeg",
		"as a picture");
	ok(memcmp(answer_body(answer), "\xff\xd8\xff", 3) == 0,
	   "which it is");
	is_text(answer_header(b, answer, "Cache-Control"), "no-store",
		"that nothing keeps");
	is_int(apply_acts(b, a, "document.view"), 2, "each look is on record");
	is_int(answer_status(visit_get(&sam, &kyc_app,
				       picture_of(b, &other, d))),
	       404, "another application has no such picture");
	is_int(answer_status(visit_get(&sam, &kyc_app,
				       file_of(b, a, "/documents/x"))),
	       404, "and what is no id is none");
	is_int(apply_acts(b, &other, "document.view"), 0,
	       "nothing was seen there");
}

static const char *
decide(struct visit *v, const struct application *a, const char *form)
{
	return visit_post(v, &kyc_app, file_of(v->bank, a, "/decision"), form);
}

static void
test_decide(struct bank *b)
{
	struct visit sam = visit_begin(b, "sam"), tia = visit_begin(b, "tia");
	struct application a = staff_sent(b, 31);
	const char *page, *token = bank_token(b, "ada");

	page = decide(&sam, &a, "verdict=decline&note=Blurred+<b>");
	is_int(answer_status(page), 422, "a decline without a reason");
	ok(visit_has(page, "Please choose a reason.") &&
		   visit_has(page, "Blurred &lt;b&gt;"),
	   "is said, and the words stay");
	is_int(answer_status(decide(&sam, &a, "note=x")), 422,
	       "something has to be said");
	page = decide(&sam, &a, "verdict=approve&round=1&note=Looks+good.");
	is_text(answer_header(b, page, "Location"),
		file_of(b, &a, "?said=approve"), "a proposal leads back");
	page = visit_get(&sam, &kyc_app, file_of(b, &a, "?said=approve"));
	ok(visit_has(page, "Proposed to approve.") &&
		   visit_has(page, "You made this proposal") &&
		   !visit_has(page, "value=\"agree\""),
	   "who made it sees that, and no button to agree");
	page = visit_get(&tia, &kyc_app, file_of(b, &a, ""));
	ok(visit_has(page, "sam proposes to approve") &&
		   visit_has(page, "Looks good.") &&
		   visit_has(page, "value=\"agree\""),
	   "another does");
	page = decide(&sam, &a, "verdict=agree&round=1");
	ok(answer_status(page) == 403 && visit_has(page, "somebody else has to"),
	   "who tries anyway is told");
	page = decide(&tia, &a, "verdict=agree&round=2");
	ok(answer_status(page) == 409 && visit_has(page, "was quicker"),
	   "who looked at another round, too");
	page = decide(&tia, &a, "verdict=agree&round=1");
	is_int(answer_status(page), 303, "another agrees");
	page = visit_get(&tia, &kyc_app, file_of(b, &a, "?said=agree"));
	ok(visit_has(page, "Decided.") && visit_has(page, "approved</span>") &&
		   !visit_has(page, "name=\"verdict\""),
	   "then it is decided");
	is_int(answer_status(bank_ask_json(
		       b, &kyc_app,
		       pool_printf(b->pool, "POST %s",
				   file_of(b, &a, "/decision")),
		       token, "{\"verdict\":\"approve\"}", NULL)),
	       403, "a token that no code stands for decides nothing");
	is_int(answer_status(bank_ask(b, &kyc_app,
				      pool_printf(b->pool, "POST %s",
						  file_of(b, &a, "/decision")),
				      "verdict=approve", "HTTP_ACCEPT=text/html",
				      pool_printf(b->pool,
						  "HTTP_COOKIE=clicknet=%s",
						  sam.cookie),
				      NULL)),
	       403, "nor does a form that is not ours");
}

/* The code is too long ago: the words wait until another is given. */
static void
test_step_up(struct bank *b)
{
	struct visit sam = visit_begin(b, "sam");
	struct application a = staff_sent(b, 41);
	const char *path = file_of(b, &a, ""), *page;
	const char *form = pool_printf(
		b->pool,
		"verdict=ask&what=documents&note=The+back+is+dark.&next=%s&"
		"draft=%s", path, path);

	bank_arrange(b, "UPDATE session SET confirmed_at = confirmed_at - "
		       "3600000");
	page = decide(&sam, &a, form);
	is_text(answer_header(b, page, "Location"),
		pool_printf(b->pool, "/step-up?next=%s", path),
		"who gave no code lately gives one first");
	is_text(staff_look(b, &a).state, "sent", "nothing is said meanwhile");
	page = visit_get(&sam, &kyc_app, path);
	ok(visit_has(page, "Take it up again"), "the words are kept");
	page = visit_get(&sam, &kyc_app,
			 pool_printf(b->pool, "%s?draft=take", path));
	ok(visit_has(page, "The back is dark.</textarea>") &&
		   visit_has(page, "value=\"documents\" checked"),
	   "and taken up where they were written");
	bank_arrange(b, "UPDATE session SET confirmed_at = confirmed_at + "
		       "3600000");
	is_text(answer_header(b, decide(&sam, &a, form), "Location"),
		file_of(b, &a, "?said=ask"), "with the code it is done");
	page = visit_get(&sam, &kyc_app, file_of(b, &a, "?said=ask"));
	ok(visit_has(page, "Asked.") && !visit_has(page, "Take it up again"),
	   "and the words are needed no more");
	is_int(bank_count(b, "SELECT count(*) AS n FROM draft"), 0,
	       "nor kept");
}

static void
test_hits(struct bank *b)
{
	struct visit sam = visit_begin(b, "sam");
	struct application a = staff_sent(b, 51);
	char text[SECRET_ID_TEXT];
	const char *path, *page;

	path = file_of(b, &a, pool_printf(b->pool, "/screening/%s",
					  secret_id_text(text,
							 staff_hit(b, &a,
								   87))));
	page = visit_get(&sam, &kyc_app, file_of(b, &a, ""));
	ok(visit_has(page, "Nora Neuh") && visit_has(page, "87 %") &&
		   visit_has(page, path),
	   "a likeness is shown with what the list says");
	page = visit_post(&sam, &kyc_app, path, "verdict=clear&note=");
	ok(answer_status(page) == 422 && visit_has(page, "Please say why."),
	   "who says that it is none says why");
	is_int(answer_status(visit_post(&sam, &kyc_app, path, "note=x")), 422,
	       "and what");
	page = visit_post(&sam, &kyc_app, path,
			  "verdict=clear&note=Born+in+1951.");
	is_text(answer_header(b, page, "Location"),
		file_of(b, &a, "?said=clear"), "then it is noted");
	page = visit_get(&sam, &kyc_app, file_of(b, &a, "?said=clear"));
	ok(visit_has(page, "Born in 1951.") && visit_has(page, "somebody else"),
	   "and shown with who said it");
	is_int(answer_status(visit_post(&sam, &kyc_app,
					file_of(b, &a, "/screening/x"),
					"verdict=clear&note=x")),
	       404, "another is not there");
}

static enum err
list_work(struct db *db, void *arg)
{
	const struct screening_name n = {
		.list = "EU 2026-11-01", .entry = "4711", .name = "Neu, Nora",
		.birth_date = "1994|1995", .country = "DE|AT"};

	(void)arg;
	return screening_add(db, &n);
}

/* Nora's own card, looked at by the desk, and then a list that names her. */
static struct application
shown(struct bank *b, const char *expiry)
{
	struct document_lines lines = document_nora();
	struct application a = apply_begin(b);
	struct identity_desk i = {.pool = b->pool, .who = &apply_actor,
				  .document_kind = "passport"};

	lines.expiry = expiry;
	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_details, &a);
	document_sent(b, a.id, "passport");
	apply_do(b, apply_documents, &a);
	i.application = staff_look(b, &a);
	i.mrz = document_lines(b->pool, &lines);
	is_int(identity_desk(b->db, &i), OK, "a passport is looked at");
	return i.application;
}

static enum err
enter(struct db *db, struct pool *pool, struct application *a)
{
	return review_enter(db, pool, a, &apply_actor);
}

static void
test_evidence(struct bank *b)
{
	struct visit sam = visit_begin(b, "sam");
	struct application a = shown(b, "250101"), c;
	const char *page, *token = bank_token(b, "sam");

	page = visit_get(&sam, &kyc_app, file_of(b, &a, ""));
	ok(visit_has(page, "does not fit") && visit_has(page, "C01X00T47") &&
		   visit_has(page, "not established"),
	   "a document that is over is shown as what it is");
	is_int(db_write(b->db, list_work, NULL), OK, "a list names her");
	c = shown(b, "301231");
	is_int(apply_do(b, enter, &c), OK, "she sends her application");
	page = visit_get(&sam, &kyc_app, file_of(b, &c, ""));
	ok(visit_has(page, "Date of birth") && visit_has(page, ">fits<") &&
		   visit_has(page, "NORA"),
	   "one that fits says in what");
	ok(visit_has(page, "1994, 1995") && visit_has(page, "DE, AT") &&
		   visit_has(page, ">the same<"),
	   "a list says how near it comes");
	page = bank_ask_json(b, &kyc_app,
			     pool_printf(b->pool, "GET %s", file_of(b, &c, "")),
			     token, NULL, NULL);
	ok(visit_has(page, "\"findings\":[{") &&
		   visit_has(page, "\"number\":\"C01X00T47\"") &&
		   visit_has(page, "\"entry\":\"4711\""),
	   "and to a program all of it");
	bank_tamper(b, "UPDATE identity_check SET evidence = NULL; "
		       "UPDATE screening_hit SET evidence = NULL");
	page = visit_get(&sam, &kyc_app, file_of(b, &c, ""));
	ok(answer_status(page) == 200 && !visit_has(page, "C01X00T47") &&
		   visit_has(page, "4711"),
	   "what was wiped is not there, and the rest is");
}

/* Each way somebody's words look: a side, a reason, days, the next page. */
static void
test_words(struct bank *b)
{
	struct visit sam = visit_begin(b, "sam"), tia;
	struct application a = staff_sent(b, 71), c = staff_sent(b, 72);
	const char *page, *token = bank_token(b, "sam");

	picture(b, &a, "id_card", "back");
	page = visit_get(&sam, &kyc_app, file_of(b, &a, ""));
	ok(visit_has(page, "Identity card, back"), "a side is named");
	decide(&sam, &a, "verdict=decline&reason=documents");
	tia = visit_begin(b, "tia");
	page = visit_get(&tia, &kyc_app, file_of(b, &a, ""));
	ok(visit_has(page, "sam proposes to decline") &&
		   visit_has(page, "The documents cannot be read"),
	   "a proposal says its reason");
	page = bank_ask_json(b, &kyc_app,
			     pool_printf(b->pool, "GET %s", file_of(b, &a, "")),
			     token, NULL, NULL);
	ok(visit_has(page, "\"proposal\":\"decline\"") &&
		   visit_has(page, "\"reason\":\"documents\""),
	   "to a program, too");
	clock_freeze(clock_now() + 3 * (int64_t)CLOCK_DAY_MS);
	sam = visit_begin(b, "sam");
	page = visit_get(&sam, &kyc_app, "/staff/applications?limit=1");
	ok(visit_has(page, "3 days") && visit_has(page, "Show more"),
	   "who has waited for days is next, and others follow");
	clock_freeze(BANK_NOW);
	(void)c;
}

/* Each statement of a request failing once: it is told, never half shown. */
static void
fails(struct bank *b, const char *name, const char *what, const char *body)
{
	const char *token = bank_token(b, "sam");
	int nth, status = 0;

	bank_arrange(b, "UPDATE session SET confirmed_at = created_at");
	for (nth = 1; nth < 300; nth++) {
		fault_arm(nth);
		status = answer_status(bank_ask_json(b, &kyc_app, what, token,
						     body, NULL));
		if (!fault_disarm())
			break;
		if (status < 500 && status != 200)
			break;
	}
	ok(nth > 3 && status == 200, "%s: %d statements, %d", name, nth,
	   status);
}

static void
test_faults(struct bank *b, const struct application *a,
	    const struct document *d)
{
	struct application c = staff_sent(b, 61);
	char text[SECRET_ID_TEXT];

	fails(b, "the queue", "GET /staff/applications", NULL);
	fails(b, "a file",
	      pool_printf(b->pool, "GET %s", file_of(b, a, "")), NULL);
	fails(b, "a picture",
	      pool_printf(b->pool, "GET %s", picture_of(b, a, d)), NULL);
	fails(b, "a likeness",
	      pool_printf(b->pool, "POST %s/screening/%s", file_of(b, &c, ""),
			  secret_id_text(text, staff_hit(b, &c, 77))),
	      "{\"verdict\":\"clear\",\"note\":\"No.\"}");
	fails(b, "a decision",
	      pool_printf(b->pool, "POST %s", file_of(b, &c, "/decision")),
	      "{\"verdict\":\"approve\"}");
}

int
main(void)
{
	struct bank b;
	struct application a;
	struct document d;

	bank_open(&b);
	staff_bank(&b);
	a = staff_sent(&b, 99);
	d = picture(&b, &a, "passport", "");
	test_door(&b, &a, &d);
	test_home(&b);
	test_queue(&b);
	test_file(&b, &a, &d);
	test_known(&b);
	test_picture(&b, &a, &d);
	test_decide(&b);
	test_step_up(&b);
	test_hits(&b);
	test_words(&b);
	test_faults(&b, &a, &d);
	test_evidence(&b);
	bank_close(&b);
	return tap_done();
}
