/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* porch.c: the listening socket that push is given, and how many
 * descriptors there may be. */
#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/push/push.h"

enum {
	OTHER_FILES = 64, /* of the book, the log, of who is answered no */
	SPARE_FILES = 32  /* beside them, never taken by a connection */
};

static int most = SPARE_FILES;

bool
porch_there(void)
{
	int yes = 0;
	socklen_t len = sizeof yes;

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &yes,
			  &len) == 0 && yes != 0;
}

/* The library keeps a table as long as there may be descriptors. */
void
porch_open(int sockets)
{
	struct rlimit limit;
	rlim_t want = (rlim_t)sockets + OTHER_FILES + SPARE_FILES;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = want < limit.rlim_max ? want : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		most = (int)limit.rlim_cur;
}

/* Nobody can come any more. */
static bool
is_gone(int why)
{
	struct pollfd p = {STDIN_FILENO, POLLIN, 0};

	return why == EINVAL || why == EBADF || why == ENOTSOCK ||
	       (poll(&p, 1, 0) > 0 && (p.revents & POLLHUP) != 0);
}

/* Descriptors are given out from below: a high one means that all are in
 * use. */
int
porch_take(bool *gone)
{
	int fd;

	while ((fd = accept4(STDIN_FILENO, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK)) >=
	       most - SPARE_FILES)
		close(fd);
	if (fd < 0)
		*gone = is_gone(errno);
	return fd;
}
