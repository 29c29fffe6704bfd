/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity.c: tests of the desk's look at a document: whose it is, whether it
 * is valid, and what is kept of it. */
#include "bank/identity.h"

#include "bank/screening.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/bank.h"
#include "t/lib/document.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static const char *
finding(const struct identity_finding *f, const char *name)
{
	for (; f != NULL; f = f->next)
		if (strcmp(f->name, name) == 0)
			return f->result;
	return "none";
}

/* Nora's passport but for what is given, against Nora but for what is said. */
static const struct {
	const char *why, *kind;
	struct document_lines has;
	struct details said;
	const char *result, *about, *about_result;
} cases[] = {
	{"her own passport", "passport", {0}, {0}, "passed", "name",
	 "passed"},
	{"her own card", "id_card", {.code = "I"}, {0}, "passed", "document",
	 "passed"},
	{"a residence permit", "residence_permit", {.code = "AR"}, {0},
	 "passed", "document", "passed"},
	{"a card said to be a passport", "passport", {.code = "I"}, {0},
	 "review", "document", "review"},
	{"a passport said to be a card", "id_card", {0}, {0}, "review",
	 "document", "review"},
	{"an expired one", "passport", {.expiry = "261119"}, {0}, "failed",
	 "expiry", "failed"},
	{"one that is valid today", "passport", {.expiry = "261120"}, {0},
	 "passed", "expiry", "passed"},
	{"one without an end", "passport", {.expiry = "<<<<<<"}, {0},
	 "review", "expiry", "review"},
	{"a second name that was not said", "passport",
	 {.given = "NORA<MARIA"}, {0}, "passed", "name", "passed"},
	{"a name with umlauts", "passport", {.family = "NEUHAEUSSER"},
	 {.family_name = "Neuhäußer"}, "passed", "name", "passed"},
	{"a letter off", "passport", {.family = "NEUMANN"},
	 {.family_name = "Neumamn"}, "review", "name", "review"},
	{"a name before the marriage", "passport", {.family = "KRAUSE"}, {0},
	 "review", "name", "review"},
	{"another birth date", "passport", {.birth = "940227"}, {0},
	 "review", "birth_date", "review"},
	{"a year alone", "passport", {.birth = "94<<<<"}, {0}, "review",
	 "birth_date", "review"},
	{"no birth date at all", "passport", {.birth = "<<<<<<"}, {0},
	 "review", "birth_date", "review"},
	{"somebody else's", "passport",
	 {.family = "OKOYE", .given = "BEN", .birth = "800101"}, {0},
	 "failed", "name", "failed"},
	{"another state", "passport", {.state = "AUT"}, {0}, "review",
	 "nationality", "review"},
	{"a stateless person's", "passport", {.state = "XXA"}, {0}, "review",
	 "nationality", "review"},
	{"a child's", "passport", {.birth = "081121"},
	 {.birth_date = "2008-11-21"}, "failed", "age", "failed"},
	{"who is eighteen today", "passport", {.birth = "081120"},
	 {.birth_date = "2008-11-20"}, "passed", "age", "passed"},
	{"a name longer than its line", "passport",
	 {.family = "WOLFESCHLEGELSTEINHAUSEN", .given = "NORA<CHARLOTTE"},
	 {.family_name = "Wolfeschlegelsteinhausen",
	  .given_names = "Nora Charlottenburg"}, "passed", "name", "passed"},
};
enum { CASES = sizeof cases / sizeof *cases };

#define OR(a, b) ((a) != NULL ? (a) : (b))

static struct document_lines
shown(const struct document_lines *has)
{
	struct document_lines d = document_nora();

	d.code = OR(has->code, d.code);
	d.state = OR(has->state, d.state);
	d.family = OR(has->family, d.family);
	d.given = OR(has->given, d.given);
	d.birth = OR(has->birth, d.birth);
	d.expiry = OR(has->expiry, d.expiry);
	return d;
}

static void
test_compare(struct pool *pool)
{
	struct identity_finding *list;
	struct document_lines lines;
	struct details d;
	const char *why;
	struct mrz m;
	int i;

	for (i = 0; i < CASES; i++) {
		lines = shown(&cases[i].has);
		d = apply_good();
		d.given_names = OR(cases[i].said.given_names, d.given_names);
		d.family_name = OR(cases[i].said.family_name, d.family_name);
		d.birth_date = OR(cases[i].said.birth_date, d.birth_date);
		why = mrz_read(document_lines(pool, &lines),
			       clock_day(clock_now()), &m);
		is_int(why == NULL ? m.faults : 1, 0, "%s is read",
		       cases[i].why);
		is_text(identity_compare(pool, &m, &d, cases[i].kind, 18,
					 clock_day(clock_now()), &list),
			cases[i].result, "%s: it comes out so", cases[i].why);
		is_text(finding(list, cases[i].about), cases[i].about_result,
			"by its %s", cases[i].about);
	}
}

