/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ledger.h: the book: posting, holding and counting against limits. */
#ifndef CLICKNET_LEDGER_H
#define CLICKNET_LEDGER_H

#include "bank/chain.h"
#include "lib/db.h"
#include "lib/money.h"
#include "lib/pool.h"

/* SQL: the key of a posting, and of all postings of an account, which has no
 * more than POSTING_SEQ_MAX. */
static const int64_t POSTING_SEQ_MAX = INT64_C(4294967295);
#define POSTING_ID(account, seq) "(" account " * 4294967296 + " seq ")"
#define POSTINGS_OF(account)                                                 \
	" BETWEEN " POSTING_ID(account, "1") " AND "                         \
	POSTING_ID(account, "4294967295") " "

/* Which of its account's postings the one of key ${id} is. */
static inline int64_t
posting_seq(int64_t id)
{
	return id & POSTING_SEQ_MAX;
}

/* All of these run inside db_write and leave nothing behind on an error. */

/* Books one transfer: two postings that sum to zero, each on its account's
 * chain. The caller fills kind, from_account, to_account, amount, the texts,
 * value_date, booked_at, ordered_by and, if it has one, id (all zero: a new
 * one is made). Filled in: id, from, to (in ${pool}), from_seq, to_seq,
 * and what stands at the end of struct entry.
 * Currencies must be the accounts' own: else ERR_INPUT. ERR_CONFLICT: an
 * account is closed, or the paying one frozen. ERR_FUNDS: beyond the available
 * balance (customers' accounts only; the bank's own may go below zero).
 * ERR_MISSING: no such account. booked_at never lies before the account's last
 * posting: it is moved up to it. */
enum err ledger_post(struct db *, struct pool *, struct entry *);

/* The account a posting names as its other side: the number of a customer's,
 * or what is known of an account elsewhere behind one of the bank's own. Pool
 * memory. */
const char *ledger_other(struct pool *, const struct entry *,
			 bool other_is_banks, const char *number);

/* Promises ${amount} of an account until ${expires_at}: the available balance
 * sinks by it. ERR_FUNDS, ERR_CONFLICT (not active), ERR_MISSING. */
struct hold {
	uint8_t id[SECRET_ID];
	int64_t account;
	struct money amount;
	const char *reason;
	int64_t created_at, expires_at;
};
enum err ledger_hold(struct db *, const struct hold *);

/* Ends a promise. ERR_MISSING if there is none. */
enum err ledger_release(struct db *, const uint8_t id[SECRET_ID]);

/* The SHA-256 a hold row carries over its own canonical bytes. */
void ledger_hold_hash(const struct hold *, uint8_t hash[SECRET_HASH]);

#endif
