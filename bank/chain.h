/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* chain.h: the canonical bytes of a posting, an audit row and a hold, and
 * their SHA-256, each over the one before it. */
#ifndef CLICKNET_CHAIN_H
#define CLICKNET_CHAIN_H

#include "lib/money.h"
#include "lib/secret.h"

/* The canonical form is a row of netstrings (length in decimal, colon, bytes,
 * comma). Numbers are decimal text, so that anyone can compute it again with
 * no more than sha256sum. */
enum { CHAIN_ROOM = 2048 };
struct chain {
	size_t len;
	bool full; /* more than fits: the hash then covers a hash of the rest */
	char bytes[CHAIN_ROOM];
};
/* Begins one with ${name}, what it is a chain of; with nothing for NULL. */
void chain_begin(struct chain *, const char *name);
void chain_text(struct chain *, const char *);
void chain_bytes(struct chain *, const void *, size_t);
void chain_int(struct chain *, int64_t);
void chain_end(const struct chain *, uint8_t hash[SECRET_HASH]);

/* A transfer with both its sides named, as its postings cover it. Texts are
 * never NULL. */
struct entry {
	uint8_t id[SECRET_ID];
	const char *kind, *from, *to; /* account numbers */
	int64_t from_account, to_account, from_seq, to_seq;
	struct money amount;          /* above zero */
	const char *purpose, *counterparty_bank, *counterparty_account;
	const char *reference, *address;
	const char *payee_name;       /* as typed; NULL or "": none */
	int32_t value_date;
	int64_t booked_at, ordered_by; /* ordered_by 0: the bank itself */
	int32_t counted_on; /* on this day's limits of the payer; 0: on none.
			     * Not covered. */
	/* Not covered; filled in by ledger_post for whoever tells of it. */
	int64_t from_customer, to_customer; /* owners; 0: the bank's own */
	struct money balance_after;         /* of the paying account */
	uint8_t hash[SECRET_HASH];          /* of its posting */
};

/* The part both postings share: "clicknet posting 1", the transfer. */
void chain_entry(struct chain *, const struct entry *);

/* One side's hash: the shared part, then the account, its sequence, the
 * signed amount, the balance after and the previous hash. */
void chain_posting(uint8_t hash[SECRET_HASH], const struct chain *shared,
		   const char *number, int64_t seq, struct money amount,
		   struct money balance_after,
		   const uint8_t previous[SECRET_HASH]);

/* The hash a chain starts from: 32 zero bytes. */
extern const uint8_t chain_origin[SECRET_HASH];

#endif
