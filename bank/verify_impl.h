/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify_impl.h: what the files of the verification share; nobody else's. */
#ifndef CLICKNET_VERIFY_IMPL_H
#define CLICKNET_VERIFY_IMPL_H

#include "bank/verify.h"
#include "lib/money.h"
#include "lib/secret.h"

/* An account's row, and what was found of it elsewhere. */
struct verify_account {
	int64_t customer; /* 0: the bank's own */
	int64_t id, seq, last_at, balance, held, used_amount, used_count;
	int32_t used_on;
	bool started; /* its postings have begun */
	char currency[4];
	const char *number;
	bool titled;
	uint8_t hash[SECRET_HASH];
	int64_t held_found, amount_found, count_found;
	int32_t ordered_on; /* the day of the payments found */
	bool set_back;      /* a later day was before it */
};

struct verifying {
	struct db *db;
	struct pool *pool, *row; /* of the run; emptied now and then */
	struct verify *v;
	void (*progress)(int64_t done, int64_t all);
	struct verify_account *accounts; /* in order of their ids */
	int64_t count, expected;         /* accounts; postings by their heads */
};

/* Says what does not hold; only the first of a check is kept. */
void verify_fail(struct verifying *, enum verify_name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* One more was looked at. */
void verify_count(struct verifying *, enum verify_name);

/* The check could not be done: the database said no. */
void verify_broken(struct verifying *, enum verify_name);

/* NULL if there is no such account. */
struct verify_account *verify_find(struct verifying *, int64_t id);

/* An amount for people: "12.34 CZK". Row memory. */
const char *verify_amount(struct verifying *, int64_t minor,
			  const char *currency);

void verify_load(struct verifying *);
void verify_postings(struct verifying *);
void verify_transfers(struct verifying *);
void verify_holds(struct verifying *);
void verify_payments(struct verifying *);
void verify_limits(struct verifying *);
void verify_audit(struct verifying *);
void verify_signatures(struct verifying *);
void verify_people(struct verifying *);
void verify_holders(struct verifying *);
void verify_master(struct verifying *);
void verify_users(struct verifying *);

#endif
