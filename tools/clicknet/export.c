/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* export.c: the book on standard output. */
#include "bank/export.h"

#include <string.h>

#include "tools/clicknet/clicknet.h"

int
run_export(struct tool *t, int argc, char **argv)
{
	static const char *const names[] = {
		[EXPORT_HLEDGER] = "hledger", [EXPORT_LEDGER] = "ledger",
		[EXPORT_CSV] = "csv"};
	const char *format, *account = NULL;
	const struct arg args[] = {{"--format", ARG_TEXT, &format, true},
				   {"--account", ARG_TEXT, &account, false}};
	int status = ARGS(t, argc, argv, args), i = 0;
	enum err e;

	if (status != 0)
		return status;
	while (i <= EXPORT_CSV && strcmp(names[i], format) != 0)
		i++;
	if (i > EXPORT_CSV)
		return tool_usage(t, format, "no such format");
	e = export_book(t->db, (enum export_format)i, account, stdout);
	if (e == ERR_MISSING)
		return tool_fail(EX_DATAERR, "there is no account %s",
				 account);
	if (e == ERR_BUSY)
		return tool_fail(EX_IOERR, "standard output: %m");
	return e == OK ? 0 : tool_error(e, NULL);
}
