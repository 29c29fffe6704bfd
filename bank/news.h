/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* news.h: who is told of which event, and in what words. */
#ifndef CLICKNET_NEWS_H
#define CLICKNET_NEWS_H

#include <stdbool.h>
#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

enum { NEWS_ID = 17 }; /* an id's text, NUL-ended */

/* An event as it stands in the book. */
struct news {
	struct news *next;
	int64_t id, customer, at; /* customer 0: of nobody who listens */
	const char *type, *data;  /* data: a JSON object */
	bool ending;              /* a session's: which one */
	uint8_t session[SECRET_ID];
};

/* Somebody who listens: a session, and whose it is. */
struct listener {
	int64_t customer, user; /* customer 0: staff */
	uint8_t session[SECRET_ID];
	bool restricted; /* must change the password first: hears its end,
			    nothing else */
};

/* The rule. A session's end is told to that session alone; what happened to a
 * customer's money to that customer alone; any other event to nobody. */
bool news_is_for(const struct news *, const struct listener *);

/* The events after ${after}, at most ${rows} of them, in order; pool memory.
 * *last is the last one's id, ${after} if there is none. */
enum err news_read(struct db *, struct pool *, int64_t after, int rows,
		   struct news **list, int64_t *last);

/* The newest event's id; 0: there is none yet. */
enum err news_newest(struct db *, int64_t *id);

/* What an id is called outside: by it a customer cannot tell how much happened
 * at the bank. news_id_parse: false if it is no such name. */
char *news_id_text(char out[NEWS_ID], int64_t customer, int64_t id);
bool news_id_parse(const char *text, int64_t customer, int64_t *id);

/* {"id", "type", "time", "data"} as one line of JSON; pool memory. */
const char *news_text(struct pool *, const struct news *);

#endif
