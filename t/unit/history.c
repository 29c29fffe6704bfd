/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* history.c: tests of reading postings back. */
#include "bank/history.h"

#include <stdlib.h>
#include <string.h>

#include "bank/account.h"
#include "bank/ledger.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/tap.h"

/* What anna's current account sees on three days of November, besides its
 * opening on the 20th. */
static const struct {
	int day; /* after the 20th */
	int64_t minor;
	const char *name, *purpose, *reference, *bank, *account;
} story[] = {
	{1, -1500, "Café Zoë", "breakfast", "", "", ""},
	{1, -20000, "", "rent", "R-17", "DE", "44"},
	{2, 30000, "", "pay", "", "", "99"},
	{4, -1500, "Ökoladen", "apples", "", "", ""},
};
enum { STORY = sizeof story / sizeof *story };

struct telling {
	struct bank *bank;
	int at;
};

static enum err
tell(struct db *db, void *arg)
{
	struct telling *t = arg;
	int64_t minor = story[t->at].minor, clearing, anna;
	struct entry e = {
		.kind = "card", .amount = money_of(llabs(minor), "EUR"),
		.purpose = story[t->at].purpose, .address = "",
		.payee_name = story[t->at].name,
		.reference = story[t->at].reference,
		.counterparty_bank = story[t->at].bank,
		.counterparty_account = story[t->at].account,
		.value_date = clock_day(clock_now()),
		.booked_at = clock_now()};
	struct pool *pool = pool_new();
	enum err r = account_own(db, "clearing", "EUR", &clearing);

	anna = t->bank->anna_current;
	e.from_account = minor < 0 ? anna : clearing;
	e.to_account = minor < 0 ? clearing : anna;
	if (r == OK)
		r = ledger_post(db, pool, &e);
	pool_free(pool);
	return r;
}

static void
book_story(struct bank *b)
{
	struct telling t = {b, 0};

	for (t.at = 0; t.at < STORY; t.at++) {
		clock_freeze(BANK_NOW + story[t.at].day *
						(int64_t)CLOCK_DAY_MS);
		is_int(db_write(b->db, tell, &t), OK, "%s is booked",
		       story[t.at].purpose);
	}
}

static struct history
ask(struct bank *b)
{
	return (struct history){.account = b->anna_current,
				.to = HISTORY_EVER, .currency = "EUR", .q = "",
				.limit = 50};
}

/* The purposes found, newest first, with a blank between. */
static const char *
found(struct bank *b, struct history h)
{
	struct buf out = {.pool = b->pool};
	struct movement *m;

	buf_puts(&out, "");
	if (history_list(b->db, b->pool, &h) != OK)
		buf_puts(&out, "error");
	for (m = h.list; m != NULL; m = m->next)
		buf_printf(&out, "%s%s", out.len > 0 ? " " : "", m->purpose);
	db_rest(b->db);
	return out.data;
}

static void
test_all(struct bank *b)
{
	struct history h = ask(b);

	is_text(found(b, h), "apples pay rent breakfast opening",
		"all of it, the newest first");
	h.account = b->anna_savings;
	is_text(found(b, h), "opening", "each account its own");
	h.account = 999;
	is_text(found(b, h), "", "no account, no history");
}

static void
test_sides(struct bank *b)
{
	struct history h = ask(b);
	struct movement *m;

	h.sign = 1;
	is_text(found(b, h), "pay opening", "what came in");
	h.sign = -1;
	is_text(found(b, h), "apples rent breakfast", "what went out");
	h.sign = 0;
	h.min = 1501;
	is_text(found(b, h), "pay rent opening", "from an amount on");
	h.min = 1500;
	h.max = 20000;
	is_text(found(b, h), "apples rent breakfast",
		"and to one, whichever way it went");
	h = ask(b);
	history_list(b->db, b->pool, &h);
	m = h.list;
	ok(money_minor(m->amount) == -1500 &&
		   money_minor(m->balance_after) == 107000 &&
		   strcmp(m->name, "Ökoladen") == 0 &&
		   strcmp(m->kind, "card") == 0 &&
		   m->value_date == clock_day(m->booked_at),
	   "a movement knows its amount, the balance after and with whom");
	is_text(m->next->account, "99", "an account elsewhere is named");
	is_text(m->next->next->account, "DE 44", "with its bank");
	db_rest(b->db);
}

static void
test_days(struct bank *b)
{
	struct history h = ask(b);
	int32_t day = clock_day(BANK_NOW);

	h.from = day + 1;
	is_text(found(b, h), "apples pay rent breakfast", "from a day on");
	h.to = day + 2;
	is_text(found(b, h), "pay rent breakfast", "to a day with it");
	h.from = day + 2;
	is_text(found(b, h), "pay", "one day");
	h.from = h.to = day + 3;
	is_text(found(b, h), "", "a day without any");
	h.from = day + 2;
	h.to = day + 1;
	is_text(found(b, h), "", "an end before the beginning");
	h.from = 0;
	h.to = day - 1;
	is_text(found(b, h), "", "days before the first");
	h.to = day;
	is_text(found(b, h), "opening", "the first");
	h.to = 0;
	is_text(found(b, h), "", "the first day there is bounds as any other");
}

