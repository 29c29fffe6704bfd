/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_session.h: browsers and programs an application is open in, and
 * the links in mails that open it. */
#ifndef CLICKNET_APPLICATION_SESSION_H
#define CLICKNET_APPLICATION_SESSION_H

#include "bank/application.h"
#include "bank/session.h"

struct application_session {
	uint8_t token_hash[SECRET_HASH];
	int64_t application, created_at, last_seen, expires_at;
	bool idled; /* over, and for no other reason than idleness */
	const char *address, *device;
};

/* The session of a token, or of a token's hash. ERR_LOGIN if there is none or
 * it is over: at the end of its life, or unused for KYC_SESSION_MINUTES: then
 * ${out} is filled all the same and says so. */
enum err application_session_find(struct db *, struct pool *,
				  const char *token,
				  struct application_session *out);
enum err application_session_get(struct db *, struct pool *,
				 const uint8_t token_hash[SECRET_HASH],
				 struct application_session *out);

/* When it ends if it is not used again. */
int64_t application_session_ends_at(const struct application_session *);

/* Notes that it is in use, as session_touch does. May call db_write. */
enum err application_session_touch(struct db *,
				   const struct application_session *);

/* Begins one; inside db_write. The token is kept nowhere else. */
enum err application_session_new(struct db *, int64_t application,
				 const struct actor *,
				 struct application_session *,
				 char token[SESSION_TOKEN]);

/* A link's token, good once, for APPLICATION_LINK_DAYS; inside db_write. Those
 * that were made before it are good no more. */
enum { APPLICATION_LINK_DAYS = 7 };
enum err application_link_new(struct db *, const struct application *,
			      char token[SESSION_TOKEN]);

/* Which application a link opens, without opening it. ERR_MISSING. */
enum err application_link_find(struct db *, struct pool *, const char *token,
			       struct application *out);

/* Opens it: the link is used up and a session stands. Calls db_write.
 * ERR_MISSING: there is no such link, or not any more. */
struct application_link {
	struct pool *pool;
	const char *token;
	const struct actor *who;
	/* out */
	struct application application;
	struct application_session session;
	char session_token[SESSION_TOKEN];
};
enum err application_link_take(struct db *, struct application_link *);

/* Ends every session and link of an application, but the one with ${keep} (may
 * be NULL); inside db_write. */
enum err application_session_end_all(struct db *, int64_t application,
				     const uint8_t *keep);

/* Ends one by its token's hash; calls db_write. */
enum err application_session_close(struct db *, const struct application *,
				   const uint8_t token_hash[SECRET_HASH],
				   const struct actor *);

#endif
