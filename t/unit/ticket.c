/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ticket.c: tests of signed tickets: in their time, in their scope. */
#include "lib/ticket.h"

#include <string.h>

#include "t/lib/bank.h"
#include "t/tap.h"

static enum err
check(const char *text, const char *scope, int64_t now)
{
	struct ticket t;

	return ticket_check(text, scope, now, &t);
}

static void
test_time(void)
{
	char text[TICKET], other[TICKET];
	struct ticket t, u;

	ticket_make(text, "home", 100, 200);
	ticket_make(other, "home", 100, 200);
	ok(ticket_looks(text) && !ticket_looks("eyJhbGciOiJ9"),
	   "a ticket is known by its looks");
	is_int(check(text, "home", 99), ERR_RATE, "a ticket can be too early");
	is_int(check(text, "home", 100), OK, "in time");
	is_int(check(text, "home", 199), OK, "to its last moment");
	is_int(check(text, "home", 200), ERR_EXPIRED, "and too late");
	ticket_check(text, "home", 150, &t);
	ticket_check(other, "home", 150, &u);
	ok(t.from == 100 && t.until == 200, "it says when");
	ok(memcmp(t.id, u.id, sizeof t.id) != 0, "no two are the same");
}

static void
test_others(struct pool *pool)
{
	char text[TICKET];
	int wrong = 0;
	size_t i;

	ticket_make(text, "home", 100, 200);
	is_int(check(text, "away", 150), ERR_INPUT,
	       "in another scope it is none");
	is_int(check(text, "", 150), ERR_INPUT, "nor in none");
	for (i = 0; i < strlen(text); i++) {
		char *changed = pool_strdup(pool, text);

		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		wrong += check(changed, "home", 150) == ERR_INPUT;
	}
	is_int(wrong, (int64_t)strlen(text), "no sign of it can be changed");
	is_int(check(pool_strndup(pool, text, 50), "home", 150), ERR_INPUT,
	       "half a ticket is none");
	is_int(check(pool_printf(pool, "%sAAAA", text), "home", 150),
	       ERR_INPUT, "nor is more than one");
	is_int(check("", "home", 150), ERR_INPUT, "nor nothing");
}

int
main(void)
{
	struct bank b;

	bank_open(&b); /* for its keys */
	test_time();
	test_others(b.pool);
	bank_close(&b);
	return tap_done();
}
