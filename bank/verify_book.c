/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify_book.c: every account's chain of postings, and every transfer's two
 * sides. */
#include <string.h>

#include "bank/ledger.h"
#include "bank/seal.h"
#include "bank/verify_impl.h"
#include "lib/clock.h"

enum { PROGRESS_EVERY = 1000 };

/* How far an account's chain has come. */
struct walk {
	struct verify_account *a;
	int64_t seq, balance, booked_at;
	uint8_t hash[SECRET_HASH];
	bool broken; /* something was missing: what follows would not fit */
};

/* The posting in hand. */
struct line {
	int64_t seq, amount, balance_after, booked_at;
	uint8_t transfer[SECRET_ID], hash[SECRET_HASH];
	char transfer_text[SECRET_ID_TEXT];
};

#define FAIL(r, w, l, ...)                                                   \
	fail_at((r), (w), (l), pool_printf((r)->row, __VA_ARGS__))

static void
fail_at(struct verifying *r, const struct walk *w, const struct line *l,
	const char *what)
{
	verify_fail(r, VERIFY_POSTINGS,
		    "Account %s, posting %lld, transfer %s: %s",
		    w->a->number, (long long)l->seq, l->transfer_text, what);
}

/* The account's row must say what its last posting says. */
static void
walk_end(struct verifying *r, struct walk *w)
{
	const struct verify_account *a = w->a;

	if (a == NULL || w->broken)
		return;
	if (a->seq > w->seq)
		verify_fail(r, VERIFY_POSTINGS,
			    "Account %s: posting %lld is missing; the account "
			    "has %lld.",
			    a->number, (long long)w->seq + 1,
			    (long long)a->seq);
	else if (a->seq < w->seq)
		verify_fail(r, VERIFY_POSTINGS,
			    "Account %s: posting %lld is there, but the "
			    "account has only %lld.",
			    a->number, (long long)w->seq, (long long)a->seq);
	else if (a->balance != w->balance)
		verify_fail(r, VERIFY_POSTINGS,
			    "Account %s: its balance is %s, its postings add "
			    "up to %s.",
			    a->number,
			    verify_amount(r, a->balance, a->currency),
			    verify_amount(r, w->balance, a->currency));
	else if (a->last_at != (a->seq > 0 ? w->booked_at : 0))
		verify_fail(r, VERIFY_POSTINGS,
			    "Account %s: its last posting was not booked when "
			    "the account says.", a->number);
	else if (memcmp(a->hash, w->hash, SECRET_HASH) != 0)
		verify_fail(r, VERIFY_POSTINGS,
			    "Account %s: its hash is not that of its last "
			    "posting, %lld.",
			    a->number, (long long)w->seq);
}

static void
walk_begin(struct walk *w, struct verify_account *a)
{
	*w = (struct walk){.a = a, .booked_at = INT64_MIN};
	if (a != NULL)
		a->started = true;
}

static void
line_read(struct verifying *r, const struct walk *w, struct stmt *q,
	  struct line *l)
{
	bool whole;

	l->seq = db_int(q, "seq");
	l->amount = db_int(q, "amount");
	l->balance_after = db_int(q, "balance_after");
	l->booked_at = db_int(q, "booked_at");
	whole = db_copy(q, "transfer", l->transfer, SECRET_ID);
	secret_id_text(l->transfer_text, l->transfer);
	if (!db_copy(q, "hash", l->hash, SECRET_HASH) || !whole)
		FAIL(r, w, l, "its hash or its transfer is none.");
}

static void
entry_read(struct verifying *r, struct stmt *q, const struct line *l,
	   const char *currency, struct entry *t)
{
	const struct verify_account *from, *to;

	memcpy(t->id, l->transfer, SECRET_ID);
	t->kind = db_text(q, "kind");
	t->from_account = db_int(q, "from_account");
	t->to_account = db_int(q, "to_account");
	from = verify_find(r, t->from_account);
	to = verify_find(r, t->to_account);
	t->from = from != NULL ? from->number : "";
	t->to = to != NULL ? to->number : "";
	t->from_seq = db_int(q, "from_seq");
	t->to_seq = db_int(q, "to_seq");
	t->amount = money_of(db_int(q, "t_amount"), currency);
	t->purpose = db_text(q, "purpose");
	t->payee_name = db_null(q, "payee_name") ? "" : "sealed";
	t->counterparty_bank = db_text(q, "counterparty_bank");
	t->counterparty_account = db_text(q, "counterparty_account");
	t->reference = db_text(q, "reference");
	t->value_date = (int32_t)db_int(q, "value_date");
	t->booked_at = db_int(q, "t_booked_at");
	t->ordered_by = db_int(q, "ordered_by");
	t->address = db_text(q, "address");
}

