/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff.c: makes the people and applications of staff.h. */
#include "t/lib/staff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/customer.h"
#include "bank/seal.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "lib/secret.h"

struct staff staff_sam, staff_sam2, staff_tia, staff_ada, staff_uma,
	staff_tom;

static void
must(enum err e, const char *what)
{
	if (e == OK)
		return;
	printf("Bail out! %s: %s\n", what, err_sentence(e));
	exit(1);
}

static int64_t
customer(struct db *db, const char *code, const char *name)
{
	struct pool *pool = pool_new();
	struct customer c = {
		.code = code, .name = name, .birth_date = "1980-01-02",
		.tax_id = pool_printf(pool, "TX-%s", code),
		.mobile = pool_printf(pool, "+44770090%s", code + 1),
		.email = pool_printf(pool, "%s@bank.example", code),
		.branch = "", .language = "en"};

	must(customer_add(db, &c), name);
	pool_free(pool);
	return c.id;
}

static struct staff
user(struct db *db, const char *user_id, const char *role, int64_t who)
{
	struct pool *pool = pool_new();
	struct user u = {.user_id = user_id, .role = role, .customer = who};

	u.password = secret_password(
		pool, "correct horse",
		(struct secret_cost){BANK_PASSES, BANK_KIB, 1, 0});
	must(user_add(db, &u, &actor_operator), user_id);
	pool_free(pool);
	return (struct staff){u.id, who};
}

static enum err
people_work(struct db *db, void *arg)
{
	int64_t sam = customer(db, "S0001", "Sam Staff");

	(void)arg;
	staff_sam = user(db, "sam", "compliance", sam);
	staff_sam2 = user(db, "sam2", "compliance", sam);
	staff_tia = user(db, "tia", "compliance",
			 customer(db, "S0002", "Tia Staff"));
	staff_ada = user(db, "ada", "admin",
			 customer(db, "S0003", "Ada Staff"));
	staff_tom = user(db, "tom", "teller",
			 customer(db, "S0004", "Tom Staff"));
	staff_uma = user(db, "uma", "compliance", 0);
	return OK;
}

void
staff_bank(struct bank *b)
{
	apply_bank(b);
	must(db_write(b->db, people_work, NULL), "staff");
}

struct giving {
	struct pool *pool;
	struct application *a;
	const char *tax_id;
};

static enum err
details_work(struct db *db, void *arg)
{
	struct giving *g = arg;
	struct details d = apply_good();

	d.tax_id = g->tax_id;
	return details_write(db, g->pool, g->a, &d, &apply_actor);
}

static enum err
enter(struct db *db, struct pool *pool, struct application *a)
{
	return review_enter(db, pool, a, &apply_actor);
}

struct application
staff_sent(struct bank *b, int n)
{
	struct application a = apply_begin(b);
	struct giving g = {b->pool, &a, pool_printf(b->pool, "9%09d", n)};

	must(apply_contact(b, &a, pool_printf(b->pool, "Nora Neu %d", n),
			   pool_printf(b->pool, "nora%d@new.example", n),
			   pool_printf(b->pool, "+49151%08d", n)),
	     "contact");
	must(apply_do(b, apply_mobile, &a), "mobile");
	must(apply_do(b, apply_email, &a), "email");
	must(db_write(b->db, details_work, &g), "details");
	must(apply_do(b, apply_documents, &a), "documents");
	must(apply_do(b, apply_identity, &a), "identity");
	must(apply_do(b, enter, &a), "sending");
	return a;
}

static const char *
or_none(const char *text)
{
	return text != NULL ? text : "";
}

struct review
staff_review(struct bank *b, const struct staff *who,
	     const struct application *a, const char *verdict,
	     const char *word, const char *note)
{
	struct actor *actor = pool_alloc(b->pool, sizeof *actor);

	*actor = (struct actor){"staff", who->user, "192.0.2.9", "a desk"};
	return (struct review){
		.pool = b->pool, .who = actor, .user = who->user,
		.customer = who->customer, .application = a->public_id,
		.verdict = verdict, .reason = or_none(word),
		.what = or_none(word), .note = or_none(note)};
}

enum err
staff_says(struct bank *b, const struct staff *who,
	   const struct application *a, const char *verdict, const char *word,
	   const char *note)
{
	struct review r = staff_review(b, who, a, verdict, word, note);

	return review_decide(b->db, &r);
}

struct hit {
	struct pool *pool;
	const struct application *a;
	uint8_t *id;
	int score;
};

static enum err
hit_work(struct db *db, void *arg)
{
	const struct hit *h = arg;
	struct stmt *q = db_sql(db,
		"INSERT INTO screening_hit (id, application, list, entry, "
		"score, evidence, state, made_at) VALUES (:id, :application, "
		"'EU 2026-11-01', '4711', :score, :evidence, 'open', :now)");

	db_put_blob(q, "id", h->id, SECRET_ID);
	db_put_int(q, "application", h->a->id);
	db_put_int(q, "score", h->score);
	db_put_int(q, "now", clock_now());
	seal_put(q, h->pool, "evidence", "screening_hit.evidence",
		 seal_row(h->id), "{\"name\":\"Nora Neuh\"}");
	return db_done(q);
}

const uint8_t *
staff_hit(struct bank *b, const struct application *a, int score)
{
	struct hit h = {b->pool, a, pool_alloc(b->pool, SECRET_ID), score};

	secret_id(h.id);
	must(db_write(b->db, hit_work, &h), "a likeness");
	return h.id;
}

struct application
staff_look(struct bank *b, const struct application *a)
{
	struct application now;

	must(application_get(b->db, b->pool, a->id, &now), "application");
	db_rest(b->db);
	return now;
}
