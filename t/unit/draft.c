/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* draft.c: tests of what is kept of an unfinished form, and how long. */
#include "bank/draft.h"

#include <string.h>

#include "lib/clock.h"
#include "t/lib/bank.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static enum err
get(struct bank *b, int64_t user, const char *path, struct draft *d)
{
	enum err e = draft_get(b->db, b->pool, user, path, d);

	db_rest(b->db);
	return e;
}

static void
test_keep(struct bank *b)
{
	const char *fields = "{\"payee_name\":\"Zoë Secretname\"}";
	struct draft d;

	is_int(draft_save(b->db, b->pool, b->anna_user, "/transfer", fields),
	       OK, "words are kept");
	is_int(get(b, b->anna_user, "/transfer", &d), OK, "and found");
	is_text(d.fields, fields, "as they were");
	is_int(d.saved_at, clock_now(), "with the time");
	is_int(get(b, b->ben_user, "/transfer", &d), ERR_MISSING,
	       "by nobody else");
	is_int(get(b, b->anna_user, "/other", &d), ERR_MISSING,
	       "on no other page");
	is_int(bank_count(b, "SELECT count(*) AS n FROM draft WHERE "
			     "instr(fields, 'Secretname') > 0"),
	       0, "nor in the database's file");
	is_int(draft_save(b->db, b->pool, b->anna_user, "/transfer", "{}"),
	       OK, "kept again");
	get(b, b->anna_user, "/transfer", &d);
	is_text(d.fields, "{}", "the newest counts");
	is_int(bank_count(b, "SELECT count(*) AS n FROM draft"), 1,
	       "one a page");
}

static void
test_age(struct bank *b)
{
	int64_t now = clock_now();
	struct draft d;

	clock_freeze(now + DRAFT_HOURS * 60ll * CLOCK_MINUTE - 1);
	is_int(get(b, b->anna_user, "/transfer", &d), OK, "kept for a day");
	clock_freeze(now + DRAFT_HOURS * 60ll * CLOCK_MINUTE);
	is_int(get(b, b->anna_user, "/transfer", &d), ERR_MISSING,
	       "and not longer");
	clock_freeze(now);
}

static void
test_many(struct bank *b)
{
	char *big = pool_alloc(b->pool, DRAFT_BYTES + 2);
	struct draft d;
	int i;

	for (i = 0; i < DRAFT_COUNT + 2; i++)
		draft_save(b->db, b->pool, b->ben_user,
			   pool_printf(b->pool, "/form/%d", i), "{}");
	is_int(bank_count(b, "SELECT count(*) AS n FROM draft d JOIN "
			     "bank_user u ON u.id = d.bank_user WHERE "
			     "u.user_id = 'ben'"),
	       DRAFT_COUNT, "nobody has more than ten");
	is_int(get(b, b->ben_user, "/form/1", &d), ERR_MISSING,
	       "the oldest went");
	is_int(get(b, b->ben_user, "/form/2", &d), OK, "the others stay");
	is_int(get(b, b->anna_user, "/transfer", &d), OK,
	       "as do other people's");
	memset(big, 'x', DRAFT_BYTES + 1);
	is_int(draft_save(b->db, b->pool, b->ben_user, "/big", big),
	       ERR_TOO_BIG, "what is too long is not kept");
	big[DRAFT_BYTES] = '\0';
	is_int(draft_save(b->db, b->pool, b->ben_user, "/big", big), OK,
	       "what just fits is");
}

static void
test_drop(struct bank *b)
{
	uint64_t before;
	struct draft d;

	is_int(draft_drop(b->db, b->anna_user, "/transfer"), OK, "forgotten");
	is_int(get(b, b->anna_user, "/transfer", &d), ERR_MISSING, "it is");
	before = fault_digest(b);
	is_int(draft_drop(b->db, b->anna_user, "/transfer"), OK,
	       "forgetting nothing");
	ok(fault_digest(b) == before, "changes nothing");
}

static enum err
save(struct bank *b, struct pool *pool, void *arg)
{
	(void)arg;
	return draft_save(b->db, pool, b->anna_user, "/transfer", "{}");
}

static enum err
drop(struct bank *b, struct pool *pool, void *arg)
{
	enum err e = draft_drop(b->db, b->anna_user, "/transfer");

	(void)pool;
	(void)arg;
	db_rest(b->db);
	return e;
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_keep(&b);
	test_age(&b);
	test_many(&b);
	test_drop(&b);
	fault_loop(&b, "keeping", save, NULL, OK);
	fault_loop(&b, "forgetting", drop, NULL, OK);
	bank_close(&b);
	return tap_done();
}
