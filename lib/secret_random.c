/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_random.c: random bytes and codes. */
#include "lib/secret.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "lib/log.h"

static void
random_fetch(void *out, size_t len)
{
	uint8_t *at = out;
	ssize_t n;

	while (len > 0) {
		n = getrandom(at, len, 0);
		if (n < 0 && errno != EINTR)
			log_bug("no random numbers");
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
}

/* Ids and nonces take a few bytes, several times a request: they are fetched
 * for a while ahead, per thread, and wiped as they are given out. */
static _Thread_local struct {
	uint8_t bytes[256];
	size_t left;
} ahead;

/* A forked child must not draw what its parent will. */
static void
random_forget(void)
{
	ahead.left = 0;
}

static void
random_forget_at_fork(void)
{
	pthread_atfork(NULL, NULL, random_forget);
}

void
secret_random(void *out, size_t len)
{
	static pthread_once_t at_fork = PTHREAD_ONCE_INIT;
	uint8_t *from;

	if (len > sizeof ahead.bytes / 4) {
		random_fetch(out, len);
		return;
	}
	if (ahead.left < len) {
		pthread_once(&at_fork, random_forget_at_fork);
		random_fetch(ahead.bytes, sizeof ahead.bytes);
		ahead.left = sizeof ahead.bytes;
	}
	ahead.left -= len;
	from = ahead.bytes + ahead.left;
	memcpy(out, from, len);
	explicit_bzero(from, len);
}

void
secret_code(char *out, int digits)
{
	uint8_t byte;

	while (digits > 0) {
		secret_random(&byte, 1);
		/* 250 and above would favour the digits 0 to 5. */
		if (byte < 250) {
			*out++ = (char)('0' + byte % 10);
			digits--;
		}
	}
	*out = '\0';
}
