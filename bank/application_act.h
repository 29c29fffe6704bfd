/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_act.h: what a person does to their own application, each act in
 * one write and on the application as it stands then. */
#ifndef CLICKNET_APPLICATION_ACT_H
#define CLICKNET_APPLICATION_ACT_H

#include "bank/application.h"
#include "bank/details.h"

/* ${application}: in: its id; out: as it stands afterwards. Each calls
 * db_write. ERR_CONFLICT: that is not open (application_open). */
struct application_act {
	struct pool *pool;
	const struct actor *who;
	struct application application;
};

/* Another product, branch or way to be reached; NULL: as it was. What is the
 * same is no change. Offer and branch must be there. ERR_INPUT: by their
 * details the person is too young for the offer. */
struct application_change {
	struct application_act act;
	const char *offer, *branch, *name, *email, *mobile;
};
enum err application_change(struct db *, struct application_change *);

/* What the person says about themselves; bank/details.h has looked at it.
 * ERR_INPUT: they are too young for what is chosen by now. */
struct application_details {
	struct application_act act;
	struct details details;
};
enum err application_details(struct db *, struct application_details *);

/* Keeps what was typed, unfinished or not, for the form to begin with. Not over
 * details that were given: ERR_CONFLICT. */
enum err application_keep(struct db *, struct application_details *);

/* Sends it and says so by mail, or finds it sent (or decided) already.
 * ERR_CONFLICT: a step is missing, or it has expired. ${product}: its name for
 * the letter. */
struct application_submit {
	struct application_act act;
	const char *product;
};
enum err application_submit(struct db *, struct application_submit *);

#endif
