/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* account.c: tests of accounts, who holds them, products and branches. */
#include "bank/account.h"

#include <string.h>

#include "bank/branch.h"
#include "bank/product.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/tap.h"

static void
test_get(struct bank *b)
{
	struct account *a;

	is_int(account_get(b->db, b->pool, b->anna, ANNA_CURRENT, &a), OK,
	       "a person's account");
	ok(a->id == b->anna_current && a->customer == b->anna &&
		   strcmp(a->title, "Everyday") == 0 &&
		   strcmp(a->category, "current") == 0 &&
		   strcmp(a->role, "owner") == 0 &&
		   money_minor(a->balance) == 100000 &&
		   money_minor(a->available) == 100000 && a->seq == 1,
	   "is as it is");
	is_int(account_get(b->db, b->pool, b->anna, "t0000 0000\t001 ", &a),
	       OK, "blanks and case are forgiven");
	is_int(account_get(b->db, b->pool, b->ben, ANNA_CURRENT, &a),
	       ERR_MISSING, "another's is not there");
	is_int(account_get(b->db, b->pool, b->anna, "T9", &a), ERR_MISSING,
	       "like one that is not");
	is_int(account_get(b->db, b->pool, b->anna, "", &a), ERR_MISSING,
	       "or none");
	is_int(account_get(b->db, b->pool, b->anna, "BANK-OPENING-EUR", &a),
	       ERR_MISSING, "or the bank's own");
	db_rest(b->db);
}

static int
count(struct bank *b, int64_t customer)
{
	struct account *a;
	int n = 0;

	is_int(account_list(b->db, b->pool, customer, &a), OK, "a list");
	for (; a != NULL; a = a->next)
		n++;
	db_rest(b->db);
	return n;
}

static void
test_list(struct bank *b)
{
	struct account *a;

	is_int(count(b, b->anna), 3, "anna has three accounts");
	is_int(count(b, b->ben), 1, "ben has one");
	is_int(count(b, 0), 0, "nobody has any, not even the bank's own");
	bank_tamper(b, "UPDATE account SET opened_on = 1 "
		       "WHERE number = '" ANNA_YEN "'");
	account_list(b->db, b->pool, b->anna, &a);
	is_text(a->number, ANNA_YEN, "the oldest comes first");
	db_rest(b->db);
}

static void
test_payee(struct bank *b)
{
	struct payee p;

	is_int(account_payee(b->db, b->pool, " t00000000004", &p), OK,
	       "anybody may know that an account is there");
	ok(p.account == b->ben_current && p.customer == b->ben &&
		   strcmp(p.number, BEN_CURRENT) == 0 &&
		   strcmp(p.currency, "EUR") == 0 &&
		   strcmp(p.status, "active") == 0,
	   "to pay to it");
	is_int(account_payee(b->db, b->pool, "T9", &p), ERR_MISSING,
	       "or that it is not");
	is_int(account_payee(b->db, b->pool, "BANK-OPENING-EUR", &p),
	       ERR_MISSING, "the bank's own are not for paying to");
	db_rest(b->db);
}

static void
test_available(struct bank *b)
{
	struct account *a;

	bank_tamper(b, "UPDATE account SET overdraft_limit = 5000, held = 700 "
		       "WHERE number = '" ANNA_CURRENT "'");
	account_get(b->db, b->pool, b->anna, ANNA_CURRENT, &a);
	is_int(money_minor(a->available), 104300,
	       "available is balance less held and with the overdraft");
	db_rest(b->db);
	bank_tamper(b, "UPDATE account SET overdraft_limit = "
		       "9223372036854775807 WHERE number = '" ANNA_CURRENT
		       "'");
	account_get(b->db, b->pool, b->anna, ANNA_CURRENT, &a);
	is_int(money_minor(a->available), 0,
	       "what cannot be counted is not available");
	db_rest(b->db);
	bank_tamper(b, "PRAGMA ignore_check_constraints = 1; UPDATE account "
		       "SET balance = -9223372036854775807, held = 9 "
		       "WHERE number = '" ANNA_CURRENT "';"
		       "PRAGMA ignore_check_constraints = 0");
	account_get(b->db, b->pool, b->anna, ANNA_CURRENT, &a);
	is_int(money_minor(a->available), 0, "on either side");
	db_rest(b->db);
	bank_tamper(b, "UPDATE account SET balance = 100000, held = 0, "
		       "overdraft_limit = 0 WHERE number = '" ANNA_CURRENT
		       "'");
}

static enum err
open_work(struct db *db, void *arg)
{
	int64_t id;

	return account_open(db, arg, &id);
}

static enum err
own_work(struct db *db, void *arg)
{
	return account_own(db, "cash", "EUR", arg);
}

