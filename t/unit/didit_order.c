/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_order.c: tests of reports in any order, asked for, of others' checks,
 * and of the pictures that come with them. */
#include <stdlib.h>
#include <string.h>

#include "bank/screening.h"
#include "lib/clock.h"
#include "t/lib/fault.h"
#include "t/lib/report.h"
#include "t/tap.h"

static int64_t now_s;

/* A whole check as Didit tells it; two things in one second among them. */
static const struct {
	const char *status;
	int64_t after;
	int shape;
} story[] = {
	{"Not Started", 0, 0},	   {"In Progress", 5, 0},
	{"In Review", 60, 2},	   {"Resubmitted", 70, 0},
	{"In Progress", 75, 0},	   {"Something New", 78, 0},
	{"In Review", 80, 2},	   {"Approved", 80, 2},
	{"Kyc Expired", 90, 0}};
enum { STORY = sizeof story / sizeof *story, ORDERS = 60 };

static void
tell_row(struct bank *b, const struct application *a, const char *session,
	 int row)
{
	struct report_of r = {
		.session = session, .name = a->reference,
		.status = story[row].status, .shape = story[row].shape,
		.at = now_s - 200 + story[row].after,
		.pictures = "https://didit.me",
		.event = pool_printf(b->pool, "%s-%d", session, row)};
	enum didit_effect effect;

	if (report_tell(b, &r, &effect) != OK)
		printf("# row %d was not told\n", row);
}

static const char *
state_of(struct bank *b, const struct application *a)
{
	struct application now;
	struct didit d;

	application_get(b->db, b->pool, a->id, &now);
	didit_of(b->db, b->pool, a->id, &d);
	db_rest(b->db);
	return pool_printf(b->pool, "%s %s %s %s %lld", now.identity,
			   now.provider, d.state, d.status,
			   (long long)d.status_at);
}

static void
shuffle(int order[STORY])
{
	int i, k, kept;

	for (i = 0; i < STORY; i++)
		order[i] = i;
	for (i = STORY - 1; i > 0; i--) {
		k = rand() % (i + 1);
		kept = order[i];
		order[i] = order[k];
		order[k] = kept;
	}
}

static void
test_orders(struct bank *b)
{
	struct application a = report_case(b, "S-clean");
	const char *want, *session;
	int order[STORY], i, k, bad = 0, again = 0;

	for (i = 0; i < STORY; i++)
		tell_row(b, &a, "S-clean", i);
	want = state_of(b, &a);
	ok(strncmp(want, "passed didit ended Approved", 27) == 0,
	   "in order it ends with %s", want);
	for (k = 0; k < ORDERS; k++) {
		session = pool_printf(b->pool, "S-shuffled-%d", k);
		a = report_case(b, session);
		shuffle(order);
		for (i = 0; i < STORY; i++) {
			tell_row(b, &a, session, order[i]);
			tell_row(b, &a, session, order[rand() % (i + 1)]);
		}
		bad += strcmp(state_of(b, &a), want) != 0;
		again += apply_acts(b, &a, "application.identity") > 6;
	}
	is_int(bad, 0, "in %d other orders, much of it twice, it does too",
	       ORDERS);
	is_int(again, 0, "and nothing was taken up twice");
	is_int(bank_count(b, "SELECT count(*) AS n FROM (SELECT reference "
			     "FROM didit_picture JOIN didit USING (reference) "
			     "WHERE session_id LIKE 'S-shuffled%' "
			     "GROUP BY reference HAVING count(*) <> 3)"), 0,
	       "the same three pictures are wanted in each");
}

static void
is_effect(struct bank *b, const struct report_of *r, enum didit_effect want,
	  const char *name)
{
	enum didit_effect effect;

	is_int(report_tell(b, r, &effect), OK, "%s: it is told", name);
	is_int(effect, want, "%s", name);
}

static void
test_strange(struct bank *b)
{
	struct application a = report_case(b, "S-mine");
	struct application other = report_case(b, "S-other");
	struct report_of r = {.session = "S-nobodys", .name = a.reference,
			      .status = "Approved", .at = now_s, .shape = 2,
			      .event = "E-strange-1"};

	is_effect(b, &r, DIDIT_STRANGE, "a session nobody wanted is none");
	r.session = "S-other";
	is_effect(b, &r, DIDIT_STRANGE,
		  "another's session does not go by this name");
	is_text(report_identity(b, &a), "open", "neither changes one");
	is_text(report_identity(b, &other), "open", "nor the other");
	r.session = "S-mine";
	r.at = now_s + 301;
	is_effect(b, &r, DIDIT_STORED, "what is to be said later is not said");
	r.at = 0;
	is_effect(b, &r, DIDIT_STORED, "nor what was said at no time");
	r.at = now_s;
	r.event = "";
	is_effect(b, &r, DIDIT_STORED, "nor what has no number");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit_event WHERE "
			     "event_id LIKE 'E-strange%'"), 0,
	       "nothing of it is noted");
	r.event = "E-strange-2";
	is_effect(b, &r, DIDIT_APPLIED, "the true one is taken");
	is_text(report_identity(b, &a), "passed", "and counts");
}

