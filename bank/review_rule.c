/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review_rule.c: an application comes in, and may need no people. */
#include <string.h>

#include "bank/details.h"
#include "bank/opening.h"
#include "bank/review_impl.h"
#include "lib/settings.h"

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Who is somebody already, or says to have a public office, is looked at by
 * people. */
static enum err
rule_fits(struct db *db, struct pool *pool, const struct application *a,
	  bool *fits)
{
	struct details d;
	struct customer c;
	int64_t open, confirmed;
	bool same_tax_id;
	enum err e;

	*fits = false;
	if (!settings()->KYC_AUTO_APPROVE || !is(a->state, "sent") ||
	    !is(a->provider, "didit") || !is(a->identity, "passed"))
		return OK;
	if ((e = details_read(pool, a, &d)) != OK ||
	    (e = review_hits(db, a->id, &open, &confirmed)) != OK)
		return e;
	e = opening_known(db, pool, a, &c, &same_tax_id);
	*fits = e == ERR_MISSING && !same_tax_id && !d.pep &&
		open + confirmed == 0;
	return e == ERR_MISSING ? OK : e;
}

static enum err
rule_approve(struct db *db, struct pool *pool, struct application *a)
{
	struct saying s = {a->id, 1, 0, "make", "approve", "", ""};
	struct review_round round;
	enum err e = review_round(db, pool, a->id, &round);

	s.round = round.round;
	if (e != OK || (e = review_write(db, &s)) != OK)
		return e;
	s.step = "check";
	s.verdict = "agree";
	if ((e = review_write(db, &s)) != OK ||
	    (e = application_audit(db, a, &actor_system, "application.rule",
				   "")) != OK)
		return e;
	return opening_do(db, pool, a, &actor_system);
}

enum err
review_enter(struct db *db, struct pool *pool, struct application *a,
	     const struct actor *who)
{
	bool fresh = is(a->state, "started") || is(a->state, "asked");
	bool fits;
	enum err e = application_send(db, a, who);

	if (e != OK || !fresh || (e = rule_fits(db, pool, a, &fits)) != OK)
		return e;
	return fits ? rule_approve(db, pool, a) : OK;
}
