/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_impl.h: what the files of applications share; nobody else's. */
#ifndef CLICKNET_APPLICATION_IMPL_H
#define CLICKNET_APPLICATION_IMPL_H

#include "bank/application.h"
#include "bank/rate.h"

/* Ends a statement that changes the row :id and notes :now, and puts the act on
 * record; ERR_CONFLICT if no row was changed. Inside db_write. */
enum err application_wrote(struct db *, struct stmt *, struct application *,
			   const struct actor *, const char *act,
			   const char *detail);

/* When an application ends that is the person's to go on with from now on. */
int64_t application_term(void);

/* The links in mails are good no more; inside db_write. */
enum err application_links_end(struct db *, int64_t application);

/* One more message to a number or mail, whatever letters of it are capital;
 * ERR_RATE: it was sent too many. Inside db_write. */
enum err application_rate_to(struct db *, struct pool *, const char *address,
			     struct rate *out);

/* Sends a new one to its mail; inside db_write. */
enum err application_link_mail(struct db *, struct pool *,
			       const struct application *);

#endif
