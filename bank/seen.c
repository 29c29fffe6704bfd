/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seen.c: a table of last sights; a newcomer takes the place of whoever had
 * the same slot. */
#include "bank/seen.h"

#include <pthread.h>
#include <string.h>

enum { SLOTS = 4096 };

static struct {
	uint8_t hash[SECRET_HASH];
	int64_t at;
} slots[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The hash is random enough to be its own slot. */
static unsigned
slot_of(const uint8_t hash[SECRET_HASH])
{
	return (hash[0] | (unsigned)hash[1] << 8) % SLOTS;
}

void
seen_note(const uint8_t hash[SECRET_HASH], int64_t now)
{
	unsigned i = slot_of(hash);

	pthread_mutex_lock(&lock);
	memcpy(slots[i].hash, hash, SECRET_HASH);
	slots[i].at = now;
	pthread_mutex_unlock(&lock);
}

int64_t
seen_last(const uint8_t hash[SECRET_HASH])
{
	unsigned i = slot_of(hash);
	int64_t at;

	pthread_mutex_lock(&lock);
	at = memcmp(slots[i].hash, hash, SECRET_HASH) == 0 ? slots[i].at : 0;
	pthread_mutex_unlock(&lock);
	return at;
}
