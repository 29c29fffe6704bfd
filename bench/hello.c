/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hello.c: proves what the web server and FastCGI alone cost: the shortest
 * threaded program behind them, to hold the bank's answers against. */
#include <fcgiapp.h>
#include <pthread.h>
#include <stdlib.h>

static void *
work(void *arg)
{
	FCGX_Request r;

	FCGX_InitRequest(&r, 0, 0);
	while (FCGX_Accept_r(&r) == 0)
		FCGX_PutS("Content-Type: text/plain\r\n"
			  "Content-Length: 5\r\n\r\nhello", r.out);
	return arg;
}

/* bench/hello [THREADS], its listening socket as standard input */
int
main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 64;
	pthread_t thread;

	FCGX_Init();
	while (--n > 0)
		pthread_create(&thread, NULL, work, NULL);
	work(NULL);
	return 0;
}
