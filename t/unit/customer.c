/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* customer.c: tests of people, their user ids and how they are sealed. */
#include "bank/customer.h"

#include <string.h>

#include "bank/seal.h"
#include "bank/user.h"
#include "t/lib/deal.h"
#include "t/tap.h"

static enum err
add_work(struct db *db, void *arg)
{
	return customer_add(db, arg);
}

static enum err
user_work(struct db *db, void *arg)
{
	return user_add(db, arg, &actor_operator);
}

static struct customer
nina(void)
{
	return (struct customer){
		.code = "C9", .name = "Nina Ó Briain",
		.birth_date = "1977-01-02", .tax_id = "12-34 5a",
		.mobile = "+49 170 1", .email = "Nina@Bank.example",
		.branch = "", .language = "de"};
}

static void
test_add(struct bank *b)
{
	struct customer c = nina(), have, again = nina();
	const char *name;
	int64_t id;

	is_int(db_write(b->db, add_work, &c), OK, "a person is added");
	is_int(customer_get(b->db, b->pool, c.id, &have), OK, "and found");
	ok(strcmp(have.name, c.name) == 0 &&
		   strcmp(have.birth_date, c.birth_date) == 0 &&
		   strcmp(have.tax_id, c.tax_id) == 0 &&
		   strcmp(have.mobile, c.mobile) == 0 &&
		   strcmp(have.email, c.email) == 0 &&
		   strcmp(have.language, "de") == 0 &&
		   strcmp(have.branch, "") == 0 &&
		   strcmp(have.code, "C9") == 0,
	   "as they are");
	is_int(customer_name(b->db, b->pool, c.id, &name), OK, "by name");
	is_text(name, "Nina Ó Briain", "which is theirs");
	is_int(customer_find(b->db, "C9", &id), OK, "by code");
	is_int(id, c.id, "the same");
	is_int(customer_find(b->db, "C99", &id), ERR_MISSING,
	       "nobody has another");
	is_int(customer_get(b->db, b->pool, 99, &have), ERR_MISSING,
	       "nobody is nobody");
	is_int(customer_name(b->db, b->pool, 99, &name), ERR_MISSING,
	       "without a name");
	db_rest(b->db);
	is_int(db_write(b->db, add_work, &again), ERR_CONFLICT,
	       "a code is given once");
	again.code = "C10";
	again.branch = "nowhere";
	is_int(db_write(b->db, add_work, &again), ERR_CONFLICT,
	       "a branch must be there");
}

/* What lies on the disk says nothing about anybody. */
static void
test_sealed(struct bank *b)
{
	is_int(bank_count(b, "SELECT count(*) AS n FROM customer WHERE "
			     "instr(name, CAST('Nina' AS BLOB)) > 0 OR "
			     "instr(email, CAST('Nina' AS BLOB)) > 0 OR "
			     "instr(tax_id, CAST('34' AS BLOB)) > 0 AND "
			     "code = 'C9'"),
	       0, "a name is not to be read in the file");
	is_int(bank_count(b, "SELECT count(*) AS n FROM customer WHERE "
			     "code = 'C9' AND length(tax_index) = 32 AND "
			     "length(mobile_index) = 32 AND "
			     "length(email_index) = 32"),
	       1, "what is looked for has a blind index");
}

static enum err
index_work(struct db *db, void *arg)
{
	struct stmt *q = db_sql(db, "UPDATE meta SET value = value WHERE "
				    "(SELECT count(*) FROM customer WHERE "
				    "tax_index = :tax) = 1");

	seal_put_index(q, "tax", arg);
	if (db_done(q) != OK)
		return ERR_INTERNAL;
	return db_changes(db) > 0 ? OK : ERR_MISSING;
}

static enum err
indexed(struct bank *b, const char *text)
{
	return db_write(b->db, index_work, (void *)(uintptr_t)text);
}

