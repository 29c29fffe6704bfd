/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* early.c: the negative control of bench/kill: loaded into a program of the
 * bank before it starts (LD_PRELOAD), it keeps what is written to the
 * write-ahead log in the process for a while and says that it is on disk. A
 * kill -9 then loses transfers that were acknowledged, and the test must find
 * that out. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORD = 8, ROOM = 1 << 30, WORDS = ROOM / WORD, FLUSH_US = 300000 };

/* SQLite writes the log in multiples of eight bytes. */
static uint64_t *image;
static uint8_t *held; /* a flag a word: in the image and not in the file */
static int64_t low = WORDS, high, size;
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *real_vfs;
static sqlite3_file *some_log; /* any open handle on the log */

struct log_file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_file *
real(sqlite3_file *file)
{
	return ((struct log_file *)file)->real;
}

/* With the lock held. */
static void
flush(void)
{
	int64_t from, to;

	for (from = low; from < high && some_log != NULL; from = to) {
		for (to = from; to < high && held[to]; to++)
			held[to] = 0;
		if (to > from)
			some_log->pMethods->xWrite(some_log, image + from,
						   (int)(to - from) * WORD,
						   from * WORD);
		else
			to++;
	}
	low = WORDS;
	high = 0;
}

static void *
flush_now_and_then(void *arg)
{
	for (;;) {
		usleep(FLUSH_US);
		pthread_mutex_lock(&busy);
		flush();
		pthread_mutex_unlock(&busy);
	}
	return arg;
}

static int
log_close(sqlite3_file *file)
{
	pthread_mutex_lock(&busy);
	flush();
	if (some_log == real(file))
		some_log = NULL;
	pthread_mutex_unlock(&busy);
	return real(file)->pMethods->xClose(real(file));
}

static int
log_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
	int64_t i;
	int rc;

	pthread_mutex_lock(&busy);
	rc = real(file)->pMethods->xRead(real(file), to, len, at);
	for (i = 0; i < len / WORD; i++)
		if (held[at / WORD + i])
			memcpy((char *)to + i * WORD, image + at / WORD + i,
			       WORD);
	if (rc == SQLITE_IOERR_SHORT_READ && at + len <= size)
		rc = SQLITE_OK;
	pthread_mutex_unlock(&busy);
	return rc;
}

static int
log_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
	if (at % WORD != 0 || len % WORD != 0 || at + len > ROOM)
		return SQLITE_IOERR_WRITE;
	pthread_mutex_lock(&busy);
	some_log = real(file);
	memcpy(image + at / WORD, from, (size_t)len);
	memset(held + at / WORD, 1, (size_t)len / WORD);
	if (at / WORD < low)
		low = at / WORD;
	if ((at + len) / WORD > high)
		high = (at + len) / WORD;
	if (at + len > size)
		size = at + len;
	pthread_mutex_unlock(&busy);
	return SQLITE_OK;
}

static int
log_truncate(sqlite3_file *file, sqlite3_int64 to)
{
	int rc;

	pthread_mutex_lock(&busy);
	flush();
	size = to;
	rc = real(file)->pMethods->xTruncate(real(file), to);
	pthread_mutex_unlock(&busy);
	return rc;
}

/* The lie. */
static int
log_sync(sqlite3_file *file, int flags)
{
	(void)file;
	(void)flags;
	return SQLITE_OK;
}

static int
log_size(sqlite3_file *file, sqlite3_int64 *out)
{
	int rc;

	pthread_mutex_lock(&busy);
	rc = real(file)->pMethods->xFileSize(real(file), out);
	if (rc == SQLITE_OK && *out < size)
		*out = size;
	pthread_mutex_unlock(&busy);
	return rc;
}

static int
log_lock(sqlite3_file *file, int level)
{
	(void)file;
	(void)level;
	return SQLITE_OK;
}

static int
log_check_lock(sqlite3_file *file, int *yes)
{
	(void)file;
	*yes = 0;
	return SQLITE_OK;
}

static int
log_control(sqlite3_file *file, int operation, void *arg)
{
	return real(file)->pMethods->xFileControl(real(file), operation, arg);
}

static int
log_sector(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

static int
log_powers(sqlite3_file *file)
{
	return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static const sqlite3_io_methods methods = {
	.iVersion = 1, .xClose = log_close, .xRead = log_read,
	.xWrite = log_write, .xTruncate = log_truncate, .xSync = log_sync,
	.xFileSize = log_size, .xLock = log_lock, .xUnlock = log_lock,
	.xCheckReservedLock = log_check_lock, .xFileControl = log_control,
	.xSectorSize = log_sector, .xDeviceCharacteristics = log_powers};

static int
early_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
	   int *out)
{
	struct log_file *f = (struct log_file *)file;
	int rc;

	(void)vfs;
	if (!(flags & SQLITE_OPEN_WAL))
		return real_vfs->xOpen(real_vfs, path, file, flags, out);
	f->real = (sqlite3_file *)(f + 1);
	f->base.pMethods = NULL;
	rc = real_vfs->xOpen(real_vfs, path, f->real, flags, out);
	if (rc == SQLITE_OK)
		f->base.pMethods = &methods;
	return rc;
}

__attribute__((constructor)) static void
begin(void)
{
	static sqlite3_vfs vfs;
	pthread_t thread;

	image = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	held = mmap(NULL, WORDS, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	real_vfs = sqlite3_vfs_find(NULL);
	if (image == MAP_FAILED || held == MAP_FAILED || real_vfs == NULL)
		_exit(70);
	vfs = *real_vfs;
	vfs.zName = "early";
	vfs.szOsFile += (int)sizeof(struct log_file);
	vfs.xOpen = early_open;
	sqlite3_vfs_register(&vfs, 1);
	pthread_create(&thread, NULL, flush_now_and_then, NULL);
}
