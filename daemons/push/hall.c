/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hall.c: who is here, and who is told what. No message waits in memory: the
 * book is the queue, and a guest is a place in it. */
#include <string.h>

#include "bank/session.h"
#include "daemons/push/push.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum {
	BUCKETS = 1024,
	ROWS = 256, ROUNDS = 8, /* read in a tick: ROWS, so many times */
	STEP = 200,             /* rows looked through for one guest at once */
	TICKS = 25,             /* in which each session is looked at once */
	PERSON_SHARE = 10       /* of all places, one person's at most */
};
static const int64_t stuck_ns = 20000000000;

static struct {
	struct db *db;
	struct guest ring; /* its ends */
	struct guest *of[BUCKETS];
	int count;
	int64_t at; /* the last event that was told */
} hall;

void
hall_open(struct db *db)
{
	memset(&hall, 0, sizeof hall);
	hall.db = db;
	hall.ring.next = hall.ring.before = &hall.ring;
}

static struct guest **
bucket(int64_t customer)
{
	return &hall.of[(uint64_t)customer % BUCKETS];
}

int
hall_count(void)
{
	return hall.count;
}

enum err
hall_room(const struct listener *who)
{
	const struct settings *s = settings();
	long here = 0, person = 0, share = s->PUSH_SOCKETS / PERSON_SHARE;
	const struct guest *g;

	if (hall.count >= s->PUSH_SOCKETS)
		return ERR_BUSY;
	for (g = *bucket(who->customer); g != NULL; g = g->same) {
		person += g->who.user == who->user;
		here += memcmp(g->who.session, who->session, SECRET_ID) == 0;
	}
	if (share < s->PUSH_SOCKETS_SESSION)
		share = s->PUSH_SOCKETS_SESSION;
	return here < s->PUSH_SOCKETS_SESSION && person < share ? OK
								: ERR_RATE;
}

static void
ring_add(struct guest *g)
{
	g->before = hall.ring.before;
	g->next = &hall.ring;
	g->before->next = g;
	hall.ring.before = g;
}

static void
ring_take(struct guest *g)
{
	g->before->next = g->next;
	g->next->before = g->before;
}

static void
wake(struct guest *g)
{
	if (g->asked_at == 0)
		g->asked_at = clock_mono();
	wire_ask(g);
}

void
hall_enter(struct guest *g)
{
	struct guest **first = bucket(g->who.customer);

	if (hall.count++ == 0)
		hall.at = g->newest; /* nobody was there to be told */
	ring_add(g);
	g->same = *first;
	g->back = first;
	if (*first != NULL)
		(*first)->back = &g->same;
	*first = g;
	g->behind = true; /* perhaps; it is looked at once */
	wake(g);
}

void
hall_leave(struct guest *g)
{
	if (g->back == NULL)
		return;
	ring_take(g);
	*g->back = g->same;
	if (g->same != NULL)
		g->same->back = g->back;
	g->back = NULL;
	hall.count--;
}

static void
tell(const struct news *n)
{
	struct guest *g;

	for (g = *bucket(n->customer); g != NULL; g = g->same) {
		if (g->behind || n->id <= g->seen || !news_is_for(n, &g->who))
			continue;
		g->seen = n->id - 1;
		g->behind = true;
		wake(g);
	}
}

static void
look_for_news(struct pool *pool)
{
	struct news *n;
	int64_t last;
	int round, rows = ROWS;

	for (round = 0; round < ROUNDS && rows == ROWS; round++) {
		if (news_read(hall.db, pool, hall.at, ROWS, &n, &last) != OK)
			return; /* the driver has logged it */
		for (rows = 0; n != NULL; n = n->next, rows++)
			tell(n);
		hall.at = last;
		pool_reset(pool);
	}
}

/* OK, ERR_LOGIN: it is over; anything else: nobody knows just now. */
static enum err
session_state(struct pool *pool, const struct guest *g)
{
	struct session s = {.next = NULL};

	return session_watch(hall.db, pool, g->token_hash, &s);
}

/* A guest who is behind hears of the end in its turn; that comes again here
 * if the book could not be read. */
static void
look_at(struct pool *pool, struct guest *g)
{
	if (g->asked_at != 0) {
		if (clock_mono() - g->asked_at > stuck_ns)
			wire_drop(g);
	} else if (g->behind) {
		wake(g);
	} else if (session_state(pool, g) == ERR_LOGIN) {
		g->close = PUSH_OVER;
		wake(g);
	}
}

/* Some of them, so that each has its turn every few seconds. */
static void
look_at_some(struct pool *pool)
{
	int left = (hall.count + TICKS - 1) / TICKS;
	struct guest *g;

	while (left-- > 0) {
		g = hall.ring.next;
		ring_take(g);
		ring_add(g);
		look_at(pool, g);
		pool_reset(pool);
	}
}

/* News and sessions are read in one snapshot: where a session is gone, the
 * event of its end has been seen. */
void
hall_tick(struct pool *pool)
{
	settings_refresh();
	if (hall.count == 0)
		return;
	look_for_news(pool);
	look_at_some(pool);
	db_rest(hall.db);
}

/* The first of the rows for ${g}, who moves up to it, or to the end of them.
 * Who is no longer signed in hears of that alone. */
static const struct news *
find_for(struct pool *pool, struct guest *g, const struct news *n,
	 int64_t last)
{
	bool asked = false, lives = false;

	for (; n != NULL; n = n->next) {
		if (!news_is_for(n, &g->who))
			continue;
		if (!n->ending && !asked) {
			lives = session_state(pool, g) == OK;
			asked = true;
		}
		if (!n->ending && !lives)
			continue;
		g->seen = n->id;
		return n;
	}
	g->seen = last;
	return NULL;
}

const char *
hall_next(struct pool *pool, struct guest *g)
{
	const struct news *found;
	struct news *list, *n;
	int64_t last;
	int rows = 0;

	g->asked_at = 0;
	if (!g->behind || g->close != 0 ||
	    news_read(hall.db, pool, g->seen, STEP, &list, &last) != OK)
		return NULL;
	for (n = list; n != NULL; n = n->next)
		rows++;
	found = find_for(pool, g, list, last);
	db_rest(hall.db);
	g->behind = rows == STEP || g->seen != last;
	if (found != NULL && found->ending)
		g->close = PUSH_OVER;
	if (g->behind || g->close != 0)
		wake(g);
	return found != NULL ? news_text(pool, found) : NULL;
}

void
hall_end(void)
{
	struct guest *g;

	for (g = hall.ring.next; g != &hall.ring; g = g->next) {
		if (g->close == 0)
			g->close = PUSH_ENDING;
		wake(g);
	}
}
