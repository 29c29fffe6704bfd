/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* disk_vfs.c: the disk of disk.c as SQLite's default file system. */
#include "bench/disk_impl.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* The log's index and its locks: in the memory of one process, as all the
 * bank's connections here are, and gone with it. */
enum { INDEX_REGIONS = 64 };
static struct {
	void *regions[INDEX_REGIONS];
	int shared[SQLITE_SHM_NLOCK];
	bool exclusive[SQLITE_SHM_NLOCK];
	int users;
} log_index;

struct handle {
	sqlite3_file base;
	enum disk_name name;
	bool has_index;
	unsigned shared, exclusive; /* its locks, a bit a slot */
};

static struct handle *
handle_of(sqlite3_file *file)
{
	return (struct handle *)file;
}

static int
disk_close(sqlite3_file *file)
{
	(void)file;
	return SQLITE_OK;
}

static int
disk_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
	size_t have;

	disk_lock();
	have = disk_file_read(handle_of(file)->name, to, (size_t)len, at);
	disk_unlock();
	if (have == (size_t)len)
		return SQLITE_OK;
	memset((char *)to + have, 0, (size_t)len - have);
	return SQLITE_IOERR_SHORT_READ;
}

static int
disk_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
	bool room;

	disk_lock();
	room = disk_file_write(handle_of(file)->name, from, (size_t)len, at);
	disk_unlock();
	return room ? SQLITE_OK : SQLITE_FULL;
}

static int
disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	disk_lock();
	disk_file_size_set(handle_of(file)->name, size);
	disk_unlock();
	return SQLITE_OK;
}

static int
disk_sync(sqlite3_file *file, int flags)
{
	(void)flags;
	disk_lock();
	disk_file_sync(handle_of(file)->name);
	disk_unlock();
	return SQLITE_OK;
}

static int
disk_size(sqlite3_file *file, sqlite3_int64 *size)
{
	disk_lock();
	*size = disk_file_size(handle_of(file)->name);
	disk_unlock();
	return SQLITE_OK;
}

/* With a write-ahead log the locks that count are the index's. */
static int
disk_lock_file(sqlite3_file *file, int level)
{
	(void)file;
	(void)level;
	return SQLITE_OK;
}

static int
disk_check_lock(sqlite3_file *file, int *yes)
{
	(void)file;
	*yes = 0;
	return SQLITE_OK;
}

/* The bank's own "PRAGMA synchronous=FULL" passes here; SQLite obeys what
 * stands there afterwards. All levels fit into the four letters and NUL. */
static int
disk_control(sqlite3_file *file, int operation, void *arg)
{
	char **pragma = arg;

	(void)file;
	if (operation != SQLITE_FCNTL_PRAGMA ||
	    sqlite3_stricmp(pragma[1], "synchronous") != 0 ||
	    pragma[2] == NULL || sqlite3_stricmp(pragma[2], "FULL") != 0)
		return SQLITE_NOTFOUND;
	if (strcmp(disk_level(), "NORMAL") == 0)
		memcpy(pragma[2], "1", 2);
	else if (strcmp(disk_level(), "OFF") == 0)
		memcpy(pragma[2], "0", 2);
	return SQLITE_NOTFOUND;
}

static int
disk_sector(sqlite3_file *file)
{
	(void)file;
	return 4096;
}

/* As SQLite takes it for any file system: a write that the power cut short
 * hurts no byte outside its range. */
