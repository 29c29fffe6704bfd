/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import_people.c: branches, customers and who holds what, row by row. */
#include <string.h>

#include "bank/account.h"
#include "bank/branch.h"
#include "bank/customer.h"
#include "bank/import_impl.h"

enum {
	BRANCH_CODE, BRANCH_NAME, BRANCH_REGION, BRANCH_ADDRESS, BRANCH_HOURS,
	BRANCH_SERVICES, BRANCH_LAT, BRANCH_LON
};
const char *const import_branch_columns[] = {
	"branch_code", "name", "region?", "address?", "hours?", "services?",
	"lat?", "lon?", NULL};

static enum err
degrees_read(struct importing *r, int column, int max, int64_t *e6)
{
	const char *text = import_text(r, column);

	if (*text == '\0')
		return import_complain(r, column, "A place needs lat and lon, "
				       "or neither.");
	return geo_degrees(text, max, e6)
		       ? OK
		       : import_complain(r, column, "\"%s\" is no degree as "
					 "52.138420, of %d at most.",
					 text, max);
}

static enum err
place_read(struct importing *r, struct branch *b)
{
	enum err e;

	b->placed = *import_text(r, BRANCH_LAT) != '\0' ||
		    *import_text(r, BRANCH_LON) != '\0';
	if (!b->placed)
		return OK;
	e = degrees_read(r, BRANCH_LAT, GEO_LAT_MAX, &b->place.lat_e6);
	return e != OK ? e
		       : degrees_read(r, BRANCH_LON, GEO_LON_MAX,
				      &b->place.lon_e6);
}

enum err
import_branch(struct importing *r)
{
	struct branch b = {0};
	enum err e;

	if ((e = import_code(r, BRANCH_CODE, &b.code)) != OK ||
	    (e = import_words(r, BRANCH_NAME, 1, 100, &b.name)) != OK ||
	    (e = import_words(r, BRANCH_REGION, 0, 100, &b.region)) != OK ||
	    (e = import_words(r, BRANCH_ADDRESS, 0, 200, &b.address)) != OK ||
	    (e = import_words(r, BRANCH_HOURS, 0, 200, &b.hours)) != OK ||
	    (e = import_words(r, BRANCH_SERVICES, 0, 300, &b.services)) !=
		    OK ||
	    (e = place_read(r, &b)) != OK)
		return e;
	if ((e = branch_add(r->db, &b)) == ERR_CONFLICT)
		return import_complain(r, BRANCH_CODE,
				       "There is a branch %s already.",
				       b.code);
	return e;
}

enum {
	CUSTOMER_ID, CUSTOMER_NAME, CUSTOMER_BIRTH, CUSTOMER_TAX,
	CUSTOMER_MOBILE, CUSTOMER_EMAIL, CUSTOMER_BRANCH, CUSTOMER_LANGUAGE
};
const char *const import_customer_columns[] = {
	"customer_id", "name", "birth_date?", "tax_id?", "mobile?", "email?",
	"branch_code?", "language?", NULL};

static enum err
reach_read(struct importing *r, struct customer *c)
{
	enum err e;

	if ((e = import_words(r, CUSTOMER_MOBILE, 0, 30, &c->mobile)) != OK ||
	    (e = import_words(r, CUSTOMER_EMAIL, 0, 200, &c->email)) != OK)
		return e;
	if (c->mobile[strspn(c->mobile, "+0123456789 -/()")] != '\0')
		return import_complain(r, CUSTOMER_MOBILE,
				       "\"%s\" is no phone number.",
				       c->mobile);
	if (*c->email != '\0' && strchr(c->email, '@') == NULL)
		return import_complain(r, CUSTOMER_EMAIL,
				       "\"%s\" is no mail address.", c->email);
	return OK;
}

static enum err
customer_read(struct importing *r, struct customer *c)
{
	int32_t birth;
	enum err e;

	if ((e = import_words(r, CUSTOMER_NAME, 1, 140, &c->name)) != OK ||
	    (e = import_words(r, CUSTOMER_TAX, 0, 40, &c->tax_id)) != OK ||
	    (e = reach_read(r, c)) != OK ||
	    (e = import_words(r, CUSTOMER_BRANCH, 0, 40, &c->branch)) != OK ||
	    (e = import_words(r, CUSTOMER_LANGUAGE, 0, 8, &c->language)) != OK)
		return e;
	if (*c->language == '\0')
		c->language = "en";
	c->birth_date = import_text(r, CUSTOMER_BIRTH);
	return *c->birth_date == '\0' ? OK
				      : import_date(r, CUSTOMER_BIRTH, &birth);
}

