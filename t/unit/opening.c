/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* opening.c: tests that an approved application becomes a customer with an
 * account, once and whole, and the customer somebody who can sign in. */
#include "bank/opening.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bank/account.h"
#include "bank/message.h"
#include "bank/number.h"
#include "bank/password.h"
#include "bank/user.h"
#include "bank/verify.h"
#include "lib/clock.h"
#include "lib/settings.h"
#include "t/lib/apply.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static const struct actor clerk = {"staff", 7, "192.0.2.9", "a desk"};

struct opening_of {
	struct pool *pool;
	struct application *a;
};

static enum err
open_work(struct db *db, void *arg)
{
	struct opening_of *o = arg;

	return opening_do(db, o->pool, o->a, &clerk);
}

static enum err
do_open(struct bank *b, struct application *a)
{
	struct opening_of o = {b->pool, a};

	return db_write(b->db, open_work, &o);
}

static struct application
sent(struct bank *b)
{
	struct application a = apply_ready(b);

	apply_do(b, apply_send, &a);
	return a;
}

static int64_t
customers(struct bank *b)
{
	return bank_count(b, "SELECT count(*) AS n FROM customer");
}

static int64_t
accounts(struct bank *b)
{
	return bank_count(b, "SELECT count(*) AS n FROM account "
			     "WHERE customer IS NOT NULL");
}

/* The newest letter of a kind to an address, as the courier gets it; NULL if
 * there is none. */
static json_object *
letter(struct bank *b, const char *template, const char *to)
{
	json_object *data = NULL;
	struct message m;
	const char *next;

	while (message_take(b->db, b->pool, 1000, &m) == OK) {
		if (strcmp(m.template, template) == 0 &&
		    strcmp(m.recipient, to) == 0)
			data = m.data;
		message_sent(b->db, &m, "", &next);
	}
	return data;
}

static const char *
text(json_object *o, const char *name)
{
	json_object *value;

	return o != NULL && json_object_object_get_ex(o, name, &value)
		       ? json_object_get_string(value)
		       : "";
}

static void
is_nora(struct bank *b, const struct application *a)
{
	struct customer c;

	is_int(customer_get(b->db, b->pool, a->customer, &c), OK,
	       "there is a customer");
	is_text(c.code, "C000001", "with the next code");
	is_text(c.name, "Nora Neu", "with the name of the details");
	is_text(c.birth_date, "1994-02-28", "with the date of birth");
	is_text(c.tax_id, "12 345 678 901", "with the tax id");
	is_text(c.email, "nora@new.example", "with the mail");
	is_text(c.mobile, "+4915112345678", "with the mobile number");
	is_text(c.branch, "NORTH", "of the branch that was chosen");
	is_text(c.language, "en", "in the language of the application");
}

static void
is_opened(struct bank *b, const struct application *a)
{
	struct account *list;

	is_int(account_list(b->db, b->pool, a->customer, &list), OK,
	       "the customer has an account");
	ok(list != NULL && list->next == NULL && list->id == a->account,
	   "it and no other");
	is_text(list->product, "DAILY", "of the product that was offered");
	is_text(list->balance.currency, "EUR", "in the offer's currency");
	is_text(list->role, "owner", "as its owner");
	is_text(list->branch, "NORTH", "at the branch");
	is_int(list->opened_on, clock_day(BANK_NOW), "opened today");
	is_int(money_minor(list->limit.per_transfer_max), 50000,
	       "with the product's limits");
	ok(number_valid(list->number), "under a number with check digits");
}

static void
test_new(struct bank *b)
{
	struct application a = sent(b), again;
	json_object *data;
	struct opening o;
	int64_t before = customers(b);

	is_int(opening_get(b->db, b->pool, &a, &o), ERR_MISSING,
	       "before, nothing has come of it");
	db_rest(b->db);
	is_int(do_open(b, &a), OK, "it is approved");
	is_nora(b, &a);
	is_opened(b, &a);
	application_get(b->db, b->pool, a.id, &again);
	ok(strcmp(again.state, "approved") == 0 &&
		   again.customer == a.customer &&
		   again.account == a.account && !again.existing &&
		   again.decided_at == BANK_NOW,
	   "the application says so");
	is_int(bank_count(b, "SELECT count(*) AS n FROM event WHERE "
			     "type = 'kyc.approved'"), 1, "it is news");
	is_int(apply_acts(b, &a, "account.open"), 1, "on its record");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit a JOIN customer "
			     "c ON c.id = a.subject WHERE c.code = 'C000001' "
			     "AND a.act = 'account.open' AND "
			     "a.actor = 'staff' AND a.actor_user = 7"),
	       1, "and on the customer's: by whom");
	opening_get(b->db, b->pool, &a, &o);
	db_rest(b->db);
	data = letter(b, "account-opened", "nora@new.example");
	is_text(text(data, "customer_id"), "C000001",
		"the letter tells the customer id");
	is_text(text(data, "account_number"), o.number,
		"and the account number");
	ok(strlen(text(data, "link")) > SESSION_TOKEN,
	   "and opens the application again");
	is_int(do_open(b, &again), OK, "approved once more");
	is_int(do_open(b, &a), OK, "and again");
	is_int(customers(b), before + 1, "there is one customer");
	is_int(apply_acts(b, &a, "account.open"), 1, "and one account");
	ok(letter(b, "account-opened", "nora@new.example") == NULL,
	   "and one letter");
}

