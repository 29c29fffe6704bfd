/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sniff.h: what a file is by its first bytes, whatever it is called. */
#ifndef CLICKNET_SNIFF_H
#define CLICKNET_SNIFF_H

#include <stddef.h>
#include "lib/pool.h"

/* The media type ("image/jpeg"), in pool memory; "application/octet-stream"
 * if nobody knows. Looks at the first SNIFF_BYTES only. */
enum { SNIFF_BYTES = 4096 };
const char *sniff(struct pool *, const void *data, size_t len);

#endif
