/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* load.c: proves how many requests a second the bank answers through its web
 * server, how long each takes, and (with a journal) which transfers it said
 * were done. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/options.h"
#include "bench/times.h"
#include "bench/users.h"
#include "bench/wire.h"

enum { REQUEST_ROOM = 2048, ANSWER_ROOM = 256 * 1024, CLIENTS_MAX = 4096 };
enum { AGAIN_US = 20000, PATIENCE_US = 30000000, LOOK_US = 1000 };
enum { FINISH_US = 15000000, STATUSES = 600 };

enum mode {
	MODE_TRANSFER, MODE_BALANCE, MODE_TRANSACTIONS, MODE_LOGIN, MODE_GUESS,
	MODE_GET
};
static const char *const mode_names[] = {"transfer", "balance",
					 "transactions", "login", "guess",
					 "get"};

enum state {
	IDLE,    /* nothing to do */
	AGAIN,   /* the same request, when its time comes */
	ASKED    /* waiting for the answer */
};

struct client {
	int fd;
	enum state state;
	int64_t begun, again_at;
	char key[48], request[REQUEST_ROOM];
	int request_len;
	char *in;
	size_t in_len;
};

struct load {
	long port, clients_wanted, seconds, rate, requests, retry, json, seed;
	const char *tokens, *mode_name, *path, *journal, *password, *challenge;
	enum mode mode;
	struct users users;
	struct client *clients;
	int poll, journal_fd;
	uint64_t random, serial;
	int64_t sent, ok, retried, lost_connections, begun, ends, next_at;
	int64_t statuses[STATUSES];
	struct times times;
};

/* Every second one is right; the others are of people there are not. */
static void
request_login(struct load *l, struct client *c, const struct user_row *u)
{
	char body[200];

	if (users_random(&l->random, 2) == 0)
		snprintf(body, sizeof body,
			 "{\"user_id\":\"%s\",\"password\":\"%s\"}",
			 u->user_id, l->password);
	else
		snprintf(body, sizeof body,
			 "{\"user_id\":\"nobody-%" PRIu64 "\","
			 "\"password\":\"wrong\"}",
			 users_random(&l->random, UINT32_MAX));
	c->request_len = users_post(c->request, sizeof c->request, "/login",
				    "127.0.0.1", body);
}

/* Any code, from any address, if the bank believed in what it is told. */
static void
request_guess(struct load *l, struct client *c)
{
	char body[200], address[40];

	snprintf(body, sizeof body,
		 "{\"challenge_id\":\"%s\",\"code\":\"%06d\"}",
		 l->challenge, (int)users_random(&l->random, 1000000));
	snprintf(address, sizeof address, "10.%d.%d.%d",
		 (int)users_random(&l->random, 256),
		 (int)users_random(&l->random, 256),
		 (int)users_random(&l->random, 256));
	c->request_len = users_post(c->request, sizeof c->request,
				    "/verify-otp", address, body);
}

static void
request_word(struct load *l, struct client *c)
{
	const struct user_row *u =
		&l->users.rows[users_random(&l->random, l->users.count)];
	bool swap = users_random(&l->random, 2) != 0;
	char amount[24], path[300];
	int cents = 1 + (int)users_random(&l->random, 999);

	switch (l->mode) {
	case MODE_TRANSFER:
		snprintf(c->key, sizeof c->key, "%lx-%" PRIu64,
			 (unsigned long)l->seed, ++l->serial);
		snprintf(amount, sizeof amount, "%d.%02d", cents / 100,
			 cents % 100);
		c->request_len = users_transfer(
			c->request, sizeof c->request, u->token,
			swap ? u->to : u->from, swap ? u->from : u->to,
			amount, c->key, c->key);
		return;
	case MODE_BALANCE:
		snprintf(path, sizeof path, "/balance?account=%s",
			 swap ? u->to : u->from);
		break;
	case MODE_TRANSACTIONS:
		snprintf(path, sizeof path,
			 "/transactions?account=%s&limit=20",
			 swap ? u->to : u->from);
		break;
	case MODE_LOGIN:
		request_login(l, c, u);
		return;
	case MODE_GUESS:
		request_guess(l, c);
		return;
	case MODE_GET:
		snprintf(path, sizeof path, "%s", l->path);
		break;
	}
	c->request_len = users_get(c->request, sizeof c->request, u->token,
				   path);
}

