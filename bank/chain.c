/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* chain.c: what a hash in the book covers, byte for byte. */
#include "bank/chain.h"

#include <string.h>

#include "lib/clock.h"
#include "lib/digits.h"

const uint8_t chain_origin[SECRET_HASH];

void
chain_begin(struct chain *c, const char *name)
{
	c->len = 0;
	c->full = false;
	if (name != NULL)
		chain_text(c, name);
}

static void
chain_raw(struct chain *c, const void *data, size_t len)
{
	if (c->full || len > sizeof c->bytes - c->len) {
		/* Fold what stands into its hash and go on behind it. */
		c->full = true;
		secret_hash((uint8_t *)c->bytes, c->bytes, c->len);
		secret_hash((uint8_t *)c->bytes + SECRET_HASH, data, len);
		c->len = 2 * SECRET_HASH;
		return;
	}
	memcpy(c->bytes + c->len, data, len);
	c->len += len;
}

void
chain_bytes(struct chain *c, const void *data, size_t len)
{
	char number[DIGITS + 1], *end = number + sizeof number, *start;

	end[-1] = ':';
	start = digits_before(end - 1, (int64_t)len);
	chain_raw(c, start, (size_t)(end - start));
	chain_raw(c, data, len);
	chain_raw(c, ",", 1);
}

void
chain_text(struct chain *c, const char *text)
{
	chain_bytes(c, text, strlen(text));
}

void
chain_int(struct chain *c, int64_t n)
{
	char number[DIGITS], *end = number + sizeof number;
	char *start = digits_before(end, n);

	chain_bytes(c, start, (size_t)(end - start));
}

void
chain_end(const struct chain *c, uint8_t hash[SECRET_HASH])
{
	secret_hash(hash, c->bytes, c->len);
}

void
chain_entry(struct chain *c, const struct entry *t)
{
	char id[SECRET_ID_TEXT];

	chain_begin(c, "clicknet posting 1");
	chain_text(c, secret_id_text(id, t->id));
	chain_text(c, t->kind);
	chain_text(c, t->from);
	chain_text(c, t->to);
	chain_int(c, t->from_seq);
	chain_int(c, t->to_seq);
	chain_int(c, money_minor(t->amount));
	chain_text(c, t->amount.currency);
	chain_text(c, t->purpose);
	chain_text(c, t->counterparty_bank);
	chain_text(c, t->counterparty_account);
	chain_text(c, t->reference);
	chain_int(c, t->value_date);
	chain_int(c, t->booked_at);
	chain_int(c, t->ordered_by);
	chain_text(c, t->address);
	chain_int(c, t->payee_name != NULL && *t->payee_name != '\0');
}

void
chain_posting(uint8_t hash[SECRET_HASH], const struct chain *shared,
	      const char *number, int64_t seq, struct money amount,
	      struct money balance_after, const uint8_t previous[SECRET_HASH])
{
	struct chain own;
	struct piece pieces[2];

	chain_begin(&own, number);
	chain_int(&own, seq);
	chain_int(&own, money_minor(amount));
	chain_int(&own, money_minor(balance_after));
	chain_bytes(&own, previous, SECRET_HASH);
	pieces[0] = (struct piece){shared->bytes, shared->len};
	pieces[1] = (struct piece){own.bytes, own.len};
	secret_hash_pieces(hash, pieces, 2);
}
