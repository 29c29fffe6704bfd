/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* user.c: whose account is open chooses how to sign in to it. */
#include "bank/opening.h"
#include "bank/password.h"
#include "bank/user.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/front_policy.h"
#include "fcgi-apps/front_rate.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/settings.h"

struct wish {
	const char *user_id, *password;
};

static const struct field wish_fields[] = {
	FORM_TEXT(struct wish, user_id, 0, 100),
	FORM_SECRET(struct wish, password, 1, 400),
};

/* The asking session's application and what came of it. */
static enum err
opened_of(struct req *rq, struct application *a, struct opening *o)
{
	enum err e = kyc_application(rq, a);

	return e != OK ? e : opening_get(rq->db, rq->pool, a, o);
}

static void
opened_view(struct req *rq, json_object *v, const struct application *a,
	    const struct opening *o)
{
	view_text(v, "reference", a->reference);
	view_text(v, "product", o->product);
	view_text(v, "currency", o->currency);
	view_text(v, "customer_id", o->customer_id);
	view_text(v, "account_number", o->number);
	view_bool(v, "existing", a->existing);
	view_bool(v, "may_set_user", o->may_set_user);
	view_bool(v, "has_user", o->has_user);
	view_text(v, "made_user_id", o->user_id);
	if (rq->wants_json)
		return;
	view_bool(v, "own_user_id", !settings()->AUTO_SET_USER_ID_AT_SIGNUP);
	front_policy_view(v);
}

/* Before it is approved there is nothing here yet but the way there. */
enum err
apply_user_form(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct application a;
	struct opening o;
	enum err e = opened_of(rq, &a, &o);

	if (e == ERR_MISSING && !rq->wants_json)
		return resp_see(rq, rs, 200, v, "/apply");
	if (e != OK)
		return e;
	opened_view(rq, v, &a, &o);
	return resp_page(rs, "apply-user", v);
}

/* The bank's own choice if it makes one. */
static enum err
user_id_read(struct req *rq, struct wish *w)
{
	const char *fault;
	char number[9];

	if (settings()->AUTO_SET_USER_ID_AT_SIGNUP) {
		secret_code(number, 8);
		w->user_id = pool_printf(rq->pool, "u%s", number);
		return OK;
	}
	w->user_id = user_normal(rq->pool, w->user_id);
	fault = user_id_fault(w->user_id);
	return fault == NULL ? OK : req_note(rq, "user_id", fault);
}

/* All complaints at once. */
static enum err
wish_read(struct req *rq, struct resp *rs, struct wish *w)
{
	enum err e = form_read(rq, wish_fields, FORM_COUNT(wish_fields), w);

	if (w->user_id != NULL && user_id_read(rq, w) != OK)
		e = ERR_INPUT;
	if (w->password != NULL &&
	    front_policy_note(rq, rs, "password", w->password) != OK)
		e = ERR_INPUT;
	return e;
}

/* Told before the password is worked on, which takes its time. */
static enum err
may_choose(const struct application *a, const struct opening *o)
{
	if (a->existing)
		return ERR_FORBIDDEN;
	return o->may_set_user ? OK : ERR_CONFLICT;
}

/* Who asks for one name after the other is slowed down: it tells which there
 * are. */
static enum err
user_make(struct req *rq, struct resp *rs, const struct application *a,
	  const struct wish *w)
{
	struct opening_user u = {.pool = rq->pool, .who = front_actor(rq),
				 .application = a->id, .user_id = w->user_id};
	enum err e = front_rate(rq, rs, RATE_USER_ID);

	if (e != OK)
		return e;
	u.password = password_encode(rq->pool, w->password);
	if ((e = opening_user(rq->db, &u)) == ERR_CONFLICT)
		req_note(rq, "user_id", "Somebody has this user id already.");
	return e == ERR_EXPIRED ? ERR_CONFLICT : e;
}

enum err
apply_user_post(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct wish w = {.user_id = NULL};
	struct application a;
	struct opening o;
	enum err e;

	if ((e = opened_of(rq, &a, &o)) != OK ||
	    (e = may_choose(&a, &o)) != OK ||
	    (e = wish_read(rq, rs, &w)) != OK ||
	    (e = user_make(rq, rs, &a, &w)) != OK)
		return e;
	view_text(v, "user_id", w.user_id);
	return resp_see(rq, rs, 201, v, "/apply/user");
}
