/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* deal.h: ordering, confirming and looking at accounts, in few words. */
#ifndef CLICKNET_TEST_DEAL_H
#define CLICKNET_TEST_DEAL_H

#include "bank/confirm.h"
#include "t/lib/bank.h"

/* Anna's order with a new key, in a session of its own; not yet given. */
struct order deal_order(struct bank *, const char *from, const char *to,
			struct money amount);

/* Gives it. ERR... as payment_order. */
enum err deal_give(struct bank *, struct order *);

/* Both at once, in cents. */
enum err deal_pay(struct bank *, const char *from, const char *to,
		  int64_t minor);

/* The challenge of a payment that waits, pool memory. */
const uint8_t *deal_challenge(struct bank *, const struct order *);

/* Gives a code in the session that ordered; the whole confirmation. */
struct confirm deal_confirm(struct bank *, const uint8_t *challenge,
			    const char *code);

/* A code of the same length that is not this one. */
const char *deal_wrong(struct bank *, const char *code);

/* What stands in an account's row. */
struct deal_row {
	int64_t balance, held, seq, used_on, used_amount, used_count;
};
struct deal_row deal_look(struct bank *, int64_t account);

/* Signs in with the password: the challenge, or why not. */
enum err deal_signin(struct bank *, const char *user_id, const char *password,
		     struct challenge *);

/* A browser's session, signed in with password and code. */
struct confirm deal_browser(struct bank *, const char *user_id);

extern const struct actor deal_actor;

#endif