static void
test_search(struct bank *b)
{
	static const char *const words[][2] = {
		{"RENT", "rent"}, {"zoe", "breakfast"}, {"cafe", "breakfast"},
		{"ökol", "apples"}, {"oekol", "apples"}, {"r-17", "rent"},
		{"44", "rent"}, {"nothing", ""}};
	struct history h = ask(b);
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		h.q = words[i][0];
		is_text(found(b, h), words[i][1], "a search for \"%s\"", h.q);
	}
}

static void
test_pages(struct bank *b)
{
	struct history h = ask(b);

	h.limit = 2;
	history_list(b->db, b->pool, &h);
	is_text(h.list->purpose, "apples", "a page of two");
	is_int(h.count, 2, "has two");
	ok(h.next > 0, "and a next");
	h.before = h.next;
	is_text(found(b, h), "rent breakfast", "which goes on where it ended");
	history_list(b->db, b->pool, &h);
	h.before = h.next;
	history_list(b->db, b->pool, &h);
	is_int(h.count, 1, "the last has what is left");
	is_int(h.next, 0, "and no next");
	h = ask(b);
	h.limit = 5;
	history_list(b->db, b->pool, &h);
	is_int(h.next, 0, "a page that holds just all has none either");
	h = ask(b);
	h.to = clock_day(BANK_NOW) + 2;
	h.before = 3;
	is_text(found(b, h), "breakfast opening",
		"a page beyond the end of the days asked for stays within");
	db_rest(b->db);
}

static void
test_balances(struct bank *b)
{
	static const int64_t want[] = {0, 0, 100000, 78500, 108500, 108500,
				       107000, 107000};
	int64_t have[8], one;
	int32_t first = clock_day(BANK_NOW) - 2;
	int i, same = 0;

	is_int(history_balances(b->db, b->anna_current, first, 8, have), OK,
	       "balances of eight days");
	for (i = 0; i < 8; i++)
		same += have[i] == want[i];
	is_int(same, 8, "each at its day's end");
	history_balances(b->db, b->anna_current, first + 5, 1, &one);
	is_int(one, 108500, "a day without movement has the one before");
	history_balances(b->db, b->anna_current, first + 100, 1, &one);
	is_int(one, 107000, "so has one in the future");
	history_balances(b->db, b->anna_current, first, 1, &one);
	is_int(one, 0, "before the first there was nothing");
	history_balances(b->db, b->anna_current, first + 2, 2, have);
	ok(have[0] == 100000 && have[1] == 78500,
	   "movements behind the last day do not show");
	db_rest(b->db);
}

static void
test_seq(struct bank *b)
{
	int64_t seq;

	history_seq_at(b->db, b->anna_current, INT64_MIN, &seq);
	is_int(seq, 0, "before all time nothing was booked");
	history_seq_at(b->db, b->anna_current, BANK_NOW, &seq);
	is_int(seq, 0, "what is booked at an instant is not before it");
	history_seq_at(b->db, b->anna_current, BANK_NOW + 1, &seq);
	is_int(seq, 1, "but before the next");
	history_seq_at(b->db, b->anna_current, INT64_MAX, &seq);
	is_int(seq, STORY + 1, "and all of it before the end");
	db_rest(b->db);
}

/* Between people each sees the other: the payee the owner's name. */
static void
test_people(struct bank *b)
{
	struct order o = deal_order(b, ANNA_CURRENT, BEN_CURRENT,
				    money_of(100, "EUR"));
	struct history h = ask(b);

	deal_give(b, &o);
	deal_confirm(b, deal_challenge(b, &o), bank_code(b));
	history_list(b->db, b->pool, &h);
	is_text(h.list->name, "Ben Okoye", "who paid sees whom they named");
	is_text(h.list->account, BEN_CURRENT, "and the account");
	h.account = b->ben_current;
	history_list(b->db, b->pool, &h);
	is_text(h.list->name, "Anna Müller", "who was paid sees who paid");
	db_rest(b->db);
	bank_tamper(b, "DROP TRIGGER posting_is_final_update;"
		       "UPDATE posting SET name = x'00' WHERE name NOTNULL");
	is_int(history_list(b->db, b->pool, &h), ERR_INTERNAL,
	       "a name that was tampered with is not shown");
	db_rest(b->db);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	book_story(&b);
	test_all(&b);
	test_sides(&b);
	test_days(&b);
	test_search(&b);
	test_pages(&b);
	test_balances(&b);
	test_seq(&b);
	test_people(&b);
	bank_close(&b);
	return tap_done();
}
