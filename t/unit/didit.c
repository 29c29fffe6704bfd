/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit.c: tests of checks by Didit: wanted, made, told of in any order. */
#include <stdlib.h>
#include <string.h>

#include "bank/document.h"
#include "bank/identity.h"
#include "bank/retention.h"
#include "lib/clock.h"
#include "t/lib/fault.h"
#include "t/lib/report.h"
#include "t/tap.h"

static int64_t now_s;

static struct didit
check_of(struct bank *b, const struct application *a)
{
	struct didit d = {.state = "", .url = "", .status = "",
			  .reference = "", .session_id = ""};

	didit_of(b->db, b->pool, a->id, &d);
	db_rest(b->db);
	return d;
}

static void
test_want(struct bank *b)
{
	struct application a = apply_begin(b);
	struct didit_task t, other = {
		.state = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	char state[DIDIT_STATE];
	struct didit d;

	ok(didit_configured(), "Didit is set up");
	bank_set(b, "DIDIT_WEBHOOK_SECRET", "");
	ok(!didit_configured(), "but not without all that it needs");
	bank_set(b, "DIDIT_WEBHOOK_SECRET", REPORT_SECRET);
	is_int(didit_take(b->db, b->pool, 1000, &t), ERR_MISSING,
	       "nothing is due at first");
	is_int(report_want(b, &a), OK, "a check is wanted");
	is_text(report_identity(b, &a), "open", "the identity is open");
	is_text(a.provider, "didit", "by Didit");
	is_int(report_want(b, &a), OK, "wanted again");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit"), 1,
	       "it is the same");
	is_int(apply_acts(b, &a, "application.identity"), 1, "and no news");
	d = check_of(b, &a);
	is_text(d.state, "wanted", "it waits for the courier");
	is_text(d.reference, a.reference, "by the application's name");
	is_int(didit_take(b->db, b->pool, 1000, &t), OK, "who takes it");
	is_text(t.language, "en", "with the person's language");
	is_int(didit_take(b->db, b->pool, 1000, &other), ERR_MISSING,
	       "nobody else gets it meanwhile");
	memcpy(state, t.state, sizeof state);
	clock_freeze(BANK_NOW + 1000);
	is_int(didit_take(b->db, b->pool, 1000, &t), OK,
	       "but after a courier's death");
	is_int(t.check.tries, 2, "as a second try");
	is_int(didit_back(b->db, state), ERR_MISSING,
	       "the way back that the first one knew is none");
	is_int(didit_made(b->db, &t, "S-want", "https://d.example/1"), OK,
	       "the check is made");
	d = check_of(b, &a);
	is_text(d.url, "https://d.example/1", "the person can go there");
	is_text(d.state, "open", "it is open");
	is_int(bank_count(b, "SELECT count(*) AS n FROM didit WHERE "
			     "instr(url, 'd.example') > 0"), 0,
	       "the address is sealed");
	memcpy(state, t.state, sizeof state);
	is_int(didit_back(b->db, "x"), ERR_MISSING, "a word is no way back");
	is_int(didit_back(b->db, other.state), ERR_MISSING, "nor any state");
	is_int(didit_back(b->db, state), OK, "the right one is");
	is_int(didit_back(b->db, state), ERR_MISSING, "once");
	is_int(didit_take(b->db, b->pool, 1000, &t), ERR_MISSING,
	       "then nothing is asked at once");
	clock_freeze(BANK_NOW + 7 * CLOCK_SECOND);
	is_int(didit_take(b->db, b->pool, 600000, &t), OK, "but soon");
	clock_freeze(BANK_NOW);
	bank_tamper(b, "DELETE FROM didit");
}

static void
test_give_up(struct bank *b)
{
	struct application a = apply_begin(b), again;
	struct didit_task t;

	report_want(b, &a);
	is_int(didit_take(b->db, b->pool, 1000, &t), OK, "a check is taken");
	is_int(didit_later(b->db, &t, BANK_NOW + 5000), OK, "for later");
	is_int(didit_take(b->db, b->pool, 1000, &t), ERR_MISSING,
	       "it is not due");
	is_int(didit_given_up(b->db, &t, "Didit is away"), OK, "given up");
	application_get(b->db, b->pool, a.id, &again);
	is_text(again.identity, "none", "the identity has to be shown");
	is_text(again.provider, "desk", "at the desk");
	is_text(check_of(b, &a).state, "failed", "the check has failed");
	is_int(apply_acts(b, &a, "didit.failed"), 1, "it is on record");
	is_int(didit_given_up(b->db, &t, "Didit is away"), OK, "again");
	is_int(apply_acts(b, &a, "didit.failed"), 1, "it is no news");
	db_rest(b->db);
	is_int(report_want(b, &again), OK, "another check may be wanted");
	is_text(check_of(b, &a).reference,
		pool_printf(b->pool, "%s-2", a.reference),
		"by a name of its own");
	apply_do(b, apply_wipe, &again);
	bank_tamper(b, "UPDATE application SET state = 'expired' "
		       "WHERE wiped_at IS NOT NULL");
	is_int(didit_take(b->db, b->pool, 1000, &t), ERR_MISSING,
	       "nobody makes it for who has gone");
	is_text(check_of(b, &a).state, "failed", "it is over");
}