/* An application that waits for something else by now. */
static void
test_late(struct bank *b)
{
	struct application a = report_case(b, "S-first");
	struct report_of r = {.session = "S-first", .name = a.reference,
			      .status = "Abandoned", .at = now_s - 50,
			      .event = "E-late-1"};
	int64_t pictures;

	is_effect(b, &r, DIDIT_APPLIED, "the first check is left");
	application_get(b->db, b->pool, a.id, &a);
	db_rest(b->db);
	is_int(report_want(b, &a), OK, "a second is wanted");
	report_made(b, "S-second");
	pictures = bank_count(b, "SELECT count(*) AS n FROM didit_picture");
	r = (struct report_of){.session = "S-first", .name = a.reference,
			       .status = "Approved", .at = now_s - 40,
			       .shape = 3, .pictures = "https://didit.me",
			       .event = "E-late-2"};
	is_effect(b, &r, DIDIT_STORED, "what comes of the first is too late");
	is_text(report_identity(b, &a), "open", "the second counts");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit_picture"),
	       pictures, "no picture is fetched for the first");
	r.session = "S-second";
	r.name = pool_printf(b->pool, "%s-2", a.reference);
	r.event = "E-late-3";
	bank_tamper(b, "UPDATE application SET state = 'declined', "
		       "decided_at = 1 WHERE id = (SELECT application FROM "
		       "didit WHERE session_id = 'S-second')");
	is_effect(b, &r, DIDIT_STORED, "nor does any when it is decided");
	is_text(report_identity(b, &a), "open", "and nothing changes");
}

/* As the courier does when no word has come. */
static void
test_asked(struct bank *b)
{
	struct application a = report_case(b, "S-asked");
	struct report_of r = {.session = "S-asked", .name = a.reference,
			      .status = "In Review", .at = now_s - 5,
			      .shape = 2, .event = "E-asked-1"};
	struct didit_word w = {.session_id = "S-asked",
			       .vendor_data = a.reference};
	struct didit_task t;
	enum didit_effect effect;

	clock_freeze(BANK_NOW + 599 * CLOCK_SECOND);
	is_int(didit_take(b->db, b->pool, 1000, &t), ERR_MISSING,
	       "for ten minutes a report is waited for");
	clock_freeze(BANK_NOW + 600 * CLOCK_SECOND);
	is_int(didit_take(b->db, b->pool, 1000, &t), OK, "then it is asked");
	is_text(t.check.session_id, "S-asked", "about the session");
	w.asked = &t.check;
	w.status = "In Progress";
	w.evidence = json_object_new_object();
	is_int(didit_tell(b->db, &w, &effect), OK, "it is heard");
	is_int(effect, DIDIT_APPLIED, "and taken up");
	is_effect(b, &r, DIDIT_AGAIN, "a report from before is too late");
	is_int(didit_tell(b->db, &w, &effect), OK, "heard again");
	is_int(effect, DIDIT_AGAIN, "by who had asked before: it is dropped");
	r.at = now_s + 700;
	r.event = "E-asked-2";
	is_effect(b, &r, DIDIT_APPLIED, "a newer report counts");
	is_text(report_identity(b, &a), "review", "it is in review");
	clock_freeze(BANK_NOW + 3600 * CLOCK_SECOND);
	is_int(didit_take(b->db, b->pool, 1000, &t), OK, "asked again");
	w.status = "In Review";
	is_int(didit_tell(b->db, &w, &effect), OK, "it still stands");
	is_int(effect, DIDIT_AGAIN, "which is no news");
	is_int(bank_count(b, "SELECT (ask_at - 1795168800000) / 1000 - 3600 "
			     "AS n FROM didit WHERE session_id = 'S-asked'"),
	       600, "it is asked about again");
	clock_freeze(BANK_NOW);
	json_object_put(w.evidence);
}

/* "Approved" alone says nothing of who it is. */
static void
test_bare(struct bank *b)
{
	struct application a = report_case(b, "S-bare");
	struct report_of r = {.session = "S-bare", .name = a.reference,
			      .status = "Approved", .at = now_s - 5,
			      .event = "E-bare"};
	enum didit_effect effect;
	struct didit_task t;
	struct didit_word w;
	json_object *o;

	is_effect(b, &r, DIDIT_APPLIED, "a bare word is taken up");
	is_text(report_identity(b, &a), "review", "but is not enough");
	is_int(didit_take(b->db, b->pool, 1000, &t), OK, "the rest is asked");
	r.shape = 2;
	o = json_tokener_parse(report_text(b, &r));
	ok(didit_read(b->pool, pool_json(b->pool, o), &w), "it is told");
	w.asked = &t.check;
	is_int(didit_tell(b->db, &w, &effect), OK, "and heard");
	is_int(effect, DIDIT_APPLIED, "it is news");
	is_text(report_identity(b, &a), "passed", "now it is enough");
	is_int(didit_take(b->db, b->pool, 1000, &t), ERR_MISSING,
	       "nothing more is asked");
}

