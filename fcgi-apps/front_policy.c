/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front_policy.c: what a password must be, for pages and complaints. */
#include "fcgi-apps/front_policy.h"

#include "bank/password.h"
#include "fcgi-apps/view.h"
#include "lib/page.h"
#include "lib/settings.h"

/* A page shows the first complaint about a field; here all of them matter. */
static void
more_view(struct req *rq, struct resp *rs, const char *const *faults, int n)
{
	json_object *list = json_object_new_array();
	int i;

	for (i = 1; i < n; i++)
		json_object_array_add(list, json_object_new_string(page_words(
			rq->who.language, faults[i])));
	rs->view = view_new(rq);
	json_object_object_add(rs->view, "more", list);
}

enum err
front_policy_note(struct req *rq, struct resp *rs, const char *field,
	    const char *password)
{
	const char *faults[PASSWORD_FAULTS];
	int n = password_faults(rq->pool, password, faults), i;

	for (i = 0; i < n; i++)
		req_note(rq, field, faults[i]);
	if (n > 1 && !rq->wants_json)
		more_view(rq, rs, faults, n);
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
front_policy_view(json_object *v)
{
	json_object *o = json_object_new_object();
	const struct settings *s = settings();

	view_int(o, "min_length", s->PASSWORD_POLICY_MIN_PASSWORD_LENGTH);
	rule(o, "uppercase", s->PASSWORD_POLICY_MIN_CAPITAL_CHAR_COUNT);
	rule(o, "lowercase", s->PASSWORD_POLICY_MIN_SMALL_CHAR_COUNT);
	rule(o, "digit", s->PASSWORD_POLICY_MIN_NUMBER_COUNT);
	rule(o, "special", s->PASSWORD_POLICY_MIN_NON_ALPHA_NUMERIC_CHAR_COUNT);
	json_object_object_add(v, "policy", o);
}
