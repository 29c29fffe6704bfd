/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* turn.h: what needs much memory is done one at a time in a process. */
#ifndef CLICKNET_TURN_H
#define CLICKNET_TURN_H

#include "lib/err.h"
#include "lib/pool.h"

/* How many may wait for their turn; more are told to come again. */
enum { TURN_WAIT = 16 };

/* Takes the turn, waiting for it if need be, until ${pool} ends; a thread that
 * has it already has it. Who waits must not hold what the others need to get
 * ready: db_rest first. ERR_BUSY if too many wait. */
enum err turn_take(struct pool *);

#endif