static void
client_close(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->in_len = 0;
}

static bool
client_connect(struct load *l, struct client *c)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

	c->fd = wire_connect((int)l->port);
	if (c->fd < 0)
		return false;
	fcntl(c->fd, F_SETFL, fcntl(c->fd, F_GETFL) | O_NONBLOCK);
	if (epoll_ctl(l->poll, EPOLL_CTL_ADD, c->fd, &event) == 0)
		return true;
	client_close(c);
	return false;
}

/* No answer came. A payment is asked for again with its own key: it may have
 * been made. */
static void
client_lost(struct load *l, struct client *c)
{
	client_close(c);
	l->lost_connections++;
	c->state = l->retry ? AGAIN : IDLE;
	c->again_at = times_now() + AGAIN_US;
	if (!l->retry)
		l->statuses[0]++;
}

static void
client_send(struct load *l, struct client *c)
{
	c->state = ASKED;
	if ((c->fd < 0 && !client_connect(l, c)) ||
	    send(c->fd, c->request, (size_t)c->request_len, MSG_NOSIGNAL) !=
		    c->request_len)
		client_lost(l, c);
}

/* TERM and INT end it early, as its time would: what was asked is answered. */
static volatile sig_atomic_t told_to_end;

static void
end(int signal)
{
	told_to_end = signal;
}

static bool
more_wanted(struct load *l, int64_t now)
{
	if (told_to_end && now < l->ends)
		l->ends = now;
	return now < l->ends && (l->requests == 0 || l->sent < l->requests);
}

static void
client_next(struct load *l, struct client *c)
{
	int64_t now = times_now();

	if (!more_wanted(l, now))
		return;
	if (l->rate > 0) {
		if (now < l->next_at)
			return;
		l->next_at += 1000000 / l->rate;
	}
	request_word(l, c);
	l->sent++;
	c->begun = now;
	client_send(l, c);
}

/* One line, one write: a line that is there is whole. */
static void
journal_write(struct load *l, const struct client *c, const struct answer *a)
{
	char id[64], line[200];
	int n;

	if (l->journal_fd < 0)
		return;
	if (!wire_member(a, "transfer_id", id, sizeof id)) {
		fprintf(stderr, "an answer without transfer_id: %.*s\n",
			(int)a->body_len, a->body);
		exit(1);
	}
	n = snprintf(line, sizeof line, "%s %s\n", id, c->key);
	if (write(l->journal_fd, line, (size_t)n) != n) {
		perror(l->journal);
		exit(1);
	}
}

static void
client_answered(struct load *l, struct client *c, const struct answer *a)
{
	int status = a->status < STATUSES ? a->status : 599;

	if (l->retry && status >= 500) {
		c->state = AGAIN;
		c->again_at = times_now() + AGAIN_US;
		l->retried++;
		return;
	}
	times_add(&l->times, times_now() - c->begun);
	l->statuses[status]++;
	if ((status >= 200 && status < 300) ||
	    (status < 500 && l->mode == MODE_GUESS)) {
		l->ok++;
		if (l->mode == MODE_TRANSFER)
			journal_write(l, c, a);
	}
	c->state = IDLE;
}

