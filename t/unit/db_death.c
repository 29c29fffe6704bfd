/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_death.c: tests of our own mistakes with the database: each ends the
 * process rather than going on. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/db.h"
#include "lib/settings.h"
#include "t/lib/bank.h"
#include "t/tap.h"

static bool disk_lies;

static int
sync_or_not(long call, int fd)
{
	if (!disk_lies)
		return (int)syscall(call, fd);
	errno = EIO;
	return -1;
}

/* The engine's own calls come here. */
int
fdatasync(int fd)
{
	return sync_or_not(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	return sync_or_not(SYS_fsync, fd);
}

static enum err
little_work(struct db *db, void *arg)
{
	(void)arg;
	return db_done(db_sql(db, "UPDATE customer SET "
				  "created_at = created_at + 1"));
}

static enum err
open_work(struct db *db, void *arg)
{
	(void)arg;
	db_sql(db, "SELECT name FROM meta");
	return OK;
}

static enum err
nested_work(struct db *db, void *arg)
{
	return db_write(db, little_work, arg);
}

static void
left_at_rest(struct bank *b)
{
	db_sql(b->db, "SELECT name FROM meta");
	db_rest(b->db);
}

static void
left_in_write(struct bank *b)
{
	db_write(b->db, open_work, NULL);
}

static void
write_in_write(struct bank *b)
{
	db_write(b->db, nested_work, NULL);
}

static void
try_outside(struct bank *b)
{
	db_try(b->db, little_work, NULL);
}

static void
script_outside(struct bank *b)
{
	db_script(b->db, "SELECT 1");
}

static void
unknown_bind(struct bank *b)
{
	db_put_int(db_sql(b->db, "SELECT :a AS a"), "b", 1);
}

static void
unknown_column(struct bank *b)
{
	struct stmt *q = db_sql(b->db, "SELECT 1 AS a");

	if (db_row(q))
		db_int(q, "b");
}

static void
no_row(struct bank *b)
{
	db_int(db_sql(b->db, "SELECT 1 AS a"), "a");
}

static struct stmt *
same(struct bank *b)
{
	return db_sql(b->db, "SELECT name FROM meta");
}

static void
in_itself(struct bank *b)
{
	if (db_row(same(b)))
		same(b);
}

static void
too_many(struct bank *b)
{
	int i;

	for (i = 0; i < 300; i++)
		db_done(db_prepare(b->db,
				   pool_printf(b->pool, "SELECT %d AS n", i)));
}

static void
fsync_fails(struct bank *b)
{
	disk_lies = true;
	db_write(b->db, little_work, NULL);
}

/* What a killed program wrote stands in the log, and there is nothing that a
 * checkpoint would do. */
static void
log_unsynced(struct bank *b)
{
	struct store *st;

	db_checkpoint(b->db);
	disk_lies = true;
	store_open(settings_beside(b->pool, settings()->DATABASE), 1, false,
		   &st);
}

static void
all_well(struct bank *b)
{
	db_write(b->db, little_work, NULL);
}

/* Does it end another process so? */
static int
signal_of(struct bank *b, void (*run)(struct bank *))
{
	static const struct rlimit none = {0, 0};
	int status = 0;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		setrlimit(RLIMIT_CORE, &none);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		run(b);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static const struct {
	void (*run)(struct bank *);
	const char *what;
} deaths[] = {
	{left_at_rest, "a statement left open when a view rests"},
	{left_in_write, "a statement left open in a write"},
	{write_in_write, "a write inside a write"},
	{try_outside, "a try outside a write"},
	{script_outside, "a script outside a write"},
	{unknown_bind, "a value for a name that is not there"},
	{unknown_column, "a column that is not there"},
	{no_row, "a column without a row"},
	{in_itself, "a statement used inside its own rows"},
	{too_many, "more statements than a connection keeps"},
	{fsync_fails, "a disk that could not keep what it was given"},
	{log_unsynced, "a log that does not come to the disk before all else"},
};

int
main(void)
{
	struct bank b;
	size_t i;

	bank_open(&b);
	db_rest(b.db);
	is_int(signal_of(&b, all_well), 0, "what is right ends nothing");
	for (i = 0; i < sizeof deaths / sizeof *deaths; i++)
		is_int(signal_of(&b, deaths[i].run), SIGABRT,
		       "the process ends at %s", deaths[i].what);
	is_int(db_write(b.db, little_work, NULL), OK,
	       "and the bank goes on without it");
	bank_close(&b);
	return tap_done();
}
