/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* opening_user.c: what the applicant is told of the account that was opened,
 * and the user they make for it. */
#include "bank/opening.h"

#include <string.h>

#include "bank/contact.h"
#include "bank/user.h"
#include "lib/settings.h"

const char *
opening_link(struct pool *pool, const char *token)
{
	return pool_printf(pool, "%s/apply/resume?token=%s",
			   settings()->PUBLIC_BASE_URL, token);
}

static enum err
account_read(struct db *db, struct pool *pool, int64_t account,
	     struct opening *o)
{
	struct stmt *q = db_sql(db,
		"SELECT a.number, a.currency, p.name FROM account a "
		"JOIN product p ON p.code = a.product WHERE a.id = :id");
	bool found;
	enum err e;

	db_put_int(q, "id", account);
	if ((found = db_row(q))) {
		o->number = pool_strdup(pool, db_text(q, "number"));
		o->currency = pool_strdup(pool, db_text(q, "currency"));
		o->product = pool_strdup(pool, db_text(q, "name"));
	}
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}

enum err
opening_get(struct db *db, struct pool *pool, const struct application *a,
	    struct opening *o)
{
	struct customer c;
	struct user u;
	enum err e;

	*o = (struct opening){.user_id = ""};
	if (strcmp(a->state, "approved") != 0)
		return ERR_MISSING;
	if ((e = account_read(db, pool, a->account, o)) != OK ||
	    (e = customer_get(db, pool, a->customer, &c)) != OK)
		return e;
	o->customer_id = c.code;
	if (a->existing && !contact_same_email(c.email, a->email))
		o->customer_id = o->number = "";
	e = user_of(db, pool, a->customer, &u);
	o->has_user = e == OK;
	o->may_set_user = e == ERR_MISSING && !a->existing;
	if (e == OK && u.id == a->user)
		o->user_id = u.user_id;
	return e == ERR_MISSING ? OK : e;
}

static enum err
may_make(struct db *db, struct pool *pool, const struct application *a)
{
	struct user u;
	enum err e;

	if (strcmp(a->state, "approved") != 0)
		return ERR_MISSING;
	if (a->existing)
		return ERR_FORBIDDEN;
	e = user_of(db, pool, a->customer, &u);
	if (e == OK)
		return ERR_EXPIRED;
	return e == ERR_MISSING ? OK : e;
}

static enum err
user_work(struct db *db, void *arg)
{
	struct opening_user *x = arg;
	struct actor who = {"customer", 0, x->who->address, x->who->device};
	struct user u = {.role = "customer", .user_id = x->user_id,
			 .password = x->password};
	struct application a;
	enum err e;

	if ((e = application_get(db, x->pool, x->application, &a)) != OK ||
	    (e = may_make(db, x->pool, &a)) != OK)
		return e;
	u.customer = a.customer;
	if ((e = user_add(db, &u, &who)) != OK)
		return e;
	a.user = u.id;
	return application_decide(db, &a, &who);
}

enum err
opening_user(struct db *db, struct opening_user *x)
{
	return db_write(db, user_work, x);
}
