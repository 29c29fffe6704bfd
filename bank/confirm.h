/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* confirm.h: sending codes and acting on them: the one place that knows what
 * each purpose confirms. */
#ifndef CLICKNET_CONFIRM_H
#define CLICKNET_CONFIRM_H

#include <json-c/json.h>
#include "bank/challenge.h"
#include "bank/device.h"
#include "bank/event.h"
#include "bank/payment.h"
#include "bank/rate.h"
#include "bank/session.h"

/* Opens a challenge and queues its message on the customer's first way, or
 * none if an authenticator app gives the code; inside db_write. The caller
 * fills the challenge as challenge_open wants, without channel and sent_to.
 * ${payment} for the purpose "transfer", else NULL. ERR_CONFLICT: there is no
 * way to reach the person. ERR_LOCKED: their codes were guessed at too often
 * (bank/guess.h). */
enum err confirm_begin(struct db *, struct pool *, struct challenge *,
		       const struct payment *);

/* Queues the message with the code of a challenge whose customer is known, on
 * the first way, or mail and SMS (CREDENTIALS_SENDING_PROCESS); nothing if
 * there is none. ${data} has what this purpose's message says beside the code.
 * Inside db_write. */
enum err confirm_send(struct db *, struct pool *, const struct challenge *,
		      const char *code, json_object *data);

/* Sends a new code, over ${channel} if not "", also to whom none was sent yet,
 * or has the bank look again what a stranger asked for. ${session} as for the
 * code. Calls db_write. ERR_MISSING, ERR_EXPIRED, ERR_RATE (too soon, no more
 * of this code, or after ten an hour, whatever for); ERR_INPUT: no such channel
 * for this person. */
struct resend {
	struct pool *pool;
	const uint8_t *id, *session;
	const char *channel;
	/* out */
	struct challenge challenge;
	struct rate hour; /* full, if that is why */
	int64_t wait_ms;  /* of ERR_RATE */
};
enum err confirm_resend(struct db *, struct resend *);

/* Gives a code. Calls db_write. */
struct confirm {
	struct pool *pool;
	const uint8_t *id, *session; /* session: NULL for nobody */
	const char *code;
	const struct actor *who;     /* address and device are used */
	struct device device;        /* of a login; in and out */
	/* out */
	struct challenge challenge;  /* tries_left, purpose */
	char token[SESSION_TOKEN];   /* of a login, or as the purpose says */
	struct session session_new;
	const char *user_id;         /* of a login, a new or a forgotten one */
	int64_t expires_at;          /* of a token to reset the password */
	enum err verdict;
};

/* OK: done; for a login the session stands, after a step-up it has a new
 * token, a transfer is booked under challenge.subject. Else as challenge_try,
 * or why it could not be booked. */
enum err confirm_code(struct db *, struct confirm *);

/* The two halves for whoever proves it without a code; inside db_write. Each
 * returns whether what it wrote can be kept. confirm_right does what a right
 * code does for x->challenge, which is used up; x->verdict is the answer.
 * confirm_signin lets the user of x->challenge in, on record as ${act}. */
enum err confirm_right(struct db *, struct confirm *);
enum err confirm_signin(struct db *, struct confirm *, const char *act);

#endif