/* Every step before the identity is done. */
static struct application
before_identity(struct bank *b)
{
	struct application a = apply_begin(b);

	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_details, &a);
	document_sent(b, a.id, "passport");
	apply_do(b, apply_documents, &a);
	return a;
}

static const char *
nora(struct bank *b)
{
	struct document_lines d = document_nora();

	return document_lines(b->pool, &d);
}

static struct identity_desk
ask(struct bank *b, const struct application *a, const char *mrz)
{
	return (struct identity_desk){
		.pool = b->pool, .who = &apply_actor, .application = *a,
		.document_kind = "passport", .mrz = mrz};
}

static void
test_passed(struct bank *b)
{
	struct application a = before_identity(b);
	struct identity_desk i = ask(b, &a, nora(b));
	struct identity_check *c;

	is_int(identity_desk(b->db, &i), OK, "a passport is shown");
	is_text(i.result, "passed", "it is the person's");
	is_text(i.application.identity, "passed", "which is known then");
	is_text(i.application.provider, "desk", "by the desk");
	is_text(application_step(&i.application), "review",
		"and the next step is open");
	is_int(identity_checks(b->db, b->pool, a.id, &c), OK, "it is kept");
	ok(c != NULL && c->next == NULL && strcmp(c->result, "passed") == 0 &&
		   strcmp(c->provider, "desk") == 0 && c->made_at == BANK_NOW,
	   "with its result");
	ok(strstr(c->evidence, "\"number\":\"C01X00T47\"") != NULL &&
		   strstr(c->evidence, "\"name\":\"NORA NEU\"") != NULL &&
		   strstr(c->evidence, "neu - neu: the same") != NULL,
	   "and the evidence");
	is_int(bank_count(b, "SELECT count(*) AS n FROM identity_check WHERE "
			     "instr(evidence, 'C01X00T47')"), 0,
	       "nobody reads that in the file");
	is_int(apply_acts(b, &a, "application.identity"), 1,
	       "it is on record");
}

static void
test_no_picture(struct bank *b)
{
	struct application a = before_identity(b);
	struct document_lines d = document_nora();
	struct identity_desk i;

	d.code = "I";
	i = ask(b, &a, document_lines(b->pool, &d));
	i.document_kind = "id_card";
	is_int(identity_desk(b->db, &i), OK, "a card is shown");
	is_text(i.result, "review", "whose picture nobody has");
	is_text(finding(i.findings, "pictures"), "review", "and that is found");
	document_sent(b, a.id, "id_card");
	i = ask(b, &a, document_lines(b->pool, &d));
	i.document_kind = "id_card";
	identity_desk(b->db, &i);
	is_text(i.result, "passed", "with its pictures it does");
}

static void
test_typed_wrong(struct bank *b)
{
	struct application a = before_identity(b);
	struct identity_desk i = ask(b, &a, "P<D<<NEU<<NORA");
	struct identity_check *c;
	char *wrong = pool_strdup(b->pool, nora(b));

	is_int(identity_desk(b->db, &i), ERR_INPUT, "half of it is none");
	ok(i.complaint != NULL, "and that is said");
	wrong[45] = 'D';
	i = ask(b, &a, wrong);
	is_int(identity_desk(b->db, &i), ERR_INPUT,
	       "a letter typed wrong is told");
	is_text(i.complaint, mrz_words(MRZ_NUMBER), "where it is");
	identity_checks(b->db, b->pool, a.id, &c);
	ok(c == NULL, "nothing is kept of that");
	application_get(b->db, b->pool, a.id, &a);
	is_text(a.identity, "none", "and nothing decided");
}

static void
test_unread(struct bank *b)
{
	struct application a = before_identity(b);
	struct identity_desk i = ask(b, &a, " \n");
	struct identity_check *c;

	is_int(identity_desk(b->db, &i), OK, "who cannot read the lines");
	is_text(i.application.identity, "review", "is looked at by people");
	identity_checks(b->db, b->pool, a.id, &c);
	ok(c != NULL && strstr(c->evidence, "cannot be read") != NULL,
	   "and that is kept");
	is_text(application_step(&i.application), "review",
		"the person goes on meanwhile");
}

