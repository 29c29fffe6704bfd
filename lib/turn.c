/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* turn.c: the only lock that is held for as long as a request. */
#include "lib/turn.h"

#include <pthread.h>
#include <stdbool.h>

static struct {
	pthread_mutex_t lock;
	pthread_cond_t free;
	const struct pool *holder; /* NULL: nobody's turn */
	int waiting;
} turn = {.lock = PTHREAD_MUTEX_INITIALIZER, .free = PTHREAD_COND_INITIALIZER};

static void
turn_leave(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&turn.lock);
	turn.holder = NULL;
	pthread_cond_signal(&turn.free);
	pthread_mutex_unlock(&turn.lock);
}

static enum err
turn_wait(const struct pool *pool)
{
	if (turn.holder != NULL && turn.waiting >= TURN_WAIT)
		return ERR_BUSY;
	turn.waiting++;
	while (turn.holder != NULL)
		pthread_cond_wait(&turn.free, &turn.lock);
	turn.waiting--;
	turn.holder = pool;
	return OK;
}

enum err
turn_take(struct pool *pool)
{
	enum err e = OK;
	bool mine;

	pthread_mutex_lock(&turn.lock);
	mine = turn.holder == pool;
	if (!mine)
		e = turn_wait(pool);
	pthread_mutex_unlock(&turn.lock);
	if (!mine && e == OK)
		pool_defer(pool, turn_leave, NULL);
	return e;
}
