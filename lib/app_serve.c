/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_serve.c: the only user of libfcgi: threads that take requests from the
 * web server's connections until a signal ends them. */
#include "lib/app_impl.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"

enum {
	STACK = 256 * 1024,
	END_S = 10,         /* what requests in hand may take at the end */
	FULL_MS = 100,      /* pause when there are no descriptors left */
	IDLE_MS = 500       /* a kept connection's rest when others wait */
};

/* All threads' own: one at a time stands at the door and accepts. */
static struct {
	const struct app *app;
	struct store *store;
	pthread_mutex_t door;
	atomic_int free;      /* threads at the door or on the way there */
	atomic_bool ending;
	int end;              /* an eventfd, readable from the end on */
} server = {.door = PTHREAD_MUTEX_INITIALIZER};

/* The next connection, or −1: it is the end. */
static int
take_connection(void)
{
	struct pollfd p[2] = {{STDIN_FILENO, POLLIN, 0},
			      {server.end, POLLIN, 0}};
	int fd = -1;

	atomic_fetch_add(&server.free, 1);
	pthread_mutex_lock(&server.door);
	while (fd < 0 && !atomic_load(&server.ending)) {
		if (poll(p, 2, -1) < 0 || p[1].revents != 0)
			continue;
		fd = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 && errno == EAGAIN && (p[0].revents & POLLHUP))
			errno = EINVAL; /* a Unix socket that was shut down */
		if (fd >= 0 || errno == EAGAIN || errno == ECONNABORTED ||
		    errno == EINTR)
			continue;
		log_event("error", "accept", "code",
			  errno == EMFILE || errno == ENFILE ? "full" : "gone",
			  NULL);
		if (errno == EINVAL || errno == EBADF || errno == ENOTSOCK)
			kill(getpid(), SIGTERM);
		poll(p + 1, 1, FULL_MS);
	}
	pthread_mutex_unlock(&server.door);
	atomic_fetch_sub(&server.free, 1);
	return fd;
}

/* Waits for a request on a connection. False if it can be closed: the other
 * side did, it is the end, or it rests while nobody is left at the door. */
static bool
request_comes(int fd)
{
	struct pollfd p[2] = {{fd, POLLIN | POLLRDHUP, 0},
			      {server.end, POLLIN, 0}};
	char first;
	int n;

	do {
		n = poll(p, 2, atomic_load(&server.free) > 0 ? -1 : IDLE_MS);
		if (n == 0 && atomic_load(&server.free) == 0)
			return false;
	} while (n == 0 || (n < 0 && errno == EINTR));
	if (p[0].revents & (POLLRDHUP | POLLHUP | POLLERR))
		return recv(fd, &first, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
	return p[0].revents != 0;
}

/* libfcgi never gets to accept by itself: its listener is none, so that
 * nothing but poll ever blocks for long. It first finishes the request before,
 * and a connection that is not marked as kept with it. */
static bool
take_request(FCGX_Request *r)
{
	for (;;) {
		if (r->ipcFd < 0 && (r->ipcFd = take_connection()) < 0)
			return false;
		r->keepConnection = 1;
		if (request_comes(r->ipcFd)) {
			if (FCGX_Accept_r(r) == 0)
				return true;
		} else {
			close(r->ipcFd);
			r->ipcFd = -1;
		}
	}
}

static long
fcgi_read(void *from, char *into, size_t len)
{
	return FCGX_GetStr(into, len > INT_MAX ? INT_MAX : (int)len, from);
}

static void
serve(FCGX_Request *r, struct db *db)
{
	struct pool *pool = pool_borrow();
	struct call c = {.app = server.app, .env = r->envp, .read = fcgi_read,
			 .from = r->in, .rq = {.pool = pool, .db = db}};
	struct buf head = {.pool = pool};

	app_handle(&c, &head);
	FCGX_PutStr(head.data, (int)head.len, r->out);
	if (c.body_len != 0)
		FCGX_PutStr(c.body, (int)c.body_len, r->out);
	/* The record that ends the body must be gone too, or it would be
	 * taken for the beginning of the next request. */
	if (c.left != 0 || FCGX_GetChar(r->in) != EOF ||
	    atomic_load(&server.ending))
		r->keepConnection = 0;
	FCGX_Finish_r(r);
	pool_return(pool);
}

static void *
work(void *arg)
{
	struct db *db = db_new(server.store);
	FCGX_Request r;

	FCGX_InitRequest(&r, -1, 0);
	r.ipcFd = -1;
	while (take_request(&r))
		serve(&r, db);
	db_free(db);
	return arg;
}

static int
start_threads(pthread_t *threads, int count)
{
	pthread_attr_t attr;
	int n;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	for (n = 0; n < count; n++)
		if (pthread_create(threads + n, &attr, work, NULL) != 0)
			break;
	pthread_attr_destroy(&attr);
	if (n < count)
		log_event("error", "threads", "why", "not all could start",
			  NULL);
	return n;
}

/* True if all threads ended in time. */
static bool
end_threads(pthread_t *threads, int count)
{
	struct timespec until = {clock_now() / CLOCK_SECOND + END_S, 0};
	bool ended = true;
	int i;

	atomic_store(&server.ending, true);
	eventfd_write(server.end, 1);
	for (i = 0; i < count; i++)
		if (pthread_timedjoin_np(threads[i], NULL, &until) != 0)
			ended = false;
	return ended;
}

static sigset_t
our_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	return signals;
}

void
app_hold_signals(void)
{
	sigset_t signals = our_signals();

	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static void
wait_for_end(void)
{
	sigset_t signals = our_signals();
	int signal;

	while (sigwait(&signals, &signal) == 0 && signal == SIGHUP)
		log_reopen();
}

/* Without O_NONBLOCK a program that shares the socket could be faster and
 * leave the one at our door waiting where no signal reaches it. */
static void
open_door(void)
{
	fcntl(STDIN_FILENO, F_SETFL,
	      fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	server.end = eventfd(0, EFD_CLOEXEC);
	if (server.end < 0 || FCGX_Init() != 0)
		log_bug("no event descriptor or no libfcgi");
}

int
app_serve(const struct app *app, struct store *store, int count)
{
	pthread_t *threads = calloc((size_t)count, sizeof *threads);

	if (threads == NULL)
		log_bug("out of memory");
	server.app = app;
	server.store = store;
	/* Who is woken waits rather than interrupt whom it finds at work: that
	 * may be a commit that all others wait for. */
	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
	open_door();
	if ((count = start_threads(threads, count)) == 0)
		return EX_OSERR;
	log_event("info", "start", NULL);
	wait_for_end();
	if (!end_threads(threads, count)) {
		log_event("warn", "end", "why", "a request took too long",
			  NULL);
		_exit(EX_OK);
	}
	log_event("info", "end", NULL);
	close(server.end);
	free(threads);
	return EX_OK;
}
