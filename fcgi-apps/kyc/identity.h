/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity.h: who finds out who somebody is. */
#ifndef CLICKNET_KYC_IDENTITY_H
#define CLICKNET_KYC_IDENTITY_H

#include "bank/application.h"
#include "lib/app.h"

/* One way of it. ${ready}: does it look at this application? ${form} shows its
 * page, ${post} begins a look; both find the application by kyc_application,
 * at a time when its identity may be looked at: there is something to compare
 * a document with and, unless it ${takes} them itself, there are pictures of
 * it. */
struct identity_way {
	enum err (*ready)(struct req *, const struct application *, bool *yes);
	handler *form, *post;
	bool takes;
};

/* identity_desk.c */
enum err desk_ready(struct req *, const struct application *, bool *yes);
handler desk_form, desk_post;

/* identity_didit.c */
enum err didit_ready(struct req *, const struct application *, bool *yes);
handler didit_form, didit_post;

/* Adds "didit_away" to a page that is asked for instead, if Didit was to look
 * and could not be had (partial apply-didit-away.html). */
enum err didit_away(struct req *, const struct application *,
		    json_object *view);

#endif
