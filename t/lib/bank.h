/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bank.h: a small bank in a temporary directory, for unit and page tests. */
#ifndef CLICKNET_TEST_BANK_H
#define CLICKNET_TEST_BANK_H

#include "lib/app.h"
#include "lib/money.h"

/* Anna: EUR current with 1 000.00 and savings with 500.00, and a JPY account
 * with 10 000. Ben: EUR current with 20.00. Both have the password "correct
 * horse" and the user ids anna and ben. The clock stands at BANK_NOW. The
 * products: DAILY (per transfer 0.01 to 500.00, 800.00 and 5 times a day),
 * SAVE, FEE (transfer fee 0.20). Account numbers below. */
struct bank {
	char dir[64];
	struct pool *pool;
	struct store *store;
	struct db *db;
	int64_t anna, ben;           /* customers */
	int64_t anna_user, ben_user;
	int64_t anna_current, anna_savings, anna_yen, ben_current;
};
#define ANNA_CURRENT "T00000000001"
#define ANNA_SAVINGS "T00000000002"
#define ANNA_YEN "T00000000003"
#define BEN_CURRENT "T00000000004"
enum { BANK_PASSES = 1, BANK_KIB = 1024 }; /* cheap passwords for tests */
extern const int64_t BANK_NOW; /* 2026-11-20T10:00:00Z */

/* Ends the process with a bail-out line if it cannot be made. */
void bank_open(struct bank *);
void bank_close(struct bank *);

/* A setting changed in the bank's file and taken up at once. */
void bank_set(struct bank *, const char *name, const char *value);

/* The code in the newest queued message that has one; "" if there is none. */
const char *bank_code(struct bank *);

/* One integer of a statement without parameters, for looking behind the
 * scenes: bank_count(&b, "SELECT count(*) AS n FROM posting"). */
#define bank_count(bank, sql) bank_count_of((bank), db_sql((bank)->db, sql))
int64_t bank_count_of(struct bank *, struct stmt *);

/* Runs SQL as someone behind the bank's back would, in one write.
 * bank_arrange: as if the bank itself had written it; what has a seal is
 * sealed then. */
enum err bank_tamper(struct bank *, const char *sql);
enum err bank_arrange(struct bank *, const char *sql);

/* A bearer token for a user; pool memory. */
const char *bank_token(struct bank *, const char *user_id);

/* A request in process: "GET /accounts" with headers as further "NAME=value"
 * FastCGI params (NULL-ended), a body or NULL. The whole answer; pool
 * memory. ask_json adds Accept and Authorization, and sends ${body} as JSON. */
const char *bank_ask(struct bank *, const struct app *, const char *what,
		     const char *body, ...) __attribute__((sentinel));
const char *bank_ask_json(struct bank *, const struct app *, const char *what,
			  const char *token, const char *body, ...)
	__attribute__((sentinel));

/* Parts of an answer: the status, a header's value ("" if absent), the body,
 * a text member of a JSON body ("" if absent). */
int answer_status(const char *answer);
const char *answer_header(struct bank *, const char *answer,
			  const char *name);
const char *answer_body(const char *answer);
const char *answer_text(struct bank *, const char *answer, const char *name);

#endif
