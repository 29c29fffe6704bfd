/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* spend.c: proves that the same last money is spent once, however many ask for
 * it at once, and that the same key pays once, with the same answer to all. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/options.h"
#include "bench/times.h"
#include "bench/users.h"
#include "bench/wire.h"

enum { ROOM = 16384, REQUEST = 2048, CLIENTS_MAX = 512 };

struct asker {
	int fd;
	char request[REQUEST], in[ROOM];
	int len;
	struct answer answer;
	bool answered;
};

struct spend {
	long port, clients, rounds, keys, json, seed, control;
	const char *tokens;
	struct users users;
	struct asker *askers;
	uint64_t random;
	int64_t winners, refused, other, wrong_rounds, wrong_money;
	int64_t paid, replayed, unequal, several, reused_taken, missing_taken;
};

static void
die(const char *what)
{
	fprintf(stderr, "spend: %s\n", what);
	exit(1);
}

/* Asks on a connection that is opened again when the web server ends it. */
static void
ask(const struct spend *s, struct asker *a)
{
	int tries;

	for (tries = 0; tries < 3; tries++) {
		if (a->fd < 0 && (a->fd = wire_connect((int)s->port)) < 0)
			die("nobody answers");
		a->answered = wire_ask(a->fd, a->request, a->in, ROOM,
				       &a->answer);
		if (!a->answered || a->answer.closes) {
			close(a->fd);
			a->fd = -1;
		}
		if (a->answered)
			return;
	}
	die("a connection was lost");
}

/* Cents of an account. */
static int64_t
balance(struct spend *s, const struct user_row *u, const char *account)
{
	char path[200], text[40], *point;
	struct asker *a = &s->askers[0];
	int64_t whole;

	snprintf(path, sizeof path, "/balance?account=%s", account);
	users_get(a->request, REQUEST, u->token, path);
	ask(s, a);
	if (a->answer.status != 200 ||
	    !wire_member(&a->answer, "balance", text, sizeof text))
		die("no balance");
	whole = strtoll(text, &point, 10);
	if (*point != '.' || strlen(point) != 3)
		die("a balance without cents");
	return whole * 100 + strtol(point + 1, NULL, 10);
}

/* All ask at once: each request but its last byte first, then the bytes. */
static void
ask_together(struct spend *s)
{
	struct asker *a;

	for (a = s->askers; a < s->askers + s->clients; a++) {
		if (a->fd < 0 && (a->fd = wire_connect((int)s->port)) < 0)
			die("nobody answers");
		wire_send(a->fd, a->request, (size_t)a->len - 1);
	}
	for (a = s->askers; a < s->askers + s->clients; a++)
		wire_send(a->fd, a->request + a->len - 1, 1);
	for (a = s->askers; a < s->askers + s->clients; a++) {
		a->answered = wire_wait(a->fd, a->in, ROOM, &a->answer);
		if (!a->answered)
			die("a connection was lost");
		if (a->answer.closes) {
			close(a->fd);
			a->fd = -1;
		}
	}
}

/* Connections are renewed before the web server's bound of requests. */
static void
renew(struct spend *s)
{
	long i;

	for (i = 0; i < s->clients; i++) {
		if (s->askers[i].fd >= 0)
			close(s->askers[i].fd);
		s->askers[i].fd = -1;
	}
}

static bool
code_is(const struct answer *a, const char *want)
{
	char code[40];

	return wire_member(a, "code", code, sizeof code) &&
	       strcmp(code, want) == 0;
}

/* Everybody wants the whole of one account. */
static void
round_spend(struct spend *s, long round)
{
	const struct user_row *u =
		&s->users.rows[users_random(&s->random, s->users.count)];
	int64_t from = balance(s, u, u->from), to = balance(s, u, u->to);
	bool swap = from == 0;
	int64_t all = swap ? to : from, won = 0, each = all;
	char amount[40], key[60];
	long i;

	if (s->control)
		each /= 2;
	snprintf(amount, sizeof amount, "%" PRId64 ".%02d", each / 100,
		 (int)(each % 100));
	for (i = 0; i < s->clients; i++) {
		struct asker *a = &s->askers[i];

		snprintf(key, sizeof key, "s%lx-%ld-%ld",
			 (unsigned long)s->seed, round, i);
		a->len = users_transfer(a->request, REQUEST, u->token,
					swap ? u->to : u->from,
					swap ? u->from : u->to, amount, key,
					"the last of it");
	}
	ask_together(s);
	for (i = 0; i < s->clients; i++) {
		const struct answer *a = &s->askers[i].answer;

		won += a->status == 201;
		if (a->status == 409 && code_is(a, "funds"))
			s->refused++;
		else if (a->status != 201)
			s->other++;
	}
	s->winners += won;
	s->wrong_rounds += won != 1;
	if (balance(s, u, u->from) != (swap ? from + all : 0) ||
	    balance(s, u, u->to) != (swap ? 0 : to + all))
		s->wrong_money++;
}

