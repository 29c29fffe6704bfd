/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fault.c: stands between the driver and the engine, and fails on demand. */
#include "t/lib/fault.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static __thread int left; /* steps until one fails; 0: none will */
static __thread int armed; /* how many it was armed with */
static __thread bool fired;
static __thread const char *beginning = "";
static __thread char failed[200];

static __thread void (*other)(void *); /* to be called in between */
static __thread void *other_arg;
static __thread const char *other_before;

static int (*engine_step)(sqlite3_stmt *);
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void
engine_find(void)
{
	*(void **)&engine_step = dlsym(RTLD_NEXT, "sqlite3_step");
}

static void
other_call(const char *sql)
{
	void (*run)(void *) = other;

	if (run == NULL || sql == NULL ||
	    strncmp(sql, other_before, strlen(other_before)) != 0)
		return;
	other = NULL;
	run(other_arg);
}

/* A transaction that is undone may be tried again: that fails as well. */
static void
arm_again(sqlite3_stmt *s, const char *sql)
{
	if (fired && left == 0 && strcmp(sql, "ROLLBACK") == 0 &&
	    sqlite3_txn_state(sqlite3_db_handle(s), "main") ==
		    SQLITE_TXN_WRITE)
		left = armed;
}

/* Reached by the driver's own calls: a program's symbol goes before a shared
 * library's. */
int
sqlite3_step(sqlite3_stmt *s)
{
	const char *sql = sqlite3_sql(s);

	pthread_once(&engine_once, engine_find);
	other_call(sql);
	if (sql != NULL)
		arm_again(s, sql);
	if (left == 0 || sql == NULL || strcmp(sql, "BEGIN") == 0 ||
	    strcmp(sql, "ROLLBACK") == 0 ||
	    strncmp(sql, beginning, strlen(beginning)) != 0 || --left > 0)
		return engine_step(s);
	fired = true;
	snprintf(failed, sizeof failed, "%.150s", sql);
	return SQLITE_FULL;
}

void
fault_arm_on(const char *sql, int nth)
{
	beginning = sql;
	fired = false;
	failed[0] = '\0';
	left = armed = nth;
}

void
fault_arm(int nth)
{
	fault_arm_on("", nth);
}

void
fault_between(const char *sql, void (*run)(void *), void *arg)
{
	other_before = sql;
	other_arg = arg;
	other = run;
}

bool
fault_disarm(void)
{
	left = armed = 0;
	other = NULL;
	return fired;
}

const char *
fault_sql(void)
{
	return failed;
}

enum { STATEMENTS_MAX = 200 };

struct fault_report
fault_run(struct bank *b, fault_work *work, void *arg)
{
	struct fault_report r = {.told = true, .clean = true};
	struct pool *pool = pool_new();
	uint64_t before = fault_digest(b);
	bool hit = true;
	int n;

	for (n = 1; hit && r.told && r.clean && n <= STATEMENTS_MAX;
	     n += tap_step(3)) {
		fault_arm(n);
		r.e = work(b, pool, arg);
		hit = fault_disarm();
		db_rest(b->db);
		r.statements = hit ? n : r.statements;
		r.told = !hit || r.e == ERR_BUSY || r.e == ERR_INTERNAL;
		r.clean = !hit || fault_digest(b) == before;
		pool_reset(pool);
	}
	pool_free(pool);
	return r;
}
