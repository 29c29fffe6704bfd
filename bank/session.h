/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session.h: signed-in browsers and operator-made tokens. */
#ifndef CLICKNET_SESSION_H
#define CLICKNET_SESSION_H

#include "bank/event.h"
#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* The cookie a browser carries its token in; over TLS with the prefix that
 * binds it to this host. */
#define SESSION_COOKIE "clicknet"
#define SESSION_COOKIE_TLS "__Host-" SESSION_COOKIE

enum {
	SESSION_TOKEN = 44,          /* 256 random bits, base64url, NUL-ended */
	SESSION_CONFIRMED_MINUTES = 10 /* how long a code given counts */
};

struct session {
	struct session *next;
	uint8_t token_hash[SECRET_HASH], id[SECRET_ID];
	int64_t user, customer, created_at, last_seen, expires_at;
	int64_t confirmed_at; /* when its person last gave a code; 0: never */
	bool read_only, browser;
	bool password_old; /* the password must be changed first */
	bool idled; /* over, and for no other reason than idleness */
	const char *role, *device, *address, *user_id, *language;
};

/* The session of a token. ERR_LOGIN if there is none, if it is over, or if a
 * browser's was idle for SESSION_IDLE_MINUTES: then ${out} is filled all the
 * same and says so. session_get: the same by the token's hash. */
enum err session_find(struct db *, struct pool *, const char *token,
		      struct session *out);
enum err session_get(struct db *, struct pool *,
		     const uint8_t token_hash[SECRET_HASH],
		     struct session *out);

/* The hash of a token. False: nobody's token is that long or short. */
bool session_hash(const char *token, uint8_t hash[SECRET_HASH]);

/* session_get for a program that does not hear of every use: a session that
 * idles is over only when no other program can have seen it since. ${out} is
 * zeroed by the caller. */
enum err session_watch(struct db *, struct pool *,
		       const uint8_t token_hash[SECRET_HASH],
		       struct session *out);

/* When it ends if it is not used again. */
int64_t session_ends_at(const struct session *);

/* Notes that a session is in use: in this process always, in the database if
 * that was last done a minute ago or more (a bearer token, which no idleness
 * ends: an hour): reading stays reading. May call db_write. */
enum err session_touch(struct db *, const struct session *);

/* Begins one; inside db_write. The caller fills user, browser, read_only,
 * device, address and, for a token, expires_at; gets the rest, and the token,
 * which is kept nowhere else. A browser's begins with a code. */
enum err session_new(struct db *, struct session *, char token[SESSION_TOKEN]);

/* The living ones of a user, newest first. */
enum err session_list(struct db *, struct pool *, int64_t user,
		      struct session **list);

/* Ends one of the user's by its public id (ERR_MISSING), or all but the one
 * with ${keep} (may be NULL: all). Call db_write. Every ending of a session is
 * also an event "session.ended" with its id and a reason: "signed_out",
 * "ended", "password" or "lost_phone". */
enum err session_end(struct db *, int64_t user, const uint8_t id[SECRET_ID],
		     const struct actor *, int64_t customer);
enum err session_end_others(struct db *, int64_t user, const uint8_t *keep,
			    const struct actor *, int64_t customer);

/* Ends every session and token of a person, under whatever user id; inside
 * db_write, where the caller audits it. */
enum err session_end_person(struct db *, int64_t user, int64_t customer,
			    const char *reason);

/* Ends the session of a token's hash: signing out. Calls db_write. */
enum err session_close(struct db *, const uint8_t token_hash[SECRET_HASH],
		       const struct actor *, int64_t customer);

/* Inside db_write: ends all of a user's but the one with ${keep} (may be
 * NULL), with no word in the record. */
enum err session_end_user(struct db *, int64_t user, const uint8_t *keep,
			  const char *reason);

/* Gives a session another token, which alone opens it from now on, and notes
 * that its person gave a code, and (${password_new}) that the password is no
 * old one any more; inside db_write. Fills *out. ERR_MISSING: it has ended. */
enum err session_renew(struct db *, struct pool *,
		       const uint8_t token_hash[SECRET_HASH],
		       bool password_new, struct session *out,
		       char token[SESSION_TOKEN]);

/* Ends every session and token of everybody; inside db_write. For a bank put
 * back from a copy: what ended since must not live again. No events. */
enum err session_end_all(struct db *);

/* A bearer token for a user, TOKEN_DAYS long; calls db_write, audited. */
enum err session_token(struct db *, struct pool *, const char *user_id,
		       bool read_only, char token[SESSION_TOKEN]);

/* As user_check and user_seal_all. */
enum err session_check(struct db *, int64_t *count,
		       void (*tell)(void *arg, const char *user_id), void *arg);
enum err session_seal_all(struct db *, struct pool *);

#endif