/* Nora again, with what makes her somebody else or not. */
static void
test_known(struct bank *b)
{
	struct application a = sent(b);
	struct customer c;
	struct opening o;
	bool same;
	int64_t before = customers(b), had = accounts(b);

	is_int(opening_known(b->db, b->pool, &a, &c, &same), OK,
	       "tax id and date of birth tell who is a customer already");
	is_text(c.code, "C000001", "and which");
	db_rest(b->db);
	is_int(do_open(b, &a), OK, "another account");
	ok(a.existing && a.customer == c.id, "is theirs");
	is_int(customers(b), before, "and nobody has a second self");
	is_int(accounts(b), had + 1, "only a second account");
	opening_get(b->db, b->pool, &a, &o);
	is_text(o.customer_id, "C000001",
		"who has the same mail is told the numbers");
	ok(!o.may_set_user, "but makes no user in passing");
	db_rest(b->db);
	ok(*text(letter(b, "account-opened", "nora@new.example"),
		 "account_number") != '\0', "also in the letter");
}

/* Somebody who knows tax id and date of birth, with a mailbox of their own. */
static void
test_stranger(struct bank *b)
{
	struct application a = apply_ready(b);
	struct opening_user u = {.pool = b->pool, .who = &apply_actor,
				 .user_id = "nora2", .password = "x"};
	struct opening o;
	json_object *data;

	apply_contact(b, &a, "Nora Neu", "mallory@new.example", a.mobile);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_send, &a);
	is_int(do_open(b, &a), OK, "an account for a customer");
	opening_get(b->db, b->pool, &a, &o);
	ok(*o.customer_id == '\0' && *o.number == '\0',
	   "tells another mailbox no number");
	db_rest(b->db);
	u.application = a.id;
	is_int(opening_user(b->db, &u), ERR_FORBIDDEN,
	       "and gives nobody the customer's door");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'account-opened' AND "
			     "state = 'queued'"), 2, "two letters are written");
	data = letter(b, "account-opened", "nora@new.example");
	ok(data != NULL && *text(data, "account_number") != '\0',
	   "to the customer where the bank knows them, with numbers");
	bank_tamper(b, "DELETE FROM outbox");
}

static void
test_letter_elsewhere(struct bank *b)
{
	struct application a = apply_ready(b);
	json_object *data;

	apply_contact(b, &a, "Nora Neu", "mallory@new.example", a.mobile);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_send, &a);
	do_open(b, &a);
	data = letter(b, "account-opened", "mallory@new.example");
	ok(data != NULL && *text(data, "account_number") == '\0' &&
		   *text(data, "customer_id") == '\0' &&
		   *text(data, "link") == '\0',
	   "to the applicant without any");
}

/* One dash more is a mailbox of somebody else's. */
static void
test_near_mailbox(struct bank *b)
{
	struct application a = apply_ready(b);
	struct opening o;

	apply_contact(b, &a, "Nora Neu", "no-ra@new.example", a.mobile);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_send, &a);
	is_int(do_open(b, &a), OK, "an account for a customer");
	opening_get(b->db, b->pool, &a, &o);
	ok(*o.customer_id == '\0' && *o.number == '\0',
	   "tells a mailbox like theirs no number");
	db_rest(b->db);
	ok(*text(letter(b, "account-opened", "no-ra@new.example"),
		 "account_number") == '\0', "nor does the letter to it");
	a = apply_ready(b);
	apply_contact(b, &a, "Nora Neu", "Nora@New.Example", a.mobile);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_send, &a);
	do_open(b, &a);
	opening_get(b->db, b->pool, &a, &o);
	is_text(o.customer_id, "C000001", "capital letters are the same one");
	db_rest(b->db);
	bank_tamper(b, "DELETE FROM outbox");
}

