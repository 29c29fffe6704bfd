/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* apply.h: applications of Nora Neu, who is no customer yet. */
#ifndef CLICKNET_TEST_APPLY_H
#define CLICKNET_TEST_APPLY_H

#include "bank/application_session.h"
#include "bank/details.h"
#include "t/lib/bank.h"

/* Offers DAILY (from 18) and SAVE (from 12), branches NORTH and SOUTH. */
void apply_bank(struct bank *);

/* One begun for DAILY at NORTH; one with every step done but the review. */
struct application apply_begin(struct bank *);
struct application apply_ready(struct bank *);

/* One thing done to it in a write of its own. */
typedef enum err apply_work(struct db *, struct pool *, struct application *);
enum err apply_do(struct bank *, apply_work *, struct application *);
apply_work apply_nowhere, apply_email, apply_mobile, apply_details,
	apply_other_details, apply_documents, apply_identity, apply_send,
	apply_product, apply_branch, apply_tell, apply_wipe;
enum err apply_contact(struct bank *, struct application *, const char *name,
		       const char *email, const char *mobile);
enum err apply_ask(struct bank *, struct application *, const char *steps);
enum err apply_decide(struct bank *, struct application *, const char *state,
		      int64_t customer);

/* A session of it, its token in pool memory; and a link. */
const char *apply_session(struct bank *, const struct application *);
const char *apply_link(struct bank *, const struct application *);

/* Details that are good. */
struct details apply_good(void);

/* How often an act is on its record. */
int64_t apply_acts(struct bank *, const struct application *,
		   const char *act);

extern const struct actor apply_actor;

#endif
