/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_code.h: codes that show that who asks for an account is reached
 * where they say. */
#ifndef CLICKNET_APPLICATION_CODE_H
#define CLICKNET_APPLICATION_CODE_H

#include "bank/application_session.h"
#include "bank/challenge.h"

/* A code asked for, looked at or given, within a session. */
struct application_code {
	struct pool *pool;
	const uint8_t *session;         /* its token's hash */
	const char *channel;            /* "mobile" or "email" */
	const char *code;               /* as it was typed; to try one */
	const struct actor *who;
	struct application application; /* in: its id; out: as it stands then */
	/* out */
	struct challenge challenge;
	int64_t wait_ms;                /* of ERR_RATE, where it is known */
	enum err verdict;
};

/* Sends a code to the application's number or mail: a new one, or the open one
 * anew. Whether a customer has that address is looked at nowhere. Calls
 * db_write. ERR_CONFLICT: it is confirmed already, or not to be confirmed now;
 * ERR_RATE: too soon, or too many to that address or from that network;
 * ERR_LOCKED: too many were wrong (bank/guess.h), until tomorrow; ERR_MISSING:
 * no carrier reaches a mobile. */
enum err application_code_send(struct db *, struct application_code *);

/* Tries one; calls db_write. OK: the address is confirmed; a confirmed mail is
 * sent a link to go on elsewhere. ERR_OTP: wrong, challenge.tries_left are
 * left. ERR_EXPIRED: too late, used, or for another address; ERR_MISSING: none
 * was sent in this session. ERR_LOCKED, ERR_CONFLICT as above. */
enum err application_code_try(struct db *, struct application_code *);

/* The newest that was sent in this session to the address as it is now, whether
 * it is still good or not; ERR_MISSING. */
enum err application_code_look(struct db *, struct application_code *);

/* Sends a new link to go on elsewhere to the mail of the newest application
 * with this mail and this mobile, if both were confirmed; inside db_write,
 * where who asked cannot see it (bank/intake.h). ERR_MISSING: there is none, or
 * its mail was sent too many. */
struct application_lost {
	struct pool *pool;
	const char *email, *mobile;
	const struct actor *who;
};
enum err application_link_send(struct db *, const struct application_lost *);

/* Begins an application with a session. Calls db_write. ERR_CONFLICT as
 * application_new. */
struct application_start {
	struct pool *pool;
	const struct actor *who;
	struct application application; /* in as for application_new; out */
	struct application_session session;
	char token[SESSION_TOKEN];
};
enum err application_start(struct db *, struct application_start *);

#endif
