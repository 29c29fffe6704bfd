/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ticket.h: a signed word that is good between two instants, for one scope:
 * the bank gives it away and keeps nothing. */
#ifndef CLICKNET_TICKET_H
#define CLICKNET_TICKET_H

#include <stdbool.h>
#include "lib/err.h"
#include "lib/secret.h"

enum { TICKET = 96 }; /* its text, NUL-ended */

/* Good for ${scope} from ${from} until before ${until}. */
char *ticket_make(char out[TICKET], const char *scope, int64_t from,
		  int64_t until);

/* Could this text be a ticket at all? */
bool ticket_looks(const char *text);

/* OK: *until and ${id}, by which the caller sees to it that it counts once.
 * ERR_RATE: too early, *from says when. ERR_EXPIRED: too late. ERR_INPUT: not
 * one of ours, or of another scope. */
struct ticket {
	int64_t from, until;
	uint8_t id[SECRET_HASH];
};
enum err ticket_check(const char *text, const char *scope, int64_t now,
		      struct ticket *out);

#endif
