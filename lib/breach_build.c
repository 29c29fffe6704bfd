/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* breach_build.c: the only writer of lists of hashes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/breach.h"
#include "lib/breach_impl.h"
#include "lib/file.h"
#include "lib/secret.h"

enum { LONGEST = 1000, HEX = 2 * SECRET_SHA1, EVERY = 4096 };

struct build {
	struct breach_list *list;
	FILE *in, *out;
	int64_t size;
	bool begun, hashes;  /* the first line told whether all are hashes */
	bool sorted;         /* they came in order so far */
	uint8_t last[BREACH_ROW];
};

static enum err
fail(struct build *b, const char *file)
{
	b->list->why = pool_printf(b->list->pool, "%s: %s", file,
				   strerror(errno));
	return ERR_INTERNAL;
}

/* Forty hex digits, and maybe ":" and how often it was seen. */
static bool
hash_of_line(const char *line, uint8_t out[SECRET_SHA1])
{
	char hex[HEX + 1] = "";
	const char *rest = line + strnlen(line, HEX);

	memcpy(hex, line, (size_t)(rest - line));
	if (secret_unhex(out, SECRET_SHA1, hex) != SECRET_SHA1)
		return false;
	if (*rest == ':')
		rest += 1 + strspn(rest + 1, "0123456789 ");
	return *rest == '\0';
}

/* NULL, or what is wrong with it. */
static const char *
line_read(struct build *b, const char *line, size_t len,
	  uint8_t hash[SECRET_SHA1])
{
	bool is_hash = hash_of_line(line, hash);

	if (strlen(line) != len)
		return "there is a NUL in it";
	if (len > LONGEST)
		return "it is too long for a password";
	b->hashes = b->begun ? b->hashes : is_hash;
	b->begun = true;
	if (b->hashes && !is_hash)
		return "it is no SHA-1 in hex, as the lines before are";
	if (!b->hashes)
		secret_sha1(hash, line, len);
	return NULL;
}

static enum err
row_put(struct build *b, const uint8_t hash[SECRET_SHA1])
{
	int order = memcmp(b->last, hash, BREACH_ROW);

	if (order == 0 && b->list->entries > 0)
		return OK;
	b->sorted = b->sorted && order <= 0;
	memcpy(b->last, hash, BREACH_ROW);
	b->list->entries++;
	if (fwrite(hash, 1, BREACH_ROW, b->out) != BREACH_ROW)
		return fail(b, b->list->to);
	return OK;
}

static enum err
lines_take(struct build *b)
{
	struct breach_list *l = b->list;
	uint8_t hash[SECRET_SHA1];
	char *line = NULL;
	const char *bad;
	size_t room = 0;
	enum err e = OK;
	ssize_t n;

	while (e == OK && (n = getline(&line, &room, b->in)) >= 0) {
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			line[--n] = '\0';
		l->lines++;
		if (n == 0)
			continue;
		bad = line_read(b, line, (size_t)n, hash);
		if (bad != NULL) {
			l->why = pool_printf(l->pool, "%s:%lld: %s", l->from,
					     (long long)l->lines, bad);
			e = ERR_INPUT;
		} else {
			e = row_put(b, hash);
		}
		if (l->progress != NULL && l->lines % EVERY == 0)
			l->progress(ftello(b->in), b->size);
	}
	if (e == OK && ferror(b->in))
		e = fail(b, l->from);
	free(line);
	return e;
}

static int
row_order(const void *a, const void *b)
{
	return memcmp(a, b, BREACH_ROW);
}

/* Sorts the file where it lies, so that it may be larger than the memory. */
static enum err
rows_sort(struct build *b)
{
	size_t n = (size_t)b->list->entries, i, kept = 0;
	size_t len = BREACH_HEAD + n * BREACH_ROW;
	uint8_t *map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED,
			    fileno(b->out), 0), *rows;

	if (map == MAP_FAILED)
		return fail(b, b->list->to);
	rows = map + BREACH_HEAD;
	qsort(rows, n, BREACH_ROW, row_order);
	for (i = 0; i < n; i++)
		if (kept == 0 || row_order(rows + (kept - 1) * BREACH_ROW,
					   rows + i * BREACH_ROW) != 0)
			memmove(rows + kept++ * BREACH_ROW,
				rows + i * BREACH_ROW, BREACH_ROW);
	munmap(map, len);
	b->list->entries = (int64_t)kept;
	if (ftruncate(fileno(b->out),
		      (off_t)(BREACH_HEAD + kept * BREACH_ROW)) != 0)
		return fail(b, b->list->to);
	return OK;
}

static enum err
list_write(struct build *b)
{
	enum err e;

	if (fwrite(breach_head, 1, BREACH_HEAD, b->out) != BREACH_HEAD)
		return fail(b, b->list->to);
	if ((e = lines_take(b)) != OK)
		return e;
	if (fflush(b->out) != 0)
		return fail(b, b->list->to);
	if (!b->sorted && (e = rows_sort(b)) != OK)
		return e;
	return fsync(fileno(b->out)) == 0 ? OK : fail(b, b->list->to);
}

static enum err
list_replace(struct build *b, const char *fresh)
{
	if (rename(fresh, b->list->to) != 0 ||
	    !file_sync_name(b->list->pool, b->list->to))
		return fail(b, b->list->to);
	return OK;
}

enum err
breach_build(struct breach_list *l)
{
	const char *fresh = pool_printf(l->pool, "%s.new", l->to);
	struct build b = {.list = l, .sorted = true};
	struct stat st;
	enum err e;

	l->lines = l->entries = 0;
	if ((b.in = fopen(l->from, "re")) == NULL)
		return fail(&b, l->from);
	b.size = fstat(fileno(b.in), &st) == 0 ? st.st_size : 0;
	if ((b.out = fopen(fresh, "w+e")) == NULL) {
		e = fail(&b, fresh);
	} else {
		e = list_write(&b);
		fclose(b.out);
		if (e == OK)
			e = list_replace(&b, fresh);
		if (e != OK)
			unlink(fresh);
	}
	fclose(b.in);
	return e;
}
