/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* push.h: what the files of push do for each other. One thread does it all:
 * wire.c (bytes) asks porch.c (connections), door.c (who may come in),
 * answer.c (what is said to the others) and hall.c (who hears what). */
#ifndef CLICKNET_PUSH_H
#define CLICKNET_PUSH_H

#include <stdbool.h>
#include <stdint.h>
#include "bank/news.h"
#include "lib/db.h"
#include "lib/err.h"
#include "lib/pool.h"
#include "lib/secret.h"

#define PUSH_PROTOCOL "clicknet.push"

/* Why a socket is closed; people's pages know PUSH_OVER. */
enum push_close {
	PUSH_ENDING = 1012, /* push itself ends: come again */
	PUSH_SAID = 1008,   /* it said something; nobody listens here */
	PUSH_OVER = 4401    /* its session is over, or has a new token */
};

/* A request as the web server hands it on. Never NULL, "" if absent. */
struct visitor {
	const char *method, *path, *host, *origin, *protocol, *cookie;
	const char *authorization, *scheme, *after;
	bool upgrades; /* asks for a WebSocket */
	char id[SECRET_ID_TEXT]; /* of the request */
};

/* A socket that is open, or about to be. Zeroed at first; its links are the
 * hall's. ${wire} is what wire.c knows it by. */
struct guest {
	struct guest *next, *before; /* in the ring of all */
	struct guest *same, **back;  /* among those of one customer */
	void *wire;
	struct listener who;
	uint8_t token_hash[SECRET_HASH];
	int64_t newest;   /* event when it came */
	int64_t seen;     /* the last event looked at for this one */
	int64_t asked_at; /* to be written to, clock_mono; 0: not asked */
	bool behind;      /* there is more than ${seen} */
	enum push_close close; /* 0: stays */
};

/* Which of our addresses it is, by its row in the table; the pattern, for logs
 * and --routes. */
enum place { PLACE_NONE, PLACE_SOCKET, PLACE_HEALTH, PLACE_READY };
enum place door_place(const char *path, const char **pattern);
void door_routes(void);

/* May this visitor's socket open? OK: ${out} is filled. Else what to answer;
 * *detail (may stay NULL) says more. Strangers learn nothing by it. */
enum err door_admit(struct db *, struct pool *, const struct visitor *,
		    struct guest *out, const char **detail);

/* A whole HTTP/1.1 answer, in pool memory: to a request that asks for no
 * WebSocket, and to one whose socket does not open (logged). */
const char *answer_request(struct db *, struct pool *, const struct visitor *,
			   size_t *len);
const char *answer_refusal(struct pool *, const struct visitor *, enum err,
			   const char *detail, size_t *len);

/* The listening socket on fd 0: is it there? porch_open makes room for as many
 * descriptors as ${sockets} need. porch_take is the next connection, or -1:
 * none just now, or (*gone) never again; one too many is sent away. */
bool porch_there(void);
void porch_open(int sockets);
int porch_take(bool *gone);

/* Everybody's room: at most PUSH_SOCKETS guests. */
void hall_open(struct db *);

/* Is there room for one more? OK; ERR_RATE: this session or person has too
 * many; ERR_BUSY: all places are taken. */
enum err hall_room(const struct listener *);

/* ${g} stays the caller's, who must call hall_leave before it goes. Leaving
 * twice, or without having come, does nothing. */
void hall_enter(struct guest *);
void hall_leave(struct guest *);
int hall_count(void);

/* Looks what is new, and whether sessions are over; five times a second. */
void hall_tick(struct pool *);

/* What ${g} is to be written now, NULL if nothing; in pool memory. If there is
 * more, asks to be asked again. */
const char *hall_next(struct pool *, struct guest *);

/* Everybody is told to come again. */
void hall_end(void);

/* Wire: asks to call hall_next as soon as the socket takes a message. wire_drop
 * ends one that takes none. */
void wire_ask(struct guest *);
void wire_drop(struct guest *);

/* Serves while ${goes_on} says so, which is asked several times a second;
 * connections come from the listening socket on fd 0. An exit status. */
int wire_serve(struct db *, bool (*goes_on)(void));

#endif
