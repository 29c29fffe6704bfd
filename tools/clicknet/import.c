/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import.c: taking over books, and saying what was wrong with them. */
#include <stdio.h>

#include "bank/import.h"
#include "lib/clock.h"
#include "tools/clicknet/clicknet.h"

static void
lines_print(FILE *out, const struct import_line *l)
{
	for (; l != NULL; l = l->next)
		fprintf(out, "%s\n", l->text);
}

static int
refused(const struct import *i)
{
	progress_end();
	lines_print(stderr, i->complaints);
	if (i->complained > IMPORT_COMPLAINTS)
		fprintf(stderr, "and more\n");
	return tool_fail(EX_DATAERR, "nothing was imported");
}

/* Thousandths of a second are enough to be fair about the rate. */
static void
figure_print(const struct import *i, int64_t took_ns)
{
	int64_t rows = i->products + i->offers + i->branches + i->customers +
		       i->accounts + i->holders + i->transactions +
		       i->standing_orders;
	int64_t ms = took_ns / 1000000 > 0 ? took_ns / 1000000 : 1;

	printf("%lld rows in %lld.%03lld s (%lld rows/s)%s\n",
	       (long long)rows, (long long)(ms / 1000),
	       (long long)(ms % 1000), (long long)(rows * 1000 / ms),
	       i->dry_run ? "; a dry run, nothing was kept" : "");
}

int
run_import(struct tool *t, int argc, char **argv)
{
	struct import i = {.progress = progress_show};
	const struct arg args[] = {{"DIR", ARG_TEXT, &i.dir, true},
				   {"--dry-run", ARG_FLAG, &i.dry_run, false}};
	int64_t began = clock_mono();
	int status;
	enum err e;

	if ((status = ARGS(t, argc, argv, args)) != 0 ||
	    (status = tool_readable(i.dir)) != 0)
		return status;
	progress_name("import");
	e = import_books(t->db, t->pool, &i);
	if (e == ERR_INPUT)
		return refused(&i);
	if (e != OK)
		return tool_error(e, NULL);
	progress_end();
	db_checkpoint(t->db);
	lines_print(stdout, i.notes);
	figure_print(&i, clock_mono() - began);
	return 0;
}
