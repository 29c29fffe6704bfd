/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkeys.c: the passkeys a person has: adding, naming, removing. */
#include "bank/passkey.h"

#include <string.h>

#include "bank/ceremony.h"
#include "bank/customer.h"
#include "bank/device.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/form.h"
#include "lib/log.h"
#include "lib/settings.h"
#include "lib/utf8.h"

enum { PASSKEYS_MAX = 20 };

enum err
passkey_bytes(struct req *rq, const char *field, const char *text,
	      struct piece *out)
{
	size_t room = strlen(text);
	void *bytes = pool_alloc(rq->pool, room + 1);
	long len = secret_unbase64url(bytes, room, text);

	*out = (struct piece){bytes, len < 0 ? 0 : (size_t)len};
	return len < 0 ? req_note(rq, field,
				  "This contains characters that cannot be "
				  "used.")
		       : OK;
}

void
passkey_put(json_object *o, struct pool *pool, const char *name,
	    struct piece p)
{
	char *text = pool_alloc(pool, (4 * p.len + 2) / 3 + 1);

	json_object_object_add(
		o, name,
		json_object_new_string(secret_base64url(text, p.data, p.len)));
}

json_object *
passkey_question(struct req *rq, const struct ceremony *c,
		 json_object *options)
{
	json_object *v = view_new(rq);

	view_id(v, "ceremony_id", c->id);
	view_time(v, "expires_at", c->expires_at);
	passkey_put(options, rq->pool, "challenge",
		    (struct piece){c->challenge, sizeof c->challenge});
	view_int(options, "timeout", CEREMONY_MINUTES * 60000);
	json_object_object_add(v, "publicKey", options);
	return v;
}

static json_object *
passkey_view(const struct passkey *p)
{
	json_object *o = json_object_new_object();

	view_id(o, "passkey_id", p->id);
	view_text(o, "name", p->name);
	view_time(o, "made_at", p->made_at);
	if (p->used_at != 0)
		view_time(o, "used_at", p->used_at);
	view_bool(o, "backed_up", p->backed_up);
	return o;
}

enum err
passkeys_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq), *array = json_object_new_array();
	struct passkey *p;
	struct site site;
	enum err e;

	json_object_object_add(v, "passkeys", array);
	e = passkey_list(rq->db, rq->pool, rq->who.user, &p);
	if (e != OK)
		return e;
	for (; p != NULL; p = p->next)
		json_object_array_add(array, passkey_view(p));
	json_object_object_add(v, "next", NULL);
	if (!rq->wants_json)
		view_bool(v, "possible", site_find(rq, &site));
	return resp_page(rs, "passkeys", v);
}

/* {"type":"public-key","id":...}, for lists of credentials. */
static json_object *
credential_view(struct req *rq, const struct passkey *p)
{
	json_object *o = json_object_new_object();

	view_text(o, "type", "public-key");
	passkey_put(o, rq->pool, "id", p->credential);
	return o;
}

static json_object *
party_view(const struct site *site)
{
	json_object *o = json_object_new_object();

	view_text(o, "id", site->rp);
	view_text(o, "name", settings()->BANK_NAME);
	return o;
}

static enum err
user_view(struct req *rq, json_object *options)
{
	json_object *o = json_object_new_object();
	const char *name = rq->who.name;
	uint8_t handle[SECRET_HASH];
	enum err e = OK;

	json_object_object_add(options, "user", o);
	if (rq->who.customer != 0)
		e = customer_name(rq->db, rq->pool, rq->who.customer, &name);
	passkey_handle(rq->who.user, handle);
	passkey_put(o, rq->pool, "id", (struct piece){handle, sizeof handle});
	view_text(o, "name", rq->who.name);
	view_text(o, "displayName", name);
	return e;
}

/* The kinds of key, the most wanted first (the last for Windows Hello); kept
 * by the device itself, opened by its owner alone. */
static void
kind_view(json_object *options)
{
	static const int algs[] = {-7, -8, -257}; /* ES256, EdDSA, RS256 */
	json_object *list = json_object_new_array();
	json_object *choice = json_object_new_object(), *kind;
	size_t i;

	for (i = 0; i < sizeof algs / sizeof *algs; i++) {
		kind = json_object_new_object();
		view_text(kind, "type", "public-key");
		view_int(kind, "alg", algs[i]);
		json_object_array_add(list, kind);
	}
	json_object_object_add(options, "pubKeyCredParams", list);
	view_text(choice, "residentKey", "required");
	view_bool(choice, "requireResidentKey", true);
	view_text(choice, "userVerification", "required");
	json_object_object_add(options, "authenticatorSelection", choice);
	view_text(options, "attestation", "none");
}

/* A device that has one of theirs makes no second. */
static enum err
known_view(struct req *rq, json_object *options)
{
	json_object *list = json_object_new_array();
	struct passkey *p;
	enum err e;

	json_object_object_add(options, "excludeCredentials", list);
	e = passkey_list(rq->db, rq->pool, rq->who.user, &p);
	for (; e == OK && p != NULL; p = p->next)
		json_object_array_add(list, credential_view(rq, p));
	return e == OK && json_object_array_length(list) >= PASSKEYS_MAX
		       ? ERR_LIMIT
		       : e;
}