static void
test_not_time(struct bank *b)
{
	struct application a = apply_begin(b);
	struct identity_desk i = ask(b, &a, nora(b));

	is_int(identity_desk(b->db, &i), ERR_CONFLICT,
	       "nobody's identity is looked at before they are reached");
	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	i = ask(b, &a, nora(b));
	is_int(identity_desk(b->db, &i), ERR_CONFLICT,
	       "or before they said who they are");
	apply_do(b, apply_details, &a);
	i = ask(b, &a, nora(b));
	is_int(identity_desk(b->db, &i), ERR_CONFLICT,
	       "or without a picture of the document");
	a = apply_ready(b);
	apply_do(b, apply_send, &a);
	i = ask(b, &a, nora(b));
	is_int(identity_desk(b->db, &i), ERR_CONFLICT,
	       "or after the application was sent");
	i.application.id = 99999;
	is_int(identity_desk(b->db, &i), ERR_MISSING,
	       "and not of an application that is none");
}

static void
test_often(struct bank *b)
{
	struct application a = before_identity(b);
	struct document_lines d = document_nora();
	struct identity_desk i;
	int n;

	d.expiry = "200101";
	for (n = 0; n < IDENTITY_CHECKS; n++) {
		i = ask(b, &a, document_lines(b->pool, &d));
		identity_desk(b->db, &i);
	}
	is_text(i.application.identity, "failed",
		"an expired passport stays expired");
	is_text(application_step(&i.application), "identity",
		"another one can be shown");
	i = ask(b, &a, nora(b));
	is_int(identity_desk(b->db, &i), OK, "but not without an end:");
	is_text(i.application.identity, "review", "then people look");
}

static enum err
list_work(struct db *db, void *arg)
{
	const struct screening_name n = {
		.list = "TEST", .entry = "7", .name = *(const char **)arg,
		.birth_date = "1994-02-28", .country = "DE"};

	return screening_add(db, &n);
}

static enum err
drop_work(struct db *db, void *arg)
{
	(void)arg;
	return screening_drop(db, "TEST");
}

static void
test_screened(struct bank *b)
{
	struct application a = before_identity(b);
	struct document_lines d = document_nora();
	const char *listed = "Мария Краснова Нора";
	struct screening_hit *h;
	struct identity_desk i;

	d.given = "NORA<MARIA<KRASNOVA";
	i = ask(b, &a, document_lines(b->pool, &d));
	identity_desk(b->db, &i);
	db_write(b->db, list_work, &listed);
	a = i.application;
	is_int(apply_do(b, apply_send, &a), OK, "an application is sent");
	screening_hits(b->db, b->pool, a.id, &h);
	ok(h != NULL && strcmp(h->entry, "7") == 0 &&
		   strcmp(h->state, "open") == 0,
	   "and its person looked up by the name on the document too");
	is_int(apply_acts(b, &a, "screening.run"), 1, "on record");
	is_int(apply_do(b, apply_send, &a), OK, "sent again");
	is_int(apply_acts(b, &a, "screening.run"), 1, "it is not once more");
	db_write(b->db, drop_work, NULL);
	a = apply_ready(b);
	apply_do(b, apply_send, &a);
	screening_hits(b->db, b->pool, a.id, &h);
	ok(h == NULL, "who is on no list has no hit");
	is_int(apply_acts(b, &a, "screening.run"), 1,
	       "but was looked up all the same");
}

static enum err
vendor_work(struct db *db, void *arg)
{
	(void)arg;
	return db_script(db, "INSERT INTO identity_check (id, application, "
			     "provider, result, made_at) SELECT x'07', "
			     "max(id), 'didit', 'review', 0 FROM application");
}

/* A check whose evidence was wiped, or that came from elsewhere. */
static void
test_others(struct bank *b)
{
	struct application a = apply_ready(b);
	struct identity_check *c;

	db_write(b->db, vendor_work, NULL);
	is_int(identity_checks(b->db, b->pool, a.id, &c), OK,
	       "a check without evidence is listed");
	is_text(c->evidence, "", "and has none");
	is_int(apply_do(b, apply_send, &a), OK,
	       "and does not stop an application");
	bank_tamper(b, "UPDATE identity_check SET evidence = x'0011'");
	is_int(identity_checks(b->db, b->pool, a.id, &c), ERR_INTERNAL,
	       "evidence that was tampered with is found out");
}

static struct application faulty;

static enum err
run_desk(struct bank *b, struct pool *pool, void *arg)
{
	struct identity_desk i = ask(b, &faulty, nora(b));

	(void)arg;
	i.pool = pool;
	return identity_desk(b->db, &i);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_compare(b.pool);
	test_passed(&b);
	test_no_picture(&b);
	test_typed_wrong(&b);
	test_unread(&b);
	test_not_time(&b);
	test_often(&b);
	test_screened(&b);
	faulty = before_identity(&b);
	fault_loop(&b, "showing a document", run_desk, NULL, OK);
	test_others(&b);
	bank_close(&b);
	return tap_done();
}
