/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review.c: tests that two people decide, and nobody about their own. */
#include "bank/review.h"

#include <pthread.h>
#include <string.h>

#include "bank/customer.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "t/lib/fault.h"
#include "t/lib/staff.h"
#include "t/tap.h"

/* What the courier finds of a kind; NULL if there is none. */
static json_object *
letter(struct bank *b, const char *template)
{
	json_object *data = NULL;
	struct message m;
	const char *next;

	while (message_take(b->db, b->pool, 1000, &m) == OK) {
		if (strcmp(m.template, template) == 0)
			data = m.data;
		message_sent(b->db, &m, "", &next);
	}
	return data;
}

static bool
has(json_object *o, const char *name)
{
	return o != NULL && json_object_object_get_ex(o, name, NULL);
}

/* Refused with a complaint about a field. */
static void
refused(struct bank *b, const struct staff *who, const struct application *a,
	const char *verdict, const char *word, const char *note, enum err e,
	const char *what)
{
	struct review r = staff_review(b, who, a, verdict, word, note);
	uint64_t before = fault_digest(b);

	is_int(review_decide(b->db, &r), e, "%s", what);
	ok(r.complaint != NULL && r.field != NULL, "and is told why");
	ok(fault_digest(b) == before, "and nothing is written");
}

static void
test_two(struct bank *b)
{
	struct application a = staff_sent(b, 1), now;
	struct review_round r;

	refused(b, &staff_tia, &a, "agree", NULL, NULL, ERR_CONFLICT,
		"nothing is agreed to that nobody proposed");
	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, "All fits."),
	       OK, "one proposes");
	now = staff_look(b, &a);
	is_text(now.state, "sent", "nothing is opened by one alone");
	is_int(review_round(b->db, b->pool, a.id, &r), OK, "the proposal");
	ok(r.proposed && r.round == 1 && strcmp(r.verdict, "approve") == 0 &&
		   strcmp(r.note, "All fits.") == 0 &&
		   strcmp(r.maker_name, "sam") == 0,
	   "stands for the next to read");
	db_rest(b->db);
	refused(b, &staff_tia, &a, "approve", NULL, NULL, ERR_CONFLICT,
		"another proposal has to wait");
	refused(b, &staff_sam, &a, "agree", NULL, NULL, ERR_FORBIDDEN,
		"who proposed does not agree");
	refused(b, &staff_sam2, &a, "agree", NULL, NULL, ERR_FORBIDDEN,
		"nor under another user id");
	is_int(staff_says(b, &staff_tia, &a, "agree", NULL, NULL), OK,
	       "another does");
	now = staff_look(b, &a);
	is_text(now.state, "approved", "and the account is open");
	ok(now.account != 0 && now.customer != 0, "for a customer");
	ok(has(letter(b, "account-opened"), "account_number"),
	   "who is written to");
	is_int(apply_acts(b, &a, "application.propose") +
		       apply_acts(b, &a, "application.agree") +
		       apply_acts(b, &a, "application.approve"),
	       3, "each of it is on record");
	refused(b, &staff_tia, &a, "decline", "identity", NULL, ERR_CONFLICT,
		"what is decided is decided");
	is_int(bank_tamper(b, "UPDATE decision SET verdict = 'decline'"),
	       ERR_CONFLICT, "not even the operator changes what was said");
}

/* Staff who are no customers are told apart by their user ids. */
static void
test_no_customer(struct bank *b)
{
	struct application a = staff_sent(b, 2);

	is_int(staff_says(b, &staff_uma, &a, "approve", NULL, NULL), OK,
	       "who is no customer proposes");
	refused(b, &staff_uma, &a, "agree", NULL, NULL, ERR_FORBIDDEN,
		"and does not agree either");
	is_int(staff_says(b, &staff_ada, &a, "agree", NULL, NULL), OK,
	       "an admin may");
}