static void
test_open(struct bank *b)
{
	struct account_new a = {
		.number = "T7", .title = "New", .product = "SAVE",
		.currency = "EUR", .customer = b->ben, .opened_on = 20000,
		.overdraft = money_of(300, "EUR")};
	int64_t first, second;

	is_int(db_write(b->db, open_work, &a), OK, "an account is opened");
	is_int(count(b, b->ben), 2, "its owner holds it");
	is_int(db_write(b->db, open_work, &a), ERR_CONFLICT,
	       "a number is given once");
	a.number = "T8";
	a.product = "NONE";
	is_int(db_write(b->db, open_work, &a), ERR_CONFLICT,
	       "a product must be there");
	a.product = "SAVE";
	a.customer = 99;
	is_int(db_write(b->db, open_work, &a), ERR_CONFLICT,
	       "and so must an owner");
	is_int(count(b, 99), 0, "nothing of it is left");
	is_int(db_write(b->db, own_work, &first), OK,
	       "an account of the bank's own");
	is_int(db_write(b->db, own_work, &second), OK, "asked for again");
	is_int(first, second, "is the same one");
}

static enum err
product_work(struct db *db, void *arg)
{
	return product_add(db, arg);
}

static void
test_product(struct bank *b)
{
	struct product p = {.code = "GOLD", .name = "Gold",
			    .category = "savings", .interest_bp = 125,
			    .per_transfer_max = 7};
	struct product have, *list;
	int n = 0;

	is_int(db_write(b->db, product_work, &p), OK, "a product is added");
	is_int(product_get(b->db, b->pool, "GOLD", &have), OK, "and found");
	ok(strcmp(have.name, "Gold") == 0 && have.interest_bp == 125 &&
		   have.per_transfer_min == 1 && have.per_transfer_max == 7 &&
		   have.daily_amount == 0 && have.daily_count == 0,
	   "as it is, bounds of 0 not binding");
	is_int(product_get(b->db, b->pool, "TIN", &have), ERR_MISSING,
	       "another is not there");
	is_int(product_list(b->db, b->pool, &list), OK, "all are listed");
	for (; list != NULL; list = list->next)
		n++;
	is_int(n, 5, "with the bank's own");
	db_rest(b->db);
	is_int(db_write(b->db, product_work, &p), ERR_CONFLICT,
	       "a code is taken once");
	p = (struct product){.code = "X", .name = "X", .category = "magic"};
	is_int(db_write(b->db, product_work, &p), ERR_CONFLICT,
	       "there are only so many categories");
}

static enum err
branch_work(struct db *db, void *arg)
{
	return branch_add(db, arg);
}

static void
test_branch(struct bank *b)
{
	struct branch main_ = {.code = "A", .name = "Main", .region = "North",
			       .address = "1 High St", .hours = "9-5",
			       .services = "cash", .placed = true,
			       .place = {52500000, -13400000}};
	struct branch other = {.code = "B", .name = "Other", .region = "",
			       .address = "", .hours = "", .services = ""};
	struct branch near = {.code = "C", .name = "Near", .region = "",
			      .address = "", .hours = "", .services = "",
			      .placed = true, .place = {52400000, -13400000}};
	struct branch have, *list;

	is_int(db_write(b->db, branch_work, &other), OK, "a branch is added");
	is_int(db_write(b->db, branch_work, &main_), OK, "and another");
	is_int(db_write(b->db, branch_work, &main_), ERR_CONFLICT, "once");
	is_int(branch_get(b->db, b->pool, "A", &have), OK, "it is found");
	ok(have.placed && have.place.lat_e6 == 52500000 &&
		   have.place.lon_e6 == -13400000 &&
		   strcmp(have.address, "1 High St") == 0 &&
		   strcmp(have.services, "cash") == 0,
	   "at its place");
	is_int(branch_get(b->db, b->pool, "C", &have), ERR_MISSING,
	       "another is not there");
	is_int(branch_list(b->db, b->pool, &list), OK, "all are listed");
	ok(strcmp(list->code, "A") == 0 && !list->next->placed &&
		   list->next->next == NULL,
	   "in order of their codes, some nobody knows where");
	db_rest(b->db);
	is_int(db_write(b->db, branch_work, &near), OK, "a third is added");
	is_int(branch_near(b->db, b->pool, (struct place){52390000, -13400000},
			   &list), OK, "what is near somewhere is listed");
	ok(strcmp(list->code, "C") == 0 && list->distance == 1112 &&
		   strcmp(list->next->code, "A") == 0 &&
		   list->next->distance == 12231 &&
		   strcmp(list->next->next->code, "B") == 0 &&
		   list->next->next->distance == -1 &&
		   list->next->next->next == NULL,
	   "the nearest first, in metres, and last what has no place");
	branch_near(b->db, b->pool, (struct place){52600000, -13400000},
		    &list);
	ok(strcmp(list->code, "A") == 0 &&
		   strcmp(list->next->next->code, "B") == 0,
	   "seen from elsewhere another is");
	db_rest(b->db);
	bank_tamper(b, "UPDATE branch SET lat_e6 = NULL");
	branch_get(b->db, b->pool, "A", &have);
	ok(!have.placed, "half a place is none");
	db_rest(b->db);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_get(&b);
	test_list(&b);
	test_payee(&b);
	test_available(&b);
	test_open(&b);
	test_product(&b);
	test_branch(&b);
	bank_close(&b);
	return tap_done();
}
