/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* backup.c: a copy of the bank that is known to be good, and back. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/ceremony.h"
#include "bank/challenge.h"
#include "bank/event.h"
#include "bank/password.h"
#include "bank/schema.h"
#include "bank/session.h"
#include "bank/verify.h"
#include "lib/clock.h"
#include "lib/file.h"
#include "lib/settings.h"
#include "tools/clicknet/clicknet.h"

enum { COPY_BLOCK = 256 * 1024 };

static void
backup_progress(int done, int all)
{
	progress_show(done, all);
}

/* Opening a copy leaves files beside it. */
static void
beside_remove(struct tool *t, const char *path)
{
	unlink(pool_printf(t->pool, "%s-wal", path));
	unlink(pool_printf(t->pool, "%s-shm", path));
	unlink(pool_printf(t->pool, "%s.lock", path));
}

/* A copy nobody else uses. */
struct copy {
	const char *path;
	struct store *store;
	struct db *db;
};

static void
copy_close(struct tool *t, struct copy *c)
{
	db_free(c->db);
	store_close(c->store);
	beside_remove(t, c->path);
}

/* One made by an earlier version is moved on first. */
static const char *
copy_fault(struct tool *t, struct db *db)
{
	const char *why;
	int version, to;

	if (schema_version(db, &version) == OK && version < SCHEMA_VERSION &&
	    schema_migrate(db, t->pool, &version, &to, &why) != OK)
		return why;
	return schema_fault(db, t->pool);
}

/* ${name}: what the operator calls it. */
static int
copy_open(struct tool *t, const char *path, const char *name, struct copy *c)
{
	const char *why;

	*c = (struct copy){.path = path};
	if (store_open(path, 1, false, &c->store) != OK)
		return tool_fail(EX_DATAERR, "%s: this is no bank.", name);
	c->db = db_new(c->store);
	if ((why = copy_fault(t, c->db)) == NULL)
		return 0;
	copy_close(t, c);
	return tool_fail(EX_DATAERR, "%s: %s", name, why);
}

/* Computes it again. */
static int
copy_verify(struct tool *t, const char *path, const char *name)
{
	struct copy c;
	struct verify v;
	int status = copy_open(t, path, name, &c);

	if (status != 0)
		return status;
	progress_name("verify");
	verify_bank(c.db, t->pool, progress_show, &v);
	status = verify_say(&v);
	progress_end();
	copy_close(t, &c);
	return status;
}

static int
sync_directory(struct tool *t, const char *file)
{
	if (file_sync_name(t->pool, file))
		return 0;
	tool_say("%s: %m", file);
	return EX_IOERR;
}

static int
sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (rc != 0)
		tool_say("%s: %m", path);
	if (fd >= 0)
		close(fd);
	return rc == 0 ? 0 : EX_IOERR;
}

static enum err
record_work(struct db *db, void *arg)
{
	return audit_add(db, 0, &actor_operator, arg, "");
}

static int
record(struct tool *t, char *act)
{
	if (db_write(t->db, record_work, act) == OK)
		return 0;
	return tool_fail(EX_TEMPFAIL, "%s is done, but could not be recorded",
			 act);
}

static int
backup_write(struct tool *t, const char *file)
{
	int status = 0;

	progress_name("backup");
	if (db_backup(t->db, file, backup_progress) != OK)
		status = tool_fail(EX_IOERR, "%s", db_error(t->db));
	if (status == 0)
		status = copy_verify(t, file, file);
	if (status == 0 && (status = sync_file(file)) == 0)
		status = sync_directory(t, file);
	if (status != 0)
		unlink(file);
	return status;
}

