/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* step_up.c: the challenge of a step-up, bound to one session. */
#include "bank/step_up.h"

#include <string.h>

#include "bank/confirm.h"

static enum err
begin_work(struct db *db, void *arg)
{
	struct step_up *s = arg;
	struct challenge *c = &s->challenge;

	*c = (struct challenge){.purpose = "step_up", .user = s->user,
				.customer = s->customer, .has_session = true};
	memcpy(c->session, s->session, SECRET_HASH);
	secret_hash(c->bound, s->session, SECRET_HASH);
	return confirm_begin(db, s->pool, c, NULL);
}

enum err
step_up_begin(struct db *db, struct step_up *s)
{
	return db_write(db, begin_work, s);
}
