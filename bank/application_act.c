/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_act.c: looks at an application and does one thing to it, in one
 * write. */
#include "bank/application_act.h"

#include <string.h>

#include "bank/offer.h"
#include "bank/review.h"
#include "lib/clock.h"

static enum err
again(struct db *db, struct application_act *x)
{
	return application_get(db, x->pool, x->application.id,
			       &x->application);
}

static bool
differs(const char *wanted, const char *have)
{
	return wanted != NULL && strcmp(wanted, have) != 0;
}

static enum err
must_be_open(const struct application_act *x, const char *step)
{
	return application_open(&x->application, step) ? OK : ERR_CONFLICT;
}

static enum err
must_be_old_enough(struct db *db, const struct application_act *x,
		   const char *offer, const struct details *d)
{
	int32_t today = clock_day(clock_now());
	struct offer o;
	enum err e = offer_get(db, x->pool, offer, &o);

	if (e != OK)
		return e;
	return details_age(d->birth_date, today) < o.age_min ? ERR_INPUT : OK;
}

/* Who has said when they were born may not have what they are too young for,
 * in whatever order they choose. */
static enum err
offer_change(struct db *db, struct application_change *c)
{
	struct application *a = &c->act.application;
	struct details d;
	enum err e = must_be_open(&c->act, "product");

	if (e == OK && a->details_at != 0 &&
	    (e = details_read(c->act.pool, a, &d)) == OK)
		e = must_be_old_enough(db, &c->act, c->offer, &d);
	return e != OK ? e
		       : application_set_offer(db, a, c->offer, c->act.who);
}

static enum err
choice_change(struct db *db, struct application_change *c)
{
	struct application *a = &c->act.application;
	enum err e = OK;

	if (differs(c->offer, a->offer))
		e = offer_change(db, c);
	if (e == OK && differs(c->branch, a->branch) &&
	    (e = must_be_open(&c->act, "branch")) == OK)
		e = application_set_branch(db, a, c->branch, c->act.who);
	return e;
}

/* Of who was asked for one address alone, the other stays. */
static enum err
contact_change(struct db *db, struct application_change *c)
{
	struct application *a = &c->act.application;
	struct application_contact to = {
		c->name != NULL ? c->name : a->name,
		c->email != NULL ? c->email : a->email,
		c->mobile != NULL ? c->mobile : a->mobile};
	bool email = differs(c->email, a->email);
	bool mobile = differs(c->mobile, a->mobile), name;
	enum err e = OK;

	name = differs(c->name, a->name);
	if (!email && !mobile && !name)
		return OK;
	if (email)
		e = must_be_open(&c->act, "email");
	if (e == OK && mobile)
		e = must_be_open(&c->act, "mobile");
	if (e == OK)
		e = must_be_open(&c->act, "contact");
	return e != OK ? e
		       : application_set_contact(db, c->act.pool, a, &to,
						 c->act.who);
}

static enum err
change_work(struct db *db, void *arg)
{
	struct application_change *c = arg;
	enum err e = again(db, &c->act);

	if (e == OK)
		e = choice_change(db, c);
	return e != OK ? e : contact_change(db, c);
}

enum err
application_change(struct db *db, struct application_change *c)
{
	return db_write(db, change_work, c);
}

static enum err
details_work(struct db *db, void *arg)
{
	struct application_details *d = arg;
	enum err e = again(db, &d->act);

	if (e == OK)
		e = must_be_open(&d->act, "details");
	if (e == OK)
		e = must_be_old_enough(db, &d->act, d->act.application.offer,
				       &d->details);
	return e != OK ? e
		       : details_write(db, d->act.pool, &d->act.application,
				       &d->details, d->act.who);
}

enum err
application_details(struct db *db, struct application_details *d)
{
	return db_write(db, details_work, d);
}

static enum err
keep_work(struct db *db, void *arg)
{
	struct application_details *d = arg;
	struct application *a = &d->act.application;
	enum err e = again(db, &d->act);

	if (e == OK)
		e = must_be_open(&d->act, "details");
	return e != OK ? e
		       : application_keep_details(
				 db, d->act.pool, a,
				 details_text(d->act.pool, &d->details),
				 d->act.who);
}

enum err
application_keep(struct db *db, struct application_details *d)
{
	return db_write(db, keep_work, d);
}

static enum err
submit_work(struct db *db, void *arg)
{
	struct application_submit *s = arg;
	struct application *a = &s->act.application;
	json_object *data = pool_json(s->act.pool, json_object_new_object());
	enum err e = again(db, &s->act);

	if (e != OK || (application_done(a, "sent") &&
			strcmp(a->state, "expired") != 0))
		return e;
	e = review_enter(db, s->act.pool, a, s->act.who);
	if (e != OK || strcmp(a->state, "sent") != 0)
		return e; /* or decided at once, with a letter of its own */
	json_object_object_add(data, "product",
			       json_object_new_string(s->product));
	return application_tell(db, s->act.pool, a, "apply-sent", data);
}

enum err
application_submit(struct db *db, struct application_submit *s)
{
	return db_write(db, submit_work, s);
}