static void
test_pictures(struct bank *b)
{
	struct application a;
	struct report_of r = {.session = "S-picture", .status = "Approved",
			      .at = now_s, .shape = 2, .event = "E-picture",
			      .pictures = "https://media.didit.me/1"};
	struct didit_picture p;
	struct didit_task t;
	int i;

	bank_tamper(b, "DELETE FROM didit_picture");
	a = report_case(b, r.session);
	r.name = a.reference;
	is_effect(b, &r, DIDIT_APPLIED, "a check with pictures");
	for (i = 0; i < 3; i++) {
		is_int(didit_picture_take(b->db, b->pool, 1000, &p), OK,
		       "picture %d is taken", i);
		ok(strncmp(p.url, "https://media.didit.me/1/", 25) == 0 &&
		   p.application == a.id, "with its link: %s %s", p.kind,
		   p.side);
	}
	is_int(didit_picture_take(b->db, b->pool, 1000, &p), ERR_MISSING,
	       "there are three");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit_picture WHERE "
			     "instr(url, 'media') > 0"), 0,
	       "links are sealed");
	clock_freeze(BANK_NOW + 1000);
	is_int(didit_picture_take(b->db, b->pool, 1000, &p), OK,
	       "after a courier's death it is taken again");
	is_int(p.tries, 2, "as a second try");
	is_int(didit_picture_kept(b->db, &p), OK, "kept");
	is_int(didit_picture_take(b->db, b->pool, 1000, &p), OK, "another");
	is_int(didit_picture_later(b->db, &p, BANK_NOW + 9000), OK, "later");
	is_int(didit_picture_take(b->db, b->pool, 1000, &p), OK, "a third");
	is_int(didit_take(b->db, b->pool, 1000, &t), ERR_MISSING,
	       "nothing is asked");
	is_int(didit_picture_stale(b->db, &p), OK, "whose link has ended");
	is_int(didit_take(b->db, b->pool, 1000, &t), OK,
	       "Didit is asked for another");
	is_text(t.check.session_id, "S-picture", "of that session");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit_picture WHERE "
			     "url IS NULL"), 2,
	       "links of no use are not kept");
	bank_tamper(b, "UPDATE application SET wiped_at = 1 WHERE id IN "
		       "(SELECT application FROM didit WHERE session_id = "
		       "'S-picture')");
	clock_freeze(BANK_NOW + CLOCK_MINUTE);
	is_int(didit_picture_take(b->db, b->pool, 1000, &p), ERR_MISSING,
	       "nothing is fetched for who was forgotten");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit_picture WHERE "
			     "url IS NOT NULL"), 0, "the last link is gone");
	clock_freeze(BANK_NOW);
}

static enum err
tell_once(struct bank *b, struct pool *pool, void *arg)
{
	struct report_of *r = arg;
	enum didit_effect effect;

	(void)pool;
	return report_tell(b, r, &effect);
}

static void
test_faults(struct bank *b)
{
	struct application a = report_case(b, "S-fault");
	struct report_of r = {.session = "S-fault", .name = a.reference,
			      .status = "Approved", .at = now_s, .shape = 3,
			      .pictures = "https://didit.me",
			      .event = "E-fault"};

	fault_loop(b, "a report", tell_once, &r, OK);
}

static enum err
listed_work(struct db *db, void *arg)
{
	const struct screening_name n = {
		"EU", "4711", "Nora Maria Neuhold", "1994-02-28", "", false};

	(void)arg;
	return screening_add(db, &n);
}

/* What Didit shows later than the application was sent is looked up, too. */
static void
test_listed(struct bank *b)
{
	struct application a = report_case(b, "S-listed");
	struct report_of r = {.session = "S-listed", .name = a.reference,
			      .status = "Approved", .at = now_s - 5,
			      .event = "E-listed-1"};
	struct screening_hit *h;

	is_int(db_write(b->db, listed_work, NULL), OK, "somebody is listed");
	is_effect(b, &r, DIDIT_APPLIED, "Didit says that it is done");
	application_get(b->db, b->pool, a.id, &a);
	is_int(apply_do(b, apply_send, &a), OK, "it is sent");
	screening_hits(b->db, b->pool, a.id, &h);
	ok(h == NULL, "the name that was typed is on no list");
	db_rest(b->db);
	r.first = "NORA MARIA";
	r.last = "NEUHOLD";
	r.shape = 2;
	r.at++;
	r.event = "E-listed-2";
	is_effect(b, &r, DIDIT_APPLIED, "then Didit shows the document");
	is_text(report_identity(b, &a), "review", "which has another name");
	screening_hits(b->db, b->pool, a.id, &h);
	ok(h != NULL && strcmp(h->entry, "4711") == 0,
	   "and that one is found");
	db_rest(b->db);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	report_bank(&b);
	now_s = BANK_NOW / CLOCK_SECOND;
	srand(7);
	test_asked(&b);
	test_bare(&b);
	test_orders(&b);
	test_strange(&b);
	test_late(&b);
	test_listed(&b);
	test_pictures(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
