/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity.h: who finds out who somebody is. */
#ifndef CLICKNET_KYC_IDENTITY_H
#define CLICKNET_KYC_IDENTITY_H

#include "bank/application.h"
#include "lib/app.h"

/* One way of it. ${ready}: does it look at this application? ${form} shows its
 * page, ${post} begins a look; both find the application by kyc_application,
 * at a time when its identity may be looked at. */
struct identity_way {
	bool (*ready)(const struct application *);
	handler *form, *post;
};

/* identity_desk.c */
bool desk_ready(const struct application *);
handler desk_form, desk_post;

#endif