static void
test_own(struct bank *b)
{
	struct application a = staff_sent(b, 3);
	struct customer sam;
	bool own;

	customer_get(b->db, b->pool, staff_sam.customer, &sam);
	is_int(review_own(b->db, a.id, staff_sam.customer, &own), OK, "asked");
	ok(!own, "a stranger's is nobody's own");
	db_rest(b->db);
	bank_tamper(b, "UPDATE application SET tax_index = (SELECT tax_index "
		       "FROM customer WHERE code = 'S0001') WHERE id = (SELECT "
		       "max(id) FROM application)");
	refused(b, &staff_sam, &a, "approve", NULL, NULL, ERR_FORBIDDEN,
		"nobody proposes for themselves");
	is_int(staff_says(b, &staff_tia, &a, "approve", NULL, NULL), OK,
	       "another may");
	refused(b, &staff_sam2, &a, "agree", NULL, NULL, ERR_FORBIDDEN,
		"nor agrees for themselves");
	bank_tamper(b, "UPDATE application SET tax_index = NULL, email_index = "
		       "(SELECT email_index FROM customer WHERE "
		       "code = 'S0001') WHERE id = (SELECT max(id) FROM "
		       "application)");
	refused(b, &staff_sam, &a, "disagree", NULL, "No.", ERR_FORBIDDEN,
		"whose mailbox it is has no say");
	bank_tamper(b, "UPDATE application SET email_index = NULL, "
		       "mobile_index = (SELECT mobile_index FROM customer "
		       "WHERE code = 'S0001') WHERE id = (SELECT max(id) FROM "
		       "application)");
	refused(b, &staff_sam, &a, "disagree", NULL, "No.", ERR_FORBIDDEN,
		"nor whose phone");
	is_int(staff_says(b, &staff_ada, &a, "disagree", NULL, "No."), OK,
	       "others have");
}

static void
test_rounds(struct bank *b)
{
	struct application a = staff_sent(b, 4), now;
	struct review r = staff_review(b, &staff_tia, &a, "agree", NULL, NULL);
	struct review_said *said;
	int n;

	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, NULL), OK,
	       "a proposal");
	refused(b, &staff_tia, &a, "disagree", NULL, NULL, ERR_INPUT,
		"who disagrees says why");
	is_int(staff_says(b, &staff_tia, &a, "disagree", NULL,
			  "The photo is another's."), OK,
	       "then it goes back");
	now = staff_look(b, &a);
	is_text(now.state, "sent", "and waits on");
	refused(b, &staff_tia, &a, "decline", NULL, NULL, ERR_INPUT,
		"a decline needs a reason");
	refused(b, &staff_tia, &a, "decline", "taste", NULL, ERR_INPUT,
		"that is one of the list");
	is_int(staff_says(b, &staff_tia, &a, "decline", "identity",
			  "Another's photo."), OK,
	       "the second round is another proposal");
	r.round = 1;
	is_int(review_decide(b->db, &r), ERR_CONFLICT,
	       "who looked at the first does not speak to the second");
	is_int(staff_says(b, &staff_sam, &a, "agree", NULL, NULL), OK,
	       "who made the first may check it");
	now = staff_look(b, &a);
	is_text(now.state, "declined", "and so it ends");
	is_text(now.reason, "identity", "for that reason");
	ok(has(letter(b, "application-declined"), "identity"),
	   "which the person is told");
	review_said(b->db, b->pool, a.id, &said);
	for (n = 0; said != NULL; said = said->next)
		n += said->round * 10 + (*said->user_id != '\0');
	is_int(n, 64, "all four words are kept, each with who said it");
	db_rest(b->db);
}

static void
test_untold(struct bank *b)
{
	struct application a = staff_sent(b, 5);
	json_object *data;

	staff_says(b, &staff_sam, &a, "decline", "screening", "Entry 4711.");
	staff_says(b, &staff_tia, &a, "agree", NULL, NULL);
	data = letter(b, "application-declined");
	ok(data != NULL && !has(data, "screening"),
	   "whom a list names is not warned");
	ok(strstr(json_object_to_json_string(data), "4711") == NULL &&
		   strstr(json_object_to_json_string(data), "screening") ==
			   NULL,
	   "by no word");
}

static void
test_ask(struct bank *b)
{
	struct application a = staff_sent(b, 6), now;
	json_object *data;

	refused(b, &staff_sam, &a, "ask", NULL, "Again, please.", ERR_INPUT,
		"who asks says for what");
	refused(b, &staff_sam, &a, "ask", "documents", NULL, ERR_INPUT,
		"and tells the person what to do");
	is_int(staff_says(b, &staff_sam, &a, "ask", "documents",
			  "The back is missing."), OK,
	       "one alone may ask");
	now = staff_look(b, &a);
	is_text(now.state, "asked", "the application is with the person");
	is_text(now.reason, "The back is missing.", "who reads what for");
	is_text(application_step(&now), "documents", "and goes on there");
	ok(application_open(&now, "identity"),
	   "other documents are looked at anew");
	data = letter(b, "application-asked");
	ok(has(data, "sentence") && has(data, "documents") &&
		   has(data, "link") && has(data, "days"),
	   "a letter says it, and opens the application");
	refused(b, &staff_tia, &a, "approve", NULL, NULL, ERR_CONFLICT,
		"meanwhile nothing is decided");
	apply_do(b, apply_documents, &now);
	apply_do(b, apply_identity, &now);
	is_int(apply_do(b, apply_send, &now), OK, "sent again");
	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, NULL), OK,
	       "it is decided after all");
	is_int(staff_says(b, &staff_tia, &a, "agree", NULL, NULL), OK,
	       "by two");
}

