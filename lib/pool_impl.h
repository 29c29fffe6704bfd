/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pool_impl.h: what the pool*.c files share; nobody else includes it. */
#ifndef CLICKNET_POOL_IMPL_H
#define CLICKNET_POOL_IMPL_H

#include <stdbool.h>
#include "lib/pool.h"

/* ${size} bytes as they happen to be. */
void *pool_take(struct pool *, size_t size);

/* True if the ${room} bytes at ${data} were taken last and are ${more} now,
 * where they are: a text that is written in one go is not copied. */
bool pool_grow(struct pool *, const char *data, size_t room, size_t more);

#endif
