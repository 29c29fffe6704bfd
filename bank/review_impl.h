/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review_impl.h: what the files of decisions share; nobody else's. */
#ifndef CLICKNET_REVIEW_IMPL_H
#define CLICKNET_REVIEW_IMPL_H

#include "bank/review.h"

/* A row of decision; inside db_write. ERR_CONFLICT: it was said already. */
struct saying {
	int64_t application, round, user; /* user 0: by rule */
	const char *step, *verdict, *reason, *note;
};
enum err review_write(struct db *, const struct saying *);

#endif