static enum err
judge(struct bank *b, const struct staff *who, const struct application *a,
      const uint8_t *hit, const char *verdict, const char *note)
{
	struct actor actor = {"staff", who->user, "", ""};
	struct review_hit h = {.pool = b->pool, .who = &actor,
			       .user = who->user, .customer = who->customer,
			       .application = a->public_id, .hit = hit,
			       .verdict = verdict, .note = note};

	return review_hit(b->db, &h);
}

static void
test_hits(struct bank *b)
{
	struct application a = staff_sent(b, 7), other = staff_sent(b, 8);
	const uint8_t *hit = staff_hit(b, &a, 91);
	int64_t open, confirmed;

	refused(b, &staff_sam, &a, "approve", NULL, NULL, ERR_CONFLICT,
		"nobody is approved whom a list may name");
	is_int(judge(b, &staff_sam, &a, hit, "clear", ""), ERR_INPUT,
	       "who says that it is somebody else says why");
	is_int(judge(b, &staff_sam, &other, hit, "clear", "x"), ERR_MISSING,
	       "another application's likeness is not there");
	is_int(judge(b, &staff_sam, &a, hit, "clear", "Born in 1951."), OK,
	       "then it is cleared");
	is_int(apply_acts(b, &a, "screening.clear"), 1, "on record");
	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, NULL), OK,
	       "and may be proposed");
	is_int(judge(b, &staff_tia, &a, hit, "confirm", "It is her."), OK,
	       "the checker may see it otherwise");
	review_hits(b->db, a.id, &open, &confirmed);
	ok(open == 0 && confirmed == 1, "then the list names the person");
	db_rest(b->db);
	refused(b, &staff_tia, &a, "agree", NULL, NULL, ERR_CONFLICT,
		"who is not approved");
	is_int(staff_says(b, &staff_tia, &a, "disagree", NULL, "A hit."), OK,
	       "but sent back");
	refused(b, &staff_sam, &a, "approve", NULL, NULL, ERR_CONFLICT,
		"and not proposed again");
	is_int(staff_says(b, &staff_sam, &a, "decline", "screening", NULL),
	       OK, "only declined");
	staff_says(b, &staff_tia, &a, "agree", NULL, NULL);
	is_int(judge(b, &staff_tia, &a, hit, "clear", "Late."), ERR_CONFLICT,
	       "afterwards a likeness stays what it was");
	hit = staff_hit(b, &other, 88);
	bank_tamper(b, "UPDATE application SET tax_index = (SELECT tax_index "
		       "FROM customer WHERE code = 'S0001') WHERE id = (SELECT "
		       "max(id) FROM application)");
	is_int(judge(b, &staff_sam, &other, hit, "clear", "Me? No."),
	       ERR_FORBIDDEN, "nobody clears themselves");
}

static void
test_identity(struct bank *b)
{
	struct application a = staff_sent(b, 9);

	bank_tamper(b, "UPDATE application SET identity = 'failed' WHERE "
		       "state = 'sent'");
	refused(b, &staff_sam, &a, "approve", NULL, NULL, ERR_CONFLICT,
		"nobody is approved of whom it is not known who they are");
	bank_tamper(b, "UPDATE application SET identity = 'review' WHERE "
		       "state = 'sent'");
	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, NULL), OK,
	       "people may see what machines did not");
	bank_tamper(b, "UPDATE application SET identity = 'open' WHERE "
		       "state = 'sent'");
	refused(b, &staff_tia, &a, "agree", NULL, NULL, ERR_CONFLICT,
		"it is looked at again before the account is opened");
	bank_tamper(b, "UPDATE application SET identity = 'passed' WHERE "
		       "state = 'sent'");
}

