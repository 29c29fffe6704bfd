/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* apply.c: makes the applications of apply.h and does things to them. */
#include "t/lib/apply.h"

#include <stdio.h>

const struct actor apply_actor = {"stranger", 0, "192.0.2.7", "a browser"};

static enum err
bank_work(struct db *db, void *arg)
{
	(void)arg;
	return db_script(db,
		"INSERT INTO branch (code, name) VALUES "
		"('NORTH', 'North'), ('SOUTH', 'South') "
		"ON CONFLICT DO NOTHING;"
		"INSERT INTO offer (product, category, currency, age_min) "
		"VALUES ('DAILY', 'deposit', 'EUR', 18), "
		"('SAVE', 'deposit', 'EUR', 12) ON CONFLICT DO NOTHING;");
}

void
apply_bank(struct bank *b)
{
	if (db_write(b->db, bank_work, NULL) != OK)
		printf("Bail out! no offers\n");
}

struct doing {
	struct pool *pool;
	struct application *a;
	apply_work *work;
	struct application_contact contact;
	const char *steps, *state;
	int64_t customer;
	char *token;
	struct application_session session;
};

static enum err
do_work(struct db *db, void *arg)
{
	struct doing *x = arg;

	return x->work(db, x->pool, x->a);
}

enum err
apply_do(struct bank *b, apply_work *work, struct application *a)
{
	struct doing x = {.pool = b->pool, .a = a, .work = work};

	return db_write(b->db, do_work, &x);
}

static struct application
given(void)
{
	return (struct application){
		.offer = "DAILY", .branch = "NORTH", .language = "en",
		.name = "Nora Neu", .email = "nora@new.example",
		.mobile = "+4915112345678"};
}

static enum err
begin(struct db *db, struct pool *pool, struct application *a)
{
	return application_new(db, pool, a, &apply_actor);
}

struct application
apply_begin(struct bank *b)
{
	struct application a = given();

	if (apply_do(b, begin, &a) != OK)
		printf("Bail out! no application\n");
	return a;
}

enum err
apply_nowhere(struct db *db, struct pool *pool, struct application *a)
{
	struct application other = given();

	(void)a;
	other.offer = "FEE";
	return application_new(db, pool, &other, &apply_actor);
}

enum err
apply_email(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_mark_code(db, a, "email", &apply_actor);
}

enum err
apply_mobile(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_mark_code(db, a, "mobile", &apply_actor);
}

struct details
apply_good(void)
{
	return (struct details){
		.given_names = "Nora", .family_name = "Neu",
		.birth_date = "1994-02-28", .nationality = "DE",
		.address = "Lindenweg 3", .address_more = "",
		.postcode = "10115", .city = "Berlin", .country = "DE",
		.tax_id = "12 345 678 901", .tax_country = "DE",
		.occupation = "employed", .source_of_funds = "salary",
		.declarations = true};
}

enum err
apply_details(struct db *db, struct pool *pool, struct application *a)
{
	struct details d = apply_good();

	return details_write(db, pool, a, &d, &apply_actor);
}

enum err
apply_other_details(struct db *db, struct pool *pool, struct application *a)
{
	struct details d = apply_good();

	d.family_name = "Neumann";
	return details_write(db, pool, a, &d, &apply_actor);
}

enum err
apply_documents(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_mark_documents(db, a, &apply_actor);
}

enum err
apply_identity(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_mark_identity(db, a, "desk", "passed",
					 &actor_system);
}

enum err
apply_send(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_send(db, a, &apply_actor);
}

enum err
apply_product(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_set_offer(db, a, "SAVE", &apply_actor);
}

enum err
apply_branch(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_set_branch(db, a, "SOUTH", &apply_actor);
}

enum err
apply_tell(struct db *db, struct pool *pool, struct application *a)
{
	json_object *data = pool_json(pool, json_object_new_object());

	return application_tell(db, pool, a, "apply-sent", data);
}

enum err
apply_wipe(struct db *db, struct pool *pool, struct application *a)
{
	(void)pool;
	return application_wipe(db, a, &actor_system);
}

struct application
apply_ready(struct bank *b)
{
	struct application a = apply_begin(b);
	apply_work *const all[] = {apply_mobile, apply_email, apply_details,
				   apply_documents, apply_identity};
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		if (apply_do(b, all[i], &a) != OK)
			printf("Bail out! step %zu\n", i);
	return a;
}

static enum err
contact_work(struct db *db, void *arg)
{
	struct doing *x = arg;

	return application_set_contact(db, x->pool, x->a, &x->contact,
				       &apply_actor);
}

enum err
apply_contact(struct bank *b, struct application *a, const char *name,
	      const char *email, const char *mobile)
{
	struct doing x = {.pool = b->pool, .a = a,
			  .contact = {name, email, mobile}};

	return db_write(b->db, contact_work, &x);
}

static enum err
ask_work(struct db *db, void *arg)
{
	struct doing *x = arg;

	return application_ask(db, x->a, x->steps, "It cannot be read.",
			       &actor_system);
}

enum err
apply_ask(struct bank *b, struct application *a, const char *steps)
{
	struct doing x = {.a = a, .steps = steps};

	return db_write(b->db, ask_work, &x);
}

static enum err
decide_work(struct db *db, void *arg)
{
	struct doing *x = arg;

	x->a->state = x->state;
	x->a->customer = x->customer;
	return application_decide(db, x->a, &actor_system);
}

enum err
apply_decide(struct bank *b, struct application *a, const char *state,
	     int64_t customer)
{
	struct doing x = {.a = a, .state = state, .customer = customer};

	return db_write(b->db, decide_work, &x);
}

static enum err
session_work(struct db *db, void *arg)
{
	struct doing *x = arg;

	return application_session_new(db, x->a->id, &apply_actor, &x->session,
				       x->token);
}

static enum err
link_work(struct db *db, void *arg)
{
	struct doing *x = arg;

	return application_link_new(db, x->a, x->token);
}

static const char *
token_of(struct bank *b, const struct application *a, db_work *work)
{
	struct application copy = *a;
	struct doing x = {.a = &copy,
			  .token = pool_alloc(b->pool, SESSION_TOKEN)};

	if (db_write(b->db, work, &x) != OK)
		printf("Bail out! no token\n");
	return x.token;
}

const char *
apply_session(struct bank *b, const struct application *a)
{
	return token_of(b, a, session_work);
}

const char *
apply_link(struct bank *b, const struct application *a)
{
	return token_of(b, a, link_work);
}

int64_t
apply_acts(struct bank *b, const struct application *a, const char *act)
{
	struct stmt *q = db_sql(b->db, "SELECT count(*) AS n FROM audit WHERE "
				       "subject = :subject AND act = :act");

	db_put_int(q, "subject", -a->id);
	db_put_text(q, "act", act);
	return bank_count_of(b, q);
}
