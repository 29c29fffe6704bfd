/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings.c: any bytes as a settings file; what is accepted keeps to the
 * table's bounds. */
#include "lib/settings_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What was read, said again, is accepted again. */
static void
check(struct pool *pool, const struct setting *s, const struct settings *values)
{
	const char *value = settings_value(pool, s, values), *why;
	struct buf b = {.pool = pool};
	struct settings_line line;
	struct settings again;
	long number = s->type == SETTING_INT ? strtol(value, NULL, 10) : s->min;

	if (number < s->min || (s->type == SETTING_INT && number > s->max))
		abort();
	buf_printf(&b, "%s = ", s->name);
	settings_quote(&b, value);
	buf_puts(&b, " # comment");
	if (settings_line(pool, b.data, b.len, &line, &why) != OK ||
	    strcmp(line.value, value) != 0 ||
	    settings_put(pool, s, line.value, &again, &why) != OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct settings values = settings_defaults;
	struct pool *pool = pool_new();
	const struct setting *s = settings_table(NULL), *end;
	const char *why = NULL;

	if (settings_parse(pool, "f", (const char *)data, len, &values, &why) ==
	    OK)
		for (end = s + SETTINGS_COUNT; s < end; s++)
			check(pool, s, &values);
	else if (why == NULL || strncmp(why, "f:", 2) != 0)
		abort();
	pool_free(pool);
	return 0;
}
