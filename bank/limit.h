/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* limit.h: counting ordered payments against what a product allows. */
#ifndef CLICKNET_LIMIT_H
#define CLICKNET_LIMIT_H

#include "bank/account.h"

/* Why a payment is refused, as a sentence for the person; NULL if it is not.
 * ERR_LIMIT then. The account was read in this same transaction. */
enum err limit_check(const struct account *, struct money amount,
		     const char **why);

/* SQL: what an account's row becomes when a payment of :used counts :today. */
#define LIMIT_USED                                                           \
	"used_amount = :used + CASE WHEN used_on = :today "                  \
	"THEN used_amount ELSE 0 END, "                                      \
	"used_count = 1 + CASE WHEN used_on = :today "                       \
	"THEN used_count ELSE 0 END, used_on = :today"

/* Counts a payment ordered today; inside db_write. ledger_post does so itself
 * for what is booked at once. */
enum err limit_use(struct db *, int64_t account, struct money amount,
		   int32_t today);

/* Gives back what a payment of the day ${day} used, if it is still today. */
enum err limit_return(struct db *, int64_t account, struct money amount,
		      int32_t day);

#endif
