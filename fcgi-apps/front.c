/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front.c: the session at the door and the frame around a page. */
#include "fcgi-apps/front.h"

#include <ctype.h>
#include <string.h>

#include "bank/customer.h"
#include "bank/outgoing.h"
#include "bank/session.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/page.h"
#include "lib/settings.h"

enum { DEVICE_DAYS = 400 }; /* no browser keeps a cookie longer */

static const char session_cookie[] = SESSION_COOKIE;
static const char device_cookie[] = "clicknet-device";

static const char *
cookie_name(struct req *rq, const char *name)
{
	return rq->secure ? pool_printf(rq->pool, "__Host-%s", name) : name;
}

void
front_cookie_set(struct req *rq, struct resp *rs, const char *name,
		 const char *value, long seconds)
{
	const char *age = seconds < 0 ? ""
				      : pool_printf(rq->pool, "; Max-Age=%ld",
						    seconds);

	resp_header(rq, rs, "Set-Cookie",
		    pool_printf(rq->pool,
				"%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
				cookie_name(rq, name), value, age,
				rq->secure ? "; Secure" : ""));
}

const char *
front_cookie_got(struct req *rq, const char *name)
{
	return pairs_get(&rq->cookies, cookie_name(rq, name));
}

/* The bearer token wins: a program that sends one means it. */
static const char *
token_of(struct req *rq)
{
	const char *a = rq->authorization;

	if (strncasecmp(a, "Bearer ", 7) == 0)
		return a + 7;
	rq->who.by_cookie = true;
	return front_cookie_got(rq, session_cookie);
}

void
front_language(struct req *rq, const char *own)
{
	const char *chosen = pairs_get(&rq->cookies, "lang");

	if (chosen != NULL && strlen(chosen) == 2)
		rq->who.language = page_language(chosen);
	else if (own != NULL)
		rq->who.language = page_language(own);
	else
		rq->who.language = page_language(rq->accept_language);
}

/* What somebody may do whose password is too old: nobody whose phone is lost
 * gets the code for a new one. */
static bool
may_reach(const char *path)
{
	static const char *const paths[] = {"/change-password", "/verify-otp",
					    "/resend-otp", "/logout",
					    "/language", "/brand.css",
					    "/lost-phone"};
	size_t i;

	for (i = 0; i < sizeof paths / sizeof *paths; i++)
		if (strcmp(path, paths[i]) == 0)
			return true;
	return false;
}

enum err
front_ask(struct req *rq)
{
	struct session s = {.language = NULL};
	const char *token = token_of(rq);
	enum err e = ERR_LOGIN;

	if (token != NULL && *token != '\0')
		e = session_find(rq->db, rq->pool, token, &s);
	front_language(rq, e == OK ? s.language : NULL);
	memcpy(rq->who.session, s.token_hash, sizeof rq->who.session);
	rq->who.idled = s.idled;
	if (e != OK)
		return e;
	if (s.password_old && !may_reach(rq->path))
		return ERR_PASSWORD_OLD;
	rq->who.password_old = s.password_old;
	rq->who.user = s.user;
	rq->who.customer = s.customer;
	rq->who.role = s.role;
	rq->who.name = s.user_id;
	rq->who.read_only = s.read_only;
	rq->who.confirmed_at = s.confirmed_at;
	rq->who.signed_in = true;
	return rq->quiet ? OK : session_touch(rq->db, &s);
}

enum err
front_confirmed(struct req *rq)
{
	int64_t age = clock_now() - rq->who.confirmed_at;

	return age >= 0 && age < SESSION_CONFIRMED_MINUTES * CLOCK_MINUTE
		       ? OK
		       : ERR_STEP_UP;
}

bool
front_works(const struct req *rq, const char *roles)
{
	const char *role = rq->who.role, *at;
	size_t n, len;

	if (!rq->who.signed_in || role == NULL)
		return false;
	len = strlen(role);
	for (at = roles; *at != '\0'; at += n + (at[n] == '|')) {
		n = strcspn(at, "|");
		if (n == len && memcmp(at, role, n) == 0)
			return true;
	}
	return false;
}

enum err
front_staff(struct req *rq, const char *roles)
{
	if (!rq->who.signed_in)
		return ERR_LOGIN;
	if (front_works(rq, roles))
		return OK;
	return strcmp(rq->who.role, "customer") == 0 ? ERR_MISSING
						      : ERR_FORBIDDEN;
}

