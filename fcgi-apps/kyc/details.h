/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* details.h: how an applicant's details are shown and chosen. */
#ifndef CLICKNET_KYC_DETAILS_H
#define CLICKNET_KYC_DETAILS_H

#include "bank/details.h"
#include "lib/http.h"

/* Adds all of them under their names; for pages the countries' names, and each
 * chosen word as a flag "occupation_employed", besides. */
void details_view(struct req *, json_object *, const struct details *);

/* Adds what can be chosen from, with what is chosen: by the form if it is shown
 * again, else as it is ${known}. */
void details_choices(struct req *, json_object *, const struct details *,
		     bool known);

#endif
