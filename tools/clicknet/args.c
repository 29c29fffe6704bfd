/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* args.c: a verb's words into its variables, by table. */
#include "tools/clicknet/clicknet.h"

#include <ctype.h>
#include <string.h>

/* "--name" or "--name=value"? *value: behind the "=", or NULL. */
static bool
option_is(const char *name, char *arg, char **value)
{
	size_t len = strlen(name);

	if (strncmp(arg, name, len) != 0 ||
	    (arg[len] != '\0' && arg[len] != '='))
		return false;
	*value = arg[len] == '=' ? arg + len + 1 : NULL;
	return true;
}

static const struct arg *
option_find(const struct arg *args, int n, char *arg, char **value)
{
	int i;

	for (i = 0; i < n; i++)
		if (args[i].name[0] == '-' &&
		    option_is(args[i].name, arg, value))
			return &args[i];
	return NULL;
}

/* The next place that is still free. */
static const struct arg *
place_find(const struct arg *args, int n, const bool *given)
{
	int i;

	for (i = 0; i < n; i++)
		if (args[i].name[0] != '-' && !given[i])
			return &args[i];
	return NULL;
}

static bool
number_read(const char *text, int64_t *out)
{
	const char *c = text;

	*out = 0;
	for (; isdigit((unsigned char)*c) && c - text < 18; c++)
		*out = *out * 10 + *c - '0';
	return c > text && *c == '\0';
}

static const char *
value_put(const struct arg *a, char *value)
{
	switch (a->kind) {
	case ARG_FLAG:
		*(bool *)a->into = true;
		break;
	case ARG_TEXT:
		*(const char **)a->into = value;
		break;
	case ARG_NUMBER:
		if (!number_read(value, a->into))
			return "a whole number is wanted";
		break;
	case ARG_REST:
		break;
	}
	return NULL;
}

static int
all_given(const struct tool *t, const struct arg *args, int n,
	  const bool *given)
{
	int i;

	for (i = 0; i < n; i++)
		if (args[i].must && !given[i])
			return tool_usage(t, args[i].name, "this is missing");
	return 0;
}

enum { ARGS_MAX = 12 };

int
args_read(const struct tool *t, int argc, char **argv, const struct arg *args,
	  int n)
{
	bool given[ARGS_MAX] = {false}, options = true;
	const struct arg *a;
	const char *why;
	char *value;
	int i;

	for (i = 0; i < argc; i++) {
		value = argv[i];
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
			continue;
		}
		if (options && strncmp(argv[i], "--", 2) == 0) {
			a = option_find(args, n, argv[i], &value);
			if (a == NULL)
				return tool_usage(t, argv[i], "no such option");
			if (given[a - args])
				return tool_usage(t, a->name, "given twice");
			if (a->kind == ARG_FLAG && value != NULL)
				return tool_usage(t, a->name,
						  "takes no value");
			if (a->kind != ARG_FLAG && value == NULL &&
			    (value = ++i < argc ? argv[i] : NULL) == NULL)
				return tool_usage(t, a->name, "needs a value");
		} else if ((a = place_find(args, n, given)) == NULL) {
			return tool_usage(t, argv[i], "one word too many");
		}
		given[a - args] = true;
		if (a->kind == ARG_REST) {
			*(struct arg_rest *)a->into =
				(struct arg_rest){argc - i, argv + i};
			break;
		}
		if ((why = value_put(a, value)) != NULL)
			return tool_usage(t, a->name, why);
	}
	return all_given(t, args, n, given);
}
