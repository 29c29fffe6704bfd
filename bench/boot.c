/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* boot.c: the bank's day between two power failures: many threads ordering
 * through the bank's own functions. */
#include "bench/boot.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bank/limit.h"
#include "bank/transfer.h"
#include "lib/clock.h"
#include "lib/log.h"

enum { CHECKPOINT_ONE_IN = 300, AMOUNT_MAX = 999 };
enum { BRIEF_MAX = 60, WRITES_A_SYNC = 40 };

struct worker {
	struct machine *m;
	struct db *db;
	struct pool *pool;
	uint64_t random;
	int again; /* notes of earlier boots to ask again about */
};

static uint64_t
below(struct worker *w, uint64_t n)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (w->random >> 11) % n;
}

/* The customer may learn no more than this line once the power is gone. */
static void
note_end(struct machine *m, struct note *n, enum err e)
{
	if (e == OK)
		__atomic_add_fetch(&m->acked, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&n->state, e == OK ? NOTE_ACKED : NOTE_REFUSED,
			 __ATOMIC_RELEASE);
}

static struct note *
note_begin(struct worker *w, enum order_kind kind)
{
	struct machine *m = w->m;
	int at = __atomic_fetch_add(&m->note_count, 1, __ATOMIC_RELAXED);
	int64_t half = m->accounts / 2, c;
	struct note *n = &m->notes[at];

	if (at >= NOTES_MAX) {
		__atomic_sub_fetch(&m->note_count, 1, __ATOMIC_RELAXED);
		return NULL;
	}
	c = (int64_t)below(w, (uint64_t)half);
	*n = (struct note){.kind = kind, .user = c + 1, .customer = c + 1,
			   .minor = 1 + (int64_t)below(w, AMOUNT_MAX)};
	n->from = m->first + c + (below(w, 2) ? half : 0);
	n->to = n->from < m->first + half ? n->from + half : n->from - half;
	while (kind == ORDER_BOOK && (n->to == n->from || below(w, 8) == 0))
		n->to = m->first +
			(int64_t)below(w, (uint64_t)m->accounts);
	secret_id(n->id);
	snprintf(n->key, sizeof n->key, "%lld-%d", (long long)m->boots, at);
	__atomic_store_n(&n->state, NOTE_SENT, __ATOMIC_RELEASE);
	return n;
}

static const char *
number(struct worker *w, int64_t account)
{
	return pool_printf(w->pool, "P%07lld", (long long)account);
}

static void
pay(struct worker *w, struct note *n)
{
	uint8_t request[SECRET_HASH];
	bool was_present = n->present;
	struct order o = {
		.pool = w->pool, .user = n->user, .customer = n->customer,
		.address = "192.0.2.1", .purpose = n->key, .payee_name = "",
		.from = number(w, n->from), .to = number(w, n->to),
		.amount = money_of(n->minor, "EUR"), .key = n->key,
		.request = request};
	enum err e;

	secret_hash(request, n->key, strlen(n->key));
	if ((e = payment_order(w->db, &o)) == OK) {
		if (was_present && (!o.replayed ||
				    memcmp(o.id, n->id, SECRET_ID) != 0))
			__atomic_add_fetch(&w->m->unequal, 1,
					   __ATOMIC_RELAXED);
		memcpy(n->id, o.id, SECRET_ID);
	}
	if (e == OK && o.replayed)
		__atomic_add_fetch(&w->m->replayed, 1, __ATOMIC_RELAXED);
	note_end(w->m, n, e);
}

struct task {
	struct pool *pool;
	const struct note *note;
};

static enum err
book_work(struct db *db, void *arg)
{
	const struct task *k = arg;
	const struct note *n = k->note;
	int64_t now = clock_now();
	enum err e;
	struct entry t = {
		.kind = "transfer", .from_account = n->from,
		.to_account = n->to, .amount = money_of(n->minor, "EUR"),
		.purpose = n->key, .payee_name = "Somebody Else",
		.counterparty_bank = "", .counterparty_account = "",
		.reference = "", .address = "", .value_date = clock_day(now),
		.booked_at = now, .ordered_by = n->user};

	memcpy(t.id, n->id, SECRET_ID);
	e = transfer_book(db, k->pool, &t, money_of(0, "EUR"));
	return e != OK ? e : limit_use(db, n->from, t.amount, clock_day(now));
}

