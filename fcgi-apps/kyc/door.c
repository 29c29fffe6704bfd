/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* door.c: who is let in: staff and customers by their sign-in, strangers by
 * their application. */
#include <string.h>

#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/view.h"

/* The part of the path up to its first "/" is one of these. */
static bool
path_in(const char *path, const char *const *names)
{
	size_t len = strcspn(path + 1, "/");

	for (; *names != NULL; names++)
		if (strlen(*names) == len &&
		    strncmp(path + 1, *names, len) == 0)
			return true;
	return false;
}

/* Staff work; the catalogue is for everybody. */
static bool
behind_sign_in(const struct req *rq)
{
	static const char *const names[] = {"staff", "products", "branches",
					    NULL};

	return path_in(rq->path, names);
}

enum err
kyc_ask(struct req *rq)
{
	if (behind_sign_in(rq))
		return front_ask(rq);
	front_language(rq, NULL);
	return ERR_LOGIN;
}

const char *
kyc_door(const struct req *rq)
{
	return behind_sign_in(rq) ? NULL : "/products";
}

/* The menu of the bank is for who has signed in to it. */
void
kyc_frame(struct req *rq, json_object *view)
{
	bool applies = rq->who.signed_in && rq->who.user == 0;

	if (applies)
		rq->who.signed_in = false;
	front_frame(rq, view);
	if (!applies)
		return;
	rq->who.signed_in = true;
	view_text(view, "csrf", app_csrf(rq));
}
