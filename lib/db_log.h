/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_log.h: fewer and larger writes to the write-ahead log. */
#ifndef CLICKNET_DB_LOG_H
#define CLICKNET_DB_LOG_H

/* Registers a file system layer over the engine's default one and returns its
 * name for sqlite3_open_v2. It gathers what is written to a write-ahead log
 * one behind the other and hands it on in one piece when it is synced, read
 * back, or grows too large: a batch of payments is one write instead of
 * hundreds. Nothing else is changed; a log is complete before it is synced.
 * Call once. */
const char *db_log_layer(void);

#endif
