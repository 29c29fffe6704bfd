/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report.h: what Didit reports of Nora Neu, signed as Didit signs. */
#ifndef CLICKNET_TEST_REPORT_H
#define CLICKNET_TEST_REPORT_H

#include "bank/didit.h"
#include "t/lib/apply.h"

#define REPORT_SECRET "didit_test_secret"
#define REPORT_HOOK "POST /didit-webhook"

/* All settings of Didit; an application that waits for a check, which Didit
 * knows as the session ${session}. */
void report_bank(struct bank *);
struct application report_case(struct bank *, const char *session);

/* Wants a check of it; one thing the courier does with what is due, made as
 * ${session}. */
enum err report_want(struct bank *, struct application *);
void report_made(struct bank *, const char *session);

/* A report; ${shape} is the version of their decision, 0: none. */
struct report_of {
	const char *session, *name, *status, *event;
	int64_t at;
	int shape;
	const char *first, *last, *birth_date, *pictures;
};
const char *report_text(struct bank *, const struct report_of *);

/* What the bank makes of it, when it is believed. */
enum err report_tell(struct bank *, const struct report_of *,
		     enum didit_effect *);

/* The headers it comes with: X-Signature of ${body}, and now. */
const char *report_sign(struct bank *, const char *body, const char *secret);
const char *report_time(struct bank *, int64_t seconds);

/* identity of an application as it stands. */
const char *report_identity(struct bank *, const struct application *);

#endif
