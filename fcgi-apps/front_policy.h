/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front_policy.h: what a password must be, wherever somebody chooses one. */
#ifndef CLICKNET_FRONT_POLICY_H
#define CLICKNET_FRONT_POLICY_H

#include "lib/app.h"

/* Complains about all that is wrong with a password wished for. */
enum err front_policy_note(struct req *, struct resp *, const char *field,
			   const char *password);

/* What it must be, for the page, as "policy" (partial policy.html). */
void front_policy_view(json_object *);

#endif
