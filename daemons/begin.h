/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* begin.h: how a daemon begins, before its first thread. */
#ifndef CLICKNET_BEGIN_H
#define CLICKNET_BEGIN_H

#include "lib/db.h"
#include "lib/pool.h"

/* Reads the settings, opens the log LOG_DIR/${name}.log, reads the keys and
 * opens the book with up to ${readers} read connections. NULL:
 * why not was said on standard error and in the log. The caller closes it. */
struct store *daemon_begin(struct pool *, const char *name, int readers);

#endif
