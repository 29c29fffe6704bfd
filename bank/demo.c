/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo.c: makes the demonstration bank from the files in db/demo. */
#include "bank/demo.h"

#include <string.h>

#include "bank/demo_impl.h"
#include "bank/password.h"
#include "bank/schema.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/settings.h"

static enum err
files_read(struct pool *pool, const char *dir, struct demo_files *f)
{
	const struct {
		const char *name, *columns;
		struct demo_table *table;
	} all[] = {
		{"products.csv",
		 "code name category interest_bp per_transfer_min "
		 "per_transfer_max daily_amount daily_count transfer_fee",
		 &f->products},
		{"offers.csv",
		 "product_code category summary features terms monthly_fee "
		 "opening_min age_min",
		 &f->offers},
		{"branches.csv",
		 "code kind name region address lat_e6 lon_e6 hours services",
		 &f->branches},
		{"customers.csv",
		 "customer_id name birth_date tax_id mobile email "
		 "branch_code language",
		 &f->customers},
		{"accounts.csv",
		 "account serial customer_id title product_code currency "
		 "overdraft_limit opened balance card",
		 &f->accounts},
		{"holders.csv", "account customer_id role", &f->holders},
		{"users.csv", "user_id customer_id password role", &f->users},
		{"parties.csv", "group name town bank account", &f->parties},
		{"rhythm.csv",
		 "account kind every on chance low high step season hours "
		 "other party purpose keep from until",
		 &f->rhythm},
	};
	size_t i;
	enum err e;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		if ((e = demo_table_read(pool, dir, all[i].name,
					 all[i].columns, all[i].table)) != OK)
			return e;
	return OK;
}

enum err
demo_settings(struct pool *pool, const char **why)
{
	const char *dir = schema_dir(pool);
	struct demo_table t;
	enum err e;
	int i;

	*why = NULL;
	if (dir == NULL)
		return ERR_MISSING;
	e = demo_table_read(pool, dir, "settings.csv", "name value", &t);
	for (i = 0; e == OK && i < t.rows; i++)
		e = settings_set(pool, demo_cell(&t, i, 0),
				 demo_cell(&t, i, 1), why);
	if (e == OK)
		clock_zone(settings()->BANK_TIMEZONE);
	return e;
}

static enum err
empty_check(struct db *db)
{
	struct stmt *q = db_sql(db, "SELECT count(*) AS customers "
				    "FROM customer");
	bool empty = db_row(q) && db_int(q, "customers") == 0;
	enum err e = db_done(q);

	return e == OK && !empty ? ERR_CONFLICT : e;
}

struct making {
	struct demo_files files;
	const char **passwords; /* encoded, in the order of users.csv */
};

static enum err
all_add(struct demo *d, const struct making *m)
{
	enum err e;

	if ((e = empty_check(d->db)) != OK ||
	    (e = demo_people(d, m->passwords)) != OK)
		return e;
	demo_habits(d);
	if (d->fault != NULL)
		return ERR_INPUT;
	return demo_story(d);
}

static enum err
making_work(struct db *db, void *arg)
{
	const struct making *m = arg;
	struct demo d = {.db = db, .pool = pool_new(), .files = &m->files,
			 .today = clock_day(clock_now())};
	int y, month, day, weekday;
	enum err e;

	clock_split(d.today, &y, &month, &day, &weekday);
	d.first = clock_join(y - 2, month, day);
	e = all_add(&d, m);
	if (d.fault != NULL) {
		log_event("error", "demo.file", "why", d.fault, NULL);
		e = ERR_INPUT;
	}
	pool_free(d.pool);
	return e;
}

/* Hashing takes its time, so it comes before the writing; there are no payments
 * yet that it could be in the way of. */
static void
passwords_hash(struct pool *pool, struct making *m)
{
	const struct demo_table *t = &m->files.users;
	struct secret_cost cost = password_cost();
	int i;

	cost.nice = 0;
	m->passwords = pool_alloc(pool, sizeof *m->passwords *
						(size_t)(t->rows + 1));
	for (i = 0; i < t->rows; i++)
		m->passwords[i] = secret_password(
			pool, demo_cell(t, i, USER_PASSWORD), cost);
}

static const char *
customer_called(const struct demo_files *f, const char *code)
{
	const struct demo_table *t = &f->customers;
	int i;

	for (i = 0; i < t->rows; i++)
		if (strcmp(demo_cell(t, i, CUSTOMER_CODE), code) == 0)
			return demo_cell(t, i, CUSTOMER_NAME);
	return "";
}

/* Who works for the bank is said to. */
static void
signins_write(const struct demo_files *f, FILE *signins)
{
	const struct demo_table *t = &f->users;
	const char *role;
	int i;

	for (i = 0; i < t->rows; i++) {
		role = demo_cell(t, i, USER_ROLE);
		fprintf(signins, "%s\t%s\t%s%s%s\n",
			demo_cell(t, i, USER_ID),
			demo_cell(t, i, USER_PASSWORD),
			customer_called(f, demo_cell(t, i, USER_CUSTOMER)),
			strcmp(role, "customer") == 0 ? "" : "\t",
			strcmp(role, "customer") == 0 ? "" : role);
	}
}

enum err
demo_make(struct db *db, struct pool *pool, FILE *signins)
{
	const char *dir = schema_dir(pool);
	struct making m;
	enum err e;

	if (dir == NULL)
		return ERR_MISSING;
	if ((e = files_read(pool, dir, &m.files)) != OK ||
	    (e = empty_check(db)) != OK)
		return e;
	passwords_hash(pool, &m);
	if ((e = db_write(db, making_work, &m)) != OK)
		return e;
	signins_write(&m.files, signins);
	return OK;
}
