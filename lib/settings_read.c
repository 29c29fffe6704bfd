/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings_read.c: the only reader of the settings file. */
#include "lib/settings_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/http.h"

/* Published for tests: whatever it is asked about is good. */
#define RECAPTCHA_TEST "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* From the opening quote to behind the closing one. */
static enum err
read_quoted(struct pool *pool, const char *text, size_t len,
	    struct settings_line *line, const char **why)
{
	struct buf b = {.pool = pool};
	size_t i;

	buf_put(&b, "", 0);
	for (i = line->from + 1; i < len && text[i] != '"'; i++) {
		if (text[i] == '\\' &&
		    (++i == len || (text[i] != '"' && text[i] != '\\'))) {
			*why = "inside quotes a backslash stands only before "
			       "a quote or a backslash.";
			return ERR_INPUT;
		}
		buf_putc(&b, text[i]);
	}
	if (i == len) {
		*why = "the closing quote is missing.";
		return ERR_INPUT;
	}
	line->value = b.data;
	line->to = i + 1;
	for (i = line->to; i < len && is_blank(text[i]); i++)
		;
	if (i == len || (text[i] == '#' && i > line->to))
		return OK;
	*why = "only a comment may stand behind the closing quote.";
	return ERR_INPUT;
}

/* A comment starts at a # with white space before it. At the very start of
 * the value white space must follow too: "BRAND_COLOR = #0f5c5a" is a colour.
 */
static void
read_bare(struct pool *pool, const char *text, size_t len,
	  struct settings_line *line)
{
	size_t from = line->from, i = from;

	if (i < len && text[i] == '#' && i + 1 < len && !is_blank(text[i + 1]))
		i++;
	while (i < len &&
	       !(text[i] == '#' && (i == from || is_blank(text[i - 1]))))
		i++;
	while (i > from && is_blank(text[i - 1]))
		i--;
	line->to = i;
	line->value = pool_strndup(pool, text + from, i - from);
}

enum err
settings_line(struct pool *pool, const char *text, size_t len,
	      struct settings_line *line, const char **why)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789_";
	size_t i = 0, from;

	*line = (struct settings_line){"", "", 0, 0};
	if (!http_utf8(text, len)) {
		*why = "this is not UTF-8 text.";
		return ERR_INPUT;
	}
	while (i < len && is_blank(text[i]))
		i++;
	if (i == len || text[i] == '#')
		return OK;
	for (from = i; i < len && strchr(letters, text[i]) != NULL; i++)
		;
	line->name = pool_strndup(pool, text + from, i - from);
	while (i < len && is_blank(text[i]))
		i++;
	if (*line->name == '\0' || i == len || text[i] != '=') {
		*why = "a line must read KEY = value.";
		return ERR_INPUT;
	}
	for (i++; i < len && is_blank(text[i]); i++)
		;
	line->from = i;
	if (i < len && text[i] == '"')
		return read_quoted(pool, text, len, line, why);
	read_bare(pool, text, len, line);
	return OK;
}

/* One line into the snapshot; ${lines} says where each setting stands. */
static enum err
take_line(struct pool *pool, const char *text, size_t len, int number,
	  int lines[SETTINGS_COUNT], struct settings *out, const char **why)
{
	struct settings_line line;
	const struct setting *s;
	enum err e;
	int *seen;

	if ((e = settings_line(pool, text, len, &line, why)) != OK)
		return e;
	if (*line.name == '\0')
		return OK;
	if ((s = settings_find(line.name)) == NULL) {
		*why = pool_printf(pool, "%.60s is not a setting.", line.name);
		return ERR_INPUT;
	}
	seen = &lines[s - settings_table(NULL)];
	if (*seen != 0) {
		*why = pool_printf(pool, "%s is already set in line %d.",
				   s->name, *seen);
		return ERR_INPUT;
	}
	*seen = number;
	return settings_put(pool, s, line.value, out, why);
}

/* What no two settings may say together. *number is the line to blame. */
static enum err
cross_check(const struct settings *s, const int lines[SETTINGS_COUNT],
	    int *number, const char **why)
{
	if (!s->PRODUCTION)
		return OK;
	if (strcmp(s->MESSAGE_DELIVERY, "inbox") == 0) {
		*number = lines[ROW_MESSAGE_DELIVERY];
		*why = "MESSAGE_DELIVERY = inbox is refused while "
		       "PRODUCTION = yes.";
		return ERR_INPUT;
	}
	if (strcmp(s->CAPTCHA, "off") == 0) {
		*number = lines[ROW_CAPTCHA];
		*why = "CAPTCHA = off is refused while PRODUCTION = yes.";
		return ERR_INPUT;
	}
	if (strcmp(s->GOOGLE_RECAPTCHA_SECRET_KEY, RECAPTCHA_TEST) == 0) {
		*number = lines[ROW_GOOGLE_RECAPTCHA_SECRET_KEY];
		*why = "GOOGLE_RECAPTCHA_SECRET_KEY is the one for tests, "
		       "which lets everybody in.";
		return ERR_INPUT;
	}
	return OK;
}

enum err
settings_parse(struct pool *pool, const char *file, const char *text,
	       size_t len, struct settings *out, const char **why)
{
	const char *end = text + len, *stop;
	int lines[SETTINGS_COUNT] = {0}, number = 0;
	enum err e = OK;
	size_t n;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	for (; text < end && e == OK; text = stop + 1) {
		if ((stop = memchr(text, '\n', (size_t)(end - text))) == NULL)
			stop = end;
		n = (size_t)(stop - text);
		if (n > 0 && text[n - 1] == '\r')
			n--;
		e = take_line(pool, text, n, ++number, lines, out, why);
	}
	if (e == OK)
		e = cross_check(out, lines, &number, why);
	if (e != OK)
		*why = pool_printf(pool, "%s:%d: %s", file, number, *why);
	return e;
}

static enum err
read_all(int fd, struct buf *text)
{
	char piece[8192];
	ssize_t n;

	buf_put(text, "", 0);
	for (;;) {
		n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? OK : ERR_INPUT;
		buf_put(text, piece, (size_t)n);
		if (text->len > SETTINGS_FILE_MAX) {
			errno = EFBIG;
			return ERR_INPUT;
		}
	}
}

enum err
settings_load(struct pool *pool, const char *file, struct buf *text,
	      struct stat *st, const char **why)
{
	/* NONBLOCK: a pipe in the file's place must not hold a program up. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *reason = NULL;
	enum err e = ERR_INPUT;

	if (fd < 0)
		e = errno == ENOENT ? ERR_MISSING : ERR_INPUT;
	else if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		e = read_all(fd, text);
	else
		reason = "Not a regular file";
	if (e != OK)
		*why = pool_printf(pool, "%s: the file cannot be read: %s.",
				   file, reason ? reason : strerror(errno));
	if (fd >= 0)
		close(fd);
	return e;
}
