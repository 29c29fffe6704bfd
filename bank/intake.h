/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* intake.h: what a stranger asks for: to register, a forgotten password, a
 * forgotten user id, the link to an application. It is only written down and
 * answered at once, the same for everybody; the courier looks afterwards
 * whether there is such a person. */
#ifndef CLICKNET_INTAKE_H
#define CLICKNET_INTAKE_H

#include "bank/confirm.h"

/* What was given; "" for what was not. */
struct intake {
	struct pool *pool;
	const struct actor *who;    /* address and device */
	const char *purpose;        /* "register", "reset", "user_id" or
				       "apply" */
	const char *customer_id, *tax_id, *birth_date; /* ISO 8601 */
	const char *user_id, *mobile, *email;
	const char *password;       /* hashed already: password_encode */
	struct challenge challenge; /* out */
};

/* Writes it down; calls db_write. */
enum err intake_ask(struct db *, struct intake *);

/* Looks at what was asked for, oldest first, at most INTAKE_RUN of it: who is
 * found is sent a code; who has a user id already, or may not register, is
 * told so. About nobody more than INTAKE_HOURLY times an hour: neither can a
 * mailbox be flooded nor a code be guessed in one after the other. Calls
 * db_write. */
enum { INTAKE_RUN = 100, INTAKE_HOURLY = 5 };
enum err intake_run_due(struct db *);

/* For confirm.c, what a right code does: makes the user, x->user_id; its
 * verdict is ERR_CONFLICT if the user id was taken meanwhile or the customer
 * has one. And tells the user id, x->user_id. */
enum err intake_register(struct db *, struct confirm *);
enum err intake_user_id(struct db *, struct confirm *);

#endif
