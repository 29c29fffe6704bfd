/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff.h: people who work for the small bank, and applications before them. */
#ifndef CLICKNET_TEST_STAFF_H
#define CLICKNET_TEST_STAFF_H

#include "bank/review.h"
#include "t/lib/apply.h"

/* Sam and Tia look at applications, Ada is an admin: each is a customer too.
 * sam2 is another user id of Sam's; uma has none and is no customer; tom is a
 * teller. All have the password "correct horse". Offers and branches are
 * apply_bank's. */
struct staff {
	int64_t user, customer;
};
extern struct staff staff_sam, staff_sam2, staff_tia, staff_ada, staff_uma,
	staff_tom;
void staff_bank(struct bank *);

/* Somebody new applies: the ${n}th, each with a tax id and addresses of their
 * own; everything is done and sent. */
struct application staff_sent(struct bank *, int n);

/* One says something; what came of it. The words may be NULL for "". */
struct review staff_review(struct bank *, const struct staff *,
			   const struct application *, const char *verdict,
			   const char *word, const char *note);
enum err staff_says(struct bank *, const struct staff *,
		    const struct application *, const char *verdict,
		    const char *word, const char *note);

/* A likeness of the applicant to a name on a list; its id in pool memory. */
const uint8_t *staff_hit(struct bank *, const struct application *,
			 int score);

/* The application as it stands now. */
struct application staff_look(struct bank *, const struct application *);

#endif
