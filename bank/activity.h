/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* activity.h: what was done in a person's name, for the person to read. */
#ifndef CLICKNET_ACTIVITY_H
#define CLICKNET_ACTIVITY_H

#include "bank/event.h"

/* One act; pool memory. */
struct activity {
	struct activity *next;
	struct audit row;
};

/* The acts about a customer, newest first, at most ${limit}, older than the
 * one numbered ${before} (0: from the newest). ${user}: of staff who are no
 * customers, their own acts. *next is 0 after the last. */
enum err activity_list(struct db *, struct pool *, int64_t customer,
		       int64_t user, int64_t before, int limit,
		       struct activity **list, int64_t *next);

/* An act in words: an English sentence, a key of share/locale; NULL if nobody
 * has said it yet. */
const char *activity_words(const char *act);

#endif
