/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cursor.h: where the next page of a list begins, in a form only we make. */
#ifndef CLICKNET_CURSOR_H
#define CLICKNET_CURSOR_H

#include <stdbool.h>
#include "lib/http.h"

/* The cursor for rows before ${before} in the list of ${owner}, an account or
 * a customer. Pool memory. */
const char *cursor_make(struct req *, int64_t owner, int64_t before);

/* Reads one back; "" is 0. False: not one of ours, or another list's. */
bool cursor_read(int64_t owner, const char *text, int64_t *before);

#endif
