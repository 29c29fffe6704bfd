/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bench.c: filling a bank for a load test. */
#include "bank/bench.h"

#include <fcntl.h>
#include <unistd.h>

#include "tools/clicknet/clicknet.h"

static int
tokens_open(const char *path, FILE **out)
{
	int fd;

	*out = NULL;
	if (path == NULL)
		return 0;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || (*out = fdopen(fd, "w")) == NULL)
		return tool_fail(EX_CANTCREAT, "%s: %m", path);
	return 0;
}

int
run_bench_data(struct tool *t, int argc, char **argv)
{
	int64_t accounts = 0;
	const char *path = NULL;
	const struct arg args[] = {
		{"--accounts", ARG_NUMBER, &accounts, true},
		{"--tokens", ARG_TEXT, &path, false}};
	FILE *tokens;
	int status;
	enum err e;

	if ((status = ARGS(t, argc, argv, args)) != 0)
		return status;
	if (accounts < 1 || accounts > 10000000)
		return tool_usage(t, "--accounts",
				  "a number from 1 to 10000000");
	if ((status = tokens_open(path, &tokens)) != 0)
		return status;
	progress_name("bench-data");
	e = bench_fill(t->db, t->pool, accounts, tokens, progress_show);
	progress_end();
	db_checkpoint(t->db);
	if (e == ERR_CONFLICT)
		status = tool_fail(EX_DATAERR, "there are customers in this "
				   "bank; bench-data wants an empty one");
	else if (e != OK)
		status = tool_error(e, NULL);
	if (tokens != NULL && fclose(tokens) != 0 && status == 0)
		status = tool_fail(EX_IOERR, "%s: %m", path);
	return status;
}
