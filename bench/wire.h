/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wire.h: as much of HTTP/1.1 as a driver needs, and only to this machine. */
#ifndef CLICKNET_BENCH_WIRE_H
#define CLICKNET_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>

/* A connection to a port of 127.0.0.1; −1 if nobody answers. */
int wire_connect(int port);

/* An answer in the bytes that came so far. */
struct answer {
	int status;
	bool closes;        /* no other request on this connection */
	const char *body;   /* undone of its chunks, not NUL-ended */
	size_t body_len, whole; /* whole: bytes of the answer in all */
};

/* 1: the answer is whole (its body is moved together in place); 0: more must
 * come; −1: this is no answer. */
int wire_answer(char *bytes, size_t len, struct answer *);

/* A text member of a flat JSON object, unescaped ones only; false if there is
 * none or it does not fit. */
bool wire_member(const struct answer *, const char *name, char *out,
		 size_t room);

/* Sends all and waits for the answer, on a connection of one's own; the bytes
 * land in ${room}. False if the connection was lost. */
bool wire_ask(int fd, const char *request, char *room, size_t size,
	      struct answer *);
bool wire_send(int fd, const char *bytes, size_t len);
bool wire_wait(int fd, char *room, size_t size, struct answer *);

#endif
