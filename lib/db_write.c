/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_write.c: group commit, the only way into the book: who leads, who waits.
 */
#include "lib/db_impl.h"

#include "lib/log.h"

/* Commits one thread makes for others before it goes on with its own request:
 * waking another leader takes longer than a payment. */
enum { LEADS_MAX = 4 };

/* Wakes all of a list of those served, two of them at once, who wake half of
 * the others each: a thread is not woken in less time than a statement takes,
 * and the next commit need not wait for that. A turn is its thread's again as
 * soon as it is posted. */
static void
turns_wake(struct turn *list)
{
	struct turn *head[2] = {NULL, NULL}, *t;
	int side = 0;

	while ((t = list) != NULL) {
		list = t->next;
		if (head[side] == NULL) {
			t->others = NULL;
			head[side] = t;
		} else {
			t->next = head[side]->others;
			head[side]->others = t;
		}
		side = !side;
	}
	for (side = 0; side < 2 && head[side] != NULL; side++)
		sem_post(&head[side]->wake);
}

/* All but the leader's own turn. */
static struct turn *
turns_without(struct turn *all, const struct turn *own)
{
	struct turn **at = &all;

	while (*at != NULL && *at != own)
		at = &(*at)->next;
	if (*at != NULL)
		*at = (*at)->next;
	return all;
}

/* Ends a commit: everyone served wakes up. True if somebody waits and we stay
 * to lead again; else the first who waits does. */
static bool
lead_end(struct store *st, struct turn *all, const struct turn *own, bool stay)
{
	struct turn *next;

	pthread_mutex_lock(&st->turns_lock);
	next = st->first;
	st->leading = next != NULL;
	pthread_mutex_unlock(&st->turns_lock);
	stay = stay && next != NULL;
	if (next != NULL && !stay) {
		next->leads = true;
		sem_post(&next->wake);
	}
	turns_wake(turns_without(all, own));
	return stay;
}

/* True if nobody leads: then it is us. */
static bool
turn_queue(struct store *st, struct turn *t)
{
	bool leads;

	pthread_mutex_lock(&st->turns_lock);
	*st->last = t;
	st->last = &t->next;
	leads = !st->leading;
	st->leading = true;
	pthread_mutex_unlock(&st->turns_lock);
	return leads;
}

static enum err
turn_serve(struct db *db, struct turn t)
{
	struct store *st = db->store;
	bool leads;
	int led = 0;

	if (db->writing)
		log_bug("db_write inside db_write");
	db_rest(db);
	sem_init(&t.wake, 0, 0);
	leads = turn_queue(st, &t); /* from here on t is others' too */
	if (!leads) {
		while (sem_wait(&t.wake) != 0)
			continue; /* a signal */
		leads = t.leads;
		turns_wake(t.others);
	}
	while (leads)
		leads = lead_end(st, batch_commit(st), &t, ++led < LEADS_MAX);
	sem_destroy(&t.wake);
	return t.result;
}

enum err
db_write(struct db *db, db_work *work, void *arg)
{
	return turn_serve(db, (struct turn){
		.work = work, .arg = arg, .result = ERR_BUSY});
}

enum err
db_write_rerunnable(struct db *db, db_work *work, void *arg)
{
	return turn_serve(db, (struct turn){
		.work = work, .arg = arg, .result = ERR_BUSY,
		.rerunnable = true});
}

/* The checkpoint is the leader's: asked for in its own turn. */
static enum err
checkpoint_ask(struct db *db, void *arg)
{
	(void)arg;
	db->store->checkpoint_now = true;
	return OK;
}

enum err
db_checkpoint(struct db *db)
{
	return db_write(db, checkpoint_ask, NULL);
}
