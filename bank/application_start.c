/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_start.c: the two ways in: an application begun, and the link to
 * one that is under way. */
#include <string.h>

#include "bank/application_code.h"
#include "bank/application_impl.h"
#include "bank/seal.h"
#include "lib/clock.h"

static enum err
start_work(struct db *db, void *arg)
{
	struct application_start *s = arg;
	enum err e = application_new(db, s->pool, &s->application, s->who);

	return e != OK ? e
		       : application_session_new(db, s->application.id, s->who,
						 &s->session, s->token);
}

enum err
application_start(struct db *db, struct application_start *s)
{
	return db_write(db, start_work, s);
}

/* The newest that its person can still do something with or look at. */
static enum err
lost_find(struct db *db, const struct application_lost *l, int64_t *id)
{
	struct stmt *q = db_sql(db,
		"SELECT id FROM application WHERE email_index = :email AND "
		"mobile_index = :mobile AND email_at IS NOT NULL AND "
		"mobile_at IS NOT NULL AND wiped_at IS NULL AND "
		"state <> 'expired' ORDER BY id DESC LIMIT 1");

	seal_put_index(q, "email", l->email);
	seal_put_index(q, "mobile", l->mobile);
	*id = db_row(q) ? db_int(q, "id") : 0;
	return db_done(q);
}

enum err
application_link_send(struct db *db, const struct application_lost *l)
{
	struct application a;
	struct rate rate;
	int64_t id;
	enum err e;

	if ((e = lost_find(db, l, &id)) != OK)
		return e;
	if (id == 0)
		return ERR_MISSING;
	if ((e = application_get(db, l->pool, id, &a)) != OK)
		return e;
	e = application_rate_to(db, l->pool, a.email, &rate);
	if (e != OK)
		return e == ERR_RATE ? ERR_MISSING : e;
	if ((e = application_link_mail(db, l->pool, &a)) != OK)
		return e;
	return application_audit(db, &a, l->who, "application.link", "");
}
