/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* policy.c: what a password must be, for pages and complaints. */
#include "bank/password.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/view.h"
#include "lib/settings.h"

enum err
policy_note(struct req *rq, const char *field, const char *password)
{
	const char *faults[PASSWORD_FAULTS];
	int n = password_faults(rq->pool, password, faults), i;

	for (i = 0; i < n; i++)
		req_note(rq, field, faults[i]);
	return n == 0 ? OK : ERR_INPUT;
}

/* A rule that asks for nothing is not mentioned. */
static void
rule(json_object *o, const char *name, long count)
{
	if (count > 0)
		view_int(o, name, count);
}

void
policy_view(json_object *v)
{
	json_object *o = json_object_new_object();
	const struct settings *s = settings();

	view_int(o, "min_length", s->PASSWORD_POLICY_MIN_LENGTH);
	rule(o, "uppercase", s->PASSWORD_POLICY_UPPERCASE);
	rule(o, "lowercase", s->PASSWORD_POLICY_LOWERCASE);
	rule(o, "digit", s->PASSWORD_POLICY_DIGIT);
	rule(o, "special", s->PASSWORD_POLICY_SPECIAL);
	json_object_object_add(v, "policy", o);
}