/* The side of its transfer a posting claims to be must be there. */
static void
side_check(struct verifying *r, const struct walk *w, const struct line *l,
	   const struct entry *t)
{
	const char *currency = w->a->currency;
	bool pays = t->from_account == w->a->id;
	int64_t minor = money_minor(t->amount);
	int64_t seq = pays ? t->from_seq : t->to_seq;

	if (!pays && t->to_account != w->a->id)
		FAIL(r, w, l, "the transfer is from %s to %s.", t->from,
		     t->to);
	else if (seq != l->seq)
		FAIL(r, w, l, "the transfer's posting here is %lld.",
		     (long long)seq);
	else if (l->amount != (pays ? -minor : minor))
		FAIL(r, w, l, "its amount is %s, by the transfer it is %s.",
		     verify_amount(r, l->amount, currency),
		     verify_amount(r, pays ? -minor : minor, currency));
	else if (l->booked_at != t->booked_at)
		FAIL(r, w, l, "its time of booking is not the transfer's.");
}

static void
hash_check(struct verifying *r, const struct walk *w, const struct line *l,
	   const struct entry *t)
{
	uint8_t hash[SECRET_HASH];
	struct chain shared;

	chain_entry(&shared, t);
	chain_posting(hash, &shared, w->a->number, l->seq,
		      money_of(l->amount, w->a->currency),
		      money_of(l->balance_after, w->a->currency), w->hash);
	if (memcmp(hash, l->hash, SECRET_HASH) != 0)
		FAIL(r, w, l, "its hash is not that of what stands there and "
		     "of the posting before.");
}

static bool
same(struct stmt *q, const char *column, const char *text)
{
	return strcmp(db_text(q, column), text) == 0;
}

/* Whether ledger.c had a name to write: between customers' accounts a title
 * or who pays, else what the payer wrote. */
static bool
named(const struct walk *w, const struct entry *t,
      const struct verify_account *other, bool pays)
{
	if (w->a->customer == 0 || other == NULL || other->customer == 0)
		return *t->payee_name != '\0';
	if (w->a->customer == other->customer)
		return other->titled;
	return !pays || *t->payee_name != '\0';
}

/* What history shows of the transfer is the transfer's. */
static void
copy_check(struct verifying *r, const struct walk *w, const struct line *l,
	   struct stmt *q, const struct entry *t)
{
	bool pays = t->from_account == w->a->id;
	const struct verify_account *other =
		verify_find(r, pays ? t->to_account : t->from_account);
	const char *name, *number = other != NULL ? other->number : "";

	number = ledger_other(r->row, t, other != NULL && other->customer == 0,
			      number);
	if (!same(q, "p_kind", t->kind) || !same(q, "p_purpose", t->purpose) ||
	    !same(q, "p_reference", t->reference) ||
	    !same(q, "other", number) ||
	    db_int(q, "p_value_date") != t->value_date)
		FAIL(r, w, l, "what it shows of the transfer is not what "
		     "stands there.");
	else if (seal_get(q, r->row, "name", "posting.name",
			  seal_row(t->id) ^ w->a->id, &name) != OK)
		FAIL(r, w, l, "the other side's name does not open.");
	else if (db_null(q, "name") && named(w, t, other, pays))
		FAIL(r, w, l, "the other side's name is gone.");
}

/* What does not need the transfer. */
static void
order_check(struct verifying *r, struct walk *w, const struct line *l)
{
	const char *currency = w->a->currency;
	int64_t balance;

	if (l->seq != w->seq + 1) {
		verify_fail(r, VERIFY_POSTINGS,
			    "Account %s: posting %lld is missing; posting "
			    "%lld (transfer %s) follows %lld.",
			    w->a->number, (long long)w->seq + 1,
			    (long long)l->seq, l->transfer_text,
			    (long long)w->seq);
		w->broken = true;
	} else if (__builtin_add_overflow(w->balance, l->amount, &balance) ||
		   balance != l->balance_after) {
		FAIL(r, w, l, "the balance after it is %s, but %s before it "
		     "and its amount %s do not add up to that.",
		     verify_amount(r, l->balance_after, currency),
		     verify_amount(r, w->balance, currency),
		     verify_amount(r, l->amount, currency));
	} else if (l->booked_at < w->booked_at) {
		FAIL(r, w, l, "it was booked before the posting before it.");
	}
}

