/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* message_impl.h: what the files of messages share; nobody else's. */
#ifndef CLICKNET_MESSAGE_IMPL_H
#define CLICKNET_MESSAGE_IMPL_H

#include "bank/message.h"

/* A row of the outbox to be written, ${data} as JSON text. */
struct letter_new {
	int64_t customer, expires_at;
	const uint8_t *challenge; /* NULL: none */
	const char *template, *language, *data;
	const struct route_to *to;
};
enum err message_insert(struct db *, struct pool *, const struct letter_new *);

/* Sends the same code another way, once per channel, if it still counts; inside
 * db_write, before the row ${id} is wiped. *next: the channel, "" if none. */
enum err message_fall_back(struct db *, const uint8_t id[SECRET_ID],
			   const char **next);

/* Takes up what the carrier reported before the courier noted the id; *next as
 * message_fall_back. */
enum err message_reports_apply(struct db *, const uint8_t id[SECRET_ID],
			       const char *provider_id, const char **next);

#endif
