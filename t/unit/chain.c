/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* chain.c: tests of what the hashes in the book cover. */
#include "bank/chain.h"

#include <string.h>

#include "bank/event.h"
#include "t/lib/bank.h"
#include "t/tap.h"

static bool
is_hash_of(const uint8_t hash[SECRET_HASH], const char *bytes, size_t len)
{
	uint8_t want[SECRET_HASH];

	secret_hash(want, bytes, len);
	return memcmp(hash, want, SECRET_HASH) == 0;
}

static void
test_numbers(void)
{
	struct chain c = {.len = 0};
	static const char want[] =
		"1:0,1:7,2:-1,19:9223372036854775807,"
		"20:-9223372036854775808,0:,5:a,b:c,";
	uint8_t hash[SECRET_HASH];

	chain_int(&c, 0);
	chain_int(&c, 7);
	chain_int(&c, -1);
	chain_int(&c, INT64_MAX);
	chain_int(&c, INT64_MIN);
	chain_text(&c, "");
	chain_text(&c, "a,b:c");
	ok(c.len == strlen(want) && memcmp(c.bytes, want, c.len) == 0,
	   "numbers and texts are netstrings, to the edges");
	chain_end(&c, hash);
	ok(is_hash_of(hash, want, strlen(want)), "the hash is theirs");
}

static struct entry
entry_of(void)
{
	struct entry t = {
		.kind = "transfer", .from = "A1", .to = "B2", .from_seq = 3,
		.to_seq = 4, .amount = money_of(1234, "EUR"),
		.purpose = "rent", .counterparty_bank = "X",
		.counterparty_account = "Y", .reference = "Z",
		.address = "192.0.2.7", .payee_name = "Ben",
		.value_date = 20777, .booked_at = 1795168800000,
		.ordered_by = 9};

	memset(t.id, 0x11, sizeof t.id);
	return t;
}

/* What anyone can compute with sha256sum. */
static void
test_posting(void)
{
	struct entry t = entry_of();
	struct chain shared;
	uint8_t hash[SECRET_HASH];
	char bytes[600];
	int n = snprintf(bytes, sizeof bytes,
		"18:clicknet posting 1,"
		"36:11111111-1111-1111-1111-111111111111,8:transfer,2:A1,"
		"2:B2,1:3,1:4,4:1234,3:EUR,4:rent,1:X,1:Y,1:Z,5:20777,"
		"13:1795168800000,1:9,9:192.0.2.7,1:1,"
		"2:A1,1:3,5:-1234,4:8766,32:");

	memset(bytes + n, 0, 32);
	bytes[n + 32] = ',';
	chain_entry(&shared, &t);
	chain_posting(hash, &shared, "A1", 3, money_of(-1234, "EUR"),
		      money_of(8766, "EUR"), chain_origin);
	ok(is_hash_of(hash, bytes, (size_t)n + 33),
	   "a posting's hash can be computed by hand");
}

/* Each change of what was booked changes the hash. */
static void
test_covers(void)
{
	struct entry t[16];
	uint8_t first[SECRET_HASH], other[SECRET_HASH];
	struct chain c;
	int i, same = 0;

	for (i = 0; i < 16; i++)
		t[i] = entry_of();
	t[1].id[15]++;
	t[2].kind = "fee";
	t[3].from = "A2";
	t[4].to = "B3";
	t[5].from_seq++;
	t[6].to_seq++;
	t[7].amount = money_of(1235, "EUR");
	t[8].amount = money_of(1234, "USD");
	t[9].purpose = "rant";
	t[10].counterparty_bank = "";
	t[11].counterparty_account = "YZ";
	t[11].reference = "";
	t[12].address = "192.0.2.8";
	t[13].value_date++;
	t[14].booked_at++;
	t[15].ordered_by++;
	chain_entry(&c, &t[0]);
	chain_end(&c, first);
	for (i = 1; i < 16; i++) {
		chain_entry(&c, &t[i]);
		chain_end(&c, other);
		same += memcmp(first, other, sizeof first) == 0;
	}
	is_int(same, 0, "no part of a transfer can be changed unseen");
	t[0].payee_name = NULL;
	chain_entry(&c, &t[0]);
	chain_end(&c, first);
	t[0].payee_name = "";
	chain_entry(&c, &t[0]);
	chain_end(&c, other);
	ok(memcmp(first, other, sizeof first) == 0,
	   "an empty payee is as good as none");
}

static void
long_hash(char *text, size_t len, char last, uint8_t hash[SECRET_HASH])
{
	struct chain c = {.len = 0};

	memset(text, 'x', len);
	text[len - 1] = last;
	text[len] = '\0';
	chain_text(&c, "first");
	chain_text(&c, text);
	chain_text(&c, "behind");
	chain_end(&c, hash);
}

static void
test_long(struct pool *pool)
{
	char *text = pool_alloc(pool, 2 * CHAIN_ROOM + 1);
	uint8_t a[SECRET_HASH], b[SECRET_HASH];
	struct chain c = {.len = 0};
	size_t len;
	int same = 0;

	for (len = CHAIN_ROOM - 40; len < CHAIN_ROOM + 10; len++) {
		long_hash(text, len, 'x', a);
		long_hash(text, len, 'y', b);
		same += memcmp(a, b, sizeof a) == 0;
	}
	long_hash(text, 2 * CHAIN_ROOM, 'x', a);
	long_hash(text, 2 * CHAIN_ROOM, 'y', b);
	same += memcmp(a, b, sizeof a) == 0;
	is_int(same, 0, "what is longer than the room is covered to its end");
	memset(text, 'x', CHAIN_ROOM);
	text[CHAIN_ROOM - 6] = '\0';
	chain_text(&c, text);
	ok(c.len == CHAIN_ROOM && !c.full, "the room can be used to the byte");
	chain_text(&c, "");
	ok(c.full, "and then is full");
}

static void
test_audit(struct bank *b)
{
	struct audit a = {.subject = 1, .seq = 2, .at = 3, .actor_user = 4,
			  .actor = "staff", .act = "look", .detail = "d",
			  .address = "e", .device = "f"};
	uint8_t hash[SECRET_HASH], previous[SECRET_HASH];
	char bytes[200];
	int n = snprintf(bytes, sizeof bytes,
			 "16:clicknet audit 1,1:1,1:2,1:3,5:staff,1:4,"
			 "4:look,1:d,1:e,1:f,32:");

	memset(previous, 5, sizeof previous);
	memcpy(bytes + n, previous, 32);
	bytes[n + 32] = ',';
	audit_hash(&a, previous, hash);
	ok(is_hash_of(hash, bytes, (size_t)n + 33),
	   "an audit row's hash can be computed by hand");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit_head h JOIN "
			     "audit a ON a.subject = h.subject AND "
			     "a.seq = h.seq AND a.hash = h.hash"),
	       bank_count(b, "SELECT count(DISTINCT subject) AS n FROM audit"),
	       "every audit chain ends in its head");
	is_int(bank_tamper(b, "UPDATE audit SET act = ''"), ERR_CONFLICT,
	       "an audit row is final");
	is_int(bank_tamper(b, "DELETE FROM audit"), ERR_CONFLICT, "and stays");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_numbers();
	test_posting();
	test_covers();
	test_long(b.pool);
	test_audit(&b);
	bank_close(&b);
	return tap_done();
}
