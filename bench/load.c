/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* load.c: proves how many requests a second the bank answers through its web
 * server, how long each takes, and (with a journal) which transfers it said
 * were done. */
#include "bench/load.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/options.h"
#include "bench/wire.h"

enum { ANSWER_ROOM = 256 * 1024, CLIENTS_MAX = 4096 };
enum { AGAIN_US = 20000, PATIENCE_US = 30000000, LOOK_US = 1000 };
enum { FINISH_US = 15000000 };

static const char *const mode_names[] = {"transfer", "balance",
					 "transactions", "login", "guess",
					 "get"};

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
	load_ask(l, c);
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
	int status = a->status < LOAD_STATUSES ? a->status : 599;

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
		{"path", OPTION_TEXT, &l->path, 0, 0,
		 "for --mode get and transactions"},
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
			break;
	if (l->mode == MODE_GET && strcmp(l->mode_name, "get") != 0) {
		fprintf(stderr, "--mode %s: no such mode\n", l->mode_name);
		exit(64);
	}
	if (l->path == NULL)
		l->path = l->mode == MODE_TRANSACTIONS ? "/transactions" : "/";
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
		.mode_name = "transfer",
		.password = "bench-password", .challenge = ""};

	l.seed = (long)(times_now() ^ (int64_t)getpid() << 20) & 0xffffffffff;
	read_all(&l, argc, argv);
	start(&l);
	signal(SIGTERM, end);
	signal(SIGINT, end);
	run(&l);
	load_tell(&l, times_now() - l.begun);
	return l.ok > 0 ? 0 : 1;
}
