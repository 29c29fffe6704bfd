/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* outbox.c: tests of messages: queued, taken, sent, kept, given up. */
#include <string.h>

#include "bank/message.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/tap.h"

enum { LEASE = 60000 };

struct sending {
	int64_t customer, expires_at;
	const struct route_to *way;
	const char *word;
};

static enum err
queue_work(struct db *db, void *arg)
{
	struct sending *s = arg;
	struct pool *pool = pool_new();
	json_object *data = json_object_new_object();
	enum err e;

	json_object_object_add(data, "word", json_object_new_string(s->word));
	e = message_queue(db, pool, s->customer, s->way, "code-login", data,
			  s->expires_at);
	json_object_put(data);
	pool_free(pool);
	return e;
}

static void
queue(struct bank *b, int64_t customer, const char *word)
{
	static const struct route_to way = {"email", "anna@bank.example", ""};
	struct sending s = {customer, clock_now() + CLOCK_DAY_MS, &way, word};

	is_int(db_write(b->db, queue_work, &s), OK, "\"%s\" is queued", word);
}

static const char *
word_of(const struct message *m)
{
	json_object *v;

	return json_object_object_get_ex(m->data, "word", &v)
		       ? json_object_get_string(v)
		       : "";
}

static enum err
take(struct bank *b, struct message *m)
{
	return message_take(b->db, b->pool, LEASE, m);
}

static void
test_ways(struct bank *b)
{
	struct route_to ways[MESSAGE_WAYS];
	int n;

	is_int(message_ways(b->db, b->pool, b->anna, ways, &n), OK,
	       "the ways to a person");
	ok(n == 2 && strcmp(ways[0].channel, "email") == 0 &&
		   strcmp(ways[1].channel, "sms") == 0,
	   "mail first, the telephone second");
	is_text(ways[0].masked, "s···@bank.example", "an address is masked");
	is_text(ways[1].masked, "··· 01", "and a number");
	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "SMS");
	message_ways(b->db, b->pool, b->anna, ways, &n);
	is_text(ways[0].channel, "sms", "the operator may want it otherwise");
	message_ways(b->db, b->pool, b->ben, ways, &n);
	ok(n == 1 && strcmp(ways[0].channel, "email") == 0,
	   "who has no telephone gets mail all the same");
	bank_set(b, "CREDENTIALS_SENDING_PROCESS", "EMAIL");
	is_int(message_ways(b->db, b->pool, 999, ways, &n), ERR_MISSING,
	       "there is no way to nobody");
	db_rest(b->db);
}

static void
test_take(struct bank *b)
{
	struct message m, other;
	int64_t now = clock_now();
	const char *next;

	is_int(take(b, &m), ERR_MISSING, "nothing is due at first");
	queue(b, b->anna, "one");
	is_int(take(b, &m), OK, "a message is taken");
	ok(strcmp(word_of(&m), "one") == 0 && m.tries == 1 &&
		   strcmp(m.recipient, "anna@bank.example") == 0 &&
		   strcmp(m.channel, "email") == 0 &&
		   strcmp(m.template, "code-login") == 0 &&
		   strcmp(m.language, "en") == 0,
	   "with all it needs");
	is_int(take(b, &other), ERR_MISSING, "by one courier at a time");
	clock_freeze(now + LEASE - 1);
	is_int(take(b, &other), ERR_MISSING, "for as long as it leased it");
	clock_freeze(now + LEASE);
	is_int(take(b, &other), OK,
	       "then by the next, should that one be gone");
	is_int(other.tries, 2, "at the second try");
	is_int(message_sent(b->db, &other, "", &next), OK, "who sends it");
	is_int(message_later(b->db, &m, 0, "slow", &next), OK,
	       "the first comes back late");
	is_int(take(b, &m), ERR_MISSING, "and does not send it twice");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "state = 'sent' AND data IS NULL AND "
			     "sent_at IS NOT NULL"),
	       1, "what was sent is wiped");
}

