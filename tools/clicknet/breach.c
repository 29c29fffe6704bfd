/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* breach.c: making the list of passwords that nobody may choose. */
#include "lib/breach.h"

#include <stdio.h>

#include "lib/settings.h"
#include "tools/clicknet/clicknet.h"

int
run_breach_list(struct tool *t, int argc, char **argv)
{
	struct breach_list l = {.pool = t->pool, .progress = progress_show};
	const struct arg args[] = {{"FILE", ARG_TEXT, &l.from, true}};
	int status = ARGS(t, argc, argv, args);
	enum err e;

	if (status != 0 || (status = tool_readable(l.from)) != 0)
		return status;
	l.to = settings_beside(t->pool, settings()->BREACH_FILE);
	if (*l.to == '\0')
		return tool_fail(EX_CONFIG, "BREACH_FILE is not set");
	progress_name("passwords");
	e = breach_build(&l);
	progress_end();
	if (e != OK)
		return tool_fail(e == ERR_INPUT ? EX_DATAERR : EX_IOERR, "%s",
				 l.why);
	printf("%lld passwords in %s\n", (long long)l.entries, l.to);
	return 0;
}
