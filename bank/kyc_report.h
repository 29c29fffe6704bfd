/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc_report.h: how applications went, for who answers for them: how many,
 * how long they took, why they were declined, whom lists named, who decided.
 * No name and no address of an applicant is in it. */
#ifndef CLICKNET_KYC_REPORT_H
#define CLICKNET_KYC_REPORT_H

#include "lib/db.h"
#include "lib/pool.h"

/* A state, a reason, a product: how many applications have it. */
struct kyc_count {
	struct kyc_count *next;
	const char *name;
	int64_t count;
};

/* How often somebody of the bank proposed and checked. */
struct kyc_decider {
	struct kyc_decider *next;
	const char *user_id;
	int64_t made, checked;
};

/* About the applications begun on the bank's days ${from} to ${to}, both
 * counted. Times are from being sent to the decision, in milliseconds; the
 * median of an even count is the lower one. Pool memory. */
struct kyc_report {
	int32_t from, to; /* in */
	int64_t begun, decided, by_rule, existing;
	int64_t median_ms, longest_ms;
	int64_t hits_open, hits_cleared, hits_confirmed;
	struct kyc_count *states, *reasons, *products;
	struct kyc_decider *deciders;
};
enum err kyc_report(struct db *, struct pool *, struct kyc_report *);

/* One application of the report; until the next. */
struct kyc_row {
	const char *reference, *product, *branch, *state, *identity, *provider;
	const char *reason, *maker, *checker;
	int64_t begun_at, sent_at, decided_at, hits, hits_confirmed;
	bool existing;
};

/* Each of them, oldest first, to ${each}. */
enum err kyc_report_rows(struct db *, int32_t from, int32_t to,
			 void (*each)(void *arg, const struct kyc_row *),
			 void *arg);

#endif
