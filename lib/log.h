/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* log.h: one JSON line per event; never a secret, never a name beside an
 * amount. */
#ifndef CLICKNET_LOG_H
#define CLICKNET_LOG_H

/* Opens ${path} (NULL: standard error) for ${program}; log_reopen opens it
 * again, for logrotate. Safe from any thread. */
void log_open(const char *program, const char *path);
void log_reopen(void);

/* The request id that lines of this thread carry; NULL for none. The string
 * is kept, not copied. */
void log_request(const char *request_id);

/* A line: level "info", "warn" or "error", a short event name, then pairs of
 * name and text value, ending in NULL:
 *	log_event("warn", "slow", "path", path, NULL);  */
void log_event(const char *level, const char *event, ...)
	__attribute__((sentinel));

/* Our own bug: writes the line, then aborts; the supervisor starts anew. */
#define log_bug(what) log_bug_at((what), __FILE__, __LINE__)
void log_bug_at(const char *what, const char *file, int line)
	__attribute__((noreturn));

#endif
