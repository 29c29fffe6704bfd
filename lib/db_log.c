/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_log.c: the layer that gathers writes to the write-ahead log. */
#include "lib/db_log.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* SQLite's own layer takes less than 128 KiB in one write. */
enum { GATHER = 120 * 1024 };

/* A log as the engine sees it; the real file lies behind it in memory. */
struct log_file {
	sqlite3_file base;
	char *bytes;       /* gathered, not yet written */
	int len;
	sqlite3_int64 at;  /* where in the file they belong */
};

static sqlite3_vfs layer;

static sqlite3_file *
real(sqlite3_file *f)
{
	return (sqlite3_file *)((struct log_file *)f + 1);
}

static sqlite3_vfs *
below(void)
{
	return layer.pAppData;
}

/* What could not be written is forgotten: the engine is told of the failure
 * and undoes the transaction. */
static int
hand_on(sqlite3_file *file)
{
	struct log_file *f = (struct log_file *)file;
	int len = f->len;

	f->len = 0;
	return len == 0 ? SQLITE_OK
			: real(file)->pMethods->xWrite(real(file), f->bytes,
						       len, f->at);
}

static int
log_close(sqlite3_file *file)
{
	struct log_file *f = (struct log_file *)file;
	int rc = hand_on(file), closed;

	free(f->bytes);
	closed = real(file)->pMethods->xClose(real(file));
	return rc != SQLITE_OK ? rc : closed;
}

static int
log_read(sqlite3_file *file, void *into, int len, sqlite3_int64 at)
{
	int rc = hand_on(file);

	return rc != SQLITE_OK ? rc
			       : real(file)->pMethods->xRead(real(file), into,
							     len, at);
}

static int
log_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
	struct log_file *f = (struct log_file *)file;
	int rc;

	if (f->len != 0 && (at != f->at + f->len || f->len + len > GATHER) &&
	    (rc = hand_on(file)) != SQLITE_OK)
		return rc;
	if (len > GATHER)
		return real(file)->pMethods->xWrite(real(file), data, len, at);
	if (f->bytes == NULL && (f->bytes = malloc(GATHER)) == NULL)
		return SQLITE_NOMEM; /* readers never come here */
	if (f->len == 0)
		f->at = at;
	memcpy(f->bytes + f->len, data, (size_t)len);
	f->len += len;
	return SQLITE_OK;
}

static int
log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = hand_on(file);

	return rc != SQLITE_OK
		       ? rc
		       : real(file)->pMethods->xTruncate(real(file), size);
}

static int
log_sync(sqlite3_file *file, int flags)
{
	int rc = hand_on(file);

	return rc != SQLITE_OK ? rc
			       : real(file)->pMethods->xSync(real(file),
							     flags);
}

static int
log_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int rc = hand_on(file);

	return rc != SQLITE_OK
		       ? rc
		       : real(file)->pMethods->xFileSize(real(file), size);
}

static int
log_lock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xLock(real(file), level);
}

static int
log_unlock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xUnlock(real(file), level);
}

static int
log_check(sqlite3_file *file, int *held)
{
	return real(file)->pMethods->xCheckReservedLock(real(file), held);
}

static int
log_control(sqlite3_file *file, int what, void *arg)
{
	return real(file)->pMethods->xFileControl(real(file), what, arg);
}

static int
log_sector(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

static int
log_device(sqlite3_file *file)
{
	return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static const sqlite3_io_methods log_methods = {
	.iVersion = 1,
	.xClose = log_close,
	.xRead = log_read,
	.xWrite = log_write,
	.xTruncate = log_truncate,
	.xSync = log_sync,
	.xFileSize = log_size,
	.xLock = log_lock,
	.xUnlock = log_unlock,
	.xCheckReservedLock = log_check,
	.xFileControl = log_control,
	.xSectorSize = log_sector,
	.xDeviceCharacteristics = log_device,
};

static int
open_log(const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct log_file *f = (struct log_file *)file;
	int rc;

	memset(f, 0, sizeof *f); /* no methods yet: no close after a failure */
	rc = below()->xOpen(below(), name, real(file), flags, out_flags);
	if (rc == SQLITE_OK)
		f->base.pMethods = &log_methods;
	return rc;
}

/* Every other file is the layer below's own. */
static int
layer_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
	   int *out_flags)
{
	(void)vfs;
	if (flags & SQLITE_OPEN_WAL)
		return open_log(name, file, flags, out_flags);
	return below()->xOpen(below(), name, file, flags, out_flags);
}

const char *
db_log_layer(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	layer = *vfs;
	layer.pNext = NULL;
	layer.zName = "clicknet";
	layer.szOsFile = vfs->szOsFile + (int)sizeof(struct log_file);
	layer.pAppData = vfs;
	layer.xOpen = layer_open;
	return sqlite3_vfs_register(&layer, 0) == SQLITE_OK ? layer.zName
							    : NULL;
}
