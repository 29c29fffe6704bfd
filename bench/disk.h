/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* disk.h: a disk that forgets what was not synced when the power goes: an
 * SQLite VFS in memory that outlives the process that uses it. */
#ifndef CLICKNET_BENCH_DISK_H
#define CLICKNET_BENCH_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* The machine is the parent process, which keeps the disk; a boot of it is a
 * child. The child's power goes in the midst of a write or a sync: it ends
 * there, all its threads with it. Then the parent calls disk_forget. One
 * database, with its write-ahead log, is on the disk. */

/* Makes the disk and the default VFS; once, before any store is opened. */
void disk_start(uint64_t seed);

/* What the bank's "PRAGMA synchronous=FULL" is taken for, in this process and
 * its children: "FULL", "NORMAL" or "OFF". */
void disk_synchronous(const char *level);

/* What becomes of the 512-byte sectors that were written and not synced. */
enum disk_fate {
	DISK_KEEP, /* the process was killed, the machine was not */
	DISK_DROP, /* none is on the disk */
	DISK_SOME, /* each is or is not; the size is either, or between */
	DISK_TORN  /* the same, and one of them is half written or garbage */
};
enum { DISK_FATES = 4 };

/* In a child: the process ends in the midst of the ${n}th write or sync from
 * now (or counting syncs only), with exit status 0. Until then sectors may
 * reach the disk unasked, as a kernel writes back, unless ${fate} is
 * DISK_DROP. 0: never. */
void disk_fail_after(long n, bool syncs_only, enum disk_fate fate);

/* In the parent: applies the fate. Returns how many sectors were lost. */
long disk_forget(enum disk_fate fate);

/* Remembers the disk as it is; brings it back to what was remembered. */
void disk_remember(void);
void disk_restore(void);

/* Writes and syncs since disk_start; bytes of database and log. */
struct disk_count {
	int64_t writes, syncs, database, log;
};
struct disk_count disk_count(void);

/* A number below ${n}. */
uint64_t disk_random(uint64_t n);

#endif
