/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_own.c: health and readiness, the same in every program. */
#include "lib/app_impl.h"

#include <string.h>

#ifndef CLICKNET_VERSION
#define CLICKNET_VERSION "0"
#endif

/* "/health/auth" is for auth alone: a check that reached another program
 * must not be content. */
static enum err
report(struct req *rq, struct resp *rs, const char *status)
{
	const char *program = pairs_get(&rq->params, "program");

	if (program != NULL && strcmp(program, rq->app->name) != 0)
		return ERR_MISSING;
	rs->view = pool_json(rq->pool, json_object_new_object());
	app_member(rs->view, "status", status);
	app_member(rs->view, "program", rq->app->name);
	app_member(rs->view, "version", CLICKNET_VERSION);
	return OK;
}

static enum err
health(struct req *rq, struct resp *rs)
{
	return report(rq, rs, "ok");
}

/* A transaction that changes nothing still takes its turn at the book. */
static enum err
touch(struct db *db, void *arg)
{
	(void)db;
	(void)arg;
	return OK;
}

static enum err
ready(struct req *rq, struct resp *rs)
{
	const char *reason = NULL;
	enum err e;

	if (db_write(rq->db, touch, NULL) != OK)
		reason = "The book cannot be written.";
	else if (rq->app->ready != NULL && (e = rq->app->ready(rq)) != OK)
		reason = err_sentence(e);
	if ((e = report(rq, rs, reason == NULL ? "ok" : "unavailable")) != OK)
		return e;
	app_member(rs->view, "reason", reason);
	rs->status = reason == NULL ? 200 : 503;
	return OK;
}

const struct route app_own[] = {
	{GET, "/health", health, GUEST | OPEN | APP_OWN},
	{GET, "/health/{program}", health, GUEST | OPEN | APP_OWN},
	{GET, "/readyz", ready, GUEST | OPEN | APP_OWN},
	{GET, "/readyz/{program}", ready, GUEST | OPEN | APP_OWN},
};
const int app_own_count = sizeof app_own / sizeof *app_own;
