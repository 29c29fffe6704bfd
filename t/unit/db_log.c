/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_log.c: tests that a write-ahead log gathered in memory is read, cut and
 * sized as if it were on disk, and that a full disk is told. */
#include "lib/db_log.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t/tap.h"

enum { PIECE = 4096, LARGE = 124 * 1024, WAL = SQLITE_OPEN_READWRITE |
					       SQLITE_OPEN_WAL };

/* Names end in two zero bytes, as the engine's do; one with a hyphen would be
 * taken for a log whose database lies beside it. */
static char path[64] = "/tmp/clicknetXXXXXX", full[16] = "/dev/full";
static char piece[LARGE], back[LARGE];
static sqlite3_vfs *vfs;

static sqlite3_file *
file_open(const char *name, int flags, int *rc)
{
	sqlite3_file *f = calloc(1, (size_t)vfs->szOsFile);
	int got;

	if (f == NULL)
		abort();
	*rc = vfs->xOpen(vfs, name, f, flags, &got);
	return f;
}

static int
file_close(sqlite3_file *f)
{
	int rc = f->pMethods->xClose(f);

	free(f);
	return rc;
}

static int64_t
on_disk(void)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

static int
put(sqlite3_file *f, char c, int len, int64_t at)
{
	memset(piece, c, (size_t)len);
	return f->pMethods->xWrite(f, piece, len, at);
}

/* Whether ${len} bytes at ${at} are all ${c}. */
static bool
has(sqlite3_file *f, char c, int len, int64_t at)
{
	int i;

	if (f->pMethods->xRead(f, back, len, at) != SQLITE_OK)
		return false;
	for (i = 0; i < len && back[i] == c; i++)
		continue;
	return i == len;
}

static void
test_gathers(sqlite3_file *f)
{
	int i;

	ok(put(f, 'a', PIECE, 0) == SQLITE_OK && on_disk() == 0,
	   "a write alone is not yet on disk");
	put(f, 'b', PIECE, PIECE);
	is_int(on_disk(), 0, "nor is one behind it");
	is_int(f->pMethods->xSync(f, SQLITE_SYNC_NORMAL), SQLITE_OK,
	       "a sync brings both there");
	is_int(on_disk(), 2 * PIECE, "with every byte");
	is_int(f->pMethods->xSync(f, SQLITE_SYNC_NORMAL), SQLITE_OK,
	       "with nothing gathered a sync is one all the same");
	for (i = 2; i < 40; i++)
		put(f, 'c', PIECE, i * PIECE);
	ok(on_disk() > 2 * PIECE && on_disk() < 40 * PIECE,
	   "what grows too large goes ahead");
	ok(has(f, 'c', PIECE, 39 * PIECE), "what was just written is read");
	is_int(on_disk(), 40 * PIECE, "from the disk");
	ok(has(f, 'a', PIECE, 0) && has(f, 'b', PIECE, PIECE),
	   "and what was before it");
}

static void
test_elsewhere(sqlite3_file *f)
{
	sqlite3_int64 size = 0;

	put(f, 'd', PIECE, 40 * PIECE);
	is_int(put(f, 'e', PIECE, 3 * PIECE), SQLITE_OK,
	       "a write in another place is taken");
	is_int(on_disk(), 41 * PIECE, "after what was gathered");
	put(f, 'f', 24, 3 * PIECE + 100);
	ok(has(f, 'e', 100, 3 * PIECE) && has(f, 'f', 24, 3 * PIECE + 100) &&
		   has(f, 'c', PIECE, 4 * PIECE),
	   "the last write of a place counts");
	put(f, 'g', PIECE, 41 * PIECE);
	ok(f->pMethods->xFileSize(f, &size) == SQLITE_OK && size == 42 * PIECE,
	   "the size has what was gathered");
	put(f, 'h', PIECE, 42 * PIECE);
	ok(put(f, 'i', LARGE, 43 * PIECE) == SQLITE_OK &&
		   on_disk() == 43 * PIECE + LARGE,
	   "a write larger than all is not kept back");
	ok(has(f, 'h', PIECE, 42 * PIECE) && has(f, 'i', LARGE, 43 * PIECE),
	   "and does not come before another");
	put(f, 'k', PIECE, 2 * PIECE);
	ok(f->pMethods->xTruncate(f, PIECE) == SQLITE_OK && on_disk() == PIECE,
	   "a cut is one of what was gathered too");
}

