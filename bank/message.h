/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* message.h: what the bank writes to people: queued with the fact, taken by
 * the courier. */
#ifndef CLICKNET_MESSAGE_H
#define CLICKNET_MESSAGE_H

#include <json-c/json.h>
#include "bank/challenge.h"
#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* Which way a message goes to a person, and the address masked for the
 * screen: "mail", "a···@example.org". */
struct route_to {
	const char *channel; /* "email", "sms" or "whatsapp"; static */
	const char *address, *masked;
};
enum { MESSAGE_WAYS = 3 };

/* The ways a customer can be reached, in the operator's order
 * (DEFAULT_AUTHENTICATION_TYPE, CREDENTIALS_SENDING_PROCESS, then mail, SMS,
 * WhatsApp); those without an address or a carrier are left out. Returns how
 * many, 0 to MESSAGE_WAYS. */
enum err message_ways(struct db *, struct pool *, int64_t customer,
		      struct route_to ways[MESSAGE_WAYS], int *count);

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

/* As message_queue to an address that need not be a customer's, over a channel
 * that was chosen: it goes no other way. ${challenge}: whose code it carries,
 * or NULL. Inside db_write. */
struct message_to {
	const char *language, *channel, *address, *template;
	const struct challenge *challenge;
	int64_t expires_at;
};
enum err message_send_to(struct db *, struct pool *, const struct message_to *,
			 json_object *data);

/* An address as it is shown: "a···@example.org", "··· 01"; and the channel a
 * mobile number is reached on, NULL if none is carried. */
const char *message_masked(struct pool *, const char *address);
const char *message_mobile_channel(void);

/* As message_queue for the code of a challenge, by the template
 * code-${purpose}: if it does not arrive in time, it goes another way. */
enum err message_queue_code(struct db *, struct pool *,
			    const struct challenge *, const struct route_to *,
			    json_object *data);

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

/* What became of it. Each calls db_write. All but later are final; later puts
 * it back until ${due_at}. sent: ${provider_id} is what the carrier calls it,
 * "" if it will report nothing; what it said is wiped, as by unknown and
 * failed. *next is the channel on which the same code goes now, "" if none:
 * when it failed, when later is late, and when the carrier has reported by now
 * that what was sent did not arrive. */
enum err message_sent(struct db *, const struct message *,
		      const char *provider_id, const char **next);
enum err message_unknown(struct db *, const struct message *,
			 const char *error);
enum err message_failed(struct db *, const struct message *,
			const char *error, const char **next);
enum err message_later(struct db *, const struct message *, int64_t due_at,
		       const char *error, const char **next);

/* Instead of sending: keeps it readable for the demonstration's inbox and
 * marks it sent, in one db_write. */
enum err message_keep(struct db *, const struct message *,
		      const char *subject, const char *text);

/* Wipes what finished messages said whose end has come; one look if there is
 * none. Calls db_write. */
enum err message_wipe_due(struct db *);

/* What a carrier reports of a message it was given. Calls db_write. A word of
 * one message counts once, in whatever order they come; after a final one
 * only better news counts. An unknown ${provider_id} is kept: the courier may
 * not have noted it yet. */
struct report {
	const char *provider_id, *status, *error; /* in */
	/* out */
	bool fresh, known;        /* not told before; of a message of ours */
	uint8_t id[SECRET_ID];    /* that message, if known */
	const char *next;         /* as message_failed */
};
enum err message_report(struct db *, struct report *);

/* The inbox, newest first, at most ${limit}; ${to} "" for everybody's. */
struct kept {
	struct kept *next;
	const char *to, *channel, *subject, *text;
	int64_t sent_at;
};
enum err message_inbox(struct db *, struct pool *, const char *to, int limit,
		       struct kept **list);

#endif
