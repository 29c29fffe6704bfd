/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_answer.c: chooses what of a response is shown, and how. */
#include "lib/app_impl.h"

#include <string.h>

#include "lib/log.h"
#include "lib/page.h"
#include "lib/secret.h"

static void
show_view(json_object *view, const char *type, struct app_face *f)
{
	f->type = type;
	f->body = json_object_to_json_string_length(
		view, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
		&f->len);
}

static enum err
show_page(struct call *c, struct app_face *f)
{
	struct req *rq = &c->rq;
	struct resp *rs = &c->rs;
	struct buf b = {.pool = rq->pool};
	enum err e;

	if (rs->view == NULL)
		rs->view = pool_json(rq->pool, json_object_new_object());
	f->language = rq->who.language = app_language(rq);
	if (c->app->frame != NULL)
		c->app->frame(rq, rs->view);
	db_rest(rq->db);
	e = page_render(rq->pool, rs->page, rs->view, f->language, &b);
	if (e != OK) {
		log_event("error", "page", "name", rs->page, "code",
			  err_code(e), NULL);
		return ERR_INTERNAL;
	}
	f->type = "text/html; charset=utf-8";
	f->body = b.data;
	f->len = b.len;
	return OK;
}

static enum err
show_result(struct call *c, struct app_face *f)
{
	struct resp *rs = &c->rs;

	f->status = rs->status != 0 ? rs->status : 200;
	f->location = rs->location;
	if (f->status == 204)
		return OK;
	if (rs->body != NULL) {
		f->type = rs->type;
		f->view = app_is_json(rs->type);
		f->body = rs->body;
		f->len = rs->body_len;
		return OK;
	}
	if (!c->rq.wants_json && rs->location != NULL) {
		f->status = f->status / 100 == 3 ? f->status : 303;
		return OK;
	}
	if (!c->rq.wants_json && rs->page != NULL)
		return show_page(c, f);
	if (rs->view == NULL && rs->page != NULL)
		rs->view = pool_json(c->rq.pool, json_object_new_object());
	if (rs->view != NULL) {
		f->view = true;
		show_view(rs->view, "application/json", f);
	} else if (f->status == 200) {
		f->status = 204;
	}
	return OK;
}

/* A page that was only to be read is the next one after the door; else where
 * the form wants to go on. */
static const char *
next_page(const struct req *rq)
{
	if (rq->method != GET)
		return req_param(rq, "next");
	return *rq->query == '\0' ? rq->path
				  : pool_printf(rq->pool, "%s?%s", rq->path,
						rq->query);
}

/* Where to sign in, or to give a code. */
static const char *
door_location(const struct req *rq, const char *door, const char *at)
{
	if (*at == '\0')
		return door;
	return pool_printf(rq->pool, "%s%snext=%s", door,
			   strchr(door, '?') != NULL ? "&" : "?",
			   http_escape(rq->pool, at));
}

/* The page that lets a person through; NULL: there is none for this. */
static const char *
door_of(const struct req *rq, enum err e)
{
	bool reads = rq->method == GET && strcmp(rq->path, "/") != 0;
	const char *own = NULL;

	if (e == ERR_STEP_UP)
		return door_location(rq, "/step-up", next_page(rq));
	if (e != ERR_LOGIN)
		return NULL;
	if (rq->app->door != NULL && (own = rq->app->door(rq)) != NULL)
		return own;
	return door_location(rq, rq->who.idled ? "/login?idle=1" : "/login",
			     reads ? next_page(rq) : "");
}

/* When even the page of errors cannot be shown. */
static void
show_bare(struct call *c, enum err e, struct app_face *f)
{
	struct buf b = {.pool = c->rq.pool};
	const char *words = page_words(app_language(&c->rq), err_sentence(e));

	buf_puts(&b, "<!doctype html><meta charset=\"utf-8\"><title>");
	page_escape(&b, words, strlen(words));
	buf_puts(&b, "</title><p>");
	page_escape(&b, words, strlen(words));
	buf_printf(&b, "</p><p>%s</p>\n", c->rq.id);
	f->type = "text/html; charset=utf-8";
	f->body = b.data;
	f->len = b.len;
}

static void
show_error(struct call *c, enum err e, struct app_face *f)
{
	f->status = c->rs.status >= 400 ? c->rs.status : err_status(e);
	f->location = NULL;
	if (c->rq.wants_json) {
		f->language = app_language(&c->rq);
		show_view(app_problem(c, e, f->status),
			  "application/problem+json", f);
		return;
	}
	f->location = door_of(&c->rq, e);
	if (f->location != NULL) {
		f->status = 303;
		return;
	}
	if (e == ERR_PASSWORD_OLD) {
		f->status = 303;
		f->location = "/change-password";
		return;
	}
	/* Also who strays is greeted by name. */
	if (e != ERR_DOWN)
		app_ask(c);
	app_error_page(c, e, f->status);
	if (show_page(c, f) == OK)
		return;
	app_error_view(c, e, f->status);
	if (show_page(c, f) != OK)
		show_bare(c, e, f);
}

/* A strong tag is the body's own: what is the same has the same. */
static void
tag(const struct call *c, struct app_face *f)
{
	uint8_t own[SECRET_TAG_SIZE];

	if (c->rq.method != GET || f->status != 200 ||
	    !(f->view || c->rs.cacheable))
		return;
	secret_tag(own, f->body, f->len);
	f->tag[0] = '"';
	secret_hex(f->tag + 1, own, SECRET_TAG_SIZE);
	memcpy(f->tag + 1 + 2 * SECRET_TAG_SIZE, "\"", 2);
	if (strstr(c->rq.if_none_match, f->tag) != NULL ||
	    strcmp(c->rq.if_none_match, "*") == 0)
		f->status = 304;
}

int
app_answer(struct call *c, enum err e, struct buf *head)
{
	struct app_face f = {0};

	if (e == OK && (e = show_result(c, &f)) != OK) {
		c->rs.page = NULL;
		c->rs.view = NULL;
	}
	if (e != OK)
		show_error(c, e, &f);
	db_rest(c->rq.db);
	if (e == OK)
		tag(c, &f);
	app_head(c, e, &f, head);
	if (!c->rq.head && f.status != 204 && f.status != 304 && f.len != 0) {
		c->body = f.body;
		c->body_len = f.len;
	}
	return f.status;
}