static enum err
index_all(struct db *db, void *pool)
{
	enum err e = customer_index_all(db, pool);

	return e != OK ? e : details_index_all(db, pool);
}

/* Tax ids are the same with strokes and points or without, and are found by
 * that in a bank whose earlier version told them apart. */
static void
test_tax_id(struct bank *b)
{
	struct application a = apply_ready(b);
	struct details d = apply_good();
	struct customer c;
	bool same;

	d.tax_id = "12/345.678-901";
	a.details = details_text(b->pool, &d);
	is_int(opening_known(b->db, b->pool, &a, &c, &same), OK,
	       "a tax id is known however it is written");
	db_rest(b->db);
	bank_tamper(b, "UPDATE customer SET tax_index = x'00';"
		       "UPDATE application SET tax_index = x'01' "
		       "WHERE tax_index IS NOT NULL");
	is_int(opening_known(b->db, b->pool, &a, &c, &same), ERR_MISSING,
	       "with another index it is not (negative control)");
	db_rest(b->db);
	is_int(db_write(b->db, index_all, b->pool), OK,
	       "the index is written anew");
	is_int(opening_known(b->db, b->pool, &a, &c, &same), OK,
	       "then it is");
	db_rest(b->db);
	ok(bank_count(b, "SELECT count(*) AS n FROM application a "
			 "JOIN customer c ON c.tax_index = a.tax_index "
			 "WHERE c.code = 'C000001'") > 1,
	   "and applications have the customer's");
}

static void
test_other_birthday(struct bank *b)
{
	struct application a = apply_ready(b);
	struct details d = apply_good();
	struct customer c;
	int64_t before = customers(b);
	bool same;

	d.birth_date = "1994-02-27";
	a.details = details_text(b->pool, &d);
	is_int(opening_known(b->db, b->pool, &a, &c, &same), ERR_MISSING,
	       "born on another day, it is somebody else");
	ok(same, "and that the tax id is the same is said");
	a.details = "";
	is_int(opening_known(b->db, b->pool, &a, &c, &same), ERR_MISSING,
	       "of whom nothing is known, nobody is found");
	db_rest(b->db);
	bank_tamper(b, "UPDATE customer SET status = 'closed' "
		       "WHERE code = 'C000001'");
	a = sent(b);
	is_int(do_open(b, &a), OK, "who was a customer once");
	is_int(customers(b), before + 1, "is a new one");
	ok(!a.existing, "like anybody");
	bank_tamper(b, "UPDATE customer SET status = 'closed'");
	customer_get(b->db, b->pool, a.customer, &c);
	is_text(c.code, "C000002", "with the code after the largest");
	db_rest(b->db);
}

/* Codes that only look like the bank's own. */
static void
test_codes(struct bank *b)
{
	struct application a = sent(b);
	struct customer c;

	bank_tamper(b, "UPDATE customer SET code = 'C00041X' WHERE "
		       "code = 'C1'; UPDATE customer SET code = 'C000003' "
		       "WHERE code = 'C2'");
	is_int(do_open(b, &a), OK, "where codes are of many kinds");
	customer_get(b->db, b->pool, a.customer, &c);
	is_text(c.code, "C000004", "the next free number is found");
	db_rest(b->db);
	bank_tamper(b, "UPDATE customer SET status = 'closed'");
}

static void
test_offer_gone(struct bank *b)
{
	struct application a = sent(b);
	int64_t before = customers(b);

	a.offer = "FEE";
	is_int(do_open(b, &a), ERR_MISSING, "what is not offered");
	is_int(customers(b), before, "makes nobody a customer");
}