static void
frame_person(struct req *rq, json_object *view)
{
	const char *name = NULL;

	if (rq->who.customer == 0 ||
	    customer_name(rq->db, rq->pool, rq->who.customer, &name) != OK)
		name = rq->who.name;
	view_text(view, "person", name);
	view_text(view, "initials", view_initials(rq->pool, name));
	view_text(view, "csrf", app_csrf(rq));
	view_bool(view, "reviewer", front_works(rq, FRONT_REVIEWERS));
}

/* Which word of the menu is underlined. */
static void
frame_menu(struct req *rq, json_object *view)
{
	static const struct {
		const char *path, *name;
	} menu[] = {{"/accounts", "accounts"},
		    {"/transactions", "transactions"},
		    {"/transfer", "transfer"},
		    {"/limits", "accounts"},
		    {"/staff/applications", "applications"},
		    {"/staff/reports", "report"}};
	json_object *nav = json_object_new_object();
	size_t i;

	if (strcmp(rq->path, "/") == 0)
		view_bool(nav, "home", true);
	for (i = 0; i < sizeof menu / sizeof *menu; i++)
		if (strncmp(rq->path, menu[i].path,
			    strlen(menu[i].path)) == 0)
			view_bool(nav, menu[i].name, true);
	json_object_object_add(view, "nav", nav);
}

void
front_frame(struct req *rq, json_object *view)
{
	const struct settings *s = settings();
	char id[SECRET_ID_TEXT];
	uint8_t fresh[SECRET_ID];

	secret_id(fresh);
	view_text(view, "bank", s->BANK_NAME);
	view_bool(view, "brand", *s->BRAND_COLOR != '\0');
	view_text(view, "language", rq->who.language);
	view_bool(view, "signed_in", rq->who.signed_in);
	view_bool(view, "demo_inbox",
		  strcmp(s->MESSAGE_DELIVERY, "inbox") == 0);
	view_int(view, "idle_minutes", s->SESSION_IDLE_MINUTES);
	view_text(view, "path", rq->path);
	view_text(view, "request_id", rq->id);
	if (!json_object_object_get_ex(view, "idempotency_key", NULL))
		view_text(view, "idempotency_key", secret_id_text(id, fresh));
	frame_menu(rq, view);
	if (rq->who.signed_in)
		frame_person(rq, view);
}

/* A page's script asks for JSON too, but its browser says where it is. */
struct device
front_device(struct req *rq)
{
	const char *mark = front_cookie_got(rq, device_cookie);

	return (struct device){.brought = mark,
			       .program = rq->wants_json && mark == NULL &&
					  *rq->fetch_site == '\0'};
}

void
front_device_cookie(struct req *rq, struct resp *rs, const char *mark)
{
	front_cookie_set(rq, rs, device_cookie, mark, DEVICE_DAYS * 86400);
}

const struct actor *
front_actor(struct req *rq)
{
	struct actor *a = pool_alloc(rq->pool, sizeof *a);

	a->kind = rq->who.user == 0			  ? "stranger"
		  : strcmp(rq->who.role, "customer") == 0 ? "customer"
							  : "staff";
	a->user = rq->who.user;
	a->address = rq->address;
	a->device = rq->device;
	return a;
}

void
front_cookie(struct req *rq, struct resp *rs, const char *token)
{
	front_cookie_set(rq, rs, session_cookie, token != NULL ? token : "",
			 token != NULL ? -1 : 0);
}

enum err
front_stopped(struct req *rq, json_object *view)
{
	bool stopped;
	enum err e = outgoing_stopped(rq->db, rq->who.customer, &stopped);

	view_bool(view, "outgoing_stopped", stopped);
	return e;
}

const char *
front_path(const char *text)
{
	const char *c;

	if (text[0] != '/' || text[1] == '/' || text[1] == '\\')
		return "/";
	for (c = text; *c != '\0'; c++)
		if (iscntrl((unsigned char)*c) || *c == '\\')
			return "/";
	return text;
}

const char *
front_next(struct req *rq)
{
	return http_escape(rq->pool, front_path(req_param(rq, "next")));
}

const char *
front_code(struct pool *pool, const char *text)
{
	struct buf b = {.pool = pool};

	buf_puts(&b, "");
	for (; *text != '\0'; text++)
		if (*text != ' ' && *text != '-')
			buf_putc(&b, *text);
	return b.data;
}
