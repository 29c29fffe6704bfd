/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify_account.c: the accounts' rows against their holds and counters. */
#include <string.h>

#include "bank/ledger.h"
#include "bank/master.h"
#include "bank/verify_impl.h"
#include "lib/clock.h"

static bool
accounts_count(struct verifying *r, int64_t *count)
{
	struct stmt *q = db_sql(r->db, "SELECT count(*) AS n FROM account");

	*count = db_row(q) ? db_int(q, "n") : 0;
	return db_done(q) == OK;
}

static void
account_fill(struct verifying *r, struct stmt *q, struct verify_account *a)
{
	a->id = db_int(q, "id");
	a->customer = db_int(q, "customer");
	a->number = pool_strdup(r->pool, db_text(q, "number"));
	a->titled = db_int(q, "titled") != 0;
	memccpy(a->currency, db_text(q, "currency"), '\0',
		sizeof a->currency - 1);
	a->seq = db_int(q, "seq");
	a->last_at = db_int(q, "last_at");
	a->balance = db_int(q, "balance");
	a->held = db_int(q, "held");
	a->used_on = (int32_t)db_int(q, "used_on");
	a->used_amount = db_int(q, "used_amount");
	a->used_count = db_int(q, "used_count");
	if (!db_copy(q, "hash", a->hash, sizeof a->hash))
		verify_fail(r, VERIFY_POSTINGS,
			    "Account %s: its hash is none.", a->number);
	if (!money_known(db_text(q, "currency")))
		verify_fail(r, VERIFY_POSTINGS,
			    "Account %s: %s is no currency.", a->number,
			    db_text(q, "currency"));
	r->expected += a->seq;
}

void
verify_load(struct verifying *r)
{
	struct stmt *q;
	int64_t count;

	if (!accounts_count(r, &count)) {
		verify_broken(r, VERIFY_POSTINGS);
		return;
	}
	r->accounts = pool_alloc(r->pool,
				 ((size_t)count + 1) * sizeof *r->accounts);
	q = db_sql(r->db,
		"SELECT id, customer, number, title <> '' AS titled, currency, "
		"seq, last_at, balance, held, hash, used_on, used_amount, "
		"used_count FROM account ORDER BY id");
	while (r->count < count && db_row(q))
		account_fill(r, q, &r->accounts[r->count++]);
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_POSTINGS);
}

struct verify_account *
verify_find(struct verifying *r, int64_t id)
{
	int64_t low = 0, high = r->count, middle;

	/* Nobody deletes accounts: most often the id is the place. */
	if (id >= 1 && id <= r->count && r->accounts[id - 1].id == id)
		return &r->accounts[id - 1];
	while (low < high) {
		middle = low + (high - low) / 2;
		if (r->accounts[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->count && r->accounts[low].id == id ? &r->accounts[low]
							   : NULL;
}

static void
hold_check(struct verifying *r, struct stmt *q)
{
	struct verify_account *a = verify_find(r, db_int(q, "account"));
	uint8_t have[SECRET_HASH], want[SECRET_HASH];
	char text[SECRET_ID_TEXT];
	struct hold h = {0};

	verify_count(r, VERIFY_HOLDS);
	if (!db_copy(q, "id", h.id, sizeof h.id) || a == NULL ||
	    !money_known(a->currency)) {
		verify_fail(r, VERIFY_HOLDS,
			    "A hold is of no account of the bank.");
		return;
	}
	h.account = a->id;
	h.amount = money_of(db_int(q, "amount"), a->currency);
	h.reason = db_text(q, "reason");
	h.created_at = db_int(q, "created_at");
	h.expires_at = db_int(q, "expires_at");
	ledger_hold_hash(&h, want);
	if (!db_copy(q, "hash", have, sizeof have) ||
	    memcmp(have, want, sizeof have) != 0)
		verify_fail(r, VERIFY_HOLDS,
			    "Account %s, hold %s: the hash is not that of "
			    "what stands there (%s).",
			    a->number, secret_id_text(text, h.id),
			    verify_amount(r, db_int(q, "amount"),
					  a->currency));
	if (__builtin_add_overflow(a->held_found, db_int(q, "amount"),
				   &a->held_found))
		verify_fail(r, VERIFY_HOLDS, "Account %s: its holds add up "
			    "to more than can be counted.", a->number);
}

void
verify_holds(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
		"SELECT id, account, amount, reason, created_at, expires_at, "
		"hash FROM hold ORDER BY id");
	const struct verify_account *a;

	while (db_row(q))
		hold_check(r, q);
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_HOLDS);
	for (a = r->accounts; a < r->accounts + r->count; a++)
		if (a->held != a->held_found)
			verify_fail(r, VERIFY_HOLDS,
				    "Account %s: held is %s, its holds add up "
				    "to %s.",
				    a->number,
				    verify_amount(r, a->held, a->currency),
				    verify_amount(r, a->held_found,
						  a->currency));
	pool_reset(r->row);
}

/* Whoever owns an account holds it, and nobody the bank's own. */
void
verify_holders(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
		"SELECT a.number FROM account a WHERE CASE WHEN a.customer IS "
		"NULL THEN EXISTS (SELECT 1 FROM holder h WHERE "
		"h.account = a.id) ELSE NOT EXISTS (SELECT 1 FROM holder h "
		"WHERE h.customer = a.customer AND h.account = a.id AND "
		"h.role = 'owner') END LIMIT 1");

	if (db_row(q))
		verify_fail(r, VERIFY_PEOPLE, "Account %s: who holds it is "
			    "not who owns it.", db_text(q, "number"));
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_PEOPLE);
}

