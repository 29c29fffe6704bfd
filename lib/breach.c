/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* breach.c: the only reader of lists of known passwords. A list of hashes is
 * sixteen bytes that say so and then, sorted, the first ten bytes of each
 * SHA-1. */
#include "lib/breach.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/breach_impl.h"
#include "lib/secret.h"

enum { LINE = 200, STEM = 4 };

const char breach_head[BREACH_HEAD] = "clicknet breach";

/* How many hashes a list holds; −1: it is none. */
static int64_t
list_count(int fd)
{
	char head[BREACH_HEAD];
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    pread(fd, head, BREACH_HEAD, 0) != BREACH_HEAD ||
	    memcmp(head, breach_head, BREACH_HEAD) != 0 ||
	    (st.st_size - BREACH_HEAD) % BREACH_ROW != 0)
		return -1;
	return (st.st_size - BREACH_HEAD) / BREACH_ROW;
}

static enum err
list_search(int fd, int64_t count, const uint8_t *want, bool *found)
{
	int64_t low = 0, high = count, middle;
	uint8_t row[BREACH_ROW];
	int order;

	while (low < high && !*found) {
		middle = low + (high - low) / 2;
		if (pread(fd, row, BREACH_ROW,
			  BREACH_HEAD + middle * BREACH_ROW) != BREACH_ROW)
			return ERR_INTERNAL;
		order = memcmp(want, row, BREACH_ROW);
		*found = order == 0;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return OK;
}

enum err
breach_find(const char *path, const char *password, bool *found)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t hash[SECRET_SHA1];
	enum err e = ERR_INTERNAL;
	int64_t count;

	*found = false;
	if (fd < 0)
		return errno == ENOENT ? ERR_MISSING : ERR_INTERNAL;
	secret_sha1(hash, password, strlen(password));
	if ((count = list_count(fd)) >= 0)
		e = list_search(fd, count, hash, found);
	close(fd);
	return e;
}

/* Small letters; *stem is how long it is without what is no letter behind. */
static void
word_of(char out[LINE], const char *text, size_t *stem)
{
	size_t n;

	for (n = 0; text[n] != '\0' && n < LINE - 1; n++)
		out[n] = (char)tolower((unsigned char)text[n]);
	out[n] = '\0';
	while (n > 0 && !isalpha((unsigned char)out[n - 1]) &&
	       (unsigned char)out[n - 1] < 0x80)
		n--;
	*stem = n;
}

static bool
is_word(const char *line, const char *word, size_t stem)
{
	return strcmp(line, word) == 0 ||
	       (stem >= STEM && strlen(line) == stem &&
		memcmp(line, word, stem) == 0);
}

enum err
breach_common(const char *path, const char *password, bool *found)
{
	FILE *f = fopen(path, "re");
	char line[LINE], word[LINE];
	size_t stem;

	*found = false;
	if (f == NULL)
		return errno == ENOENT ? ERR_MISSING : ERR_INTERNAL;
	word_of(word, password, &stem);
	while (!*found && fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		*found = *line != '#' && *line != '\0' &&
			 is_word(line, word, stem);
	}
	fclose(f);
	return OK;
}
