/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* view.h: how the bank's nouns look to the outside: one JSON object each, the
 * same for programs and, with a few words more, for pages. */
#ifndef CLICKNET_VIEW_H
#define CLICKNET_VIEW_H

#include "bank/account.h"
#include "bank/challenge.h"
#include "bank/history.h"
#include "bank/payment.h"
#include "bank/session.h"
#include "bank/transfer.h"
#include "lib/http.h"

/* One member. ${name} must be a literal and new to the object. */
void view_text(json_object *, const char *name, const char *);
void view_int(json_object *, const char *name, int64_t);
void view_bool(json_object *, const char *name, bool);
void view_flag(json_object *, const char *name); /* true; for {{#name}} */
void view_money(json_object *, const char *name, struct money);
void view_time(json_object *, const char *name, int64_t instant);
void view_day(json_object *, const char *name, int32_t day);
void view_id(json_object *, const char *name, const uint8_t id[SECRET_ID]);

/* The first letters of the first two words, for the dot beside a name. */
const char *view_initials(struct pool *, const char *name);

/* Adds "place", where an address is, as far as that can be said without
 * guessing: "here" (the asking person's own), "device" (a loopback), "private"
 * (a network of its own) or "internet"; for pages place_<it> as well. */
void view_place(struct req *, json_object *, const char *address);

/* A new object that ends with the request. */
json_object *view_new(struct req *);

/* The nouns. Each returns a new reference, to be added to another object or
 * given to pool_json. */
json_object *view_account(struct req *, const struct account *);
json_object *view_limits(const struct account *);
json_object *view_accounts(struct req *, const struct account *list);
json_object *view_totals(const struct account *list);
json_object *view_session(struct req *, const struct session *);

/* Appends movements of an account as a JSON array. */
void view_movements(struct buf *, const struct account *,
		    const struct movement *list);

/* Groups movements (newest first) by the bank's day: [{date,
 * transactions:[...]}]. ${accounts} finds the account of each. */
struct seen {
	const struct account *account;
	const struct movement *movement;
};
json_object *view_days(struct req *, const struct seen *, int count);

/* A booked transfer; pool memory. */
json_object *view_transfer(struct req *, const struct transfer *);

/* What waits for a code: {status, challenge_id, channel, channels, sent_to,
 * expires_at[, confirm, payee_match]}; pool memory. ${payment} may be NULL. */
json_object *view_challenge(struct req *, const struct challenge *,
			    const struct payment *);

#endif
