/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* users.h: who pays in a load test, as "clicknet bench-data --tokens" wrote. */
#ifndef CLICKNET_BENCH_USERS_H
#define CLICKNET_BENCH_USERS_H

#include <stddef.h>
#include <stdint.h>

struct user_row {
	const char *user_id, *token, *from, *to;
};
struct users {
	struct user_row *rows;
	size_t count;
};

/* Reads the file, lines "user_id token from to"; ends the process with a
 * sentence if it cannot be read or has none. */
struct users users_read(const char *path);

/* Chance for drivers: a number below ${n}. */
uint64_t users_random(uint64_t *state, uint64_t n);

/* A whole POST /transfer, NUL-ended; returns its length. */
int users_transfer(char *out, size_t room, const char *token,
		   const char *from, const char *to, const char *amount,
		   const char *key, const char *purpose);

/* A whole POST of a stranger's JSON, who says that somebody at ${address} has
 * sent it. */
int users_post(char *out, size_t room, const char *path, const char *address,
	       const char *body);

/* A whole GET. */
int users_get(char *out, size_t room, const char *token, const char *path);

#endif