static void
changed(void *arg, const char *row)
{
	verify_fail(arg, VERIFY_MASTER, "%s was changed by another.", row);
}

void
verify_master(struct verifying *r)
{
	int64_t count;
	int i;

	for (i = 0; i < MASTER_KINDS; i++) {
		if (master_check(r->db, (enum master)i, &count, changed, r) !=
		    OK)
			verify_broken(r, VERIFY_MASTER);
		r->v->checks[VERIFY_MASTER].count += count;
	}
}

/* Ordered and not yet booked counts too, on the day it was ordered. */
static void
waiting_count(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
		"SELECT from_account, amount, created_at FROM payment "
		"WHERE state = 'waiting'");
	struct verify_account *a;

	while (db_row(q)) {
		a = verify_find(r, db_int(q, "from_account"));
		if (a == NULL || clock_day(db_int(q, "created_at")) !=
					 a->used_on)
			continue;
		a->count_found++;
		if (__builtin_add_overflow(a->amount_found,
					   db_int(q, "amount"),
					   &a->amount_found))
			a->amount_found = -1;
	}
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_LIMITS);
}

/* Only what was booked on the day the account counts. */
static void
other_days_drop(struct verifying *r)
{
	struct verify_account *a;

	for (a = r->accounts; a < r->accounts + r->count; a++) {
		if (a->ordered_on == a->used_on)
			continue;
		a->set_back = a->used_on < a->ordered_on;
		a->amount_found = a->count_found = 0;
	}
}

/* When the clock was set back, what waited over that is counted no more: then
 * less may be counted than was ordered, never more. */
static bool
counted(const struct verify_account *a)
{
	if (a->used_amount == a->amount_found &&
	    a->used_count == a->count_found)
		return true;
	return a->set_back && a->used_amount <= a->amount_found &&
	       a->used_count <= a->count_found;
}

void
verify_limits(struct verifying *r)
{
	const struct verify_account *a;
	char day[CLOCK_DATE];

	other_days_drop(r);
	waiting_count(r);
	for (a = r->accounts; a < r->accounts + r->count; a++) {
		if (a->used_count == 0 && a->used_amount == 0 &&
		    a->used_on == 0)
			continue;
		verify_count(r, VERIFY_LIMITS);
		if (counted(a))
			continue;
		verify_fail(r, VERIFY_LIMITS,
			    "Account %s, %s: counted are %lld payments of %s, "
			    "ordered were %lld of %s.",
			    a->number, clock_date(day, a->used_on),
			    (long long)a->used_count,
			    verify_amount(r, a->used_amount, a->currency),
			    (long long)a->count_found,
			    verify_amount(r, a->amount_found, a->currency));
	}
	pool_reset(r->row);
}