/* What its people ordered on the day the account counts: by the value date,
 * which stays that day when the bank's zone is another, or the clock was set
 * back. A day that comes again begins anew. */
static void
used_count(struct walk *w, const struct entry *t)
{
	struct verify_account *a = w->a;

	if (t->ordered_by == 0 || t->from_account != a->id ||
	    strcmp(t->kind, "transfer") != 0)
		return;
	if (t->value_date != a->ordered_on) {
		a->amount_found = a->count_found = 0;
		a->set_back = t->value_date < a->ordered_on;
		a->ordered_on = t->value_date;
	}
	a->count_found++;
	if (__builtin_add_overflow(a->amount_found, money_minor(t->amount),
				   &a->amount_found))
		a->amount_found = -1;
}

/* A payee's name is checked once, from the paying side. */
static void
name_check(struct verifying *r, struct stmt *q, const struct entry *t)
{
	char text[SECRET_ID_TEXT];
	const char *name;

	if (db_null(q, "payee_name"))
		return;
	if (seal_get(q, r->row, "payee_name", "transfer.payee_name",
		     seal_row(t->id), &name) != OK)
		verify_fail(r, VERIFY_TRANSFERS,
			    "Transfer %s: the payee's name does not open.",
			    secret_id_text(text, t->id));
}

static void
posting_check(struct verifying *r, struct walk *w, struct stmt *q)
{
	struct line l;
	struct entry t;

	line_read(r, w, q, &l);
	order_check(r, w, &l);
	if (db_null(q, "t_amount")) {
		FAIL(r, w, &l, "there is no such transfer.");
	} else if (!money_known(w->a->currency) ||
		   strcmp(db_text(q, "currency"), w->a->currency) != 0) {
		FAIL(r, w, &l, "the transfer is in %s, the account in %s.",
		     db_text(q, "currency"), w->a->currency);
	} else {
		entry_read(r, q, &l, w->a->currency, &t);
		side_check(r, w, &l, &t);
		hash_check(r, w, &l, &t);
		copy_check(r, w, &l, q, &t);
		used_count(w, &t);
		if (t.from_account == w->a->id)
			name_check(r, q, &t);
	}
	w->seq = l.seq;
	w->balance = l.balance_after;
	w->booked_at = l.booked_at;
	memcpy(w->hash, l.hash, SECRET_HASH);
}

static void
posting_row(struct verifying *r, struct walk *w, struct stmt *q)
{
	int64_t account = db_int(q, "account");
	int64_t done = ++r->v->checks[VERIFY_POSTINGS].count;

	if (w->a == NULL || w->a->id != account) {
		walk_end(r, w);
		walk_begin(w, verify_find(r, account));
	}
	if (w->a == NULL)
		verify_fail(r, VERIFY_POSTINGS,
			    "There are postings of account id %lld, but no "
			    "such account.", (long long)account);
	else
		posting_check(r, w, q);
	if (done % PROGRESS_EVERY != 0)
		return;
	pool_reset(r->row);
	if (r->progress != NULL)
		r->progress(done, r->expected);
}

/* Accounts without a posting have an empty head. */
static void
unstarted_check(struct verifying *r)
{
	struct verify_account *a;
	struct walk w;

	for (a = r->accounts; a < r->accounts + r->count; a++) {
		if (a->started)
			continue;
		walk_begin(&w, a);
		walk_end(r, &w);
	}
}

void
verify_postings(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
		"SELECT p.account, p.seq, p.transfer, p.amount, "
		"p.balance_after, p.booked_at, p.hash, t.kind, "
		"t.from_account, t.to_account, t.from_seq, t.to_seq, "
		"t.amount AS t_amount, t.currency, t.purpose, t.payee_name, "
		"t.counterparty_bank, t.counterparty_account, t.reference, "
		"t.value_date, t.booked_at AS t_booked_at, t.ordered_by, "
		"t.address, p.kind AS p_kind, p.value_date AS p_value_date, "
		"p.purpose AS p_purpose, p.reference AS p_reference, p.other, "
		"p.name FROM posting p LEFT JOIN transfer t "
		"ON t.id = p.transfer ORDER BY p.id");
	struct walk w;

	walk_begin(&w, NULL);
	while (db_row(q))
		posting_row(r, &w, q);
	walk_end(r, &w);
	unstarted_check(r);
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_POSTINGS);
	pool_reset(r->row);
}
