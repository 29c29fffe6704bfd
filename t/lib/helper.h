/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* helper.h: what the programs in t/helper begin and end with: the bank that
 * CLICKNET_CONF names. */
#ifndef CLICKNET_T_HELPER_H
#define CLICKNET_T_HELPER_H

#include "lib/db.h"
#include "lib/pool.h"

/* Ends the program with a word about ${what} unless ${e} is OK. */
void need(enum err e, const char *what);

/* Opens settings, keys and database; with ${init} makes the last two. Memory of
 * ${pool} must outlive it. Ends the program if it cannot. */
struct db *helper_open(struct pool *pool, bool init);
void helper_close(struct db *);

#endif
