/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* users.c: reads the file of tokens and words their requests. */
#include "bench/users.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
row_read(char *line, struct user_row *u)
{
	const char **part[] = {&u->user_id, &u->token, &u->from, &u->to};
	char *rest = line, *word;
	size_t i;

	for (i = 0; i < sizeof part / sizeof *part; i++) {
		word = strtok_r(i == 0 ? line : NULL, " \t\n", &rest);
		if (word == NULL)
			return false;
		*part[i] = word;
	}
	return true;
}

struct users
users_read(const char *path)
{
	FILE *f = path != NULL ? fopen(path, "r") : NULL;
	struct users u = {NULL, 0};
	size_t room = 0, have = 0;
	char *line = NULL;

	while (f != NULL && getline(&line, &have, f) > 0) {
		if (u.count == room) {
			room = room * 2 + 1024;
			u.rows = realloc(u.rows, room * sizeof *u.rows);
			if (u.rows == NULL)
				abort();
		}
		if (row_read(line, &u.rows[u.count])) {
			u.count++;
			line = NULL; /* the row's from now on */
			have = 0;
		}
	}
	free(line);
	if (f != NULL)
		fclose(f);
	if (u.count > 0)
		return u;
	fprintf(stderr, "%s: no tokens; clicknet bench-data --accounts N "
			"--tokens FILE makes some\n",
		path != NULL ? path : "--tokens");
	exit(66);
}

uint64_t
users_random(uint64_t *state, uint64_t n)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state >> 11) % n;
}

int
users_transfer(char *out, size_t room, const char *token, const char *from,
	       const char *to, const char *amount, const char *key,
	       const char *purpose)
{
	char body[600];
	int n = snprintf(body, sizeof body,
			 "{\"from\":\"%s\",\"to\":\"%s\",\"amount\":\"%s\","
			 "\"purpose\":\"%s\"}",
			 from, to, amount, purpose);

	return snprintf(out, room,
			"POST /transfer HTTP/1.1\r\nHost: 127.0.0.1\r\n"
			"Accept: application/json\r\n"
			"Content-Type: application/json\r\n"
			"Authorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
			"Content-Length: %d\r\n\r\n%s",
			token, key, n, body);
}

int
users_post(char *out, size_t room, const char *path, const char *address,
	   const char *body)
{
	return snprintf(out, room,
			"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
			"Accept: application/json\r\n"
			"Content-Type: application/json\r\n"
			"X-Forwarded-For: %s\r\nX-Real-IP: %s\r\n"
			"Content-Length: %zu\r\n\r\n%s",
			path, address, address, strlen(body), body);
}

int
users_get(char *out, size_t room, const char *token, const char *path)
{
	return snprintf(out, room,
			"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
			"Accept: application/json\r\n%s%s%s\r\n",
			path, *token != '\0' ? "Authorization: Bearer " : "",
			token, *token != '\0' ? "\r\n" : "");
}
