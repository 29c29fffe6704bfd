/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* disk_impl.h: what disk.c and disk_vfs.c share; nobody else's. */
#ifndef CLICKNET_BENCH_DISK_IMPL_H
#define CLICKNET_BENCH_DISK_IMPL_H

#include <stddef.h>
#include "bench/disk.h"

enum disk_name { DISK_DATABASE, DISK_LOG, DISK_JOURNAL, DISK_FILES };
enum { SECTOR = 512, FILE_ROOM = 512 * 1024 * 1024 };
enum { FILE_SECTORS = FILE_ROOM / SECTOR };

/* As programs see a file, and as the disk has it; they differ in the dirty
 * sectors alone. What lies beyond a size is zero. */
struct file {
	uint8_t *seen, *disk, *kept;
	uint8_t *is_dirty;
	uint32_t *dirty;
	long dirty_count;
	int64_t seen_size, disk_size, kept_size;
};

struct disk {
	struct file files[DISK_FILES];
	struct disk_count count;
	uint64_t random;
};
extern struct disk *disk;

/* A sector as it is seen reaches the disk; a file has no dirty ones. */
void sector_settle(struct file *, uint32_t sector);
void disk_file_clean(struct file *);

/* All of these are called with the disk locked. */
void disk_lock(void);
void disk_unlock(void);

int64_t disk_file_size(enum disk_name);
void disk_file_size_set(enum disk_name, int64_t size);
size_t disk_file_read(enum disk_name, void *to, size_t len, int64_t at);
bool disk_file_write(enum disk_name, const void *from, size_t len, int64_t at);
void disk_file_sync(enum disk_name);
void disk_file_remove(enum disk_name);

/* "FULL", "NORMAL" or "OFF". */
const char *disk_level(void);

/* Registers the default VFS. */
void disk_vfs_start(void);

#endif