static void
test_again(struct bank *b)
{
	struct message m;
	int64_t now = clock_now();
	const char *next;

	queue(b, b->anna, "two");
	is_int(take(b, &m), OK, "taken");
	is_int(message_later(b->db, &m, now + 500, "no answer", &next), OK,
	       "put back");
	clock_freeze(now + 499);
	is_int(take(b, &m), ERR_MISSING, "it rests");
	clock_freeze(now + 500);
	is_int(take(b, &m), OK, "and is due again");
	is_text(word_of(&m), "two", "with its words");
	is_int(message_failed(b->db, &m, "no such mailbox", &next), OK, "given up");
	clock_freeze(now + CLOCK_DAY_MS);
	is_int(take(b, &m), ERR_MISSING, "it is not tried again");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "state = 'failed' AND data IS NULL AND "
			     "error = 'no such mailbox'"),
	       1, "and wiped, but for the reason");
}

static void
test_keep(struct bank *b)
{
	struct message m;
	struct kept *k;

	queue(b, b->anna, "three");
	take(b, &m);
	is_int(message_keep(b->db, &m, "Your code", "It is 123456."), OK,
	       "kept for the inbox");
	is_int(message_keep(b->db, &m, "Your code", "again"), OK, "once");
	is_int(message_inbox(b->db, b->pool, "", 10, &k), OK, "the inbox");
	ok(k != NULL && k->next == NULL &&
		   strcmp(k->to, "anna@bank.example") == 0 &&
		   strcmp(k->subject, "Your code") == 0 &&
		   strcmp(k->text, "It is 123456.") == 0,
	   "shows it");
	clock_freeze(clock_now() + 1);
	queue(b, b->anna, "four");
	take(b, &m);
	message_keep(b->db, &m, "Later", "x");
	message_inbox(b->db, b->pool, "ANNA@bank.example", 10, &k);
	ok(k != NULL && strcmp(k->subject, "Later") == 0 && k->next != NULL,
	   "the newest first, whoever's in whatever case");
	message_inbox(b->db, b->pool, "", 1, &k);
	ok(k != NULL && k->next == NULL, "as many as are asked for");
	message_inbox(b->db, b->pool, "ben@bank.example", 10, &k);
	ok(k == NULL, "and nobody else's");
	db_rest(b->db);
}

static void
test_language(struct bank *b)
{
	struct message m;
	const char *next;

	bank_tamper(b, "UPDATE customer SET language = 'de' "
		       "WHERE code = 'C2'");
	queue(b, b->ben, "fünf");
	take(b, &m);
	is_text(m.language, "de", "a message is in the person's language");
	message_sent(b->db, &m, "", &next);
}

static void
test_broken(struct bank *b)
{
	struct message m;
	struct kept *k;

	queue(b, b->anna, "six");
	bank_tamper(b, "UPDATE outbox SET data = x'00' "
		       "WHERE state = 'queued'");
	ok(take(b, &m) != OK, "a message that was tampered with is not sent");
	bank_tamper(b, "UPDATE outbox SET recipient = x'00' "
		       "WHERE state = 'queued'");
	ok(take(b, &m) != OK, "nor one whose recipient was");
	queue(b, b->anna, "seven");
	is_int(take(b, &m), OK, "another is");
	is_text(word_of(&m), "seven", "and is not held up by it");
	bank_tamper(b, "UPDATE inbox SET body = x'00'");
	is_int(message_inbox(b->db, b->pool, "", 10, &k), ERR_INTERNAL,
	       "nor is a kept one shown then");
	bank_tamper(b, "UPDATE inbox SET recipient = x'00'");
	is_int(message_inbox(b->db, b->pool, "", 10, &k), ERR_INTERNAL,
	       "whatever part it was");
	db_rest(b->db);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_ways(&b);
	test_take(&b);
	test_again(&b);
	test_keep(&b);
	test_language(&b);
	test_broken(&b);
	bank_close(&b);
	return tap_done();
}
