/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_error.c: what a person or a program is told when it did not work. */
#include "lib/app_impl.h"

#include <string.h>

#include "lib/log.h"
#include "lib/page.h"
#include "lib/secret.h"

void
app_member(json_object *object, const char *name, const char *text)
{
	json_object *value;

	if (text == NULL)
		return;
	if ((value = json_object_new_string(text)) == NULL)
		log_bug("out of memory");
	json_object_object_add(object, name, value);
}

/* The handler's own sentence, the operator's, or the error's. */
static const char *
sentence(const struct call *c, enum err e)
{
	const char *text = c->detail != NULL ? c->detail : err_sentence(e);
	json_object *own;

	if (c->rs.view != NULL &&
	    json_object_object_get_ex(c->rs.view, "detail", &own) &&
	    json_object_is_type(own, json_type_string))
		text = json_object_get_string(own);
	return page_words(app_language(&c->rq), text);
}

static json_object *
complaints(const struct call *c)
{
	json_object *list = json_object_new_array(), *one;
	const char *language = app_language(&c->rq);
	const struct note *n;

	for (n = c->rq.notes; n != NULL; n = n->next) {
		one = json_object_new_object();
		app_member(one, "field", n->field);
		app_member(one, "message", page_words(language, n->message));
		json_object_array_add(list, one);
	}
	return list;
}

/* What ${from} has and ${into} has not. */
static void
add_missing(json_object *into, json_object *from)
{
	if (from == NULL || from == into)
		return;
	json_object_object_foreach(from, name, value)
		if (!json_object_object_get_ex(into, name, NULL))
			json_object_object_add(into, name,
					       json_object_get(value));
}

json_object *
app_problem(struct call *c, enum err e, int status)
{
	struct pool *pool = c->rq.pool;
	json_object *p = pool_json(pool, json_object_new_object());

	app_member(p, "type", pool_printf(pool, "/problems/%s", err_code(e)));
	app_member(p, "title",
		   page_words(app_language(&c->rq), err_sentence(e)));
	json_object_object_add(p, "status", json_object_new_int(status));
	app_member(p, "detail", sentence(c, e));
	app_member(p, "code", err_code(e));
	app_member(p, "request_id", c->rq.id);
	json_object_object_add(p, "errors", complaints(c));
	add_missing(p, c->rs.view);
	return p;
}

void
app_error_view(struct call *c, enum err e, int status)
{
	json_object *view = app_problem(c, e, status);

	json_object_object_add(view, err_code(e), json_object_new_boolean(1));
	if (strcmp(sentence(c, e),
		   page_words(app_language(&c->rq), err_sentence(e))) == 0)
		json_object_object_del(view, "detail");
	c->rs.page = "error";
	c->rs.view = view;
}

bool
app_is_secret(const char *name)
{
	static const char *const names[] = {"code", "csrf", "captcha", "token",
					    "idempotency_key"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return strstr(name, "password") != NULL;
}

/* The words the person wrote, over what the form began with. */
static void
keep_words(const struct call *c, json_object *view)
{
	const struct pair *p = c->before;
	json_object *have;

	p = p == NULL ? c->rq.params.first : p->next;
	for (; c->last != c->before && p != NULL; p = p->next) {
		if (p->kind == PAIR_TEXT && !app_is_secret(p->name) &&
		    (!json_object_object_get_ex(view, p->name, &have) ||
		     (!json_object_is_type(have, json_type_array) &&
		      !json_object_is_type(have, json_type_object))))
			app_member(view, p->name, p->value);
		if (p == c->last)
			return;
	}
}

/* The same key again, so that a second try cannot pay twice, unless it is the
 * key that was the problem. */
static const char *
next_key(struct call *c, enum err e)
{
	uint8_t id[SECRET_ID];

	if (*c->rq.idempotency_key == '\0')
		return NULL;
	if (e != ERR_KEY_REUSED)
		return c->rq.idempotency_key;
	secret_id(id);
	return secret_id_text(pool_alloc(c->rq.pool, SECRET_ID_TEXT), id);
}

static void
add_complaints(struct call *c, enum err e)
{
	const char *language = app_language(&c->rq), *name;
	json_object *view = c->rs.view;
	const struct note *n;

	app_member(view, "problem", sentence(c, e));
	app_member(view, "request_id", c->rq.id);
	app_member(view, "idempotency_key", next_key(c, e));
	json_object_object_add(view, "errors", complaints(c));
	for (n = c->rq.notes; n != NULL; n = n->next) {
		name = pool_printf(c->rq.pool, "error_%s", n->field);
		if (!json_object_object_get_ex(view, name, NULL))
			app_member(view, name,
				   page_words(language, n->message));
	}
}

/* The GET of the same path, if this person may see it. */
static const struct route *
form_of(const struct call *c)
{
	const struct route *r = c->app->routes, *end = r + c->app->count;

	for (; r < end; r++)
		if (r->method == GET && strcmp(r->path, c->route->path) == 0 &&
		    (c->rq.who.signed_in || (r->flags & GUEST)))
			return r;
	return NULL;
}

/* Asks the form's own handler for its page and view. */
static bool
form_again(struct call *c)
{
	const struct route *form = form_of(c);
	struct req *rq = &c->rq, kept = *rq;
	struct resp again = {0};
	const struct pair *p;
	enum err e;

	if (rq->method == GET || form == NULL)
		return false;
	db_rest(rq->db);
	rq->method = GET;
	rq->notes = rq->last_note = NULL;
	e = form->run(rq, &again);
	rq->method = kept.method;
	rq->notes = kept.notes;
	rq->last_note = kept.last_note;
	if (e != OK || again.page == NULL)
		return false;
	if (again.view == NULL)
		again.view = pool_json(rq->pool, json_object_new_object());
	add_missing(again.view, c->rs.view);
	c->rs.page = again.page;
	c->rs.view = again.view;
	for (p = again.headers.first; p != NULL; p = p->next)
		resp_header(rq, &c->rs, p->name, p->value);
	return true;
}

/* Only what our own page sent is shown again: anybody's words in our form
 * would be one click from being believed. */
void
app_error_page(struct call *c, enum err e, int status)
{
	if (!c->ran || (c->rs.page == NULL && !form_again(c))) {
		app_error_view(c, e, status);
		return;
	}
	if (c->rs.view == NULL)
		c->rs.view =
			pool_json(c->rq.pool, json_object_new_object());
	keep_words(c, c->rs.view);
	add_complaints(c, e);
}
