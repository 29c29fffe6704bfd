/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_guard.c: the only place that decides who may ask for what; a route's
 * flags loosen it. */
#include "lib/app_impl.h"

#include <string.h>

#include "lib/secret.h"
#include "lib/settings.h"

enum { CSRF_LENGTH = 32, KEY_MAX = 200 };

static const char *
csrf_of(struct req *rq)
{
	char text[2 * SECRET_HASH];
	uint8_t mac[SECRET_HASH];

	secret_mac(mac, SECRET_CSRF, rq->who.session, sizeof rq->who.session);
	secret_base64url(text, mac, sizeof mac);
	return pool_strndup(rq->pool, text, CSRF_LENGTH);
}

const char *
app_csrf(struct req *rq)
{
	return rq->who.signed_in ? csrf_of(rq) : "";
}

enum err
app_ask(struct call *c)
{
	struct req *rq = &c->rq;
	struct who nobody = {.signed_in = false};
	enum err e = ERR_LOGIN;

	if (c->asked)
		return OK;
	c->asked = true;
	if (c->app->ask != NULL)
		e = c->app->ask(rq);
	if (e == OK)
		return OK;
	nobody.language = rq->who.language;
	nobody.idled = e == ERR_LOGIN && rq->who.idled;
	if (nobody.idled)
		memcpy(nobody.session, rq->who.session,
		       sizeof nobody.session);
	rq->who = nobody;
	return e == ERR_LOGIN ? OK : e;
}

enum err
app_guard(struct call *c)
{
	unsigned flags = c->route->flags;
	struct req *rq = &c->rq;
	enum err e;

	if (settings()->SYSTEM_DOWN && !(flags & OPEN)) {
		c->detail = settings()->SYSTEM_DOWN_MSG;
		return ERR_DOWN;
	}
	if (flags & APP_OWN)
		return OK;
	rq->quiet = (flags & QUIET) != 0;
	if ((e = app_ask(c)) != OK)
		return e;
	if (!rq->who.signed_in && !(flags & GUEST))
		return ERR_LOGIN;
	if (rq->who.read_only && rq->method != GET && !(flags & READ))
		return ERR_FORBIDDEN;
	return OK;
}

static bool
origin_ours(const struct req *rq)
{
	return http_origin_ours(rq->origin, rq->host, rq->secure);
}

static bool
csrf_right(struct call *c)
{
	const char *want = csrf_of(&c->rq);
	const char *have = req_param(&c->rq, "csrf");

	if (*c->param[APP_HTTP_X_CSRF_TOKEN] != '\0')
		have = c->param[APP_HTTP_X_CSRF_TOKEN];
	return strlen(have) == CSRF_LENGTH &&
	       secret_equal(want, have, CSRF_LENGTH);
}

/* Does the page ask that we gave to this cookie's session? */
static bool
from_its_page(struct call *c)
{
	const struct req *rq = &c->rq;
	const char *site = rq->fetch_site;

	if (*rq->origin != '\0' && !origin_ours(rq))
		return false;
	if (*site != '\0' && strcmp(site, "same-origin") != 0 &&
	    strcmp(site, "none") != 0)
		return false;
	return csrf_right(c);
}

/* Does our own page ask? Programs with a token have no page. */
static bool
from_our_page(struct call *c)
{
	const struct req *rq = &c->rq;

	if (rq->method == GET || (rq->who.signed_in && !rq->who.by_cookie))
		return true;
	if (rq->who.by_cookie)
		return from_its_page(c);
	return (*rq->origin == '\0' || origin_ours(rq)) &&
	       strcmp(rq->fetch_site, "cross-site") != 0;
}

/* The body is read only for who could have sent it from a page of ours. */
enum err
app_late(struct call *c)
{
	struct req *rq = &c->rq;

	if (!rq->who.idled || rq->method != POST || c->app->late == NULL ||
	    app_decode_body(c) != OK || !from_its_page(c))
		return ERR_LOGIN;
	return c->app->late(rq, &c->rs);
}

static bool
key_good(const char *key)
{
	size_t n;

	for (n = 0; key[n] > ' ' && key[n] <= '~'; n++)
		;
	return key[n] == '\0' && n > 0 && n <= KEY_MAX;
}

enum err
app_guard_act(struct call *c)
{
	struct req *rq = &c->rq;
	const char *key = c->param[APP_HTTP_IDEMPOTENCY_KEY];

	if (!(c->route->flags & APP_OWN) && !from_our_page(c))
		return ERR_FORBIDDEN;
	if (*key == '\0')
		key = req_param(rq, "idempotency_key");
	if (key_good(key))
		rq->idempotency_key = key;
	else if (c->route->flags & MONEY)
		return ERR_KEY_MISSING;
	return OK;
}
