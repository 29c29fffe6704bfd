/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings.h: the settings file, by one table of name, type, default, bounds,
 * privacy and sentence (settings.def). */
#ifndef CLICKNET_SETTINGS_H
#define CLICKNET_SETTINGS_H

#include <stdbool.h>
#include "lib/err.h"
#include "lib/pool.h"

/* Who may see a setting: anyone, staff, nobody (shown as set or unset). */
enum settings_level { PUBLIC, INTERNAL, SECRET };
enum settings_type { SETTING_TEXT, SETTING_INT, SETTING_BOOL, SETTING_CHOICE };

/* One snapshot of all settings: a member per row, by its name:
 * settings()->OTP_LENGTH. Text is never NULL. Valid until the process ends. */
struct settings {
#define SETTING_INT_ROW(name, dflt, min, max, level, sentence) long name;
#define SETTING_TEXT_ROW(name, dflt, max, level, sentence) const char *name;
#define SETTING_BOOL_ROW(name, dflt, level, sentence) bool name;
#define SETTING_CHOICE_ROW(name, dflt, words, level, sentence) const char *name;
#include "lib/settings.def"
};

/* A row of the table, for the example file, the man page, the pages. */
struct setting {
	const char *name;
	enum settings_type type;
	const char *dflt;
	long min, max;       /* of a number; max length of a text */
	const char *words;   /* "inbox|real" */
	enum settings_level level;
	const char *sentence;
	size_t at;
};
const struct setting *settings_table(int *count);
const struct setting *settings_find(const char *name); /* NULL if none */

/* Where the file is: ${path}, else CLICKNET_CONF, else the compiled-in one. */
const char *settings_path(void);

/* Reads the file the first time. ERR_INPUT with *why (pool memory: file, line,
 * sentence) if it is bad; ERR_MISSING if there is none. */
enum err settings_start(struct pool *, const char *path, const char **why);

/* The newest good snapshot. settings_refresh looks (at most once a second) at
 * the file and takes up a change; a bad file keeps the last good one and logs
 * why, once. Safe from any thread. */
const struct settings *settings(void);
void settings_refresh(void);

/* Changes one setting in the file (atomically: new file, fsync, rename;
 * comments and order stay). ERR_MISSING: no such setting; ERR_INPUT: *why. */
enum err settings_set(struct pool *, const char *name, const char *value,
		      const char **why);

/* A setting's value in text form, pool memory. */
const char *settings_value(struct pool *, const struct setting *,
			   const struct settings *);

/* A path from a setting: as it is if absolute, else beside the file. */
const char *settings_beside(struct pool *, const char *path);

/* The commented example file, as conf/clicknet.conf.example. */
void settings_example(struct buf *);

#endif
