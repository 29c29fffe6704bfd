/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fault.h: makes the N-th statement fail, and tells whether anything was left
 * behind. A test that uses this file has its own sqlite3_step. */
#ifndef CLICKNET_TEST_FAULT_H
#define CLICKNET_TEST_FAULT_H

#include <stdbool.h>
#include <stdint.h>
#include "t/lib/bank.h"
#include "t/tap.h"

/* From now on the ${nth} step (1: the next) of any statement of this thread
 * fails as a full disk would, before it does anything; so does the ${nth} of a
 * transaction tried again. The snapshots of readers are left alone: "BEGIN" and
 * "ROLLBACK" never fail. */
void fault_arm(int nth);

/* Only a statement that begins so is made to fail. */
void fault_arm_on(const char *sql, int nth);

/* Before the next step of a statement that begins so, ${run}(${arg}) is called
 * once: what another does in between. */
void fault_between(const char *sql, void (*run)(void *), void *arg);

/* Back to normal. True if a statement was made to fail; which one. */
bool fault_disarm(void);
const char *fault_sql(void);

/* A hash of every row of every table; what a reader would see. fault_digest_but
 * leaves some tables out: " audit rate ", each between spaces. */
uint64_t fault_digest(struct bank *);
uint64_t fault_digest_but(struct bank *, const char *tables);

/* Runs ${work} with its first statement failing, then its second, and so on
 * until it passes clean. Each time it must say that it failed, and leave
 * nothing behind: the first that does not ends it. */
typedef enum err fault_work(struct bank *, struct pool *, void *arg);
struct fault_report {
	int statements; /* that were made to fail */
	bool told, clean;
	enum err e;     /* of the last run */
};
struct fault_report fault_run(struct bank *, fault_work *, void *arg);

/* The same, tested as ${name}; clean it must end with ${want}. Returns how
 * many statements failed. */
__attribute__((unused)) static int
fault_loop(struct bank *b, const char *name, fault_work *work, void *arg,
	   enum err want)
{
	struct fault_report r = fault_run(b, work, arg);

	if (!ok(r.told && r.clean && r.statements > 0,
		"%s: a failing statement is told and leaves nothing", name))
		printf("# statement %d, %s, answered %s: %s\n", r.statements,
		       r.clean ? "nothing left" : "something left",
		       err_code(r.e), fault_sql());
	is_int(r.e, want, "%s: without a fault it ends as it should", name);
	return r.statements;
}

#endif
