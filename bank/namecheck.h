/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* namecheck.h: does the name the payer typed fit the account's owner? */
#ifndef CLICKNET_NAMECHECK_H
#define CLICKNET_NAMECHECK_H

#include "lib/pool.h"

/* "match": the same words in any order, whatever their case and accents;
 * "close": one or two letters off, initials, or a word missing; "no_match";
 * "unknown": nothing was typed. Static strings. */
const char *namecheck(struct pool *, const char *typed, const char *owner);

#endif