static void
test_limit(struct bank *b)
{
	struct application a = apply_begin(b);
	struct didit_task t;
	int i;

	for (i = 0; i < DIDIT_CHECKS; i++) {
		if (report_want(b, &a) != OK ||
		    didit_take(b->db, b->pool, 1000, &t) != OK)
			break;
		didit_given_up(b->db, &t, "again");
		application_get(b->db, b->pool, a.id, &a);
		db_rest(b->db);
	}
	is_int(i, DIDIT_CHECKS, "a check may be made some times");
	is_int(report_want(b, &a), ERR_LIMIT, "but not for ever");
}

/* Each status, and what it makes of an application. */
static void
test_statuses(struct bank *b)
{
	static const struct {
		const char *status, *identity, *state;
		enum didit_effect effect;
	} rows[] = {
		{"Not Started", "open", "open", DIDIT_APPLIED},
		{"In Progress", "open", "open", DIDIT_APPLIED},
		{"Awaiting User", "open", "open", DIDIT_APPLIED},
		{"Resubmitted", "open", "open", DIDIT_APPLIED},
		{"In Review", "review", "open", DIDIT_APPLIED},
		{"Approved", "passed", "ended", DIDIT_APPLIED},
		{"Declined", "failed", "ended", DIDIT_APPLIED},
		{"Abandoned", "none", "ended", DIDIT_APPLIED},
		{"Expired", "none", "ended", DIDIT_APPLIED},
		{"Kyc Expired", "open", "open", DIDIT_STORED},
		{"KYC Expired", "open", "open", DIDIT_STORED},
		{"approved", "open", "open", DIDIT_STORED},
		{"Something New", "open", "open", DIDIT_STORED}};
	struct report_of r = {.at = now_s, .shape = 2};
	enum didit_effect effect;
	struct application a;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		r.session = r.event = pool_printf(b->pool, "S-status-%zu", i);
		a = report_case(b, r.session);
		r.name = a.reference;
		r.status = rows[i].status;
		is_int(report_tell(b, &r, &effect), OK, "%s is told",
		       r.status);
		is_int(effect, rows[i].effect, "%s has its effect", r.status);
		is_text(report_identity(b, &a), rows[i].identity,
			"%s makes the identity %s", r.status,
			rows[i].identity);
		is_text(check_of(b, &a).state, rows[i].state,
			"%s leaves the check %s", r.status, rows[i].state);
		ok((*check_of(b, &a).url != '\0') ==
		   (strcmp(rows[i].state, "open") == 0),
		   "%s: there is an address while it is open", r.status);
		is_int(report_tell(b, &r, &effect), OK, "told again");
		is_int(effect, DIDIT_AGAIN, "it is no news");
	}
	is_int(bank_count(b, "SELECT count(*) AS n FROM identity_check"), 3,
	       "what was found out is kept");
	is_int(bank_count(b, "SELECT count(*) AS n FROM identity_check WHERE "
			     "instr(evidence, 'C01X0006H') > 0"), 0,
	       "and sealed");
}

/* A document that is good may be another's. */
static void
test_person(struct bank *b)
{
	static const struct {
		const char *first, *last, *birth_date, *identity;
	} rows[] = {
		{"Nora", "Neu", "1994-02-28", "passed"},
		{"NORA", "NEU", "1994-02-28", "passed"},
		{"NEU", "NORA", "1994-02-28", "passed"},
		{"NORA MARIE", "NEU", "1994-02-28", "passed"},
		{"NORA", "NEUER", "1994-02-28", "review"},
		{"NORMA", "NEU", "1994-02-28", "review"},
		{"NORA", "ALT", "1994-02-28", "review"},
		{"NORA", "NEU", "1994-02-27", "review"},
		{"NORA", "NEU", "", "review"},
		{"", "", "1994-02-28", "review"}};
	struct report_of r = {.at = now_s, .status = "Approved"};
	enum didit_effect effect;
	struct application a;
	size_t i;

	for (i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		r.first = rows[i / 2].first;
		r.last = rows[i / 2].last;
		r.birth_date = rows[i / 2].birth_date;
		r.shape = 2 + i % 2;
		r.session = r.event = pool_printf(b->pool, "S-person-%zu", i);
		a = report_case(b, r.session);
		r.name = a.reference;
		is_int(report_tell(b, &r, &effect), OK, "row %zu is told", i);
		is_text(report_identity(b, &a), rows[i / 2].identity,
			"%s %s of %s in v%d: %s", r.first, r.last,
			r.birth_date, r.shape, rows[i / 2].identity);
	}
}

/* No picture came, or they are gone already. */
static void
test_forgotten(struct bank *b)
{
	struct application a = report_case(b, "S-forgotten");
	struct report_of r = {.session = "S-forgotten", .name = a.reference,
			      .status = "Approved", .event = "E-forgotten",
			      .at = now_s, .shape = 2};
	enum didit_effect effect;
	struct identity_check *c;

	is_int(report_tell(b, &r, &effect), OK, "who applies is found out");
	clock_freeze(a.expires_at);
	is_int(application_expire_due(b->db), OK, "and never sends it");
	is_int(retention_run(b->db), OK, "what is left of that is wiped");
	is_int(identity_checks(b->db, b->pool, a.id, &c), OK,
	       "that there was a look");
	is_text(c->result, "passed", "is still known");
	is_text(c->evidence, "", "but not what Didit saw");
	db_rest(b->db);
	clock_freeze(BANK_NOW);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	report_bank(&b);
	now_s = BANK_NOW / CLOCK_SECOND;
	test_want(&b);
	test_give_up(&b);
	test_limit(&b);
	test_statuses(&b);
	test_person(&b);
	test_forgotten(&b);
	bank_close(&b);
	return tap_done();
}
