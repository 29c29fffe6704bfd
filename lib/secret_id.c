/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_id.c: the only maker of public ids. */
#include "lib/secret.h"

#include <pthread.h>
#include <string.h>

#include "lib/clock.h"

enum { COUNTER_MAX = 0xfff, COUNTER_LOW = 0x7ff };

static pthread_mutex_t growing = PTHREAD_MUTEX_INITIALIZER;
static int64_t last_ms;
static unsigned counter;

/* The next time and counter, in order with all before, whatever the clock
 * does. A counter starts somewhere in its lower half: room to count, and no
 * telling how many ids a millisecond had. */
static int64_t
next(unsigned start, unsigned *count)
{
	int64_t now = clock_now(), ms;

	pthread_mutex_lock(&growing);
	if (now > last_ms || counter == COUNTER_MAX) {
		last_ms = now > last_ms ? now : last_ms + 1;
		counter = start & COUNTER_LOW;
	} else {
		counter++;
	}
	ms = last_ms;
	*count = counter;
	pthread_mutex_unlock(&growing);
	return ms;
}

void
secret_id(uint8_t out[SECRET_ID])
{
	unsigned count;
	uint64_t ms;

	secret_random(out, SECRET_ID);
	ms = (uint64_t)next((unsigned)out[0] << 8 | out[1], &count);
	for (int i = 0; i < 6; i++)
		out[i] = (uint8_t)(ms >> (40 - 8 * i));
	out[6] = (uint8_t)(0x70 | count >> 8);
	out[7] = (uint8_t)count;
	out[8] = (uint8_t)(0x80 | (out[8] & 0x3f));
}

/* 8-4-4-4-12 digits: a hyphen stands before these bytes. */
static bool
hyphen_before(int i)
{
	return i == 4 || i == 6 || i == 8 || i == 10;
}

char *
secret_id_text(char out[SECRET_ID_TEXT], const uint8_t id[SECRET_ID])
{
	char digits[2 * SECRET_ID + 1];

	secret_hex(digits, id, SECRET_ID);
	memcpy(out, digits, 8);
	memcpy(out + 9, digits + 8, 4);
	memcpy(out + 14, digits + 12, 4);
	memcpy(out + 19, digits + 16, 4);
	memcpy(out + 24, digits + 20, 13);
	out[8] = out[13] = out[18] = out[23] = '-';
	return out;
}

bool
secret_id_parse(uint8_t out[SECRET_ID], const char *text)
{
	char digits[2 * SECRET_ID + 1];
	size_t n = 0;

	if (text == NULL || strnlen(text, SECRET_ID_TEXT) != SECRET_ID_TEXT - 1)
		return false;
	for (int i = 0; i < SECRET_ID; i++) {
		if (hyphen_before(i) && *text++ != '-')
			return false;
		digits[n++] = *text++;
		digits[n++] = *text++;
	}
	digits[n] = '\0';
	return secret_unhex(out, SECRET_ID, digits) == SECRET_ID;
}
