/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* intake.c: the only one who knows whether a stranger's words fit a person. */
#include "bank/intake.h"

#include <ctype.h>
#include <string.h>

#include "bank/application_code.h"
#include "bank/customer.h"
#include "bank/message.h"
#include "bank/seal.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "lib/settings.h"

static void
put(json_object *o, const char *name, const char *text)
{
	if (*text != '\0')
		json_object_object_add(o, name, json_object_new_string(text));
}

static const char *
data_of(const struct intake *i)
{
	json_object *o = pool_json(i->pool, json_object_new_object());

	put(o, "customer_id", i->customer_id);
	put(o, "tax_id", i->tax_id);
	put(o, "birth_date", i->birth_date);
	put(o, "user_id", i->user_id);
	put(o, "mobile", i->mobile);
	put(o, "email", i->email);
	put(o, "password", i->password);
	put(o, "address", i->who->address);
	put(o, "device", i->who->device);
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

static enum err
ask_work(struct db *db, void *arg)
{
	struct intake *i = arg;
	struct challenge *c = &i->challenge;

	*c = (struct challenge){.purpose = i->purpose, .data = data_of(i),
				.channel = message_first_channel(),
				.sent_to = "···"};
	secret_hash(c->bound, c->data, strlen(c->data));
	return challenge_ask(db, i->pool, c);
}

enum err
intake_ask(struct db *db, struct intake *i)
{
	return db_write(db, ask_work, i);
}

static const char *
get(struct pool *pool, json_object *o, const char *name)
{
	json_object *text;

	if (!json_object_object_get_ex(o, name, &text))
		return "";
	return pool_strdup(pool, json_object_get_string(text));
}

static void
data_read(struct pool *pool, const char *data, struct intake *i,
	  struct actor *who)
{
	json_object *o = json_tokener_parse(data);

	*who = (struct actor){"stranger", 0, get(pool, o, "address"),
			      get(pool, o, "device")};
	i->pool = pool;
	i->who = who;
	i->customer_id = get(pool, o, "customer_id");
	i->tax_id = get(pool, o, "tax_id");
	i->birth_date = get(pool, o, "birth_date");
	i->user_id = get(pool, o, "user_id");
	i->mobile = get(pool, o, "mobile");
	i->email = get(pool, o, "email");
	i->password = get(pool, o, "password");
	json_object_put(o);
}

/* One question and whom it may be about. */
struct look {
	struct pool *pool;
	struct intake given;
	struct actor who;
	struct challenge c;
	struct customer customer;
	struct user user;
};

/* What was given fits, and what was not given is not asked for. */
static bool
fits(const struct intake *i, const struct customer *c)
{
	return !c->closed &&
	       (*i->customer_id == '\0' ||
		seal_same(i->customer_id, c->code)) &&
	       (*i->tax_id == '\0' || seal_same_tax(i->tax_id, c->tax_id)) &&
	       (*i->birth_date == '\0' ||
		strcmp(i->birth_date, c->birth_date) == 0);
}

/* OK with the customer in ${l}, if it is the one; else ERR_MISSING. */
static enum err
customer_fits(struct db *db, struct look *l, int64_t id)
{
	enum err e = customer_get(db, l->pool, id, &l->customer);

	return e != OK || fits(&l->given, &l->customer) ? e : ERR_MISSING;
}

/* What is refused so is not counted: nobody is kept out for longer by those
 * who go on asking. */
static enum err
not_too_often(struct db *db, struct look *l)
{
	int64_t n;
	enum err e = challenge_count(db, &l->c, l->customer.id, &n);
	bool good = e == OK && n < INTAKE_HOURLY;

	l->c.customer = good ? l->customer.id : 0;
	return e == OK && !good ? ERR_MISSING : e;
}

/* The message says what the code is for. */
static enum err
code_send(struct db *db, struct look *l)
{
	json_object *data = pool_json(l->pool, json_object_new_object());
	char code[CHALLENGE_CODE];
	enum err e;

	if ((e = not_too_often(db, l)) != OK ||
	    (e = challenge_found(db, l->pool, &l->c, code)) != OK)
		return e;
	put(data, "user_id", l->given.user_id);
	e = confirm_send(db, l->pool, &l->c, code, data);
	return e != OK ? e
		       : audit_add(db, l->customer.id, &l->who,
				   pool_printf(l->pool, "%s.ask",
					       l->c.purpose),
				   "");
}

/* No code, but a word to the person. */
static enum err
code_refuse(struct db *db, struct look *l, const char *template,
	    const char *user_id)
{
	json_object *data = pool_json(l->pool, json_object_new_object());
	enum err e;

	if ((e = not_too_often(db, l)) != OK ||
	    (e = challenge_unknown(db, l->pool, &l->c)) != OK)
		return e;
	put(data, "user_id", user_id);
	e = message_tell(db, l->pool, l->customer.id, template, data,
			 clock_now() + CLOCK_DAY_MS);
	return e != OK ? e
		       : audit_add(db, l->customer.id, &l->who,
				   "register.refuse", template);
}

static enum err
mobile_shared(struct db *db, const struct look *l, bool *shared)
{
	int64_t ids[CUSTOMER_SAME];
	enum err e = OK;
	int n = 0;

	if (settings()->RESTRICT_SAME_MOBILE_NO_AT_SIGNUP)
		e = customer_reached(db, false, l->customer.mobile, ids, &n);
	*shared = n > 1;
	return e;
}

/* As it is typed, or in capital letters, as the bank's own codes are. */
static enum err
code_find(struct db *db, const struct look *l, int64_t *id)
{
	char *code = pool_strdup(l->pool, l->given.customer_id), *c;
	enum err e = customer_find(db, code, id);

	for (c = code; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return e == ERR_MISSING ? customer_find(db, code, id) : e;
}

static enum err
register_look(struct db *db, struct look *l)
{
	bool shared;
	int64_t id;
	enum err e;

	if ((e = code_find(db, l, &id)) != OK ||
	    (e = customer_fits(db, l, id)) != OK)
		return e;
	e = user_of(db, l->pool, id, &l->user);
	if (e == OK)
		return code_refuse(db, l, "has-user-id", l->user.user_id);
	if (e != ERR_MISSING || (e = mobile_shared(db, l, &shared)) != OK)
		return e;
	return shared ? code_refuse(db, l, "same-mobile", "")
		      : code_send(db, l);
}

static enum err
reset_look(struct db *db, struct look *l)
{
	enum err e;

	if ((e = user_find(db, l->pool, l->given.user_id, &l->user)) != OK ||
	    (e = customer_fits(db, l, l->user.customer)) != OK)
		return e;
	l->c.user = l->user.id;
	return code_send(db, l);
}

/* A family may share one number or mailbox. */
static enum err
user_id_look(struct db *db, struct look *l)
{
	bool by_mail = *l->given.email != '\0';
	int64_t ids[CUSTOMER_SAME];
	enum err e;
	int i, n;

	e = customer_reached(db, by_mail,
			     by_mail ? l->given.email : l->given.mobile, ids,
			     &n);
	if (e != OK)
		return e;
	for (i = 0, e = ERR_MISSING; e == ERR_MISSING && i < n; i++)
		if ((e = customer_fits(db, l, ids[i])) == OK)
			e = user_of(db, l->pool, ids[i], &l->user);
	if (e != OK)
		return e;
	l->c.user = l->user.id;
	return code_send(db, l);
}

/* A link instead of a code, for which nobody is known yet. */
static enum err
apply_look(struct db *db, struct look *l)
{
	struct application_lost lost = {l->pool, l->given.email,
					l->given.mobile, &l->who};
	enum err e = application_link_send(db, &lost);

	return e != OK ? e : challenge_unknown(db, l->pool, &l->c);
}

static const struct {
	const char *purpose;
	enum err (*run)(struct db *, struct look *);
} looks[] = {
	{"register", register_look},
	{"reset", reset_look},
	{"user_id", user_id_look},
	{"apply", apply_look},
};
enum { LOOKS = sizeof looks / sizeof *looks };

/* What is too old, cannot be opened any more, or asks for a user whom somebody
 * changed must not stand in the way of the others. */
static enum err
look_work(struct db *db, void *arg)
{
	struct look *l = arg;
	enum err e;
	int i;

	e = challenge_asked(db, l->pool, &l->c);
	if (e != OK && e != ERR_INTERNAL)
		return e;
	if (e != OK || clock_now() >= l->c.expires_at)
		return challenge_unknown(db, l->pool, &l->c);
	data_read(l->pool, l->c.data, &l->given, &l->who);
	for (i = 0, e = ERR_MISSING; i < LOOKS; i++)
		if (strcmp(looks[i].purpose, l->c.purpose) == 0)
			e = looks[i].run(db, l);
	return e == ERR_MISSING || e == ERR_CONFLICT
		       ? challenge_unknown(db, l->pool, &l->c)
		       : e;
}

/* Looking costs no write: most of the time nothing is asked. */
static enum err
anything_asked(struct db *db, struct pool *pool)
{
	struct challenge c;
	enum err e = challenge_asked(db, pool, &c);

	db_rest(db);
	return e == ERR_INTERNAL ? OK : e;
}

/* Trouble after something was done is told the next time. */
enum err
intake_run_due(struct db *db)
{
	struct pool *pool = pool_new();
	struct look l;
	enum err e;
	int i;

	for (i = 0; i < INTAKE_RUN; i++) {
		l = (struct look){.pool = pool};
		if ((e = anything_asked(db, pool)) != OK ||
		    (e = db_write(db, look_work, &l)) != OK)
			break;
		pool_reset(pool);
	}
	pool_free(pool);
	return i > 0 || e == ERR_MISSING ? OK : e;
}

/* ERR_CONFLICT: not free, or not needed any more. */
static enum err
register_work(struct db *db, void *arg)
{
	struct confirm *x = arg;
	struct actor from, who = {"customer", 0, x->who->address,
				  x->who->device};
	struct intake given = {.pool = x->pool};
	struct user u = {.customer = x->challenge.customer,
			 .role = "customer"}, other;
	char number[9];
	enum err e;

	data_read(x->pool, x->challenge.data, &given, &from);
	e = user_of(db, x->pool, u.customer, &other);
	if (e != ERR_MISSING)
		return e == OK ? ERR_CONFLICT : e;
	secret_code(number, 8);
	u.user_id = *given.user_id != '\0'
			    ? given.user_id
			    : pool_printf(x->pool, "u%s", number);
	u.password = given.password;
	x->user_id = u.user_id;
	return user_add(db, &u, &who);
}

enum err
intake_register(struct db *db, struct confirm *x)
{
	enum err e = db_try(db, register_work, x);

	if (e != ERR_CONFLICT)
		return e;
	x->verdict = e;
	return OK;
}

enum err
intake_user_id(struct db *db, struct confirm *x)
{
	struct actor who = {"stranger", 0, x->who->address, x->who->device};
	enum err e;

	if ((e = user_name(db, x->pool, x->challenge.user, &x->user_id)) != OK)
		return e;
	return audit_add(db, x->challenge.customer, &who, "user_id.tell", "");
}
