/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* view_place.c: where an address is, said only as far as it is known. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fcgi-apps/view.h"

static bool
begins(const char *text, const char *with)
{
	return strncasecmp(text, with, strlen(with)) == 0;
}

/* 172.16.0.0 to 172.31.255.255. */
static bool
is_172(const char *address)
{
	long second = begins(address, "172.") ? strtol(address + 4, NULL, 10)
					      : 0;

	return second >= 16 && second <= 31;
}

/* Networks that everybody may have at home or at work (RFC 1918, 4193), and
 * those of one cable (RFC 3927, 4291). */
static bool
is_private(const char *a)
{
	return begins(a, "10.") || begins(a, "192.168.") || is_172(a) ||
	       begins(a, "169.254.") ||
	       (strchr(a, ':') != NULL &&
		(begins(a, "fc") || begins(a, "fd") || begins(a, "fe8") ||
		 begins(a, "fe9") || begins(a, "fea") || begins(a, "feb")));
}

static const char *
place_of(const struct req *rq, const char *address)
{
	if (strcmp(address, rq->address) == 0)
		return "here";
	if (begins(address, "127.") || strcmp(address, "::1") == 0)
		return "device";
	return is_private(address) ? "private" : "internet";
}

void
view_place(struct req *rq, json_object *o, const char *address)
{
	const char *place = place_of(rq, address);

	view_text(o, "place", place);
	if (!rq->wants_json && strcmp(place, "internet") != 0)
		view_flag(o, pool_printf(rq->pool, "place_%s", place));
}