static int
disk_powers(sqlite3_file *file)
{
	(void)file;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int
index_map(sqlite3_file *file, int region, int size, int extend,
	  void volatile **out)
{
	disk_lock();
	log_index.users += !handle_of(file)->has_index;
	handle_of(file)->has_index = true;
	if (region < INDEX_REGIONS && log_index.regions[region] == NULL &&
	    extend)
		log_index.regions[region] = calloc(1, (size_t)size);
	*out = region < INDEX_REGIONS ? log_index.regions[region] : NULL;
	disk_unlock();
	return *out != NULL || !extend ? SQLITE_OK : SQLITE_NOMEM;
}

static bool
slot_lock(struct handle *h, int i, bool exclusive)
{
	unsigned bit = 1u << i;

	if (exclusive && (log_index.exclusive[i] || log_index.shared[i] > 0))
		return false;
	if (log_index.exclusive[i])
		return false;
	if (exclusive) {
		log_index.exclusive[i] = true;
		h->exclusive |= bit;
	} else if (!(h->shared & bit)) {
		log_index.shared[i]++;
		h->shared |= bit;
	}
	return true;
}

static void
slot_unlock(struct handle *h, int i)
{
	unsigned bit = 1u << i;

	if (h->exclusive & bit)
		log_index.exclusive[i] = false;
	if (h->shared & bit)
		log_index.shared[i]--;
	h->exclusive &= ~bit;
	h->shared &= ~bit;
}

static int
index_lock(sqlite3_file *file, int first, int n, int flags)
{
	bool all = true;
	int i, done = first;

	disk_lock();
	for (i = first; i < first + n; i++)
		if (flags & SQLITE_SHM_UNLOCK) {
			slot_unlock(handle_of(file), i);
		} else if (all) {
			all = slot_lock(handle_of(file), i,
					flags & SQLITE_SHM_EXCLUSIVE);
			done = all ? i + 1 : done;
		}
	for (i = first; !all && i < done; i++)
		slot_unlock(handle_of(file), i);
	disk_unlock();
	return all ? SQLITE_OK : SQLITE_BUSY;
}

static void
index_barrier(sqlite3_file *file)
{
	(void)file;
	__sync_synchronize();
	disk_lock();
	disk_unlock();
}

static int
index_unmap(sqlite3_file *file, int remove)
{
	int i;

	(void)remove;
	disk_lock();
	for (i = 0; i < SQLITE_SHM_NLOCK; i++)
		slot_unlock(handle_of(file), i);
	log_index.users -= handle_of(file)->has_index;
	handle_of(file)->has_index = false;
	for (i = 0; i < INDEX_REGIONS && log_index.users == 0; i++) {
		free(log_index.regions[i]);
		log_index.regions[i] = NULL;
	}
	disk_unlock();
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, .xClose = disk_close, .xRead = disk_read,
	.xWrite = disk_write, .xTruncate = disk_truncate, .xSync = disk_sync,
	.xFileSize = disk_size, .xLock = disk_lock_file,
	.xUnlock = disk_lock_file, .xCheckReservedLock = disk_check_lock,
	.xFileControl = disk_control, .xSectorSize = disk_sector,
	.xDeviceCharacteristics = disk_powers, .xShmMap = index_map,
	.xShmLock = index_lock, .xShmBarrier = index_barrier,
	.xShmUnmap = index_unmap};

static enum disk_name
name_of(const char *path)
{
	size_t len = strlen(path);

	if (len > 4 && strcmp(path + len - 4, "-wal") == 0)
		return DISK_LOG;
	if (len > 8 && strcmp(path + len - 8, "-journal") == 0)
		return DISK_JOURNAL;
	return DISK_DATABASE;
}

static int
disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
	  int *out)
{
	struct handle *h = handle_of(file);

	(void)vfs;
	*h = (struct handle){.base = {NULL}};
	if (path == NULL)
		return SQLITE_CANTOPEN; /* temporary files are in memory */
	h->name = name_of(path);
	h->base.pMethods = &methods;
	if (out != NULL)
		*out = flags;
	return SQLITE_OK;
}

static int
disk_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	(void)vfs;
	(void)sync;
	disk_lock();
	disk_file_remove(name_of(path));
	disk_unlock();
	return SQLITE_OK;
}

static int
disk_access(sqlite3_vfs *vfs, const char *path, int flags, int *yes)
{
	(void)vfs;
	(void)flags;
	disk_lock();
	*yes = disk_file_size(name_of(path)) > 0;
	disk_unlock();
	return SQLITE_OK;
}

/* The clock, the dice and the paths are the real file system's. */
void
disk_vfs_start(void)
{
	static sqlite3_vfs vfs;

	vfs = *sqlite3_vfs_find(NULL);
	vfs.szOsFile = sizeof(struct handle);
	vfs.zName = "disk";
	vfs.xOpen = disk_open;
	vfs.xDelete = disk_delete;
	vfs.xAccess = disk_access;
	sqlite3_vfs_register(&vfs, 1);
}
