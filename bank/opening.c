/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* opening.c: the only one who makes customers and accounts of applications. */
#include "bank/opening.h"

#include <stdlib.h>
#include <string.h>

#include "bank/account.h"
#include "bank/application_session.h"
#include "bank/contact.h"
#include "bank/details.h"
#include "bank/message.h"
#include "bank/number.h"
#include "bank/offer.h"
#include "bank/seal.h"
#include "lib/clock.h"

enum { CODE_LENGTH = 7, LETTER_DAYS = 7 };

/* Who has a tax id, closed customers left out. */
static enum err
tax_id_of(struct db *db, const char *tax_id, int64_t ids[CUSTOMER_SAME],
	  int *count)
{
	struct stmt *q = db_sql(db,
		"SELECT id FROM customer WHERE tax_index = :tax_index AND "
		"status = 'active' ORDER BY id LIMIT 20");

	seal_put_tax(q, tax_id);
	*count = 0;
	while (*count < CUSTOMER_SAME && db_row(q))
		ids[(*count)++] = db_int(q, "id");
	return db_done(q);
}

static enum err
person_find(struct db *db, struct pool *pool, const struct details *d,
	    struct customer *out, bool *same_tax_id)
{
	int64_t ids[CUSTOMER_SAME];
	enum err e;
	int i, n;

	*same_tax_id = false;
	if (*d->birth_date == '\0')
		return ERR_MISSING;
	if ((e = tax_id_of(db, d->tax_id, ids, &n)) != OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = customer_get(db, pool, ids[i], out)) != OK)
			return e;
		if (strcmp(out->birth_date, d->birth_date) == 0)
			return OK;
	}
	*same_tax_id = n > 0;
	return ERR_MISSING;
}

enum err
opening_known(struct db *db, struct pool *pool, const struct application *a,
	      struct customer *out, bool *same_tax_id)
{
	struct details d;
	enum err e;

	*same_tax_id = false;
	if (*a->details == '\0')
		return ERR_MISSING;
	if ((e = details_read(pool, a, &d)) != OK)
		return e;
	return person_find(db, pool, &d, out, same_tax_id);
}

/* The largest number among codes as the bank makes them; 0 for none. */
static enum err
code_largest(struct db *db, int64_t *largest)
{
	struct stmt *q = db_sql(db,
		"SELECT code FROM customer WHERE code >= 'C000000' AND "
		"code <= 'C999999' AND length(code) = 7 ORDER BY code DESC");
	const char *code;

	*largest = 0;
	while (*largest == 0 && db_row(q)) {
		code = db_text(q, "code");
		if (strspn(code + 1, "0123456789") == CODE_LENGTH - 1)
			*largest = strtol(code + 1, NULL, 10);
	}
	return db_done(q);
}

static enum err
code_free(struct db *db, struct pool *pool, const char **code)
{
	int64_t n, other;
	enum err e;

	if ((e = code_largest(db, &n)) != OK)
		return e;
	do
		*code = pool_printf(pool, "C%06lld", (long long)++n);
	while ((e = customer_find(db, *code, &other)) == OK);
	return e == ERR_MISSING ? OK : e;
}

/* One application on its way to being approved. */
struct opening_work {
	struct pool *pool;
	struct application *a;
	const struct actor *who;
	struct details d;
	struct customer customer;
	struct offer offer;
	const char *number;
};

static enum err
customer_make(struct db *db, struct opening_work *w)
{
	const struct application *a = w->a;
	enum err e;

	w->customer = (struct customer){
		.name = pool_printf(w->pool, "%s %s", w->d.given_names,
				    w->d.family_name),
		.birth_date = w->d.birth_date, .tax_id = w->d.tax_id,
		.mobile = a->mobile, .email = a->email, .branch = a->branch,
		.language = a->language};
	e = code_free(db, w->pool, &w->customer.code);
	return e != OK ? e : customer_add(db, &w->customer);
}

static enum err
customer_of(struct db *db, struct opening_work *w)
{
	bool same_tax_id;
	enum err e = person_find(db, w->pool, &w->d, &w->customer,
				 &same_tax_id);

	w->a->existing = e == OK;
	if (e == ERR_MISSING)
		e = customer_make(db, w);
	w->a->customer = w->customer.id;
	return e;
}