static void
test_user(struct bank *b)
{
	struct application a = sent(b);
	struct opening_user u = {
		.pool = b->pool, .who = &apply_actor, .application = a.id,
		.user_id = "nora",
		.password = password_encode(b->pool, "harbour-light-7")};
	struct opening o;

	is_int(opening_user(b->db, &u), ERR_MISSING,
	       "who has no account yet has no user");
	do_open(b, &a);
	opening_get(b->db, b->pool, &a, &o);
	ok(o.may_set_user && !o.has_user && *o.user_id == '\0',
	   "whose account is open may choose one");
	db_rest(b->db);
	u.user_id = "anna";
	is_int(opening_user(b->db, &u), ERR_CONFLICT,
	       "not one that another has");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application WHERE "
			     "bank_user IS NOT NULL"), 0, "nothing is done");
	u.user_id = "nora";
	is_int(opening_user(b->db, &u), OK, "but one of their own");
	u.user_id = "nora3";
	is_int(opening_user(b->db, &u), ERR_EXPIRED, "once");
	application_get(b->db, b->pool, a.id, &a);
	opening_get(b->db, b->pool, &a, &o);
	is_text(o.user_id, "nora", "and sees it");
	ok(o.has_user && !o.may_set_user, "and needs no other");
	db_rest(b->db);
	is_int(apply_acts(b, &a, "application.user"), 1, "it is on record");
	is_int(deal_signin(b, "nora", "harbour-light-7",
			   &(struct challenge){.channel = ""}), OK,
	       "and signs in");
	u.application = 99;
	is_int(opening_user(b->db, &u), ERR_MISSING, "nobody's is nobody's");
	bank_tamper(b, "UPDATE customer SET status = 'closed'");
}

/* What is read before is what would be changed. */
static enum err
open_fresh(struct bank *b, struct pool *pool, void *arg)
{
	struct application a;
	struct opening_of o = {pool, &a};
	enum err e = application_get(b->db, pool, *(int64_t *)arg, &a);

	db_rest(b->db);
	return e != OK ? e : db_write(b->db, open_work, &o);
}

static enum err
user_fresh(struct bank *b, struct pool *pool, void *arg)
{
	struct opening_user u = {.pool = pool, .who = &apply_actor,
				 .application = *(int64_t *)arg,
				 .user_id = "nora4", .password = "hash"};

	return opening_user(b->db, &u);
}

static void
test_faults(struct bank *b)
{
	struct application a = sent(b);

	ok(fault_loop(b, "opening", open_fresh, &a.id, OK) > 20,
	   "every statement of it");
	fault_loop(b, "making the user", user_fresh, &a.id, OK);
	bank_tamper(b, "UPDATE customer SET status = 'closed'");
}

static void
die(void *arg)
{
	(void)arg;
	raise(SIGKILL);
}

static const char *
book(struct bank *b)
{
	return settings_beside(b->pool, settings()->DATABASE);
}

/* In a process of its own, which is killed before a statement. */
static void
killed(struct bank *b, struct application *a, const char *before)
{
	int status = 0;
	pid_t child;

	db_free(b->db);
	store_close(b->store);
	fflush(stdout);
	if ((child = fork()) == 0) {
		store_open(book(b), 2, false, &b->store);
		b->db = db_new(b->store);
		if (before != NULL)
			fault_between(before, die, NULL);
		_exit(do_open(b, a) == OK ? 0 : 1);
	}
	waitpid(child, &status, 0);
	if (before != NULL)
		ok(WIFSIGNALED(status), "killed before %s", before);
	else
		is_int(status, 0, "not killed, it is done");
	is_int(store_open(book(b), 4, false, &b->store), OK,
	       "the book opens again");
	b->db = db_new(b->store);
}

static void
test_killed(struct bank *b)
{
	static const char *const at[] = {
		"INSERT INTO customer", "INSERT INTO account",
		"INSERT INTO holder", "UPDATE application",
		"INSERT INTO outbox", "INSERT INTO event",
		"INSERT INTO audit_head", "COMMIT"};
	struct application a = sent(b);
	uint64_t before = fault_digest(b);
	size_t i;

	for (i = 0; i < sizeof at / sizeof *at; i++) {
		killed(b, &a, at[i]);
		ok(fault_digest(b) == before, "nothing of it is there");
	}
	killed(b, &a, NULL);
	ok(fault_digest(b) != before, "all of it is there");
}

static void
test_verifies(struct bank *b)
{
	struct verify v;
	int i;

	verify_bank(b->db, b->pool, NULL, &v);
	for (i = 0; i < VERIFY_CHECKS; i++)
		if (!v.checks[i].ok)
			printf("# %s: %s\n", v.checks[i].name,
			       v.checks[i].detail);
	ok(v.ok, "the book verifies");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_new(&b);
	test_known(&b);
	test_stranger(&b);
	test_letter_elsewhere(&b);
	test_near_mailbox(&b);
	test_tax_id(&b);
	test_other_birthday(&b);
	test_codes(&b);
	test_offer_gone(&b);
	test_user(&b);
	test_faults(&b);
	test_killed(&b);
	test_verifies(&b);
	bank_close(&b);
	return tap_done();
}
