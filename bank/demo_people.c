/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_people.c: adds the demonstration's products, places, people, accounts
 * and users. */
#include <string.h>

#include "bank/account.h"
#include "bank/branch.h"
#include "bank/customer.h"
#include "bank/demo_impl.h"
#include "bank/number.h"
#include "bank/offer.h"
#include "bank/product.h"
#include "bank/user.h"

static enum err
products_add(struct demo *d)
{
	const struct demo_table *t = &d->files->products;
	const char *currency = demo_cell(&d->files->accounts, 0,
					 ACCOUNT_CURRENCY);
	const char **cell;
	struct product p;
	enum err e;
	int i;

	for (i = 0; i < t->rows; i++) {
		cell = &t->cells[i * t->columns];
		p = (struct product){
			.code = cell[PRODUCT_CODE],
			.name = cell[PRODUCT_NAME],
			.category = cell[PRODUCT_CATEGORY],
			.interest_bp = demo_int(d, cell[PRODUCT_INTEREST], 0),
			.per_transfer_min =
				demo_amount(d, cell[PRODUCT_MIN], currency, 1),
			.per_transfer_max =
				demo_amount(d, cell[PRODUCT_MAX], currency, 0),
			.daily_amount = demo_amount(d, cell[PRODUCT_DAILY],
						    currency, 0),
			.daily_count = demo_int(d, cell[PRODUCT_TIMES], 0),
			.transfer_fee =
				demo_amount(d, cell[PRODUCT_FEE], currency, 0)};
		if ((e = product_add(d->db, &p)) != OK)
			return e;
	}
	return OK;
}

/* A text's lines are told from each other by "|". */
static const char *
lines(struct demo *d, const char *text)
{
	char *out = pool_strdup(d->pool, text), *c;

	for (c = out; (c = strchr(c, '|')) != NULL; c++)
		*c = '\n';
	return out;
}

static enum err
offers_add(struct demo *d)
{
	const struct demo_table *t = &d->files->offers;
	const char *currency = demo_cell(&d->files->accounts, 0,
					 ACCOUNT_CURRENCY);
	const char **cell;
	struct offer o;
	enum err e;
	int i;

	for (i = 0; i < t->rows; i++) {
		cell = &t->cells[i * t->columns];
		o = (struct offer){
			.product.code = cell[OFFER_PRODUCT],
			.category = cell[OFFER_CATEGORY],
			.currency = currency, .position = i,
			.summary = cell[OFFER_SUMMARY],
			.features = lines(d, cell[OFFER_FEATURES]),
			.terms = lines(d, cell[OFFER_TERMS]),
			.monthly_fee =
				demo_amount(d, cell[OFFER_FEE], currency, 0),
			.opening_min =
				demo_amount(d, cell[OFFER_MIN], currency, 0),
			.age_min = demo_int(d, cell[OFFER_AGE], 18)};
		if ((e = offer_set(d->db, &o)) != OK)
			return e;
	}
	return OK;
}

/* Cash machines are in the file too, but only to be drawn from. */
static enum err
branches_add(struct demo *d)
{
	const struct demo_table *t = &d->files->branches;
	const char **cell;
	struct branch b;
	enum err e;
	int i;

	for (i = 0; i < t->rows; i++) {
		cell = &t->cells[i * t->columns];
		if (strcmp(cell[BRANCH_KIND], "branch") != 0)
			continue;
		b = (struct branch){
			.code = cell[BRANCH_CODE], .name = cell[BRANCH_NAME],
			.region = cell[BRANCH_REGION],
			.address = cell[BRANCH_ADDRESS],
			.hours = cell[BRANCH_HOURS], .placed = true,
			.services = cell[BRANCH_SERVICES],
			.place = {demo_int(d, cell[BRANCH_LAT], 0),
				  demo_int(d, cell[BRANCH_LON], 0)}};
		if ((e = branch_add(d->db, &b)) != OK)
			return e;
	}
	return OK;
}

static enum err
customers_add(struct demo *d)
{
	const struct demo_table *t = &d->files->customers;
	const char **cell;
	struct customer c;
	enum err e;
	int i;

	for (i = 0; i < t->rows; i++) {
		cell = &t->cells[i * t->columns];
		c = (struct customer){
			.code = cell[CUSTOMER_CODE],
			.name = cell[CUSTOMER_NAME],
			.birth_date = cell[CUSTOMER_BIRTH],
			.tax_id = cell[CUSTOMER_TAX],
			.mobile = cell[CUSTOMER_MOBILE],
			.email = cell[CUSTOMER_EMAIL],
			.branch = cell[CUSTOMER_BRANCH],
			.language = cell[CUSTOMER_LANGUAGE]};
		if ((e = customer_add(d->db, &c)) != OK)
			return e;
	}
	return OK;
}

