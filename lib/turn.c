/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* turn.c: the only lock that is held for as long as a request. */
#include "lib/turn.h"

#include <pthread.h>
#include <stdbool.h>

static struct {
	pthread_mutex_t lock;
	pthread_cond_t free;
	bool taken;
	pthread_t holder; /* if it is taken */
	int waiting;
} turn = {.lock = PTHREAD_MUTEX_INITIALIZER, .free = PTHREAD_COND_INITIALIZER};

static void
turn_leave(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&turn.lock);
	turn.taken = false;
	pthread_cond_signal(&turn.free);
	pthread_mutex_unlock(&turn.lock);
}

static enum err
turn_wait(void)
{
	if (turn.taken && turn.waiting >= TURN_WAIT)
		return ERR_BUSY;
	turn.waiting++;
	while (turn.taken)
		pthread_cond_wait(&turn.free, &turn.lock);
	turn.waiting--;
	turn.taken = true;
	turn.holder = pthread_self();
	return OK;
}

enum err
turn_take(struct pool *pool)
{
	enum err e = OK;
	bool mine;

	pthread_mutex_lock(&turn.lock);
	mine = turn.taken && pthread_equal(turn.holder, pthread_self());
	if (!mine)
		e = turn_wait();
	pthread_mutex_unlock(&turn.lock);
	if (!mine && e == OK)
		pool_defer(pool, turn_leave, NULL);
	return e;
}
