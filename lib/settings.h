/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings.h: the settings file, by one table of name, type, default, bounds,
 * privacy and sentence (settings.def). */
#ifndef CLICKNET_SETTINGS_H
#define CLICKNET_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include "lib/err.h"
#include "lib/pool.h"

/* Who may see a setting: anyone, staff, nobody (shown as set or unset). */
enum settings_level { PUBLIC, INTERNAL, SECRET };
enum settings_type { SETTING_TEXT, SETTING_INT, SETTING_BOOL, SETTING_CHOICE };

/* One snapshot of all settings: a member per row, by its name:
 * settings()->OTP_LENGTH. Text is never NULL. Valid until the process ends.
 * A ..._BASE_URL or ..._API_BASE has no slash at its end. */
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

/* Where the file is: what settings_start was told, else CLICKNET_CONF, else
 * the compiled-in one (CLICKNET_CONF_DEFAULT). */
const char *settings_path(void);

/* Reads the file the first time; ${path} NULL: settings_path. ERR_INPUT with
 * *why (pool memory: "FILE:LINE: sentence") if it is bad or cannot be read;
 * ERR_MISSING, with *why, if there is none. Call before threads. */
enum err settings_start(struct pool *, const char *path, const char **why);

/* The newest good snapshot; before settings_start all defaults.
 * settings_refresh looks (at most once a second) at the file and takes up a
 * change; a bad file keeps the last good one and logs why, once. Safe from any
 * thread. */
const struct settings *settings(void);
void settings_refresh(void);

/* Changes one setting in the file (atomically: new file, fsync, rename;
 * comments and order stay) and takes it up. ERR_MISSING: no such setting;
 * ERR_INPUT: *why the value is refused (a sentence); ERR_INTERNAL: *why the
 * file cannot be written. */
enum err settings_set(struct pool *, const char *name, const char *value,
		      const char **why);

/* A setting's value in text form, pool memory; a SECRET one too: who shows it
 * looks at its level. */
const char *settings_value(struct pool *, const struct setting *,
			   const struct settings *);

/* A path from a setting: as it is if absolute or "", else beside the file. */
const char *settings_beside(struct pool *, const char *path);

/* The commented example file, as conf/clicknet.conf.example. */
void settings_example(struct buf *);

/* The manual page clicknet.conf(5), in roff, from the same table. */
void settings_man(struct buf *);

#endif
