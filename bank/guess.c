/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* guess.c: locks whoever's codes were guessed at too often, and tells them. */
#include "bank/guess.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bank/message.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum { OWNER = 64 };

static void
owner_of(char out[OWNER], int64_t user, int64_t customer)
{
	snprintf(out, OWNER, user != 0 ? "user %" PRId64 : "customer %" PRId64,
		 user != 0 ? user : customer);
}

/* Whose code it is: the user's who signs in or pays, else the customer's who
 * is to become one; an application's. Nobody's, which never fits, is counted by
 * its challenge: as much work, as long. */
static void
owner_text(char out[OWNER], const struct challenge *c)
{
	char id[SECRET_ID_TEXT];

	if (strcmp(c->purpose, "apply") == 0)
		snprintf(out, OWNER, "application %s",
			 secret_id_text(id, c->subject));
	else if (c->user != 0 || c->customer != 0)
		owner_of(out, c->user, c->customer);
	else
		snprintf(out, OWNER, "nobody %s", secret_id_text(id, c->id));
}

enum err
guess_allowed(struct db *db, const struct challenge *c)
{
	struct rate dead, wrong;
	char owner[OWNER];
	enum err e;

	owner_text(owner, c);
	if ((e = rate_look(db, RATE_CODE_DEAD, owner, &dead)) != OK ||
	    (e = rate_look(db, RATE_CODE_WRONG, owner, &wrong)) != OK)
		return e;
	return dead.full || wrong.full ? ERR_LOCKED : OK;
}

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

/* Over every way there is: whoever guesses may hold one of them. */
static enum err
lock_tell(struct db *db, struct pool *pool, const struct challenge *c,
	  const struct actor *who)
{
	json_object *data = pool_json(pool, json_object_new_object());
	struct route_to ways[MESSAGE_WAYS];
	char at[CLOCK_RFC3339];
	int i, n;
	enum err e;

	if (c->customer == 0)
		return OK;
	put(data, "bank", settings()->BANK_NAME);
	put(data, "at", clock_rfc3339(at, clock_now()));
	put(data, "address", who->address);
	e = message_ways(db, pool, c->customer, ways, &n);
	for (i = 0; e == OK && i < n; i++)
		e = message_queue(db, pool, c->customer, &ways[i],
				  "codes-locked", data,
				  clock_now() + CLOCK_DAY_MS);
	return e;
}

enum err
guess_wrong(struct db *db, struct pool *pool, const struct challenge *c,
	    const struct actor *who)
{
	struct rate dead = {0}, wrong;
	struct actor stranger = {"stranger", 0, who->address, who->device};
	char owner[OWNER];
	enum err e;
	bool locks;

	owner_text(owner, c);
	if ((e = guess_allowed(db, c)) != OK)
		return e == ERR_LOCKED ? OK : e; /* told already */
	if ((e = rate_count(db, RATE_CODE_WRONG, owner, &wrong)) != OK ||
	    (c->tries_left == 0 &&
	     (e = rate_count(db, RATE_CODE_DEAD, owner, &dead)) != OK))
		return e;
	locks = dead.full || wrong.full;
	if (!locks)
		return OK;
	e = audit_add(db, c->customer, &stranger, "code.locked", c->purpose);
	return e != OK ? e : lock_tell(db, pool, c, who);
}

enum err
guess_right(struct db *db, const struct challenge *c)
{
	char owner[OWNER];

	owner_text(owner, c);
	return rate_forget(db, RATE_CODE_WRONG, owner);
}

enum err
guess_resent(struct db *db, const struct challenge *c, struct rate *resent)
{
	char owner[OWNER];

	owner_text(owner, c);
	return rate_take(db, RATE_RESEND, owner, resent);
}

static enum err
owner_forget(struct db *db, int64_t user, int64_t customer)
{
	char owner[OWNER];
	enum err e;

	if (user == 0 && customer == 0)
		return OK;
	owner_of(owner, user, customer);
	e = rate_forget(db, RATE_CODE_WRONG, owner);
	return e != OK ? e : rate_forget(db, RATE_CODE_DEAD, owner);
}

enum err
guess_forget(struct db *db, int64_t user, int64_t customer)
{
	enum err e = owner_forget(db, user, 0);

	return e != OK ? e : owner_forget(db, 0, customer);
}
