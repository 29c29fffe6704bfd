/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* options.c: reads what options.h describes, and says what there is. */
#include "bench/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
usage_print(FILE *to, const struct option_row *rows, size_t count,
	    const char *usage)
{
	const struct option_row *r;

	fprintf(to, "%s\n", usage);
	for (r = rows; r < rows + count; r++) {
		fprintf(to, "  --%-14s %s", r->name, r->sentence);
		if (r->kind == OPTION_NUMBER)
			fprintf(to, " (%ld)", *(long *)r->to);
		else if (r->kind == OPTION_TEXT &&
			 *(const char **)r->to != NULL)
			fprintf(to, " (%s)", *(const char **)r->to);
		fputc('\n', to);
	}
}

static bool
value_read(const struct option_row *r, const char *text)
{
	char *end;
	long n;

	if (r->kind == OPTION_FLAG) {
		*(long *)r->to = 1;
		return true;
	}
	if (text == NULL)
		return false;
	if (r->kind == OPTION_TEXT) {
		*(const char **)r->to = text;
		return true;
	}
	n = strtol(text, &end, 10);
	if (end == text || *end != '\0' || n < r->min || n > r->max)
		return false;
	*(long *)r->to = n;
	return true;
}

/* The row of an argument, and the value if it stands behind a "=". */
static const struct option_row *
row_find(const struct option_row *rows, size_t count, const char *argument,
	 const char **value)
{
	const struct option_row *r;
	size_t len;

	if (strncmp(argument, "--", 2) != 0)
		return NULL;
	argument += 2;
	*value = strchr(argument, '=');
	len = *value != NULL ? (size_t)(*value - argument) : strlen(argument);
	for (r = rows; r < rows + count; r++)
		if (strlen(r->name) == len &&
		    strncmp(r->name, argument, len) == 0) {
			*value += *value != NULL;
			return r;
		}
	return NULL;
}

void
options_read(const struct option_row *rows, size_t count, const char *usage,
	     int argc, char **argv)
{
	const struct option_row *r;
	const char *value;
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			usage_print(stdout, rows, count, usage);
			exit(0);
		}
		r = row_find(rows, count, argv[i], &value);
		if (r != NULL && r->kind != OPTION_FLAG && value == NULL &&
		    i + 1 < argc)
			value = argv[++i];
		if (r == NULL || (r->kind == OPTION_FLAG && value != NULL) ||
		    !value_read(r, value)) {
			usage_print(stderr, rows, count, usage);
			exit(64);
		}
	}
}
