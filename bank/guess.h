/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* guess.h: how many codes somebody may get wrong, over all their challenges:
 * new challenges give a guesser no new tries. */
#ifndef CLICKNET_GUESS_H
#define CLICKNET_GUESS_H

#include "bank/challenge.h"
#include "bank/event.h"
#include "bank/rate.h"

/* May a code still count for whom the challenge is for? ERR_LOCKED: three
 * challenges died of wrong codes within a day, or a hundred codes were wrong
 * since the last right one. */
enum err guess_allowed(struct db *, const struct challenge *);

/* The code of a challenge was wrong, and the challenge died of it if no try is
 * left; or it was right. Inside db_write. The one that locks is audited and
 * told to the person. */
enum err guess_wrong(struct db *, struct pool *, const struct challenge *,
		     const struct actor *);
enum err guess_right(struct db *, const struct challenge *);

/* A code is sent again; inside db_write. ERR_RATE: that was asked for too often
 * within an hour, as ${resent} says. */
enum err guess_resent(struct db *, const struct challenge *,
		      struct rate *resent);

/* A user's codes count again, and those sent to the customer before there was
 * a user (0: none); inside db_write. */
enum err guess_forget(struct db *, int64_t user, int64_t customer);

#endif
