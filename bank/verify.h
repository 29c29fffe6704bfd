/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify.h: the whole book computed again and compared with what stands. */
#ifndef CLICKNET_VERIFY_H
#define CLICKNET_VERIFY_H

#include "lib/db.h"
#include "lib/pool.h"

/* Each check and what it promises:
 *	postings   every account's postings follow each other from 1 without a
 *	           gap, each hash covers what stands there and the one before,
 *	           each balance is the sum so far, time never sinks, and the
 *	           account's head is the last of them
 *	transfers  every transfer has exactly its two postings, and the payee's
 *	           name opens
 *	sums       all balances of a currency add up to zero
 *	holds      each hold is as it was made; held is their sum
 *	payments   each that waits is what its code was asked for, and held
 *	limits     what is counted as used on an account's day was ordered then
 *	audit      each subject's record follows from 1 to its head
 *	signatures what passkeys signed is what was booked, is as it was kept,
 *	           and none is gone
 *	people     every customer's sealed data opens, and whoever owns an
 *	           account holds it
 *	master     what products, accounts (title, limit of overdraft, status)
 *	           and holders are is as the bank wrote it
 *	users      what lets people in (passwords, passkeys, sessions) is as the
 *	           bank wrote it
 *	guards     the triggers that keep final rows final are there
 *	engine     the engine finds nothing wrong with the file */
enum verify_name {
	VERIFY_POSTINGS, VERIFY_TRANSFERS, VERIFY_SUMS, VERIFY_HOLDS,
	VERIFY_PAYMENTS, VERIFY_LIMITS, VERIFY_AUDIT, VERIFY_SIGNATURES,
	VERIFY_PEOPLE, VERIFY_MASTER, VERIFY_USERS, VERIFY_GUARDS,
	VERIFY_ENGINE, VERIFY_CHECKS
};

struct verify_check {
	const char *name;
	bool ok;
	int64_t count;      /* how many were looked at */
	const char *detail; /* the first that does not hold, in words; or "" */
};

struct verify {
	struct verify_check checks[VERIFY_CHECKS]; /* by enum verify_name */
	bool ok;            /* all hold */
	int64_t accounts, postings;
};

/* Reads one snapshot from end to end; takes memory for the accounts only.
 * ${progress} (may be NULL) hears of postings done and in all. */
void verify_bank(struct db *, struct pool *,
		 void (*progress)(int64_t done, int64_t all), struct verify *);

#endif
