/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application.c: tests of an application's steps and of what becomes of it. */
#include "bank/application.h"

#include "bank/application_session.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/bank.h"
#include "t/tap.h"

static void
test_begin(struct bank *b)
{
	struct application a = apply_begin(b), c;
	uint8_t nobody[SECRET_ID] = {1};

	is_int(application_get(b->db, b->pool, a.id, &c), OK,
	       "an application stands");
	ok(strlen(c.reference) == 9 && c.reference[4] == '-' &&
		   strcmp(c.name, "Nora Neu") == 0 &&
		   strcmp(c.email, "nora@new.example") == 0 &&
		   strcmp(c.mobile, "+4915112345678") == 0 &&
		   strcmp(c.state, "started") == 0 &&
		   strcmp(c.identity, "none") == 0 && c.mobile_at == 0,
	   "with what was given, and nothing more");
	is_int(c.expires_at, BANK_NOW + 30ll * CLOCK_DAY_MS,
	       "for thirty days");
	is_int(application_find(b->db, b->pool, a.public_id, &c), OK,
	       "it is found by the id the outside knows");
	is_int(c.id, a.id, "it and no other");
	is_int(application_find(b->db, b->pool, nobody, &c), ERR_MISSING,
	       "another id finds nothing");
	is_int(application_get(b->db, b->pool, 99, &c), ERR_MISSING,
	       "nor does another number");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application WHERE "
			     "instr(name, 'Nora') OR instr(email, 'nora') "
			     "OR instr(mobile, '4915')"),
	       0, "nobody reads name and addresses in the file");
	is_int(apply_acts(b, &a, "application.begin"), 1,
	       "it is on a record of its own");
	db_rest(b->db);
	is_int(apply_do(b, apply_nowhere, &a), ERR_CONFLICT,
	       "there is none for what the bank does not offer");
}

/* "now" stands once, behind what is done. */
static const char *
steps_text(struct bank *b, const struct application *a)
{
	struct application_step steps[APPLICATION_STEPS];
	struct buf out = {.pool = b->pool};
	int i;

	application_steps(a, steps);
	for (i = 0; i < APPLICATION_STEPS; i++)
		if (strcmp(steps[i].status, "done") != 0)
			buf_printf(&out, "%s:%s ", steps[i].name,
				   steps[i].status);
	return out.data;
}

static void
test_steps(struct bank *b)
{
	struct application a = apply_begin(b);

	is_text(steps_text(b, &a),
		"mobile:now email:open details:open documents:open "
		"identity:open review:open sent:open ",
		"the first step that is left is to be done now");
	ok(!application_open(&a, "details") &&
		   !application_open(&a, "documents") &&
		   !application_open(&a, "identity"),
	   "nobody is asked for more before their addresses are confirmed");
	ok(application_open(&a, "mobile") && application_open(&a, "contact") &&
		   application_open(&a, "product"),
	   "but may correct what was given");
	apply_do(b, apply_email, &a);
	is_text(application_step(&a), "mobile", "the order stays");
	apply_do(b, apply_mobile, &a);
	is_text(application_step(&a), "details", "details come next");
	ok(application_open(&a, "details"), "and are open now");
	apply_do(b, apply_details, &a);
	apply_do(b, apply_documents, &a);
	is_text(steps_text(b, &a), "identity:now review:open sent:open ",
		"then who it is");
	a.identity = "failed";
	is_text(application_step(&a), "identity",
		"who is not recognised has not done it");
	is_int(apply_do(b, apply_send, &a), ERR_CONFLICT,
	       "what is not complete is not sent");
	apply_do(b, apply_identity, &a);
	is_text(application_step(&a), "review", "then all is looked at again");
	is_int(apply_do(b, apply_send, &a), OK, "and sent");
	is_text(application_step(&a), "sent", "no step is left");
	is_text(steps_text(b, &a) != NULL ? "some" : "none", "none",
		"all are done");
	ok(!application_open(&a, "details") && !application_open(&a, "contact") &&
		   !application_done(&a, "other"),
	   "nothing can be changed any more");
	is_int(apply_do(b, apply_send, &a), OK, "sent again");
	is_int(apply_acts(b, &a, "application.send"), 1, "it is sent once");
	is_int(apply_do(b, apply_details, &a), ERR_CONFLICT,
	       "and the book takes no change either");
	is_int(apply_do(b, apply_documents, &a), ERR_CONFLICT,
	       "nor another document");
	db_rest(b->db);
}