static void
client_read(struct load *l, struct client *c)
{
	struct answer a;
	ssize_t n;
	int whole;

	n = recv(c->fd, c->in + c->in_len, ANSWER_ROOM - c->in_len, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 && c->state != ASKED) {
		client_close(c); /* a kept connection's time was over */
		return;
	}
	if (n > 0)
		c->in_len += (size_t)n;
	whole = n <= 0 ? -1 : wire_answer(c->in, c->in_len, &a);
	if (whole == 0)
		return;
	if (whole < 0 || c->state != ASKED) {
		client_lost(l, c);
		return;
	}
	client_answered(l, c, &a);
	c->in_len = 0;
	if (a.closes)
		client_close(c);
	if (c->state == IDLE)
		client_next(l, c);
}

/* Those who wait for their time, and those who waited too long. True while
 * anybody is at work. */
static bool
look_around(struct load *l)
{
	int64_t now = times_now();
	bool busy = more_wanted(l, now);
	long i;

	for (i = 0; i < l->clients_wanted; i++) {
		struct client *c = &l->clients[i];

		if (c->state == AGAIN && now >= c->again_at)
			client_send(l, c);
		else if (c->state == ASKED && now > c->begun + PATIENCE_US &&
			 now < l->ends)
			client_lost(l, c);
		else if (c->state == IDLE)
			client_next(l, c);
		busy |= c->state != IDLE;
	}
	return busy;
}

static void
run(struct load *l)
{
	struct epoll_event events[64];
	int64_t looked = 0, now;
	bool busy = true;
	int i, n;

	l->begun = l->next_at = times_now();
	l->ends = l->begun + l->seconds * 1000000;
	while (busy) {
		n = epoll_wait(l->poll, events, 64, 1); /* < 0: a signal */
		for (i = 0; i < n; i++)
			client_read(l, events[i].data.ptr);
		now = times_now();
		if (now - looked >= LOOK_US) {
			looked = now;
			busy = look_around(l) && now < l->ends + FINISH_US;
		}
	}
}

static void
report_text(const struct load *l, int64_t us)
{
	int i;

	printf("mode %s, clients %ld, seconds %" PRId64 ".%03" PRId64 "\n",
	       l->mode_name, l->clients_wanted, us / 1000000,
	       us / 1000 % 1000);
	printf("requests %" PRId64 ", ok %" PRId64 ", a second %" PRId64 "\n",
	       l->sent, l->ok, l->ok * 1000000 / us);
	for (i = 0; i < STATUSES; i++)
		if (l->statuses[i] != 0)
			printf("status %d: %" PRId64 "\n", i, l->statuses[i]);
	printf("asked again %" PRId64 ", connections lost %" PRId64 "\n",
	       l->retried, l->lost_connections);
	printf("microseconds: p50 %" PRId64 ", p90 %" PRId64 ", p99 %" PRId64
	       ", max %" PRId64 "\n",
	       times_part(&l->times, 500), times_part(&l->times, 900),
	       times_part(&l->times, 990), l->times.max);
}

static void
report_json(const struct load *l, int64_t us)
{
	const char *comma = "";
	int i;

	printf("{\"mode\":\"%s\",\"clients\":%ld,\"microseconds\":%" PRId64
	       ",\"requests\":%" PRId64 ",\"ok\":%" PRId64
	       ",\"a_second\":%" PRId64 ",\"asked_again\":%" PRId64
	       ",\"connections_lost\":%" PRId64 ",\"p50\":%" PRId64
	       ",\"p90\":%" PRId64 ",\"p99\":%" PRId64 ",\"max\":%" PRId64
	       ",\"status\":{",
	       l->mode_name, l->clients_wanted, us, l->sent, l->ok,
	       l->ok * 1000000 / us, l->retried, l->lost_connections,
	       times_part(&l->times, 500), times_part(&l->times, 900),
	       times_part(&l->times, 990), l->times.max);
	for (i = 0; i < STATUSES; i++)
		if (l->statuses[i] != 0) {
			printf("%s\"%d\":%" PRId64, comma, i, l->statuses[i]);
			comma = ",";
		}
	puts("}}");
}

