/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* boot.h: what a machine whose power keeps failing was told and did; in memory
 * that outlives each boot. */
#ifndef CLICKNET_BENCH_BOOT_H
#define CLICKNET_BENCH_BOOT_H

#include "bank/payment.h"
#include "bench/disk.h"

enum order_kind { ORDER_PAY, ORDER_BOOK, ORDER_HOLD };
enum note_state {
	NOTE_BLANK,   /* taken when the power failed, not yet written on */
	NOTE_SENT,    /* nobody was told anything */
	NOTE_ACKED,   /* the customer was told that it is done */
	NOTE_REFUSED  /* ... or that it is not */
};

/* One order and what the customer knows of it. */
struct note {
	enum order_kind kind;
	enum note_state state;
	bool present;          /* found in the book at the last check */
	bool counted;          /* in machine.base already */
	int64_t user, customer, from, to, minor;
	char key[32];
	uint8_t id[SECRET_ID]; /* known for a payment once it is acked */
};

/* What an account has to be. */
struct head {
	int64_t seq, balance, held;
};

enum { NOTES_MAX = 65536, ACCOUNTS_MAX = 200000, THREADS_MAX = 64 };

struct machine {
	const char *path;      /* of the book */
	int threads, orders;   /* orders a thread sends in one boot, at most */
	int64_t accounts, first; /* ids first .. first + accounts - 1 */
	enum disk_fate fate;   /* how the last boot ended */
	enum disk_fate ends;   /* how this one will */
	bool brief;            /* soon after the book was opened and checked */
	bool full_check;
	int64_t boots, acked, replayed, checkpoints, verified;
	int64_t lost, twice, half, drift, resurrected, unequal;
	int note_count;
	struct note notes[NOTES_MAX];
	struct head base[ACCOUNTS_MAX], now[ACCOUNTS_MAX];
};

/* Bytes of the heads of the accounts that are. */
static inline size_t
heads_size(const struct machine *m)
{
	return (size_t)m->accounts * sizeof(struct head);
}

/* Makes the bank on the disk: accounts of 1000.00 EUR each, two to a customer,
 * far apart. Ends the process if it cannot. */
void machine_build(struct machine *);

/* One boot, in a child: opens the book as it was left, checks it against the
 * notes, then sends orders from all threads until the power fails or all are
 * sent. Does not return. */
enum { BOOT_HARMED = 3, BOOT_UNREADABLE = 4 }; /* exit statuses beside 0 */
void boot(struct machine *) __attribute__((noreturn));

/* Forgets all notes but the first ones: a slot taken later is blank until it is
 * written on, whatever stood there. */
void notes_keep(struct machine *, int count);

/* Chooses when it ends: within ${writes} writes from now. */
void boot_end_choose(struct machine *, long writes);

/* The book against the notes. BOOT_HARMED if it cannot go on from here. */
int boot_check(struct machine *, struct db *);

#endif