static void
test_contact(struct bank *b)
{
	struct application a = apply_ready(b);

	is_int(apply_contact(b, &a, "Nora Alt", a.email, a.mobile), OK,
	       "another name");
	ok(a.mobile_at != 0 && a.email_at != 0, "leaves the addresses good");
	is_int(apply_contact(b, &a, "Nora Alt", a.email, "+4915199999999"), OK,
	       "another number");
	ok(a.mobile_at == 0 && a.email_at != 0,
	   "has to be confirmed, the mail has not");
	is_int(apply_contact(b, &a, "Nora Alt", "n@new.example", a.mobile), OK,
	       "another mail");
	ok(a.email_at == 0, "as well");
	is_text(application_step(&a), "mobile", "the way leads back there");
	application_get(b->db, b->pool, a.id, &a);
	ok(a.mobile_at == 0 && a.email_at == 0 &&
		   strcmp(a.email, "n@new.example") == 0,
	   "and so it is kept");
	is_int(apply_contact(b, &a, "Nora Alt", "m@new.example", "+491511"),
	       OK, "both at once");
	is_int(apply_do(b, apply_product, &a), OK, "another product");
	is_int(apply_do(b, apply_branch, &a), OK, "another branch");
	is_text(a.branch, "SOUTH", "is changed");
	db_rest(b->db);
}

static void
test_identity_again(struct bank *b)
{
	struct application a = apply_ready(b);

	is_int(apply_do(b, apply_details, &a), OK, "the same details again");
	is_text(a.identity, "passed", "change nothing");
	is_int(apply_do(b, apply_other_details, &a), OK, "other details");
	is_text(a.identity, "none", "have to be looked at again");
	is_text(application_step(&a), "identity", "by who looks at people");
	application_get(b->db, b->pool, a.id, &a);
	is_text(a.identity, "none", "and so it is kept");
	db_rest(b->db);
}

static void
test_asked(struct bank *b)
{
	struct application a = apply_ready(b), c;

	is_int(apply_ask(b, &a, "documents"), ERR_CONFLICT,
	       "nothing is asked for before it is sent");
	application_get(b->db, b->pool, a.id, &a);
	db_rest(b->db);
	apply_do(b, apply_send, &a);
	is_int(apply_ask(b, &a, ""), ERR_INPUT, "something must be asked for");
	is_int(apply_ask(b, &a, "documents nonsense"), ERR_INPUT,
	       "that can be done again");
	is_int(apply_ask(b, &a, "mobile email documents identity"), OK,
	       "the bank asks for more");
	application_get(b->db, b->pool, a.id, &c);
	db_rest(b->db);
	ok(strcmp(c.state, "asked") == 0 && c.documents_at == 0 &&
		   c.mobile_at == 0 && c.email_at == 0 &&
		   strcmp(c.identity, "none") == 0 && c.details_at != 0,
	   "that is not done any more, the rest is");
	ok(application_open(&c, "documents") && application_open(&c, "contact") &&
		   !application_open(&c, "details") &&
		   !application_open(&c, "product") &&
		   !application_open(&c, "document"),
	   "exactly that can be done again");
	is_text(application_step(&c), "mobile", "from the first of it");
	c.asked = "email";
	ok(application_open(&c, "contact"), "a mail can be another");
	apply_do(b, apply_mobile, &c);
	apply_do(b, apply_email, &c);
	apply_do(b, apply_documents, &c);
	apply_do(b, apply_identity, &c);
	is_int(apply_do(b, apply_send, &c), OK, "and it is sent again");
	is_text(c.asked, "", "with nothing left to ask");
	is_int(apply_ask(b, &c, "details"), OK, "details, too");
	is_text(application_step(&c), "details", "can be asked for");
	ok(!application_open(&c, "contact"), "they alone");
	db_rest(b->db);
}

static void
test_decided(struct bank *b)
{
	struct application a = apply_ready(b);

	is_int(apply_decide(b, &a, "declined", 0), ERR_CONFLICT,
	       "nothing is decided before it is sent");
	application_get(b->db, b->pool, a.id, &a);
	db_rest(b->db);
	apply_do(b, apply_send, &a);
	is_int(apply_decide(b, &a, "approved", b->anna), OK, "it is approved");
	ok(a.decided_at == BANK_NOW && apply_acts(b, &a,
						  "application.approve") == 1,
	   "and on record");
	is_int(apply_do(b, apply_identity, &a), ERR_CONFLICT,
	       "no check of who it is comes after that");
	a.user = b->anna_user;
	is_int(apply_decide(b, &a, "approved", b->anna), OK,
	       "who is a customer now chooses a user id");
	is_int(apply_decide(b, &a, "approved", b->anna), ERR_CONFLICT,
	       "once");
	application_get(b->db, b->pool, a.id, &a);
	db_rest(b->db);
	ok(a.customer == b->anna && a.user == b->anna_user &&
		   strcmp(a.state, "approved") == 0,
	   "so it is kept");
	a = apply_ready(b);
	apply_do(b, apply_send, &a);
	a.reason = "identity";
	is_int(apply_decide(b, &a, "declined", 0), OK, "one is declined");
	is_int(apply_acts(b, &a, "application.decline"), 1, "on record");
	db_rest(b->db);
}

