/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* notice.h: telling a person what happened, beside the screen. */
#ifndef CLICKNET_NOTICE_H
#define CLICKNET_NOTICE_H

#include "bank/event.h"

/* Queues share/html/mail/${template} with name, bank, at, address and device
 * (of ${who}, in words); over ${channel} if the person has it, NULL for the
 * operator's first way. Nothing for customer 0 and who cannot be reached.
 * Inside db_write. */
enum err notice_queue(struct db *, struct pool *, int64_t customer,
		      const char *template, const char *channel,
		      const struct actor *who);

/* The same about ${what} ("totp_added"), a section of
 * share/html/mail/security-changed.html that says it in words. */
enum err notice_send(struct db *, struct pool *, int64_t customer,
		     const char *what, const struct actor *who);

#endif
