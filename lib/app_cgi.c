/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_cgi.c: one request as plain CGI has it, for shared hosting. */
#include "lib/app_impl.h"

#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

bool
app_is_cgi(void)
{
	int listens = 0;
	socklen_t len = sizeof listens;

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listens,
			  &len) != 0 ||
	       listens == 0;
}

static long
stdin_read(void *from, char *into, size_t len)
{
	(void)from;
	return read(STDIN_FILENO, into, len);
}

static bool
stdout_write(const char *data, size_t len)
{
	ssize_t n;

	for (; len > 0; data += n, len -= (size_t)n)
		if ((n = write(STDOUT_FILENO, data, len)) < 0)
			return false;
	return true;
}

int
app_serve_cgi(const struct app *app, struct store *store)
{
	struct call c = {.app = app, .env = environ, .read = stdin_read};
	struct buf head = {.pool = pool_new()};
	bool written;

	c.rq.pool = head.pool;
	c.rq.db = db_new(store);
	app_handle(&c, &head);
	written = stdout_write(head.data, head.len) &&
		  stdout_write(c.body, c.body_len);
	db_free(c.rq.db);
	pool_free(head.pool);
	return written ? EX_OK : EX_IOERR;
}
