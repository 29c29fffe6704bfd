/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* log.c: the only writer of the log: one JSON line, one write(2). */
#include "lib/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"

/* A line is one write of at most LINE_ROOM bytes, so that lines of several
 * threads and programs never mix; a text that does not fit is cut. */
enum { LINE_ROOM = 4096, LINE_TAIL = 8, ESCAPED_MAX = 6 };

struct line {
	size_t len;
	char text[LINE_ROOM + LINE_TAIL];
};

static int log_fd = STDERR_FILENO;
static char log_program[64] = "clicknet";
static char log_path[4096];
static pthread_mutex_t reopening = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local const char *request;

/* Adds all of ${len} bytes or nothing. */
static bool
line_put(struct line *l, const char *text, size_t len)
{
	if (len > LINE_ROOM - l->len)
		return false;
	memcpy(l->text + l->len, text, len);
	l->len += len;
	return true;
}

/* The length of the well-formed UTF-8 character of two bytes or more that
 * begins here, 0 if there is none or it is a C1 control. */
static size_t
character(const unsigned char *s)
{
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2, i;

	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xe0 && s[1] < 0xa0) ||
	    (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
	    (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* The JSON form of what stands at ${s}; returns how many bytes it was. */
static size_t
escape(const unsigned char *s, char out[ESCAPED_MAX + 1])
{
	size_t n = 1;

	if (*s == '"' || *s == '\\')
		snprintf(out, ESCAPED_MAX + 1, "\\%c", *s);
	else if (*s < 0x20 || *s == 0x7f)
		snprintf(out, ESCAPED_MAX + 1, "\\u%04x", *s);
	else if (*s < 0x80)
		snprintf(out, ESCAPED_MAX + 1, "%c", *s);
	else if ((n = character(s)) != 0)
		snprintf(out, ESCAPED_MAX + 1, "%.*s", (int)n, s);
	else
		snprintf(out, ESCAPED_MAX + 1, "\\u%04x", (n = 1, 0xfffd));
	return n;
}

static void
line_escaped(struct line *l, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	char out[ESCAPED_MAX + 1];

	while (*s != '\0') {
		s += escape(s, out);
		/* Leave room for the quote that ends the text. */
		if (LINE_ROOM - l->len <= ESCAPED_MAX)
			return;
		line_put(l, out, strlen(out));
	}
}

/* ,"name":"value" — left out when not even its name fits. */
static void
line_pair(struct line *l, const char *name, const char *value)
{
	if (value == NULL)
		value = "";
	if (LINE_ROOM - l->len < strlen(name) + 2 * ESCAPED_MAX)
		return;
	line_put(l, l->len == 0 ? "{\"" : ",\"", 2);
	line_escaped(l, name);
	line_put(l, "\":\"", 3);
	line_escaped(l, value);
	line_put(l, "\"", 1);
}

static void
line_begin(struct line *l, const char *level, const char *event)
{
	char at[CLOCK_RFC3339 + 8];
	int64_t now = clock_now();

	l->len = 0;
	clock_rfc3339(at, now);
	snprintf(at + strlen(at) - 1, 6, ".%03uZ",
		 (unsigned)((now % 1000 + 1000) % 1000));
	line_pair(l, "time", at);
	line_pair(l, "level", level);
	line_pair(l, "event", event);
	line_pair(l, "program", log_program);
	if (request != NULL)
		line_pair(l, "request", request);
}

static void
line_write(struct line *l)
{
	ssize_t n;

	memcpy(l->text + l->len, "}\n", 2);
	/* A log that cannot be written has nobody left to tell. */
	n = write(log_fd, l->text, l->len + 2);
	(void)n;
}

/* The descriptor's number stays: a writer holds either the old file or the
 * new one, and never needs the lock. */
static void
open_path(void)
{
	int fd = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
		      0640);

	if (fd < 0) {
		log_event("error", "log_not_opened", "path", log_path, NULL);
		return;
	}
	if (log_fd == STDERR_FILENO) {
		log_fd = fd;
		return;
	}
	dup3(fd, log_fd, O_CLOEXEC);
	close(fd);
}

void
log_open(const char *program, const char *path)
{
	pthread_mutex_lock(&reopening);
	snprintf(log_program, sizeof log_program, "%s", program);
	snprintf(log_path, sizeof log_path, "%s", path == NULL ? "" : path);
	if (path != NULL) {
		open_path();
	} else if (log_fd != STDERR_FILENO) {
		close(log_fd);
		log_fd = STDERR_FILENO;
	}
	pthread_mutex_unlock(&reopening);
}

void
log_reopen(void)
{
	pthread_mutex_lock(&reopening);
	if (log_path[0] != '\0')
		open_path();
	pthread_mutex_unlock(&reopening);
}

void
log_request(const char *request_id)
{
	request = request_id;
}

void
log_event(const char *level, const char *event, ...)
{
	const char *name;
	struct line l;
	va_list args;

	line_begin(&l, level, event);
	va_start(args, event);
	while ((name = va_arg(args, const char *)) != NULL)
		line_pair(&l, name, va_arg(args, const char *));
	va_end(args);
	line_write(&l);
}

void
log_bug_at(const char *what, const char *file, int line)
{
	char at[16];

	snprintf(at, sizeof at, "%d", line);
	log_event("error", "bug", "what", what, "file", file, "line", at, NULL);
	abort();
}
