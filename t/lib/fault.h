/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fault.h: makes the N-th statement fail, and tells whether anything was left
 * behind. A test that uses this file has its own sqlite3_step. */
#ifndef CLICKNET_TEST_FAULT_H
#define CLICKNET_TEST_FAULT_H

#include <stdbool.h>
#include <stdint.h>
#include "t/lib/bank.h"

/* From now on the ${nth} step (1: the next) of any statement of this thread
 * fails as a full disk would, before it does anything. The snapshots of
 * readers are left alone: "BEGIN" and "ROLLBACK" never fail. */
void fault_arm(int nth);

/* Only a statement that begins so is made to fail. */
void fault_arm_on(const char *sql, int nth);

/* Back to normal. True if a statement was made to fail; which one. */
bool fault_disarm(void);
const char *fault_sql(void);

/* A hash of every row of every table; what a reader would see. */
uint64_t fault_digest(struct bank *);

/* Runs ${work} with its first statement failing, then its second, and so on
 * until it passes clean, which it must with ${want}. Each time it must say
 * that it failed, and leave nothing behind. Tests it as ${name}; returns how
 * many statements failed. */
typedef enum err fault_work(struct bank *, struct pool *, void *arg);
int fault_loop(struct bank *, const char *name, fault_work *, void *arg,
	       enum err want);

#endif
