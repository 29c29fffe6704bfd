/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* device.h: the browsers and programs a person signs in with. */
#ifndef CLICKNET_DEVICE_H
#define CLICKNET_DEVICE_H

#include "bank/event.h"
#include "bank/session.h"

/* What somebody signs in with. A browser brings the mark it was given at an
 * earlier sign-in, NULL if it has none; a program, which keeps no cookies, is
 * known by what it calls itself. Out: the mark the browser shall keep ("" for
 * a program), and whether this user was here with it before. */
struct device {
	const char *brought;
	bool program;
	char mark[SESSION_TOKEN];
	bool known;
};

/* Remembers it for ${user}. The person is told of one that is new. Inside
 * db_write. */
enum err device_seen(struct db *, struct pool *, struct device *,
		     int64_t user, int64_t customer, const struct actor *);

/* "Firefox · Windows" for what a browser says of itself; other programs' names
 * as they are. Pool memory, a literal or ${text}. */
const char *device_words(struct pool *, const char *text);

#endif