enum err
import_customer(struct importing *r)
{
	struct customer c = {0};
	struct branch b;
	enum err e;

	if ((e = import_code(r, CUSTOMER_ID, &c.code)) != OK)
		return e;
	if ((e = customer_read(r, &c)) == OK && *c.branch != '\0' &&
	    (e = branch_get(r->db, r->row, c.branch, &b)) == ERR_MISSING)
		e = import_complain(r, CUSTOMER_BRANCH,
				    "There is no branch %s.", c.branch);
	if (e == OK && (e = customer_add(r->db, &c)) == ERR_CONFLICT)
		return import_complain(r, CUSTOMER_ID,
				       "There is a customer %s already.",
				       c.code);
	if (e == ERR_INPUT)
		import_spoil(r, c.code);
	return e;
}

static enum err
customer_there(struct importing *r, int column, int64_t *id)
{
	const char *code;
	enum err e = import_code(r, column, &code);

	if (e != OK)
		return e;
	if (import_spoiled(r, code))
		return ERR_INPUT;
	if ((e = customer_find(r->db, code, id)) != ERR_MISSING)
		return e;
	e = import_complain(r, column, "There is no customer %s.", code);
	import_spoil(r, code);
	return e;
}

enum { HOLDER_ACCOUNT, HOLDER_CUSTOMER, HOLDER_ROLE };
const char *const import_holder_columns[] = {"account_number", "customer_id",
					     "role", NULL};

/* The owner holds the account since it was opened. */
enum err
import_holder(struct importing *r)
{
	const char *number, *role = import_text(r, HOLDER_ROLE);
	struct import_account a;
	int64_t customer;
	enum err e;

	if ((e = import_account(r, HOLDER_ACCOUNT, &number, &a)) != OK ||
	    (e = customer_there(r, HOLDER_CUSTOMER, &customer)) != OK)
		return e;
	if (strcmp(role, "owner") != 0 && strcmp(role, "user") != 0)
		return import_complain(r, HOLDER_ROLE, "\"%s\" is no role: "
				       "owner or user.", role);
	if (customer == a.customer && strcmp(role, "owner") == 0)
		return OK;
	e = account_hold_by(r->db, a.id, customer, role);
	if (e == ERR_CONFLICT)
		return import_complain(r, HOLDER_CUSTOMER,
				       "This customer holds %s already.",
				       number);
	return e;
}

enum {
	ACCOUNT_NUMBER, ACCOUNT_CUSTOMER, ACCOUNT_TITLE, ACCOUNT_PRODUCT,
	ACCOUNT_CURRENCY, ACCOUNT_OPENED, ACCOUNT_BRANCH, ACCOUNT_OVERDRAFT
};
const char *const import_account_columns[] = {
	"account_number", "customer_id", "title", "product_code", "currency",
	"opened_on", "branch_code?", "overdraft_limit?", NULL};

static enum err
account_money(struct importing *r, struct account_new *a)
{
	a->currency = import_text(r, ACCOUNT_CURRENCY);
	if (!money_known(a->currency))
		return import_complain(r, ACCOUNT_CURRENCY,
				       "\"%s\" is no currency of ISO 4217.",
				       a->currency);
	a->overdraft = money_of(0, a->currency);
	if (*import_text(r, ACCOUNT_OVERDRAFT) == '\0')
		return OK;
	if (import_money(r, ACCOUNT_OVERDRAFT, a->currency, &a->overdraft) !=
	    OK)
		return ERR_INPUT;
	if (money_sign(a->overdraft) < 0)
		return import_complain(r, ACCOUNT_OVERDRAFT,
				       "An overdraft limit is not negative.");
	return OK;
}

static enum err
account_read(struct importing *r, struct account_new *a)
{
	struct branch b;
	enum err e;

	if ((e = customer_there(r, ACCOUNT_CUSTOMER, &a->customer)) != OK ||
	    (e = import_words(r, ACCOUNT_TITLE, 1, 60, &a->title)) != OK ||
	    (e = import_code(r, ACCOUNT_PRODUCT, &a->product)) != OK ||
	    (e = account_money(r, a)) != OK ||
	    (e = import_date(r, ACCOUNT_OPENED, &a->opened_on)) != OK)
		return e;
	a->branch = import_text(r, ACCOUNT_BRANCH);
	if (*a->branch == '\0') {
		a->branch = NULL;
		return OK;
	}
	if ((e = branch_get(r->db, r->row, a->branch, &b)) == ERR_MISSING)
		e = import_complain(r, ACCOUNT_BRANCH,
				    "There is no branch %s.", a->branch);
	return e;
}

enum err
import_opened(struct importing *r)
{
	struct account_new a = {0};
	int64_t id;
	enum err e;

	if ((e = import_number(r, ACCOUNT_NUMBER, &a.number)) != OK)
		return e;
	if ((e = account_read(r, &a)) == OK &&
	    (e = import_product_need(r, a.product)) == OK &&
	    (e = account_open(r->db, &a, &id)) == ERR_CONFLICT)
		return import_complain(r, ACCOUNT_NUMBER,
				       "There is an account %s already.",
				       a.number);
	if (e == ERR_INPUT)
		import_spoil(r, a.number);
	return e;
}
