/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify_users.c: that what lets people in is as the bank wrote it. */
#include "bank/passkey.h"
#include "bank/password.h"
#include "bank/session.h"
#include "bank/user.h"
#include "bank/verify_impl.h"

struct looking {
	struct verifying *r;
	const char *what;
};

static void
tell(void *arg, const char *user_id)
{
	const struct looking *l = arg;

	verify_fail(l->r, VERIFY_USERS, "User %s: %s changed by another.",
		    user_id, l->what);
}

void
verify_users(struct verifying *r)
{
	static const struct {
		const char *what;
		enum err (*check)(struct db *, int64_t *count,
				  void (*)(void *, const char *), void *);
	} parts[] = {{"the password, role or customer was", user_check},
		     {"a passkey was", passkey_check},
		     {"a session was", session_check},
		     {"what lets a forgotten password be set was",
		      password_check}};
	struct looking l = {.r = r};
	int64_t count;
	size_t i;

	for (i = 0; i < sizeof parts / sizeof *parts; i++) {
		l.what = parts[i].what;
		if (parts[i].check(r->db, &count, tell, &l) != OK)
			verify_broken(r, VERIFY_USERS);
		r->v->checks[VERIFY_USERS].count += count;
	}
}