/* As Didit does when it looks once more. */
static void
found_out(struct bank *b, const struct application *a)
{
	clock_freeze(clock_now() + 1);
	is_int(bank_tamper(b, pool_printf(b->pool,
			"INSERT INTO identity_check (id, application, "
			"provider, result, made_at) VALUES (randomblob(16), "
			"%lld, 'didit', 'review', %lld)", (long long)a->id,
			(long long)clock_now())),
	       OK, "something is found out");
	clock_freeze(clock_now() + 1);
}

static void
test_news(struct bank *b)
{
	struct application a = staff_sent(b, 24);
	const uint8_t *hit;

	found_out(b, &a);
	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, NULL), OK,
	       "one proposes by what is known");
	found_out(b, &a);
	refused(b, &staff_tia, &a, "agree", NULL, NULL, ERR_CONFLICT,
		"nobody agrees to what was proposed before it was known");
	is_int(staff_says(b, &staff_tia, &a, "disagree", NULL, "See Didit."),
	       OK, "it goes back");
	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, NULL), OK,
	       "is proposed once more");
	clock_freeze(clock_now() + 1);
	hit = staff_hit(b, &a, 91);
	is_int(judge(b, &staff_tia, &a, hit, "clear", "Born in 1951."), OK,
	       "a list names somebody like them");
	refused(b, &staff_tia, &a, "agree", NULL, NULL, ERR_CONFLICT,
		"nobody alone tells the two apart");
	is_int(staff_says(b, &staff_tia, &a, "disagree", NULL, "A hit."), OK,
	       "it goes back again");
	clock_freeze(clock_now() + 1);
	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, NULL), OK,
	       "who proposes has seen it now");
	is_int(staff_says(b, &staff_tia, &a, "agree", NULL, NULL), OK,
	       "and then agreed to");
	clock_freeze(BANK_NOW);
}

static void
test_strangers(struct bank *b)
{
	struct application a = apply_ready(b), none = a;

	is_int(staff_says(b, &staff_sam, &a, "approve", NULL, NULL),
	       ERR_MISSING, "what was not sent is not decided");
	none.public_id[0] ^= 1;
	is_int(staff_says(b, &staff_sam, &none, "approve", NULL, NULL),
	       ERR_MISSING, "nor what is not there");
	is_int(judge(b, &staff_sam, &none, a.public_id, "clear", "x"),
	       ERR_MISSING, "neither is a likeness of it");
	is_int(judge(b, &staff_sam, &a, staff_hit(b, &a, 70), "clear", "x"),
	       ERR_MISSING, "nor one of what was not sent");
}

enum { CHECKERS = 8 };

struct checker {
	struct bank *b;
	const struct application *a;
	struct staff who;
	pthread_t thread;
	enum err e;
};

static void *
check(void *arg)
{
	struct checker *c = arg;
	struct bank mine = *c->b;

	mine.pool = pool_new();
	mine.db = db_new(mine.store);
	c->e = staff_says(&mine, &c->who, c->a, "agree", NULL, NULL);
	db_free(mine.db);
	pool_free(mine.pool);
	return NULL;
}

static void
test_at_once(struct bank *b)
{
	const struct staff *const all[] = {&staff_tia, &staff_ada, &staff_uma};
	struct application a = staff_sent(b, 10);
	struct checker c[CHECKERS];
	int i, won = 0, late = 0;
	int64_t before = bank_count(b, "SELECT count(*) AS n FROM account");

	staff_says(b, &staff_sam, &a, "approve", NULL, NULL);
	for (i = 0; i < CHECKERS; i++) {
		c[i] = (struct checker){.b = b, .a = &a, .who = *all[i % 3]};
		pthread_create(&c[i].thread, NULL, check, &c[i]);
	}
	for (i = 0; i < CHECKERS; i++) {
		pthread_join(c[i].thread, NULL);
		won += c[i].e == OK;
		late += c[i].e == ERR_CONFLICT;
	}
	ok(won == 1 && late == CHECKERS - 1,
	   "of those who agree at once one wins");
	is_int(bank_count(b, "SELECT count(*) AS n FROM account"), before + 1,
	       "and one account is opened");
}

static enum err
by_didit(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_mark_identity(db, a, "didit", "passed",
					 &actor_system);
}

static enum err
enter(struct db *db, struct pool *pool, struct application *a)
{
	return review_enter(db, pool, a, &apply_actor);
}

static struct application
for_rule(struct bank *b)
{
	struct application a = apply_ready(b);

	apply_do(b, by_didit, &a);
	return a;
}

struct giving {
	struct pool *pool;
	struct application *a;
	struct details d;
};

