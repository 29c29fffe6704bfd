/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings.c: the only keeper of the settings in force. */
#include "lib/settings_file.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"

#ifndef CLICKNET_CONF_DEFAULT
#define CLICKNET_CONF_DEFAULT "/etc/clicknet/clicknet.conf"
#endif

enum { SECOND_NS = 1000000000 };

static const struct setting table[] = {
#define AT(name) offsetof(struct settings, name)
#define SETTING_INT_ROW(name, dflt, min, max, level, sentence)                 \
	{#name, SETTING_INT, #dflt, min, max, "", level, sentence, AT(name)},
#define SETTING_TEXT_ROW(name, dflt, max, level, sentence)                     \
	{#name, SETTING_TEXT, dflt, 0, max, "", level, sentence, AT(name)},
#define SETTING_BOOL_ROW(name, dflt, level, sentence)                          \
	{#name,	   SETTING_BOOL, (dflt) ? "yes" : "no", 0, 0, "", level,       \
	 sentence, AT(name)},
#define SETTING_CHOICE_ROW(name, dflt, words, level, sentence)                 \
	{#name, SETTING_CHOICE, dflt, 0, 0, words, level, sentence, AT(name)},
#include "lib/settings.def"
};

const struct settings settings_defaults = {
#define SETTING_INT_ROW(name, dflt, min, max, level, sentence) .name = dflt,
#define SETTING_TEXT_ROW(name, dflt, max, level, sentence) .name = dflt,
#define SETTING_BOOL_ROW(name, dflt, level, sentence) .name = dflt,
#define SETTING_CHOICE_ROW(name, dflt, words, level, sentence) .name = dflt,
#include "lib/settings.def"
};

/* Somebody may hold an old one until the process ends, so none is freed. */
struct snapshot {
	struct snapshot *older;
	struct pool *pool;
	struct settings values;
};
static struct snapshot *_Atomic newest;

/* The file as it was when last read, good or bad. */
struct mark {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of these two */
static struct mark seen;
static char file[PATH_MAX];
static _Atomic int64_t looked; /* clock_mono */

const struct setting *
settings_table(int *count)
{
	if (count != NULL)
		*count = SETTINGS_COUNT;
	return table;
}

const struct setting *
settings_find(const char *name)
{
	const struct setting *s;

	for (s = table; s < table + SETTINGS_COUNT; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

const char *
settings_path(void)
{
	const char *path = getenv("CLICKNET_CONF");

	if (*file != '\0')
		return file;
	return path != NULL && *path != '\0' ? path : CLICKNET_CONF_DEFAULT;
}

static struct mark
mark_of(const struct stat *st)
{
	return (struct mark){st->st_dev, st->st_ino, st->st_size, st->st_mtim};
}

static bool
is_seen(const struct stat *st)
{
	return seen.inode == st->st_ino && seen.device == st->st_dev &&
	       seen.size == st->st_size &&
	       seen.changed.tv_sec == st->st_mtim.tv_sec &&
	       seen.changed.tv_nsec == st->st_mtim.tv_nsec;
}

/* Reads the file and makes it the newest snapshot, if it is good. */
static enum err
take_up(struct pool *asker, const char **why)
{
	struct pool *pool = pool_new();
	struct snapshot *s = pool_alloc(pool, sizeof *s);
	struct buf text = {.pool = pool};
	struct stat st;
	enum err e;

	s->pool = pool;
	s->values = settings_defaults;
	if (stat(file, &st) != 0)
		st = (struct stat){0};
	e = settings_load(pool, file, &text, &st, why);
	seen = mark_of(&st);
	if (e == OK)
		e = settings_parse(pool, file, text.data, text.len, &s->values,
				   why);
	if (e != OK) {
		*why = pool_strdup(asker, *why);
		pool_free(pool);
		return e;
	}
	s->older = atomic_load(&newest);
	atomic_store(&newest, s);
	return OK;
}

enum err
settings_start(struct pool *pool, const char *path, const char **why)
{
	char here[PATH_MAX] = "";
	enum err e;
	int n;

	if (path == NULL)
		path = settings_path();
	if (*path != '/' && getcwd(here, sizeof here) == NULL)
		log_bug("the working directory is gone");
	path = pool_strdup(pool, path);
	pthread_mutex_lock(&lock);
	n = snprintf(file, sizeof file, "%s%s%s", here,
		     *here != '\0' ? "/" : "", path);
	if (n < 0 || n >= (int)sizeof file) {
		*file = '\0';
		*why = "the path of the settings file is too long.";
		e = ERR_INPUT;
	} else {
		e = take_up(pool, why);
	}
	atomic_store(&looked, clock_mono());
	pthread_mutex_unlock(&lock);
	return e;
}

const struct settings *
settings(void)
{
	const struct snapshot *s = atomic_load(&newest);

	return s == NULL ? &settings_defaults : &s->values;
}

void
settings_look(void)
{
	struct pool *pool = pool_new();
	const char *why;
	struct stat st;

	pthread_mutex_lock(&lock);
	if (stat(file, &st) != 0)
		st = (struct stat){0};
	if (*file != '\0' && !is_seen(&st) && take_up(pool, &why) != OK)
		log_event("error", "settings", "why", why, NULL);
	pthread_mutex_unlock(&lock);
	pool_free(pool);
}

void
settings_refresh(void)
{
	int64_t now = clock_mono(), last = atomic_load(&looked);

	/* Of many threads, the one that moves the time on looks. */
	if (now - last >= SECOND_NS &&
	    atomic_compare_exchange_strong(&looked, &last, now))
		settings_look();
}

const char *
settings_value(struct pool *pool, const struct setting *s,
	       const struct settings *values)
{
	const void *at = (const char *)values + s->at;

	switch (s->type) {
	case SETTING_INT:
		return pool_printf(pool, "%ld", *(const long *)at);
	case SETTING_BOOL:
		return *(const bool *)at ? "yes" : "no";
	case SETTING_TEXT:
	case SETTING_CHOICE:
		break;
	}
	return pool_strdup(pool, *(const char *const *)at);
}

const char *
settings_beside(struct pool *pool, const char *path)
{
	const char *here = settings_path();
	const char *slash = strrchr(here, '/');

	if (*path == '/' || *path == '\0' || slash == NULL)
		return pool_strdup(pool, path);
	return pool_printf(pool, "%.*s/%s", (int)(slash - here), here, path);
}
