/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* file.h: writing files so that they are whole, or known not to be. */
#ifndef CLICKNET_FILE_H
#define CLICKNET_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include "lib/pool.h"

/* All of it, however often write(2) has to be asked. False: errno says why. */
bool file_write(int fd, const void *data, size_t len);

/* Makes sure that ${file}'s directory knows it by its name even after a power
 * cut. False: errno says why. */
bool file_sync_name(struct pool *, const char *file);

#endif