enum err
passkey_options(struct req *rq, struct resp *rs)
{
	struct ceremony c = {.kind = "create", .user = rq->who.user,
			     .session = rq->who.session};
	json_object *o = view_new(rq);
	struct site site;
	enum err e;

	if ((e = front_confirmed(rq)) != OK)
		return e;
	if (!site_find(rq, &site))
		return ERR_CONFLICT;
	json_object_object_add(o, "rp", party_view(&site));
	kind_view(o);
	if ((e = user_view(rq, o)) != OK || (e = known_view(rq, o)) != OK ||
	    (e = passkey_ask(rq, rs, &c)) != OK)
		return e;
	return resp_page(rs, NULL,
			 passkey_question(rq, &c, json_object_get(o)));
}

struct made {
	uint8_t ceremony_id[SECRET_ID];
	const char *name, *client_data, *authenticator_data;
};

static const struct field made_fields[] = {
	FORM_ID(struct made, ceremony_id),
	FORM_TEXT(struct made, name, 0, PASSKEY_NAME),
	FORM_TEXT(struct made, client_data, 1, 4000),
	FORM_TEXT(struct made, authenticator_data, 1, 4000),
};

static enum err
made_read(struct req *rq, struct made *m, struct passkey_new *n)
{
	enum err e;

	e = form_read(rq, made_fields, FORM_COUNT(made_fields), m);
	if (e != OK)
		return e;
	n->ceremony = m->ceremony_id;
	n->name = *m->name != '\0' ? m->name
				   : device_words(rq->pool, rq->device);
	if (*n->name == '\0' || utf8_length(n->name) > PASSKEY_NAME)
		n->name = "Passkey";
	e = passkey_bytes(rq, "client_data", m->client_data,
			  &n->w.client_data);
	return e != OK ? e
		       : passkey_bytes(rq, "authenticator_data",
				       m->authenticator_data,
				       &n->w.auth_data);
}

enum err
passkey_post(struct req *rq, struct resp *rs)
{
	struct passkey_new n = {
		.w.pool = rq->pool, .session = rq->who.session,
		.user = rq->who.user, .customer = rq->who.customer,
		.who = front_actor(rq)};
	struct site site;
	struct made m;
	enum err e;

	if ((e = front_confirmed(rq)) != OK ||
	    (e = made_read(rq, &m, &n)) != OK)
		return e;
	if (!site_find(rq, &site))
		return ERR_CONFLICT;
	n.w.rp = site.rp;
	n.w.origin = site.origin;
	if ((e = passkey_add(rq->db, &n)) == ERR_PASSKEY)
		log_event("warn", "passkey refused", "why", n.why, NULL);
	if (e != OK)
		return e;
	return resp_see(rq, rs, 201,
			pool_json(rq->pool, passkey_view(&n.made)),
			"/passkeys");
}

static struct passkey_change
change(struct req *rq, const uint8_t *id)
{
	return (struct passkey_change){
		.pool = rq->pool, .user = rq->who.user,
		.customer = rq->who.customer, .id = id,
		.who = front_actor(rq)};
}

enum err
passkey_delete(struct req *rq, struct resp *rs)
{
	uint8_t id[SECRET_ID];
	struct passkey_change c = change(rq, id);
	enum err e;

	if (!secret_id_parse(id, req_param(rq, "id")))
		return ERR_MISSING;
	if ((e = front_confirmed(rq)) != OK)
		return e;
	e = passkey_remove(rq->db, &c);
	return e != OK ? e : resp_see(rq, rs, 204, NULL, "/passkeys");
}

struct naming {
	const char *name;
};

static const struct field naming_fields[] = {
	FORM_TEXT(struct naming, name, 1, PASSKEY_NAME),
};

static enum err
name_again(struct req *rq, struct resp *rs, enum err e)
{
	if (!rq->wants_json && passkeys_show(rq, rs) != OK)
		rs->page = NULL;
	return e;
}

enum err
passkey_rename_post(struct req *rq, struct resp *rs)
{
	uint8_t id[SECRET_ID];
	struct passkey_change c = change(rq, id);
	struct passkey p;
	struct naming n;
	enum err e;

	if (!secret_id_parse(id, req_param(rq, "id")))
		return ERR_MISSING;
	e = form_read(rq, naming_fields, FORM_COUNT(naming_fields), &n);
	if (e != OK)
		return name_again(rq, rs, e);
	c.name = n.name;
	if ((e = passkey_rename(rq->db, &c)) != OK ||
	    (e = passkey_get(rq->db, rq->pool, rq->who.user, id, &p)) != OK)
		return e;
	return resp_see(rq, rs, 200, pool_json(rq->pool, passkey_view(&p)),
			"/passkeys");
}
