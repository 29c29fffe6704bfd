/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify.c: one check after the other, and what each of them says. */
#include "bank/verify.h"

#include <stdarg.h>
#include <string.h>

#include "bank/schema.h"
#include "bank/verify_impl.h"

static const char *const names[VERIFY_CHECKS] = {
	[VERIFY_POSTINGS] = "postings", [VERIFY_TRANSFERS] = "transfers",
	[VERIFY_SUMS] = "sums", [VERIFY_HOLDS] = "holds",
	[VERIFY_PAYMENTS] = "payments", [VERIFY_LIMITS] = "limits",
	[VERIFY_AUDIT] = "audit", [VERIFY_SIGNATURES] = "signatures",
	[VERIFY_PEOPLE] = "people", [VERIFY_MASTER] = "master",
	[VERIFY_USERS] = "users", [VERIFY_GUARDS] = "guards",
	[VERIFY_ENGINE] = "engine"};

void
verify_fail(struct verifying *r, enum verify_name name, const char *format, ...)
{
	struct verify_check *c = &r->v->checks[name];
	va_list args;

	if (!c->ok)
		return;
	va_start(args, format);
	c->detail = pool_vprintf(r->pool, format, args);
	va_end(args);
	c->ok = false;
	r->v->ok = false;
}

void
verify_count(struct verifying *r, enum verify_name name)
{
	r->v->checks[name].count++;
}

void
verify_broken(struct verifying *r, enum verify_name name)
{
	verify_fail(r, name, "The database cannot be read: %s",
		    db_error(r->db));
}

const char *
verify_amount(struct verifying *r, int64_t minor, const char *currency)
{
	char text[MONEY_TEXT];

	if (!money_known(currency))
		return pool_printf(r->row, "%lld %s", (long long)minor,
				   currency);
	return pool_printf(r->row, "%s %s",
			   money_text(text, money_of(minor, currency)),
			   currency);
}

/* One currency's balances; marks those it has added. */
static void
sum_one(struct verifying *r, bool *added, int64_t from)
{
	const char *currency = r->accounts[from].currency;
	struct money sum = money_of(0, currency);
	int64_t i;

	for (i = from; i < r->count; i++) {
		if (added[i] ||
		    strcmp(r->accounts[i].currency, currency) != 0)
			continue;
		added[i] = true;
		if (money_add(&sum, sum, money_of(r->accounts[i].balance,
						  currency)) != OK)
			verify_fail(r, VERIFY_SUMS, "The balances in %s add "
				    "up to more than can be counted.",
				    currency);
	}
	verify_count(r, VERIFY_SUMS);
	if (money_sign(sum) != 0)
		verify_fail(r, VERIFY_SUMS,
			    "All balances in %s add up to %s instead of zero.",
			    currency,
			    verify_amount(r, money_minor(sum), currency));
}

static void
verify_sums(struct verifying *r)
{
	bool *added = pool_alloc(r->pool, (size_t)r->count + 1);
	int64_t i;

	for (i = 0; i < r->count; i++)
		if (!added[i] && money_known(r->accounts[i].currency))
			sum_one(r, added, i);
}

static void
verify_guards(struct verifying *r)
{
	int count;
	const char *why = schema_guards(r->db, r->pool, &count);

	r->v->checks[VERIFY_GUARDS].count = count;
	if (why != NULL)
		verify_fail(r, VERIFY_GUARDS, "%s", why);
}

static void
verify_engine(struct verifying *r)
{
	const char *why;
	enum err e = db_integrity(r->db, r->pool, &why);

	verify_count(r, VERIFY_ENGINE);
	if (why != NULL)
		verify_fail(r, VERIFY_ENGINE, "%s", why);
	else if (e != OK)
		verify_broken(r, VERIFY_ENGINE);
}

void
verify_bank(struct db *db, struct pool *pool,
	    void (*progress)(int64_t, int64_t), struct verify *v)
{
	struct verifying r = {.db = db, .pool = pool, .row = pool_new(),
			      .v = v, .progress = progress};
	int i;

	*v = (struct verify){.ok = true};
	for (i = 0; i < VERIFY_CHECKS; i++)
		v->checks[i] = (struct verify_check){names[i], true, 0, ""};
	verify_load(&r);
	verify_postings(&r);
	verify_transfers(&r);
	verify_sums(&r);
	verify_holds(&r);
	verify_payments(&r);
	verify_limits(&r);
	verify_audit(&r);
	verify_signatures(&r);
	verify_people(&r);
	verify_holders(&r);
	verify_master(&r);
	verify_users(&r);
	verify_guards(&r);
	verify_engine(&r);
	db_rest(db);
	pool_free(r.row);
	v->accounts = r.count;
	v->postings = v->checks[VERIFY_POSTINGS].count;
}
