/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* disk.c: what is on a disk, and what is only on its way there. */
#include "bench/disk_impl.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WRITE_BACK_ONE_IN = 200 };

struct disk *disk;
static const char *level = "FULL";
static long left; /* operations until the power goes; of this process */
static bool syncs_only;
static enum disk_fate fate;
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;

static void *
share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p != MAP_FAILED)
		return p;
	perror("mmap");
	exit(70);
}

void
disk_start(uint64_t seed)
{
	int i;

	disk = share(sizeof *disk);
	disk->random = seed * 2 + 1;
	for (i = 0; i < DISK_FILES; i++) {
		struct file *f = &disk->files[i];

		f->seen = share(FILE_ROOM);
		f->disk = share(FILE_ROOM);
		f->kept = share(FILE_ROOM);
		f->is_dirty = share(FILE_SECTORS);
		f->dirty = share(FILE_SECTORS * sizeof *f->dirty);
	}
	disk_vfs_start();
}

void
disk_synchronous(const char *text)
{
	level = text;
}

const char *
disk_level(void)
{
	return level;
}

/* xorshift64*; the state is shared, so that no two boots are alike. */
uint64_t
disk_random(uint64_t n)
{
	uint64_t x = disk->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	disk->random = x;
	return (x * 0x2545f4914f6cdd1du >> 11) % n;
}

struct disk_count
disk_count(void)
{
	disk->count.database = disk->files[DISK_DATABASE].seen_size;
	disk->count.log = disk->files[DISK_LOG].seen_size;
	return disk->count;
}

void
disk_lock(void)
{
	pthread_mutex_lock(&busy);
}

void
disk_unlock(void)
{
	pthread_mutex_unlock(&busy);
}

void
disk_fail_after(long n, bool only, enum disk_fate f)
{
	left = n;
	syncs_only = only;
	fate = f;
}

/* True when this operation is the last one. */
static bool
is_last(bool sync)
{
	return left > 0 && (sync || !syncs_only) && --left == 0;
}

static void
mark(struct file *f, int64_t at, int64_t end)
{
	int64_t s;

	for (s = at / SECTOR; s * SECTOR < end; s++) {
		if (f->is_dirty[s])
			continue;
		f->is_dirty[s] = 1;
		f->dirty[f->dirty_count++] = (uint32_t)s;
	}
}

void
sector_settle(struct file *f, uint32_t sector)
{
	memcpy(f->disk + (int64_t)sector * SECTOR,
	       f->seen + (int64_t)sector * SECTOR, SECTOR);
}

/* The kernel writes some of it back before anybody asks. A sector stays dirty
 * in our list: it may be written again. */
static void
write_back(struct file *f)
{
	long i;

	for (i = 0; i < f->dirty_count; i++)
		if (disk_random(2) == 0)
			sector_settle(f, f->dirty[i]);
	if (disk_random(2) == 0)
		f->disk_size = f->seen_size;
}

int64_t
disk_file_size(enum disk_name name)
{
	return disk->files[name].seen_size;
}

void
disk_file_size_set(enum disk_name name, int64_t size)
{
	struct file *f = &disk->files[name];

	if (is_last(false))
		_exit(0);
	disk->count.writes++;
	if (size < f->seen_size) {
		mark(f, size, f->seen_size);
		memset(f->seen + size, 0, (size_t)(f->seen_size - size));
	}
	f->seen_size = size;
}

size_t
disk_file_read(enum disk_name name, void *to, size_t len, int64_t at)
{
	struct file *f = &disk->files[name];
	int64_t there = f->seen_size - at;

	if (there < 0)
		there = 0;
	if ((size_t)there > len)
		there = (int64_t)len;
	memcpy(to, f->seen + at, (size_t)there);
	return (size_t)there;
}

bool
disk_file_write(enum disk_name name, const void *from, size_t len, int64_t at)
{
	struct file *f = &disk->files[name];
	bool last = is_last(false);

	if (at + (int64_t)len > FILE_ROOM)
		return false;
	disk->count.writes++;
	if (last)
		len = disk_random(len + 1);
	memcpy(f->seen + at, from, len);
	mark(f, at, at + (int64_t)len);
	if (len > 0 && f->seen_size < at + (int64_t)len)
		f->seen_size = at + (int64_t)len;
	if (last)
		_exit(0);
	if (fate != DISK_DROP && left > 0 &&
	    disk_random(WRITE_BACK_ONE_IN) == 0)
		write_back(f);
	return true;
}

void
disk_file_clean(struct file *f)
{
	long i;

	for (i = 0; i < f->dirty_count; i++)
		f->is_dirty[f->dirty[i]] = 0;
	f->dirty_count = 0;
}

/* The power may go before a sync has done anything or just before the one who
 * asked hears of it. */
void
disk_file_sync(enum disk_name name)
{
	struct file *f = &disk->files[name];
	bool last = is_last(true);
	long i;

	disk->count.syncs++;
	if (last && disk_random(2) == 0)
		_exit(0);
	for (i = 0; i < f->dirty_count; i++)
		sector_settle(f, f->dirty[i]);
	disk_file_clean(f);
	f->disk_size = f->seen_size;
	if (last)
		_exit(0);
}

/* SQLite asks for a removal to be on disk at once. */
void
disk_file_remove(enum disk_name name)
{
	struct file *f = &disk->files[name];
	long i;

	for (i = 0; i < f->dirty_count; i++)
		memset(f->disk + (int64_t)f->dirty[i] * SECTOR, 0, SECTOR);
	disk_file_clean(f);
	memset(f->seen, 0, (size_t)f->seen_size);
	memset(f->disk, 0, (size_t)f->disk_size);
	f->seen_size = f->disk_size = 0;
}

void
disk_remember(void)
{
	int i;

	for (i = 0; i < DISK_FILES; i++) {
		struct file *f = &disk->files[i];

		memcpy(f->kept, f->seen, (size_t)f->seen_size);
		f->kept_size = f->seen_size;
	}
}

void
disk_restore(void)
{
	int i;

	for (i = 0; i < DISK_FILES; i++) {
		struct file *f = &disk->files[i];

		disk_file_remove((enum disk_name)i);
		memcpy(f->seen, f->kept, (size_t)f->kept_size);
		memcpy(f->disk, f->kept, (size_t)f->kept_size);
		f->seen_size = f->disk_size = f->kept_size;
	}
}