static void
read_all(struct load *l, int argc, char **argv)
{
	const struct option_row rows[] = {
		{"port", OPTION_NUMBER, &l->port, 1, 65535, "of 127.0.0.1"},
		{"clients", OPTION_NUMBER, &l->clients_wanted, 1, CLIENTS_MAX,
		 "connections, each with one request at a time"},
		{"seconds", OPTION_NUMBER, &l->seconds, 1, 86400,
		 "for how long"},
		{"requests", OPTION_NUMBER, &l->requests, 0, 1L << 40,
		 "at most that many; 0: no bound"},
		{"tokens", OPTION_TEXT, &l->tokens, 0, 0,
		 "file of clicknet bench-data"},
		{"mode", OPTION_TEXT, &l->mode_name, 0, 0,
		 "transfer, balance, transactions, login, guess or get"},
		{"password", OPTION_TEXT, &l->password, 0, 0,
		 "of all users, for --mode login"},
		{"challenge", OPTION_TEXT, &l->challenge, 0, 0,
		 "whose code is to be guessed, for --mode guess"},
		{"path", OPTION_TEXT, &l->path, 0, 0, "for --mode get"},
		{"journal", OPTION_TEXT, &l->journal, 0, 0,
		 "file for a line \"transfer_id key\" per transfer made"},
		{"rate", OPTION_NUMBER, &l->rate, 0, 1000000,
		 "requests a second; 0: as many as can be"},
		{"retry", OPTION_FLAG, &l->retry, 0, 0,
		 "ask again, with the same key, until there is an answer"},
		{"seed", OPTION_NUMBER, &l->seed, 0, 1L << 40,
		 "of all chances and keys"},
		{"json", OPTION_FLAG, &l->json, 0, 0, "one line of JSON"}};

	options_read(rows, sizeof rows / sizeof *rows,
		     "bench/load --tokens FILE [OPTION VALUE]...", argc, argv);
	for (l->mode = MODE_TRANSFER; l->mode < MODE_GET; l->mode++)
		if (strcmp(l->mode_name, mode_names[l->mode]) == 0)
			return;
	if (strcmp(l->mode_name, "get") == 0)
		return;
	fprintf(stderr, "--mode %s: no such mode\n", l->mode_name);
	exit(64);
}

static void
start(struct load *l)
{
	static struct user_row nobody = {"", "", "", ""};
	long i;

	l->random = (uint64_t)l->seed * 0x9e3779b97f4a7c15u | 1;
	l->users = l->tokens == NULL && l->mode >= MODE_GUESS
			   ? (struct users){&nobody, 1}
			   : users_read(l->tokens);
	l->poll = epoll_create1(EPOLL_CLOEXEC);
	l->journal_fd = -1;
	if (l->journal != NULL &&
	    (l->journal_fd = open(l->journal, O_WRONLY | O_CREAT | O_APPEND |
				  O_CLOEXEC, 0600)) < 0) {
		perror(l->journal);
		exit(73);
	}
	l->clients = calloc((size_t)l->clients_wanted, sizeof *l->clients);
	for (i = 0; l->clients != NULL && i < l->clients_wanted; i++) {
		l->clients[i].fd = -1;
		if ((l->clients[i].in = malloc(ANSWER_ROOM)) == NULL)
			exit(71);
	}
}

int
main(int argc, char **argv)
{
	static struct load l = {
		.port = 3333, .clients_wanted = 16, .seconds = 10,
		.mode_name = "transfer", .path = "/",
		.password = "bench-password", .challenge = ""};
	int64_t us;

	l.seed = (long)(times_now() ^ (int64_t)getpid() << 20) & 0xffffffffff;
	read_all(&l, argc, argv);
	start(&l);
	signal(SIGTERM, end);
	signal(SIGINT, end);
	run(&l);
	us = times_now() - l.begun;
	if (l.json)
		report_json(&l, us);
	else
		report_text(&l, us);
	return l.ok > 0 ? 0 : 1;
}
