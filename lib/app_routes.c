/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_routes.c: a program's table of routes as text, a route a line. */
#include "lib/app_impl.h"

#include <stdio.h>

static const char *
method_name(enum method m)
{
	return m == GET	   ? "GET"
	       : m == POST ? "POST"
	       : m == PUT  ? "PUT"
			   : "DELETE";
}

static void
flags_print(unsigned flags)
{
	static const struct {
		unsigned flag;
		const char *name;
	} names[] = {{GUEST, "guest"},
		     {MONEY, "money"},
		     {OPEN, "open"},
		     {UPLOAD, "upload"},
		     {READ, "read"}};
	const char *before = " ";
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		if (!(flags & names[i].flag))
			continue;
		printf("%s%s", before, names[i].name);
		before = ",";
	}
	puts(*before == ' ' ? " -" : "");
}

static void
table_print(const struct route *r, int count)
{
	for (; count > 0; count--, r++) {
		printf("%s %s", method_name(r->method), r->path);
		flags_print(r->flags);
	}
}

void
app_routes_print(const struct app *app)
{
	table_print(app->routes, app->count);
	table_print(app_own, app_own_count);
}
