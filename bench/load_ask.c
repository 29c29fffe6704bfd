/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* load_ask.c: what the load driver asks for, mode by mode. */
#include "bench/load.h"

#include <inttypes.h>
#include <stdio.h>

/* Every second one is right; the others are of people there are not. */
static void
request_login(struct load *l, struct client *c, const struct user_row *u)
{
	char body[200];

	if (users_random(&l->random, 2) == 0)
		snprintf(body, sizeof body,
			 "{\"user_id\":\"%s\",\"password\":\"%s\"}",
			 u->user_id, l->password);
	else
		snprintf(body, sizeof body,
			 "{\"user_id\":\"nobody-%" PRIu64 "\","
			 "\"password\":\"wrong\"}",
			 users_random(&l->random, UINT32_MAX));
	c->request_len = users_post(c->request, sizeof c->request, "/login",
				    "127.0.0.1", body);
}

/* Any code, from any address, if the bank believed in what it is told. */
static void
request_guess(struct load *l, struct client *c)
{
	char body[200], address[40];

	snprintf(body, sizeof body,
		 "{\"challenge_id\":\"%s\",\"code\":\"%06d\"}",
		 l->challenge, (int)users_random(&l->random, 1000000));
	snprintf(address, sizeof address, "10.%d.%d.%d",
		 (int)users_random(&l->random, 256),
		 (int)users_random(&l->random, 256),
		 (int)users_random(&l->random, 256));
	c->request_len = users_post(c->request, sizeof c->request,
				    "/verify-otp", address, body);
}

void
load_ask(struct load *l, struct client *c)
{
	const struct user_row *u =
		&l->users.rows[users_random(&l->random, l->users.count)];
	bool swap = users_random(&l->random, 2) != 0;
	char amount[24], path[300];
	int cents = 1 + (int)users_random(&l->random, 999);

	switch (l->mode) {
	case MODE_TRANSFER:
		snprintf(c->key, sizeof c->key, "%lx-%" PRIu64,
			 (unsigned long)l->seed, ++l->serial);
		snprintf(amount, sizeof amount, "%d.%02d", cents / 100,
			 cents % 100);
		c->request_len = users_transfer(
			c->request, sizeof c->request, u->token,
			swap ? u->to : u->from, swap ? u->from : u->to,
			amount, c->key, c->key);
		return;
	case MODE_BALANCE:
		snprintf(path, sizeof path, "/balance?account=%s",
			 swap ? u->to : u->from);
		break;
	case MODE_TRANSACTIONS:
		snprintf(path, sizeof path, "%s?account=%s&limit=20", l->path,
			 swap ? u->to : u->from);
		break;
	case MODE_LOGIN:
		request_login(l, c, u);
		return;
	case MODE_GUESS:
		request_guess(l, c);
		return;
	case MODE_GET:
		snprintf(path, sizeof path, "%s", l->path);
		break;
	}
	c->request_len = users_get(c->request, sizeof c->request, u->token,
				   path);
}
