/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* door.c: the only one who decides whose socket opens. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "bank/session.h"
#include "daemons/push/push.h"
#include "lib/http.h"
#include "lib/settings.h"

enum { REPLAY = 10000 }; /* events that are looked through again, at most */

static const struct {
	const char *pattern, *flags;
	enum place place;
} places[] = {
	{"/ws", "-", PLACE_SOCKET},
	{"/initialize/{session_id}", "-", PLACE_SOCKET},
	{"/health", "guest,open", PLACE_HEALTH},
	{"/health/{program}", "guest,open", PLACE_HEALTH},
	{"/readyz", "guest,open", PLACE_READY},
	{"/readyz/{program}", "guest,open", PLACE_READY},
};
enum { PLACES = sizeof places / sizeof *places };

/* What stands for the part in braces; NULL: another address. */
static const char *
path_fits(const char *path, const char *pattern)
{
	size_t n = strcspn(pattern, "{");
	const char *part = path + n;

	if (strncmp(path, pattern, n) != 0)
		return NULL;
	if (pattern[n] == '\0')
		return *part == '\0' ? part : NULL;
	if (strcmp(pattern + n, "{program}") == 0)
		return strcmp(part, "push") == 0 ? part : NULL;
	return *part != '\0' && strchr(part, '/') == NULL ? part : NULL;
}

enum place
door_place(const char *path, const char **pattern)
{
	int i;

	for (i = 0; i < PLACES; i++)
		if (path_fits(path, places[i].pattern) != NULL) {
			*pattern = places[i].pattern;
			return places[i].place;
		}
	*pattern = "other";
	return PLACE_NONE;
}

void
door_routes(void)
{
	int i;

	for (i = 0; i < PLACES; i++)
		printf("GET %s %s\n", places[i].pattern, places[i].flags);
}

/* Is our protocol among those offered? */
static bool
protocol_ours(const char *offered)
{
	size_t n;

	while (*(offered += strspn(offered, ", \t")) != '\0') {
		n = strcspn(offered, ", \t");
		if (n == strlen(PUSH_PROTOCOL) &&
		    strncmp(offered, PUSH_PROTOCOL, n) == 0)
			return true;
		offered += n;
	}
	return false;
}

/* Its bearer token, else its cookie; NULL: it has neither. */
static const char *
token_of(struct pool *pool, const struct visitor *v, bool *by_cookie)
{
	bool tls = strcasecmp(v->scheme, "https") == 0;
	struct pairs cookies = {.count = 0};

	*by_cookie = strncasecmp(v->authorization, "Bearer ", 7) != 0;
	if (!*by_cookie)
		return v->authorization + 7;
	if (http_cookies(pool, v->cookie, &cookies) != OK)
		return NULL;
	return pairs_get(&cookies, tls ? SESSION_COOKIE_TLS : SESSION_COOKIE);
}

/* Another site's page can open a socket to us with our cookie in it, but its
 * browser says whose page it is. A program has a token and no page. */
static enum err
origin_check(const struct visitor *v, const char *token, bool by_cookie,
	     const char **detail)
{
	bool tls = strcasecmp(v->scheme, "https") == 0;

	if (*v->origin == '\0' && token == NULL)
		return ERR_LOGIN;
	if (*v->origin == '\0' ? !by_cookie
				: http_origin_ours(v->origin, v->host, tls))
		return OK;
	*detail = "The page that asks is not ours.";
	return ERR_FORBIDDEN;
}

/* Whose the token is. */
static enum err
session_of(struct db *db, struct pool *pool, const char *token,
	   struct guest *out)
{
	struct session s = {.next = NULL};
	enum err e;

	if (token == NULL || !session_hash(token, out->token_hash))
		return ERR_LOGIN;
	e = session_watch(db, pool, out->token_hash, &s);
	if (e != OK)
		return e;
	out->who.customer = s.customer;
	out->who.user = s.user;
	out->who.restricted = s.password_old;
	memcpy(out->who.session, s.id, SECRET_ID);
	return OK;
}

/* The session that the address names, if it does, must be this very one. */
static bool
named_right(const char *path, const struct listener *who)
{
	const char *named = path_fits(path, "/initialize/{session_id}");
	uint8_t id[SECRET_ID];

	return named == NULL || (secret_id_parse(id, named) &&
				 memcmp(id, who->session, SECRET_ID) == 0);
}

/* From where on it hears: from now, or from what it heard last. */
static enum err
place_in_book(struct db *db, const char *after, struct guest *out)
{
	enum err e = news_newest(db, &out->newest);
	int64_t oldest = out->newest - REPLAY, id;

	out->seen = out->newest;
	if (e != OK || *after == '\0')
		return e;
	if (!news_id_parse(after, out->who.customer, &id) || id > out->newest)
		return ERR_INPUT;
	out->seen = id < oldest ? oldest : id;
	return OK;
}

static enum err
admit(struct db *db, struct pool *pool, const struct visitor *v,
      struct guest *out, const char **detail)
{
	bool by_cookie;
	const char *token = token_of(pool, v, &by_cookie);
	enum err e;

	if ((e = origin_check(v, token, by_cookie, detail)) != OK ||
	    (e = session_of(db, pool, token, out)) != OK)
		return e;
	if (!named_right(v->path, &out->who)) {
		*detail = "The address names another session.";
		return ERR_FORBIDDEN;
	}
	if ((e = place_in_book(db, v->after, out)) != OK) {
		*detail = e == ERR_INPUT ? "There is no message of that id."
					 : NULL;
		return e;
	}
	return hall_room(&out->who);
}

enum err
door_admit(struct db *db, struct pool *pool, const struct visitor *v,
	   struct guest *out, const char **detail)
{
	const char *pattern;
	enum err e;

	if (door_place(v->path, &pattern) != PLACE_SOCKET)
		return ERR_MISSING;
	if (strcmp(v->method, "GET") != 0)
		return ERR_METHOD;
	if (!v->upgrades || !protocol_ours(v->protocol)) {
		*detail = "A WebSocket of the protocol " PUSH_PROTOCOL
			  " opens here, nothing else.";
		return ERR_BAD;
	}
	if (settings()->SYSTEM_DOWN) {
		*detail = settings()->SYSTEM_DOWN_MSG;
		return ERR_DOWN;
	}
	e = admit(db, pool, v, out, detail);
	db_rest(db);
	return e;
}