static void
test_others(sqlite3_file *f)
{
	int held = 7;

	ok(f->pMethods->xSectorSize(f) > 0, "a sector has a size");
	ok(f->pMethods->xDeviceCharacteristics(f) >= 0, "a device its ways");
	is_int(f->pMethods->xFileControl(f, 987654, &held), SQLITE_NOTFOUND,
	       "what nobody knows nobody does");
	put(f, 'z', 10, PIECE);
}

/* A write that is gathered succeeds; the disk is full when it is handed on. */
static void
test_full(const char *what, int (*then)(sqlite3_file *))
{
	int rc;
	sqlite3_file *f = file_open(full, WAL, &rc);

	if (!ok(rc == SQLITE_OK && put(f, 'a', PIECE, 0) == SQLITE_OK,
		"before %s there is no failure", what))
		return;
	is_int(then(f), SQLITE_FULL, "%s tells of a full disk", what);
	is_int(file_close(f), SQLITE_OK, "after %s it is forgotten", what);
}

static int
then_sync(sqlite3_file *f)
{
	return f->pMethods->xSync(f, SQLITE_SYNC_NORMAL);
}

static int
then_read(sqlite3_file *f)
{
	return f->pMethods->xRead(f, back, 1, 0);
}

static int
then_cut(sqlite3_file *f)
{
	return f->pMethods->xTruncate(f, 0);
}

static int
then_size(sqlite3_file *f)
{
	sqlite3_int64 size;

	return f->pMethods->xFileSize(f, &size);
}

static int
then_elsewhere(sqlite3_file *f)
{
	return put(f, 'b', PIECE, 9 * PIECE);
}

static void
test_full_at_end(void)
{
	int rc;
	sqlite3_file *f = file_open(full, WAL, &rc);

	put(f, 'a', PIECE, 0);
	is_int(file_close(f), SQLITE_FULL, "a close tells of a full disk");
	f = file_open(full, WAL, &rc);
	is_int(put(f, 'a', LARGE, 0), SQLITE_FULL,
	       "a large write tells at once");
	file_close(f);
}

static void
test_other_files(void)
{
	int rc;
	sqlite3_file *f = file_open("/nowhere/bank.db-wal\0", WAL, &rc);

	ok(rc != SQLITE_OK && f->pMethods == NULL,
	   "a log in no folder is not opened");
	free(f);
	f = file_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_JOURNAL,
		      &rc);
	ok(rc == SQLITE_OK && put(f, 'x', PIECE, 0) == SQLITE_OK &&
		   has(f, 'x', PIECE, 0),
	   "another file is the engine's own");
	file_close(f);
}

int
main(void)
{
	int rc, fd = mkstemp(path);
	sqlite3_file *f;

	close(fd);
	sqlite3_initialize();
	vfs = sqlite3_vfs_find(db_log_layer());
	if (!ok(fd >= 0 && vfs != NULL, "the layer is there"))
		return 1;
	f = file_open(path, WAL, &rc);
	if (!ok(rc == SQLITE_OK, "a log is opened"))
		return 1;
	test_gathers(f);
	test_elsewhere(f);
	test_others(f);
	is_int(file_close(f), SQLITE_OK, "a close");
	is_int(on_disk(), PIECE + 10, "loses nothing");
	test_full("a sync", then_sync);
	test_full("a read", then_read);
	test_full("a cut", then_cut);
	test_full("the size", then_size);
	test_full("a write elsewhere", then_elsewhere);
	test_full_at_end();
	test_other_files();
	unlink(path);
	return tap_done();
}