static void
account_product(struct demo *d, struct demo_account *a, const char *code)
{
	const struct demo_table *t = &d->files->products;
	const char **cell;
	int i;

	for (i = 0; i < t->rows; i++) {
		cell = &t->cells[i * t->columns];
		if (strcmp(cell[PRODUCT_CODE], code) != 0)
			continue;
		a->savings = strcmp(cell[PRODUCT_CATEGORY], "savings") == 0;
		a->loan = strcmp(cell[PRODUCT_CATEGORY], "loan") == 0;
		a->interest_bp = demo_int(d, cell[PRODUCT_INTEREST], 0);
		a->fee = demo_amount(d, cell[PRODUCT_FEE], a->currency, 0);
		return;
	}
	demo_fault(d, "There is no such product", code);
}

static const char *
customer_branch(const struct demo *d, const char *code)
{
	const struct demo_table *t = &d->files->customers;
	int i;

	for (i = 0; i < t->rows; i++)
		if (strcmp(demo_cell(t, i, CUSTOMER_CODE), code) == 0)
			return demo_cell(t, i, CUSTOMER_BRANCH);
	return "";
}

static enum err
account_add(struct demo *d, const char **cell, struct demo_account *a)
{
	struct account_new n = {
		.title = cell[ACCOUNT_TITLE],
		.product = cell[ACCOUNT_PRODUCT],
		.currency = cell[ACCOUNT_CURRENCY],
		.branch = customer_branch(d, cell[ACCOUNT_CUSTOMER])};
	enum err e;

	a->key = cell[ACCOUNT_KEY];
	a->currency = cell[ACCOUNT_CURRENCY];
	a->card = cell[ACCOUNT_CARD];
	a->opened = d->today - (int)demo_int(d, cell[ACCOUNT_OPENED], 0);
	a->brought = demo_amount(d, cell[ACCOUNT_BALANCE], a->currency, 0);
	account_product(d, a, cell[ACCOUNT_PRODUCT]);
	n.opened_on = a->opened;
	n.overdraft = money_of(demo_amount(d, cell[ACCOUNT_OVERDRAFT],
					   a->currency, 0), a->currency);
	n.number = number_of(d->pool, demo_int(d, cell[ACCOUNT_SERIAL], 0));
	if (n.number == NULL)
		return ERR_INTERNAL;
	a->number = n.number;
	if ((e = customer_find(d->db, cell[ACCOUNT_CUSTOMER],
			       &a->customer)) != OK)
		return e;
	n.customer = a->customer;
	return account_open(d->db, &n, &a->id);
}

static enum err
accounts_add(struct demo *d)
{
	const struct demo_table *t = &d->files->accounts;
	enum err e = OK;

	d->accounts = pool_alloc(d->pool,
				 sizeof *d->accounts * (size_t)t->rows);
	for (d->account_count = 0; d->account_count < t->rows && e == OK;
	     d->account_count++)
		e = account_add(d, &t->cells[d->account_count * t->columns],
				&d->accounts[d->account_count]);
	return e;
}

static enum err
holders_add(struct demo *d)
{
	const struct demo_table *t = &d->files->holders;
	const struct demo_account *a;
	int64_t customer;
	enum err e;
	int i;

	for (i = 0; i < t->rows; i++) {
		a = demo_account_find(d, demo_cell(t, i, HOLDER_ACCOUNT));
		if (a == NULL)
			return ERR_INPUT;
		e = customer_find(d->db, demo_cell(t, i, HOLDER_CUSTOMER),
				  &customer);
		if (e != OK || (e = account_hold_by(d->db, a->id, customer,
				demo_cell(t, i, HOLDER_ROLE))) != OK)
			return e;
	}
	return OK;
}

static enum err
users_add(struct demo *d, const char *const *passwords)
{
	const struct demo_table *t = &d->files->users;
	struct user u;
	enum err e;
	int i, j;

	for (i = 0; i < t->rows; i++) {
		u = (struct user){.user_id = demo_cell(t, i, USER_ID),
				  .role = demo_cell(t, i, USER_ROLE),
				  .password = passwords[i]};
		e = customer_find(d->db, demo_cell(t, i, USER_CUSTOMER),
				  &u.customer);
		if (e != OK ||
		    (e = user_add(d->db, &u, &actor_operator)) != OK)
			return e;
		for (j = 0; j < d->account_count; j++)
			if (d->accounts[j].customer == u.customer)
				d->accounts[j].user = u.id;
	}
	return OK;
}

enum err
demo_people(struct demo *d, const char *const *passwords)
{
	enum err e;

	if ((e = products_add(d)) != OK || (e = offers_add(d)) != OK ||
	    (e = branches_add(d)) != OK ||
	    (e = customers_add(d)) != OK || (e = accounts_add(d)) != OK ||
	    (e = holders_add(d)) != OK)
		return e;
	return users_add(d, passwords);
}
