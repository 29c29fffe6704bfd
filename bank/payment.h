/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* payment.h: a person orders a payment: between own accounts it is booked at
 * once, to others it is held until the code is given. */
#ifndef CLICKNET_PAYMENT_H
#define CLICKNET_PAYMENT_H

#include "bank/account.h"
#include "bank/challenge.h"
#include "bank/idem.h"
#include "bank/ledger.h"

/* What a person orders. In: everything to request. Out: the rest. */
struct transfer;
struct order {
	struct pool *pool;
	int64_t user, customer;
	const uint8_t *session;     /* token hash; the code is bound to it */
	const char *address;
	const char *from, *to, *purpose, *payee_name;
	struct money amount;
	const char *key;            /* idempotency key and request hash */
	const uint8_t *request;

	enum idem_result result;    /* IDEM_TRANSFER: booked; else waiting */
	uint8_t id[SECRET_ID];      /* of the transfer or payment */
	bool replayed;
	struct transfer *booked;    /* what was booked just now, or NULL */
	const char *why, *field;    /* a refusal's sentence and field */
};

/* Everything in one commit: checks, postings or hold and code, limits, event,
 * message, key. ERR_MISSING: from is not theirs, or to does not exist (field
 * says which). ERR_FUNDS, ERR_LIMIT (why), ERR_CONFLICT (frozen, closed,
 * stopped), ERR_INPUT (unlike currencies, same account), ERR_KEY_REUSED. */
enum err payment_order(struct db *, struct order *);

/* The same checks without any effect, for the page before: OK or as above.
 * Also: the fee, the payee's match with the name, what is left today. */
struct preview {
	struct account *from;
	struct payee to;
	const char *payee_match;    /* match, close, no_match, unknown */
	bool own, has_left;         /* own: both are theirs; who may
				     * only use an account is not its owner */
	struct money fee, left_today;
};
enum err payment_preview(struct db *, struct order *, struct preview *);

/* A payment waiting for its code, or what became of it. */
struct payment {
	uint8_t id[SECRET_ID], challenge[SECRET_ID];
	int64_t user, from_account, to_account, created_at;
	int64_t expires_at, held_until; /* held_until: when ordered only */
	const char *from, *from_title, *to, *purpose, *payee_name;
	const char *payee_match, *address, *state;
	struct money amount, fee;
};
enum err payment_get(struct db *, struct pool *, const uint8_t id[SECRET_ID],
		     struct payment *out);

/* What the code of a payment is bound to: SHA-256 over id, who ordered it,
 * amount, fee, currency, both accounts, the payee's name and the purpose. */
void payment_bound(const struct payment *, uint8_t bound[SECRET_HASH]);

/* The code was right: the hold ends and the money moves; inside db_write, to
 * be kept whatever the verdict. OK: booked. ERR_FUNDS, ERR_CONFLICT...: it
 * could not be booked any more and is refused, nothing is held. Anything else
 * in *broken: nothing can be kept. */
enum err payment_confirm(struct db *, struct pool *,
			 const struct challenge *, enum err *broken);

/* The code was wrong too often: nothing is held any more; inside db_write. */
enum err payment_refuse(struct db *, struct pool *,
			const uint8_t id[SECRET_ID]);

/* Nothing of what a customer ordered waits any more; inside db_write. */
enum err payment_refuse_all(struct db *, struct pool *, int64_t customer);

/* A new code was sent: the promise lasts as long as it; inside db_write. */
enum err payment_extend(struct db *, const uint8_t id[SECRET_ID],
			int64_t expires_at);

/* Ends payments whose code did not come in time; calls db_write. */
enum err payment_expire_due(struct db *);

#endif