/* A key once more with another amount, and a payment without a key. */
static void
ask_wrongly(struct spend *s, const struct user_row *u, const char *key)
{
	struct asker *a = &s->askers[0];
	char *line;

	users_transfer(a->request, REQUEST, u->token, u->from, u->to, "0.02",
		       key, "another");
	ask(s, a);
	s->reused_taken += a->answer.status != 422;
	line = strstr(a->request, "Idempotency-Key:");
	memcpy(line, "X-Not-A-Header-:", 16);
	ask(s, a);
	s->missing_taken += a->answer.status != 400;
}

/* Everybody sends the same payment with the same key. */
static void
round_key(struct spend *s, long round)
{
	const struct user_row *u =
		&s->users.rows[users_random(&s->random, s->users.count)];
	int64_t from = balance(s, u, u->from), to = balance(s, u, u->to);
	const char *payer = from > 0 ? u->from : u->to;
	const char *payee = from > 0 ? u->to : u->from;
	const struct answer *one = NULL, *a;
	char key[60];
	long i;

	for (i = 0; i < s->clients; i++) {
		snprintf(key, sizeof key, "k%lx-%ld-%ld",
			 (unsigned long)s->seed, round, s->control ? i : 0);
		s->askers[i].len = users_transfer(
			s->askers[i].request, REQUEST, u->token, payer, payee,
			"0.01", key, "once");
	}
	ask_together(s);
	for (i = 0; i < s->clients; i++) {
		a = &s->askers[i].answer;
		if (a->status == 201)
			s->paid++;
		else
			s->other++;
		if (memmem(s->askers[i].in, a->whole - a->body_len,
			   "Idempotent-Replay: true", 23) != NULL)
			s->replayed++;
		if (one == NULL)
			one = a;
		else if (a->body_len != one->body_len ||
			 memcmp(a->body, one->body, a->body_len) != 0)
			s->unequal++;
	}
	if (balance(s, u, payer) != (from > 0 ? from : to) - 1)
		s->several++;
	ask_wrongly(s, u, key);
	if (balance(s, u, payer) != (from > 0 ? from : to) - 1)
		s->several++;
}

static bool
report(const struct spend *s)
{
	const struct {
		const char *name;
		int64_t value, want;
	} rows[] = {
		{"rounds", s->rounds, s->rounds},
		{"winners", s->winners, s->rounds},
		{"refused", s->refused, s->rounds * (s->clients - 1)},
		{"other_answers", s->other, 0},
		{"rounds_without_one_winner", s->wrong_rounds, 0},
		{"wrong_balances", s->wrong_money, 0},
		{"keys", s->keys, s->keys},
		{"paid_answers", s->paid, s->keys * s->clients},
		{"replayed", s->replayed, s->keys * (s->clients - 1)},
		{"unequal_answers", s->unequal, 0},
		{"keys_not_paid_once", s->several, 0},
		{"other_body_taken", s->reused_taken, 0},
		{"missing_key_taken", s->missing_taken, 0}};
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		printf(s->json ? "%s\"%s\":%" PRId64
			       : "%s%-26s %" PRId64 "\n",
		       !s->json ? "" : i == 0 ? "{" : ",", rows[i].name,
		       rows[i].value);
		good &= rows[i].value == rows[i].want;
	}
	if (s->json)
		puts("}");
	return good;
}

int
main(int argc, char **argv)
{
	static struct spend s = {.port = 3333, .clients = 64, .rounds = 200,
				 .keys = 200};
	const struct option_row rows[] = {
		{"port", OPTION_NUMBER, &s.port, 1, 65535, "of 127.0.0.1"},
		{"tokens", OPTION_TEXT, &s.tokens, 0, 0,
		 "file of clicknet bench-data"},
		{"clients", OPTION_NUMBER, &s.clients, 2, CLIENTS_MAX,
		 "that ask at once"},
		{"rounds", OPTION_NUMBER, &s.rounds, 0, 1000000,
		 "of spending the same last money"},
		{"keys", OPTION_NUMBER, &s.keys, 0, 1000000,
		 "sent by all at once"},
		{"seed", OPTION_NUMBER, &s.seed, 0, 1L << 40,
		 "of all chances and keys"},
		{"control", OPTION_FLAG, &s.control, 0, 0,
		 "half the money and a key for each: must be found out"},
		{"json", OPTION_FLAG, &s.json, 0, 0, "one line of JSON"}};
	long i;

	s.seed = (long)(times_now() & 0xffffffffff);
	options_read(rows, sizeof rows / sizeof *rows,
		     "bench/spend --tokens FILE [OPTION VALUE]...", argc,
		     argv);
	s.users = users_read(s.tokens);
	s.random = (uint64_t)s.seed | 1;
	s.askers = calloc((size_t)s.clients, sizeof *s.askers);
	if (s.askers == NULL)
		die("no memory");
	for (i = 0; i < s.clients; i++)
		s.askers[i].fd = -1;
	for (i = 0; i < s.rounds || i < s.keys; i++) {
		if (i % 100 == 0)
			renew(&s);
		if (i < s.rounds)
			round_spend(&s, i);
		if (i < s.keys)
			round_key(&s, i);
	}
	return !report(&s);
}
