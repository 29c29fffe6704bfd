/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings_write.c: the only writer of the settings file. */
#include "lib/settings_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/file.h"

void
settings_quote(struct buf *out, const char *value)
{
	size_t n = strlen(value);

	if (n > 0 && value[0] != ' ' && value[n - 1] != ' ' &&
	    strpbrk(value, "\"\\#") == NULL) {
		buf_puts(out, value);
		return;
	}
	buf_putc(out, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *value);
	}
	buf_putc(out, '"');
}

/* The text with the setting's line replaced, or one more line. What a bad
 * line means is said by who parses the result. */
static void
rewrite(const struct buf *old, const struct setting *s, const char *value,
	struct buf *out)
{
	const char *at = old->data, *end = at + old->len, *stop;
	struct settings_line line;
	const char *why;
	size_t n;

	if (old->len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	for (; at < end; at = stop + 1) {
		if ((stop = memchr(at, '\n', (size_t)(end - at))) == NULL)
			stop = end;
		n = (size_t)(stop - at);
		if (n > 0 && at[n - 1] == '\r')
			n--;
		if (settings_line(out->pool, at, n, &line, &why) == OK &&
		    strcmp(line.name, s->name) == 0)
			break;
	}
	if (at >= end) {
		buf_put(out, old->data, old->len);
		if (out->len > 0 && out->data[out->len - 1] != '\n')
			buf_putc(out, '\n');
		buf_printf(out, "%s = ", s->name);
		settings_quote(out, value);
		buf_putc(out, '\n');
		return;
	}
	buf_put(out, old->data, (size_t)(at - old->data) + line.from);
	settings_quote(out, value);
	at += line.to;
	if (at < end && *at == '#')
		buf_putc(out, ' ');
	buf_put(out, at, (size_t)(end - at));
}

/* A new file beside the old one, with its owner and mode, then its name. */
static bool
replace(struct pool *pool, const char *file, const struct stat *st,
	const struct buf *text)
{
	char *name = pool_printf(pool, "%s.XXXXXX", file);
	int fd = mkostemp(name, O_CLOEXEC), error;
	bool done;

	if (fd < 0)
		return false;
	done = fchown(fd, st->st_uid, st->st_gid) == 0 &&
	       fchmod(fd, st->st_mode & 07777) == 0 &&
	       file_write(fd, text->data, text->len) && fsync(fd) == 0 &&
	       rename(name, file) == 0;
	error = errno;
	close(fd);
	if (!done) {
		unlink(name);
		errno = error;
		return false;
	}
	return file_sync_name(pool, file);
}

/* One writer at a time, of any process. The lock belongs to the file's owner,
 * whoever came first. −1 if it cannot be had. */
static int
lock_file(struct pool *pool, const char *file, const struct stat *st)
{
	int fd = open(pool_printf(pool, "%s.lock", file),
		      O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		      st->st_mode & 0666);

	if (fd < 0)
		return -1;
	if (geteuid() == 0 && fchown(fd, st->st_uid, st->st_gid) != 0) {
		close(fd);
		return -1;
	}
	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR) {
			close(fd);
			return -1;
		}
	return fd;
}

/* Under the lock. */
static enum err
change(struct pool *pool, const char *file, const struct setting *s,
       const char *value, const char **why)
{
	struct settings values = settings_defaults;
	struct buf old = {.pool = pool}, text = {.pool = pool};
	struct stat st;
	enum err e;

	if (settings_load(pool, file, &old, &st, why) != OK)
		return ERR_INTERNAL;
	rewrite(&old, s, value, &text);
	if (text.len > SETTINGS_FILE_MAX) {
		*why = "The settings file would become too long.";
		return ERR_INPUT;
	}
	e = settings_parse(pool, file, text.data, text.len, &values, why);
	if (e != OK)
		return e;
	if (replace(pool, file, &st, &text))
		return OK;
	*why = pool_printf(pool, "%s: the file cannot be written: %s.", file,
			   strerror(errno));
	return ERR_INTERNAL;
}

enum err
settings_set(struct pool *pool, const char *name, const char *value,
	     const char **why)
{
	const struct setting *s = settings_find(name);
	struct settings values;
	struct stat st;
	char *file;
	enum err e;
	int fd = -1;

	*why = "There is no such setting.";
	if (s == NULL)
		return ERR_MISSING;
	if ((e = settings_put(pool, s, value, &values, why)) != OK)
		return e;
	/* A link stays a link: what it points to is replaced. */
	file = realpath(settings_path(), NULL);
	if (file != NULL && stat(file, &st) == 0)
		fd = lock_file(pool, file, &st);
	if (fd >= 0) {
		e = change(pool, file, s, value, why);
		close(fd);
		if (e == OK)
			settings_look();
	} else {
		*why = pool_printf(pool, "%s: the file cannot be written: %s.",
				   settings_path(), strerror(errno));
		e = ERR_INTERNAL;
	}
	free(file);
	return e;
}
