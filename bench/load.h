/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* load.h: what the files of the load driver share. */
#ifndef CLICKNET_BENCH_LOAD_H
#define CLICKNET_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/times.h"
#include "bench/users.h"

enum { LOAD_REQUEST = 2048, LOAD_STATUSES = 600 };

enum mode {
	MODE_TRANSFER, MODE_BALANCE, MODE_TRANSACTIONS, MODE_LOGIN, MODE_GUESS,
	MODE_GET
};

/* What a connection is at. */
enum state {
	IDLE,    /* nothing to do */
	AGAIN,   /* the same request, when its time comes */
	ASKED    /* waiting for the answer */
};

struct client {
	int fd;
	enum state state;
	int64_t begun, again_at;
	char key[48], request[LOAD_REQUEST];
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
	int64_t statuses[LOAD_STATUSES];
	struct times times;
};

/* Writes a client's next request, as the mode has it. */
void load_ask(struct load *, struct client *);

/* Tells how it went in ${us} microseconds: one line of JSON, or text. */
void load_tell(const struct load *, int64_t us);

#endif
