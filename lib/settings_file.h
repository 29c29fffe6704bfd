/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings_file.h: what the settings_*.c files share; nobody else's. */
#ifndef CLICKNET_SETTINGS_FILE_H
#define CLICKNET_SETTINGS_FILE_H

#include <sys/stat.h>
#include "lib/settings.h"

enum { SETTINGS_FILE_MAX = 256 * 1024 };

/* Each setting's place in the table, and how many there are. */
enum settings_row {
#define SETTING_INT_ROW(name, dflt, min, max, level, sentence) ROW_##name,
#define SETTING_TEXT_ROW(name, dflt, max, level, sentence) ROW_##name,
#define SETTING_BOOL_ROW(name, dflt, level, sentence) ROW_##name,
#define SETTING_CHOICE_ROW(name, dflt, words, level, sentence) ROW_##name,
#include "lib/settings.def"
	SETTINGS_COUNT
};

extern const struct settings settings_defaults;

/* A line without its end: its name ("" if it has none: blank or a comment),
 * its value without quotes, and where the value stands in the line. */
struct settings_line {
	const char *name, *value;
	size_t from, to;
};
enum err
settings_line(struct pool *, const char *text, size_t len,
	      struct settings_line *, const char **why);

/* Checks a value and puts it into a snapshot. *why is a sentence. */
enum err
settings_put(struct pool *, const struct setting *, const char *value,
	     struct settings *, const char **why);

/* A file's text into a snapshot that holds the defaults. ERR_INPUT with *why,
 * "FILE:LINE: sentence". */
enum err
settings_parse(struct pool *, const char *file, const char *text, size_t len,
	       struct settings *, const char **why);

/* A file's bytes and what fstat says of it. ERR_MISSING, ERR_INPUT. */
enum err
settings_load(struct pool *, const char *file, struct buf *text, struct stat *,
	      const char **why);

/* A value as it may stand in the file, quoted where it must be. */
void
settings_quote(struct buf *, const char *value);

/* settings_refresh without the second's patience. */
void
settings_look(void);

#endif