int
run_backup(struct tool *t, int argc, char **argv)
{
	static char act[] = "bank.backup";
	const char *file;
	const struct arg args[] = {{"FILE", ARG_TEXT, &file, true}};
	int status = ARGS(t, argc, argv, args), fd;

	if (status != 0)
		return status;
	/* Ours from the start, and nobody else's to read. */
	if ((fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		return tool_fail(EX_CANTCREAT, "%s: %m", file);
	close(fd);
	if ((status = backup_write(t, file)) != 0)
		return status;
	return record(t, act);
}

/* A plain copy of bytes, on disk when it returns. */
static int
bytes_copy(struct tool *t, const char *from, const char *to)
{
	char *block = pool_alloc(t->pool, COPY_BLOCK);
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, status = 0;
	struct stat st = {0};
	int64_t done = 0;
	ssize_t n = -1;

	if (in < 0 || fstat(in, &st) != 0)
		status = tool_fail(EX_NOINPUT, "%s: %m", from);
	else if ((out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			     0640)) < 0)
		status = tool_fail(EX_CANTCREAT, "%s: %m", to);
	progress_name("restore");
	while (status == 0 && (n = read(in, block, COPY_BLOCK)) > 0) {
		if (write(out, block, (size_t)n) != n)
			status = tool_fail(EX_IOERR, "%s: %m", to);
		progress_show(done += n, st.st_size);
	}
	if (status == 0 && (n < 0 || fsync(out) != 0))
		status = tool_fail(EX_IOERR, "%s: %m", to);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return status;
}

/* A copy with a log beside it is not whole without it. */
static int
source_check(struct tool *t, const char *file)
{
	const char *log = pool_printf(t->pool, "%s-wal", file);
	struct stat st;

	if (stat(log, &st) == 0 && st.st_size > 0)
		return tool_fail(EX_DATAERR, "%s holds what is not yet in %s: "
				 "this is a copy of a running bank; use one "
				 "made by clicknet backup.", log, file);
	return 0;
}

/* The programs keep the database open, and the engine's lock tells. */
static int
idle_check(const char *database)
{
	long pid = db_holder(database);

	if (pid == 0)
		return 0;
	return tool_fail(EX_TEMPFAIL, "process %ld has the bank open; stop "
			 "all programs first.", pid);
}

static int
move(const char *from, const char *to)
{
	if (rename(from, to) == 0 || errno == ENOENT)
		return 0;
	return tool_fail(EX_IOERR, "%s: %m", from);
}

/* A name that nothing has: of this second, or of one of the next. NULL: all
 * are taken. */
static const char *
aside_name(struct tool *t, const char *database)
{
	int64_t at = clock_now(), last = at + 9 * CLOCK_SECOND;
	char time[CLOCK_RFC3339], *c;
	const char *name;
	struct stat st;

	for (; at <= last; at += CLOCK_SECOND) {
		for (c = clock_rfc3339(time, at); *c != '\0'; c++)
			if (*c == ':')
				*c = '.';
		name = pool_printf(t->pool, "%s.before-%s", database, time);
		if (lstat(name, &st) != 0)
			return name;
	}
	tool_say("%s.before-...: the names are taken.", database);
	return NULL;
}

/* What stands there keeps its log beside it, under its new name. The log goes
 * last: a database without it would open, and lack what was paid last. */
static int
aside_move(struct tool *t, const char *database)
{
	const char *log = pool_printf(t->pool, "%s-wal", database);
	const char *aside = aside_name(t, database);
	int status;

	if (aside == NULL)
		return EX_CANTCREAT;
	if ((status = move(database, aside)) != 0)
		return status;
	status = move(log, pool_printf(t->pool, "%s-wal", aside));
	if (status != 0)
		move(aside, database);
	else
		unlink(pool_printf(t->pool, "%s-shm", database));
	return status;
}

/* Who signed out or changed a password since the copy was made stays out. */
static enum err
sign_ins_end(struct db *db, void *arg)
{
	enum err e = session_end_all(db);

	(void)arg;
	if (e == OK)
		e = challenge_end_all(db);
	if (e == OK)
		e = ceremony_end_all(db);
	if (e == OK)
		e = password_end_all(db);
	return e != OK ? e
		       : audit_add(db, 0, &actor_operator, "bank.restore", "");
}

/* Before it is in its place: whatever stops the rest, nobody is signed in. */
static int
copy_finish(struct tool *t, const char *path, const char *name)
{
	struct copy c;
	int status = copy_open(t, path, name, &c);

	if (status != 0)
		return status;
	if (db_write(c.db, sign_ins_end, NULL) != OK ||
	    db_checkpoint(c.db) != OK)
		status = tool_fail(EX_DATAERR, "%s: its sessions cannot be "
				   "ended: %s", name, db_error(c.db));
	copy_close(t, &c);
	return status != 0 ? status : sync_file(path);
}

static int
place(struct tool *t, const char *copy, const char *database)
{
	int status = aside_move(t, database);

	if (status == 0)
		status = move(copy, database);
	return status != 0 ? status : sync_directory(t, database);
}

int
run_restore(struct tool *t, int argc, char **argv)
{
	const char *file, *database = tool_database(t), *copy;
	const struct arg args[] = {{"FILE", ARG_TEXT, &file, true}};
	int status;

	if ((status = ARGS(t, argc, argv, args)) != 0 ||
	    (status = idle_check(database)) != 0 ||
	    (status = source_check(t, file)) != 0)
		return status;
	copy = pool_printf(t->pool, "%s.restoring", database);
	unlink(copy); /* of a restore that was cut off */
	beside_remove(t, copy);
	if ((status = bytes_copy(t, file, copy)) == 0 &&
	    (status = copy_finish(t, copy, file)) == 0 &&
	    (status = copy_verify(t, copy, file)) == 0 &&
	    (status = idle_check(database)) == 0)
		status = place(t, copy, database);
	if (status != 0)
		unlink(copy);
	return status;
}
