/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* opening.h: an approved application becomes a customer with an account, and
 * the customer somebody who can sign in. */
#ifndef CLICKNET_OPENING_H
#define CLICKNET_OPENING_H

#include "bank/application.h"
#include "bank/customer.h"
#include "bank/event.h"

/* The customer the applicant is already: the same tax id and the same date of
 * birth. ERR_MISSING: nobody, or nothing is known of the applicant yet.
 * *same_tax_id: somebody born on another day has that tax id. */
enum err opening_known(struct db *, struct pool *, const struct application *,
		       struct customer *out, bool *same_tax_id);

/* Makes the application approved: finds or makes the customer, opens the
 * account with the offer's product, writes to the person, tells the news and
 * puts all of it on record. Fills customer, account, existing, state and
 * decided_at. One that is approved already is left as it is: OK. Inside
 * db_write. */
enum err opening_do(struct db *, struct pool *, struct application *,
		    const struct actor *);

/* Where a link's token (application_link_new) opens an application, for the
 * letters that have one; pool memory. */
const char *opening_link(struct pool *, const char *token);

/* What came of it, for the applicant; pool memory. ERR_MISSING: nothing yet.
 * Who was a customer before is told numbers only if the bank knows them by the
 * very mail address of the application. */
struct opening {
	const char *customer_id, *number; /* "" if not to be told */
	const char *product, *currency;
	const char *user_id; /* made here; "": not (yet) */
	bool may_set_user;   /* here, in the application's own session */
	bool has_user;       /* the customer can sign in already */
};
enum err opening_get(struct db *, struct pool *, const struct application *,
		     struct opening *out);

/* Makes the applicant's user, once; ${password} is encoded already. Who was a
 * customer before registers as every customer does, by a code to where the
 * bank knows them: ERR_FORBIDDEN. ERR_MISSING: no account was opened.
 * ERR_EXPIRED: there is a user. ERR_CONFLICT: the user id is taken. Calls
 * db_write. */
struct opening_user {
	struct pool *pool;
	const struct actor *who;      /* address and device */
	int64_t application;
	const char *user_id, *password;
};
enum err opening_user(struct db *, struct opening_user *);

#endif