static enum err
give_work(struct db *db, void *arg)
{
	struct giving *g = arg;
	enum err e = details_write(db, g->pool, g->a, &g->d, &apply_actor);

	return e != OK ? e : by_didit(db, g->pool, g->a);
}

/* Sent with other details. */
static const char *
entered(struct bank *b, struct details d)
{
	struct application a = for_rule(b);
	struct giving g = {b->pool, &a, d};

	is_int(db_write(b->db, give_work, &g), OK, "details");
	is_int(apply_do(b, enter, &a), OK, "are sent");
	return a.state;
}

static void
test_rule(struct bank *b)
{
	struct application a = for_rule(b);
	struct details d = apply_good();
	struct review_said *said;

	is_int(apply_do(b, enter, &a), OK, "sent");
	is_text(a.state, "sent", "people decide unless the bank wants a rule");
	bank_set(b, "KYC_AUTO_APPROVE", "yes");
	is_int(apply_do(b, enter, &a), OK, "sent again");
	is_text(a.state, "sent", "what waits for people is left to them");
	a = apply_ready(b);
	is_int(apply_do(b, enter, &a), OK, "known by the desk alone");
	is_text(a.state, "sent", "it is for people");
	a = for_rule(b);
	staff_hit(b, &a, 80);
	is_int(apply_do(b, enter, &a), OK, "like a name on a list");
	is_text(a.state, "sent", "it is for people");
	d.pep = true;
	is_text(entered(b, d), "sent", "so is who holds office");
	d = apply_good();
	a = for_rule(b);
	is_int(apply_do(b, enter, &a), OK, "anybody else");
	is_text(a.state, "approved", "is let in by the rule at once");
	review_said(b->db, b->pool, a.id, &said);
	ok(said != NULL && said->next != NULL && *said->user_id == '\0' &&
		   *said->next->user_id == '\0',
	   "which stands where people would");
	db_rest(b->db);
	is_int(apply_acts(b, &a, "application.rule"), 1, "and on record");
	is_text(entered(b, d), "sent", "who is a customer then is for people");
	d.birth_date = "1994-02-27";
	is_text(entered(b, d), "sent", "so is who has another's tax id");
	bank_set(b, "KYC_AUTO_APPROVE", "no");
}

static int
listed(struct bank *b, struct review_filter f, struct review_row **list,
       int64_t *next)
{
	struct review_row *r;
	int n = 0;

	is_int(review_list(b->db, b->pool, &f, list, next), OK, "a list");
	for (r = *list; r != NULL; r = r->next)
		n++;
	db_rest(b->db);
	return n;
}

static void
test_list(struct bank *b)
{
	struct review_filter f = {"sent", "", "", 0, 200};
	struct application first, second, third;
	struct review_row *list;
	int64_t next, sent, proposed;
	int all;

	bank_tamper(b, "UPDATE application SET state = 'expired' WHERE "
		       "state IN ('sent', 'started')");
	clock_freeze(BANK_NOW + 60 * CLOCK_MINUTE);
	second = staff_sent(b, 21);
	clock_freeze(BANK_NOW);
	first = staff_sent(b, 22);
	third = staff_sent(b, 23);
	bank_tamper(b, "UPDATE application SET sent_at = sent_at + 7200000 "
		       "WHERE id = (SELECT max(id) FROM application)");
	staff_hit(b, &first, 66);
	staff_says(b, &staff_sam, &second, "approve", NULL, NULL);
	is_int(listed(b, f, &list, &next), 3, "three wait");
	ok(list->id == first.id && list->next->id == second.id &&
		   list->next->next->id == third.id && next == 0,
	   "who has waited longest is first");
	ok(list->hits_open == 1 && !list->proposed &&
		   strcmp(list->name, "Nora Neu 22") == 0 &&
		   strcmp(list->product, "DAILY") == 0,
	   "with who it is and what was found");
	ok(list->next->proposed &&
		   strcmp(list->next->verdict, "approve") == 0 &&
		   strcmp(list->next->maker, "sam") == 0,
	   "and what was proposed by whom");
	f.limit = 2;
	is_int(listed(b, f, &list, &next), 2, "two at a time");
	is_int(next, second.id, "the page ends there");
	f.after = next;
	is_int(listed(b, f, &list, &next), 1, "the next page has the rest");
	ok(list->id == third.id && next == 0, "and is the last");
	f = (struct review_filter){"sent", "checker", "", 0, 200};
	is_int(listed(b, f, &list, &next), 1, "one waits for a second person");
	f.turn = "maker";
	is_int(listed(b, f, &list, &next), 2, "two for a first");
	f = (struct review_filter){"sent", "", third.reference, 0, 200};
	ok(listed(b, f, &list, &next) == 1 && list->id == third.id,
	   "one is found by what people say");
	f = (struct review_filter){"expired", "", "", 0, 200};
	all = listed(b, f, &list, &next);
	ok(all > 2 && list->id > list->next->id,
	   "of those that are over the newest is first");
	f.limit = 1;
	listed(b, f, &list, &next);
	f.after = next;
	f.limit = 200;
	is_int(listed(b, f, &list, &next), all - 1, "page by page");
	review_waiting(b->db, &sent, &proposed);
	ok(sent == 3 && proposed == 1, "how many wait is known");
	db_rest(b->db);
}

