/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* disk_fate.c: what a power failure leaves of what was not synced. */
#include "bench/disk_impl.h"

#include <string.h>

/* The size the disk has: the old, the new, or a sector between. */
static int64_t
forget_size(struct file *f, enum disk_fate how)
{
	int64_t a = f->disk_size, b = f->seen_size, sectors;

	if (how == DISK_DROP || a == b)
		return a;
	switch (disk_random(3)) {
	case 0:
		return a;
	case 1:
		return b;
	}
	if (a > b) {
		int64_t swap = a;

		a = b;
		b = swap;
	}
	sectors = (b - a) / SECTOR + 1;
	return a + (int64_t)disk_random((uint64_t)sectors) * SECTOR;
}

/* New bytes up to somewhere, old ones behind; or garbage where they differ. */
static void
tear(struct file *f, uint32_t sector)
{
	uint8_t *new = f->seen + (int64_t)sector * SECTOR;
	uint8_t *old = f->disk + (int64_t)sector * SECTOR;
	bool garbage = disk_random(4) == 0;
	size_t i, until = disk_random(SECTOR);

	for (i = 0; i < SECTOR; i++)
		if (garbage && old[i] != new[i])
			old[i] = (uint8_t)disk_random(256);
		else if (i < until)
			old[i] = new[i];
}

static long
forget_sectors(struct file *f, enum disk_fate how)
{
	long i, lost = 0, torn = -1;

	if (how == DISK_TORN && f->dirty_count > 0)
		torn = (long)disk_random((uint64_t)f->dirty_count);
	for (i = 0; i < f->dirty_count; i++)
		if (i == torn)
			tear(f, f->dirty[i]);
		else if (how != DISK_DROP && disk_random(2) == 0)
			sector_settle(f, f->dirty[i]);
		else
			lost++;
	return lost;
}

static void
reload(struct file *f)
{
	long i;

	for (i = 0; i < f->dirty_count; i++) {
		int64_t at = (int64_t)f->dirty[i] * SECTOR;

		if (at + SECTOR > f->disk_size) {
			int64_t from = at < f->disk_size ? f->disk_size : at;

			memset(f->disk + from, 0, (size_t)(at + SECTOR - from));
		}
		memcpy(f->seen + at, f->disk + at, SECTOR);
	}
	disk_file_clean(f);
	f->seen_size = f->disk_size;
}

long
disk_forget(enum disk_fate how)
{
	long lost = 0;
	int i;

	if (how == DISK_KEEP)
		return 0;
	for (i = 0; i < DISK_FILES; i++) {
		struct file *f = &disk->files[i];

		f->disk_size = forget_size(f, how);
		lost += forget_sectors(f, how);
		reload(f);
	}
	return lost;
}
