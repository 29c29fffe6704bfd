/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* housekeeping.h: what the bank no longer needs to know. */
#ifndef CLICKNET_HOUSEKEEPING_H
#define CLICKNET_HOUSEKEEPING_H

#include "lib/db.h"

/* Expires applications that were begun and not sent (application_expire_due)
 * and wipes those whose time is over (retention_run).
 * Forgets sessions, codes, questions to passkeys, counted tries and used
 * captchas a day after their end, wrong passwords that locked nobody and files
 * that never came whole after a day, idempotency keys, finished messages and
 * the inbox after thirty. Steps of at most HOUSEKEEPING_STEP rows: rows are
 * looked for on a read connection and removed by their keys in a db_write
 * each. Never inside db_write. */
enum { HOUSEKEEPING_STEP = 500 };
enum err housekeeping(struct db *);

#endif