static void
test_index(struct bank *b)
{
	char text[1000];

	is_int(indexed(b, "12-34 5a"), OK, "a tax id is found as it is");
	is_int(indexed(b, " 1 2345A-"), OK,
	       "whatever its case, blanks and dashes");
	is_int(indexed(b, "12345b"), ERR_MISSING, "and no other");
	is_int(indexed(b, ""), ERR_MISSING, "nothing finds nobody");
	is_int(indexed(b, " - "), ERR_MISSING, "nor do blanks");
	memset(text, 'a', sizeof text);
	text[999] = '\0';
	is_int(indexed(b, text), ERR_MISSING, "nor a very long text");
}

/* A sealed value opens in its own row and column alone. */
static void
test_moved(struct bank *b)
{
	static const char *const moves[] = {
		"UPDATE customer SET name = (SELECT name FROM customer WHERE "
		"code = 'C1') WHERE code = 'C2'",
		"UPDATE customer SET birth_date = tax_id WHERE code = 'C2'",
		"UPDATE customer SET tax_id = birth_date WHERE code = 'C2'",
		"UPDATE customer SET mobile = email WHERE code = 'C2'",
		"UPDATE customer SET email = tax_id WHERE code = 'C2'"};
	struct customer c;
	size_t i;

	bank_tamper(b, "UPDATE customer SET mobile = (SELECT mobile FROM "
		       "customer WHERE code = 'C1') WHERE code = 'C2';"
		       "CREATE TABLE kept AS SELECT * FROM customer");
	for (i = 0; i < sizeof moves / sizeof *moves; i++) {
		bank_tamper(b, "UPDATE customer SET (name, birth_date, tax_id, "
			       "mobile, email) = (SELECT name, birth_date, "
			       "tax_id, NULL, email FROM kept WHERE "
			       "kept.id = customer.id) WHERE code = 'C2'");
		is_int(customer_get(b->db, b->pool, b->ben, &c), OK,
		       "ben is as he was");
		db_rest(b->db);
		bank_tamper(b, moves[i]);
		is_int(customer_get(b->db, b->pool, b->ben, &c), ERR_INTERNAL,
		       "a sealed value does not open elsewhere");
		db_rest(b->db);
	}
	is_int(bank_tamper(b, "UPDATE customer SET name = NULL"),
	       ERR_CONFLICT, "nobody loses their name");
}

static void
test_user(struct bank *b)
{
	struct user u = {.user_id = "nina", .customer = 3, .password = "x",
			 .role = "customer"};
	struct user have, again = u;
	const char *name;

	is_int(db_write(b->db, user_work, &u), OK, "a user id");
	is_int(user_find(b->db, b->pool, "\tNINA ", &have), OK,
	       "is found in any case and with blanks around");
	is_int(have.id, u.id, "the same");
	is_int(user_name(b->db, b->pool, u.id, &name), OK, "and back");
	is_text(name, "nina", "in its normal form");
	is_int(user_name(b->db, b->pool, 99, &name), ERR_MISSING,
	       "nobody has none");
	is_int(user_find(b->db, b->pool, "ni na", &have), ERR_MISSING,
	       "blanks inside are not forgiven");
	is_int(user_find(b->db, b->pool, "  ", &have), ERR_MISSING,
	       "nothing is nobody's");
	db_rest(b->db);
	is_int(db_write(b->db, user_work, &again), ERR_CONFLICT,
	       "a user id is taken once");
	again.user_id = "free";
	again.customer = 0;
	is_int(db_write(b->db, user_work, &again), ERR_CONFLICT,
	       "a customer's user id has a customer");
	again.role = "king";
	is_int(db_write(b->db, user_work, &again), ERR_CONFLICT,
	       "there are only so many roles");
}

static void
test_faults(void)
{
	char text[400];

	ok(user_id_fault("ab") && user_id_fault(""), "a short user id");
	ok(user_id_fault("an na") && user_id_fault("Anna") &&
		   user_id_fault("änna"),
	   "one with other characters");
	memset(text, 'a', sizeof text);
	text[41] = '\0';
	ok(user_id_fault(text) != NULL, "and a long one are faults");
	text[40] = '\0';
	ok(!user_id_fault(text) && !user_id_fault("abc") &&
		   !user_id_fault("a.b_c-d@9"),
	   "others are not");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_add(&b);
	test_sealed(&b);
	test_index(&b);
	test_moved(&b);
	test_user(&b);
	test_faults();
	bank_close(&b);
	return tap_done();
}
