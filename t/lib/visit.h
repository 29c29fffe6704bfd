/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* visit.h: a person with a browser, in process. */
#ifndef CLICKNET_TEST_VISIT_H
#define CLICKNET_TEST_VISIT_H

#include "t/lib/bank.h"

extern const struct app auth_app, banking_app, kyc_app;

/* A browser and its session; all in the bank's pool. ${cookie} is the token
 * alone; NULL: not signed in. */
struct visit {
	struct bank *bank;
	const char *cookie, *csrf, *language;
};

/* Signed in with password and code. */
struct visit visit_begin(struct bank *, const char *user_id);

/* "GET /accounts" as a browser asks it; a body is sent as a form, with the
 * session's csrf and a new idempotency key beside it. */
const char *visit_get(struct visit *, const struct app *, const char *path);
const char *visit_post(struct visit *, const struct app *, const char *path,
		       const char *form);

/* The same page for everybody: what differs from one asking to the next is
 * made alike: UUIDs, the ids given (NULL-ended), keys and tags; lengths and
 * what is left of a rate are left out. */
const char *visit_mask(struct bank *, const char *answer, ...)
	__attribute__((sentinel));

/* Is ${part} in the answer? */
bool visit_has(const char *answer, const char *part);

#endif
