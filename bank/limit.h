/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* limit.h: counting ordered payments against what a product allows. */
#ifndef CLICKNET_LIMIT_H
#define CLICKNET_LIMIT_H

#include "bank/account.h"

/* Why a payment is refused, as a sentence for the person; NULL if it is not.
 * ERR_LIMIT then. The account was read in this same transaction. */
enum err limit_check(const struct account *, struct money amount,
		     const char **why);

/* Counts a payment ordered today; inside db_write. */
enum err limit_use(struct db *, int64_t account, struct money amount,
		   int32_t today);

/* Gives back what a payment of the day ${day} used, if it is still today. */
enum err limit_return(struct db *, int64_t account, struct money amount,
		      int32_t day);

#endif
