/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* message.h: what the bank writes to people: queued with the fact, taken by
 * the courier. */
#ifndef CLICKNET_MESSAGE_H
#define CLICKNET_MESSAGE_H

#include <json-c/json.h>
#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* Which way a message goes to a person, and the address masked for the
 * screen: "mail", "a···@example.org". */
struct route_to {
	const char *channel; /* "email" or "sms" */
	const char *address, *masked;
};

/* The ways a customer can be reached, the operator's order
 * (CREDENTIALS_SENDING_PROCESS) first; returns how many, 0 to 2. */
enum err message_ways(struct db *, struct pool *, int64_t customer,
		      struct route_to ways[2], int *count);

/* The operator's first way, whoever is to be reached. Static. */
const char *message_first_channel(void);

/* Queues share/html/mail/${template} filled from ${data}, in the customer's
 * language; inside db_write. Not worth sending after ${expires_at}. */
enum err message_queue(struct db *, struct pool *, int64_t customer,
		       const struct route_to *, const char *template,
		       json_object *data, int64_t expires_at);

/* The same on the customer's first way; nothing if there is none. Adds name
 * and bank to ${data}. */
enum err message_tell(struct db *, struct pool *, int64_t customer,
		      const char *template, json_object *data,
		      int64_t expires_at);

/* A queued message taken by a courier: nobody else gets it before
 * ${lease_ms} have passed. ERR_MISSING: nothing is due. In pool memory.
 * Calls db_write. */
struct message {
	uint8_t id[SECRET_ID];
	const char *channel, *template, *language, *recipient;
	json_object *data;
	int64_t tries, created_at, expires_at;
};
enum err message_take(struct db *, struct pool *, int64_t lease_ms,
		      struct message *out);

/* What became of it. Each calls db_write. sent and failed are final and wipe
 * what it said; later puts it back until ${due_at}. */
enum err message_sent(struct db *, const struct message *);
enum err message_failed(struct db *, const struct message *,
			const char *error);
enum err message_later(struct db *, const struct message *, int64_t due_at,
		       const char *error);

/* Instead of sending: keeps it readable for the demonstration's inbox and
 * marks it sent, in one db_write. */
enum err message_keep(struct db *, const struct message *,
		      const char *subject, const char *text);

/* The inbox, newest first, at most ${limit}; ${to} "" for everybody's. */
struct kept {
	struct kept *next;
	const char *to, *channel, *subject, *text;
	int64_t sent_at;
};
enum err message_inbox(struct db *, struct pool *, const char *to, int limit,
		       struct kept **list);

#endif
