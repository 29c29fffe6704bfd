/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* account.h: accounts, who holds them, what is in them and what they allow. */
#ifndef CLICKNET_ACCOUNT_H
#define CLICKNET_ACCOUNT_H

#include "lib/db.h"
#include "lib/money.h"
#include "lib/pool.h"

/* What an account's product allows, and what its people used of it today.
 * A bound of 0 does not bind. */
struct limit {
	struct money per_transfer_min, per_transfer_max;
	struct money daily_amount, used_amount;
	int64_t daily_count, used_count;
};

/* An account as one person sees it; all of one snapshot, in pool memory. */
struct account {
	struct account *next;
	int64_t id, customer;    /* customer: the owner, 0 for the bank's own */
	const char *number, *title, *product, *product_name, *category;
	const char *branch, *status, *role; /* role: "owner", "user" */
	struct money balance, held, overdraft, available, fee;
	int32_t opened_on;
	int64_t interest_bp, seq;
	struct limit limit;
};

/* All accounts a customer holds, in order of opening. */
enum err account_list(struct db *, struct pool *, int64_t customer,
		      struct account **list);

/* One of them by its number, spaces and case forgiven. ERR_MISSING if there is
 * none, or if the customer does not hold it: the two look the same. */
enum err account_get(struct db *, struct pool *, int64_t customer,
		     const char *number, struct account **out);

/* What a payer may know of any customer's account: that it is there. The
 * owner is for the bank's own checks. ERR_MISSING if there is no such
 * account. */
struct payee {
	int64_t account, customer;
	const char *number, *currency, *status;
	const char *title; /* the owner's own word for it: not for payers */
};
enum err account_payee(struct db *, struct pool *, const char *number,
		       struct payee *out);

/* Opens an account; inside db_write. ${customer} 0 makes one of the bank's
 * own. The owner becomes its first holder. */
struct account_new {
	const char *number, *title, *product, *currency, *branch;
	int64_t customer;
	int32_t opened_on;
	struct money overdraft;
};
enum err account_open(struct db *, const struct account_new *, int64_t *id);
enum err account_hold_by(struct db *, int64_t account, int64_t customer,
			 const char *role);

/* The bank's own account for a purpose ("cash", "clearing", "cards", "fees",
 * "interest-paid", "interest-charged", "opening") in a currency, made when it
 * is first needed; inside db_write. */
enum err account_own(struct db *, const char *purpose, const char *currency,
		     int64_t *id);

/* An account number: upper case, no spaces. Pool memory. */
const char *account_number(struct pool *, const char *typed);

#endif
