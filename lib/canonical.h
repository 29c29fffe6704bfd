/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* canonical.h: JSON written so that two who have the same object write the
 * same bytes. */
#ifndef CLICKNET_CANONICAL_H
#define CLICKNET_CANONICAL_H

#include <json-c/json.h>
#include "lib/pool.h"

/* Appends ${value} (NULL: null): compact, members in the order of their names'
 * bytes, arrays as they are, text in UTF-8 with nothing escaped but what JSON
 * must have escaped, numbers without what says nothing: 5.0 is 5, 0.50 is 0.5.
 * Fractions below 0.0001 or of more than 17 digits are left as they were
 * written. Of integers json-c keeps 64 bits: a longer one is not what was
 * signed, and its signature does not fit. */
void canonical_put(struct buf *out, json_object *value);

#endif