static enum err
hold_work(struct db *db, void *arg)
{
	const struct note *n = ((struct task *)arg)->note;
	struct hold h = {
		.account = n->from, .amount = money_of(n->minor, "EUR"),
		.reason = "payment", .created_at = clock_now(),
		.expires_at = clock_now() + CLOCK_DAY_MS};

	memcpy(h.id, n->id, SECRET_ID);
	return ledger_hold(db, &h);
}

static void
order(struct worker *w)
{
	uint64_t kind = below(w, 10);
	struct note *n = note_begin(w, kind < 6   ? ORDER_PAY
				       : kind < 9 ? ORDER_BOOK
						  : ORDER_HOLD);
	struct task k = {.pool = w->pool, .note = n};

	if (n == NULL)
		return;
	switch (n->kind) {
	case ORDER_PAY:
		pay(w, n);
		break;
	case ORDER_BOOK:
		note_end(w->m, n, db_write(w->db, book_work, &k));
		break;
	case ORDER_HOLD:
		note_end(w->m, n, db_write(w->db, hold_work, &k));
		break;
	}
}

/* Customers who heard nothing ask again with the same key; orders without a
 * key that are not in the book must stay out of it. */
static void
ask_again(struct worker *w)
{
	struct note *n;
	int i;

	for (i = 0; i < w->again; i++) {
		n = &w->m->notes[i];
		if (n->state != NOTE_SENT)
			continue;
		if (n->kind == ORDER_PAY)
			pay(w, n);
		else if (!n->present)
			n->state = NOTE_REFUSED;
		pool_reset(w->pool);
	}
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	int i;

	ask_again(w);
	for (i = 0; i < w->m->orders; i++) {
		order(w);
		pool_reset(w->pool);
		if (below(w, CHECKPOINT_ONE_IN) == 0) {
			__atomic_add_fetch(&w->m->checkpoints, 1,
					   __ATOMIC_RELAXED);
			db_checkpoint(w->db);
		}
	}
	return NULL;
}

static void
work_all(struct machine *m, struct store *st)
{
	static struct worker workers[THREADS_MAX];
	static pthread_t threads[THREADS_MAX];
	int i;

	for (i = 0; i < m->threads; i++) {
		workers[i] = (struct worker){
			.m = m, .db = db_new(st), .pool = pool_new(),
			.random = disk_random(UINT64_MAX) | 1};
		workers[i].again = i == 0 ? m->note_count : 0;
	}
	if (m->brief) { /* nobody else's commit hides what it depends on */
		ask_again(&workers[0]);
		workers[0].again = 0;
	}
	for (i = 0; i < m->threads; i++)
		if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0)
			log_bug("no thread");
	for (i = 0; i < m->threads; i++)
		pthread_join(threads[i], NULL);
}

/* Every third at a sync: there most is at stake. */
void
boot_end_choose(struct machine *m, long writes)
{
	bool syncs_only = disk_random(3) == 0;
	long n = syncs_only ? (writes + WRITES_A_SYNC - 1) / WRITES_A_SYNC
			    : writes;

	disk_fail_after(1 + (long)disk_random((uint64_t)n), syncs_only,
			m->ends);
}

void
boot(struct machine *m)
{
	struct store *st;
	struct db *db;
	int harm;

	alarm(30);
	if (store_open(m->path, m->threads, false, &st) != OK)
		_exit(BOOT_UNREADABLE);
	db = db_new(st);
	if ((harm = boot_check(m, db)) != 0)
		_exit(harm);
	db_free(db);
	if (m->brief)
		boot_end_choose(m, BRIEF_MAX);
	work_all(m, st);
	_exit(0);
}