static void
test_tell(struct bank *b)
{
	struct application a = apply_begin(b);
	struct message m;

	bank_tamper(b, "DELETE FROM outbox");
	is_int(apply_do(b, apply_tell, &a), OK, "the applicant is told");
	is_int(message_take(b->db, b->pool, CLOCK_MINUTE, &m), OK,
	       "by a message that nobody who is a customer has");
	ok(strcmp(m.recipient, "nora@new.example") == 0 &&
		   strcmp(m.channel, "email") == 0 &&
		   strcmp(m.template, "apply-sent") == 0,
	   "to the mail that was given");
	is_text(json_object_get_string(
			json_object_object_get(m.data, "reference")),
		a.reference, "which names the application");
	a.email = "";
	is_int(apply_do(b, apply_tell, &a), OK, "whose mail was wiped");
	is_int(message_take(b->db, b->pool, CLOCK_MINUTE, &m), ERR_MISSING,
	       "is told nothing");
}

static void
test_expiry(struct bank *b)
{
	struct application a = apply_begin(b), sent = apply_ready(b), c;

	apply_do(b, apply_send, &sent);
	apply_session(b, &a);
	clock_freeze(a.expires_at - 1);
	is_int(application_expire_due(b->db), OK, "a millisecond before");
	application_get(b->db, b->pool, a.id, &c);
	db_rest(b->db);
	is_text(c.state, "started", "an application can be gone on with");
	clock_freeze(a.expires_at);
	is_int(application_expire_due(b->db), OK, "at its end");
	application_get(b->db, b->pool, a.id, &c);
	ok(strcmp(c.state, "expired") == 0 && *c.name == '\0' &&
		   *c.email == '\0' && *c.mobile == '\0' && c.wiped_at != 0,
	   "nothing of the person is left");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application WHERE "
			     "state = 'expired' AND (email_index IS NOT NULL "
			     "OR mobile_index IS NOT NULL)"),
	       0, "not even what they would be found by");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application_session"),
	       0, "nor a session");
	ok(apply_acts(b, &a, "application.expire") == 1 &&
		   apply_acts(b, &a, "application.wipe") == 1,
	   "the record stays");
	ok(application_done(&c, "contact") && !application_open(&c, "contact"),
	   "and nothing can be done with it");
	application_get(b->db, b->pool, sent.id, &c);
	db_rest(b->db);
	is_text(c.state, "sent", "what was sent is not forgotten");
	is_int(application_expire_due(b->db), OK, "a second look");
	is_int(apply_acts(b, &a, "application.expire"), 1, "finds nothing");
	db_rest(b->db);
	is_int(apply_do(b, apply_wipe, &c), OK, "what was sent can be wiped");
	is_int(apply_do(b, apply_wipe, &c), ERR_CONFLICT, "once");
	clock_freeze(BANK_NOW);
}

/* Who does not do what the bank asks for is forgotten too. */
static void
test_asked_expiry(struct bank *b)
{
	struct application a = apply_ready(b), c;
	int64_t first = a.expires_at;

	apply_do(b, apply_send, &a);
	clock_freeze(first + CLOCK_DAY_MS);
	is_int(apply_ask(b, &a, "documents"), OK, "late, the bank asks");
	is_int(a.expires_at, first + 31 * (int64_t)CLOCK_DAY_MS,
	       "which gives the person as long as at the beginning");
	clock_freeze(a.expires_at - 1);
	is_int(application_expire_due(b->db), OK, "until then");
	application_get(b->db, b->pool, a.id, &c);
	db_rest(b->db);
	is_text(c.state, "asked", "it can be sent again");
	clock_freeze(a.expires_at);
	is_int(application_expire_due(b->db), OK, "then");
	application_get(b->db, b->pool, a.id, &c);
	db_rest(b->db);
	ok(strcmp(c.state, "expired") == 0 && *c.name == '\0',
	   "it ends, and nothing of the person is left");
	clock_freeze(BANK_NOW);
}

static void
test_tampering(struct bank *b)
{
	struct application other = apply_begin(b), a = apply_begin(b), c;

	is_int(application_get(b->db, b->pool, a.id, &c), OK, "untouched");
	bank_tamper(b, "UPDATE application SET email = (SELECT email FROM "
		       "application WHERE id = (SELECT max(id) - 1 FROM "
		       "application)) WHERE id = (SELECT max(id) FROM "
		       "application)");
	is_int(application_get(b->db, b->pool, a.id, &c), ERR_INTERNAL,
	       "another's mail put in its place is seen");
	is_int(application_get(b->db, b->pool, other.id, &c), OK,
	       "and the other's own is good");
	db_rest(b->db);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_begin(&b);
	test_steps(&b);
	test_contact(&b);
	test_identity_again(&b);
	test_asked(&b);
	test_decided(&b);
	test_tell(&b);
	test_expiry(&b);
	test_asked_expiry(&b);
	test_tampering(&b);
	bank_close(&b);
	return tap_done();
}