static enum err
account_make(struct db *db, struct opening_work *w)
{
	struct account_new n = {
		.title = w->offer.product.name,
		.product = w->offer.product.code,
		.currency = w->offer.currency, .branch = w->a->branch,
		.customer = w->customer.id,
		.opened_on = clock_day(clock_now()),
		.overdraft = money_of(0, w->offer.currency)};
	enum err e = number_make(db, w->pool, &n.number);

	w->number = n.number;
	return e != OK ? e : account_open(db, &n, &w->a->account);
}

static enum err
row_write(struct db *db, struct opening_work *w)
{
	w->a->state = "approved";
	w->a->reason = "";
	return application_decide(db, w->a, w->who);
}

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static json_object *
letter_data(struct opening_work *w, bool numbers)
{
	json_object *o = pool_json(w->pool, json_object_new_object());

	put(o, "reference", w->a->reference);
	put(o, "product", w->offer.product.name);
	json_object_object_add(o, "existing",
			       json_object_new_boolean(w->a->existing));
	if (!numbers)
		return o;
	put(o, "customer_id", w->customer.code);
	put(o, "account_number", w->number);
	return o;
}

/* The letter to somebody new opens the application once more, wherever it is
 * read: to set user id and password. */
static enum err
welcome(struct db *db, struct opening_work *w)
{
	json_object *data = letter_data(w, true);
	char token[SESSION_TOKEN];
	enum err e = application_link_new(db, w->a, token);

	put(data, "link", opening_link(w->pool, token));
	return e != OK ? e
		       : application_tell(db, w->pool, w->a, "account-opened",
					  data);
}

/* Who was a customer before is told at the address the bank knows; numbers go
 * nowhere else, for the applicant need not be that person. */
static enum err
person_tell(struct db *db, struct opening_work *w)
{
	bool known = contact_same_email(w->a->email, w->customer.email);
	enum err e = OK;

	if (!w->a->existing)
		return welcome(db, w);
	if (!known)
		e = message_tell(db, w->pool, w->customer.id, "account-opened",
				 letter_data(w, true),
				 clock_now() + LETTER_DAYS * CLOCK_DAY_MS);
	return e != OK ? e
		       : application_tell(db, w->pool, w->a, "account-opened",
					  letter_data(w, known));
}

static enum err
news_tell(struct db *db, struct opening_work *w)
{
	json_object *o = pool_json(w->pool, json_object_new_object());
	char id[SECRET_ID_TEXT];

	put(o, "application_id", secret_id_text(id, w->a->public_id));
	put(o, "reference", w->a->reference);
	put(o, "customer_id", w->customer.code);
	put(o, "account_id", w->number);
	json_object_object_add(o, "existing",
			       json_object_new_boolean(w->a->existing));
	return event_add(db, "kyc.approved", w->customer.id,
			 json_object_to_json_string_ext(
				 o, JSON_C_TO_STRING_PLAIN));
}

static enum err
record_write(struct db *db, struct opening_work *w)
{
	enum err e = application_audit(db, w->a, w->who, "account.open",
				       w->number);

	return e != OK ? e
		       : audit_add(db, w->customer.id, w->who, "account.open",
				   w->number);
}

/* What stands in the row: the caller may have read it before. */
static enum err
opened_already(struct db *db, struct application *a, bool *already)
{
	struct stmt *q = db_sql(db,
		"SELECT customer, account, existing, decided_at "
		"FROM application WHERE id = :id AND state = 'approved'");

	db_put_int(q, "id", a->id);
	if ((*already = db_row(q))) {
		a->state = "approved";
		a->customer = db_int(q, "customer");
		a->account = db_int(q, "account");
		a->existing = db_int(q, "existing") != 0;
		a->decided_at = db_int(q, "decided_at");
	}
	return db_done(q);
}

enum err
opening_do(struct db *db, struct pool *pool, struct application *a,
	   const struct actor *who)
{
	struct opening_work w = {.pool = pool, .a = a, .who = who};
	bool already;
	enum err e;

	if ((e = opened_already(db, a, &already)) != OK || already)
		return e;
	if ((e = details_read(pool, a, &w.d)) != OK ||
	    (e = offer_get(db, pool, a->offer, &w.offer)) != OK ||
	    (e = customer_of(db, &w)) != OK ||
	    (e = account_make(db, &w)) != OK ||
	    (e = row_write(db, &w)) != OK ||
	    (e = person_tell(db, &w)) != OK ||
	    (e = news_tell(db, &w)) != OK)
		return e;
	return record_write(db, &w);
}