static void
test_record(struct bank *b)
{
	struct application a = staff_sent(b, 31);
	struct actor sam = {"staff", staff_sam.user, "192.0.2.9", "a desk"};
	struct review_act *list;

	is_int(review_seen(b->db, &a, &sam, NULL), OK, "who looks");
	is_int(review_seen(b->db, &a, &sam, "passport front"), OK,
	       "and at which document");
	review_record(b->db, b->pool, a.id, 2, &list);
	ok(strcmp(list->row.act, "document.view") == 0 &&
		   strcmp(list->row.detail, "passport front") == 0 &&
		   strcmp(list->user_id, "sam") == 0 &&
		   strcmp(list->next->row.act, "application.view") == 0 &&
		   list->next->next == NULL,
	   "is on record, newest first");
	db_rest(b->db);
}

static void
test_reasons(void)
{
	int n, i, told = 0;
	const struct review_reason *r = review_reasons(&n);

	for (i = 0; i < n; i++) {
		told += r[i].told;
		ok(review_reason(r[i].word) == &r[i], "%s", r[i].word);
	}
	ok(told > 0 && told < n, "some reasons are told, some are not");
	ok(!review_reason("screening")->told && !review_reason("fraud")->told,
	   "nobody is warned");
}

struct trying {
	int64_t application;
	const struct staff *who;
	const char *verdict, *word, *note;
};

static enum err
try_say(struct bank *b, struct pool *pool, void *arg)
{
	struct trying *t = arg;
	struct bank mine = *b;
	struct application a;
	enum err e;

	mine.pool = pool;
	e = application_get(b->db, pool, t->application, &a);
	db_rest(b->db);
	return e != OK ? e
		       : staff_says(&mine, t->who, &a, t->verdict, t->word,
				    t->note);
}

static enum err
try_rule(struct bank *b, struct pool *pool, void *arg)
{
	struct bank mine = *b;
	struct application a;
	enum err e;

	mine.pool = pool;
	e = application_get(b->db, pool, *(int64_t *)arg, &a);
	db_rest(b->db);
	return e != OK ? e : apply_do(&mine, enter, &a);
}

static void
test_faults(struct bank *b)
{
	struct application a = staff_sent(b, 41), c = staff_sent(b, 42), r;
	struct trying t = {a.id, &staff_sam, "approve", NULL, NULL};

	fault_loop(b, "a proposal", try_say, &t, OK);
	t = (struct trying){a.id, &staff_tia, "agree", NULL, NULL};
	fault_loop(b, "agreeing", try_say, &t, OK);
	t = (struct trying){c.id, &staff_sam, "ask", "details", "Again."};
	fault_loop(b, "asking", try_say, &t, OK);
	c = staff_sent(b, 43);
	t = (struct trying){c.id, &staff_sam, "decline", "age", NULL};
	fault_loop(b, "proposing to decline", try_say, &t, OK);
	t = (struct trying){c.id, &staff_tia, "agree", NULL, NULL};
	fault_loop(b, "declining", try_say, &t, OK);
	bank_set(b, "KYC_AUTO_APPROVE", "yes");
	bank_tamper(b, "UPDATE customer SET status = 'closed'");
	r = for_rule(b);
	fault_loop(b, "the rule", try_rule, &r.id, OK);
	is_text(staff_look(b, &r).state, "approved", "which has let one in");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	staff_bank(&b);
	test_two(&b);
	test_no_customer(&b);
	test_own(&b);
	test_rounds(&b);
	test_untold(&b);
	test_ask(&b);
	test_hits(&b);
	test_identity(&b);
	test_news(&b);
	test_strangers(&b);
	test_at_once(&b);
	test_rule(&b);
	test_list(&b);
	test_record(&b);
	test_reasons();
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
